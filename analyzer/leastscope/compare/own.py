"""Calls that no grant of an app binds: made with the developer's own key, on the developer's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.compare.demands import standing_of
from leastscope.compare.excess import own_uses
from leastscope.model import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leastscope.compare.attribution import Share
    from leastscope.compare.demands import Holding


def own_calls(share: Share, *, tests: bool) -> tuple[Step, ...]:
    """Give the places of these calls, sorted."""
    calls = (need for need in share.needs if standing_of(share.app, need, tests=tests) == "own")
    asking = (need for need in calls if need.requirements or not need.covered)
    return tuple(sorted({Step(need.request.span, f"{need.request.verb} {need.path}") for need in asking}))


def own_account_calls(holding: Holding, calls: Sequence[Step]) -> Iterator[Finding]:
    """Note these calls once for each app, with the grants that nothing else would need."""
    if not calls:
        return
    app = holding.app
    count = "1 call uses" if len(calls) == 1 else f"{len(calls)} calls use"
    names = [name for name in sorted(holding.names - holding.needed) if own_uses(holding, name)]
    quoted = " and ".join(f"'{name}'" for name in names)
    message = f"{count} your own key, which the permissions of {app.called} do not limit."
    message += f" Nothing else would need {quoted}." if quoted else ""
    yield Finding(
        rule="own-account-calls",
        level="note",
        certainty="certain",
        app=app.name,
        system=app.system,
        permission="",
        any_of=(),
        span=calls[0].span,
        message=message,
        evidence=(Step(calls[0].span, f"sends {calls[0].note}"),),
        related=tuple(step for step in calls[1:] if step.span != calls[0].span),
        advice=holding.terms.own_advice,
    )
