"""What is in a value: something of a library, a URL, what callers decide; and values made smaller or filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import strings
from leastscope.python.domain.kept import replace
from leastscope.python.domain.shapes import names_url, shape_of
from leastscope.python.domain.values import (
    BOTTOM,
    NESTING_LIMIT,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    FunctionValue,
    Future,
    Giver,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Namespace,
    Outside,
    Param,
    Partial,
    Place,
    Property,
    Super,
    Text,
    Union,
    Unit,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leastscope.model import Scalar, Step

SIZE_LIMIT = 600
"""Values inside a value, all levels together, before only what leads to a library is kept of it."""
RECURSION_LIMIT = 3
"""Evaluations of one function inside one another, through closures, before the next one is taken for any caller's."""
_DEPTH = 4
_VISITS = 20_000
_MARKED = 3
"""Levels of a collection that are built anew to mark what is in it; what lies deeper becomes unknown."""
_ENDLESS = (Text, Const, Items, Mapping)
"""Values of which there are endlessly many."""
_TEXTS = (Text, Outside)
_LEAVES = (LibraryModule, LibraryClass, LibraryObject, LibraryMethod)


def is_hot(value: Value, depth: int = _DEPTH) -> bool:
    """Whether callers decide which value of a library this is."""
    return shape_of(value).hot <= depth


def of_library(value: Value, depth: int = _DEPTH) -> bool:
    """Whether a value is, or holds, something of a library that can lead to a request."""
    return shape_of(value).library <= depth


def elements(value: Value) -> Value:
    """What iterating over a built-in container gives."""
    match value:
        case Union(options=several):
            return join(*(elements(option) for option in several))
        case Items(items, rest):
            return join(*items, rest)
        case Mapping():
            return elements(keys_of(value))
        case Param() | Dependent():
            return Dependent(parameters_in(value), is_hot(value))
        case _:
            return UNKNOWN


def keys_of(mapping: Mapping) -> Items:
    """The keys of a dict, in a list."""
    others = BOTTOM if isinstance(mapping.rest, Bottom) else join(mapping.keys, UNKNOWN)
    return Items(tuple(Const.of(key) for key, _ in mapping.items), others)


def rows_apart(rows: Sequence[Items], unread: Iterable[int] = ()) -> tuple[Items, ...]:
    """Rows whose parts must not be mixed: those that differ in one part only are one row, in which nothing can be mixed.

    The parts at `unread` are read by nobody, so that no row differs in them.
    """
    left, lengths = list(rows), {len(row.items) for row in rows}
    length = lengths.pop() if len(lengths) == 1 else 0
    for index in (index for index in unread if index < length):
        every = join(*(row.items[index] for row in left))
        left = [replace(row, items=(*row.items[:index], every, *row.items[index + 1 :])) for row in left]
    for index in range(length):
        alike: dict[tuple[Value, ...], list[Items]] = {}
        for row in left:
            alike.setdefault((*row.items[:index], BOTTOM, *row.items[index + 1 :]), []).append(row)
        left = [
            replace(same[0], items=(*key[:index], join(*(row.items[index] for row in same)), *key[index + 1 :]))
            for key, same in alike.items()
        ]
    return tuple(left)


def constants(value: Value) -> Iterable[Scalar]:
    """The literals among the alternatives of a value and, for containers, of their items."""
    for option in options(value):
        if isinstance(option, Const):
            yield option.value
        elif isinstance(option, Items):
            for item in option.items:
                yield from constants(item)
        elif isinstance(option, Mapping):
            yield from (key for key, _ in option.items)


def libraries_in(value: Value, depth: int = _DEPTH) -> frozenset[str]:
    """The libraries that a value is, or holds, something of."""
    match value:
        case LibraryModule(library) | LibraryClass(library) | LibraryObject(library):
            return frozenset((library,))
        case LibraryMethod(owner, _):
            return frozenset((owner.library,))
        case _ if depth == 0:
            return frozenset()
        case _:
            return frozenset().union(*(libraries_in(part, depth - 1) for part in parts(value)))


