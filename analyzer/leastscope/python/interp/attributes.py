"""Attributes of every kind of value: reading, storing, iterating, entering a context.

Attributes of instances live in cells: those that a constructor sets for one instance (`inst`), for any instance of the
class (`made`), those set elsewhere (`self`), and those of the class itself (`class`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Delegates
from leastscope.python.domain import contents, servers
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    ContextVar,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Future,
    Giver,
    GivesBack,
    Imported,
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
    Namespace,
    Outside,
    Param,
    Partial,
    Place,
    Property,
    Query,
    ReadsByName,
    Super,
    Text,
    Union,
    Unknown,
    Value,
    Wrapped,
    join,
    options,
    parameters_in,
)
from leastscope.python.interp import calls, deciding, descriptors, expressions, members, names, objects, stored, unnamed
from leastscope.python.models import (
    assumed,
    companions,
    copies,
    enums,
    foreign,
    inherited,
    plugins,
    project,
    records,
    texts,
)
from leastscope.python.sending import libraries, library_types, sessions
from leastscope.python.state import carriers, cells, hierarchy
from leastscope.python.state.notes import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_LONGEST_NAME = 200
_ITERATED = ("__iter__", "__aiter__")
_NEXT = ("__next__", "__anext__")
_ENTERED = ("__enter__", "__aenter__")
_NAMESPACE = "__dict__"
_NAME = "__name__"
_OF_EVERYTHING = frozenset({_NAMESPACE, "__class__"})


def get(frame: Frame, value: Value, name: str, node: ir.Node | None) -> Value:
    """`value.name`; `node` is the place, for attributes whose reading does something."""
    if isinstance(value, Union):
        return join(*(get(frame, option, name, node) for option in _with_member(frame, value.options, name)))
    if name in _OF_EVERYTHING and not isinstance(value, Unknown | Param | Dependent | Bottom):
        return Namespace(value) if name == _NAMESPACE else contents.class_of(value)
    match value:
        case Bottom():
            return BOTTOM
        case Param(kind=Place() as place):
            return _of_typed(frame, value, place, name, node)
        case Param() if name in texts.TRIMS:
            return Builtin(value, name)
        case Param() | Dependent():
            open_value = Dependent(parameters_in(value), contents.is_hot(value))
            return join(open_value, frame.receivers.read(frame, value, node), foreign.read(frame, value, name))
        case ModuleValue(path):
            return _of_module(frame, path, name, node)
        case LibraryModule():
            return libraries.module_member(frame, value, name)
        case LibraryClass() | LibraryObject():
            return libraries.member(frame, value, name, node)
        case ClassValue() | Instance() if (maker := copies.maker(frame.engine, value, name)) is not None:
            return maker
        case Instance():
            return unnamed.told_of(frame, value, name, of_instance(frame, value, name, node), node)
        case ClassValue():
            return _of_named_class(frame, value, name, node)
        case External(origin) if origin in frame.engine.knowledge.functions.settings:
            return project.setting(frame, origin, name)
        case External():
            kept = foreign.read(frame, value, name)
            return _longer_name(value, name) if isinstance(kept, Bottom) else kept
        case Super():
            return _of_base(frame, value, name, node)
        case Inert() | Missing():
            return _longer_name(value, name)
        case Dynamic():
            return replace(value, deep=True)
        case Unknown():
            found = join(frame.receivers.read(frame, value, node), foreign.read(frame, value, name))
            return foreign.below(value, name) if isinstance(found, Bottom) else found
        case Const() | Text() | Items():
            return _of_literal(frame, value, name, node)
        case Outside() | Mapping() | Query() | Namespace() | ContextVar():
            return Builtin(value, name, objects.changed_by(value, name))
        case FunctionValue() | Partial():
            kept = foreign.read(frame, value, name)
            return _of_function(frame, value, name, node) if isinstance(kept, Bottom) else kept
        case Wrapped(Instance() as inner):
            return assumed.read_perhaps(frame, inner, name, node)
        case Future(result):
            return Giver(result) if name in {"result", "get"} else Builtin(value, name)
        case Builtin(Query()):
            return replace(value, name=name)
        case Builtin() | LibraryMethod() | Giver() | Wrapped() | Property() | GivesBack() | ReadsByName() | Imported():
            return UNKNOWN


def _of_literal(frame: Frame, value: Const | Text | Items, name: str, node: ir.Node | None) -> Value:
    """An attribute of a text, number or list: of the member of an enumeration that it is, else a method of its type."""
    found = members.of_text(frame, value, name, node) if isinstance(value, Const) else BOTTOM
    if not isinstance(found, Bottom):
        return found
    if name == enums.VALUE:
        return enums.value_of_member(value)
    if isinstance(value, Items) and (part := plugins.field(value, name)) is not None:
        return part
    is_method = isinstance(value, Items) or texts.is_method(frame, name)
    if not is_method and carriers.is_of_server(frame.engine, value):
        return servers.made_of(frame.engine.knowledge.servers, (value,))
    return Builtin(value, name, objects.changed_by(value, name))


def _of_function(frame: Frame, value: FunctionValue | Partial, name: str, node: ir.Node | None) -> Value:
    """An attribute of a function: of what a framework made of it, or of what it gives where a name may hold that."""
    if name == "func" and isinstance(value, Partial):
        return value.function
    if name == _NAME and isinstance(value, FunctionValue):
        return Const.of(frame.engine.function(value.place).node.name)
    found, engine = companions.attribute(frame, value, name), frame.engine
    if not isinstance(found, Unknown) or not isinstance(value, FunctionValue) or node is None:
        return found
    if not engine.matters(value.place.path) or not engine.holds(cells.Decorated(value.place)):
        return found
    # A decorator that is not read may make a property, or an object that is made when it is used. What the function
    # sends itself stands in it.
    outer, frame.effects = frame.effects, {}
    made = calls.call(frame, value, Arguments(), node)
    frame.effects = outer
    if not contents.of_library(made):
        return found
    note = frame.step(node, "what a decorated function gives may stand under its name")
    return get(frame, contents.unsure(made, note), name, node)


def _of_module(frame: Frame, path: str, name: str, node: ir.Node | None) -> Value:
    """An attribute of a module of the program; one that it does not have is what its `__getattr__` gives."""
    own = plugins.attribute(path, name)
    if own is not None:
        return own
    found = names.global_of(frame, path, name)
    module = frame.engine.module(path) if path.endswith(".py") else None
    if module is None or node is None or name in module.bound or "__getattr__" not in module.bound:
        return found
    given = calls.call(frame, names.global_of(frame, path, "__getattr__"), Arguments((Const.of(name),)), node)
    return given if isinstance(found, Unknown | Bottom) else found


def _with_member(frame: Frame, several: tuple[Value, ...], name: str) -> Sequence[Value]:
    """Of several values those that an attribute can be asked of: not the modules that lack it, if another module has it."""
    modules = [one for one in several if isinstance(one, ModuleValue)]
    having = [one for one in modules if len(modules) > 1 and plugins.has(frame, one, name)]
    return [one for one in several if one in having or not isinstance(one, ModuleValue)] if having else several


def _longer_name(value: External | Inert | Missing, name: str) -> Value:
    """An attribute of what is only a dotted name; data of a response ends it, and so does a length."""
    if isinstance(value, Missing) and value.is_data:
        return UNKNOWN
    if len(value.name) >= _LONGEST_NAME:
        return UNKNOWN if isinstance(value, External) else value
    return replace(value, name=f"{value.name}.{name}")


def _of_typed(frame: Frame, value: Param, place: Place, name: str, node: ir.Node | None) -> Value:
    """An attribute of a parameter whose class is known: its methods, and what is the same for every instance."""
    inherited = hierarchy.class_attribute(frame.engine, place, name)
    if isinstance(inherited, FunctionValue):
        return descriptors.bound(frame, inherited, value, node)
    found = of_instance(frame, Instance(place), name, None)
    known = not parameters_in(found) and len(options(found)) == 1 and not isinstance(found, Unknown)
    return found if known else Dependent(frozenset((value,)), contents.of_library(found))


def _of_named_class(frame: Frame, value: ClassValue, name: str, node: ir.Node | None) -> Value:
    """An attribute of a class that the code names: its own name, what a descriptor gives, or a member of an enumeration."""
    if name == _NAME:
        return _name_of(frame, value)
    listed = enums.listed(frame.engine, value.place, name)
    if not isinstance(listed, Bottom):
        return listed
    held = descriptors.of_class(frame, of_class(frame, value, name), value, node)
    return members.named(frame, value.place, name, unnamed.told_of(frame, value, name, held, node), node)


def _name_of(frame: Frame, value: ClassValue) -> Value:
    """The name of a class; in a method of a class with classes below it, and of a generic one, that of any of these."""
    inside = frame.function is not None and frame.function.cls == value.place
    below = hierarchy.subclasses(frame.engine, value.place) if value.generic or inside else ()
    found = [Const.of(frame.engine.cls(place).node.name) for place in below or (value.place,)]
    if value.generic:
        deciding.note_own(frame, value.place, found)
    return join(*found)


def of_class(frame: Frame, value: ClassValue, name: str) -> Value:
    """An attribute of a class; of a generic one also what its subclasses put in its place."""
    inherited = _inherited(frame, value.place, name, generic=value.generic)
    found = join(*(each for _, each in inherited))
    if isinstance(found, Bottom):
        bases = hierarchy.library_bases(frame.engine, value.place)
        if bases:
            return join(*(libraries.member(frame, base, name, None) for base in bases))
        found = join(records.of_joined_classes(frame, value.place, name), records.same_records(frame, value, name))
        if isinstance(found, Bottom):
            found = _of_metaclass(frame, value, name)
        if isinstance(found, Bottom):
            return records.manager(frame, value.place, name)
        return join(*(_bound_to_class(frame, option, value) for option in options(found)))
    return join(
        *(
            _bound_to_class(frame, option, value if place is None else ClassValue(place, generic=True))
            for place, each in inherited
            for option in options(each)
        )
    )


def _of_base(frame: Frame, value: Super, name: str, node: ir.Node | None) -> Value:
    """`super().name`: a method of a base is bound to what the method at hand was called on."""
    base = value.base
    found: Value = BOTTOM
    if isinstance(base, Instance | ClassValue) and name != "__init__":
        found = hierarchy.class_attribute(frame.engine, base.place, name)
    if isinstance(found, Bottom) and frame.function is not None and frame.function.cls is not None:
        # What a framework joins a class with stands behind its own bases.
        found = records.of_joined_classes(frame, frame.function.cls, name)
        if isinstance(found, Bottom) and not name.startswith("__"):
            found = _behind(frame, frame.function.cls, value.owner, name)
    methods = [option for option in options(found) if isinstance(option, FunctionValue)]
    if not methods:
        return get(frame, base, name, node)
    return join(*(_bound_to(frame, option, value.owner, node) for option in methods))


def _behind(frame: Frame, mixin: Place, owner: Value, name: str) -> Value:
    """What stands behind a mixin in the classes that have it, where that leads to a request: the class decides it then."""
    engine = frame.engine
    known = options(hierarchy.behind(engine, mixin, owner, name))
    found = join(*(one for one in known if isinstance(one, FunctionValue) and carriers.leads(engine, one)))
    frame.by_class = frame.by_class or not isinstance(found, Bottom)
    return found


def _bound_to(frame: Frame, method: FunctionValue, owner: Value, node: ir.Node | None) -> Value:
    found = [
        _bound_to_class(frame, method, one)
        if isinstance(one, ClassValue)
        else descriptors.bound(frame, method, one, node)
        for one in options(owner)
        if isinstance(one, ClassValue | Instance | Param)
    ]
    return join(*found) if found else method


def _of_metaclass(frame: Frame, value: ClassValue, name: str) -> Value:
    """An attribute that a class has from its metaclass: a method bound to the class, or what a property gives."""
    for place in hierarchy.metaclasses(frame.engine, value.place):
        found = hierarchy.class_attribute(frame.engine, place, name)
        if isinstance(found, FunctionValue):
            info = frame.engine.function(found.place)
            method = replace(found, bound=value)
            return calls.call(frame, method, Arguments(), info.node) if info.kind == "property" else method
        if not isinstance(found, Bottom):
            return found
    return BOTTOM


def _inherited(frame: Frame, place: Place, name: str, *, generic: bool) -> list[tuple[Place | None, Value]]:
    """What a class binds a name to; with `generic` also what the classes below it do, each with the class that does.

    That class is what an override is called on; nothing stands for the receiver itself.
    """
    own = hierarchy.class_attribute(frame.engine, place, name)
    overrides = hierarchy.overrides(frame.engine, place, name) if generic else {}
    # Of classes that a framework joins, each may override what another one has.
    beside = records.of_joined_classes(frame, place, name) if generic and not isinstance(own, Bottom) else BOTTOM
    if not isinstance(beside, Bottom):
        return [(None, own), (None, beside), *((None, each) for each in overrides.values())]
    if not overrides:
        return [(None, own)]
    deciding.note_own(frame, place, (own, *overrides.values()))
    below = hierarchy.subclasses(frame.engine, place)
    return [(None, own), *((cls if cls in below else None, each) for cls, each in overrides.items())]


def _bound_to_class(frame: Frame, attribute: Value, owner: ClassValue) -> Value:
    if isinstance(attribute, FunctionValue) and frame.engine.function(attribute.place).kind == "class":
        return FunctionValue(attribute.place, owner, attribute.frame)
    return attribute


def of_instance(frame: Frame, value: Instance, name: str, node: ir.Node | None) -> Value:
    """An attribute of an instance: what was stored on it, or its class's."""
    kept = stored.of(frame, value, name)
    deciding.note_made(frame, value, kept)
    given = stored.is_given(frame.engine, value, name)
    inherited = [] if given else _inherited(frame, value.place, name, generic=value.made_with is None)
    bound = [
        descriptors.bound(frame, option, value if place is None else Instance(place), node)
        for place, each in inherited
        for option in options(each)
    ]
    found = join(kept, *bound)
    # Joined, not ranked: which of them a read sees depends on whether a store ran before, and that is not known.
    if not isinstance(found, Bottom):
        left_open = stored.is_left_open(frame.engine, value, name, kept)
        return found if left_open else stored.without_open(frame, found)
    bases = [_as_made(frame, value, base) for base in sessions.of_bases(frame, value)]
    from_library = [libraries.member(frame, base, name, node) for base in bases]
    if from_library:
        return join(*(sessions.by_override(frame, value, one) for one in from_library))
    # The attribute has no value yet: wait for it. What `__getattr__` answers in between would stay.
    if any(name in frame.engine.cls(current).bound for current in hierarchy.mro(frame.engine, value.place)):
        return BOTTOM
    return _forwarded(frame, value, name, node)


