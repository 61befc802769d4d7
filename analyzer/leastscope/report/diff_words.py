"""A difference in words, for every output that people read: what happens to each permission, and what tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.page import words
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.diff import AppChange, Difference, NeedChange
    from leastscope.model import Finding, Level, Use

_SHORT = 10
_HEX = frozenset("0123456789abcdef")
_STANDINGS = {
    "granted": "granted already",
    "included": "included in another granted permission",
    "accepted": "not granted, but accepted in the settings or a comment",
    "missing": "not granted",
    "undeclared": "",
}
_DECLARED = {"added": " is newly declared", "removed": " is no longer declared", "never": ", which has no declaration"}


def short(name: str) -> str:
    """Return a revision as people write it: a full commit id is cut."""
    return name[:_SHORT] if len(name) >= 40 and set(name) <= _HEX else name


def judged(difference: Difference) -> tuple[AppChange, ...]:
    """Return the apps of which something can be said: not those whose declaration is there and could not be used."""
    broken = {error.span.path for error in difference.errors}
    return tuple(
        change
        for change in difference.apps
        if change.declared != "removed" or broken.isdisjoint(grant.span.path for grant in change.revoked)
    )


def lacks(difference: Difference, change: AppChange) -> list[tuple[NeedChange, Finding]]:
    """Return what an app lacks through the change, with the new findings that tell of it."""
    needs = {need.permission: need for need in change.lacking}
    key = ("missing-grant", change.app.name, change.app.system)
    found = [finding for finding in difference.new if (finding.rule, finding.app, finding.system) == key]
    return [(needs[one.permission], one) for one in sorted(found, key=weight) if one.permission in needs]


def other_findings(difference: Difference) -> list[Finding]:
    """Return the new findings that tell of something else than what an app lacks."""
    told = {id(finding) for change in difference.apps for _, finding in lacks(difference, change)}
    return sorted((finding for finding in difference.new if id(finding) not in told), key=weight)


def app_words(change: AppChange) -> str:
    """Return which app it is, and what becomes of its declaration."""
    app = change.app
    name = f"{words(app.called)} ({words(app.system)})" if app.name else words(app.system)
    was = f", which was '{words(change.before)}'" if change.before else ""
    return f"{name}{was}{_DECLARED.get(change.declared, '')}"


def phrases(change: AppChange) -> dict[str, str]:
    """Return what happens to each permission, in words: what is missing first, then what is more, then what is less."""
    granted = {grant.name for grant in change.granted}
    revoked = {grant.name for grant in change.revoked}
    told: dict[str, list[str]] = {}
    for need in (*change.lacking, *change.lost, *change.added):
        first = "still needed" if need in change.lost else "newly needed"
        held = _STANDINGS[need.standing]
        if need.standing == "missing" and need.raises:
            held = f"not granted: raise '{words(need.raises)}' to '{words(need.permission)}'"
        if need.permission in granted:
            held = "granted by this change"
        elif need.permission in revoked:
            held = "no longer granted"
        told.setdefault(need.permission, [part for part in (first, held) if part])
    for name in sorted(granted - told.keys()):
        told[name] = ["granted by this change"]
    for need in change.dropped:
        held = (
            "no longer granted" if need.permission in revoked else "still granted" if need.standing == "granted" else ""
        )
        enough = f"{listed(need.instead)} {'are' if len(need.instead) > 1 else 'is'} now enough" if need.instead else ""
        told[need.permission] = [part for part in ("no longer needed", held, enough) if part]
    for name in sorted(revoked - told.keys()):
        told[name] = ["no longer granted"]
    return {name: ", ".join(parts) for name, parts in told.items()}


def signs(change: AppChange) -> dict[str, tuple[str, Level]]:
    """Return the sign of each of these permissions, and how much it matters."""
    lacking = {need.permission for need in change.lacking}
    lost = {need.permission for need in change.lost}
    dropped = {need.permission: need.standing == "granted" for need in change.dropped}
    revoked = {grant.name for grant in change.revoked}

    def of(permission: str) -> tuple[str, Level]:
        if permission in lacking:
            return "!" if permission in lost else "+", "error"
        if permission in dropped:
            return "-", "warning" if dropped[permission] else "note"
        return "-" if permission in revoked else "+", "note"

    return {permission: of(permission) for permission in phrases(change)}


def straight(use: Use) -> tuple[object, ...]:
    """Return a key to sort places by: what asks for the permission by its name comes first."""
    return (use.permission not in use.requirement.any_of, use.requirement.certainty, use.span, use.operation)


def listed(names: Sequence[str]) -> str:
    """Return names in quotes."""
    return ", ".join(f"'{words(name)}'" for name in names)
