"""Finds where a name stands that the code uses at some place, so that a finding about it can point at the name itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from leastscope.document import LINE_BREAK
from leastscope.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MAX_PLACES = 1000
_LETTER = r"[A-Za-z0-9_.:]"
# A string without an end goes up to the end of the line, a lone backslash included: no second try from its inside.
_STRING = re.compile(r"""(["'])(?:(?!\1)[^\\]|\\(?:.|\Z))*(?:\1|\Z)""", re.DOTALL)


def place_finder(text_of: Callable[[str], str], others: Iterable[str]) -> Callable[[Span, str, str], Span]:
    """Make a function that gives the place of a name that is part of a text used at a span.

    It stands in quotes inside the span; else where the whole text stands in quotes nearest to it in the same file, or in
    the first of the `others` (paths of files); else where the name alone does; else anywhere in the same file.
    `text_of` gives the text of a file. Where the name stands nowhere, the span is given back.
    """
    known = tuple(others)

    @cache
    def elsewhere(quoted: str) -> Span | None:
        literal = re.compile(rf"""(?<=["']){re.escape(quoted)}(?=["'])""")
        return next((place for path in known for place in _places(path, text_of(path), quoted, literal)), None)

    def find(span: Span, name: str, text: str) -> Span:
        whole = text_of(span.path)
        here = _ranked(span, whole, name)
        inside = [one for one in here if one[:2] == (False, False)]
        if inside:
            return min(inside)[-1]
        for quoted in dict.fromkeys((text, name)):
            near = [one for one in _ranked(span, whole, quoted) if not one[0]]
            place = min(near)[-1] if near else elsewhere(quoted)
            if place and quoted:
                column = place.column + max(quoted.find(name), 0)
                return Span(place.path, place.line, column, place.line, column + len(name))
        return min(here)[-1] if here else span

    return find


def _ranked(span: Span, text: str, name: str) -> list[tuple[bool, bool, int, Span]]:
    """Give the places of a name in the file of a span: those in quotes first, then those inside of it, then by distance."""
    pattern = re.compile(f"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})")
    found: list[tuple[bool, bool, int, Span]] = []
    quoted: tuple[int, list[tuple[int, int]]] = (0, [])
    lines = LINE_BREAK.split(text) if name in text else []
    for place in islice(_places(span.path, text, name, pattern), _MAX_PLACES):
        if quoted[0] != place.line:
            quoted = (place.line, [match.span() for match in _STRING.finditer(lines[place.line - 1])])
        at = bisect_left(quoted[1], (place.column - 1, 0)) - 1
        is_quoted = at >= 0 and place.column - 1 < quoted[1][at][1]
        is_inside = span.line <= place.line <= span.end_line
        found.append((not is_quoted, not is_inside, abs(place.line - span.line), place))
    return found


def _places(path: str, text: str, name: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    if name not in text:
        return
    for number, line in enumerate(LINE_BREAK.split(text), 1):
        for match in pattern.finditer(line) if name in line else ():
            yield Span(path, number, match.start() + 1, number, match.end() + 1)