def _as_made(frame: Frame, value: Instance, base: LibraryObject) -> LibraryObject:
    """The library object that an instance is, with the options that its constructor gives that of the library."""
    told: dict[str, Value] = {}
    for option, kept in sessions.kept_as(frame, base).items():
        found = stored.of(frame, value, kept)
        if not isinstance(found, Bottom):
            deciding.note_made(frame, value, found)
            told[option] = found
    return sessions.with_options(frame, base, told)


def _forwarded(frame: Frame, value: Instance, name: str, node: ir.Node | None) -> Value:
    """An attribute that neither an instance nor its class has: of what it stands for, by `__getattr__` or as a proxy."""
    engine = frame.engine
    if name in {enums.VALUE, enums.NAME} and enums.is_enum(engine, value.place):
        deciding.note_member(frame, value)
        return enums.names_of(engine, value) if name == enums.NAME else enums.members(engine, value.place)
    # Python looks special methods up on the class and never asks `__getattr__` for them.
    if name.startswith("__") and name.endswith("__"):
        return UNKNOWN
    elsewhere = join(
        records.of_joined_classes(frame, value.place, name),
        records.same_records(frame, value, name),
        records.of_manager(frame, value, name),
    )
    if not isinstance(elsewhere, Bottom):
        return join(*(descriptors.bound(frame, option, value, node) for option in options(elsewhere)))
    method = hierarchy.class_attribute(engine, value.place, "__getattr__")
    if not isinstance(method, FunctionValue):
        method = hierarchy.class_attribute(engine, value.place, "__getattribute__")
    if isinstance(method, FunctionValue):
        bound = FunctionValue(method.place, value, method.frame)
        place = node if node is not None else engine.function(method.place).node
        return calls.call(frame, bound, Arguments((Const.of(name),)), place)
    proxy = inherited.row_of(engine, value.place, Delegates)
    if proxy is None or name == proxy.attribute or value in frame.calling:
        return foreign.container(frame, value, name) or BOTTOM if foreign.keeps(frame.engine, name) else UNKNOWN
    # Proxies may stand for each other in a circle.
    frame.calling.add(value)
    try:
        return get(frame, of_instance(frame, value, proxy.attribute, None), name, node)
    finally:
        frame.calling.remove(value)


