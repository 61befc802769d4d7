"""Descriptors: what reading, storing and defining an attribute calls.

Methods are bound, properties are called, and an instance of a class with `__get__` gives what that gives.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    NONE,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Param,
    Partial,
    Place,
    Property,
    Union,
    Unit,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.index.program import last_name
from leastscope.python.interp import calls, parameters
from leastscope.python.state import hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

_OF_INSTANCES = frozenset({"property", "cached_property", "abstractproperty"})
"""Properties that a class gives as they are, and only its instances call."""

SUBCLASSED = "__init_subclass__"
"""The method that tells a class of each class that is defined below it."""
SET_NAME = "__set_name__"
"""The method that tells a descriptor the class that holds it, and under which name."""


def is_descriptor(engine: Engine, place: Place) -> bool:
    """Whether reading an attribute that holds an instance of a class calls the class's `__get__`."""
    return isinstance(hierarchy.class_attribute(engine, place, "__get__"), FunctionValue)


def hears_name(engine: Engine, place: Place) -> bool:
    """Whether objects of a class are told the name under which another class holds them."""
    return isinstance(hierarchy.class_attribute(engine, place, SET_NAME), FunctionValue)


def bound(frame: Frame, attribute: Value, owner: Instance | Param, node: ir.Node | None) -> Value:
    """A class attribute read through an instance: methods are bound, properties called."""
    if isinstance(attribute, Partial) and isinstance(attribute.function, FunctionValue):
        to_bind = isinstance(attribute.function.bound, Bottom)
        return replace(attribute, function=replace(attribute.function, bound=owner)) if to_bind else attribute
    if isinstance(attribute, Instance):
        return _described(frame, attribute, owner, node)
    if isinstance(attribute, Property) and isinstance(attribute.getter, FunctionValue) and node is not None:
        return calls.call(frame, replace(attribute.getter, bound=owner), Arguments(), node)
    if not isinstance(attribute, FunctionValue):
        return attribute
    kind = frame.engine.function(attribute.place).kind
    if kind == "static":
        return attribute
    if kind == "class":
        cls = ClassValue(owner.place, owner.made_with is None) if isinstance(owner, Instance) else UNKNOWN
        return FunctionValue(attribute.place, cls, attribute.frame)
    method = FunctionValue(attribute.place, owner, attribute.frame)
    # Without a place nobody asked for the value, only whether there is one: no call, no effects.
    if kind == "property" and node is not None:
        return calls.call(frame, method, Arguments(), node)
    return method


def of_class(frame: Frame, attribute: Value, owner: ClassValue, node: ir.Node | None) -> Value:
    """A class attribute read through the class itself: what a descriptor gives, or a property of classes."""
    match attribute:
        case Union(options=several):
            return join(*(of_class(frame, option, owner, node) for option in several))
        case Instance() if node is not None:
            return _described(frame, attribute, owner, node)
        case FunctionValue(place, None) if node is not None and _is_of_class(frame.engine, place):
            return calls.call(frame, replace(attribute, bound=owner), Arguments(), node)
        case _:
            return attribute


def _is_of_class(engine: Engine, place: Place) -> bool:
    """Whether a property is one that a class calls, too (`@classproperty`): Python's own gives itself there."""
    info = engine.function(place)
    return info.kind == "property" and not any(last_name(each) in _OF_INSTANCES for each in info.node.decorators)


def _described(frame: Frame, attribute: Instance, owner: Value, node: ir.Node | None) -> Value:
    """A class attribute that is an instance: what its `__get__` gives, if it is a descriptor.

    One that was made of a method, and gives what cannot be told, is taken to give the method.
    """
    method = hierarchy.class_attribute(frame.engine, attribute.place, "__get__")
    if node is None or not isinstance(method, FunctionValue):
        return attribute
    through = (NONE, owner) if isinstance(owner, ClassValue) else (owner, contents.class_of(_any_of(owner)))
    given = calls.call(frame, replace(method, bound=attribute), Arguments(through), node)
    # `return self`, where nothing in the method depended on which descriptor it is.
    itself = (Instance(attribute.place), Instance(frame.engine.function(method.place).cls or attribute.place))
    given = join(*(attribute if option in itself else option for option in options(given)))
    wraps = [one for _, each in attribute.made_with or () for one in contents.functions_in(each)]
    if not wraps or not all(isinstance(option, Unknown) for option in options(given)):
        return given
    if not isinstance(owner, Instance | Param):
        return join(*wraps)
    return join(*(bound(frame, each, owner, node) for each in wraps))


def _any_of(owner: Value) -> Value:
    """An object, or any of its class where a parameter stands for it."""
    return Instance(owner.kind) if isinstance(owner, Param) and owner.kind is not None else owner