def clients_in(value: Value, depth: int = _DEPTH) -> Iterator[LibraryObject]:
    """The objects of libraries that a value is, or holds, also by a method of theirs."""
    match value:
        case LibraryObject() as one:
            yield one
        case LibraryMethod(LibraryObject() as one):
            yield one
        case _:
            for part in parts(value) if depth else ():
                yield from clients_in(part, depth - 1)


def closed_over(value: Value, depth: int = 2) -> Iterator[Value]:
    """What the functions were given around which there is a function that a value is, or holds."""
    for unit in units_around(value, depth):
        yield from (given for _, given in unit.arguments or ())


def outward(unit: Unit | None) -> Iterator[Unit]:
    """A unit and those that it closes over, from the inside out; nothing where there is none."""
    while unit is not None:
        yield unit
        unit = unit.frame


def units_around(value: Value, depth: int = 2) -> Iterator[Unit]:
    """The evaluations of functions around a function that a value is, or holds."""
    if isinstance(value, FunctionValue):
        yield from outward(value.frame)
    elif depth and shape_of(value).carrying:
        for part in parts(value):
            yield from units_around(part, depth - 1)


def is_inside_itself(unit: Unit) -> bool:
    """Whether a function is evaluated for functions that its own evaluations made, and those for others, without end.

    `@twice` in the body of `twice` closes over what it decorates, which closes over what that decorates.
    """
    if unit.arguments is None and unit.frame is None:
        return False
    return _levels(unit.place, unit, {}) > RECURSION_LIMIT


def _levels(place: Place, unit: Unit, known: dict[Unit, int]) -> int:
    """How many evaluations of one function lie in one another, through what functions close over."""
    if unit not in known:
        known[unit] = 0
        inner = [] if unit.frame is None else [unit.frame]
        for _, value in unit.arguments or ():
            inner.extend(one.frame for one in _functions_inside(value) if one.frame is not None)
        known[unit] = (unit.place == place) + max((_levels(place, one, known) for one in inner), default=0)
    return known[unit]


def _functions_inside(value: Value, depth: int = NESTING_LIMIT) -> Iterator[FunctionValue]:
    """The functions in a value, at any level."""
    if isinstance(value, FunctionValue):
        yield value
    if depth and shape_of(value).carrying:
        for part in parts(value):
            yield from _functions_inside(part, depth - 1)


def texts_in(value: Value) -> list[str]:
    """The literal texts among the alternatives of a value."""
    return [option.value for option in options(value) if isinstance(option, Const) and isinstance(option.value, str)]


def known_to_all(value: Value) -> Value:
    """What of a value is the same for all callers of a function; Bottom where nothing is."""
    return join(*(option for option in options(value) if not parameters_in(option)))


def is_url(value: Value) -> bool:
    """Whether a value is a string with a scheme, which may name a server of a modeled system."""
    return names_url(value)


def is_text(value: Value) -> bool:
    """Whether a value is a string that says something."""
    return any(
        isinstance(option.value, str) if isinstance(option, Const) else isinstance(option, _TEXTS)
        for option in options(value)
    )


def is_spelled(value: Value) -> bool:
    """Whether a value is a text, or a list of which each item and some text are known."""
    if isinstance(value, Items):
        return isinstance(value.rest, Bottom) and any(is_text(item) for item in value.items)
    return is_text(value)


def says_nothing(value: Value) -> bool:
    """Whether nothing is known of a value, not even where it comes from."""
    match value:
        case Unknown(reason):
            return reason not in {"library", "limit"}
        case Param(kind=None) | Dependent(hot=False) | Builtin(Const(None)):
            return True
        case _:
            return False


def instance_of(value: Value) -> Value:
    """An instance of a class (or of any of several), what an alias stands for, Unknown for everything else."""
    found: list[Value] = []
    for option in options(value):
        match option:
            case ClassValue(place):
                found.append(Instance(place))
            case LibraryClass(library, kind, trail, sure):
                found.append(LibraryObject(library, kind, sure=sure, trail=trail))
            case Giver() | Instance() | LibraryObject():
                found.append(option)
            case _:
                continue
    return join(*found) if found else value if isinstance(value, Bottom) else UNKNOWN


