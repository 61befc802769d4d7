"""Holds two reports side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.diff.findings import compare_findings, compare_gaps, compare_unread
from leastscope.diff.needs import Side, change_of, is_declared
from leastscope.diff.pairs import pairs
from leastscope.diff.types import AppChange, Difference, Files, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from leastscope.model import AppResult, Finding, Report


def diff(before: Report, after: Report, base: State, head: State, files: Files | None = None) -> Difference:
    """Say what changes from one report to another.

    `base` and `head` are what the two are reports of. `files` tells a finding that moved with its file from a new one.
    """
    found = compare_findings(before.findings, after.findings, files or Files())
    new_gaps, gone_gaps = compare_gaps(before.inventory.gaps, after.inventory.gaps)
    return Difference(
        version=after.version,
        base=base,
        head=head,
        apps=_changes(before, after),
        new=found.new,
        fixed=found.fixed,
        unchanged=found.unchanged,
        new_gaps=new_gaps,
        gone_gaps=gone_gaps,
        errors=after.errors,
        errors_before=before.errors,
        policy=after.policy,
        unread=compare_unread(before.inventory.unread, after.inventory.unread),
    )


def _changes(before: Report, after: Report) -> tuple[AppChange, ...]:
    costs = {(cost.system, cost.kind): cost for cost in (*before.costs, *after.costs)}
    changes = [
        change_of(_side(before, one, other), _side(after, other, one), costs)
        for one, other in pairs((*before.apps, *before.undeclared), (*after.apps, *after.undeclared))
    ]
    return tuple(sorted((change for change in changes if change), key=_order))


def _side(report: Report, result: AppResult | None, twin: AppResult | None) -> Side:
    """Give what one report says of an app.

    Where the app is not there, the code without a declaration asks for what it asks for; where that is the other side,
    all the apps of its system do.
    """
    if result is not None or twin is None:
        return Side(result, (result,) if result else (), report.findings)
    others = report.undeclared if is_declared(twin) else (*report.apps, *report.undeclared)
    return Side(None, tuple(other for other in others if other.app.system == twin.app.system), report.findings)


def _order(change: AppChange) -> tuple[str, str, str]:
    return (change.app.system, change.app.root, change.app.name)


def shown_paths(difference: Difference) -> tuple[frozenset[str], frozenset[str]]:
    """Give the files at the base and those at the head that hold a place of a difference."""
    uses_before = [use for change in difference.apps for need in change.dropped for use in need.uses]
    uses_after = [use for change in difference.apps for need in (*change.added, *change.lost) for use in need.uses]
    before = {finding.span.path for finding in difference.fixed}
    after = {error.span.path for error in difference.errors}
    before |= {span.path for use in uses_before for span in (use.span, *(step.span for step in use.evidence))}
    after |= {span.path for use in uses_after for span in (use.span, *(step.span for step in use.evidence))}
    return frozenset(before), frozenset(after) | places_of(difference.new)


def places_of(findings: Collection[Finding]) -> frozenset[str]:
    """Give the files that findings and the ways to them stand in."""
    steps = [step for finding in findings for step in (*finding.evidence, *finding.related)]
    return frozenset((*(finding.span.path for finding in findings), *(step.span.path for step in steps)))
