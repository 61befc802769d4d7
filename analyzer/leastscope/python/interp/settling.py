"""What a call settles: effects of the called function that are open for any caller and closed by these arguments.

They belong to the place of the call; unless the arguments only say whom to ask: then they stand in the function itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from leastscope.model import Step
from leastscope.python.domain.effects import (
    Effect,
    Fails,
    Loses,
    Opens,
    Outcome,
    Sends,
    Within,
    in_order,
    opened_by,
    outcome_of,
)
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import FunctionValue, Param, Unit, Value, options, parameters_in
from leastscope.python.sending import attribution
from leastscope.python.state.notes import Handing, Loss, Refinement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.python.domain.effects import Operation, Site, Summary
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


class Outline(NamedTuple):
    """What a function does for any caller, as far as a call asks for it whose arguments may settle something.

    `closed` are the operations that callers do not change, and whether they are sent for certain; `chosen` those that the
    class chooses. `passes_over`: for any caller, it does not enter calls that it hands its parameters to.
    """

    open_sites: frozenset[Site]
    closed: frozenset[tuple[Site, Operation, bool]]
    chosen: frozenset[attribution.Asking]
    lost: frozenset[Loses]
    passes_over: bool = False


_NOTHING = Outline(frozenset(), frozenset(), frozenset(), frozenset())


class Asked(NamedTuple):
    """The parameters of the calls that callers decide, and of what is lost."""

    opened: frozenset[Param] = frozenset()
    losing: frozenset[Param] = frozenset()


def outline_of(summary: Summary) -> Outline:
    """What calls ask of what a function does for any caller."""
    sends = [effect for effect in summary.effects if isinstance(effect, Sends)]
    return Outline(
        frozenset(effect.site for effect in summary.effects if isinstance(effect, Opens)),
        frozenset((effect.site, effect.operation, effect.resolution == "resolved") for effect in sends),
        attribution.chosen_by_class(summary),
        frozenset(effect for effect in summary.effects if isinstance(effect, Loses)),
        bool(summary.handed),
    )


def asked_of(summary: Summary) -> Asked:
    """What a function asks its callers for, who may leave it to theirs."""
    losing = (effect.params for effect in summary.effects if isinstance(effect, Loses))
    return Asked(opened_by(summary), frozenset[Param]().union(*losing))


class Followed(msgspec.Struct, frozen=True):
    """A function of the program as a call meets it: its evaluation for any caller, and the call."""

    info: FunctionInfo
    root: Unit
    node: ir.Node


def _outline(frame: Frame, followed: Followed, effects: frozenset[Effect]) -> Outline:
    """What a function does for any caller; a call whose arguments have no effects need not hear of it."""
    return (frame.engine.told(followed.root, outline_of) or _NOTHING) if effects else _NOTHING


def settle(frame: Frame, followed: Followed, summary: Outcome, fixed: Outcome | None = None) -> None:
    """Take over what a call's arguments settle: effects at sites that are open for any caller, unless they are fixed."""
    info, outline = followed.info, _outline(frame, followed, summary.effects)
    open_sites, chosen = outline.open_sites, outline.chosen
    closed = {(site, operation): resolved for site, operation, resolved in outline.closed}
    settled = open_sites - {effect.site for effect in summary.effects if not isinstance(effect, Sends)}
    for effect in in_order(summary.effects):
        # The order of the three cases counts. What stands in the called function already must not be told again at
        # each call; what any caller gets is only made more precise; the rest is new, and belongs to this call.
        own = attribution.counterpart(effect, fixed)
        by_class = isinstance(effect, Sends) and attribution.asking(effect) in chosen
        if own is not None and not by_class:  # whom a method is called on says more than whom to ask
            if isinstance(effect, Sends) and isinstance(own, Sends):
                certain = effect.resolution == "resolved" and own.resolution != "resolved"
                _refine(frame, info, effect, own.operation, certain=certain)
                frame.depend(effect.refinable)
        elif isinstance(effect, Sends) and (effect.site, effect.operation) in closed:
            certain = effect.resolution == "resolved" and not (closed[effect.site, effect.operation] or by_class)
            _refine(frame, info, effect, effect.operation, certain=certain)
            frame.depend(effect.refinable)
            # Which class a method is called on may be what chooses, or that the call leaves out what others give. That is
            # only told once all calls are known, so the request is noted here, too (`classes.settled`, `fallbacks`).
            if by_class or effect.site in settled:
                around = attribution.around(effect, followed.root.for_any_caller(), summary.effects)
                frame.emit(_moved(frame, followed, effect, around))
        elif isinstance(effect, Loses):
            # What callers hand in is lost where the called function loses it.
            if not (effect.params or effect in outline.lost or frame.module.in_tests):
                frame.engine.note(Loss(info.place, effect))
        elif (
            (effect.site in open_sites and not _is_own(info, effect))
            or _is_cap(effect)
            or (outline.passes_over and isinstance(effect, Sends))
        ):
            around = attribution.around(effect, followed.root.for_any_caller(), summary.effects)
            frame.emit(_moved(frame, followed, effect, around))


