"""Permissions that the code needs and its app does not hold: one finding for each permission and file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from leastscope.compare.demands import CERTAINTY, Demand, Holding, with_last
from leastscope.model import LEVELS, Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from leastscope.compare.demands import Standing
    from leastscope.compare.terms import AnyOf

_COUNTED: tuple[Standing, ...] = ("needed", "possible", "handled")
_Sites: TypeAlias = "dict[tuple[str, str], list[Demand]]"


def missing_grants(holding: Holding, advised: AbstractSet[str] = frozenset()) -> tuple[Finding, ...]:
    """Compare the demands with the grants.

    Of several permissions that would do, the one among the needed is named, else the needed one that includes one of
    them, else the first. Where only writing is granted and that it includes reading is assumed, a note says so, unless
    the read permission is `advised` anyway.
    """
    sure, likely = holding.sure, holding.likely
    names = {any_of: permission_for(any_of, holding) for any_of in holding.any_ofs(*_COUNTED)}
    unmet: _Sites = {}
    hoped: _Sites = {}
    assumed: dict[str, list[Demand]] = {}
    for demand in holding.demands:
        requirement = demand.requirement
        if demand.standing not in _COUNTED or not sure.isdisjoint(requirement.any_of):
            continue
        key = (names[requirement.any_of], demand.span.path)
        if likely.isdisjoint(requirement.any_of):
            (unmet if likely.isdisjoint(requirement.maybe) else hoped).setdefault(key, []).append(demand)
        elif demand.standing == "needed":
            name = next(name for name in requirement.any_of if name in likely)
            assumed.setdefault(name, []).append(demand)
    findings = [_missing(holding, name, sites) for (name, _), sites in _gathered(unmet).items()]
    findings += [_hoped(holding, key[0], sites) for key, sites in hoped.items() if key not in unmet]
    findings += [_assumed(holding, name, sites) for name, sites in assumed.items() if name not in advised]
    return tuple(findings)


def permission_for(any_of: AnyOf, holding: Holding) -> str:
    """Name the permission to grant; that it is a needed one keeps the advice from naming what another one includes."""
    needed = holding.needed
    direct = next((name for name in any_of if name in needed), "")
    wider = (name for name in sorted(needed) if not holding.allowed(name).isdisjoint(any_of))
    return direct or next(wider, any_of[0])


def _gathered(unmet: _Sites) -> _Sites:
    """Move the places of a file that a wider permission would do for to the first file which asks for it itself."""
    homes: dict[str, tuple[str, str]] = {}
    for key, sites in sorted(unmet.items()):
        if any(key[0] in site.requirement.any_of for site in sites):
            homes.setdefault(key[0], key)
    gathered: _Sites = {}
    for key, sites in unmet.items():
        asks = any(key[0] in site.requirement.any_of for site in sites)
        gathered.setdefault(key if asks else homes.get(key[0], key), []).extend(sites)
    return gathered


def _order(site: Demand, name: str) -> tuple[object, ...]:
    return (LEVELS[site.level], name not in site.requirement.any_of, site.span, site.label)


def _finding(holding: Holding, name: str, sites: Iterable[Demand], message: str, advice: str) -> Finding:
    """Make one finding of several places: the first of those that matter most, with the others as related places."""
    ordered = sorted(sites, key=lambda site: _order(site, name))
    first = ordered[0]
    others = {Step(site.span, _use(site, name)) for site in ordered if site.span != first.span}
    return Finding(
        rule="missing-grant",
        level=first.level,
        certainty=CERTAINTY[first.level],
        app=holding.app.name,
        system=holding.app.system,
        permission=name,
        any_of=_alternatives(holding, ordered, name),
        span=first.span,
        message=message,
        evidence=with_last(first.evidence, Step(first.span, requires(first))),
        related=tuple(sorted(others)),
        advice=advice,
        why=first.why,
    )


def requires(site: Demand) -> str:
    """Say what happens at a place and what that requires."""
    needs = _either(site.requirement.any_of)
    return f"{site.label} requires {needs}" if _is_event(site) else f"sends {site.label}, which requires {needs}"


def _use(site: Demand, name: str) -> str:
    """Say what happens at a further place, and what it needs where that is less than the permission."""
    any_of = site.requirement.any_of
    return site.label if name in any_of else f"{site.label} requires {_either(any_of)}, which '{name}' includes"


def _missing(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    first = min(sites, key=lambda site: _order(site, name))
    lead = {"handled": "The code handles events that need", "possible": "The code may need"}.get(
        first.standing, "The code needs"
    )
    parts = [
        f"{lead} '{name}', which {holding.app.called} is not granted.",
        ""
        if name in first.requirement.any_of
        else f"The call here needs {_either(first.requirement.any_of)}, which '{name}' includes.",
        {
            "handled": "leastscope found no subscription, so the app may not receive these events.",
            "possible": first.doubt
            if first.requirement.strength == "possible"
            else "The code calls one of several operations, and leastscope cannot determine which one.",
        }.get(first.standing, first.doubt),
    ]
    others = _alternatives(holding, sites, name)
    twin = holding.terms.read_twin(name)
    what = f"Raise '{twin}' to '{name}'" if twin in holding.grants and others == (name,) else f"Grant {_either(others)}"
    advice = f"{what} in {holding.places(name)}{_or_else(first)}."
    return _finding(holding, name, sites, " ".join(part for part in parts if part), advice)


def _or_else(first: Demand) -> str:
    if first.standing == "handled":
        return " if the app receives these events"
    if first.requirement.strength == "possible":
        return " if the code needs it"
    if first.standing == "possible":
        return " if the code calls this operation"
    return ", or do not subscribe to the event" if _is_event(first) else ", or remove the call"


def _is_event(site: Demand) -> bool:
    return site.requirement.because == "event"


def _hoped(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    likely = holding.likely
    held = _either(other for other in sites[0].requirement.maybe if other in likely)
    message = (
        f"The code needs '{name}', and {holding.app.called} is granted only {held}. "
        f"Whether {held} is enough is inferred, not documented."
    )
    return _finding(holding, name, [_as_note(site) for site in sites], message, _test_or_grant(holding, name))


def _assumed(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    terms = holding.terms
    writers = [grant for grant in sorted(holding.names) if name in terms.held([grant], write_implies_read=True)]
    message = (
        f"The code needs '{name}', and {holding.app.called} is granted only {_either(writers)}. "
        f"The vendor does not document that writing includes reading."
    )
    return _finding(holding, name, [_as_note(site) for site in sites], message, _test_or_grant(holding, name))


def _test_or_grant(holding: Holding, name: str) -> str:
    return f"Test the call, or grant '{name}' in {holding.places(name)}."


def _as_note(site: Demand) -> Demand:
    return replace(site, level="note", doubt="")


def _alternatives(holding: Holding, sites: Iterable[Demand], name: str) -> tuple[str, ...]:
    """Give the permissions each of which would do at all the places, the named one first."""
    any_ofs = [site.requirement.any_of for site in sites]
    written = next((any_of for any_of in any_ofs if name in any_of), ())
    others = [other for other in written if other != name]
    return (name, *(o for o in others if not any(holding.allowed(o).isdisjoint(any_of) for any_of in any_ofs)))


def _either(names: Iterable[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)
