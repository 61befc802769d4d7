"""Calls of functions of the program: for any caller, for some of the arguments, or for all of them.

A function that is handed a client and much data is evaluated for the client, and for the data only where these decide
something. So its evaluations are as many as there are clients, and not as many as its callers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.effects import Opens, given_of, nature_of, opened_by, outcome_of, returns_of
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    ClassValue,
    Dependent,
    Instance,
    Param,
    Text,
    Unit,
    Value,
    options,
    parameters_in,
)
from leastscope.python.index.program import functions_inside
from leastscope.python.interp import descriptors, objects, renaming, settling
from leastscope.python.models import plugins
from leastscope.python.state import carriers, demand, hierarchy
from leastscope.python.state.notes import Calling

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.domain.effects import Nature, Summary
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def value_of(frame: Frame, info: FunctionInfo, closure: Unit | None, bound: dict[str, Value], node: ir.Node) -> Value:
    """The value of a function for these arguments; what they settle becomes an effect of the call."""
    engine = frame.engine
    engine.note(Calling(info.place, frame.site(node)))
    passed = demand.passed_over(frame, info, node, bound.values())
    if passed is not None:
        return passed
    any_caller = Unit(info.place, closure)
    root = engine.told(any_caller, nature_of)
    if root is None:
        return BOTTOM
    followed = settling.Followed(info, any_caller, node)
    if closure is not None:
        _in_closure(frame, followed)
    _note_class(frame, info, root, bound)
    # Nothing depends on the arguments: the summary for any caller is the answer for this one.
    if not root.relevant:
        return _filled_in(frame, followed, bound)
    _note_given(frame, root, bound)
    relevant = sorted(root.relevant & bound.keys())
    opened = {param.name for param in engine.told(any_caller, opened_by) or () if param.function == info.place}
    leading = [
        name
        for name in relevant
        if _leads(engine, root, info, name, bound[name])
        or (name in opened and carriers.gives_address(engine, bound[name]))
        or names_module(frame, root, name, bound[name])
    ]
    # What stays open is any object of a class, where the argument is one that was made for something.
    needed = [name for name in relevant if name in leading or _is_particular(bound[name])] if leading else []
    if len(needed) < len(relevant) and not (
        root.by_argument or gives_open(engine, any_caller) or _spells(engine, any_caller, bound)
    ):
        # Not worth an evaluation of its own: the arguments lead to no library. Filling in the returned value is enough.
        if not leading:
            settling.pass_on(frame, followed, root.relevant, bound)
            return _filled_in(frame, followed, bound)
        partly = _partly(frame, followed, bound, needed)
        if partly is not None:
            return partly
    key = tuple((name, contents.simple(bound[name])) for name in relevant)
    unit = Unit(info.place, closure, key)
    if not engine.context(unit, frame.module.path, frame.site(node)):
        return UNKNOWN
    summary = None if closure is not None or root.by_class else renaming.renamed(engine, info, key)
    if summary is None:
        summary = engine.for_arguments(unit)
    if summary is None:
        return BOTTOM
    settling.settle(frame, followed, summary, settling.fixed_inside(frame, followed, unit, summary))
    objects.applied_to(frame, info, summary.writes, bound)
    return objects.returned(summary.returns, info, bound)


def _note_given(frame: Frame, nature: Nature, bound: dict[str, Value]) -> None:
    """Note which arguments go into calls that were passed over, and which are put where other functions find them."""
    for name in nature.handed & bound.keys():
        frame.hand_on(bound[name])
    for name in nature.kept & bound.keys():
        frame.keep(bound[name])
    for name in nature.importing & bound.keys():
        frame.import_by(bound[name])


def names_module(frame: Frame, nature: Nature, name: str, value: Value) -> bool:
    """Whether a function imports a module by an argument, and this one names a library or what may matter."""
    return name in nature.importing and plugins.is_name(frame.engine, frame.module.path, value)


def _leads(engine: Engine, root: Nature, info: FunctionInfo, name: str, value: Value) -> bool:
    """Whether an argument leads to a library, or says which class decides."""
    return (
        carriers.carries(engine, value)
        or (name in root.kept and carriers.is_completed(engine, value))
        or (root.by_class and (_receives(info, name) or name in dict(root.typed)))
        or descriptors.is_told(value)
        or carriers.leaves_to_callers(engine, value)
    )


def _is_particular(value: Value) -> bool:
    """Whether a value is an object that was made with arguments of its own."""
    return any(isinstance(option, Instance) and option.made_with is not None for option in options(value))


def _receives(info: FunctionInfo, name: str) -> bool:
    """Whether a method takes what it is called on under a name."""
    return info.cls is not None and bool(info.node.parameters) and info.node.parameters[0].name == name


def _partly(frame: Frame, followed: settling.Followed, bound: dict[str, Value], leading: list[str]) -> Value | None:
    """The value of a function for the arguments that lead to a library, if nothing else hangs on the others; else None.

    These are filled in as for any caller. So a function that is handed a client and much data is evaluated once for each
    client.
    """
    engine, info = frame.engine, followed.info
    key = tuple((name, contents.simple(bound[name])) for name in leading)
    # Where they all say whom to ask, what this evaluation finds is reported as it stands.
    handed = settling.asking_whom(frame, followed, key)
    unit = Unit(info.place, followed.root.frame, handed if len(handed) == len(key) else key)
    if not engine.context(unit, frame.module.path, frame.site(followed.node)):
        return UNKNOWN
    nature = engine.told(unit, nature_of)
    if nature is None:
        return BOTTOM
    summary = engine.for_arguments(unit)
    if summary is None:
        return BOTTOM
    kept = sorted((nature.kept & bound.keys()) - set(leading))
    if (
        nature.by_argument
        or (nature.by_class and not any(_receives(info, name) for name in leading))
        or any(one.place == info.place for one in contents.units_around(summary.returns))
        or _spells(engine, unit, bound)
    ):
        return None
    if texts := [name for name in kept if contents.is_text(bound[name])]:
        return _partly(frame, followed, bound, sorted((*leading, *texts)))
    _note_given(frame, nature, bound)
    closed = settling.of_closure(info, summary)
    settling.settle(frame, followed, closed, settling.fixed_inside(frame, followed, unit, closed))
    within = replace(followed, root=unit)
    settling.pass_on(frame, within, nature.relevant - set(leading), bound)
    return objects.returned(_filled_in(frame, within, bound), info, bound)


def gives_open(engine: Engine, root: Unit) -> bool:
    """Whether a function gives, or keeps, one that stands in it and sends what the outer one's parameters decide."""
    if not engine.function(root.place).has_inner:
        return False
    given = contents.functions_in(engine.told(root, returns_of) or BOTTOM)
    inner = [Unit(one.place, one.frame) for one in given if one.frame is not None and one.frame.place == root.place]
    if engine.told(root, _keeps):
        inner += [Unit(info.place, root) for info in functions_inside(engine.modules[root.place.path], root.place)]
    asked = {param.function for one in inner for param in engine.told(one, _decided) or ()}
    cls = engine.function(root.place).cls  # what its constructor is given, an object says
    return root.place in asked or any(cls and engine.maker_of(one) == cls for one in asked)