def row_of(frame: Frame, value: Instance) -> Items | None:
    """The fields of an instance in their order, where its class makes rows of them; None elsewhere."""
    if not stored.is_row(frame.engine, value.place):
        return None
    fields = hierarchy.declared_fields(frame.engine, value.place)
    return Items(tuple(of_instance(frame, value, name, None) for name in fields))


def get_item(frame: Frame, owner: Instance, key: Value, node: ir.Node) -> Value:
    """`owner[key]` for an instance."""
    row = row_of(frame, owner)
    if row is not None:
        return expressions.item(frame, row, key, node)
    container = foreign.container(frame, owner, "__getitem__")
    if container is not None:
        kept = join(*(foreign.read_item(frame, container, option) for option in options(key)))
        missing = hierarchy.class_attribute(frame.engine, owner.place, "__missing__")
        bound = descriptors.bound(frame, missing, owner, node)
        return kept if isinstance(bound, Bottom) else join(kept, calls.call(frame, bound, Arguments((key,)), node))
    return calls.call(frame, of_instance(frame, owner, "__getitem__", None), Arguments((key,)), node)


def iterate(frame: Frame, value: Value, node: ir.Node) -> Value:
    """What iterating over a value gives."""
    found: list[Value] = []
    for option in options(value):
        match option:
            case LibraryObject():
                found.append(library_types.elements_of(frame, option))
            case Instance() if (row := row_of(frame, option)) is not None:
                found.append(elements(row))
            case Instance():
                if records.is_registered(frame.engine, option.place):
                    found.append(Instance(option.place))
                    continue
                record = records.managed(frame, option)
                if isinstance(record, Instance):
                    found.append(record)
                    continue
                container = foreign.container(frame, option, "__iter__")
                if container is not None:
                    found.append(foreign.read_item(frame, container, UNKNOWN))
                    continue
                name = next((one for one in _ITERATED if _has(frame, option, one)), _ITERATED[0])
                inner = calls.call(frame, of_instance(frame, option, name, None), Arguments(), node)
                found.append(join(*(_next(frame, each, node) for each in options(inner))))
            case ClassValue(place) if enums.is_enum(frame.engine, place):
                found.append(members.every(frame, place, node))
            case Builtin() | Query() | Future() | Property() | Namespace() | ContextVar() | GivesBack():
                found.append(records.record_of(option))
            case ClassValue() | Unknown() | Missing():
                found.append(UNKNOWN)
            case _:
                found.append(elements(option))
    return join(*found)


