"""Grants that the code does not need: excess, a write where only reads were found, and what another grant implies.

A grant is called excess only if everything that could use it was read; otherwise the finding is a note with the reason,
and whether the grant is used counts as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.model import Finding, Gap, Level, Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from leastscope.compare.demands import Demand, Holding, Standing
    from leastscope.compare.terms import AnyOf, Terms

_COUNTED: frozenset[Standing] = frozenset({"needed", "possible", "outside", "open", "handled"})
_UNCERTAIN: frozenset[Standing] = frozenset({"possible", "outside", "open", "handled"})
_OWN_ONLY = "Only calls with your own key use it, and these calls do not need the grant."
_TESTS_ONLY = "Only test code uses it."


@dataclass(frozen=True, slots=True)
class Unneeded:
    """The grants that the code does not need, with the findings about them.

    `excess` are those that are too much for certain, `unknown` those of which that cannot be told. The two are disjoint;
    every other grant is used.
    """

    findings: tuple[Finding, ...]
    excess: frozenset[str]
    unknown: frozenset[str]


def unneeded_grants(holding: Holding, *, judged: bool) -> Unneeded:
    """Compare the grants with the demands; unless `judged`, only what other grants imply is reported."""
    app, terms = holding.app, holding.terms
    mentioned = _mentioned_grants(holding)
    reduced, replaced = _reduce(holding, mentioned) if judged else (holding.names, frozenset())
    staying = set(reduced)
    included = terms.held(holding.needed, write_implies_read=app.write_implies_read == "documented")
    findings = []
    unknown = set(reduced - holding.needed - included)
    for name in sorted(holding.names - holding.needed):
        sure = terms.held(staying - {name}, write_implies_read=app.write_implies_read == "documented")
        if name in sure:
            staying.discard(name)
            unknown.discard(name)
            findings.append(_redundant(holding, name, staying))
        elif (name in replaced or name not in staying) and name not in included:
            found = _write_not_needed(holding, name) if name in replaced else _excess(holding, name)
            unknown |= {name} if found.level == "note" else set()
            # What only calls with the developer's own key use is told once, in the note about these calls.
            findings += [] if own_uses(holding, name) else [found]
    told = {found.permission for found in findings}
    return Unneeded(tuple(findings), frozenset(told - unknown), frozenset(unknown))


def own_uses(holding: Holding, name: str) -> tuple[Demand, ...]:
    """Give the calls with the developer's own key that a grant would open if it bound them."""
    return _unbound_use(holding, name, "own")


