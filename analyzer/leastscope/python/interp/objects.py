"""Dicts, lists and clients as objects: a write through one name is seen under every other one, and by other evaluations.

Values hold contents. Each container also says where it was made, and by that its other occurrences are found. What the unit
that makes an object writes is exact: every name of the unit has it from there on. What other units write is kept in cells
(`Entry`), for all objects of that place together, and joined at each read. A function that changes what it is given says
so in its summary, and the caller changes its own object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.changes import (
    Change,
    Changing,
    Container,
    applied,
    empty_like,
    made_of,
    merged,
    named,
    rebuilt,
)
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Builtin,
    Const,
    Items,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Object,
    Param,
    Place,
    Union,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.interp import expressions
from leastscope.python.sending import sessions
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Scalar
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.domain.effects import Write
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

_STATES = 4
"""States of one object (after branches) that a write changes one by one; more are joined entry by entry first."""
_CONTAINERS = (Items, Mapping)
_HOLDING = (*_CONTAINERS, Union)
_CHANGING = (*_CONTAINERS, LibraryObject, LibraryMethod)
_KEYS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


def made_here(frame: Frame, value: Value, node: ir.Node) -> Value:
    """A container or client that an expression makes, known by the place of the expression."""
    if any(isinstance(option, LibraryObject) for option in options(value)):
        value = sessions.made_here(frame, value, node)
    if not isinstance(value, _HOLDING):
        return value
    if not any(isinstance(option, _CONTAINERS) and option.made is None for option in options(value)):
        return value
    made = Object(Place(frame.module.path, node.start))
    frame.allocated.add(made)

    def named_so(known: Changing) -> Changing | None:
        if isinstance(known, LibraryObject):
            return None
        return known if known.made is not None else named(known, made)

    return rebuilt(value, named_so)


def fresh(frame: Frame, value: Value) -> Value:
    """A value with what other evaluations have put into it, if it is a container or client."""
    if not any(isinstance(option, _CHANGING) for option in options(value)):
        return value
    return join(*(freshened(frame.engine, option) for option in options(value)))


def freshened(engine: Engine, value: Value) -> Value:
    """The same for one container or client."""
    if isinstance(value, LibraryObject):
        return sessions.fresh(engine, value)
    if isinstance(value, LibraryMethod):
        owner = value.owner
        return LibraryMethod(sessions.fresh(engine, owner), value.name) if isinstance(owner, LibraryObject) else value
    if not isinstance(value, _CONTAINERS) or value.made is None:
        return value
    rest = engine.read(cells.Entry(value.made))
    keys = sorted(engine.members(cells.Entries(value.made)))
    if isinstance(rest, Bottom) and not keys:
        return value
    if isinstance(value, Items):
        return replace(value, rest=join(value.rest, rest))
    entries = {(type(key), key): (key, entry) for key, entry in value.items}
    for place in keys:
        key = _key_of(place)
        known = entries.get((type(key), key), (key, BOTTOM))[1]
        entry = engine.read(cells.Entry(value.made, place.path, _kind_of(key)))
        entries[type(key), key] = (key, join(known, entry))
    return replace(value, items=tuple(entries.values()), rest=join(value.rest, rest))


# a set of places is all that a table of the engine holds, so that a key stands for a place: its text, and its type


def _place_of(key: Scalar) -> Place:
    return Place(str(key), sorted(_KEYS).index(_kind_of(key)) if _kind_of(key) in _KEYS else -1)


def _key_of(place: Place) -> Scalar:
    if place.start < 0:
        return None
    kind = _KEYS[sorted(_KEYS)[place.start]]
    found: Scalar = place.path == "True" if kind is bool else kind(place.path)
    return found


def _kind_of(key: Scalar) -> str:
    return type(key).__name__


# writes


def write(frame: Frame, owner: Value, change: Change, name: str = "") -> Value:
    """Change every object that a value may be, wherever it is held; gives the value after it.

    `name` is what holds the value, if a name does: it is changed also where the object is not known.
    """
    if isinstance(owner, Param):
        _tell(frame, owner, change)
        return owner
    sessions.changed(frame, owner, change)
    found = [option for option in options(owner) if isinstance(option, Items | Mapping)]
    if not found or not (name or any(option.made is not None for option in found)):
        return owner
    surely = len(options(owner)) == len(found) and len({option.made for option in found}) == 1
    if len(found) > _STATES and surely:
        state = merged(found)
        after = dict.fromkeys(found, applied(state, change, surely=surely))
    else:
        after = {option: applied(option, change, surely=surely) for option in found}
    for made in sorted({option.made for option in found if option.made is not None}):
        _replace(frame, made, change, after)
        _keep(frame, made, next(option for option in found if option.made == made), change)
    new = join(*(after[option] if isinstance(option, Items | Mapping) else option for option in options(owner)))
    if name and frame.env is not None and name in frame.env:
        frame.bind(name, new)
    return new


def write_at(frame: Frame, owner: ir.Expr, held: Value, change: Change) -> None:
    """Change what an expression holds, and the table that it is an item of: `defaultdict(list)[key].append(value)`."""
    write(frame, held, change, owner.id if isinstance(owner, ir.Name) else "")
    plain = [option for option in options(held) if isinstance(option, Items | Mapping) and option.made is None]
    if plain and isinstance(owner, ir.Subscript) and not isinstance(owner.index, ir.Opaque):
        after = join(*(applied(option, change, surely=False) for option in plain))
        outer, key = expressions.value_of(frame, owner.value), expressions.value_of(frame, owner.index)
        write_at(frame, owner.value, outer, Change("item", after, key))


def _replace(frame: Frame, made: Object, change: Change, after: dict[Container, Container]) -> None:
    """Let every name of the unit that holds an object hold what it has become."""

    def changed(known: Changing) -> Changing | None:
        if isinstance(known, LibraryObject) or known.made != made:
            return None
        # An older object of the same place may have been changed as well, or not.
        return after[known] if known in after else applied(known, change, surely=False)

    for name in sorted(frame.holders.get(made, ())):
        held = frame.env.get(name) if frame.env is not None else None
        if held is not None:
            new = rebuilt(held, changed)
            if new is not held:
                frame.bind(name, new)


def _keep(frame: Frame, made: Object, known: Container, change: Change) -> None:
    """Tell other evaluations of a change: callers, where a parameter is the object, else whoever reads it."""
    if made.parameter:
        if frame.function is not None and made.place == frame.function.place:
            frame.tell_callers(made.parameter, change)
        return
    if made in frame.allocated and made not in frame.shared:
        return
    frame.depend(parameters_in(change.key))
    frame.meets((change.key,), change.value)
    delta = applied(empty_like(known), change, surely=True)
    if isinstance(delta, Items):
        frame.store(cells.Entry(made), elements(delta))
        return
    frame.store(cells.Entry(made), delta.rest)
    for key, value in delta.items:
        if not all(parameters_in(option) for option in options(value)):
            frame.engine.add_member(cells.Entries(made), _place_of(key))
        frame.store(cells.Entry(made, str(key), _kind_of(key)), value)


def _tell(frame: Frame, owner: Param, change: Change) -> None:
    if frame.function is not None and owner.function == frame.function.place:
        frame.tell_callers(owner.name, change)


# generators, which are known by their functions


def sent_to(engine: Engine, function: Place) -> Value:
    """What the generators of a function are sent."""
    sent = engine.read(cells.OfGenerators(function))
    return UNKNOWN if isinstance(sent, Bottom) else sent


def given_at_end(engine: Engine, generator: Value) -> Value:
    """What a generator gives with `return`."""
    made = generator.made if isinstance(generator, Items) else None
    given = BOTTOM if made is None else engine.read(cells.OfGenerators(made.place, at_end=True))
    return UNKNOWN if isinstance(given, Bottom) else given


# from one unit to another


def entered(frame: Frame, value: Value, function: Place, name: str) -> Value:
    """An argument as the called function sees it: its dicts and lists are those of the parameter.

    A client stays the object that it is; one that is known by its type alone is that of the parameter.
    """

    def named_so(known: Changing) -> Changing | None:
        if isinstance(known, LibraryObject) and (made_of(known) or not sessions.is_known_apart(frame, known)):
            return None
        return named(known, Object(function, name))

    return rebuilt(value, named_so)


def applied_to(frame: Frame, info: FunctionInfo, writes: Iterable[Write], bound: dict[str, Value]) -> None:
    """Change the arguments of a call as the called function says."""
    plain = {parameter.name for parameter in info.node.parameters if not parameter.kind.startswith("*")}

    def given(param: Param) -> Value | None:
        return bound.get(param.name, UNKNOWN) if param.function == info.place else None

    for one in writes:
        if one.parameter in plain and one.parameter in bound:
            bound[one.parameter] = write(frame, bound[one.parameter], one.change.substituted(given))


def returned(value: Value, info: FunctionInfo, bound: dict[str, Value]) -> Value:
    """What a function returned as the caller sees it: a parameter's object is that of the argument."""

    def back(known: Changing) -> Changing | None:
        made = made_of(known)
        if made is None or not made.parameter or made.place != info.place:
            return None
        given = bound.get(made.parameter, BOTTOM)
        kind = LibraryObject if isinstance(known, LibraryObject) else Items | Mapping
        found = {made_of(option) for option in options(given) if isinstance(option, kind)}
        return named(known, found.pop() if len(found) == 1 else None)

    return rebuilt(value, back)


