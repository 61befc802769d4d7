"""Enumerations: their members stand for their values, which name resources, verbs and paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Enumerates
from leastscope.python.domain.values import (
    BOTTOM,
    Const,
    FunctionValue,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
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


def is_enum(engine: Engine, place: Place) -> bool:
    """Whether a class of the program is an enumeration."""
    return inherited.row_of(engine, place, Enumerates) is not None


def named(engine: Engine, place: Place, definition: ir.Class) -> dict[str, Value]:
    """The members of an enumeration of strings that `auto()` makes of their names."""
    row = inherited.row_of(engine, place, Enumerates)
    if row is None or not row.named:
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
    found = [
        _value(engine.read(cells.ClassAttribute(current, name)))
        for current in hierarchy.mro(engine, place)
        for name in sorted(engine.cls(current).bound)
        if not name.startswith("_")
    ]
    return join(*(each for each in found if not isinstance(each, FunctionValue | Unknown)))


def _value(member: Value) -> Value:
    """The value of a member; of one with a label (`CARD = "card", "Card"`) the first part."""
    labelled = isinstance(member, Items) and len(member.items) == 2
    return member.items[0] if isinstance(member, Items) and labelled else member


def value_of_member(member: Value) -> Value:
    """`member.value`, where a member is its value already; Bottom where it is no member."""
    if isinstance(member, Const | Text | LibraryClass | LibraryMethod):
        return member
    return _value(member) if isinstance(member, Items) else BOTTOM


def told(engine: Engine, value: Value) -> Value:
    """A value with every unknown member of an enumeration replaced by all the values it can have."""
    if not any(isinstance(option, Instance) for option in options(value)):
        return value
    return join(
        *(
            members(engine, option.place) if isinstance(option, Instance) and is_enum(engine, option.place) else option
            for option in options(value)
        )
    )
