"""The order in which findings are shown (what weighs most comes first), and how many of each level there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leastscope.model import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Finding, Level


def weight(finding: Finding) -> tuple[object, ...]:
    """Return a key to sort findings by: level, place, and what tells those at one place apart."""
    return (LEVELS[finding.level], finding.span, finding.rule, finding.app, finding.permission, finding.message)


def by_level(findings: Iterable[Finding]) -> Counter[Level]:
    """Count findings by their level, without those that are suppressed."""
    return Counter(finding.level for finding in findings if finding.suppressed is None)
