"""Code, commands and connections that stand in texts: what they send is not followed, and so it is said.

Only texts that the code writes out count: what is not known may be anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.functions import Runs
from leastscope.python.domain import servers
from leastscope.python.domain.values import Const, Items, Text, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.functions import Row
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_URL = re.compile(r"https?://[^\s'\"<>|;&)]{1,2000}")
_DEPTH = 3
_MAX_TEXTS = 100


def called(frame: Frame, row: Row | None, name: str, arguments: Arguments, node: ir.Node) -> None:
    """Record a call of a function that is given code, a command or a host which names a system, as its row tells it."""
    match row:
        case Runs("code"):
            for system in _named(frame, " ".join(_texts(arguments.args[:1], _DEPTH))):
                frame.fail(node, "code-in-text", system, f"'{_last(name)}' runs code in a text that names '{system}'")
        case Runs("command"):
            urls = [url for text in _given(arguments) for url in _URL.findall(text)]
            reason = f"'{name}' runs a command with a URL of this system, which leastscope does not follow"
            _reached(frame, urls, reason, node)
        case Runs("connection"):
            urls = [f"https://{text}/" for text in _given(arguments)]
            reason = f"'{name}' connects to this system, and leastscope does not follow what is sent"
            _reached(frame, urls, reason, node)
        case _:
            return


def _reached(frame: Frame, urls: list[str], reason: str, node: ir.Node) -> None:
    known = frame.engine.knowledge.servers
    for system in sorted(frozenset[str]().union(*(servers.systems_of(known, Const.of(url)) for url in urls))):
        frame.fail(node, "raw-request", system, reason)


def _named(frame: Frame, text: str) -> Iterator[str]:
    lower = text.lower()
    for system, triggers in sorted(frame.engine.knowledge.triggers.items()):
        if any(trigger.lower() in lower for trigger in triggers):
            yield system


def _given(arguments: Arguments) -> list[str]:
    return list(_texts(arguments.given, _DEPTH))[:_MAX_TEXTS]


def _texts(values: tuple[Value, ...], depth: int) -> Iterator[str]:
    """Give the texts that stand in some values, as far as they are known."""
    for value in values if depth else ():
        for option in options(value):
            if isinstance(option, Const) and isinstance(option.value, str):
                yield option.value
            elif isinstance(option, Text):
                yield "".join(piece if isinstance(piece, str) else " " for piece in option.pieces)
            elif isinstance(option, Items):
                yield from _texts(option.items, depth - 1)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
