"""The order in which findings are shown: what weighs most comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model import Finding, Level

LEVELS: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}


def weight(finding: Finding) -> tuple[object, ...]:
    """Return a key to sort findings by: level, place, and what tells those at one place apart."""
    return (LEVELS[finding.level], finding.span, finding.rule, finding.app, finding.permission, finding.message)
