"""Which findings and gaps are new, gone, or as they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from leastscope.model import PolicyChange

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from leastscope.diff.types import Files
    from leastscope.model import Finding, Gap, Report, Unread

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings that only the head has, those that only the base has, and how many both have."""

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unchanged: int


def compare_findings(before: Iterable[Finding], after: Iterable[Finding], files: Files) -> Compared:
    """Match findings by fingerprint, each once; what is left matches if all it says is the same and its file moved."""
    old = [finding for finding in before if finding.suppressed is None]
    now = [finding for finding in after if finding.suppressed is None]
    gone, new = _apart(old, now, files)
    fixed, added = (tuple(sorted(found, key=_order)) for found in (gone, new))
    return Compared(added, fixed, len(now) - len(added))


def _apart(old: Sequence[Finding], now: Sequence[Finding], files: Files) -> tuple[list[Finding], list[Finding]]:
    """Give the findings that only one side has."""
    gone, new = _unmatched(old, now, lambda finding: finding.fingerprint)
    left, moved = _parted(gone, files.gone)
    fresh, arrived = _parted(new, files.added)
    lost, come = _unmatched(moved, arrived, _saying)
    return [*left, *lost], [*fresh, *come]


def _parted(findings: Iterable[Finding], paths: frozenset[str]) -> tuple[list[Finding], list[Finding]]:
    """Part findings into those elsewhere and those in some files."""
    found = list(findings)
    return [one for one in found if one.span.path not in paths], [one for one in found if one.span.path in paths]


def compare_gaps(before: Iterable[Gap], after: Iterable[Gap]) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
    """Give the gaps that are new and those that are gone; lines may move, and equal gaps of a file are counted."""
    gone, new = _unmatched(before, after, lambda gap: (gap.kind, gap.span.path, gap.system, gap.reason))
    return tuple(new), tuple(gone)


def compare_unread(before: Iterable[Unread], after: Iterable[Unread]) -> tuple[Unread, ...]:
    """Give what is not read at the head, with those of its paths that are not among the same at the base."""
    known = {one.reason: frozenset(one.paths) for one in before}
    return tuple(
        replace(one, new=tuple(path for path in one.paths if path not in known.get(one.reason, ()))) for one in after
    )


def _unmatched(
    before: Iterable[_Item], after: Iterable[_Item], key: Callable[[_Item], Hashable]
) -> tuple[list[_Item], list[_Item]]:
    """Take away what both have, as often as both have it; the rest keeps its order."""
    old, now = list(before), list(after)
    return _beyond(old, Counter(map(key, now)), key), _beyond(now, Counter(map(key, old)), key)


def _beyond(items: list[_Item], known: Counter[Hashable], key: Callable[[_Item], Hashable]) -> list[_Item]:
    rest = []
    for item in items:
        known[key(item)] -= 1
        if known[key(item)] < 0:
            rest.append(item)
    return rest


def _saying(finding: Finding) -> tuple[str, ...]:
    return (finding.rule, finding.level, finding.app, finding.system, finding.permission, finding.message)


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.span, finding.rule, finding.permission, finding.app, finding.system, finding.message)


def without_own_comments(before: Report, after: Report, files: Files) -> Report:
    """Let the comments that the head adds suppress nothing, and note each: its base has not agreed to them.

    A comment counts where a finding was suppressed by one before.
    """
    commented = [finding for finding in after.findings if finding.suppressed_at is not None]
    known = [finding for finding in before.findings if finding.suppressed_at is not None]
    _, own = _apart(known, commented, files)
    if not own:
        return after
    added = {id(finding) for finding in own}
    findings = tuple(
        replace(finding, suppressed=None, suppressed_at=None) if id(finding) in added else finding
        for finding in after.findings
    )
    changes = {
        PolicyChange(finding.suppressed_at, f"a comment suppresses '{finding.rule}'", loosens=True)
        for finding in own
        if finding.suppressed_at
    }
    return replace(after, findings=findings, policy=tuple(sorted({*after.policy, *changes})))