def class_of(value: Value) -> Value:
    """`type(value)`: the class of an instance, Unknown for everything else."""
    found: list[Value] = []
    for option in options(value):
        match option:
            case Instance(place, made_with):
                found.append(ClassValue(place, made_with is None))
            case LibraryObject(library, kind, sure=sure, trail=trail) if not option.prefix:
                found.append(LibraryClass(library, kind, trail, sure))
            case _:
                found.append(UNKNOWN)
    return join(*found)


def is_any_of(value: Instance | ClassValue) -> bool:
    """Whether an object or class stands for any of a class and of those below it."""
    return value.generic if isinstance(value, ClassValue) else value.made_with is None


def is_small(value: Value) -> bool:
    """Whether a value has no more parts than `SIZE_LIMIT`."""
    return shape_of(value).size <= SIZE_LIMIT


def bounded(value: Value) -> Value:
    """A value that is small enough to be kept: of a larger one only what leads to a library."""
    if is_small(value):
        return value
    leaves: dict[Value, None] = {}
    seen: set[int] = set()
    stack = [value]
    while stack and len(leaves) <= UNION_LIMIT:
        current = stack.pop()
        if id(current) in seen or len(seen) > _VISITS:
            continue
        seen.add(id(current))
        if isinstance(current, _LEAVES):
            leaves.setdefault(current)
        else:
            stack.extend(parts(current))
    return Unknown("library" if leaves else "limit")


def pruned(value: Value, depth: int) -> Value:
    """A value of which only so many levels are kept; of what lies deeper, which callers decide it."""
    if depth == 0:
        return value if not any(parts(value)) else strings.hole_of(value)
    match value:
        case Union(options=inner):
            return join(*(pruned(option, depth - 1) for option in inner))
        case Items(items, rest):
            return Items(tuple(pruned(item, depth - 1) for item in items), pruned(rest, depth - 1))
        case Mapping(entries, rest):
            known = tuple((key, pruned(entry, depth - 1)) for key, entry in entries)
            return Mapping(known, pruned(rest, depth - 1), keys=pruned(value.keys, depth - 1))
        case Text(pieces):
            return strings.of_pieces(piece if isinstance(piece, str) else pruned(piece, depth - 1) for piece in pieces)
        case Instance(place, made_with) if made_with is not None:
            return Instance(place, tuple((name, pruned(entry, depth - 1)) for name, entry in made_with))
        case _:
            return value if shape_of(value).depth <= depth else strings.hole_of(value)


def simple(value: Value) -> Value:
    """A value as a key: what nests too deep is left out."""
    return bounded(value if shape_of(value).depth <= NESTING_LIMIT else pruned(value, NESTING_LIMIT - 1))


def substitute(value: Value, given: Callable[[Param], Value | None], depth: int = _DEPTH) -> Value:
    """A value with parameters replaced by what they are given (None: not given, they stay)."""
    if not parameters_in(value):
        return value
    match value:
        case Param():
            found = given(value)
            return value if found is None else found
        case Dependent():
            return _dependent(value, given)
        case _ if depth == 0:
            return value
        case Union(options=inner):
            return join(*(substitute(option, given, depth) for option in inner))
        case Items(items, rest):
            inner = tuple(substitute(item, given, depth - 1) for item in items)
            return Items(inner, substitute(rest, given, depth - 1), value.made)
        case Mapping(entries, rest):
            return Mapping(
                tuple((key, substitute(entry, given, depth - 1)) for key, entry in entries),
                substitute(rest, given, depth - 1),
                value.made,
                substitute(value.keys, given, depth - 1),
            )
        case Text(pieces):
            return strings.concat(
                [Const.of(piece) if isinstance(piece, str) else substitute(piece, given, depth - 1) for piece in pieces]
            )
        case Unknown(reason, Text() as text):
            made = substitute(text, given, depth)
            return Unknown(reason, made) if isinstance(made, Text) else value
        case Partial(function, args, keywords):
            return Partial(
                substitute(function, given, depth - 1),
                tuple(substitute(argument, given, depth - 1) for argument in args),
                tuple((name, substitute(argument, given, depth - 1)) for name, argument in keywords),
            )
        case Builtin(receiver, name, made):
            return Builtin(substitute(receiver, given, depth - 1), name, made)
        case Instance(place, made_with) if made_with is not None:
            return Instance(place, tuple((name, substitute(entry, given, depth - 1)) for name, entry in made_with))
        case Future(result):
            return Future(substitute(result, given, depth - 1))
        case Property(getter):
            return Property(substitute(getter, given, depth - 1))
        case Namespace(owner):
            return Namespace(substitute(owner, given, depth - 1))
        case Super(base, owner):
            return Super(base, substitute(owner, given, depth - 1))
        case _:
            return value


