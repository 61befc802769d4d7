"""Which values lead to a library: what is worth following with particular arguments, and what is not.

Most functions of a program have nothing to do with a modeled library. They are evaluated once, for any caller; only where
arguments carry something of a library, or decide a request, is a function evaluated for these arguments as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents, mappings, servers
from leastscope.python.domain.effects import Opens
from leastscope.python.domain.shapes import shape_of
from leastscope.python.domain.values import (
    BOTTOM,
    Bottom,
    Builtin,
    ClassValue,
    Dependent,
    External,
    FunctionValue,
    Instance,
    Items,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Place,
    Unit,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
    parts,
)
from leastscope.python.state import cells, hierarchy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.domain.effects import Summary
    from leastscope.python.state.engine import Engine

_DEPTH = 4


def carries(engine: Engine, value: Value, depth: int = _DEPTH, *, urls: bool = True) -> bool:
    """Whether a value leads to a library in any way: through its class, as a function that does, as a URL or header."""
    # Most values cannot lead anywhere, and say so themselves: no table has to be asked.
    shape = shape_of(value)
    if not shape.carrying and shape.keys.isdisjoint(engine.knowledge.servers.headers):
        return False
    if contents.of_library(value, 1) or (isinstance(value, Unknown) and value.reason == "library"):
        return True
    if urls and contents.is_url(value) and not is_foreign(engine, value):
        return True
    match value:
        case Outside() | External() if urls and servers.named_outside(engine.knowledge.triggers, value):
            return True
        case ClassValue(place) | Instance(place) if marked(engine, place):
            return True
        case Unknown(origin=origin) if origin and engine.holds(cells.Holds(origin)):
            return True
        case Mapping(entries, _) if engine.knowledge.servers.headers:
            if any(isinstance(key, str) and key.lower() in engine.knowledge.servers.headers for key, _ in entries):
                return True
        # Functions of files that neither speak of a system nor import a library are not evaluated just to see where
        # they lead.
        case FunctionValue(place, _, frame):
            if engine.matters(place.path) and engine.passes(Unit(place, frame), _leads_on):
                return True
            # What the functions around it were given, it can use, whatever file it stands in.
            if depth > 0 and any(carries(engine, given, depth - 1, urls=urls) for given in contents.closed_over(value)):
                return True
        case _:
            pass
    return depth > 0 and any(carries(engine, part, depth - 1, urls=urls) for part in parts(value))


def is_completed(engine: Engine, value: Value, depth: int = 2) -> bool:
    """Whether a value is, or holds, a function whose calls on what it is given callers complete, or an object with one.

    So is a method that puts what it is given into a dict or list.
    """
    if isinstance(value, Builtin):
        return value.made is not None
    if isinstance(value, FunctionValue):
        return bool(engine.told(Unit(value.place, value.frame), _is_open))
    if isinstance(value, Instance) and engine.is_added(value.place.path):
        methods = (
            hierarchy.class_attribute(engine, value.place, name) for name in sorted(engine.cls(value.place).bound)
        )
        return any(is_completed(engine, one, 0) for one in methods if isinstance(one, FunctionValue))
    return depth > 0 and any(is_completed(engine, part, depth - 1) for part in parts(value))


def gives_address(engine: Engine, value: Value) -> bool:
    """Whether a value is an object of the program with a method that gives a URL, not of a foreign host."""
    places = (option.place for option in options(value) if isinstance(option, Instance))
    return any(_gives_address(engine, place) for place in places if engine.is_added(place.path))


def _gives_address(engine: Engine, place: Place) -> bool:
    near = [above for above in hierarchy.mro(engine, place) if engine.is_added(above.path)]
    names = sorted({name for above in near for name in engine.cls(above).bound})
    bound = (hierarchy.class_attribute(engine, place, name) for name in names)
    functions = (one for one in bound if isinstance(one, FunctionValue) and engine.is_added(one.place.path))
    units = (Unit(one.place, one.frame) for one in functions)
    given = (one for unit in units for one in engine.told(unit, _addresses) or ())
    return any(not is_foreign(engine, one) for one in given)


def _addresses(given: Summary) -> tuple[Value, ...]:
    """The URLs that a function gives."""
    return tuple(option for option in options(given.returns) if contents.is_url(option))


def _is_open(given: Summary) -> bool:
    """Whether callers decide a call of a function."""
    return any(isinstance(effect, Opens) for effect in given.effects)


def leaves_to_callers(engine: Engine, value: Value) -> bool:
    """Whether a value is a function that gives what callers are to say, or are to complete.

    One inside another function gives what the callers of that one say; any one may give an object whose method asks a
    library for what it is told.
    """
    return any(_leaves(engine, option) for option in options(value) if isinstance(option, FunctionValue))


def _leaves(engine: Engine, function: FunctionValue) -> bool:
    if not engine.is_added(function.place.path):
        return False
    given = engine.told(Unit(function.place, function.frame), _objects) or ()
    return any(
        one.function != function.place if isinstance(one, Param) else is_completed(engine, one, 0) for one in given
    )


def _objects(given: Summary) -> frozenset[Param | Instance]:
    """The parameters, and the objects of the program, that a function gives as they are."""
    return frozenset(option for option in options(given.returns) if isinstance(option, Param | Instance))


def leads(engine: Engine, function: FunctionValue) -> bool:
    """Whether a function of a file that may matter gives something of a library, or callers decide a request in it."""
    return engine.matters(function.place.path) and engine.passes(Unit(function.place, function.frame), _leads_on)


def _leads_on(engine: Engine, given: Summary) -> bool:
    """Whether what a function gives can lead to a request: something of a library that is not only the answer to one.

    Or an object of a class that holds such a thing, whoever makes that.
    """
    returned = given.returns
    return (
        given.hot
        or (contents.of_library(returned) and not all(_is_answer(engine, option) for option in options(returned)))
        or any(isinstance(option, Instance) and _keeps(engine, option.place) for option in options(returned))
    )


def _keeps(engine: Engine, place: Place) -> bool:
    """Whether the objects of a class are known to hold something of a library that their constructor makes.

    What a class without a constructor holds, the objects say themselves. What methods give is not asked: they may give this.
    """
    constructed = isinstance(hierarchy.class_attribute(engine, place, "__init__"), FunctionValue)
    return constructed and any(engine.holds(cells.Carries(current)) for current in hierarchy.mro(engine, place))


def _is_answer(engine: Engine, value: Value) -> bool:
    """Whether a value is data, or an object of a library whose type has no members: an answer of an HTTP library."""
    if not isinstance(value, LibraryObject):
        return not contents.of_library(value)
    kind = engine.knowledge.libraries[value.library].types.get(value.type)
    return kind is not None and not (kind.statics or kind.members or kind.iterates or kind.subclass)


def is_foreign(engine: Engine, url: Value) -> bool:
    """Whether a URL names a host that is nobody's we know."""
    return servers.names_host(url) and not servers.is_ours(engine.knowledge.servers, url)


