"""Members of enumerations: their values, or objects that the class makes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Const,
    FunctionValue,
    Instance,
    Items,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.interp import calls, descriptors, stored
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
    engine = frame.engine
    if not enums.is_object(engine, place, value):
        text = enums.text_of(engine, place, value)
        return replace(text, member=place) if isinstance(text, Const) and enums.has_methods(engine, place) else value
    constructor = enums.maker(engine, place)
    made: Value = BOTTOM
    if isinstance(constructor, FunctionValue):
        parts = value.items if isinstance(value, Items) else (value,)
        made = calls.with_constructor(frame, place, constructor, Arguments(parts), node)
    if not isinstance(made, Instance) or not made.made_with:
        return _of_value(frame, place, value)
    told = stored.of(frame, made, enums.OWN_VALUE)
    return _valued(frame, made, value if isinstance(told, Bottom) else told)


def _of_value(frame: Frame, place: Place, value: Value) -> Instance:
    """The member that Python makes of a value."""
    return _valued(frame, Instance(place, ((enums.VALUE, value),)), value)


def _valued(frame: Frame, member: Instance, value: Value) -> Instance:
    hierarchy.add_store(frame.engine, member.place, enums.VALUE)
    frame.store(cells.InstanceAttribute(member, enums.VALUE), value)
    return member


def by_value(frame: Frame, place: Place, value: Value, node: ir.Node) -> Value:
    """What `Kind(value)` gives: the member with a value that is known, else any."""
    if isinstance(value, Unknown):
        return every(frame, place, node)
    found = [(each, enums.told(frame.engine, each)) for each in options(every(frame, place, node))]
    same = [each for each, held in found if any(_equal(held, option) for option in options(value))]
    return join(*same) if same else value


def _equal(held: Value, value: Value) -> bool:
    return isinstance(held, Const) and isinstance(value, Const) and (held.value, held.kind) == (value.value, value.kind)


def of_text(frame: Frame, value: Const, name: str, node: ir.Node | None) -> Value:
    """An attribute of a member that is a text or number as well, if its class has it; else Bottom."""
    if value.member is None:
        return BOTTOM
    if name == enums.NAME:
        return enums.name_of(frame.engine, value.member, replace(value, member=None))
    method = hierarchy.class_attribute(frame.engine, value.member, name)
    if not isinstance(method, FunctionValue):
        return BOTTOM
    member = _of_value(frame, value.member, replace(value, member=None))
    return descriptors.bound(frame, method, member, node)
