"""Grants that the code does not need: excess, a write where only reads were found, and what another grant implies.

A grant is called excess only if everything that could use it was read; otherwise the finding is a note with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.model import Finding, Level, Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from leastscope.compare.demands import Demand, Holding, Standing
    from leastscope.compare.terms import AnyOf, Terms

_COUNTED: frozenset[Standing] = frozenset({"needed", "possible", "open", "handled"})
_UNCERTAIN: frozenset[Standing] = frozenset({"possible", "open", "handled"})
_UNBOUND: tuple[tuple[Standing, str], ...] = (
    ("own", "Only calls on the app's own account use it, and these calls do not need the grant."),
    ("tests", "Only test code uses it."),
)


def unneeded_grants(holding: Holding, *, judged: bool) -> tuple[Finding, ...]:
    """Compare the grants with the demands; unless `judged`, only what other grants imply is reported."""
    app, terms = holding.app, holding.terms
    mentioned = _mentioned_grants(holding)
    reduced, replaced = _reduce(holding, mentioned) if judged else (holding.names, frozenset())
    staying = set(reduced)
    included = terms.held(holding.needed, write_implies_read=app.write_implies_read == "documented")
    findings = []
    for name in sorted(holding.names - holding.needed):
        sure = terms.held(staying - {name}, write_implies_read=app.write_implies_read == "documented")
        if name in sure:
            staying.discard(name)
            findings.append(_redundant(holding, name, staying))
        elif name in replaced:
            findings.append(_write_not_needed(holding, name))
        elif name not in staying and name not in included:
            findings.append(_excess(holding, name))
    return tuple(findings)


def _reduce(holding: Holding, mentioned: AbstractSet[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Take grants away one by one while every demand that is met stays met; what is `mentioned` stays.

    Gives what stays, and the write permissions that their read twins (not granted so far) could replace.
    """
    terms, twins = holding.terms, holding.app.write_implies_read != "no"
    likely = holding.likely
    met = [any_of for any_of in holding.any_ofs("needed") if not likely.isdisjoint(any_of)]
    read = {member for demand in holding.demands if demand.standing in _UNCERTAIN for member in _members(demand)}
    kept, replaced = set(holding.names), set()
    for name in sorted(holding.names - holding.needed - mentioned):
        twin = "" if terms.read_twin(name) in holding.names else terms.read_twin(name)
        rest = kept - {name}
        if _meets(terms, rest, met, twins=twins):
            kept = rest
            if twin in read:
                replaced.add(name)
        elif twin and _meets(terms, rest | {twin}, met, twins=twins):
            kept = rest | {twin}
            replaced.add(name)
    return frozenset(kept & holding.names), frozenset(replaced)


def _meets(terms: Terms, permissions: AbstractSet[str], requirements: list[AnyOf], *, twins: bool) -> bool:
    held = terms.held(permissions, write_implies_read=twins)
    return not any(held.isdisjoint(any_of) for any_of in requirements)


def _mentioned_grants(holding: Holding) -> frozenset[str]:
    """Give the grants that uncertain demands keep from being called excess."""
    likely = holding.likely
    demands = [demand for demand in holding.demands if demand.standing in _UNCERTAIN]
    hoped = [d for d in holding.demands if d.standing == "needed" and likely.isdisjoint(d.requirement.any_of)]
    direct = {name for demand in demands for name in _members(demand)} & holding.names
    direct |= {name for demand in hoped for name in _reaching(holding, demand.requirement.maybe)}
    held = holding.terms.implied(direct | (holding.needed & holding.names))
    unmet = [demand for demand in demands if held.isdisjoint(demand.requirement.any_of)]
    return frozenset(direct | {name for demand in unmet for name in _reaching(holding, _members(demand))})


def _members(demand: Demand) -> AnyOf:
    return demand.requirement.any_of + demand.requirement.maybe


def _reaching(holding: Holding, members: AnyOf) -> frozenset[str]:
    """Give the grants that imply one of the members."""
    if not members:
        return frozenset()
    return frozenset(name for name in holding.names if not holding.terms.implied([name]).isdisjoint(members))