def is_of_server(engine: Engine, value: Value) -> bool:
    """Whether a value is a URL of a server that is modeled."""
    return contents.is_url(value) and servers.is_ours(engine.knowledge.servers, value)


def entry(engine: Engine, mapping: Mapping, key: Value) -> Value | None:
    """What a mapping has under a key; None where a literal key is not there.

    Which of several addresses of one server it is, for tests or for live data, decides no operation, nor does which of
    several objects, dicts or rows that hold such addresses under the same names. Which of several URLs of a modeled server
    it is does, and so does which of several classes or functions that lead to a library: the entry is hot. Which of
    several functions that call what they are given does only where that can send something.
    """
    found = mappings.entry(mapping, key)
    if not isinstance(found, Dependent):
        return found
    every = [value for _, value in mapping.items]
    if isinstance(mapping.rest, Bottom) and _are_environments(engine, every):
        return join(*every)
    every += options(mapping.rest)
    hot = found.hot or any(_chooses(engine, value) for value in every)
    makes = all(isinstance(option, ClassValue) for value in every for option in options(value))
    return Dependent(found.params, hot, any(is_completed(engine, value, 0) for value in every), makes)


def _are_environments(engine: Engine, values: Sequence[Value]) -> bool:
    """Whether values are addresses of one server, or alike and hold such addresses under the same names."""
    if servers.are_of_one(engine.knowledge.servers, values):
        return True
    several = [_named_parts(value) for value in values]
    names = several[0].keys() if several else ()
    if any(each.keys() != names for each in several):
        return False
    beside = [[each[name] for each in several] for name in names]
    differing = [each for each in beside if any(one != each[0] for one in each)]
    addresses = [each for each in differing if any(is_of_server(engine, one) for one in each)]
    return (
        bool(addresses)
        and all(servers.are_of_one(engine.knowledge.servers, each) for each in addresses)
        and not any(carries(engine, one, urls=False) for each in differing for one in each)
    )