def decorated(frame: Frame, decorator: Value, function: Value, node: ir.Node) -> Value | None:
    """What a method is held as after a class of descriptors, or an instance of one, decorates it; None after others."""
    if not isinstance(decorator, ClassValue | Instance) or not is_descriptor(frame.engine, decorator.place):
        return None
    if any(frame.engine.function(each.place).kind == "property" for each in contents.functions_in(function)):
        return None  # the name of the decorator says what reading the attribute gives
    made = calls.call(frame, decorator, Arguments((function,)), node)
    held = [option for option in options(made) if isinstance(option, Instance)]
    return join(*held) if held else None


def named(frame: Frame, cls: ClassValue, name: str, held: Value, node: ir.Node) -> Value:
    """An attribute of a class as it holds it: a descriptor that is told its name is an object of its own.

    What `__set_name__` tells one is not what it tells another that was made alike.
    """
    return join(*(_told(frame, cls, name, option, node) for option in options(held)))


def _told(frame: Frame, cls: ClassValue, name: str, held: Value, node: ir.Node) -> Value:
    engine = frame.engine
    method = hierarchy.class_attribute(engine, held.place, SET_NAME) if isinstance(held, Instance) else None
    if not isinstance(held, Instance) or not isinstance(method, FunctionValue):
        return held
    mark = (SET_NAME, Const.of(f"{cls.place.path}:{cls.place.start}.{name}"))
    one = Instance(held.place, (*(held.made_with or ()), mark))
    # Evaluated for each descriptor: which name is whose decides what each gives.
    return one if _heard(frame, method, Arguments((one, cls, Const.of(name))), node) else UNKNOWN


def subclassed(frame: Frame, cls: ClassValue, definition: ir.Class) -> None:
    """A class is defined below one with `__init_subclass__`, which hears of it and of the keywords of its bases."""
    above = hierarchy.mro(frame.engine, cls.place)[1:]
    found = (hierarchy.class_attribute(frame.engine, place, SUBCLASSED) for place in above)
    method = next((one for one in found if isinstance(one, FunctionValue)), None)
    if method is not None:
        told = [
            (base.keyword, frame.interpreter.value_of(frame, base.value)) for base in definition.bases if base.keyword
        ]
        _heard(frame, method, Arguments((cls,), tuple(told)), definition)


def _heard(frame: Frame, method: FunctionValue, told: Arguments, node: ir.Node) -> bool:
    """Evaluate a method for what it is told, whatever callers decide in it; False where a cap forbids that."""
    engine = frame.engine
    bound = parameters.bound(engine, engine.function(method.place), None, told)
    unit = Unit(method.place, method.frame, tuple(sorted(bound.items(), key=itemgetter(0))))
    followed = engine.context(unit, frame.module.path, frame.site(node))
    if followed:
        engine.for_arguments(unit)
    return followed


def before_told(engine: Engine, descriptor: Instance) -> Instance | None:
    """A descriptor as its constructor left it, before a class told it its name; None for any other object."""
    if not is_told(descriptor):
        return None
    given = (descriptor.made_with or ())[:-1]
    constructed = isinstance(hierarchy.class_attribute(engine, descriptor.place, "__init__"), FunctionValue)
    return Instance(descriptor.place, None if constructed and not given else given)


def is_told(value: Value) -> bool:
    """Whether a value is a descriptor that a class told its name, so that what it gives is its own."""
    return isinstance(value, Instance) and (value.made_with or (("",),))[-1][0] == SET_NAME


def last_names(body: Sequence[ir.Stmt]) -> dict[str, str]:
    """Of the names that a class body binds, the last one for the same object: that is what `__set_name__` leaves."""
    groups: dict[str, list[str]] = {}
    for statement in body:
        if isinstance(statement, ir.Assign):
            same = [statement.value.id] if isinstance(statement.value, ir.Name) else []
            group = groups.setdefault(same[0], same) if same else []
            for target in statement.targets:
                if isinstance(target, ir.Name):
                    group.append(target.id)
                    groups[target.id] = group
    return {name: group[-1] for name, group in groups.items()}


def setters(frame: Frame, owner: Instance, name: str) -> list[FunctionValue]:
    """The functions that storing to a property calls."""
    getter = hierarchy.class_attribute(frame.engine, owner.place, name)
    if not isinstance(getter, FunctionValue):
        return []
    info, module = frame.engine.function(getter.place), frame.engine.modules[getter.place.path]
    if info.kind != "property" or module is None:
        return []
    return [
        FunctionValue(each.place, owner, getter.frame)
        for each in module.functions.values()
        if each.kind == "setter" and each.cls == info.cls and each.node.name == name and len(each.node.parameters) > 1
    ]
