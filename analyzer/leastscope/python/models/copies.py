"""Objects that are made without a constructor at hand: copies with other fields, and what a base that is not read makes.

A method that classes inherit from such a base (`Model.model_validate(data)`) makes an object of the class with the fields
that it is given, or a copy of one. What is not given is what any object of the class has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Makes
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.values import (
    BOTTOM,
    Bottom,
    Builtin,
    ClassValue,
    Instance,
    Mapping,
    Value,
    options,
)
from leastscope.python.models import inherited
from leastscope.python.state import carriers, hierarchy

if TYPE_CHECKING:
    from leastscope.python.domain.values import Place
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def maker(engine: Engine, owner: ClassValue | Instance, name: str) -> Builtin | None:
    """The method of a class that a base makes or copies objects with which is not read; None where it is no such method."""
    row = engine.knowledge.functions.methods.get(name)
    if not isinstance(row, Makes) or row.what != ("copy" if isinstance(owner, Instance) else "instance"):
        return None
    if not isinstance(hierarchy.class_attribute(engine, owner.place, name), Bottom):
        return None
    return Builtin(owner, name) if inherited.from_outside(engine, owner.place) is not None else None


def made(frame: Frame, owner: ClassValue | Instance, arguments: Arguments, node: ir.Node) -> Value:
    """What such a method gives: an object with the fields of a dict and of keywords, or a copy with other ones."""
    fields = dict(arguments.keywords)
    told = arguments.at(0) if isinstance(owner, ClassValue) else fields.pop("update", None)
    known = told is None or all(isinstance(option, Mapping) for option in options(told))
    entries, rest = spread(told) if told is not None else ({}, BOTTOM)
    if not known or not isinstance(rest, Bottom):
        return Instance(owner.place)
    given = {**(fields if isinstance(owner, ClassValue) else {}), **entries}
    if isinstance(owner, Instance):
        return changed(frame, owner, given, node)
    if not given or not _leads(frame.engine, owner.place, given):
        return Instance(owner.place)
    return frame.interpreter.call(frame, owner, Arguments((), tuple(given.items())), node)


def _leads(engine: Engine, place: Place, given: dict[str, Value]) -> bool:
    """Whether it matters which object it is: of records of data, each row of a table would be another one."""
    return carriers.marked(engine, place) or any(carriers.carries(engine, value) for value in given.values())


def changed(frame: Frame, one: Instance, given: dict[str, Value], node: ir.Node) -> Value:
    """A copy of an object with other values in some of the fields that its class declares."""
    if not given:
        return one
    if not _leads(frame.engine, one.place, given):
        return Instance(one.place)
    names = hierarchy.declared_fields(frame.engine, one.place)
    held = {name: frame.interpreter.get(frame, one, name, None) for name in names if name not in given}
    fields = {name: value for name, value in held.items() if not isinstance(value, Bottom)} | given
    return frame.interpreter.call(frame, ClassValue(one.place), Arguments((), tuple(fields.items())), node)