def _named_parts(value: Value) -> dict[object, Value]:
    """What a dict, a row or an object holds under names, as far as it was made with that; and of which class it is."""
    match value:
        case Mapping(entries, Bottom()):
            return dict(entries)
        case Items(items, Bottom()):
            return dict(enumerate(items))
        case Instance(place, made_with) if made_with:
            return {place: BOTTOM, **dict(made_with)}
        case _:
            return {}


def _chooses(engine: Engine, value: Value) -> bool:
    """Whether which of several such values it is decides what is sent."""
    if isinstance(value, ClassValue):
        return marked(engine, value.place)
    if isinstance(value, FunctionValue) and engine.matters(value.place.path):
        return engine.passes(Unit(value.place, value.frame), _leads_on)
    return is_of_server(engine, value) or any(is_of_server(engine, part) for part in _named_parts(value).values())


def mark(engine: Engine, place: Place, value: Value) -> None:
    """Note that a class, or its instances, hold a value, if that is something of a library."""
    # What the methods of a class lead to is only asked for where an instance reaches code that can send something.
    if not engine.is_near() and any(isinstance(option, FunctionValue) for option in options(value)):
        engine.write(cells.Methods(place), value)
    # URLs are left out: a class that holds one is still no reason to follow each of its instances.
    elif isinstance(value, FunctionValue) and value.bound is None and engine.matters(value.place.path):
        # A method is not asked by the module, which would be evaluated again with each of its methods.
        engine.confirm_later(cells.Carries(place), Unit(value.place, value.frame), _leads_on)
    elif carries(engine, value, urls=False):
        engine.confirm(cells.Carries(place))


def marked(engine: Engine, place: Place) -> bool:
    """Whether a class holds something of a library, itself or through a base."""
    return any(_marked(engine, current) for current in hierarchy.mro(engine, place)) or bool(
        hierarchy.library_bases(engine, place)
    )


def _marked(engine: Engine, place: Place) -> bool:
    """Whether a class holds something of a library itself."""
    if engine.holds(cells.Carries(place)) or engine.holds(cells.Holds(cells.origin_of(place))):
        return True
    if not engine.is_near():
        return False
    if found := carries(engine, engine.read(cells.Methods(place)), urls=False):
        engine.confirm(cells.Carries(place))
    return found


def decides(engine: Engine, value: Value) -> bool:
    """Whether it matters that an evaluation gave a value: a text, what callers decide, or what may lead to a library.

    So do dicts, which may be headers. Who read other data sends the same without them, and without an object of a class
    that has nothing to do with a library, in a file that is only imported. Asked while nothing runs: nothing is evaluated.
    """
    if isinstance(value, Instance) and not value.made_with:
        order = hierarchy.mro(engine, value.place)
        near = any(engine.is_added(one.path) or engine.holds(cells.Carries(one)) for one in order)
        return near or bool(hierarchy.library_bases(engine, value.place))
    return (
        contents.is_text(value) or isinstance(value, Mapping) or bool(parameters_in(value)) or shape_of(value).carrying
    )
