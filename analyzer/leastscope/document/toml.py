"""TOML read with the standard library, its tables as the same tree as JSON and YAML.

The library tells no places, so they are looked up in the text: the line of a key that stands on a line of its own is
exact, a key inside an inline table gets the place of the table's key. That is good enough for messages, and all it is.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from leastscope.document.tree import MAX_DEPTH, Entry, Leaf, ListNode, MalformedError, MapNode, Node, Text, decode
from leastscope.model import InputError, Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_Path = tuple[str | int, ...]
_HEADER = re.compile(r"[ \t]*\[(\[?)([^\]\r\n]+)\]")
_KEY = re.compile(r"""[ \t]*((?:[\w-]+|"[^"\r\n]*"|'[^'\r\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\r\n]*"))*)[ \t]*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)")


def read_toml(path: str, data: bytes, table: tuple[str, ...]) -> Node | InputError | None:
    """Read one table of a TOML file into a tree; None where the file has no such table."""
    text = decode(path, data)
    if isinstance(text, InputError):
        return text
    try:
        value: Any = tomllib.loads(text.content)
    except (ValueError, RecursionError) as error:
        return text.error(_syntax_error(text, str(error)))
    for key in table:
        value = value.get(key) if isinstance(value, dict) else None
    return None if value is None else _Places(text).node(value, table, 0)


class _Places:
    """Knows where the keys of a file stand, by their path; an unknown path has the place of its nearest ancestor."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.places: dict[_Path, Span] = {}
        self.counts: dict[_Path, int] = {}
        table: _Path = ()
        for start in text.starts:
            header, key = _HEADER.match(text.content, start), _KEY.match(text.content, start)
            if header:
                table = self.table(_parts(header[2]), repeated=bool(header[1]))
                self.places.setdefault(table, text.span(*header.span(2)))
                self.places.setdefault(_parts(header[2]), text.span(*header.span(2)))
            elif key:
                self.places.setdefault(table + _parts(key[1]), text.span(*key.span(1)))

    def table(self, parts: _Path, *, repeated: bool) -> _Path:
        """Give the full path of a header: `[[a.b]]` the second time is a, b, 1."""
        path: _Path = ()
        for part in parts[:-1]:
            path += (part,)
            if path in self.counts:
                path += (self.counts[path],)
        path += parts[-1:]
        if repeated:
            self.counts[path] = self.counts.get(path, -1) + 1
            path += (self.counts[path],)
        return path

    def find(self, path: _Path) -> Span:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.text.span(0, 0))

    def node(self, value: Any, path: _Path, depth: int) -> Node:  # noqa: ANN401 - what a TOML reader gives
        span = self.find(path)
        if depth > MAX_DEPTH // 4:
            return Leaf(span, None)
        if isinstance(value, dict):
            keys = {key: (*path, key) for key in value}
            return MapNode(
                span, tuple(Entry(key, self.find(at), self.node(value[key], at, depth + 1)) for key, at in keys.items())
            )
        if isinstance(value, list):
            return ListNode(span, tuple(self.node(item, (*path, index), depth + 1) for index, item in enumerate(value)))
        return Leaf(span, value if isinstance(value, str | int | float | bool) else str(value))


def _parts(dotted: str) -> _Path:
    """Split a dotted key, whose parts may be quoted."""
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _syntax_error(text: Text, message: str) -> MalformedError:
    place = _AT.search(message)
    if not place or int(place[1]) > len(text.starts):
        return MalformedError(0, 0, f"expected TOML, but {message[:200].splitlines()[0].lower()}")
    at = min(text.starts[int(place[1]) - 1] + int(place[2]) - 1, len(text.content))
    return MalformedError(at, at, f"expected TOML, but {message[: place.start()].lower()}")
