"""What a run says in few words: the sentence of the verdict, and the values that later steps may use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leastscope.model import LEVELS
from leastscope.report.hyperlinks import place
from leastscope.report.page import counted, words
from leastscope.report.weight import by_level
from leastscope.verdict import CLEAN, INCOMPLETE, USAGE, needs_more

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leastscope.diff import AppChange, Difference
    from leastscope.model import Report

_MAX_DIFFERENCE = 100_000
_SHOWN = 3


def verdict(code: int, fail_on: str, report: Report, difference: Difference | None) -> str:
    """Return one sentence that says how a run ended, and why."""
    if code == USAGE:
        first = report.errors[0]
        more = f" (and {len(report.errors) - 1} more)" if len(report.errors) > 1 else ""
        return f"{first.span.path}:{first.span.line} could not be used, so nothing is certain: {first.message}{more}"
    gaps = difference.new_gaps if difference else report.inventory.gaps
    if code == INCOMPLETE:
        return f"{counted(len(gaps), 'place')} could not be analyzed, and --strict is set."
    if difference is None:
        return _state(code, fail_on, report)
    if code != CLEAN and fail_on == "policy":
        texts = "; ".join(words(change.text) for change in difference.loosened[:_SHOWN])
        more = f" and {len(difference.loosened) - _SHOWN} more" if len(difference.loosened) > _SHOWN else ""
        return f"This change loosens the policy: {texts}{more}; the check fails on 'policy'."
    lacking = [_lack(change) for change in difference.apps if change.lacking]
    if lacking:
        return f"This change makes {'; '.join(lacking)}."
    if code != CLEAN and fail_on == "new-gaps":
        return f"leastscope cannot analyze {_hidden(difference)} of this change; the check fails on 'new-gaps'."
    counts = by_level(difference.new)
    new = ", ".join(f"{counted(counts[level], f'new {level}')}" for level in LEVELS if counts[level])
    if code != CLEAN:
        return f"This change adds {new}; the check fails on '{fail_on}'."
    unread = f"; leastscope cannot analyze {_hidden(difference)}" if any(not g.in_tests for g in gaps) else ""
    known = "no app that leastscope knows of" if unread else "no app"
    return (
        f"This change makes {known} need a permission that the app is not granted{f'; {new}' if new else ''}{unread}."
    )


def _hidden(difference: Difference) -> str:
    """Return how many places a change adds that could not be analyzed, with the first of them."""
    gaps = sorted((gap for gap in difference.new_gaps if not gap.in_tests), key=lambda gap: (gap.span, gap.kind))
    first = gaps[0]
    return f"{counted(len(gaps), 'new place')} (the first is {place(first.span)}, {first.kind})"


def _lack(change: AppChange) -> str:
    names = ", ".join(f"'{need.permission}'" for need in change.lacking)
    return f"{change.app.called} need permissions that the app is not granted: {names}"


def _state(code: int, fail_on: str, report: Report) -> str:
    counts = by_level(report.findings)
    found = ", ".join(counted(counts[level], level) for level in LEVELS if counts[level]) or "no findings"
    return f"{found[:1].upper()}{found[1:]}{f'; the check fails on {fail_on!r}' if code != CLEAN else ''}."


def outputs_of(report: Report, difference: Difference | None) -> dict[str, str]:
    """Return the outputs of the action; those of a comparison are empty where there is none.

    Counts are those of all findings that are not suppressed. Without a comparison `needs-more` says whether any app
    needs more than it is granted, and not only perhaps.
    """
    counts = by_level(report.findings)
    values = {f"{level}s": str(counts[level]) for level in LEVELS}
    values |= {"gaps": str(len(report.inventory.gaps)), "mode": "compare" if difference else "full"}
    if difference is None:
        lacks = _truth(needs_more(report.findings))
        return values | {"new": "", "fixed": "", "needs-more": lacks, "difference": ""}
    return values | {
        "new": str(len(difference.new)),
        "fixed": str(len(difference.fixed)),
        "needs-more": _truth(difference.needs_more),
        "difference": _short(difference),
    }


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _short(difference: Difference) -> str:
    """Return what changes for each app on one line of JSON, without the places; nothing where it is too long to pass on."""
    apps = [
        {
            "system": change.app.system,
            "app": change.app.name,
            "declared": change.declared,
            "lacking": _names(need.permission for need in change.lacking),
            "added": _names(need.permission for need in change.added),
            "lost": _names(need.permission for need in change.lost),
            "dropped": _names(need.permission for need in change.dropped),
            "granted": _names(grant.name for grant in change.granted),
            "revoked": _names(grant.name for grant in change.revoked),
        }
        for change in difference.apps
    ]
    text = json.dumps({"needs_more": difference.needs_more, "apps": apps}, separators=(",", ":"))
    return text if len(text) <= _MAX_DIFFERENCE else ""


def _names(names: Iterable[str]) -> Sequence[str]:
    return sorted(set(names))