def _keeps(summary: Summary) -> bool:
    """Whether a function puts something that callers decide where other functions find it."""
    return bool(summary.kept)


def _spells(engine: Engine, root: Unit, bound: dict[str, Value]) -> bool:
    """Whether a function makes a text of texts that are known here, in a way that filling them in does not show."""
    given = engine.told(root, returns_of) or BOTTOM
    pieces = (piece for option in options(given) if isinstance(option, Text) for piece in option.pieces)
    params = frozenset[Param]().union(*(piece.params for piece in pieces if isinstance(piece, Dependent)))
    told = _told_by(engine, engine.function(root.place), bound)
    return any(contents.is_spelled(told(param) or UNKNOWN) for param in params)


def _decided(summary: Summary) -> frozenset[Param]:
    """The parameters that decide requests to a system."""
    opens = (effect for effect in summary.effects if isinstance(effect, Opens) and effect.system)
    return frozenset[Param]().union(*(effect.params for effect in opens))


def _in_closure(frame: Frame, followed: settling.Followed) -> None:
    """Take over what the function around a nested one settles of its call, and leave the rest open."""
    given = frame.engine.told(followed.root, outcome_of)
    if given is None:
        return
    plain = followed.root.for_any_caller()
    if followed.root != plain:
        settling.settle(frame, replace(followed, root=plain), settling.of_closure(followed.info, given))
    settling.leave_open(frame, followed, given.effects)


def _filled_in(frame: Frame, followed: settling.Followed, bound: dict[str, Value]) -> Value:
    """What a function gives for any caller, with the arguments of a call in the place of its parameters."""
    given, info = frame.engine.told(followed.root, given_of), followed.info
    if given is None:
        return BOTTOM
    objects.applied_to(frame, info, given.writes, bound)
    # A function that was made inside uses what the outer one was given, which only the callers of this one may know.
    if any(unit.place == info.place for unit in contents.units_around(given.returns)):
        frame.depend(param for value in bound.values() for param in parameters_in(value))
    return contents.substitute(given.returns, _told_by(frame.engine, info, bound))


def _told_by(engine: Engine, info: FunctionInfo, bound: dict[str, Value]) -> Callable[[Param], Value | None]:
    """What a call says of a parameter: of one of the called function, or of the constructor of what it is called on."""
    receiver = bound.get(info.node.parameters[0].name) if info.cls is not None and info.node.parameters else None
    made_with = dict(receiver.made_with or ()) if isinstance(receiver, Instance) else {}

    def told(param: Param) -> Value | None:
        if param.function == info.place:
            return bound.get(param.name, UNKNOWN)
        # What a constructor was given, the object says that a method is called on.
        constructs = isinstance(receiver, Instance) and _constructs(engine, param, receiver, info)
        return made_with.get(param.name) if constructs else None

    return told


def _constructs(engine: Engine, param: Param, receiver: Instance, info: FunctionInfo) -> bool:
    """Whether a parameter is one of the constructor of an object, or of a class that declares the fields of the object."""
    if param.function in hierarchy.mro(engine, receiver.place):
        return True
    module = engine.modules[param.function.path]
    maker = None if module is None else module.functions.get(param.function.start)
    return maker is not None and maker.cls == info.cls and maker.node.name == "__init__"


def _note_class(frame: Frame, info: FunctionInfo, root: Nature, bound: dict[str, Value]) -> None:
    """Note that the class of a method decides something in it where it does so in a method that it calls on itself.

    A parameter of some class stands for any object of it, where the class decides.
    """
    called = info.node.parameters
    names = [*(one.name for one in called[:1] if info.cls is not None), *dict(root.typed)]
    for name in dict.fromkeys(names):
        received = bound.get(name)
        if root.by_class and isinstance(received, Param) and received.kind is not None:
            bound[name] = received = Instance(received.kind)
        if name in root.relevant and isinstance(received, Instance | ClassValue) and contents.is_any_of(received):
            frame.differs_by(received.place)