def _has(frame: Frame, value: Instance, name: str) -> bool:
    return not isinstance(hierarchy.class_attribute(frame.engine, value.place, name), Bottom)


def _next(frame: Frame, value: Value, node: ir.Node) -> Value:
    """What an iterator gives."""
    if isinstance(value, Instance):
        name = next((one for one in _NEXT if _has(frame, value, one)), _NEXT[0])
        return calls.call(frame, of_instance(frame, value, name, None), Arguments(), node)
    return elements(value)


def entered(frame: Frame, value: Value, node: ir.Node) -> Value:
    """What `with value as x` binds."""
    found: list[Value] = []
    for option in options(value):
        if isinstance(option, Instance):
            name = next((one for one in _ENTERED if _has(frame, option, one)), "")
            if not name:
                found.append(option)  # a class that is not read enters its objects, which mostly gives them
                continue
            method = of_instance(frame, option, name, None)
            found.append(calls.call(frame, method, Arguments(), node))
        else:
            # A generator that `with` enters was made a context manager by its decorator.
            found.append(elements(option) if isinstance(option, Items) else option)
    return join(*found)


def with_elements(outer: LibraryObject, inner: Sequence[Value]) -> LibraryObject:
    """A generic library type with the element types that an annotation gives it (`ListObject[Customer]`)."""
    refs = tuple(
        library_types.reference(option)
        for value in inner
        for option in options(value)
        if isinstance(option, LibraryObject)
    )
    return replace(outer, of=refs)


