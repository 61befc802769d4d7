"""Objects of code that is not read: what the program keeps on them, and what it reads back.

An object is known by its origin: the dotted name of what an import brings, or the place of the call that made it. What is
below it (`app.state`) has a longer origin. Two expressions of one origin are one object, so what is kept through one is
read through the other; which store ran last is not known, and a read gives all of them.

Where the owner is not known at all (`request.gateway`), only the name of the field is left. `named` says which names count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Fills, Makes, Stores, Takes
from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    ContextVar,
    Dependent,
    External,
    FunctionValue,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    ModuleValue,
    Param,
    Place,
    Unknown,
    Value,
    Wrapped,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.models import inherited, rows
from leastscope.python.sending import losses
from leastscope.python.state import carriers, cells, hierarchy
from leastscope.python.state.notes import Keeping
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.model import Step
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

_OUTSIDE = (External, Unknown, Param, Dependent)
_DEEPEST = 3
"""Fields below an object that was made here (`app.state.pool`); what lies deeper has no origin of its own."""
_ANY = "*"


def made(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """The object that calling a class from outside makes, known by the place of the call; Unknown for functions."""
    row = frame.engine.knowledge.functions.of(name)
    if isinstance(row, Makes):
        return made_with(frame, dict(arguments.keywords) if row.what == "object with keywords" else {}, node)
    if not name.rpartition(".")[2][:1].isupper():
        return UNKNOWN
    one = name in frame.engine.knowledge.functions.objects.values()
    return Unknown(origin=name if one else f"{frame.module.path}:{node.start}")


def made_with(frame: Frame, fields: dict[str, Value], node: ir.Node) -> Value:
    """An object that is made here with these fields."""
    origin = f"{frame.module.path}:{node.start}"
    for name, value in fields.items():
        frame.store(cells.HeldOutside(origin, name), value)
    return Unknown(origin=origin)


def is_outside(value: Value) -> bool:
    """Whether a value is, or may be, an object of code that is not read."""
    return isinstance(value, _OUTSIDE)


def read(frame: Frame, owner: Value, name: str) -> Value:
    """What is kept in a field of an object from outside; Bottom where nothing is."""
    return _read(frame, owner, name, item=False)


def read_item(frame: Frame, owner: Value, key: Value) -> Value:
    """What is kept under a key of an object from outside; Bottom where nothing is."""
    if not isinstance(key, Const):
        return _held(frame, owner, _ANY, item=True)
    return _read(frame, owner, str(key.value), item=True)


def _read(frame: Frame, owner: Value, name: str, *, item: bool) -> Value:
    kept = _held(frame, owner, name, item=item)
    if not isinstance(kept, Bottom):
        return kept
    return frame.engine.read(cells.OnlyField(name)) if is_outside(owner) else BOTTOM


def _held(frame: Frame, owner: Value, name: str, *, item: bool) -> Value:
    origin = _origin(frame.engine, owner)
    if not origin:
        return BOTTOM
    read = frame.engine.read
    kept = read(cells.HeldOutside(origin, name, item))
    return join(kept, read(cells.HeldOutside(origin, _ANY, item))) if item and name != _ANY else kept


def kept_in(engine: Engine, owner: Value) -> Value:
    """What is kept in an object that was made outside under a key that is not known; nothing is evaluated for it."""
    if isinstance(owner, ContextVar):
        return engine.peek(cells.ContextVariable(owner.key))
    origin = owner.origin if isinstance(owner, Unknown) else ""
    return engine.peek(cells.HeldOutside(origin, _ANY, item=True)) if origin else BOTTOM


def below(owner: Unknown, name: str) -> Unknown:
    """The object in a field of another one in which the program keeps nothing itself."""
    if not owner.origin:
        return owner
    origin = f"{owner.origin}.{name}"
    return replace(owner, origin=origin if origin.rpartition(":")[2].count(".") < _DEEPEST else "")


def store(frame: Frame, owner: Value, name: str, value: Value, node: ir.Node) -> None:
    """`owner.name = value` for an object from outside."""
    _store(frame, owner, (name, False), value, node)


def store_item(frame: Frame, owner: Value, key: Value, value: Value, node: ir.Node) -> None:
    """`owner[key] = value` for an object from outside."""
    _store(frame, owner, (str(key.value) if isinstance(key, Const) else _ANY, True), value, node)


def _store(frame: Frame, owner: Value, field: tuple[str, bool], value: Value, node: ir.Node) -> None:
    """Keep a value in a field: its name, and whether it is an item."""
    name, item = field
    origin = _origin(frame.engine, owner)
    if parameters_in(value) or any(_can_send(option) for option in options(value)):
        frame.depend(parameters_in(owner))
        frame.meets((owner,), value)
        around = any(one.function != frame.unit.place for one in parameters_in(value))
        frame.lets_send |= not item and isinstance(owner, Param) and (around or contents.of_library(value))
    if origin:
        frame.store(cells.HeldOutside(origin, name, item), value)
    if name != _ANY and any(_leads(frame.engine, option) for option in options(value)):
        if any(_can_send(option) for option in options(value)):
            losses.stored(frame, name, value, node)
        frame.engine.add_member(cells.StoredOutside(name), Place(frame.module.path, node.start))
        if isinstance(node, ir.Attribute | ir.Subscript):
            frame.engine.note(Keeping(name, last_name(node.value)))
    frame.store(cells.FieldOutside(name), value)


def _origin(engine: Engine, owner: Value) -> str:
    match owner:
        case External(name):
            objects = engine.knowledge.functions.objects
            start = next((each for each in objects if f"{name}.".startswith(f"{each}.")), "")
            return f"{objects[start]}{name[len(start) :]}" if start else name
        case Unknown(origin=origin):
            return origin
        case FunctionValue(place):
            return f"{place.path}:{place.start}"
        case _:
            return ""


def one_of_its_kind(engine: Engine, place: Place) -> list[str]:
    """The classes above one of the program of which a program has one object, that other names give."""
    known = set(engine.knowledge.functions.objects.values())
    bases = hierarchy.all_bases(engine, place)
    return [base.name for base in bases if isinstance(base, External) and base.name in known]


def container(frame: Frame, owner: Instance, method: str) -> Unknown | None:
    """What stands for the items of an instance of a class that leaves a method to a class that is not read.

    All instances of the class share it. None where the class has the method, or all its bases are read.
    """
    engine = frame.engine
    if not isinstance(hierarchy.class_attribute(engine, owner.place, method), Bottom):
        return None
    place = inherited.from_outside(engine, owner.place)
    return None if place is None else inherited_from(place)


def inherited_from(place: Place) -> Unknown:
    """What stands for the items of the instances of a class that inherits from a class that is not read."""
    return Unknown(origin=cells.origin_of(place))


def keeps(engine: Engine, method: str) -> bool:
    """Whether a method of this name puts something into its object, or takes something out of it."""
    return isinstance(engine.knowledge.functions.methods.get(method), Fills | Stores | Takes)


def called(frame: Frame, receiver: Value, method: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method of an object that was made outside: one that puts something into it, or takes something out."""
    row = frame.engine.knowledge.functions.methods.get(method)
    if not isinstance(row, Fills | Stores | Takes):
        return BOTTOM
    if isinstance(receiver, Instance):
        receiver = container(frame, receiver, method) or BOTTOM
    if isinstance(receiver, Param | Dependent) and isinstance(row, Stores):
        _handed(frame, receiver, rows.taken(arguments, row.argument))
    if isinstance(row, Fills):
        _fill(frame, receiver, row, arguments, node)
        return BOTTOM
    if isinstance(receiver, External) and isinstance(row, Takes):
        return _taken_by_name(frame, receiver, rows.taken(arguments, row.key))
    if not isinstance(receiver, Unknown) or not receiver.origin:
        return BOTTOM
    match row:
        case Stores(argument, under):
            value, key = rows.taken(arguments, argument), rows.taken(arguments, under)
            if value is not None:
                name = str(key.value) if isinstance(key, Const) else _ANY
                frame.store(cells.HeldOutside(receiver.origin, name, item=True), value)
            return BOTTOM
        case Takes(under):
            return read_item(frame, receiver, rows.taken(arguments, under) or UNKNOWN)


