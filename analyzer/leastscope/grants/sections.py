"""Takes tables out of an array of TOML tables, `[[a.b]]`, and puts tables behind the last one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.document import LINE_BREAK, Leaf, MapNode

if TYPE_CHECKING:
    from leastscope.document import ListNode, Node
    from leastscope.document.tree import Text

_HEADER = re.compile(r"([ \t]*)\[\[[^\]\r\n]*\]\]")
_BREAK_ABOVE = re.compile(r"(?:\r\n|\r|\n)([ \t]*(?:\r\n|\r|\n))?\Z")
_LONGEST_BLANK = 200
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?")


def without_section(text: Text, node: ListNode, index: int) -> list[tuple[int, int, str]] | None:
    """Take out a table with its header, and the blank line above it."""
    place = _lines(text, node.items[index])
    if place is None:
        return None
    start, end = place
    above = _above(text, start)
    if above is None:
        behind = LINE_BREAK.match(text.content, end)
        return [(start, behind.end() if behind else end, "")]
    return [(above.start(), end, "")]


def with_last_section(text: Text, node: ListNode, lines: list[tuple[str, str]]) -> list[tuple[int, int, str]] | None:
    """Put a table behind the last one; `lines` are its keys and values as they are written."""
    place = _lines(text, node.items[-1]) if node.items else None
    if place is None:
        return None
    start, end = place
    header = _HEADER.match(text.content, start, end)
    if header is None:
        return None
    found = LINE_BREAK.search(text.content)
    line_break = found[0] if found else "\n"
    above = _above(text, start)
    written = "".join(f"{line_break}{header[1]}{key} = {value}" for key, value in lines)
    blank = line_break if above and above[1] else ""
    return [(end, end, f"{line_break}{blank}{header[0]}{written}")]


def _above(text: Text, start: int) -> re.Match[str] | None:
    """Match the line break in front of a line, with the blank line above it, if there is one."""
    return _BREAK_ABOVE.search(text.content, max(start - _LONGEST_BLANK, 0), start)


def _lines(text: Text, item: Node) -> tuple[int, int] | None:
    """Give the offsets from the line of a header to the end of the line of its last value."""
    entries = item.entries if isinstance(item, MapNode) else ()
    if not entries or not all(isinstance(entry.value, Leaf) for entry in entries):
        return None
    last = max((entry.value.span for entry in entries), key=lambda span: span.end_line)
    end = text.starts[last.end_line - 1] + last.end_column - 1
    rest = _REST.match(text.content, end)
    return text.starts[item.span.line - 1], rest.end() if rest else end
