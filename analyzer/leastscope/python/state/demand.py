"""Which calls are worth looking into.

A unit is *near* where it may send something: its file names a system or uses a name that leads to one, or it is evaluated
for arguments that lead to a library. Such a unit *meets* something of a system where a client, a resource or an address of
its servers stands before a dot or as an argument in it, or where it does something with one. Then every call of the program
in it is entered, since what it gives may become a receiver, a verb, a URL, a body or a header.

A unit is *wanted* (`wanting`) where one that has met something, or is wanted itself, asks for what it gives or reads what it
keeps. Of its calls only those are entered whose values its callers can see (`index.seen`). Of all other units, only calls
that are handed something which leads to a library, or the name of one, or a function inside of the unit, and those of
functions in files that matter: no other call can give something of a system. What a call that is passed over gives decides
nothing; once it is wanted, it is looked into.

Parameters that are handed to a call that is passed over count as deciding something: where a caller gives them something
of a library, the unit is evaluated for that, and is near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.effects import Loses, Opens
from leastscope.python.domain.servers import is_ours
from leastscope.python.domain.shapes import shape_of
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    options,
)
from leastscope.python.index.seen import seen_sites
from leastscope.python.state import carriers, cells, hierarchy

if TYPE_CHECKING:
    from collections.abc import Collection

    from leastscope.python.domain.effects import Effect
    from leastscope.python.domain.values import Place, Value
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_CONSTRUCTOR = "__init__"


def passed_over(frame: Frame, called: FunctionInfo, node: ir.Node, given: Collection[Value]) -> Value | None:
    """What a call gives that is not looked into; None where it is. The unit notes what it hands to such a call.

    Nothing so far where only nobody wants it yet: it is not to stay beside what the call gives once somebody does.
    """
    engine, own = frame.engine, frame.function
    # A function inside another one may send what it finds around it. A near unit need not hear of the files that it calls.
    if called.outer is not None or engine.is_added(called.place.path) or _meets(frame):
        return None
    if any(carriers.carries(engine, value) for value in given):
        if engine.is_near():
            _meet(engine)
        return None
    if any(_names_library(engine, value) for value in given) or (engine.is_near() and _is_inner(engine, given)):
        return None
    # All methods read what a constructor keeps: they would be evaluated again once one of them is wanted.
    if own is not None and own.node.name == _CONSTRUCTOR:
        engine.wanting.want()
    visible = own is None or frame.site(node) in _seen(engine, own)
    if visible and engine.wanting.is_wanted:
        return None
    frame.passed_over = True
    frame.waits |= visible
    for value in given:
        frame.hand_on(value)
    return BOTTOM if visible or engine.is_near() else UNKNOWN


def hand_over(frame: Frame, values: Collection[Value]) -> None:
    """Note that a unit hands something to a call of which it does not know what it calls.

    That may be what a call gives that was passed over: `plugin("one")(Gateway)`.
    """
    engine = frame.engine
    if not frame.passed_over or not engine.is_near() or engine.wanting.has_met:
        return
    if _is_inner(engine, values) or any(carriers.carries(engine, value) for value in values):
        _meet(engine)


def is_late(frame: Frame) -> bool:
    """Whether a unit passed over calls that it is to look into as it turned out, so that it has to be evaluated again.

    It has met something of a system since, or came to be wanted. Of any other one it is noted that it passed over calls.
    """
    frame.looked_at.clear()  # what stood at a place may be more by now
    met = _meets(frame, at_end=True)
    if (met and frame.passed_over) or (frame.waits and frame.engine.wanting.is_wanted):
        return True
    if frame.passed_over:
        frame.engine.wanting.pass_over()
    return False


def _meets(frame: Frame, *, at_end: bool = False) -> bool:
    """Whether a near unit has met something of a system: it asked or gave it, or did something with it."""
    engine, looked = frame.engine, frame.looked_at
    if not engine.is_near() or engine.wanting.has_met:
        return engine.is_near()
    if frame.unit.arguments is not None and not engine.is_added(frame.unit.place.path):  # they lead to a library
        _meet(engine)
        return True
    # A function or class inside of it may send what it finds around it.
    around = (frame.env or {}).values() if at_end and frame.function is not None and frame.function.has_inner else ()
    # Asked for every call: one object may stand at many places.
    new = {id(value): value for value in (*frame.evaluated.values(), *around) if id(value) not in looked}
    looked.update(new)
    if any(_is_of_system(engine, value) for value in new.values()) or any(map(_tells_system, frame.effects)):
        _meet(engine)
    return engine.wanting.has_met


def _meet(engine: Engine) -> None:
    """Note that the running unit has met something of a system; a function that did so for arguments has for any caller.

    What it sends for them is told at the places that it has for any caller.
    """
    engine.wanting.meet()
    unit = engine.running
    if unit is not None and unit.arguments is not None:
        engine.wanting.met_for_others(unit.for_any_caller())


def _is_of_system(engine: Engine, value: Value) -> bool:
    """Whether a value is something of a library, an address of a system, or an object that is known to hold such a thing."""
    return any(_leads_itself(engine, option) for option in options(value)) or is_ours(engine.knowledge.servers, value)


def _leads_itself(engine: Engine, value: Value) -> bool:
    if isinstance(value, Instance | ClassValue):
        return any(engine.holds(cells.Carries(one)) for one in hierarchy.mro(engine, value.place))
    return shape_of(value).library <= 1


def _is_inner(engine: Engine, values: Collection[Value]) -> bool:
    """Whether there are functions or classes inside a function among some values, which may use all that this one has."""
    return any(_outer(engine, option) is not None for value in values for option in options(value))


def _outer(engine: Engine, value: Value) -> Place | None:
    match value:
        case FunctionValue(place):
            return engine.function(place).outer
        case ClassValue(place):
            return engine.cls(place).outer
        case _:
            return None


def _names_library(engine: Engine, value: Value) -> bool:
    """Whether a text, or what an object was made with, is the name of a library, which may be imported by it."""
    given = [inner for option in options(value) if isinstance(option, Instance) for _, inner in option.made_with or ()]
    texts = (option.value for one in (value, *given) for option in options(one) if isinstance(option, Const))
    return any(engine.index.names_library({text.partition(".")[0]}) for text in texts if isinstance(text, str))


def _tells_system(effect: Effect) -> bool:
    return not isinstance(effect, Opens | Loses) or bool(effect.system)


def _seen(engine: Engine, function: FunctionInfo) -> frozenset[tuple[int, int]]:
    """The calls of a function that its callers can see."""
    seen = engine.seen.get(function.place)
    if seen is None:
        seen = engine.seen[function.place] = seen_sites(function.node)
    return seen
