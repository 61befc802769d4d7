"""Finds where the keys and values of a TOML text stand, which the standard library does not tell.

The text has been read by that library, so that only what is well-formed has to be told apart here. One pass over the
text, without recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Span

Path: TypeAlias = "tuple[str | int, ...]"
MAX_PARTS = 100
"""Keys and indexes of the longest path that is noted; what is deeper has the place of what holds it."""

_SKIP = re.compile(r"\s*(?:#[^\r\n]*[\r\n]\s*)*(?:#[^\r\n]*)?")
_BLANK = re.compile(r"[ \t]*")
_PART = re.compile(r"""[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*'""", re.ASCII)
_VALUE = re.compile(
    r"""
    \"{3}[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"{3,5}
    | '{3}[^']*(?:'{1,2}(?!')[^']*)*'{3,5}
    | "[^"\\]*(?:\\.[^"\\]*)*"
    | '[^']*'
    | \d{4}-\d\d-\d\d[ ]\d\d:[^\s,\]}#]*
    | [^\s,\]}#]+
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class _Open:
    """An array or inline table whose end has not been met, and the index of its next item."""

    path: Path
    start: int
    is_table: bool
    index: int = 0


@dataclass(slots=True)
class Places:
    """The places of a text by path: `keys` of keys and headers, `values` of what stands behind `=` and of all in it.

    A path has the keys from the top, and the index of an item of an array; `[[a.b]]` the second time is a, b, 1.
    `unquoted` reads a key that is written with escapes.
    """

    content: str
    span: Callable[[int, int], Span]
    unquoted: Callable[[str], str]
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    _counts: dict[Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table: Path = ()
        at = self._skipped(0)
        while at < len(self.content):
            if self.content[at] == "[":
                table, at = self._header(at)
            else:
                path, at = self._key(at, table)
                at = self._value(at, path)
            at = self._skipped(at)

    def find(self, path: Path) -> Span:
        """Give the place of a value, else of the key or header of it or of the nearest thing that holds it."""
        return self.values.get(path) or self.key(path)

    def key(self, path: Path) -> Span:
        """Give the place of a key or header, else of the nearest thing that holds it."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path) or self.span(0, 0)

    def _header(self, at: int) -> tuple[Path, int]:
        """Read the header of a table; give the path of the table and the offset behind the header."""
        repeated = self.content.startswith("[[", at)
        start = _end_of(_BLANK, self.content, at + 1 + repeated)
        parts, end = self._parts(start)
        path = self._table(parts, repeated=repeated)
        for known in (path, parts):
            self.keys.setdefault(known, self.span(start, end))
        return path, self.content.index("]", end) + 1 + repeated

    def _table(self, parts: Path, *, repeated: bool) -> Path:
        """Give the full path of a header, with the indexes of the arrays of tables that it goes through."""
        path: Path = ()
        for part in parts[:-1]:
            path += (part,)
            if path in self._counts:
                path += (self._counts[path],)
        path += parts[-1:]
        if repeated:
            self._counts[path] = self._counts.get(path, -1) + 1
            path += (self._counts[path],)
        return path

    def _key(self, at: int, table: Path) -> tuple[Path, int]:
        """Read a key and its `=`; give the path of the value and the offset where the value begins."""
        parts, end = self._parts(at)
        path = _within(table, parts)
        if path != table:
            self.keys.setdefault(path, self.span(at, end))
        return path, self._skipped(self.content.index("=", end) + 1)

    def _parts(self, at: int) -> tuple[Path, int]:
        """Read a dotted key; give its parts and the offset behind it."""
        parts: list[str] = []
        while match := _PART.match(self.content, at):
            parts.append(self.unquoted(match[0]) if "\\" in match[0] else match[0].strip("\"'"))
            dot = _end_of(_BLANK, self.content, match.end())
            if self.content[dot : dot + 1] != ".":
                return tuple(parts), match.end()
            at = _end_of(_BLANK, self.content, dot + 1)
        return tuple(parts), at

    def _value(self, at: int, path: Path) -> int:
        """Note the places of a value and of all in it; give the offset behind it."""
        opened: list[_Open] = []
        while True:
            if self.content[at] in "[{":
                opened.append(_Open(path, at, self.content[at] == "{"))
                at += 1
            else:
                end = max(_end_of(_VALUE, self.content, at), at + 1)
                self.values.setdefault(path, self.span(at, end))
                at = end
            at = self._closed(at, opened)
            if not opened:
                return at
            here = opened[-1]
            if here.is_table:
                path, at = self._key(at, here.path)
            else:
                path = _within(here.path, (here.index,))
                here.index += 1

    def _closed(self, at: int, opened: list[_Open]) -> int:
        """Close what ends behind an offset; give the offset of what comes next in what is still open."""
        while opened:
            at = self._skipped(at)
            if self.content[at] == ",":
                at = self._skipped(at + 1)
            if self.content[at] not in "]}":
                break
            done, at = opened.pop(), at + 1
            self.values.setdefault(done.path, self.span(done.start, at))
        return at

    def _skipped(self, at: int) -> int:
        return _end_of(_SKIP, self.content, at)


def _within(path: Path, parts: Path) -> Path:
    """Give the path of something in what a path leads to; beyond a limit that path itself."""
    return path + parts if len(path) + len(parts) <= MAX_PARTS else path


def _end_of(pattern: re.Pattern[str], content: str, at: int) -> int:
    match = pattern.match(content, at)
    return match.end() if match else at
