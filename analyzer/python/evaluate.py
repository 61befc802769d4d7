"""The evaluator as a function: modules in, requests, events and gaps out.

Discovery and evaluation alternate: evaluation asks for modules that relevant files import, and names that carry something
open or of a library lead to further files (`names_to_follow`), until nothing new appears.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.model import ApiRequest, EventUse, Gap, Parameter, Span, Step
from analyzer.python.carriers import libraries_in, marked
from analyzer.python.effects import Effect, Fails, Handles, Opens, Sends, Summary
from analyzer.python.engine import Engine, Unit, root_units
from analyzer.python.modules import ModuleIndex
from analyzer.python.statements import evaluate_unit
from analyzer.python.values import UNKNOWN, ClassValue, FunctionValue, Value, options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyzer.library import Knowledge, Library
    from analyzer.python.program import ModuleInfo


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What the code does, sorted by place."""

    requests: tuple[ApiRequest, ...]
    variants: frozenset[ApiRequest]
    events: tuple[EventUse, ...]
    gaps: tuple[Gap, ...]


class Program:
    """The modules under evaluation, and what evaluating them gave.

    `load` gives a module by path (as no root; None where it cannot be read); `window` the releases of a library that can
    apply to a file.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        paths: Iterable[str],
        load: Callable[[str], ModuleInfo | None],
        window: Callable[[str, Library], tuple[int, int]],
    ) -> None:
        libraries = [module for library in knowledge.libraries.values() for module in library.modules]
        index = ModuleIndex(paths, libraries)
        self._engine = Engine(knowledge, index, load, window, evaluate_unit)
        self._roots: dict[str, list[Unit]] = {}

    def add(self, modules: Iterable[ModuleInfo]) -> None:
        """Evaluate more modules, with all their functions, together with those that are there."""
        for module in sorted(modules, key=lambda module: module.path):
            self._engine.modules[module.path] = module
            self._roots[module.path] = root_units(module)
        self._engine.solve(unit for path in sorted(self._roots) for unit in self._roots[path])

    def names_to_follow(self) -> dict[str, frozenset[str]]:
        """Names that other files may use to reach a library or an open wrapper -> the files that define them."""
        found: dict[str, set[str]] = {}
        for path in sorted(self._roots):
            for name in self._carriers(path):
                found.setdefault(name, set()).add(path)
        for path, name in self._engine.attributes_where(self._leads_on):
            found.setdefault(name, set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}

    def _carriers(self, path: str) -> Iterable[str]:
        module = self._engine.modules[path]
        if module is None:
            return
        for name in module.bound:
            value = self._engine.read(("global", path, name))
            if self._leads_on(value) or any(self._is_way_in(option) for option in options(value)):
                yield name
        for unit in self._roots[path][1:]:
            info = module.functions[unit.place.start]
            summary = self._engine.units.get(unit)
            if summary is None or not info.node.name or info.outer is not None:
                continue
            if _is_open(summary.effects) or self._leads_on(summary.returns):
                yield info.node.name if info.node.name != "__init__" else info.qualname.split(".")[-2]

    def _is_way_in(self, value: Value) -> bool:
        """Whether a function or class, under whatever name, is open to its callers or gives something of a library."""
        if isinstance(value, ClassValue):
            return marked(self._engine, value.place) or any(
                unit.place.path == value.place.path
                and self._engine.function(unit.place).cls == value.place
                and _is_open(summary.effects)
                for unit in self._roots.get(value.place.path, ())[1:]
                if (summary := self._engine.units.get(unit)) is not None
            )
        if not isinstance(value, FunctionValue) or value.frame is not None:
            return False
        summary = self._engine.units.get(Unit(value.place))
        return summary is not None and (_is_open(summary.effects) or self._leads_on(summary.returns))

    def _leads_on(self, value: Value) -> bool:
        """Whether a value is, or holds, something of a library of one system."""
        systems = self._engine.knowledge.events
        libraries = self._engine.knowledge.libraries
        return any(libraries[name].system in systems for name in libraries_in(value))

    def result(self) -> Evaluated:
        """All that was found, by the places of the modules that were added."""
        collector = _Collector(self._engine)
        for path in sorted(self._roots):
            for unit in self._roots[path]:
                collector.take(path, unit)
        return collector.result()


def _is_open(effects: Iterable[Effect]) -> bool:
    return any(isinstance(effect, Opens) and effect.system for effect in effects)


class _Collector:
    """Turns the effects of root evaluations into requests, events and gaps."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._requests: dict[tuple[object, ...], tuple[ApiRequest, bool]] = {}
        self._events: dict[tuple[Span, str, str], EventUse] = {}
        self._gaps: dict[tuple[str, int, int, str, str], Gap] = {}

    def take(self, path: str, unit: Unit) -> None:
        module = self._engine.modules[path]
        summary = self._engine.units.get(unit)
        if module is None or summary is None:
            return
        for effect in summary.effects:
            span = module.span_at(*effect.site)
            match effect:
                case Sends():
                    self._request(module, effect, span)
                case Handles():
                    use = EventUse(span, effect.system, effect.event, effect.how, module.in_tests)
                    self._events[(span, effect.event, effect.how)] = use
                case Fails():
                    self._gap(module, effect.kind, effect.system, effect.reason, span)
                case Opens():
                    if effect.system and unit.place not in self._engine.called:
                        self._left_open(module, unit, summary, effect, span)

    def _left_open(self, module: ModuleInfo, unit: Unit, summary: Summary, effect: Opens, span: Span) -> None:
        """A call that no caller closes: all the operations it can be, if they are a closed set; else a gap."""
        anything = tuple((name, UNKNOWN) for name in sorted(summary.relevant))
        settled = self._engine.summary(Unit(unit.place, unit.frame, anything))
        found = [one for one in settled.effects if one.site == effect.site] if settled is not None else []
        requests = [one for one in found if isinstance(one, Sends)]
        for request in requests:
            self._request(module, replace(request, resolution="possible"), span)
        if not requests or len(requests) < len(found):
            self._gap(module, effect.kind, effect.system, effect.reason, span)

    def _gap(self, module: ModuleInfo, kind: str, system: str, reason: str, span: Span) -> None:
        key = (span.path, span.line, span.column, kind, reason)
        self._gaps[key] = Gap(kind, span, system, reason, module.in_tests)

    def _request(self, module: ModuleInfo, effect: Sends, span: Span) -> None:
        refined = self._engine.refined.get((span.path, effect.site, effect.operation), set())
        told = {each.key for each in refined if each.known} if effect.refinable else set()
        passed = sorted(each for each in {*effect.passed, *refined} if each.known or each.key not in told)
        parameters = tuple(Parameter(each.key, each.value, each.known, span) for each in passed)
        request = ApiRequest(
            span,
            effect.system,
            effect.verb,
            effect.path,
            effect.server,
            effect.resolution,
            effect.account,
            effect.credential,
            module.in_tests,
            parameters,
            effect.closed,
            (*effect.evidence, Step(span, f"sends {effect.verb} {effect.path}")),
        )
        # A chain (`list(..).auto_paging_iter()`) starts at one place and asks for one operation: the first call stands.
        key = (span.path, span.line, span.column, effect.operation, effect.account, effect.credential)
        known = self._requests.get(key)
        if (
            known is None
            or _end(request) < _end(known[0])
            or (_end(request) == _end(known[0]) and _better(request, known[0]))
        ):
            self._requests[key] = (request, effect.variant)

    def result(self) -> Evaluated:
        requests = sorted((request for request, _ in self._requests.values()), key=_order)
        return Evaluated(
            tuple(requests),
            frozenset(request for request, variant in self._requests.values() if variant),
            tuple(sorted(self._events.values(), key=lambda use: (use.span, use.system, use.event, use.how))),
            tuple(sorted(self._gaps.values(), key=lambda gap: (gap.span, gap.kind, gap.system, gap.reason))),
        )


def _end(request: ApiRequest) -> tuple[int, int]:
    return (request.span.end_line, request.span.end_column)


def _better(request: ApiRequest, known: ApiRequest) -> bool:
    """Of two evidences for one request, more parameters win; then the shorter, then the first."""
    return _rank(request) < _rank(known)


def _rank(request: ApiRequest) -> tuple[object, ...]:
    return (-len(request.parameters), len(request.evidence), request.evidence, request.resolution)


def _order(request: ApiRequest) -> tuple[object, ...]:
    return (request.span, request.system, request.path, request.verb, request.account, request.credential)
