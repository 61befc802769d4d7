"""Records of object-relational mappers: what a relation, a query or a registry gives is an instance of a class.

A relation names its other side by the class, by the class's name, or by the name under which a framework joins classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Manages, Queries, Registered
from leastscope.python.domain import contents
from leastscope.python.domain.contents import constants
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Builtin,
    ClassValue,
    Const,
    FunctionValue,
    Giver,
    Instance,
    Items,
    Place,
    Query,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.models import inherited
from leastscope.python.state import cells, hierarchy

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame


_MODEL = "model"
"""The attribute of a manager that holds the class of its records."""


def related(frame: Frame, target: Value, *, several: bool) -> Value:
    """What a relation to a class gives, or to the class of a name: a record of it, or a list of them."""
    found = join(*(_other_side(frame, option) for option in options(target)))
    return Items((), found) if several and not isinstance(found, Unknown) else found


def _other_side(frame: Frame, target: Value) -> Value:
    match target:
        case ClassValue(place):
            return Instance(place)
        case Const("self") if frame.cls is not None:
            return Instance(frame.cls)
        case Const(str(text)):
            joined = of_registry(frame, text)
            return joined if not isinstance(joined, Unknown) else _named(frame, text.rpartition(".")[2])
        case _:
            return UNKNOWN


def _named(frame: Frame, name: str) -> Value:
    """An instance of the class of a name: of this module, or the only one of the program."""
    own = frame.interpreter.global_of(frame, frame.module.path, name) if name in frame.module.bound else UNKNOWN
    if isinstance(own, ClassValue):
        return Instance(own.place)
    # Not monotone: which class it is, if any, is told once all classes of a round are known.
    frame.engine.add_member(cells.AskedByName(name), Place(frame.module.path, 0))
    places = frame.engine.members(cells.OnlyClass(name))
    return Instance(next(iter(places))) if len(places) == 1 else UNKNOWN


# classes that a framework joins


def register(frame: Frame, place: Place, bound: frozenset[str]) -> None:
    """Note the names under which a framework knows a class, once its body has run."""
    for mark in frame.engine.knowledge.functions.joined:
        if mark in bound:
            for name in constants(frame.engine.read(cells.ClassAttribute(place, mark))):
                frame.engine.add_member(cells.Record(str(name)), place)
    row = inherited.row_of(frame.engine, place, Registered)
    names = (hierarchy.class_attribute(frame.engine, place, each) for each in row.attributes) if row is not None else ()
    told = next((each.value for each in names if isinstance(each, Const)), "")
    if isinstance(told, str) and told:
        frame.engine.add_member(cells.RegisteredAs(told.rpartition(".")[2]), place)


def registered(frame: Frame, name: Value) -> Value:
    """The instances of the classes that a framework knows under a name."""
    places = {place for each in contents.texts_in(name) for place in frame.engine.members(cells.RegisteredAs(each))}
    return join(*(Instance(place) for place in sorted(places))) if places else UNKNOWN


def of_registry(frame: Frame, name: str) -> Value:
    """A record of the classes that a framework joins under a name."""
    if "." not in name:
        return UNKNOWN
    places = frame.engine.members(cells.Record(name))
    return join(*(Instance(place) for place in sorted(places))) if places else UNKNOWN


def class_of_registry(frame: Frame, arguments: Arguments) -> Value:
    """What `pool.get(name)` gives: the classes that are joined under the name."""
    given = arguments.at(0)
    if not isinstance(given, Const) or not isinstance(given.value, str):
        return UNKNOWN
    found = of_registry(frame, given.value)
    return join(
        *(ClassValue(each.place, generic=True) if isinstance(each, Instance) else each for each in options(found))
    )


def of_joined_classes(frame: Frame, place: Place, name: str) -> Value:
    """The methods of a name that the other classes under the same name have; Bottom where they have none."""
    engine = frame.engine
    found: list[Value] = []
    for mark in engine.knowledge.functions.joined:
        if mark in engine.cls(place).bound:
            for record in constants(engine.read(cells.ClassAttribute(place, mark))):
                others = engine.members(cells.Record(str(record))) - {place}
                found += [hierarchy.class_attribute(engine, other, name) for other in sorted(others)]
    return join(*(option for each in found for option in options(each) if isinstance(option, FunctionValue)))


def same_records(frame: Frame, value: Instance | ClassValue, name: str) -> Value:
    """What a method gives that all records of joined classes have; Bottom where it is none."""
    if name not in frame.engine.knowledge.functions.records or not is_registered(frame.engine, value.place):
        return BOTTOM
    made = Instance(value.place)
    return Giver(made if isinstance(value, Instance) else Items((), made))


def is_registered(engine: Engine, place: Place) -> bool:
    """Whether a framework joins a class with others, whose methods it then has too."""
    return not engine.cls(place).bound.isdisjoint(engine.knowledge.functions.joined)


# queries


def manager(frame: Frame, place: Place, name: str) -> Value:
    """`Class.objects` of a mapper's class: what its queries give is of the class; Unknown for other names."""
    row = inherited.row_of(frame.engine, place, Queries)
    if row is not None and name in row.attributes:
        return Query(ClassValue(place))
    made = inherited.row_of(frame.engine, place, Manages)
    return Giver(Instance(place)) if made is not None and name in made.makers else UNKNOWN


def manages(frame: Frame, place: Place, held: Value) -> None:
    """A class holds a manager of the program's own in an attribute: what its queries give is of the class."""
    for option in options(held):
        if isinstance(option, Instance) and inherited.row_of(frame.engine, option.place, Manages) is not None:
            hierarchy.add_store(frame.engine, option.place, _MODEL)
            frame.store(cells.LaterAttribute(option.place, _MODEL), ClassValue(place))


def of_manager(frame: Frame, manager: Instance, method: str) -> Value:
    """A method of a manager or query of the program's own that its class does not have; Bottom for other objects."""
    if method == _MODEL or inherited.row_of(frame.engine, manager.place, Manages) is None:
        return BOTTOM
    match frame.engine.knowledge.functions.queries.get(method):
        case "one":
            return Giver(managed(frame, manager))
        case "pair":
            return Giver(Items((managed(frame, manager), UNKNOWN)))
        case _:
            return Giver(manager)


def managed(frame: Frame, manager: Instance) -> Value:
    """A record of a manager; Unknown where not one class alone holds it, or where it is none."""
    if inherited.row_of(frame.engine, manager.place, Manages) is None:
        return UNKNOWN
    classes = options(frame.interpreter.get(frame, Instance(manager.place), _MODEL, None))
    if len(classes) != 1 or not isinstance(classes[0], ClassValue):
        return UNKNOWN
    # Classes below it share the manager: which of them it is read through is not known here.
    return UNKNOWN if hierarchy.subclasses(frame.engine, classes[0].place) else record_of(classes[0])


def call_query(frame: Frame, query: Query, method: str) -> Value:
    """What a method of a query gives."""
    match frame.engine.knowledge.functions.queries.get(method):
        case "one":
            return record_of(query)
        case "pair":
            return Items((record_of(query), UNKNOWN))
        case _:
            return query


def record_of(value: Value) -> Value:
    """A record of a class, of a query, or of what a method of a query that is not called would give."""
    match value:
        case ClassValue(place) | Query(ClassValue(place)) | Builtin(Query(ClassValue(place))):
            return Instance(place)
        case _:
            return UNKNOWN