def _taken_by_name(frame: Frame, receiver: External, key: Value | None) -> Value:
    """What an object with a dotted name keeps under a literal key: anything else of it is some module's function."""
    return _held(frame, receiver, str(key.value), item=True) if isinstance(key, Const) else BOTTOM


def _fill(frame: Frame, receiver: Value, row: Fills, arguments: Arguments, node: ir.Node) -> None:
    """Keep what leads to a library of keywords and of the entries of an argument; most of what is kept so is data."""
    if not isinstance(receiver, External | Unknown):
        return
    given = rows.taken(arguments, row.argument) or BOTTOM
    entries = [*arguments.keywords, *(each for option in options(given) for each in _entries(frame, option, node))]
    for name, value in entries:
        if any(_leads(frame.engine, option) for option in options(value)):
            store_item(frame, receiver, Const.of(name), value, node)


def _entries(frame: Frame, value: Value, node: ir.Node) -> Iterator[tuple[str, Value]]:
    """The entries of a dict, or the attributes of a class or module, or of the one that a text names."""
    engine = frame.engine
    if isinstance(value, Const):
        given = Arguments((value,))
        value = frame.interpreter.call(frame, External(_BY_NAME), given, node) if "." in str(value.value) else UNKNOWN
    match value:
        case Mapping(items):
            yield from ((key, entry) for key, entry in items if isinstance(key, str))
        case ClassValue(place):
            yield from (
                (name, hierarchy.class_attribute(engine, place, name)) for name in sorted(engine.cls(place).bound)
            )
        case ModuleValue(path) if (module := engine.modules.get(path)) is not None and engine.is_added(path):
            yield from ((name, frame.interpreter.global_of(frame, path, name)) for name in sorted(module.bound))
        case _:
            pass


