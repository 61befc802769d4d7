"""The order in which findings are shown (what weighs most comes first), and how many of each level there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.envelope import LEVELS, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Finding, Level


_PER_FILE = frozenset({"missing-grant", "uncovered-call"})
"""Kinds of findings about calls, of which there is one for each file."""


def weight(finding: Finding) -> tuple[object, ...]:
    """Return a key to sort findings by: level, place, and what tells those at one place apart."""
    return (LEVELS[finding.level], finding.span, finding.rule, finding.app, finding.permission, finding.message)


def by_level(findings: Iterable[Finding]) -> Counter[Level]:
    """Count findings by their level, without those that are suppressed."""
    return Counter(finding.level for finding in findings if finding.suppressed is None)


def by_permission(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that count, those that weigh most first, with one for all the files in which calls say the same.

    That is for people: a service that shows findings beside the code keeps one for each file.
    """
    groups: dict[object, list[Finding]] = {}
    for one in sorted((one for one in findings if one.suppressed is None), key=weight):
        said = one.permission or one.message
        key = (one.rule, one.app, one.system, said) if one.rule in _PER_FILE else (one.rule, one.span, one.app, said)
        groups.setdefault(key, []).append(one)
    return [_joined(group) for group in groups.values()]


def _joined(group: list[Finding]) -> Finding:
    """Return the first finding of a group, with the places of the others below it."""
    first, *rest = group
    if not rest:
        return first
    places = {Step(one.span, one.evidence[-1].note if one.evidence else "") for one in rest}
    places |= {step for one in group for step in one.related}
    return replace(first, related=tuple(sorted(step for step in places if step.span != first.span)))
