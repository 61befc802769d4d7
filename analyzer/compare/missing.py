"""Permissions that the code needs and its app does not hold: one finding for each permission and file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.compare.demands import CERTAINTY, Demand, Holding
from analyzer.model import App, Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

_RANK = {"error": 0, "warning": 1, "note": 2}
_COUNTED = frozenset({"needed", "possible", "handled"})


def missing_grants(holding: Holding, advised: AbstractSet[str] = frozenset()) -> tuple[Finding, ...]:
    """Compare the demands with the grants.

    Of several permissions that would do, the one among the needed is named, else one that these imply, else the first.
    Where only writing is granted and that it includes reading is assumed, a note says so, unless the read permission is
    `advised` anyway.
    """
    sure, likely = holding.sure, holding.likely
    preferences = (holding.needed, holding.terms.implied(holding.needed))
    unmet: dict[tuple[str, str], list[Demand]] = {}
    hoped: dict[tuple[str, str], list[Demand]] = {}
    assumed: dict[str, list[Demand]] = {}
    for demand in holding.demands:
        requirement = demand.requirement
        if demand.standing not in _COUNTED or not sure.isdisjoint(requirement.any_of):
            continue
        key = (_permission_for(demand, preferences), demand.span.path)
        if likely.isdisjoint(requirement.any_of):
            (unmet if likely.isdisjoint(requirement.maybe) else hoped).setdefault(key, []).append(demand)
        elif demand.standing == "needed":
            name = next(name for name in requirement.any_of if name in likely)
            assumed.setdefault(name, []).append(demand)
    findings = [_missing(holding, name, sites) for (name, _), sites in unmet.items()]
    findings += [_hoped(holding, key[0], sites) for key, sites in hoped.items() if key not in unmet]
    findings += [_assumed(holding, name, sites) for name, sites in assumed.items() if name not in advised]
    return tuple(findings)


def _permission_for(demand: Demand, preferences: tuple[AbstractSet[str], ...]) -> str:
    any_of = demand.requirement.any_of
    return next((name for wanted in preferences for name in any_of if name in wanted), any_of[0])


def _finding(app: App, name: str, sites: Iterable[Demand], message: str) -> Finding:
    """Make one finding of several places: the first of those that matter most, with the others as related places."""
    ordered = sorted(sites, key=lambda site: (_RANK[site.level], site.span))
    first = ordered[0]
    others = sorted({Step(site.span, site.label) for site in ordered if site.span != first.span})
    return Finding(
        rule="missing-grant",
        level=first.level,
        certainty=CERTAINTY[first.level],
        app=app.name,
        system=app.system,
        permission=name,
        any_of=_common(ordered, name),
        span=first.span,
        message=message,
        evidence=(*first.evidence, Step(first.span, f"{first.label} requires {_either(first.requirement.any_of)}")),
        related=tuple(others),
    )


def _missing(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    first = min(sites, key=lambda site: (_RANK[site.level], site.span))
    others = [other for other in _common(sites, name) if other != name]
    lead = {"handled": "The code handles events that need", "possible": "The code may need"}.get(
        first.standing, "The code needs"
    )
    parts = [
        f"{lead} '{name}', which app '{holding.app.name}' is not granted.",
        f"Grant '{name}' in {holding.places()}, or remove the call." if first.standing == "needed" else "",
        f"{_either(others)} would do as well." if others else "",
        _note(first),
    ]
    return _finding(holding.app, name, sites, " ".join(part for part in parts if part))


def _note(first: Demand) -> str:
    if first.standing == "possible":
        return "Which of several operations the code calls is not known; grant it if it is this one."
    if first.standing == "handled":
        return "A handler is no subscription; grant it if the app receives these events."
    return first.doubt


def _hoped(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    likely = holding.likely
    held = _either(other for other in sites[0].requirement.maybe if other in likely)
    message = (
        f"The code needs '{name}', for which app '{holding.app.name}' is only granted {held}. "
        f"That it suffices is inferred; test the call, or grant '{name}' in {holding.places()}."
    )
    return _finding(holding.app, name, [_as_note(site) for site in sites], message)


def _assumed(holding: Holding, name: str, sites: list[Demand]) -> Finding:
    terms = holding.terms
    writers = [grant for grant in sorted(holding.names) if name in terms.held([grant], write_implies_read=True)]
    message = (
        f"The code needs '{name}', and app '{holding.app.name}' is only granted {_either(writers)}. "
        f"That writing includes reading is not documented here; test the call, or grant '{name}' in {holding.places()}."
    )
    return _finding(holding.app, name, [_as_note(site) for site in sites], message)


def _as_note(site: Demand) -> Demand:
    return Demand(site.requirement, site.standing, "note", "", site.label, site.span, site.evidence)


def _common(sites: Iterable[Demand], name: str) -> tuple[str, ...]:
    """Give the permissions each of which would do at all the places, the named one first."""
    sets = [site.requirement.any_of for site in sites]
    shared = [other for other in sets[0] if other != name and all(other in any_of for any_of in sets)]
    return (name, *shared)


def _either(names: Iterable[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)