_BY_NAME = "pkgutil.resolve_name"
"""The function of Python that gives what a dotted text names."""


def _handed(frame: Frame, receiver: Param | Dependent, value: Value | None) -> None:
    """Something is put into an object that callers give: into which one, each of them says."""
    if value is not None and (parameters_in(value) or contents.of_library(value)):
        frame.depend(parameters_in(receiver))
        frame.keep(value)
        frame.lets_send |= contents.of_library(value)


def is_kept(frame: Frame, function: Unknown, method: str, arguments: Arguments) -> bool:
    """Whether a method of an object that was made here puts its argument into the object, where it is found again."""
    row = frame.engine.knowledge.functions.methods.get(method)
    if isinstance(row, Fills):
        return not any(_leads(frame.engine, option) for value in arguments.args for option in options(value))
    return bool(function.origin) and isinstance(row, Stores)


# by the name of the field alone


def led_to_by_name(engine: Engine, kept: Value, step: Step) -> Value:
    """What a name alone leads to under which only clients of one library, or objects of one class, are kept.

    Bottom where it is anything else. What is asked of an object is only assumed to be.
    """
    found = [option for option in options(kept) if option != NONE]
    if not found or not all(_leads(engine, option) for option in found):
        return BOTTOM
    libraries = {library for option in found for library in contents.libraries_in(option, 0)}
    classes = {option.place for option in found if isinstance(option, Instance)}
    if len(libraries) + len(classes) > 1:
        return BOTTOM
    return join(*(Wrapped(one) if isinstance(one, Instance) else contents.unsure(one, step) for one in found))


def _leads(engine: Engine, value: Value) -> bool:
    """Whether a value is a client, or an object of the program that holds one."""
    return _can_send(value) or (isinstance(value, Instance) and carriers.marked(engine, value.place))


def _can_send(value: Value) -> bool:
    """Whether a value is a client, or a part of a library that leads to one; not what a response gave."""
    match value:
        case LibraryModule() | LibraryClass() | LibraryMethod():
            return True
        case LibraryObject(url=url):
            return not url
        case _:
            return False
