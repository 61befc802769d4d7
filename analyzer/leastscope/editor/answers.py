"""What an editor is told, as plain values: which findings stand at a place, and what a call or a grant there means.

This module knows reports and nothing of the protocol. Lines and columns are those of spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.hyperlinks import place
from leastscope.report.markup import code, prose, web_link
from leastscope.report.page import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.model import AppResult, EventNeed, Finding, Grant, Need, Report, Requirement, Span

_SHOWN = 10


def findings_at(report: Report, path: str, first: int, last: int) -> tuple[Finding, ...]:
    """Give the findings of a file that count and touch one of the lines."""
    return tuple(
        one
        for one in report.findings
        if one.suppressed is None and one.span.path == path and one.span.line <= last and one.span.end_line >= first
    )


def hover_at(report: Report, path: str, line: int, column: int) -> tuple[Span, str] | None:
    """Say in Markdown what stands at a place, with the region that it is about; the smallest region wins."""
    found = [one for one in _told(report) if one[0].path == path and _holds(one[0], line, column)]
    if not found:
        return None
    span = min((span for span, _ in found), key=_size)
    texts = dict.fromkeys(text for other, text in found if other == span)
    return span, "\n\n".join(texts)


def _told(report: Report) -> Iterator[tuple[Span, str]]:
    for need in report.inventory.needs:
        yield need.request.span, _call(need)
    for event in report.inventory.events:
        yield event.use.span, _event(event)
    for result in report.apps:
        for grant in result.app.grants:
            yield grant.span, _grant(grant, result)


def _holds(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, max(span.end_column, span.column + 1))


def _size(span: Span) -> tuple[int, int]:
    return (span.end_line - span.line, span.end_column - span.column)


def _call(need: Need) -> str:
    """Say which operation a call sends, and what that needs."""
    request = need.request
    maybe = {"possible": " (one of several)", "outside": " (only if other code calls this)"}.get(request.resolution, "")
    head = f"**{code(f'{request.verb} {need.path}')}** of {code(request.system)}{maybe}"
    asked = [_requirement(one) for one in need.requirements if one.strength != "open"]
    if not asked:
        asked = ["needs no permission" if need.covered else "no permission covers this operation"]
    return "\n".join([head, "", *(f"- {text}" for text in asked)])


def _event(need: EventNeed) -> str:
    asked = [_requirement(one) for one in need.requirements] or ["needs no permission"]
    return "\n".join([f"Event **{code(need.use.event)}** of {code(need.use.system)}", "", *(f"- {t}" for t in asked)])


def _requirement(asked: Requirement) -> str:
    names = " or ".join(code(name) for name in asked.any_of)
    possible = "may need" if asked.strength == "possible" else "needs"
    about = f" for {code(asked.detail)}" if asked.detail else ""
    return f"{possible} {names}{about} ({web_link(prose(asked.certainty), asked.source)})"


def _grant(grant: Grant, result: AppResult) -> str:
    """Say how a grant stands, and which places need it."""
    uses = [use for use in result.uses if use.permission == grant.name]
    stands = "excess" if grant.name in result.excess else "unknown" if grant.name in result.unknown else "used"
    words = {
        "excess": "Nothing in the code needs it.",
        "unknown": "Code that leastscope cannot read may need it.",
        "used": f"Needed at {counted(len(uses), 'place')}:" if uses else "Needed by the code.",
    }
    rows = [f"- {code(place(use.span))} {code(use.operation)}" for use in uses[:_SHOWN]]
    more = [f"- and {counted(len(uses) - _SHOWN, 'more place')}"] if len(uses) > _SHOWN else []
    head = f"**{code(grant.name)}**, granted to app {code(result.app.name)}: {stands}"
    return "\n".join([head, "", words[stands], *(["", *rows, *more] if uses else [])])
