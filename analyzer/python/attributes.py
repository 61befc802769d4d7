"""Attributes of every kind of value: reading, storing, iterating, entering a context.

Attributes of instances live in cells: those that a constructor sets for one instance (`inst`), for any instance of the
class (`made`), those set elsewhere (`self`), and those of the class itself (`class`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.python import calls, carriers, hierarchy, ir, libraries, names
from analyzer.python.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Inert,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    ModuleValue,
    Outside,
    Param,
    Partial,
    Place,
    Text,
    Union,
    Unknown,
    Value,
    elements,
    join,
    options,
    parameters_in,
    with_step,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.python.frame import Frame

_LONGEST_NAME = 200


def get(frame: Frame, value: Value, name: str, node: ir.Node | None) -> Value:
    """`value.name`; `node` is the place, for attributes whose reading does something."""
    if isinstance(value, Union):
        return join(*(get(frame, option, name, node) for option in value.options))
    match value:
        case Bottom():
            return BOTTOM
        case Param(kind=Place() as place):
            return _of_typed(frame, value, place, name, node)
        case Param() | Dependent():
            return Dependent(parameters_in(value), carriers.is_hot(value))
        case ModuleValue(path):
            return names.member(frame, path, name)
        case LibraryModule():
            return libraries.module_member(frame, value, name)
        case LibraryClass() | LibraryObject():
            return libraries.member(frame, value, name, node)
        case Instance():
            return of_instance(frame, value, name, node)
        case ClassValue():
            return of_class(frame, value, name)
        case External(dotted):
            return External(f"{dotted}.{name}") if len(dotted) < _LONGEST_NAME else UNKNOWN
        case Inert(library, dotted):
            return Inert(library, f"{dotted}.{name}") if len(dotted) < _LONGEST_NAME else value
        case Missing(is_data=True):
            return UNKNOWN
        case Missing(library, dotted):
            return Missing(library, f"{dotted}.{name}") if len(dotted) < _LONGEST_NAME else value
        case Dynamic() | Unknown():
            return value
        case Const() | Outside() | Text() | Items() | Mapping():
            return Builtin(value, name)
        case Partial(function, _, _) if name == "func":
            return function
        case _:
            return UNKNOWN


def _of_typed(frame: Frame, value: Param, place: Place, name: str, node: ir.Node | None) -> Value:
    """An attribute of a parameter whose class is known: its methods, and what is the same for every instance."""
    inherited = hierarchy.class_attribute(frame.engine, place, name)
    if isinstance(inherited, FunctionValue):
        return _bound(frame, inherited, value, node)
    found = of_instance(frame, Instance(place), name, None)
    known = not parameters_in(found) and len(options(found)) == 1 and not isinstance(found, Unknown)
    return found if known else Dependent(frozenset((value,)), carriers.of_library(found))


def of_class(frame: Frame, value: ClassValue, name: str) -> Value:
    """An attribute of a class; of a generic one also what its subclasses put in its place."""
    found = _inherited(frame, value.place, name, generic=value.generic)
    if isinstance(found, Bottom):
        bases = hierarchy.library_bases(frame.engine, value.place)
        return join(*(libraries.member(frame, base, name, None) for base in bases)) if bases else UNKNOWN
    return join(*(_bound_to_class(frame, option, value) for option in options(found)))


def _inherited(frame: Frame, place: Place, name: str, *, generic: bool) -> Value:
    """What a class binds a name to; with `generic` also what the classes below it do."""
    own = hierarchy.class_attribute(frame.engine, place, name)
    if not generic:
        return own
    below = hierarchy.overrides(frame.engine, place, name).values()
    if below:
        _note_own(frame, place, (own, *below))
    return join(own, *below)


def _bound_to_class(frame: Frame, attribute: Value, owner: ClassValue) -> Value:
    if isinstance(attribute, FunctionValue) and frame.engine.function(attribute.place).kind == "class":
        return FunctionValue(attribute.place, owner, attribute.frame)
    return attribute


def of_instance(frame: Frame, value: Instance, name: str, node: ir.Node | None) -> Value:
    """An attribute of an instance: what was stored on it, or its class's."""
    stored = _stored(frame, value, name)
    inherited = _inherited(frame, value.place, name, generic=value.made_with is None)
    bound = [_bound(frame, option, value, node) for option in options(inherited)]
    found = join(stored, *bound)
    if not isinstance(found, Bottom):
        return _without_open(frame, found)
    from_library = [
        libraries.member(frame, LibraryObject(base.library, base.type, trail=base.trail), name, node)
        for base in hierarchy.library_bases(frame.engine, value.place)
    ]
    if from_library:
        return join(*from_library)
    declared = any(name in frame.engine.cls(current).bound for current in hierarchy.mro(frame.engine, value.place))
    return BOTTOM if declared else UNKNOWN