def _excess(holding: Holding, name: str) -> Finding:
    app = holding.app
    unbound = _unbound_use(holding, name)
    if unbound:
        reason, sites = unbound
        message = f"App '{app.name}' is granted '{name}', which the app's code does not need. {reason}"
        return _finding(holding, name, ("excess-grant", "note"), (message, _remove(holding, name)), _uses(sites))
    doubt = _doubt(holding, name)
    message = f"App '{app.name}' is granted '{name}', which nothing in the code needs.{doubt}"
    level: Level = "note" if doubt else "warning"
    return _finding(holding, name, ("excess-grant", level), (message, _remove(holding, name)))


def _remove(holding: Holding, name: str) -> str:
    return f"Remove '{name}' from {holding.places(name)} if nothing else uses it."


def _write_not_needed(holding: Holding, name: str) -> Finding:
    app, twin = holding.app, holding.terms.read_twin(name)
    reach = holding.terms.implied([twin])
    readers = [d for d in holding.demands if d.standing in _COUNTED and not reach.isdisjoint(_members(d))]
    unbound = _unbound_use(holding, name)
    keep = holding.terms.keep(name).rstrip(".")
    doubt = (f" {unbound[0]}" if unbound else "") + (f" This is a note because {keep}." if keep else "")
    doubt = doubt or _doubt(holding, name)
    message = f"App '{app.name}' is granted '{name}', but the code only reads.{doubt}"
    advice = f"Replace '{name}' with '{twin}' in {holding.places(twin)}."
    certain = not doubt and any(site.standing == "needed" for site in readers)
    judgment: tuple[str, Level] = ("write-not-needed", "warning" if certain else "note")
    return _finding(holding, name, judgment, (message, advice), _uses(readers))


def _redundant(holding: Holding, name: str, others: AbstractSet[str]) -> Finding:
    app, terms = holding.app, holding.terms
    twins = app.write_implies_read == "documented"
    wider = next(other for other in sorted(others) if name in terms.held([other], write_implies_read=twins))
    message = f"App '{app.name}' is granted '{name}', which '{wider}' already includes."
    advice = f"Remove '{name}' or '{wider}' from {holding.places()}."
    place = holding.grants[wider].span
    grants = [Step(place, f"grants '{wider}'")] if place != holding.grants[name].span else []
    return _finding(holding, name, ("redundant-grant", "note"), (message, advice), grants)


def _unbound_use(holding: Holding, name: str) -> tuple[str, tuple[Demand, ...]] | None:
    """Say which calls use a grant without being bound by it, and where they are."""
    reach = holding.terms.implied([name])
    for standing, reason in _UNBOUND:
        sites = tuple(d for d in holding.demands if d.standing == standing and not reach.isdisjoint(_members(d)))
        if sites:
            return reason, sites
    return None


def _doubt(holding: Holding, name: str) -> str:
    """Say what could use a grant and was not read, with its place; empty if everything was."""
    share = holding.share
    if share.app.unread:
        part = min(share.app.unread, key=lambda part: (part.span, part.reason))
        where = f"{part.reason} ({_at(part.span)})"
        return f" This is a note because leastscope does not read everything that may use the grant: {where}."
    if share.doubts:
        gap = share.doubts[0]
        count = f"{len(share.doubts)} places" if len(share.doubts) > 1 else "a place"
        return f" This is a note because leastscope could not analyze {count} ({gap.kind} at {_at(gap.span)})."
    if name not in holding.terms.usable:
        return " This is a note because the rule pack lists no operation that needs this permission."
    return ""


def _at(span: Span) -> str:
    return f"'{span.path}' line {span.line}"


def _finding(
    holding: Holding, name: str, judgment: tuple[str, Level], words: tuple[str, str], related: Iterable[Step] = ()
) -> Finding:
    rule, level = judgment
    certain = level == "warning" or rule == "redundant-grant"
    return replace(
        holding.finding(rule, level, name, *words),
        certainty="certain" if certain else "possible",
        related=tuple(sorted(set(related))),
    )


def _uses(sites: Iterable[Demand]) -> Iterator[Step]:
    return (Step(site.span, site.label) for site in sites)
