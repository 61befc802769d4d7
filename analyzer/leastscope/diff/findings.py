"""Which findings and gaps are new, gone, or as they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from leastscope.diff.types import Files
    from leastscope.model import Finding, Gap

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
    gone, new = _unmatched(old, now, lambda finding: finding.fingerprint)
    left, moved = _parted(gone, files.gone)
    fresh, arrived = _parted(new, files.added)
    lost, come = _unmatched(moved, arrived, _saying)
    fixed, added = (tuple(sorted(found, key=_order)) for found in ((*left, *lost), (*fresh, *come)))
    return Compared(added, fixed, len(now) - len(added))


def _parted(findings: Iterable[Finding], paths: frozenset[str]) -> tuple[list[Finding], list[Finding]]:
    """Part findings into those elsewhere and those in some files."""
    found = list(findings)
    return [one for one in found if one.span.path not in paths], [one for one in found if one.span.path in paths]


def compare_gaps(before: Iterable[Gap], after: Iterable[Gap]) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
    """Give the gaps that are new and those that are gone; lines may move, and equal gaps of a file are counted."""
    gone, new = _unmatched(before, after, lambda gap: (gap.kind, gap.span.path, gap.system, gap.reason))
    return tuple(new), tuple(gone)


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