def _reduce(holding: Holding, mentioned: AbstractSet[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Take grants away one by one while every demand that is met stays met; what is `mentioned` stays.

    Gives what stays, and the write permissions that their read twins (not granted so far) could replace.
    """
    terms, twins = holding.terms, holding.app.write_implies_read != "no"
    likely = holding.likely
    met = [any_of for any_of in holding.any_ofs("needed") if not likely.isdisjoint(any_of)]
    read = {member for demand in holding.demands if demand.standing in _UNCERTAIN for member in _members(demand)}
    read |= {member for demand in _hoped(holding) for member in demand.requirement.maybe}
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
    demands = [demand for demand in holding.demands if demand.standing in _UNCERTAIN]
    direct = {name for demand in demands for name in _asking(holding, demand)} & holding.names
    direct |= {name for demand in _hoped(holding) for name in _reaching(holding, demand.requirement.maybe)}
    held = holding.terms.implied(direct | (holding.needed & holding.names))
    unmet = [demand for demand in demands if held.isdisjoint(demand.requirement.any_of)]
    reaching = ((demand, name) for demand in unmet for name in _reaching(holding, _members(demand)))
    return frozenset(direct | {name for demand, name in reaching if not _is_read(holding, demand, name)})


def _hoped(holding: Holding) -> list[Demand]:
    """Give the demands that no grant is known to meet; what may meet them is all that speaks for some grants."""
    likely = holding.likely
    return [d for d in holding.demands if d.standing == "needed" and likely.isdisjoint(d.requirement.any_of)]


def _asking(holding: Holding, demand: Demand) -> Iterator[str]:
    """Give the members of a demand that it may ask for: not a write permission whose read twin would do."""
    return (name for name in _members(demand) if not _is_read(holding, demand, name))


def _is_read(holding: Holding, demand: Demand, name: str) -> bool:
    """Whether the read twin of a permission meets a demand as well."""
    return holding.terms.read_twin(name) in _members(demand)


def _members(demand: Demand) -> AnyOf:
    return demand.requirement.any_of + demand.requirement.maybe


def _reaching(holding: Holding, members: AnyOf) -> frozenset[str]:
    """Give the grants that imply one of the members."""
    if not members:
        return frozenset()
    return frozenset(name for name in holding.names if not holding.terms.implied([name]).isdisjoint(members))


def _excess(holding: Holding, name: str) -> Finding:
    app = holding.app
    sites = _unbound_use(holding, name, "tests")
    keep = _kept(holding, name)
    doubt = (_OWN_ONLY if own_uses(holding, name) else _TESTS_ONLY if sites else "") or keep or _doubt(holding, name)
    message = f"{app.called_first} is granted '{name}', which nothing in the code needs. {doubt}".rstrip()
    advice = "" if keep else f"Remove '{name}' from {holding.places(name)} if nothing else uses it."
    return _finding(
        holding, name, ("excess-grant", "note" if doubt else "warning"), (message, advice, doubt), _uses(sites)
    )


def _write_not_needed(holding: Holding, name: str) -> Finding:
    app, twin = holding.app, holding.terms.read_twin(name)
    reach = holding.terms.implied([twin])
    readers = [d for d in holding.demands if d.standing in _COUNTED and not reach.isdisjoint(_members(d))]
    keep = _kept(holding, name)
    only = _OWN_ONLY if own_uses(holding, name) else _TESTS_ONLY if _unbound_use(holding, name, "tests") else ""
    doubt = keep or only or _doubt(holding, name)
    message = f"{app.called_first} is granted '{name}', but the code only reads. {doubt}".rstrip()
    advice = "" if keep else f"Replace '{name}' with '{twin}' in {holding.places(twin)}."
    certain = not doubt and any(site.standing == "needed" for site in readers)
    judgment: tuple[str, Level] = ("write-not-needed", "warning" if certain else "note")
    return _finding(holding, name, judgment, (message, advice, doubt), _uses(readers))


def _kept(holding: Holding, name: str) -> str:
    """Say why a permission has to be held whatever the code does; empty if nothing speaks for it."""
    keep = holding.terms.keep(name).rstrip(".")
    return f"This is a note because {keep}." if keep else ""


def _redundant(holding: Holding, name: str, others: AbstractSet[str]) -> Finding:
    app, terms = holding.app, holding.terms
    twins = app.write_implies_read == "documented"
    wider = next(other for other in sorted(others) if name in terms.held([other], write_implies_read=twins))
    message = f"{app.called_first} is granted '{name}', which '{wider}' already includes."
    advice = f"Remove '{name}' or '{wider}' from {holding.places()}."
    place = holding.grants[wider].span
    grants = [Step(place, f"grants '{wider}'")] if place != holding.grants[name].span else []
    return _finding(holding, name, ("redundant-grant", "note"), (message, advice, ""), grants)


def _unbound_use(holding: Holding, name: str, standing: Standing) -> tuple[Demand, ...]:
    """Give the calls of a standing that do not count and that a grant would open."""
    reach = holding.terms.implied([name])
    return tuple(d for d in holding.demands if d.standing == standing and not reach.isdisjoint(_members(d)))


def _doubt(holding: Holding, name: str) -> str:
    """Say what could use a grant and was not read, with its place; empty if everything was."""
    share = holding.share
    if share.app.unread:
        part = min(share.app.unread, key=lambda part: (part.span, part.reason))
        where = f"{part.reason} ({_at(part.span)})"
        return f"This is a note because leastscope does not read everything that may use the grant: {where}."
    if share.unattributed:
        one = share.unattributed == 1
        calls = "1 call that belongs" if one else f"{share.unattributed} calls that belong"
        return f"This is a note because of {calls} to no app."
    doubts = [gap for gap in share.doubts if _may_use(holding, gap, name)]
    if doubts:
        gap = doubts[0]
        count = f"{len(doubts)} places" if len(doubts) > 1 else "a place"
        return f"This is a note because leastscope could not analyze {count} ({gap.kind} at {_at(gap.span)})."
    if name not in holding.terms.usable:
        return "This is a note because the rule pack lists no operation that needs this permission."
    return ""


def _may_use(holding: Holding, gap: Gap, name: str) -> bool:
    """Whether a gap may hide a request that needs a grant; one that writes may be what a read goes by."""
    reach = holding.terms.held([name], write_implies_read=True)
    return gap.permissions is None or not reach.isdisjoint(gap.permissions)


def _at(span: Span) -> str:
    return f"'{span.path}' line {span.line}"


def _finding(
    holding: Holding, name: str, judgment: tuple[str, Level], words: tuple[str, str, str], related: Iterable[Step] = ()
) -> Finding:
    rule, level = judgment
    message, advice, doubt = words
    certain = level == "warning" or rule == "redundant-grant"
    return replace(
        holding.finding(rule, level, name, message, advice),
        certainty="certain" if certain else "possible",
        related=tuple(sorted(set(related))),
        doubt=doubt,
    )


def _uses(sites: Iterable[Demand]) -> Iterator[Step]:
    return (Step(site.span, site.label) for site in sites)
