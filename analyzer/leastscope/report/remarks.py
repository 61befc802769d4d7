"""What a change does beside findings, for the formats of one line each: a policy that it alters, and new gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from leastscope.diff import Difference
    from leastscope.model import Level, PolicyChange, Span

POLICY = "policy"


class Remark(NamedTuple):
    """One thing that a reader has to know: `kind` is `policy` or the kind of a gap, `text` lacks capital and period."""

    level: Level
    kind: str
    span: Span
    text: str


def remarks_of(difference: Difference) -> tuple[Remark, ...]:
    """Give what a change alters of the policy, what loosens it first, and what leastscope can no longer analyze."""
    policy = sorted(difference.policy, key=lambda change: (not change.loosens, change))
    altered = (
        Remark("error" if change.loosens else "note", POLICY, change.span, policy_words(change)) for change in policy
    )
    gaps = sorted(difference.new_gaps, key=lambda gap: (gap.in_tests, gap.span, gap.kind, gap.reason))
    unread = (Remark("note" if gap.in_tests else "warning", gap.kind, gap.span, gap.reason) for gap in gaps)
    return (*altered, *unread)


def policy_words(change: PolicyChange) -> str:
    """Say in one sentence, without capital and period, what a change alters."""
    return f"this change {'loosens' if change.loosens else 'alters'} the policy: {change.text}"
