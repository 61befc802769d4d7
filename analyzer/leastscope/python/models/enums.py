"""Enumerations: their members stand for their values, which name resources, verbs and paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Enumerates
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Outside,
    Text,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.index.program import last_name
from leastscope.python.models import inherited
from leastscope.python.state import cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.domain.values import Place
    from leastscope.python.state.engine import Engine


VALUE = "value"
"""The attribute of a member that holds its value."""
NAME = "name"
"""The attribute of a member that holds its name."""
MAKER = "__new__"
"""The method by which an enumeration makes its members in a way of its own, which may set `_value_`."""
OWN_VALUE = "_value_"
_LIKE_ITS_VALUE = (Bottom, Const, Text, Outside)
"""Values that stand for a member without methods: none has an attribute `value` of its own."""
_PAIRS = "choices"
_LISTS = frozenset({"values", _PAIRS})
"""The attributes of an enumeration with labels that list what it has."""


def is_enum(engine: Engine, place: Place) -> bool:
    """Whether a class of the program is an enumeration."""
    return inherited.row_of(engine, place, Enumerates) is not None


def named(engine: Engine, place: Place, definition: ir.Class) -> dict[str, Value]:
    """The members of an enumeration of strings that `auto()` makes of their names."""
    row = inherited.row_of(engine, place, Enumerates)
    if row is None or row.members != "names":
        return {}
    return {
        statement.targets[0].id: Const.of(statement.targets[0].id.lower())
        for statement in definition.body
        if isinstance(statement, ir.Assign)
        and isinstance(statement.targets[0], ir.Name)
        and isinstance(statement.value, ir.Call)
        and last_name(statement.value) == "auto"
    }


def members(engine: Engine, place: Place) -> Value:
    """The values of all members of an enumeration."""
    row = inherited.row_of(engine, place, Enumerates)
    read = (engine.read(cells.ClassAttribute(*each)) for each in attributes(engine, place))
    found = [_value(each) if row is not None and row.members == "labels" else each for each in read]
    return join(*(each for each in found if not isinstance(each, FunctionValue | Unknown)))


def listed(engine: Engine, place: Place, name: str) -> Value:
    """`Kind.values` and `Kind.choices` of an enumeration with labels: values, or pairs with their labels; else Bottom."""
    row = inherited.row_of(engine, place, Enumerates) if name in _LISTS else None
    if row is None or row.members != "labels":
        return BOTTOM
    values = options(members(engine, place))
    return Items(tuple(Items((each, UNKNOWN)) for each in values) if name == _PAIRS else values)


def attributes(engine: Engine, place: Place) -> list[tuple[Place, str]]:
    """The names that an enumeration and its bases bind, each with the class that does: its members, and its methods."""
    return [
        (current, name)
        for current in hierarchy.mro(engine, place)
        for name in sorted(engine.cls(current).bound)
        if not name.startswith("_")
    ]


def is_object(engine: Engine, place: Place, member: Value) -> bool:
    """Whether a member of an enumeration is more than its value: it has parts or attributes, or its class methods.

    One that is a text or number as well stays its value.
    """
    row = inherited.row_of(engine, place, Enumerates)
    if row is None or row.members != "values" or isinstance(member, FunctionValue | Unknown):
        return False
    if isinstance(member, Instance) and is_enum(engine, member.place):
        return False  # a member already
    made = isinstance(maker(engine, place), FunctionValue)
    if is_mixed(engine, place):
        made = made and not isinstance(hierarchy.class_attribute(engine, place, MAKER), FunctionValue)
        return made or isinstance(member, Items)
    return made or not isinstance(member, _LIKE_ITS_VALUE) or has_methods(engine, place)


def maker(engine: Engine, place: Place) -> Value:
    """The method of an enumeration that makes its members; Bottom where it leaves that to Python."""
    found = (hierarchy.class_attribute(engine, place, name) for name in (MAKER, "__init__"))
    return next((one for one in found if isinstance(one, FunctionValue)), BOTTOM)


def has_methods(engine: Engine, place: Place) -> bool:
    """Whether an enumeration says what is done with its members."""
    found = (engine.read(cells.ClassAttribute(*each)) for each in attributes(engine, place))
    return any(isinstance(each, FunctionValue) for each in found)


def names_of(engine: Engine, member: Instance) -> Value:
    """The name of a member; of any member all names."""
    known = member.made_with is not None
    held = engine.read(cells.InstanceAttribute(member, VALUE)) if known else UNKNOWN
    return name_of(engine, member.place, held)


def name_of(engine: Engine, place: Place, value: Value) -> Value:
    """The name of the member with a value; of an unknown one, any."""
    several = [(name, engine.read(cells.ClassAttribute(cls, name))) for cls, name in attributes(engine, place)]
    found = [(name, held) for name, held in several if not isinstance(held, FunctionValue)]
    same = [name for name, held in found if held == value]
    return join(*(Const.of(name) for name in same or [name for name, _ in found]))


def is_mixed(engine: Engine, place: Place) -> bool:
    """Whether the members of an enumeration are texts or numbers as well."""
    every = list(hierarchy.all_bases(engine, place))
    outside = [base.name for base in every if isinstance(base, External)]
    return any(not isinstance(engine.knowledge.functions.of(name), Enumerates) for name in outside)


def text_of(engine: Engine, place: Place, member: Value) -> Value:
    """What a member is that is no object: its value, without a label that the class gives members."""
    row = inherited.row_of(engine, place, Enumerates)
    return _value(member) if row is not None and row.members == "labels" else member


def _value(member: Value) -> Value:
    """The value of a member; of one with a label (`CARD = "card", "Card"`) the first part."""
    labelled = isinstance(member, Items) and len(member.items) == 2
    return member.items[0] if isinstance(member, Items) and labelled else member


def value_of_member(member: Value) -> Value:
    """`member.value`, where a member is its value already; Bottom where it is no member."""
    if isinstance(member, Const | Text):
        return member
    return _value(member) if isinstance(member, Items) else BOTTOM


def told(engine: Engine, value: Value) -> Value:
    """A value with every member of an enumeration replaced by its value, or by all that it can have."""
    if not any(isinstance(option, Instance) for option in options(value)):
        return value
    return join(*(_told(engine, option) if isinstance(option, Instance) else option for option in options(value)))


def _told(engine: Engine, value: Instance) -> Value:
    if not is_enum(engine, value.place):
        return value
    own = engine.read(cells.InstanceAttribute(value, VALUE)) if value.made_with is not None else BOTTOM
    return members(engine, value.place) if isinstance(own, Bottom) else own
