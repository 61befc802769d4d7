"""How a run ends: the exit codes, and which findings a check fails on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    from leastscope.model import Finding

CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERNAL, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 70, 130, 143
CHANGE_FAILS_ON = ("needs-more", "new-findings", "new-gaps", "policy", "none")
"""What a check of a change may fail on: a missing permission, that and a new error or warning, gaps, a looser policy."""
FailOn: TypeAlias = Literal["error", "warning", "note", "needs-more", "never"]
_LACK = "missing-grant"


def exit_code(findings: Iterable[Finding], errors: Sized, gaps: Sized, fail_on: str, *, strict: bool) -> int:
    """Say how a run ended: what could not be read outweighs findings, findings outweigh gaps.

    `fail_on` is a level, `never`, or `needs-more` (see there).
    """
    return code_of(errors, gaps, fails=fails(findings, fail_on), strict=strict)


def code_of(errors: Sized, gaps: Sized, *, fails: bool, strict: bool) -> int:
    """Give the exit code where it is known whether what was found makes a run fail."""
    if errors:
        return USAGE
    if fails:
        return FINDINGS
    return INCOMPLETE if strict and gaps else CLEAN


def fails(findings: Iterable[Finding], fail_on: str) -> bool:
    """Whether findings make a run fail; those that are suppressed do not."""
    if fail_on == "needs-more":
        return needs_more(findings)
    from leastscope.envelope import LEVELS  # noqa: PLC0415 - a run that ends without findings needs none of it

    order: list[str] = [*LEVELS]
    worst = order.index(fail_on) if fail_on != "never" else -1
    return any(order.index(finding.level) <= worst for finding in findings if finding.suppressed is None)


def needs_more(findings: Iterable[Finding]) -> bool:
    """Whether an app needs more than it is granted, and not only perhaps."""
    lacks = (finding for finding in findings if finding.rule == _LACK and finding.suppressed is None)
    return any(finding.level != "note" for finding in lacks)
