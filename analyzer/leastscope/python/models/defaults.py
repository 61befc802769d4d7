"""Defaults that code names where the value itself comes from elsewhere: fields of settings, readers of configuration.

As with `os.environ.get(name, default)`, the default is what the value may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import Value, join, options
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Arguments


def beside(value: Value, arguments: Arguments, node: ir.Node) -> Value:
    """What a call of something that is not followed gives, or the URL it falls back to.

    `get(name, URL)`, `env(name, default=URL)`.
    """
    named = arguments.keyword("default")
    reads = isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute) and node.func.name in _GETTERS
    default = arguments.at(1) if named is None and reads else named
    if default is None:
        return value
    return join(value, *(option for option in options(default) if contents.is_url(option)))


_GETTERS = frozenset({"get", "getenv", "str", "string", "url", "pop", "setdefault"})
