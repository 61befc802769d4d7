"""Members of enumerations: their values, or objects that the class makes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Const,
    FunctionValue,
    Instance,
    Items,
    Value,
    join,
    options,
)
from leastscope.python.interp import calls
from leastscope.python.models import enums
from leastscope.python.state import cells, hierarchy

if TYPE_CHECKING:
    from leastscope.python.domain.values import Place
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def every(frame: Frame, place: Place, node: ir.Node) -> Value:
    """The members of an enumeration: their values, or objects with these values."""
    return join(*(_member(frame, place, each, node) for each in options(enums.members(frame.engine, place))))


def by_key(frame: Frame, place: Place, key: Value, node: ir.Node) -> Value:
    """The members of an enumeration that `Kind[key]` gives: the one of a literal name, else any."""
    return join(*(_at(frame, place, each, node) for each in options(key)))


def _at(frame: Frame, place: Place, key: Value, node: ir.Node) -> Value:
    if not isinstance(key, Const):
        return every(frame, place, node)
    name = str(key.value)
    if all(name != each for _, each in enums.attributes(frame.engine, place)):
        return UNKNOWN
    return named(frame, place, name, hierarchy.class_attribute(frame.engine, place, name), node)


def named(frame: Frame, place: Place, name: str, held: Value, node: ir.Node | None) -> Value:
    """What an enumeration holds under a name, where members are objects: those."""
    if node is None or name.startswith("_") or not enums.is_enum(frame.engine, place):
        return held
    return join(*(_member(frame, place, each, node) for each in options(held)))


def _member(frame: Frame, place: Place, value: Value, node: ir.Node) -> Value:
    """A member of an enumeration, by its value: what the constructor makes of the parts of that, if the class has one."""
    if not enums.is_object(frame.engine, place, value):
        return value
    constructor = hierarchy.class_attribute(frame.engine, place, "__init__")
    made: Value = BOTTOM
    if isinstance(constructor, FunctionValue):
        parts = value.items if isinstance(value, Items) else (value,)
        made = calls.with_constructor(frame, place, constructor, Arguments(parts), node)
    member = made if isinstance(made, Instance) and made.made_with else Instance(place, ((enums.VALUE, value),))
    hierarchy.add_store(frame.engine, place, enums.VALUE)
    frame.store(cells.InstanceAttribute(member, enums.VALUE), value)
    return member