def fixed_inside(frame: Frame, followed: Followed, unit: Unit, summary: Outcome) -> Outcome | None:
    """What a function does for the arguments of a call that only say whom to ask: it stands in the function itself."""
    engine = frame.engine
    open_sites = _outline(frame, followed, summary.effects).open_sites
    if not any(effect.site in open_sites for effect in summary.effects if isinstance(effect, Sends)):
        return None
    handed = Unit(unit.place, unit.frame, asking_whom(frame, followed, unit.arguments or ()))
    if not handed.arguments or not engine.context(handed, frame.module.path, frame.site(followed.node)):
        return None
    engine.note(Handing(unit.for_any_caller(), handed))
    return engine.told(handed, outcome_of)


def asking_whom(
    frame: Frame, followed: Followed, arguments: tuple[tuple[str, Value], ...]
) -> tuple[tuple[str, Value], ...]:
    """Of the arguments of a call those that only say whom to ask, with the call as the way that they have come."""
    step = frame.step(followed.node, f"'{followed.info.qualname}' is called")
    return attribution.handed(frame.engine, followed.info, arguments, step)


def of_closure(info: FunctionInfo, given: Outcome) -> Outcome:
    """What a nested function does, but for what its own parameters decide: each call binds these, and settles that."""
    left: set[Effect] = set()
    for effect in given.effects:
        if isinstance(effect, Opens):
            outer = frozenset(param for param in effect.params if param.function != info.place)
            left |= {replace(effect, params=outer)} if outer else set()
        else:
            left.add(effect)
    return given._replace(effects=frozenset(left))


def leave_open(frame: Frame, followed: Followed, effects: Iterable[Effect]) -> None:
    """What a nested function leaves open by parameters of those around it is open at its call, for their callers."""
    for effect in in_order(effects):
        if isinstance(effect, Opens):
            # Parameters of the function itself were bound by this call. Those of the functions around it were not.
            outer = frozenset(param for param in effect.params if param.function != followed.info.place)
            if outer:
                frame.emit(Opens(frame.site(followed.node), outer, effect.system, effect.kind, effect.reason))
        elif isinstance(effect, Sends):
            outer = frozenset(param for param in effect.refinable if param.function != followed.info.place)
            frame.depend(outer)
            frame.refines_inside = frame.refines_inside or bool(outer)


def pass_on(frame: Frame, followed: Followed, relevant: frozenset[str], bound: dict[str, Value]) -> None:
    """What is open or lost in a called function is so here, where the arguments come from this function's own parameters."""
    asked = frame.engine.told(followed.root, asked_of) or Asked()
    given = _given(followed, bound, asked.opened)
    params = frozenset[Param]().union(*(parameters_in(value) | _closed_over(frame, value) for value in given))
    if params:
        frame.emit(Opens(frame.site(followed.node), params))
        # What else decides there, such as the verb beside a URL, is not told by the call that is open.
        for name in sorted(relevant & bound.keys()):
            frame.depend(parameters_in(bound[name]))
    given = _given(followed, bound, asked.losing)
    params = frozenset[Param]().union(*(parameters_in(value) for value in given))
    if params:
        frame.emit(Loses(frame.site(followed.node), params=params))


def _given(followed: Followed, bound: dict[str, Value], params: frozenset[Param]) -> list[Value]:
    """What a call gives for some parameters of the called function."""
    asked = {param.name for param in params if param.function == followed.info.place}
    return [bound[name] for name in sorted(asked & bound.keys())]


def _closed_over(frame: Frame, value: Value) -> frozenset[Param]:
    """The parameters of functions around it that decide what a function sends which is handed on."""
    found: set[Param] = set()
    for option in options(value):
        if isinstance(option, FunctionValue) and option.frame is not None:
            asked = frame.engine.told(Unit(option.place, option.frame), asked_of) or Asked()
            found |= {param for param in asked.opened if param.function != option.place}
    return frozenset(found)


def _refine(frame: Frame, info: FunctionInfo, effect: Sends, operation: Operation, *, certain: bool) -> None:
    """Note what a call adds to a request in the called function; what tests pass is no business of the code under test."""
    called = frame.engine.module(info.place.path)
    counts = called is None or called.in_tests or not frame.module.in_tests
    frame.engine.note(Refinement((info.place.path, effect.site, operation), effect.passed if counts else (), certain))


def _is_cap(effect: Effect) -> bool:
    """Whether an evaluation for these arguments met a cap, wherever that was."""
    return isinstance(effect, Fails) and effect.kind == "limit"


def _is_own(info: FunctionInfo, effect: Effect) -> bool:
    """Whether an open call depends on nothing but a function's own parameters, which each call of it settles."""
    return isinstance(effect, Opens) and all(param.function == info.place for param in effect.params)


def _moved(frame: Frame, followed: Followed, effect: Effect, around: tuple[Within, ...]) -> Effect:
    """An effect of a called function as an effect of the call."""
    info, site = followed.info, frame.site(followed.node)
    module = frame.engine.modules[info.place.path]
    if isinstance(effect, Opens):
        return Opens(site, effect.params, effect.system, effect.kind, effect.reason, around)
    if module is None or not isinstance(effect, Sends | Fails):
        return effect
    step = frame.step(followed.node, f"'{info.qualname}' is called")
    inner = effect.evidence
    if not isinstance(effect, Fails) or not inner:
        inner = (*inner, Step(module.span_at(*effect.site), f"in '{info.qualname}'"))
    moved = replace(effect, site=site, evidence=(step, *inner))
    return replace(moved, within=around) if isinstance(moved, Sends) else moved
