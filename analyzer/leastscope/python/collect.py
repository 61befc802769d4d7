"""From the effects of evaluated units to requests, events and gaps at their places.

Reads the finished tables of the engine and evaluates nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from leastscope.model import ApiRequest, EventUse, Gap, Idle, Parameter, Span, Step, gap_order
from leastscope.python.classes import Settled, any_arguments, effects_of
from leastscope.python.domain.effects import Fails, Handles, Loses, Opens, Sends, Summary, Within, in_order
from leastscope.python.domain.kept import replace
from leastscope.python.index.program import names_read
from leastscope.python.sending.attribution import sent_at
from leastscope.python.state import hierarchy
from leastscope.python.state.importing import BODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.model import Resolution
    from leastscope.python.domain.effects import Site
    from leastscope.python.domain.values import Place, Unit
    from leastscope.python.fallbacks import Fallbacks
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.engine import Engine


_SURENESS: Mapping[Resolution, int] = {"resolved": 0, "possible": 1, "outside": 2}
_SHOWN = 2
"""Names of what is lost at one place that are told."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the code does, sorted by place."""

    requests: tuple[ApiRequest, ...]
    variants: frozenset[ApiRequest]
    events: tuple[EventUse, ...]
    gaps: tuple[Gap, ...]
    idle: tuple[Idle, ...] = ()


class Collector:
    """Turns the effects of root evaluations into requests, events and gaps."""

    def __init__(self, engine: Engine, classes: Settled, fallbacks: Fallbacks) -> None:
        self._engine = engine
        self._noted = engine.noted
        self._classes = classes
        self._fallbacks = fallbacks
        self._requests: dict[tuple[object, ...], tuple[ApiRequest, bool]] = {}
        self._events: dict[tuple[Span, str, str], EventUse] = {}
        self._gaps: dict[tuple[str, int, int, str, str], Gap] = {}
        self._chosen: list[Within] = []
        self._lost: dict[tuple[str, Site, str, str], set[Loses]] = {}

    def take(self, path: str, unit: Unit) -> None:
        """Take over what one unit of a file gave for any caller."""
        module = self._engine.modules[path]
        summary = self._engine.units.get(unit)
        if module is None or summary is None:
            return
        for lost in self._noted.lost.get(unit.place, ()):  # for what some callers hand in
            self._lose(unit, lost)
        for effect in in_order(effects_of(self._engine, unit, summary)):
            span = module.span_at(*effect.site)
            match effect:
                case Sends() if self._fallbacks.is_elsewhere(unit, effect) or self._is_chosen_inside(effect):
                    pass
                case Sends():
                    left = self._classes.left_to(self._engine, unit, effect)
                    if left is not None:
                        self._request(module, left, span)
                case Handles():
                    use = EventUse(span, effect.system, effect.event, effect.how, module.in_tests)
                    self._events[(span, effect.event, effect.how)] = use
                case Fails():
                    self._gap(module, effect, span)
                case Loses():
                    self._lose(unit, effect)
                case Opens():
                    if effect.system and unit.place not in self._noted.calls and not self._is_chosen_inside(effect):
                        self._left_open(module, unit, summary, effect, span)

    def _lose(self, unit: Unit, effect: Loses) -> None:
        """Note what is lost at a place."""
        if not effect.params and not self._is_found_again(unit, effect):
            key = (unit.place.path, effect.site, effect.system, effect.where)
            self._lost.setdefault(key, set()).add(effect)

    def _lost_at(self) -> Iterator[Gap]:
        """The gaps of what is lost: one for each place."""
        for (path, site, system, where), several in sorted(self._lost.items()):
            module = self._engine.modules[path]
            if module is not None:
                names = sorted({name for one in several for name in one.names})
                told = " and ".join(f"'{name}'" for name in names[:_SHOWN])
                more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
                sent = {each for one in several for each in one.operations}
                sent = sent if all(one.operations for one in several) else set()
                reason = where.replace("{}", told + more, 1)  # a field may have braces in its name
                span = module.span_at(*site)
                yield Gap("lost-client", span, system, reason, module.in_tests, operations=tuple(sorted(sent)))

    def _is_found_again(self, unit: Unit, effect: Loses) -> bool:
        """Whether what seems lost is not: somebody reads or takes it, or callers give the function that receives it."""
        noted, taken = self._noted, effect.taken
        if taken is not None and (
            taken in noted.calls or not noted.caught.isdisjoint(hierarchy.mro(self._engine, taken))
        ):
            return True
        return effect.field in self._read if effect.field else effect.decided and unit.place in noted.calls

    @cached_property
    def _read(self) -> frozenset[str]:
        """The names of the fields that any module reads, as an attribute or by a text."""
        return names_read(self._engine.modules.values())

    def _is_chosen_inside(self, effect: Sends | Opens) -> bool:
        """Whether a function that an effect came through chose among operations of its own; then it is noted there."""
        for one in effect.within:
            if one in self._chosen:
                continue
            summary, module = self._engine.units.get(one.unit), self._engine.modules.get(one.unit.place.path)
            settled = self._engine.units.get(any_arguments(one.unit, summary)) if summary is not None else None
            if summary is None or settled is None or module is None:
                continue
            here = [each for each in settled.effects if not self._classes.is_elsewhere(one.unit, each)]
            own = sent_at(one.site, here)
            opened = [each for each in in_order(summary.effects) if isinstance(each, Opens) and each.site == one.site]
            if (
                opened
                and own
                and (
                    isinstance(effect, Opens)
                    or (own == one.operations and (len(own) > 1 or effect.resolution == "possible"))
                )
            ):
                self._chosen.append(one)
                self._left_open(module, one.unit, summary, opened[0], module.span_at(*one.site))
                self._chosen.pop()
                return True
        return False

    def _left_open(self, module: ModuleInfo, unit: Unit, summary: Summary, effect: Opens, span: Span) -> None:
        """A call that no caller closes: all the operations it can be, if they are a closed set; else a gap."""
        settled = self._engine.units.get(any_arguments(unit, summary))
        found = [one for one in in_order(settled.effects) if one.site == effect.site] if settled is not None else []
        known = self._engine.knowledge.is_known
        left = [one for one in found if not (isinstance(one, Sends) and self._is_chosen_inside(one))]
        requests = [one for one in left if isinstance(one, Sends) and known(one.system, one.server, one.verb, one.path)]
        for request in requests:
            self._request(module, replace(request, resolution="possible"), span)
        if (left or not found) and len(requests) < max(len(left), 1):
            self._gap(module, effect, span)

    def _gap(self, module: ModuleInfo, effect: Fails | Opens, span: Span) -> None:
        key = (span.path, span.line, span.column, effect.kind, effect.reason)
        known = self._gaps.get(key)
        hidden = set(effect.operations) if isinstance(effect, Fails) else set()
        if known is not None:
            # What may be anything for one caller may be anything.
            hidden = hidden | set(known.operations) if hidden and known.operations else set()
        sent = tuple(sorted(hidden))
        self._gaps[key] = Gap(effect.kind, span, effect.system, effect.reason, module.in_tests, operations=sent)

    def _request(self, module: ModuleInfo, effect: Sends, span: Span) -> None:
        at = (span.path, effect.site, effect.operation)
        refined = self._noted.passed.get(at, set())
        told = {each.key for each in refined if each.known} if effect.refinable else set()
        passed = sorted(each for each in {*effect.passed, *refined} if each.known or each.key not in told)
        parameters = tuple(Parameter(each.key, each.value, each.known, span) for each in passed)
        request = ApiRequest(
            span,
            effect.system,
            effect.verb,
            effect.path,
            effect.server,
            "resolved" if at in self._noted.certain else effect.resolution,
            effect.account,
            effect.credential,
            module.in_tests or effect.local,
            parameters,
            effect.closed,
            (*effect.evidence, Step(span, f"sends {effect.verb} {effect.path}")),
            local=effect.local,
        )
        # A chain (`list(..).auto_paging_iter()`) starts at one place and asks for one operation: the first call stands.
        key = (span.path, span.line, span.column, effect.operation)
        known = self._requests.get(key)
        if known is None or _end(request) < _end(known[0]):
            self._requests[key] = (request, effect.variant)
        elif _end(request) == _end(known[0]):
            self._requests[key] = (_surest(request, known[0]), effect.variant and known[1])

    def _beyond_limits(self) -> Iterator[Gap]:
        """The functions and files that were not followed to their end: one gap for each, at its first character.

        Without a system: nobody knows which ones the code beyond the limit leads to.
        """
        engine = self._engine
        for place, steps in sorted(engine.stopped.items()):
            module = engine.modules[place.path]
            if module is not None:
                what = "file" if place.start == BODY else "function"
                reason = f"the analysis of this {what} was cut off after {steps}"
                yield Gap("limit", _first(module, place), "", reason, module.in_tests)
        for place, calls in sorted(self._noted.cut.items()):
            module, callers = engine.modules[place.path], [engine.modules[path] for path, _ in sorted(calls)]
            if module is not None:
                name, several = engine.function(place).qualname, "call" if len(calls) == 1 else "calls"
                reason = (
                    f"leastscope does not follow {len(calls)} {several} of '{name}': "
                    "the function has too many different arguments"
                )
                in_tests = all(caller is not None and caller.in_tests for caller in callers)
                yield Gap("limit", _first(module, place), "", reason, in_tests)

    def result(self) -> Evaluated:
        requests = sorted((request for request, _ in self._requests.values()), key=request_order)
        return Evaluated(
            tuple(requests),
            frozenset(request for request, variant in self._requests.values() if variant),
            tuple(sorted(self._events.values(), key=lambda use: (use.span, use.system, use.event, use.how))),
            tuple(sorted((*self._gaps.values(), *self._lost_at(), *self._beyond_limits()), key=gap_order)),
        )


