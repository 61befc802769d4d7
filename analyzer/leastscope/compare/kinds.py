"""What differs between the kinds of apps: what a request requires of them, and what the server refuses them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.compare.demands import standing_of, with_last
from leastscope.model import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.compare.attribution import Share
    from leastscope.model import App, Need, Refusal, Requirement


def under_kind(share: Share) -> Share:
    """Give what runs under an app with what it requires of an app of that kind."""
    events = (replace(event, requirements=_held_to(event.requirements, share.app)) for event in share.events)
    return replace(
        share,
        needs=tuple(_ruled(need, share.app) for need in share.needs),
        events=tuple(event for event in events if event.requirements),
        doubts=tuple(gap for gap in share.doubts if _concerns(gap.only, share.app)),
    )


def refused_calls(share: Share, *, tests: bool) -> Iterator[Finding]:
    """Note what the server is known to refuse an app although a permission is said to cover it, once for each file."""
    app = share.app
    found: dict[tuple[str, str, str], list[tuple[Need, Refusal]]] = {}
    for need in share.needs:
        if need.covered and standing_of(app, need, tests=tests) in {"needed", "possible"}:
            for refusal in need.refusals:
                what = refusal.text if refusal.detail else f"{need.request.verb} {need.path}"
                found.setdefault((refusal.kind, what, need.request.span.path), []).append((need, refusal))
    for sites in found.values():
        yield _refused_call(app, sites)


def _ruled(need: Need, app: App) -> Need:
    kinds = (app.access, app.kind)
    ruling = next((one for kind in kinds for one in need.rulings if one.kind == kind), None)
    refusals = tuple(one for one in need.refusals if one.kind in kinds)
    covered, requirements = (ruling.covered, ruling.requirements) if ruling else (need.covered, need.requirements)
    return replace(need, covered=covered, requirements=_held_to(requirements, app), refusals=refusals)


def _held_to(requirements: Iterable[Requirement], app: App) -> tuple[Requirement, ...]:
    """Leave out what apps of this kind are not asked for."""
    return tuple(one for one in requirements if _concerns(one.only, app))


def _concerns(only: tuple[str, ...], app: App) -> bool:
    """Whether something that holds for some kinds of apps alone holds for an app."""
    return not only or not app.kind or app.kind in only


def _refused_call(app: App, sites: list[tuple[Need, Refusal]]) -> Finding:
    need, refusal = sites[0]
    request, label = need.request, f"{need.request.verb} {need.path}"
    sent = f"'{label}' with '{refusal.detail}' expanded" if refusal.detail else f"'{label}'"
    named = sorted({asked.any_of[0] for asked in need.requirements if asked.detail == refusal.detail})
    says = f"The documentation names {' and '.join(map(repr, named))}. " if named else ""
    others = {Step(other.request.span, f"{other.request.verb} {other.path}") for other, _ in sites}
    return Finding(
        rule="uncovered-call",
        level="note",
        certainty="possible",
        app=app.name,
        system=app.system,
        permission="",
        any_of=(),
        span=request.span,
        message=(
            f"The code sends {sent}, which may be refused whatever {app.called} is granted. {says}{sentence(refusal)}"
        ),
        evidence=with_last(request.evidence, Step(request.span, f"sends {label}")),
        related=tuple(sorted(step for step in others if step.span != request.span)),
        fingerprint=f"{label} {refusal.kind} {refusal.detail}".rstrip(),
        advice="Test the call with the credential of the app, or use another operation.",
    )


def sentence(refusal: Refusal) -> str:
    """Write what the server refuses as a sentence, with where that was read."""
    return f"{refusal.text[:1].upper()}{refusal.text[1:]} ({refusal.source})."
