"""Text for a terminal: display widths, wrapping, and a source line with an underline that stands under its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from leastscope.report.escape import visible
from leastscope.report.hyperlinks import without_links

_TAB = 4
_CUT = "…"
_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "frame": "34", "bold": "1"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Wraps text in colors, or leaves it as it is."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.on and text else text


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes that has no hidden characters but those of hyperlinks."""
    shown = without_links(text) if "\x1b" in text else text
    return len(shown) if shown.isascii() else sum(_char_width(char) for char in shown)


def wrap(text: str, width: int, *, first: str = "", rest: str = "  ") -> list[str]:
    """Break a text at its spaces; lines start with `first`, then with `rest`; a word that does not fit stays whole."""
    lines: list[str] = []
    line, used, empty = first, display_width(first), True
    for word in text.split():
        size = display_width(word)
        if not empty and used + 1 + size > width:
            lines.append(line)
            line, used, empty = rest, display_width(rest), True
        line, used, empty = (line + word, used + size, False) if empty else (f"{line} {word}", used + 1 + size, False)
    return [*lines, line]


def marked_line(line: str, column: int, end_column: int, room: int) -> tuple[str, str]:
    """Return a line as it is shown in `room` columns, and the underline below its columns (1-based, end exclusive).

    Tabs become spaces and hidden characters become escapes; what does not fit is cut around the underlined place.
    """
    start = min(column - 1, len(line))
    first = max(0, start - room)
    cells = _cells(line[first : start + room])
    mark = start - first
    left = _left_edge(cells, mark, min(end_column - 1 - first, len(cells)), room, cut=first > 0)
    head = _CUT if left or first else ""
    shown, right = _take(cells, left, room - len(head) - 1)
    tail = _CUT if first + right < len(line) else ""
    until = max(mark, min(end_column - 1 - first, right))
    before = len(head) + sum(size for _, size in cells[left:mark])
    under = "^" * max(1, sum(size for _, size in cells[mark:until]))
    return head + shown + tail, " " * before + under + (_CUT if end_column - 1 - first > right else "")


def _left_edge(cells: list[tuple[str, int]], mark: int, until: int, room: int, *, cut: bool) -> int:
    """Return the index of the first cell to show: 0 where the mark fits anyway, else near the mark."""
    if not cut and sum(size for _, size in cells[:until]) < room:
        return 0
    left, used = mark, 0
    while left and used + cells[left - 1][1] <= room // 3:
        left -= 1
        used += cells[left][1]
    return left


def _take(cells: list[tuple[str, int]], left: int, room: int) -> tuple[str, int]:
    """Return the cells from `left` that fit, as text, and the index behind them."""
    right, used = left, 0
    while right < len(cells) and used + cells[right][1] <= room:
        used += cells[right][1]
        right += 1
    return "".join(text for text, _ in cells[left:right]), right


def _cells(text: str) -> list[tuple[str, int]]:
    """Return each character as it is shown, with its width; tabs reach to the next stop."""
    cells: list[tuple[str, int]] = []
    used = 0
    for char in text:
        shown = " " * (_TAB - used % _TAB) if char == "\t" else visible(char)
        size = display_width(shown)
        cells.append((shown, size))
        used += size
    return cells


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
