"""The lines of scanned files, as renderers show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.lines import LINE_BREAK

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Span

BYTE_ORDER_MARK = "\ufeff"
_ROOM = 16 * 1024 * 1024
"""Characters of all texts that are kept at once."""


class Sources:
    """Lines by path, split once for each file; a file that cannot be had is a file without lines.

    What was read is forgotten when it becomes too much, and read anew if it is asked for.
    `read` gives the decoded text of a file with its line breaks as they are, or None.
    """

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._texts: dict[str, str | None] = {}
        self._lines: dict[str, tuple[str, ...]] = {}
        self._starts: dict[str, tuple[int, ...]] = {}
        self._room = _ROOM

    def text(self, path: str) -> str | None:
        """Return the text of a file, or None."""
        if path not in self._texts:
            found = self._read(path)
            self._room -= len(found or "")
            if self._room < 0:
                self._room = _ROOM - len(found or "")
                for known in (self._texts, self._lines, self._starts):
                    known.clear()
            self._texts[path] = found
        return self._texts[path]

    def lines(self, path: str) -> tuple[str, ...]:
        """Return the lines of a file without their breaks and without a byte order mark."""
        if path not in self._lines:
            text = self.text(path)
            self._lines[path] = () if text is None else tuple(LINE_BREAK.split(text.removeprefix(BYTE_ORDER_MARK)))
        return self._lines[path]

    def starts(self, path: str) -> tuple[int, ...]:
        """Return the offset of the first character of each line in the text of a file; none where there is no text."""
        if path not in self._starts:
            text = self.text(path)
            found = () if text is None else (0, *(match.end() for match in LINE_BREAK.finditer(text)))
            self._starts[path] = found
        return self._starts[path]

    def line(self, path: str, number: int) -> str | None:
        """Return one line by its 1-based number, or None."""
        lines = self.lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def excerpt(self, span: Span) -> str | None:
        """Return exactly the characters of a region, its lines joined by a line feed, or None."""
        lines = self.lines(span.path)[span.line - 1 : span.end_line]
        if not lines or len(lines) != span.end_line - span.line + 1:
            return None
        if len(lines) == 1:
            return lines[0][span.column - 1 : span.end_column - 1]
        return "\n".join((lines[0][span.column - 1 :], *lines[1:-1], lines[-1][: span.end_column - 1]))
