"""Attribution: who decides an operation, the caller of a function or the function itself.

A caller that hands over a library's module or a client decides whom to ask and not what: the request stands where the
member of it is called. So it does where a function chooses among alternatives of its own by something that its callers
do not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from leastscope.library import tells_nothing
from leastscope.python.domain import contents
from leastscope.python.domain.effects import Fails, Opens, Sends, Within, returns_of
from leastscope.python.domain.servers import HOLE
from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    BOTTOM,
    FunctionValue,
    Instance,
    LibraryModule,
    LibraryObject,
    Unit,
    Value,
    options,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Step
    from leastscope.python.domain.effects import Effect, Outcome, Site, Summary
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine

Asking: TypeAlias = tuple[object, ...]
DEEPEST = 8
"""Functions around a call that are remembered while it is open."""


def handed(
    engine: Engine, info: FunctionInfo, key: tuple[tuple[str, Value], ...], step: Step
) -> tuple[tuple[str, Value], ...]:
    """Of the arguments of a call those that only say whom to ask."""
    receiver = info.node.parameters[0].name if info.cls is not None and info.node.parameters else ""
    return tuple(
        (name, with_step(value, step))
        for name, value in key
        if all(_is_root(engine, option, receives=name == receiver) for option in options(value))
    )


def _is_root(engine: Engine, value: Value, *, receives: bool) -> bool:
    match value:
        case LibraryModule():
            return True
        case LibraryObject(library, kind):
            return tells_nothing(engine.knowledge.libraries[library].types[kind])
        case Instance() if receives:
            return all(_is_root(engine, part, receives=True) for part in parts(value))
        case FunctionValue(place, _, frame):
            given = engine.told(Unit(place, frame), returns_of) or BOTTOM
            return any(is_client(engine, option) for option in options(given))
        case _:
            return receives and not contents.of_library(value)


def is_client(engine: Engine, value: Value) -> bool:
    """Whether a value is a library's module or an object that says whom to ask, and not what came back."""
    return isinstance(value, LibraryModule | LibraryObject) and _is_root(engine, value, receives=False)


def counterpart(effect: Effect, fixed: Outcome | None) -> Effect | None:
    """The effect of the same call and operation in what a function does by itself."""
    found = (other for other in fixed.effects if _are_same(effect, other)) if fixed is not None else iter(())
    return next(found, None)


def _are_same(one: Effect, other: Effect) -> bool:
    match one, other:
        case Sends(), Sends():
            told = (one.site, one.system, one.server, one.verb) == (other.site, other.system, other.server, other.verb)
            return told and _is_of(one.path, other.path)
        case Fails(), Fails():
            return (one.site, one.kind, one.reason) == (other.site, other.kind, other.reason)
        case _:
            return False


def _is_of(path: str, template: str) -> bool:
    """Whether a path is another whose holes are filled."""
    segments, others = path.split("/"), template.split("/")
    return len(segments) == len(others) and all(
        other in {segment, HOLE} for segment, other in zip(segments, others, strict=True)
    )


def around(effect: Effect, unit: Unit, effects: frozenset[Effect]) -> tuple[Within, ...]:
    """The functions that an effect has come through, the innermost first, this one for any caller the last."""
    if not isinstance(effect, Sends | Opens) or not effect.system:
        return ()
    if len(effect.within) >= DEEPEST or any(each.unit == unit for each in effect.within):
        return effect.within
    return (*effect.within, Within(unit, effect.site, sent_at(effect.site, effects)))


def asking(effect: Sends) -> Asking:
    """Where an operation is chosen, seen from the function that an effect is of: a site, or one of a method behind it."""
    return (effect.site, *((one.unit.place, one.site) for one in effect.within[:1]))


def chosen_by_class(summary: Summary) -> frozenset[Asking]:
    """Where a method whose class decides something may send one of several operations."""
    if not summary.by_class:
        return frozenset()
    known: dict[Asking, set[tuple[str, ...]]] = {}
    for effect in summary.effects:
        if isinstance(effect, Sends):
            known.setdefault(asking(effect), set()).add(effect.operation)
    return frozenset(one for one, operations in known.items() if len(operations) > 1)


def sent_at(site: Site, effects: Iterable[Effect]) -> frozenset[tuple[str, ...]]:
    """The operations that a call sends."""
    return frozenset(effect.operation for effect in effects if isinstance(effect, Sends) and effect.site == site)