def _first(module: ModuleInfo, place: Place) -> Span:
    start = max(place.start, 0)
    return module.span_at(start, start)


def _end(request: ApiRequest) -> tuple[int, int]:
    return (request.span.end_line, request.span.end_column)


def _surest(one: ApiRequest, other: ApiRequest) -> ApiRequest:
    """Two ways to one request at one place: the surer resolution, what is known of its account and credential."""
    best, rest = sorted((one, other), key=_rank)
    accounts = {one.account, other.account}
    account = best.account if len(accounts) == 1 else "connected" if "connected" in accounts else "unknown"
    credentials = {one.credential, other.credential} - {"unknown"}
    parameters = sorted({*one.parameters, *other.parameters}, key=lambda each: (each.key, each.known, str(each.value)))
    return replace(
        best,
        account=account,
        credential=credentials.pop() if len(credentials) == 1 else "unknown",
        parameters=tuple(parameters),
        closed=best.closed and rest.closed,
    )


def _rank(request: ApiRequest) -> tuple[object, ...]:
    """The surer request first, then the one with the shorter evidence."""
    return (_SURENESS[request.resolution], len(request.evidence), request.evidence, request.account)


def request_order(request: ApiRequest) -> tuple[object, ...]:
    """Sort requests by place, then by all that tells two of one place apart."""
    return (request.span, request.system, request.path, request.verb, request.account, request.credential)
