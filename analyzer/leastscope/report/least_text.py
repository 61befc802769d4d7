"""The least sets of permissions as text for people: each permission with the code that needs it, and what is not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.hyperlinks import NO_LINKS, Links
from leastscope.report.page import Page, counted, gap_block, joined, words
from leastscope.report.snippet import Paint, wrap
from leastscope.report.source import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leastscope.model import LeastSet, Span, Use

_OPERATIONS = 4


def render_least_text(sets: Sequence[LeastSet], *, color: bool, width: int = 80, links: Links = NO_LINKS) -> str:
    """Return each set with its reasons, then the text to paste."""
    page = Page(Sources(lambda _: None), Paint(color), width, links)
    blocks: list[Sequence[str]] = []
    for one in sets:
        blocks += [_heading(one, page), *_needed(one, page), *_left_out(one, page), _text(one, page)]
    return joined(blocks or [["No request that needs a permission was found."]])


def render_doubts(one: LeastSet) -> str:
    """Return what is not sure about a set, for somebody who only takes its text; empty if everything is."""
    page = Page(Sources(lambda _: None), Paint(on=False), 100)
    inferred = _inferred_note(one, page)
    return joined([*([inferred] if inferred else []), *_left_out(one, page)]) if inferred or _is_open(one) else ""


def _is_open(one: LeastSet) -> bool:
    return bool(one.possible or one.outside or one.gaps)


def _heading(one: LeastSet, page: Page) -> list[str]:
    whose = f"{words(one.app.called)} ({one.app.system})" if one.app.name else one.app.system
    return [page.paint("bold", f"{whose}: {counted(len(one.titles), 'permission')} needed")]


def _needed(one: LeastSet, page: Page) -> list[list[str]]:
    blocks = []
    for name, title in one.titles:
        note = " (inferred, not documented)" if name in one.inferred else ""
        lines = wrap(f"{name}: {title}{note}", page.width, first="  ", rest="    ")
        blocks.append([*lines, *_uses([use for use in one.uses if use.permission == name], page)])
    return blocks


def _uses(uses: Iterable[Use], page: Page) -> list[str]:
    """Return the operations that need a permission, each with its first place."""
    places: dict[str, list[Span]] = {}
    for use in uses:
        places.setdefault(use.operation, []).append(use.span)
    lines: list[str] = []
    for operation, spans in list(places.items())[:_OPERATIONS]:
        more = f" and {counted(len(set(spans)) - 1, 'more place')}" if len(set(spans)) > 1 else ""
        lines += wrap(
            f"{words(operation)} at {page.links.place(min(spans))}{more}", page.width, first="    ", rest="      "
        )
    left = len(places) - _OPERATIONS
    return [*lines, f"    and {counted(left, 'more operation')}"] if left > 0 else lines


def _inferred_note(one: LeastSet, page: Page) -> list[str]:
    if not one.inferred:
        return []
    return wrap(f"Inferred, not documented: {', '.join(one.inferred)}. Test the calls that need them.", page.width)


def _left_out(one: LeastSet, page: Page) -> list[list[str]]:
    """Return what may be needed as well, and what could not be told."""
    blocks: list[list[str]] = []
    for uses, title in (
        (one.possible, "Only possible, and left out:"),
        (one.outside, "Needed only if code outside of what was read calls it, and left out:"),
    ):
        lines = [title] if uses else []
        for name in sorted({use.permission for use in uses}):
            lines.append(f"  {name}")
            lines += _uses([use for use in uses if use.permission == name], page)
        blocks += [lines] if lines else []
    if one.gaps:
        blocks.append([*gap_block(one.gaps, page), "  Each of them may need more."])
    return blocks


def _text(one: LeastSet, page: Page) -> list[str]:
    return [page.paint("bold", f"{one.way}:"), "", *one.text.rstrip("\n").split("\n")] if one.titles else []
