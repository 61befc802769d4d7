"""One finding as a block of text: the source line, the way to it, how the permission is known, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.kinds import FINDING_BY_NAME
from leastscope.report.catalog import advice
from leastscope.report.escape import visible
from leastscope.report.page import counted, header, words
from leastscope.report.sentences import known_from, sentence
from leastscope.report.snippet import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import AppResult, Finding, Level, Span, Step, Why
    from leastscope.report.page import Page

_STEP_LIMIT = 10
_PLACE_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A place to show: the level colors it, `why` is what needs the permission there."""

    span: Span
    level: Level
    permission: str
    evidence: tuple[Step, ...]
    related: tuple[Step, ...] = ()
    why: Why | None = None


def finding_block(
    finding: Finding,
    result: AppResult | None,
    page: Page,
    *,
    name_app: bool,
) -> list[str]:
    """Return the lines of one finding; `result` is the app it is about, if there is one; `name_app` says which it is."""
    margin = " " * len(str(finding.span.line))
    shown = Shown(finding.span, finding.level, finding.permission, finding.evidence, finding.related, finding.why)
    lines = [*header(finding.level, finding.rule, sentence(finding.message), page), *place_lines(shown, page)]
    if name_app and result is not None:
        lines += page.item(
            "app:", words(f"{finding.app} ({', '.join(result.app.declared_in) or finding.system})"), margin
        )
    lines += page.item("help:", _help(finding, result), margin)
    pasted = [f"     {visible(line)}" for line in finding.paste.splitlines()]
    return [*lines, "", *pasted] if pasted else lines


def place_lines(shown: Shown, page: Page) -> list[str]:
    """Return a place with its source line, the way to it, why it needs the permission, and the other places."""
    margin = " " * len(str(shown.span.line))
    lines = [*page.snippet(shown.span, shown.level), *_evidence(shown, margin, page)]
    if shown.why is not None:
        lines += page.item("why:", words(known_from(shown.permission, shown.why)), margin)
    return lines + _also(shown.related, margin, page)


def _help(finding: Finding, result: AppResult | None) -> str:
    """Return what to do: what the comparison advises, else what the catalog says of the kind."""
    if finding.advice:
        return words(finding.advice)
    declared = words(result.app.declared_in[0]) if result and result.app.declared_in else "the manifest"
    return advice(FINDING_BY_NAME[finding.rule], words(finding.permission), declared)


def _evidence(shown: Shown, margin: str, page: Page) -> list[str]:
    """Return the way to the place; nothing where it only repeats what is shown."""
    steps = shown.evidence
    if len(steps) == 1 and steps[0].span == shown.span:
        return []
    lines: list[str] = []
    last = shown.span
    for number, step in enumerate(steps[:_STEP_LIMIT], start=1):
        lines += page.item(f"{number}.", f"{_where(step.span, shown.span, page)}: {words(step.note)}", margin)
        lines += _step_line(step, (last, shown.span), margin, page)
        last = step.span
    more = len(steps) - _STEP_LIMIT
    return [*lines, f"{margin}   and {counted(more, 'more step')}"] if more > 0 else lines


def _where(span: Span, home: Span, page: Page) -> str:
    """Return the place of a step; only its line where it is in the file of the finding."""
    return f"line {span.line}" if span.path == home.path else page.links.place(span)


def _step_line(step: Step, shown: Sequence[Span], margin: str, page: Page) -> list[str]:
    """Return the source line of a step, if it is short and not one that is `shown` just before or above."""
    line = (page.sources.line(step.span.path, step.span.line) or "").strip()
    known = {(span.path, span.line) for span in shown}
    if not line or len(line) > page.width or (step.span.path, step.span.line) in known:
        return []
    text = visible(line.replace("\t", " "))
    fits = display_width(text) + len(margin) + 8 <= page.width
    return [f"{margin}      {page.paint('frame', '|')} {text}"] if fits else []


def _also(related: Sequence[Step], margin: str, page: Page) -> list[str]:
    """Return the other places, those with the same words together."""
    groups: dict[str, list[Span]] = {}
    for step in related:
        groups.setdefault(step.note, []).append(step.span)
    lines: list[str] = []
    for note, spans in list(groups.items())[:_PLACE_LIMIT]:
        shown = page.links.places(spans, _PLACE_LIMIT)
        lines += page.item("also at", f"{shown}: {words(note)}" if note else shown, margin)
    more = len(groups) - _PLACE_LIMIT
    return [*lines, f"{margin}   and {more} more"] if more > 0 else lines