def _note_own(frame: Frame, place: Place, found: Sequence[Value]) -> None:
    """A method reads an attribute that subclasses set differently: which class it is called on decides something."""
    info = frame.function
    if info is None or info.cls != place or not info.node.parameters:
        return
    differing = {one for one in found if not isinstance(one, Bottom | FunctionValue)}
    if len(differing) > 1:
        frame.relevant.add(info.node.parameters[0].name)
        frame.by_class = frame.by_class or any(carriers.of_library(one) for one in differing)


def _stored(frame: Frame, value: Instance, name: str) -> Value:
    """What was stored on an instance.

    Parameters of constructors are replaced by what this one was made with, or by what any of the class was.
    """
    read, storing = frame.engine.read, frame.engine.members(("stored", name))
    bases = [place for place in hierarchy.mro(frame.engine, value.place) if place in storing]
    elsewhere = join(*(read(("self", place, name)) for place in bases))
    if value.made_with is not None:
        own = read(("inst", value, name))
        if not isinstance(own, Bottom):
            return join(own, elsewhere)
        given = dict(value.made_with)
        symbolic = join(*(read(("root", place, name)) for place in bases))
        return join(elsewhere, carriers.substitute(symbolic, lambda param: given.get(param.name)))
    below = hierarchy.subclasses(frame.engine, value.place) if storing else ()
    places = (*bases, *(place for place in below if place in storing))
    symbolic = join(*(read(("root", place, name)) for place in places))
    made = join(*(read((kind, place, name)) for place in places for kind in ("made", "self")))
    return join(made, elsewhere, carriers.substitute(symbolic, lambda param: _flowed(frame, param)))


def _flowed(frame: Frame, param: Param) -> Value | None:
    """What any construction in the program gave a constructor's parameter, else its default; None where there is none."""
    found = frame.engine.read(("flow", param.function, param.name))
    if isinstance(found, Bottom):
        found = frame.engine.read(("default", param.function, param.name))
    # Strings that differ from instance to instance (a base URL) are its maker's to tell.
    differs = len(options(found)) > 1 and carriers.is_text(found)
    return None if isinstance(found, Bottom) or differs else found


def _without_open(frame: Frame, value: Value) -> Value:
    """Of what constructors stored: the values that are known, if some are; else what callers decide."""
    own = frame.function.place if frame.function is not None else None
    known = [
        option
        for option in options(value)
        if not (isinstance(option, Param | Dependent) and all(param.function != own for param in parameters_in(option)))
    ]
    return join(*known) if known else value


def _bound(frame: Frame, attribute: Value, owner: Instance | Param, node: ir.Node | None) -> Value:
    """A class attribute read through an instance: methods are bound, properties called."""
    if not isinstance(attribute, FunctionValue):
        return attribute
    kind = frame.engine.function(attribute.place).kind
    if kind == "static":
        return attribute
    if kind == "class":
        cls = ClassValue(owner.place, owner.made_with is None) if isinstance(owner, Instance) else UNKNOWN
        return FunctionValue(attribute.place, cls, attribute.frame)
    method = FunctionValue(attribute.place, owner, attribute.frame)
    if kind == "property" and node is not None:
        return calls.call(frame, method, calls.Arguments(), node)
    return method


