"""Findings that somebody has decided about: they stay, with the justification, and do not count.

The decision stands in a comment at the place of a finding, or in the settings, as an exception of a grant that may end.
One that decides nothing is told, for it would hide the next finding at its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leastscope.comments import Suppression
    from leastscope.model import AppResult, Expected, Span

UNNEEDED = frozenset({"excess-grant", "write-not-needed", "redundant-grant"})
"""What an exception of a grant is about."""
_RULE = "unused-suppression"
_ADVICE = {"statement": "Correct the statement, or remove it."}


@dataclass(slots=True)
class Decisions:
    """All that was decided: the exceptions of the apps, and comments by file and line. `used` are those that match."""

    apps: Sequence[AppResult]
    comments: Mapping[tuple[str, int], Sequence[Suppression]]
    used: set[Suppression]

    @classmethod
    def of(cls, apps: Sequence[AppResult], comments: Iterable[Suppression]) -> Decisions:
        """Index the comments that count."""
        lines: dict[tuple[str, int], list[Suppression]] = {}
        for one in sorted(comments):
            if not one.problem:
                lines.setdefault((one.span.path, one.line), []).append(one)
        return cls(apps, lines, set())


def suppressed(findings: Iterable[Finding], decisions: Decisions) -> tuple[Finding, ...]:
    """Give all the findings; those that were decided about have the justification of that."""
    return tuple(_by_comment(_by_exception(finding, decisions), decisions) for finding in findings)


def _by_exception(finding: Finding, decisions: Decisions) -> Finding:
    if finding.rule not in UNNEEDED:
        return finding
    expected = [one for one in _exceptions(finding, decisions.apps) if one.permission == finding.permission]
    if not expected:
        return finding
    standing = [one for one in expected if not one.ended]
    if standing:
        return replace(finding, suppressed=standing[0].reason)
    last = max(expected, key=lambda one: (one.until, one.span))
    message = f"{finding.message} The exception in the settings ended on {last.until}."
    related = tuple(sorted({*finding.related, Step(last.span, f"the exception ended on {last.until}")}))
    return replace(finding, message=message, related=related)


def _exceptions(finding: Finding, apps: Iterable[AppResult]) -> Iterator[Expected]:
    """The exceptions of the app that a finding is about."""
    for result in apps:
        app = result.app
        if (app.name, app.system) == (finding.app, finding.system) and finding.span.path in app.declared_in:
            yield from app.expected


def _by_comment(finding: Finding, decisions: Decisions) -> Finding:
    """Look at the first line of the finding's place, and at the last, where formatters move a comment to."""
    span = finding.span
    for line in dict.fromkeys((span.line, span.end_line)):
        for one in decisions.comments.get((span.path, line), ()):
            if not one.kinds or finding.rule in one.kinds:
                decisions.used.add(one)
                if finding.suppressed is None:
                    finding = replace(finding, suppressed=one.reason, suppressed_at=one.span)
    return finding


def idle(decisions: Decisions, comments: Iterable[Suppression], off: frozenset[str]) -> Iterator[Finding]:
    """Note the comments that do not count, and, where apps were compared, comments and exceptions that match nothing.

    Kinds that are `off` have no findings to be matched.
    """
    for one in sorted(comments):
        if one.problem:
            end = "" if one.problem.endswith("?") else "."
            yield _note(
                one.span,
                f"The {one.what} is invalid: {one.problem}{end}",
                f"this {one.what} is invalid",
                _ADVICE.get(one.what, ""),
            )
        elif _is_idle(one, decisions, off):
            kinds = ", ".join(f"'{kind}'" for kind in sorted(one.kinds)) or "any kind"
            yield _note(
                one.span,
                f"The suppression has no effect: there is no finding of {kinds} here.",
                "this suppression matches nothing",
            )
    for result in decisions.apps:
        yield from _idle_exceptions(result)


def _is_idle(one: Suppression, decisions: Decisions, off: frozenset[str]) -> bool:
    asked = one.kinds or FINDING_BY_NAME.keys()
    return bool(decisions.apps) and one not in decisions.used and off.isdisjoint(asked)


def _idle_exceptions(result: AppResult) -> Iterator[Finding]:
    """Note exceptions of grants that are not there, or that the code needs; where neither is sure, nothing is said."""
    app = result.app
    for one in app.expected:
        why = ""
        if one.permission not in result.granted:
            why = f"{app.called} is not granted '{one.permission}'"
        elif one.permission in result.needed:
            why = f"the code needs '{one.permission}'"
        if why:
            found = _note(one.span, f"The exception has no effect: {why}.", "this exception has no effect")
            yield replace(found, app=app.name, system=app.system, permission=one.permission)


def _note(span: Span, message: str, step: str, advice: str = "") -> Finding:
    return Finding(
        rule=_RULE,
        level=FINDING_BY_NAME[_RULE].level,
        certainty="certain",
        app="",
        system="",
        permission="",
        any_of=(),
        span=span,
        message=message,
        evidence=(Step(span, step),),
        advice=advice,
    )
