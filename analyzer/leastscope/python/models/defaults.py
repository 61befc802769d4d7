"""Defaults that code names where the value itself comes from elsewhere: fields of settings, readers of configuration.

As with `os.environ.get(name, default)`, the default is what the value may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.values import UNKNOWN, Const, Outside, Value, join, options
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.state.frame import Frame

_FIELDS = frozenset({"Field", "PrivateAttr", "field", "ib", "attrib", "mapped_column"})
_FIELD_MAKERS = frozenset({"pydantic", "pydantic_settings", "dataclasses", "attr", "attrs", "sqlmodel", "msgspec"})
_READERS = frozenset({"decouple.config", "prettyconf.config"})


def external(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """What a call of something from outside gives, if it declares a field or reads configuration; None otherwise."""
    if name in _READERS:
        key, default = arguments.at(0), arguments.at(1, "default")
        origin = Outside(f"env:{key.value}" if isinstance(key, Const) else "env:?", default is not None)
        return join(origin, default) if default is not None else origin
    top, _, last = name.partition(".")
    if top not in _FIELD_MAKERS or last.rpartition(".")[2] not in _FIELDS:
        return None
    made = arguments.keyword("default_factory") or arguments.keyword("factory")
    if made is not None:
        return frame.interpreter.call(frame, made, Arguments(), node)
    default = arguments.at(0, "default")
    return UNKNOWN if default is None else default


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
