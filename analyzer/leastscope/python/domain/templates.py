"""Paths and URLs that a model writes with names in them: `$url_base/$path`.

Each `$name` stands for what a call gives for that name, or what a class has for it, and `$name.other` for what that one
has in turn. A slash that the template sets between two of them stands there once, whatever they end and begin with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.domain import strings
from leastscope.python.domain.values import UNKNOWN, Const, Text, Value, join, options

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"\$(\w+(?:\.[a-z_]\w*)?)")


_HOLE = re.compile(r"{[^{}]*}")


def shape(path: str) -> str:
    """A path without the names of its holes."""
    return _HOLE.sub("{}", path)


def names_in(template: str) -> tuple[str, ...]:
    """The names that a template holds, in order."""
    return tuple(_NAME.findall(template))


def is_composed(template: str) -> bool:
    """Whether a template is more than one name, which may have a rest behind a slash (`$url/{id}`)."""
    names = names_in(template)
    return len(names) > 1 or (len(names) == 1 and not template.startswith("$"))


def compose(template: str, given: Mapping[str, Value]) -> Value:
    """The text of a template, with a hole for each name of which nothing is known."""
    parts = _NAME.split(template)
    values: list[Value] = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            values.append(Const.of(part))
            continue
        value = given.get(part, UNKNOWN)
        if parts[index - 1].endswith("/"):
            value = _stripped(value, first=True)
        if parts[index + 1].startswith("/"):
            value = _stripped(value, first=False)
        values.append(value)
    return strings.concat(values)


def _stripped(value: Value, *, first: bool) -> Value:
    """A text without slashes at its beginning, or at its end."""
    return join(*(_without_slash(option, first=first) for option in options(value)))


def _without_slash(value: Value, *, first: bool) -> Value:
    if not isinstance(value, Text) and not (isinstance(value, Const) and isinstance(value.value, str)):
        return value
    pieces = list(strings.pieces_of(value))
    at = 0 if first else -1
    edge = pieces[at] if pieces else None
    if isinstance(edge, str):
        pieces[at] = edge.lstrip("/") if first else edge.rstrip("/")
    return strings.of_pieces(pieces)