def _dependent(value: Dependent, given: Callable[[Param], Value | None]) -> Value:
    """What depended on parameters depends on those of the arguments; on nothing if they have none."""
    left: set[Param] = set()
    for param in value.params:
        found = given(param)
        left |= {param} if found is None else parameters_in(found)
    return Dependent(frozenset(left), value.hot, value.takes, value.makes) if left else UNKNOWN


def endless(value: Value) -> int:
    """How many alternatives of a value are of those that a program can make more and more of."""
    return sum(isinstance(option, _ENDLESS) for option in options(value))


def widened(before: Value, after: Value, depth: int = _MARKED) -> Value:
    """What a value is taken for that was `before` and grows with every round: anything that its parameters decide.

    Only what can grow without end is widened. Classes, functions and library objects are finitely many.
    """
    grown = [option for option in options(after) if option not in options(before)]
    if depth and grown and all(isinstance(option, Items | Mapping) for option in grown):
        return _without_positions(before, after, depth - 1)
    if any(isinstance(option, _ENDLESS) for option in grown):
        params = parameters_in(after)
        # What is finite stays: dropped and met again in turn, it would wake whoever reads the value each time.
        kept = (option for option in options(after) if not isinstance(option, (*_ENDLESS, Dependent)))
        return join(Dependent(params) if params else Unknown("loop"), *kept)
    return after


def _without_positions(before: Value, after: Value, depth: int) -> Value:
    """Containers that grow, of which only what can be in them is kept."""
    found: list[Value] = []
    for kind in (Items, Mapping):
        old, new = (
            [option for option in options(each) if isinstance(option, Items | Mapping) and isinstance(option, kind)]
            for each in (before, after)
        )
        if new:
            inner = widened(join(*(_inside(one) for one in old)), join(*(_inside(one) for one in new)), depth)
            found.append(kind((), inner, new[0].made))
    return join(*found, *(option for option in options(after) if not isinstance(option, Items | Mapping)))


def _inside(value: Items | Mapping) -> Value:
    return join(*(value.items if isinstance(value, Items) else (entry for _, entry in value.items)), value.rest)


def unsure(value: Value, step: Step, depth: int = _MARKED) -> Value:
    """A value of which it is not sure that it is there: a library's is marked, a class of the program is not followed."""
    found: list[Value] = []
    for option in options(value):
        match option:
            case LibraryModule() | LibraryClass() | LibraryObject():
                found.append(replace(option, sure=False, trail=(step, *option.trail)))
            case LibraryMethod(owner, name):
                found.append(LibraryMethod(replace(owner, sure=False, trail=(step, *owner.trail)), name))
            case Items(items, rest) if depth:
                inner = tuple(unsure(item, step, depth - 1) for item in items)
                found.append(Items(inner, unsure(rest, step, depth - 1)))
            case Mapping(items, rest) if depth:
                entries = tuple((key, unsure(entry, step, depth - 1)) for key, entry in items)
                keys = unsure(option.keys, step, depth - 1)
                found.append(Mapping(entries, unsure(rest, step, depth - 1), keys=keys))
            case Const() | Param() | Dependent() | Bottom():
                found.append(option)
            # Instances and functions of the program are dropped: following them would build guesses on guesses.
            case _:
                found.append(UNKNOWN)
    return join(*found)


def functions_in(value: Value) -> list[FunctionValue]:
    """The functions of the program among the alternatives of a value."""
    return [option for option in options(value) if isinstance(option, FunctionValue)]
