"""What both Markdown reports show: findings, gaps and files with errors, each as a part that can be cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME
from leastscope.report.escape import visible
from leastscope.report.markup import Part, code, header, opened, place_link, prose, row, web_link
from leastscope.report.page import counted, gap_groups
from leastscope.report.sentences import needing, sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leastscope.model import Finding, Gap, InputError, Level, Step, Why
    from leastscope.report.markup import Link

MARKS: dict[Level, str] = {"error": "❌", "warning": "⚠️", "note": "\u2139\ufe0f"}
_NAMES = 5
_STEPS = 10
_PLACES = 5
_PATCH = 20_000


def names(permissions: Sequence[str], limit: int = _NAMES, marks: Mapping[str, str] | None = None) -> str:
    """Return names of permissions, the last ones only counted; `marks` is Markdown that follows some of them."""
    shown = ", ".join(f"{code(name)}{(marks or {}).get(name, '')}" for name in permissions[:limit])
    more = len(permissions) - limit
    return f"{shown} and {more} more" if more > 0 else shown


def findings_part(findings: Iterable[Finding], link: Link) -> Part:
    """Return a table of findings, the most important first, with the way to each place."""
    rows = tuple(_finding_row(finding, link) for finding in sorted(findings, key=weight))
    return Part(header("", "finding", "where"), rows, "finding")


def errors_part(title: str, told: Iterable[tuple[InputError, str]], link: Link) -> Part:
    """Return a list of what could not be used, each with what follows from that."""
    ordered = sorted(told, key=lambda one: (one[0].span, one[0].message))
    rows = (f"- {place_link(one.span, link)}: {prose(sentence(one.message))} {effect}" for one, effect in ordered)
    return Part(f"{title}\n\n" if title else "", tuple(f"{line.rstrip()}\n" for line in rows), "error")


def gaps_part(gaps: Sequence[Gap], link: Link, closed: str) -> list[Part]:
    """Return the gaps, if any, by kind and reason; `closed` says what they are, with their number to be filled in."""
    rows = (
        row(
            web_link(code(kind), GAP_BY_NAME[kind].url if kind in GAP_BY_NAME else ""),
            prose(sentence(reason)),
            _some([place_link(span, link) for span in spans]),
        )
        for kind, reason, spans in gap_groups(gaps)
    )
    title = closed.format(counted(len(gaps), "place"))
    part = Part(header("gap", "reason", "where"), tuple(rows), "reason", title)
    return [part] if gaps else []


def patch_part(patch: str) -> list[Part]:
    """Return a diff, if there is one that is not too long to be read, folded and ready to be copied."""
    if not patch or len(patch) > _PATCH:
        return []
    text = "\n".join(visible(line) for line in patch.rstrip("\n").split("\n"))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    head = "Apply it with `git apply`, or run `leastscope scan --fix`.\n\n"
    return [Part(head, (f"{fence}diff\n{text}\n{fence}\n",), "patch", "Suggested change of the declarations")]


def way(evidence: Sequence[Step], link: Link) -> list[str]:
    """Return the way to a place as lines, a step each."""
    lines = [
        f"{number}. {place_link(step.span, link)}: {prose(step.note)}"
        for number, step in enumerate(evidence[:_STEPS], start=1)
    ]
    more = len(evidence) - _STEPS
    return [*lines, f"and {counted(more, 'more step')}"] if more > 0 else lines


def others(related: Sequence[Step], link: Link) -> list[str]:
    """Return further places as lines."""
    lines = [
        f"also {place_link(step.span, link)}" + (f": {prose(step.note)}" if step.note else "")
        for step in related[:_PLACES]
    ]
    more = len(related) - _PLACES
    return [*lines, f"and {counted(more, 'more place')}"] if more > 0 else lines


def where(place: str, steps: Sequence[Step], related: Sequence[Step], more: Sequence[str], link: Link) -> str:
    """Return a cell with a place, and what leads there, `more` lines and further places when it is opened."""
    counts = [counted(len(steps), "step")] if steps else ["why"] if more else []
    counts += [counted(len(related), "more place")] if related else []
    return place + opened(", ".join(counts), [*way(steps, link), *more, *others(related, link)])


def _finding_row(finding: Finding, link: Link) -> str:
    kind = FINDING_BY_NAME.get(finding.rule)
    rule = web_link(code(finding.rule), kind.url if kind else "")
    text = " ".join(part for part in (prose(sentence(finding.message)), prose(finding.advice)) if part)
    steps = () if [step.span for step in finding.evidence] == [finding.span] else finding.evidence
    why = [_why(finding.permission, finding.why)] if finding.why else []
    place = where(place_link(finding.span, link), steps, finding.related, why, link)
    return row(f"{MARKS[finding.level]}&nbsp;{finding.level}", f"{rule}: {text}", place)


def _why(permission: str, why: Why) -> str:
    known = web_link(prose(why.requirement.certainty), why.requirement.source)
    return f"why: {code(needing(why))} needs {code(permission)} ({known})"


def _some(links: Sequence[str]) -> str:
    shown = ", ".join(links[:_PLACES])
    more = len(links) - _PLACES
    return f"{shown} and {more} more" if more > 0 else shown