# methods

_METHODS = frozenset({"update", "setdefault", "append", "add", "appendleft", "extend", "insert", "__setitem__"})


def method_called(frame: Frame, owner: ir.Expr, method: str, arguments: Arguments) -> None:
    """A method that changes a dict or list, or perhaps a client."""
    sessions.unknown_called(frame, owner, frame.value_before(owner), method, arguments)
    if method not in _METHODS:
        return
    change = _change(method, arguments)
    if change is not None:
        write_at(frame, owner, frame.value_before(owner), change)


def changed_by(value: Value, method: str) -> Object | None:
    """The dict or list that a method of it changes; None for other methods."""
    return value.made if isinstance(value, Items | Mapping) and method in _METHODS else None


def handed_on(frame: Frame, method: Builtin, arguments: Arguments) -> None:
    """A method that changes a dict or list is called by another name than its own: `done = found.append; done(one)`."""
    change = _change(method.name, arguments)
    if change is not None and isinstance(method.receiver, Items | Mapping):
        write(frame, replace(method.receiver, made=method.made), change)


def _change(method: str, arguments: Arguments) -> Change | None:
    first, second = arguments.at(0), arguments.at(1)
    if method == "update":
        given = Mapping(arguments.keywords, arguments.extra)
        if first is None:
            return Change("update", given)
        return Change("update", first) if given == Mapping(()) else Change("update", _both(first, given))
    if first is None:
        return None
    match method:
        case "setdefault":
            return Change("default", Const.of(None) if second is None else second, first)
        case "extend":
            return Change("extend", first)
        case "insert":
            return Change("anywhere", UNKNOWN if second is None else second)
        case "appendleft":
            return Change("anywhere", first)
        case "__setitem__":
            return Change("item", UNKNOWN if second is None else second, first)
        case _:
            return Change("append", first)


def _both(first: Value, given: Mapping) -> Value:
    return join(first, given)
