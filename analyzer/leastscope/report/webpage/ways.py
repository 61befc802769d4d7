"""The way to a place: its steps, each with the line of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.report.page import counted
from leastscope.report.webpage.elements import Html, element, joined, spot

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leastscope.model import Finding, Span, Step
    from leastscope.report.markup import Link
    from leastscope.report.source import Sources

_STEPS = 20
_COLUMNS = 300
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Around:
    """What every part of the page needs: the sources, the addresses of places, and the findings that are new, if known."""

    sources: Sources
    link: Link
    new: Collection[Finding] | None = None


def way(steps: Sequence[Step], at: Span, around: Around) -> Html:
    """Return the steps that lead to a place, or the line of the place where no step does."""
    if not steps:
        return line(at, around)
    made = [
        element("li", spot(one.span, around.link), ": ", one.note, line(one.span, around)) for one in steps[:_STEPS]
    ]
    more = len(steps) - _STEPS
    left = [element("li", f"and {counted(more, 'more step')}")] if more > 0 else []
    return element("ol", *made, *left, class_="way")


def line(span: Span, around: Around) -> Html:
    """Return the line of the source with the place marked; nothing where the line cannot be had."""
    whole = around.sources.line(span.path, span.line) or ""
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(whole)
    if not whole[start:end]:
        return Html("")
    indent = min(len(whole) - len(whole.lstrip()), start)
    before, marked, after = whole[indent:start][-_COLUMNS:], whole[start:end][:_COLUMNS], whole[end:][:_COLUMNS]
    return element("pre", joined([_spaced(before), element("mark", _spaced(marked)), _spaced(after)]))


def _spaced(piece: str) -> str:
    return piece.replace("\t", _TAB)
