"""What the code demands of one app: each requirement of each use, with how sure it is that the app must meet it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from leastscope.model import Finding, Step, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.compare.attribution import Share
    from leastscope.compare.terms import AnyOf, Terms
    from leastscope.model import (
        ApiRequest,
        App,
        EventNeed,
        EventUse,
        FindingCertainty,
        Grant,
        Level,
        Need,
        Requirement,
        Span,
    )

Standing: TypeAlias = Literal["needed", "possible", "outside", "open", "handled", "own", "tests"]

CERTAINTY: dict[Level, FindingCertainty] = {"error": "certain", "warning": "probable", "note": "possible"}
_INFERRED = "That the call needs this permission is inferred, not documented."
_ACCOUNT = "leastscope cannot determine whether the call acts on a connected account."
_OWN_KEY = "The call uses your own key on a connected account, but the app's permissions limit calls with a token."
_OWN_ORIGINS = ("env:", "setting:", "literal")
_DECLARED_ACCOUNT = "leastscope cannot determine whose events these are."


@dataclass(frozen=True, slots=True)
class Demand:
    """One requirement at one place.

    `standing` says whether it counts: `needed` does; `possible` and `handled` may; `outside` does only if code that was
    not read calls the place; nothing speaks for `open`, nor against it; calls on the `own` account and in `tests` do not
    bind the app. `level` is that of a finding if it is not met, `doubt` why it is no error. `use` is the operation or
    event, `label` says with it what of it decides.
    """

    requirement: Requirement
    standing: Standing
    level: Level
    doubt: str
    label: str
    span: Span
    evidence: tuple[Step, ...]
    use: str

    @property
    def why(self) -> Why:
        """What needs the permission at the place."""
        return Why(self.use, self.requirement)


@dataclass(frozen=True, slots=True)
class Holding:
    """The grants of an app by permission, what its code demands, and the least set that meets it."""

    share: Share
    grants: dict[str, Grant]
    demands: tuple[Demand, ...]
    needed: frozenset[str]
    terms: Terms

    @property
    def app(self) -> App:
        """The app that holds the grants."""
        return self.share.app

    @property
    def names(self) -> frozenset[str]:
        """The permissions that are granted."""
        return frozenset(self.grants)

    @property
    def sure(self) -> frozenset[str]:
        """All that the grants allow for certain."""
        return self.terms.held(self.grants, write_implies_read=self.app.write_implies_read == "documented")

    @property
    def likely(self) -> frozenset[str]:
        """All that the grants allow, where writing is only assumed to include reading too."""
        return self.terms.held(self.grants, write_implies_read=self.app.write_implies_read != "no")

    def any_ofs(self, *standings: Standing) -> set[AnyOf]:
        """Give the distinct requirements of some standings."""
        return {demand.requirement.any_of for demand in self.demands if demand.standing in standings}

    def allowed(self, permission: str) -> frozenset[str]:
        """Give all that one permission would allow for certain."""
        return self.terms.held([permission], write_implies_read=self.app.write_implies_read == "documented")

    def finding(self, rule: str, level: Level, name: str, message: str, advice: str) -> Finding:
        """Make a finding about a granted permission, at the place where it is granted."""
        span = self.grants[name].span
        return Finding(
            rule=rule,
            level=level,
            certainty="certain",
            app=self.app.name,
            system=self.app.system,
            permission=name,
            any_of=(name,),
            span=span,
            message=message,
            evidence=(Step(span, f"grants '{name}'"),),
            advice=advice,
        )

    def places(self, name: str = "") -> str:
        """Say where the grants are written, and before that where they are changed, by the name one has there."""
        written = " and ".join(f"'{path}'" for path in self.app.declared_in) or "the settings"
        if not self.app.changed_in:
            return written
        label = self.terms.label(name)
        shown = f" ('{label}')" if label else ""
        return f"{self.app.changed_in}{shown} and then {written}"


def demands_of(share: Share, *, tests: bool) -> tuple[Demand, ...]:
    """Give the demands of everything that runs under an app, in the order of the files; `tests` makes tests count."""
    found = [*_of_needs(share.app, share.needs, tests), *_of_events(share.app, share.events, tests)]
    return tuple(sorted((one for one in found if one.requirement.any_of), key=_demand_order))


def standing_of(app: App, need: Need, *, tests: bool) -> Standing:
    """Tell whether a call counts for the app."""
    request = need.request
    if request.in_tests and not tests:
        return "tests"
    if app.bound != "all" and request.account == "own":
        return "own"
    return _sent(request)


def _sent(use: ApiRequest | EventUse) -> Standing:
    return "needed" if use.resolution == "resolved" else use.resolution


def _demand_order(demand: Demand) -> tuple[object, ...]:
    """Order by place, then by all that a finding shows of a demand."""
    asked = demand.requirement
    return (demand.span, demand.label, asked.any_of, asked.maybe, demand.standing, demand.doubt, demand.evidence)


def _of_needs(app: App, needs: Iterable[Need], tests: bool) -> Iterator[Demand]:
    for need in needs:
        request = need.request
        standing = standing_of(app, need, tests=tests)
        doubt = _doubt_of(app, request)
        label = f"{request.verb} {need.path}"
        for requirement in need.requirements:
            if requirement.strength == "sure" or standing not in {"needed", "possible"}:
                yield _demand(requirement, standing, doubt, label, request)
            else:
                depends = (
                    f"leastscope cannot determine whether the parameter '{requirement.detail}' makes it necessary."
                )
                yield _demand(requirement, requirement.strength, depends, label, request)


def _doubt_of(app: App, request: ApiRequest) -> str:
    """Say why the grants of an app may not bind a call; empty if nothing speaks for that."""
    if app.bound in {"connected", "token"} and request.account == "unknown":
        return _ACCOUNT
    is_own_key = app.bound == "token" and request.credential.startswith(_OWN_ORIGINS)
    return _OWN_KEY if is_own_key and request.account == "connected" else ""


def _of_events(app: App, events: Iterable[EventNeed], tests: bool) -> Iterator[Demand]:
    for event in events:
        use = event.use
        standing: Standing = "handled" if use.how == "handled" else _sent(use)
        if use.in_tests and not tests:
            standing = "tests"
        doubt = _DECLARED_ACCOUNT if app.bound in {"connected", "token"} else ""
        for requirement in event.requirements:
            yield _demand(requirement, standing, doubt, f"event '{use.event}'", use)


def _demand(requirement: Requirement, standing: Standing, doubt: str, label: str, use: ApiRequest | EventUse) -> Demand:
    if not doubt and requirement.certainty == "inferred":
        doubt = _INFERRED
    level: Level = "note" if standing != "needed" else "warning" if doubt else "error"
    named = label
    if requirement.detail and requirement.detail not in label:
        label = f"{label} ({requirement.detail})"
    return Demand(requirement, standing, level, doubt, label, use.span, use.evidence, named)


def with_last(evidence: tuple[Step, ...], last: Step) -> tuple[Step, ...]:
    """Give the evidence with its last step, which takes the place of one that ends there already."""
    return (*(evidence[:-1] if evidence and evidence[-1].span == last.span else evidence), last)
