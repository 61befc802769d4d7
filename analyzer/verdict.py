"""How a run ends: the exit codes, and which findings a check fails on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from analyzer.model import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    from analyzer.model import Finding

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERNAL = 0, 1, 2, 3, 70
FailOn: TypeAlias = Literal["error", "warning", "note", "needs-more", "never"]
_LACK = "missing-grant"


def exit_code(findings: Iterable[Finding], errors: Sized, gaps: Sized, fail_on: str, *, strict: bool) -> int:
    """Say how a run ended: what could not be read outweighs findings, findings outweigh gaps.

    `fail_on` is a level, `never`, or `needs-more`: an app needs more than it is granted, and not only perhaps.
    """
    if errors:
        return USAGE
    if any(_fails(finding, fail_on) for finding in findings if finding.suppressed is None):
        return FINDINGS
    return INCOMPLETE if strict and gaps else CLEAN


def _fails(finding: Finding, fail_on: str) -> bool:
    if fail_on == "needs-more":
        return finding.rule == _LACK and finding.level != "note"
    order: list[str] = [*LEVELS]
    return fail_on != "never" and order.index(finding.level) <= order.index(fail_on)
