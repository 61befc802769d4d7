"""From what the code does to what it requires: each request and event is looked up in the pack of its system."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leastscope.kinds import RECEIVED
from leastscope.model import (
    ApiRequest,
    EventNeed,
    EventUse,
    Gap,
    Inventory,
    Need,
    Refusal,
    Requirement,
    Ruling,
    Span,
    TokenRequest,
)
from leastscope.rulebook.conditions import conditional
from leastscope.rulebook.expansion import UnknownExpansion, expansion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leastscope.model import Parameter
    from leastscope.python.collect import Evaluated
    from leastscope.rulebook.pack import Pack
    from leastscope.rulebook.types import Operation, Over

_SHOWN = 2
"""Paths of one call that are told where they do not fit."""
_ANY = ApiRequest(
    Span("", 1, 1, 1, 1), "", "", "", "", "possible", "unknown", "unknown", in_tests=False, parameters=(), closed=False,
    evidence=(),
)  # fmt: skip
"""A request of which nothing is known, so that nothing speaks against any condition of its operation."""


def require(evaluated: Evaluated, packs: Mapping[str, Pack]) -> Inventory:
    """Say what every request and event requires; what a pack does not know becomes a gap.

    Requests for tokens are set apart too; one that only opens a page is no request of the API at all.
    """
    needs: list[Need] = []
    tokens: list[TokenRequest] = []
    events = [_event_need(use, packs) for use in evaluated.events]
    notes = _Notes(list(evaluated.gaps))
    for request in evaluated.requests:
        pack = packs[request.system]
        operation = pack.operations.find(request.verb, request.path, request.server)
        if operation is None:
            notes.gaps.append(_unknown_operation(request))
            continue
        if operation.declares:
            tokens.append(_token_request(request, operation.declares))
        if operation.status == "page":
            continue
        needs.append(_need(request, operation, pack, notes))
        events.extend(_event_need(use, packs) for use in _subscriptions(request, operation, pack, notes.gaps))
    found = {_hiding(gap, packs) for gap in notes.all()}
    return Inventory(
        tuple(sorted(_settled(needs, evaluated.variants), key=_need_order)),
        tuple(sorted(events, key=lambda need: (need.use.span, need.use.system, need.use.event, need.use.how))),
        tuple(sorted(found, key=lambda gap: (gap.span, gap.kind, gap.system, gap.reason))),
        tokens=tuple(sorted(tokens, key=lambda token: (token.span, token.system, token.form, token.evidence))),
        idle=evaluated.idle,
    )


def _hiding(gap: Gap, packs: Mapping[str, Pack]) -> Gap:
    """Say which permissions the operations need that a gap may hide; none of them may be left out."""
    if gap.kind == RECEIVED:
        events = packs[gap.system].events
        return replace(gap, permissions=events.permissions(), only=events.only)
    if not gap.operations:
        return gap
    names: set[str] = set()
    for server, verb, path in gap.operations:
        operation = packs[gap.system].operations.find(verb, path, server)
        if operation is None or operation.subscribes:
            return gap
        need = _need(_ANY, operation, packs[gap.system], _Notes([]))
        asked = (*need.requirements, *(each for ruling in need.rulings for each in ruling.requirements))
        names.update(name for requirement in asked for name in (*requirement.any_of, *requirement.maybe))
    return replace(gap, permissions=tuple(sorted(names)))


def overlaid(inventory: Inventory, packs: Mapping[str, Pack], systems: Iterable[str]) -> Inventory:
    """Give the inventory with what the same requests require by the vocabularies of other systems, of those named."""
    found = list(inventory.needs)
    for system in sorted(systems):
        over = packs[system].over
        if over:
            gated = (need for need in inventory.needs if need.requirements or not need.covered)
            found += [_over(need, system, packs[system], over) for need in gated if need.request.system == over.system]
    return replace(inventory, needs=tuple(found))


def _over(need: Need, system: str, pack: Pack, over: Over) -> Need:
    request = replace(need.request, system=system)
    any_of = over.read if request.verb in {"GET", "HEAD"} else over.write
    source = pack.vocabulary.permissions[any_of[0]].source
    requirement = Requirement(any_of, "documented", "operation", source)
    return Need(request, need.path, covered=True, requirements=(requirement,))


def _token_request(request: ApiRequest, declares: str) -> TokenRequest:
    home, _, form = declares.rpartition("/")
    return TokenRequest(
        request.span,
        home or request.system,
        form,
        request.parameters,
        request.closed,
        request.in_tests,
        request.evidence,
    )


@dataclass(slots=True)
class _Notes:
    """What could not be told. An expansion that fits another operation of the same call is no gap."""

    gaps: list[Gap]
    misfits: dict[tuple[Span, str], tuple[ApiRequest, UnknownExpansion]] = field(default_factory=dict)
    fits: set[tuple[Span, str]] = field(default_factory=set)

    def all(self) -> Iterator[Gap]:
        yield from self.gaps
        left: dict[Span, list[tuple[ApiRequest, UnknownExpansion]]] = {}
        for (span, value), misfit in self.misfits.items():
            if (span, value) not in self.fits:
                left.setdefault(span, []).append(misfit)
        for span, several in left.items():
            request = several[0][0]
            reason = _misfit([one for _, one in several])
            yield Gap("unknown-expansion", span, request.system, reason, request.in_tests)


def _misfit(several: list[UnknownExpansion]) -> str:
    """Say of what a call expands that it does not fit the response."""
    paths = list(dict.fromkeys(one.path for one in several))
    if len(paths) == 1:
        return f"the request expands '{paths[0]}', and {several[0].reason}"
    shown = [f"'{path}'" for path in paths[:_SHOWN]] + [f"{len(paths) - _SHOWN} more"] * (len(paths) > _SHOWN)
    return f"the request expands {', '.join(shown[:-1])} and {shown[-1]}, and leastscope knows no such fields there"


def _unknown_operation(request: ApiRequest) -> Gap:
    reason = f"the rule pack lists no operation {request.verb} {request.path}"
    return Gap("unknown-operation", request.span, request.system, reason, request.in_tests)


def _need(request: ApiRequest, operation: Operation, pack: Pack, notes: _Notes) -> Need:
    requirements = list(operation.requirements("operation"))
    for parameter in request.parameters:
        if pack.objects.parameter and _is_parameter(parameter, pack.objects.parameter):
            requirements.extend(_expanded(request, operation, pack, parameter, notes))
    if operation.subscribes:
        for parameter in request.parameters:
            if _is_parameter(parameter, operation.subscribes) and isinstance(parameter.value, str):
                requirements.extend(pack.events.requirements(parameter.value))
    requirements.extend(conditional(operation.conditions, request))
    return Need(
        request,
        operation.path,
        operation.covered or operation.ungated,
        tuple(dict.fromkeys(requirements)),
        tuple(_rulings(operation, requirements)),
        tuple(_refusals(operation, pack, requirements)),
    )


def _rulings(operation: Operation, requirements: list[Requirement]) -> Iterator[Ruling]:
    """What the operation itself requires differs between kinds of apps; what its parameters require does not."""
    others = [requirement for requirement in requirements if requirement.because != "operation"]
    for rule in operation.kinds:
        if rule.decides:
            asked = dict.fromkeys((*rule.requirements("operation"), *(others if rule.covered else ())))
            yield Ruling(rule.kind, rule.covered, tuple(asked))


def _refusals(operation: Operation, pack: Pack, requirements: list[Requirement]) -> Iterator[Refusal]:
    told = (rule for rule in operation.kinds if rule.note and (rule.refused or not rule.covered))
    yield from (Refusal(rule.kind, rule.note, rule.source, advice=rule.advice) for rule in told)
    expanded = dict.fromkeys(asked.detail for asked in requirements if asked.because == "expand")
    for rule in (rule for rule in pack.objects.kinds if rule.refused):
        yield from (Refusal(rule.kind, rule.note, rule.source, detail) for detail in expanded)


def _is_parameter(parameter: Parameter, name: str) -> bool:
    return parameter.key.partition(".")[0] == name


def _expanded(
    request: ApiRequest, operation: Operation, pack: Pack, parameter: Parameter, notes: _Notes
) -> Iterator[Requirement]:
    """What one value of the parameter that expands objects requires."""
    if not parameter.known or not isinstance(parameter.value, str):
        reason = f"the value of '{parameter.key}' is not a literal"
        notes.gaps.append(Gap("unknown-expansion", parameter.span, request.system, reason, request.in_tests))
        return
    found = expansion(pack, operation.object, parameter.value, many=operation.many)
    for one in found:
        if isinstance(one, UnknownExpansion):
            notes.misfits[parameter.span, parameter.value] = request, one
        else:
            yield one
    if not any(isinstance(one, UnknownExpansion) for one in found):
        notes.fits.add((parameter.span, parameter.value))


def _subscriptions(request: ApiRequest, operation: Operation, pack: Pack, gaps: list[Gap]) -> Iterator[EventUse]:
    """The event types that a request subscribes to."""
    if not operation.subscribes:
        return
    for parameter in request.parameters:
        if not _is_parameter(parameter, operation.subscribes):
            continue
        if not parameter.known or not isinstance(parameter.value, str):
            reason = f"the value of '{parameter.key}' is not a literal, so leastscope does not know the events"
            gaps.append(Gap("unknown-event", parameter.span, request.system, reason, request.in_tests))
            continue
        if parameter.value == pack.events.all:
            reason = "the code subscribes to all events, and leastscope does not know which events it needs"
            gaps.append(Gap("all-events", parameter.span, request.system, reason, request.in_tests))
        elif pack.events.find(parameter.value) is None:
            reason = f"the rule pack lists no event '{parameter.value}'"
            gaps.append(Gap("unknown-event", parameter.span, request.system, reason, request.in_tests))
        way = request.evidence, request.resolution
        yield EventUse(parameter.span, request.system, parameter.value, "subscribed", request.in_tests, *way)


def _event_need(use: EventUse, packs: Mapping[str, Pack]) -> EventNeed:
    return EventNeed(use, packs[use.system].events.requirements(use.event))


def _settled(needs: Iterable[Need], variants: frozenset[ApiRequest]) -> Iterator[Need]:
    """Where one call asks for other permissions in other releases of the library, none of them is certain."""
    by_place: dict[object, set[tuple[tuple[str, ...], ...]]] = {}
    kept = list(needs)
    for need in kept:
        if need.request in variants:
            asked = tuple(requirement.any_of for requirement in need.requirements)
            by_place.setdefault(need.request.span, set()).add(asked)
    for need in kept:
        if need.request in variants and len(by_place[need.request.span]) > 1:
            yield replace(need, request=replace(need.request, resolution="possible"))
        else:
            yield need


def _need_order(need: Need) -> tuple[object, ...]:
    request = need.request
    return (request.span, request.system, need.path, request.verb, request.account, request.credential)
