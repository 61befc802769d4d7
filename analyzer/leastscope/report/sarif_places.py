"""Places in SARIF: URIs, regions in UTF-16 units, snippets, and the hash of a line."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

import sarif_om as om

from leastscope.model import Span
from leastscope.report.line_hash import line_hashes
from leastscope.report.source import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from leastscope.report.source import Sources

SOURCE_ROOT = "%SRCROOT%"
_SNIPPET_LIMIT = 2_000
_CONTEXT_LINES = 2
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class Places:
    """Builds locations from spans, with or without the code there; remembers the line hashes of each file."""

    def __init__(self, sources: Sources, *, snippets: bool = True) -> None:
        self._sources = sources
        self._snippets = snippets
        self._hashes: dict[str, tuple[str, ...]] = {}

    def location(self, span: Span, note: str = "", *, number: int | None = None, context: bool = False) -> om.Location:
        """Return a location with its snippet; `note` is clean text, `number` the id that a message links to."""
        return om.Location(
            id=number,
            message=om.Message(text=note) if note else None,
            physical_location=om.PhysicalLocation(
                artifact_location=artifact(span.path),
                region=self._region(span),
                context_region=self._context(span) if context else None,
            ),
        )

    def first_line(self, span: Span) -> Span:
        """Return a region cut to its first line: services show it in a change only if all its lines were changed."""
        line = self._sources.line(span.path, span.line)
        if line is None or span.end_line == span.line:
            return span
        return Span(span.path, span.line, span.column, span.line, max(span.column, len(line.rstrip()) + 1))

    def line_hash(self, span: Span) -> str | None:
        """Return the hash of the first line of a span, or None where the text is not known."""
        if span.path not in self._hashes:
            text = self._sources.text(span.path)
            self._hashes[span.path] = () if text is None else line_hashes(text)
        hashes = self._hashes[span.path]
        return hashes[span.line - 1] if 1 <= span.line <= len(hashes) else None

    def edited(self, span: Span) -> om.Region:
        """Return a region to be replaced, also as an offset and a length where the text is known.

        Tools do not agree on whether a byte order mark counts for the offset, so that files with one get none.
        """
        region = om.Region(
            start_line=span.line,
            start_column=self._utf16_column(span.path, span.line, span.column),
            end_line=span.end_line,
            end_column=self._utf16_column(span.path, span.end_line, span.end_column),
        )
        text, starts = self._sources.text(span.path), self._sources.starts(span.path)
        if text is not None and not text.startswith(BYTE_ORDER_MARK) and span.end_line <= len(starts):
            start, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
            region.char_offset, region.char_length = _units(text[:start]), _units(text[start:end])
        return region

    def _region(self, span: Span) -> om.Region:
        excerpt = self._sources.excerpt(span) if self._snippets else None
        return om.Region(
            start_line=span.line,
            start_column=self._utf16_column(span.path, span.line, span.column),
            end_line=span.end_line,
            end_column=self._utf16_column(span.path, span.end_line, span.end_column),
            snippet=om.ArtifactContent(text=excerpt) if excerpt and len(excerpt) <= _SNIPPET_LIMIT else None,
        )

    def _context(self, span: Span) -> om.Region | None:
        """Return the region with the lines around it, or None where there are none or they are too long."""
        lines = self._sources.lines(span.path)
        if span.end_line > len(lines) or not self._snippets:
            return None
        last = min(len(lines), span.end_line + _CONTEXT_LINES)
        around = Span(span.path, max(1, span.line - _CONTEXT_LINES), 1, last, len(lines[last - 1]) + 1)
        excerpt = self._sources.excerpt(around) or ""
        if excerpt == self._sources.excerpt(span) or len(excerpt) > _SNIPPET_LIMIT:
            return None
        return self._region(around)

    def _utf16_column(self, path: str, line: int, column: int) -> int:
        text = self._sources.line(path, line)
        if text is None:
            return column
        return _units(text[: column - 1]) + 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def artifact(path: str) -> om.ArtifactLocation:
    """Return where a file is: relative to the source root, or absolute if its path is; only Windows has drives."""
    if path.startswith("/") or PurePath(path).is_absolute():
        return om.ArtifactLocation(uri="file:///" + _encode(path.lstrip("/")))
    return om.ArtifactLocation(uri=_encode(path or "."), uri_base_id=SOURCE_ROOT)


def segment(text: str) -> str:
    """Return any text as one segment of an identifier with slashes."""
    return _encode(text, safe=" ") or "unnamed"


def _encode(text: str, safe: str = "/") -> str:
    """Percent-encode a path; a byte that was no text (a lone surrogate) is encoded as the byte it was."""
    return quote(_NO_BYTE.sub("\ufffd", text), safe=safe, errors="surrogateescape")