def dynamic(frame: Frame, value: Value, key: Value, node: ir.Node) -> Value:
    """`getattr(value, key)` where the name is data: each name it can be, or what cannot be told."""
    found: list[Value] = []
    for option in options(enums.told(frame.engine, key)):
        if isinstance(option, Const) and option.value in {"", None}:
            # A placeholder that a subclass or caller replaces.
            if frame.function is not None and frame.function.cls is not None and contents.of_library(value):
                frame.engine.note(Waiting(frame.module.path, frame.function.cls))
        elif isinstance(option, Const) and isinstance(option.value, str):
            found.append(get(frame, value, option.value, node))
        elif parameters_in(option):
            hot = (
                contents.of_library(value)
                or (not deciding.is_own(frame, value) and _leads_by_name(frame, value))
                or deciding.note_chosen(frame, value, option)
            )
            frame.meets((option,), value)
            found.append(Dependent(parameters_in(option) | parameters_in(value), hot))
        else:
            found.extend(
                Dynamic(owner, "its name is not a literal")
                if isinstance(owner, _LIBRARY)
                else owner
                if isinstance(owner, Dynamic)
                else UNKNOWN
                for owner in options(value)
            )
    return join(*found)


def _leads_by_name(frame: Frame, value: Value) -> bool:
    """Whether an attribute of an object may lead to a request, so that the name that callers choose decides something."""
    if carriers.is_completed(frame.engine, value):
        return True
    places = (
        option.kind if isinstance(option, Param) else option.place
        for option in options(value)
        if isinstance(option, Instance | Param)
    )
    return any(place is not None and carriers.marked(frame.engine, place) for place in places)


_LIBRARY = (LibraryModule, LibraryClass, LibraryObject)
