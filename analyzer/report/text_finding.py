"""One finding as a block of text: the source line, the way to it, how the permission is known, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.kinds import FINDING_BY_NAME
from analyzer.report.catalog import advice
from analyzer.report.escape import visible
from analyzer.report.page import counted, header, place, places, words
from analyzer.report.snippet import display_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.model import AppResult, Finding, Need, Requirement, Span, Step
    from analyzer.report.page import Page

_STEP_LIMIT = 10
_PLACE_LIMIT = 5


def finding_block(
    finding: Finding,
    result: AppResult | None,
    cause: tuple[Need, Requirement] | None,
    page: Page,
    *,
    name_app: bool,
) -> list[str]:
    """Return the lines of one finding.

    `result` is the app it is about, `cause` the request and requirement at its place, both if there is one; `name_app`
    says which app it is.
    """
    margin = " " * len(str(finding.span.line))
    lines = header(finding.level, finding.rule, finding.message, page) + page.snippet(finding.span, finding.level)
    lines += _evidence(finding, margin, page)
    if cause is not None:
        lines += page.item("why:", _why(finding.permission, *cause), margin)
    if len(finding.any_of) > 1:
        lines += page.item("any of these will do:", words(", ".join(finding.any_of)), margin)
    lines += _also(finding.related, margin, page)
    if name_app and result is not None:
        lines += page.item(
            "app:", words(f"{finding.app} ({', '.join(result.app.declared_in) or finding.system})"), margin
        )
    declared = words(result.app.declared_in[0]) if result and result.app.declared_in else "the manifest"
    return lines + page.item(
        "help:", advice(FINDING_BY_NAME[finding.rule], words(finding.permission), declared), margin
    )


def _evidence(finding: Finding, margin: str, page: Page) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(finding.evidence[:_STEP_LIMIT], start=1):
        lines += page.item(f"{number}.", f"{place(step.span)}: {words(step.note)}", margin)
        lines += _step_line(step, finding.span, margin, page)
    more = len(finding.evidence) - _STEP_LIMIT
    return [*lines, f"{margin}   and {counted(more, 'more step')}"] if more > 0 else lines


def _step_line(step: Step, shown: Span, margin: str, page: Page) -> list[str]:
    """Return the source line of a step, if it is short and not the line shown already."""
    line = (page.sources.line(step.span.path, step.span.line) or "").strip()
    if not line or len(line) > page.width or (step.span.path, step.span.line) == (shown.path, shown.line):
        return []
    text = visible(line.replace("\t", " "))
    fits = display_width(text) + len(margin) + 8 <= page.width
    return [f"{margin}      {page.paint('frame', '|')} {text}"] if fits else []


def _why(permission: str, need: Need, requirement: Requirement) -> str:
    reason = {
        "operation": "",
        "expand": f" to expand {requirement.detail}",
        "event": f" for the event {requirement.detail}",
        "parameter": f" for the parameter {requirement.detail}",
    }[requirement.because]
    known = ", ".join(part for part in (requirement.certainty, requirement.source) if part)
    return words(f"{need.request.verb} {need.path} needs {permission}{reason.rstrip()} ({known})")


def _also(related: Sequence[Step], margin: str, page: Page) -> list[str]:
    """Return the other places, those with the same words together."""
    groups: dict[str, list[Span]] = {}
    for step in related:
        groups.setdefault(step.note, []).append(step.span)
    lines: list[str] = []
    for note, spans in list(groups.items())[:_PLACE_LIMIT]:
        shown = places(spans, _PLACE_LIMIT)
        lines += page.item("also at", f"{shown}: {words(note)}" if note else shown, margin)
    more = len(groups) - _PLACE_LIMIT
    return [*lines, f"{margin}   and {more} more"] if more > 0 else lines
