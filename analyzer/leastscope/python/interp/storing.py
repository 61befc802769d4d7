"""Storing into attributes and items of values that are no plain dicts or lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.kept import replace
from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    ClassValue,
    Dependent,
    External,
    FunctionValue,
    Instance,
    Items,
    LibraryModule,
    Mapping,
    ModuleValue,
    Param,
    Place,
    Unknown,
    Value,
    options,
    parameters_in,
)
from leastscope.python.interp import calls, descriptors
from leastscope.python.models import foreign
from leastscope.python.sending import libraries
from leastscope.python.state import cells, hierarchy

if TYPE_CHECKING:
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_CONSTRUCTING = frozenset({"__new__", "__init__", "__post_init__"})
_NAMESPACE = "__dict__"
_DEFAULTS = frozenset({"__defaults__", "__kwdefaults__"})


def store(frame: Frame, owner: Value, name: str, value: Value, target: ir.Node) -> None:
    """`owner.name = value`."""
    kept = with_step(contents.bounded(value), frame.step(target, f"kept in '.{name}'"))
    frame.stores_way |= contents.of_library(value) or any(contents.is_url(option) for option in options(value))
    for option in options(owner):
        match option:
            case Instance() if name == _NAMESPACE:
                _store_namespace(frame, option, value, target)
            case Instance():
                _store_on_instance(frame, option, name, kept)
            case ClassValue(generic=True) if _is_told_of_subclasses(frame):
                pass  # it is evaluated for each of them
            case ClassValue(place):
                frame.engine.add_member(cells.AssignedOutside(name), place)
                frame.store(cells.ClassAttribute(place, name), kept)
            case FunctionValue(place) if name in _DEFAULTS:
                _store_defaults(frame, place, kept)
            case External() | Unknown() | Param(kind=None) | Dependent() | FunctionValue():
                foreign.store(frame, option, name, kept, target)
            case LibraryModule():
                libraries.configure(frame, option, name, value)
            case ModuleValue(path) if path.endswith(".py"):
                frame.store(cells.Global(path, name), kept)
            case _:
                pass


def _is_told_of_subclasses(frame: Frame) -> bool:
    return frame.function is not None and frame.function.node.name == descriptors.SUBCLASSED


def _store_defaults(frame: Frame, place: Place, value: Value) -> None:
    """`function.__defaults__ = (value, ..)`, `function.__kwdefaults__ = {..}`: what a call that does not give it gets."""
    parameters = frame.engine.function(place).node.parameters
    positional = [one.name for one in parameters if one.kind not in {"*", "**", "keyword"}]
    for option in options(value):
        told = dict(option.items) if isinstance(option, Mapping) else {}
        if isinstance(option, Items):
            told = dict(zip(reversed(positional), reversed(option.items), strict=False))
        for name, default in told.items():
            frame.store(cells.Default(place, str(name)), default)


def _store_namespace(frame: Frame, owner: Instance, value: Value, target: ir.Node) -> None:
    """`owner.__dict__ = {..}`: each entry is an attribute; which ones parameters hold, callers say."""
    frame.depend(parameters_in(value))
    for option in options(value):
        for name, entry in option.items if isinstance(option, Mapping) else ():
            store(frame, owner, str(name), entry, target)


def _store_on_instance(frame: Frame, owner: Instance, name: str, value: Value) -> None:
    info = frame.function
    for setter in descriptors.setters(frame, owner, name):
        calls.call(frame, setter, Arguments((value,)), frame.engine.function(setter.place).node)
    if owner.made_with is not None:
        frame.store(cells.InstanceAttribute(owner, name), value)
    for stands_for in foreign.one_of_its_kind(frame.engine, owner.place):
        frame.store(cells.HeldOutside(stands_for, name), value)
    constructing = info is not None and info.node.name in _CONSTRUCTING
    hierarchy.add_store(frame.engine, owner.place, name)
    in_constructor = cells.SymbolicAttribute if frame.unit.arguments is None else cells.MadeAttribute
    later = cells.ToldAttribute if info is not None and info.node.name == descriptors.SET_NAME else cells.LaterAttribute
    kind = in_constructor if constructing else later
    frame.store(kind(owner.place, name), value)


def set_item(frame: Frame, owner: Instance, key: Value, value: Value, node: ir.Node) -> None:
    """`owner[key] = value` for an instance: what its class does, or the class that it inherits from and that is not read."""
    method = hierarchy.class_attribute(frame.engine, owner.place, "__setitem__")
    if isinstance(method, FunctionValue):
        calls.call(frame, replace(method, bound=owner), Arguments((key, value)), node)
    elif (container := foreign.container(frame, owner, "__setitem__")) is not None:
        foreign.store_item(frame, container, key, value, node)
