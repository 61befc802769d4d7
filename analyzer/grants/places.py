"""Finds where a name stands that the code uses at some place, so that a finding about it can point at the name itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LETTER = r"[A-Za-z0-9_.:]"


def place_finder(text_of: Callable[[str], str], others: Iterable[str]) -> Callable[[Span, str, str], Span]:
    """Make a function that gives the place of a name that is part of a text used at a span.

    It stands inside the span, else nearest to it in the same file, else in the first of the `others` (paths of files)
    that holds the whole text, or the name alone, in quotes. `text_of` gives the text of a file. Where the name stands
    nowhere, the span is given back.
    """
    known = tuple(others)

    def find(span: Span, name: str, text: str) -> Span:
        pattern = re.compile(f"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})")
        here = [
            (not span.line <= place.line <= span.end_line, abs(place.line - span.line), place)
            for place in _places(span.path, text_of(span.path), pattern)
        ]
        if here:
            return min(here)[2]
        for quoted in dict.fromkeys((text, name)):
            literal = re.compile(rf"""(?<=["']){re.escape(quoted)}(?=["'])""")
            for path in known:
                whole = next(_places(path, text_of(path), literal), None)
                if whole:
                    start = quoted.index(name) if name in quoted else 0
                    column = whole.column + start
                    return Span(path, whole.line, column, whole.line, column + len(name))
        return span

    return find


def _places(path: str, text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    for number, line in enumerate(text.splitlines(), 1):
        for match in pattern.finditer(line):
            yield Span(path, number, match.start() + 1, number, match.end() + 1)