def store(frame: Frame, owner: Value, name: str, value: Value, target: ir.Node) -> None:
    """`owner.name = value`."""
    kept = with_step(carriers.bounded(value), frame.step(target, f"kept in '.{name}'"))
    for option in options(owner):
        match option:
            case Instance():
                _store_on_instance(frame, option, name, kept)
            case ClassValue(place):
                frame.engine.add_member(("assigned", name), place)
                frame.engine.write(("class", place, name), kept)
                carriers.mark(frame.engine, place, kept)
            case LibraryModule():
                libraries.configure(frame, option, name, value)
            case ModuleValue(path) if path.endswith(".py"):
                frame.engine.write(("global", path, name), kept)
            case _:
                pass


def _store_on_instance(frame: Frame, owner: Instance, name: str, value: Value) -> None:
    info = frame.function
    frame.depend(parameters_in(value))
    carriers.mark(frame.engine, owner.place, value)
    if owner.made_with is not None:
        frame.engine.write(("inst", owner, name), value)
    constructing = info is not None and info.node.name in {"__init__", "__post_init__"}
    frame.engine.add_member(("stored", name), owner.place)
    kind = "self" if not constructing else "root" if frame.unit.arguments is None else "made"
    frame.engine.write((kind, owner.place, name), value)


def iterate(frame: Frame, value: Value, node: ir.Node) -> Value:
    """What iterating over a value gives."""
    found: list[Value] = []
    for option in options(value):
        match option:
            case LibraryObject():
                found.append(libraries.iterate(frame, option))
            case Instance():
                method = of_instance(frame, option, "__iter__", None)
                inner = calls.call(frame, method, calls.Arguments(), node)
                found.append(join(*(elements(each) for each in options(inner))))
            case ClassValue() | Unknown() | Missing():
                found.append(UNKNOWN)
            case _:
                found.append(elements(option))
    return join(*found)


def entered(frame: Frame, value: Value, node: ir.Node) -> Value:
    """What `with value as x` binds."""
    found: list[Value] = []
    for option in options(value):
        if isinstance(option, Instance):
            name = "__enter__"
            if isinstance(hierarchy.class_attribute(frame.engine, option.place, name), Bottom):
                name = "__aenter__"
            method = of_instance(frame, option, name, None)
            found.append(calls.call(frame, method, calls.Arguments(), node))
        else:
            found.append(option)
    return join(*found)


def with_elements(outer: LibraryObject, inner: Sequence[Value]) -> LibraryObject:
    """A generic library type with the element types that an annotation gives it (`ListObject[Customer]`)."""
    refs = tuple(
        libraries.reference(option) for value in inner for option in options(value) if isinstance(option, LibraryObject)
    )
    return replace(outer, of=refs)


def dynamic(frame: Frame, value: Value, key: Value, node: ir.Node) -> Value:
    """`getattr(value, key)` where the name is data: each name it can be, or what cannot be told."""
    found: list[Value] = []
    for option in options(key):
        if isinstance(option, Const) and option.value in {"", None}:
            continue  # a placeholder that a subclass or caller replaces
        if isinstance(option, Const) and isinstance(option.value, str):
            found.append(get(frame, value, option.value, node))
        elif parameters_in(option):
            hot = carriers.of_library(value)
            found.append(Dependent(parameters_in(option) | parameters_in(value), hot))
        else:
            found.extend(
                Dynamic(owner, "its name is not a literal") if isinstance(owner, _LIBRARY) else UNKNOWN
                for owner in options(value)
            )
    return join(*found)


_LIBRARY = (LibraryModule, LibraryClass, LibraryObject)


def is_method(value: Value) -> bool:
    """Whether a value is a library's method, or a callable around one."""
    if isinstance(value, Partial):
        return is_method(value.function)
    return isinstance(value, LibraryMethod)
