"""Decorators: what a name holds after them, and what becomes of the function or class that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.effects import Sends, returns_of
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    External,
    FunctionValue,
    LibraryMethod,
    Param,
    Unit,
    Unknown,
    Value,
    Wrapped,
    join,
    options,
)
from leastscope.python.index.program import functions_inside, last_name, within
from leastscope.python.interp import calls, descriptors, expressions
from leastscope.python.models import foreign, supplied
from leastscope.python.sending import events, losses
from leastscope.python.state import carriers, cells, demand
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame


def decorate(frame: Frame, decorator: ir.Expr, decorated: Value) -> Value:
    """What a name holds after a decorator, which may register the function or class, for an event or under a name.

    A decorator of a file that speaks of a system may make a client of what the function gives: then the name holds what the
    decorator gives, too. Any other one is taken to call the function as its callers do, so that these stay exact.
    """
    applied = expressions.value_of(frame, decorator)
    registers = decorator.func if isinstance(decorator, ir.Call) else decorator
    if isinstance(registers, ir.Attribute) and registers.name == "register":
        for owner in contents.functions_in(frame.value_before(registers.value)):
            foreign.store(frame, FunctionValue(owner.place), calls.REGISTERED, decorated, decorator)
    arguments = calls.arguments_of(frame, decorator) if isinstance(decorator, ir.Call) else Arguments()
    if isinstance(decorator, ir.Call):
        events.registered(frame, arguments, decorator)
    if last_name(decorator) in frame.engine.knowledge.functions.supplying:
        supplied.decorated(frame, expressions.value_of(frame, registers), arguments, decorated)
    if isinstance(applied, LibraryMethod | FunctionValue):
        calls.call(frame, applied, Arguments((decorated,)), decorator)
    if isinstance(applied, Unknown | Bottom):
        demand.hand_over(frame, (decorated,))
    name = _unread(frame, registers, applied)
    for function in contents.functions_in(decorated) if name else ():
        frame.engine.confirm(cells.Decorated(function.place))
        losses.given(frame, name, function, decorator)
    if not isinstance(applied, FunctionValue):
        held = descriptors.decorated(frame, applied, decorated, decorator) if frame.cls is not None else None
        return decorated if held is None else held
    if _gives_its_own(frame.engine, applied):
        _call_decorated(frame, applied, decorated, decorator)
    return join(decorated, *_makers(frame, applied, decorated, decorator))


def _unread(frame: Frame, decorator: ir.Expr, applied: Value) -> str:
    """The name of a decorator, without its arguments, that is not read; empty where it is known, or of the program."""
    if not isinstance(applied, External | Unknown | Wrapped):
        return ""
    known = expressions.value_of(frame, decorator) if isinstance(decorator, ir.Name | ir.Attribute) else UNKNOWN
    match known:
        case External(name):
            is_read = frame.engine.knowledge.functions.of(name) is not None
            return "" if is_read or not losses.is_unread(frame, name) else name
        case Unknown():
            return last_name(decorator)
        case _:
            return ""


def _makers(frame: Frame, applied: FunctionValue, decorated: Value, decorator: ir.Expr) -> Iterator[FunctionValue]:
    """The functions that a decorator gives which make something of a library of what the decorated function gives.

    Or which give what the callers of the functions around the decorator are to say.
    """
    for closure in _given_for(frame, applied, decorated, decorator) if _may_make(frame, applied) else ():
        given = frame.engine.told(Unit(closure.place, closure.frame), returns_of) or BOTTOM
        if (
            carriers.carries(frame.engine, given, urls=False)
            or any(isinstance(one, Param) and one.function != closure.place for one in options(given))
            or carriers.leaves_to_callers(frame.engine, closure)
        ):
            yield closure


def _may_make(frame: Frame, applied: FunctionValue) -> bool:
    """Whether a decorator may make something of a library: its file names a system, or it was told of something.

    One that stands in a function may hand on what the callers of that are to say.
    """
    module = frame.engine.modules[applied.place.path]
    return (
        (module is not None and bool(module.speaks_of))
        or carriers.carries(frame.engine, applied, urls=False)
        or (applied.frame is not None and _gives_its_own(frame.engine, applied))
    )


def _given_for(frame: Frame, applied: FunctionValue, decorated: Value, decorator: ir.Expr) -> list[FunctionValue]:
    """The functions that a decorator gives for what it decorates."""
    engine, info = frame.engine, frame.engine.function(applied.place)
    if not contents.functions_in(engine.told(Unit(applied.place, applied.frame), returns_of) or BOTTOM):
        return []  # one that only registers what it decorates would be evaluated for each, and again for each other one
    unit = Unit(applied.place, applied.frame, tuple((one.name, decorated) for one in info.node.parameters[:1]))
    followed = engine.context(unit, frame.module.path, frame.site(decorator))
    given = engine.told(unit, returns_of) if followed else None
    known = contents.functions_in(decorated)
    return [one for one in contents.functions_in(given or BOTTOM) if one not in known]


def _gives_its_own(engine: Engine, decorator: FunctionValue) -> bool:
    """Whether a function inside a decorator gives the decorated function more than what it is given itself."""
    info, module = engine.function(decorator.place), engine.modules[decorator.place.path]
    decorated = {parameter.name for parameter in info.node.parameters[:1]}
    return any(_gives(each.node, decorated) for each in functions_inside(module, info.place))


def _gives(function: ir.Function, decorated: set[str]) -> bool:
    handed_on = {parameter.name for parameter in function.parameters}
    return any(
        not (each.star or (isinstance(each.value, ir.Name) and each.value.id in handed_on))
        for node in within(function.body)
        if isinstance(node, ir.Call) and isinstance(node.func, ir.Name) and node.func.id in decorated
        for each in node.args
    )


def _call_decorated(frame: Frame, applied: FunctionValue, decorated: Value, decorator: ir.Expr) -> None:
    """Note what a decorated function sends for what its decorator gives it; what callers give it they settle themselves."""
    outer, frame.effects = frame.effects, {}
    for closure in _given_for(frame, applied, decorated, decorator):
        calls.call(frame, closure, Arguments(more=UNKNOWN, extra=UNKNOWN), decorator)
    found, frame.effects = frame.effects, outer
    for effect in found:
        if isinstance(effect, Sends):
            frame.emit(effect)
