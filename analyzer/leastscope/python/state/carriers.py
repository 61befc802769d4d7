"""Which values lead to a library: what is worth following with particular arguments, and what is not.

Most functions of a program have nothing to do with a modeled library. They are evaluated once, for any caller; only where
arguments carry something of a library, or decide a request, is a function evaluated for these arguments as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import strings
from leastscope.python.domain.values import (
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    FunctionValue,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    Outside,
    Param,
    Partial,
    Place,
    Text,
    Union,
    Unknown,
    Value,
    depth_of,
    is_small,
    join,
    options,
    parameters_in,
    parts,
)
from leastscope.python.sending import servers
from leastscope.python.state import hierarchy

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.state.engine import Engine

_DEPTH = 4
_VISITS = 20_000
_LEAVES = (LibraryModule, LibraryClass, LibraryObject, LibraryMethod)


def is_hot(value: Value, depth: int = _DEPTH) -> bool:
    """Whether callers decide which value of a library this is."""
    if isinstance(value, Dependent):
        return value.hot
    return depth > 0 and any(is_hot(part, depth - 1) for part in parts(value))


def of_library(value: Value, depth: int = _DEPTH) -> bool:
    """Whether a value is, or holds, something of a library that can lead to a request."""
    match value:
        case LibraryModule() | LibraryClass() | LibraryObject() | LibraryMethod() | Dynamic():
            return True
        case Missing(is_data=is_data):
            return not is_data
        case Dependent(_, hot):
            return hot
        case _:
            return depth > 0 and any(of_library(part, depth - 1) for part in parts(value))


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


def carries(engine: Engine, value: Value, depth: int = _DEPTH, *, urls: bool = True) -> bool:
    """Whether a value leads to a library in any way: through its class, as a function that does, as a URL or header."""
    if of_library(value, 1) or (isinstance(value, Unknown) and value.reason == "library"):
        return True
    if urls and is_url(value) and not is_foreign(engine, value):
        return True
    match value:
        case ClassValue(place) | Instance(place) if marked(engine, place):
            return True
        case Mapping(entries, _) if engine.knowledge.servers.headers:
            if any(isinstance(key, str) and key.lower() in engine.knowledge.servers.headers for key, _ in entries):
                return True
        case FunctionValue(place, _, frame) if engine.matters(place.path):
            summary = engine.known_summary(place, frame)
            if summary is not None and (summary.hot or of_library(summary.returns)):
                return True
        case _:
            pass
    return depth > 0 and any(carries(engine, part, depth - 1, urls=urls) for part in parts(value))


def is_url(value: Value) -> bool:
    """Whether a value is a string with a scheme, which may name a server of a modeled system."""
    match value:
        case Const(str(text), _):
            return text.partition("://")[2] != ""
        case Text(pieces):
            return any("://" in piece for piece in pieces if isinstance(piece, str))
        case _:
            return False


def is_foreign(engine: Engine, url: Value) -> bool:
    """Whether a URL names a host that is nobody's we know."""
    return servers.names_host(url) and not servers.is_ours(engine.knowledge.servers, url)


def mark(engine: Engine, place: Place, value: Value) -> None:
    """Note that a class, or its instances, hold a value, if that is something of a library."""
    if carries(engine, value, urls=False):
        engine.write(("carries", place, ""), Const.of(True))


def marked(engine: Engine, place: Place) -> bool:
    """Whether a class holds something of a library, itself or through a base."""
    return any(
        not isinstance(engine.read(("carries", current, "")), Bottom) for current in hierarchy.mro(engine, place)
    ) or bool(hierarchy.library_bases(engine, place))


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
            return Mapping(tuple((key, pruned(entry, depth - 1)) for key, entry in entries), pruned(rest, depth - 1))
        case Text(pieces):
            return strings.of_pieces(piece if isinstance(piece, str) else pruned(piece, depth - 1) for piece in pieces)
        case Instance(place, made_with) if made_with is not None:
            return Instance(place, tuple((name, pruned(entry, depth - 1)) for name, entry in made_with))
        case _:
            return value if depth_of(value, depth) <= depth else strings.hole_of(value)


def is_text(value: Value) -> bool:
    """Whether a value is a string that says something."""
    return any(
        isinstance(option, Text | Outside) or (isinstance(option, Const) and isinstance(option.value, str))
        for option in options(value)
    )


def substitute(value: Value, given: Callable[[Param], Value | None], depth: int = _DEPTH) -> Value:
    """A value with parameters replaced by what they are given (None: not given, they stay)."""
    match value:
        case Param():
            found = given(value)
            return value if found is None else found
        case Dependent(params, hot):
            return _dependent(params, given, hot=hot)
        case _ if depth == 0:
            return value
        case Union(options=inner):
            return join(*(substitute(option, given, depth) for option in inner))
        case Items(items, rest):
            return Items(
                tuple(substitute(item, given, depth - 1) for item in items), substitute(rest, given, depth - 1)
            )
        case Mapping(entries, rest):
            return Mapping(
                tuple((key, substitute(entry, given, depth - 1)) for key, entry in entries),
                substitute(rest, given, depth - 1),
            )
        case Text(pieces):
            return strings.concat(
                [Const.of(piece) if isinstance(piece, str) else substitute(piece, given, depth - 1) for piece in pieces]
            )
        case Partial(function, args, keywords):
            return Partial(
                substitute(function, given, depth - 1),
                tuple(substitute(argument, given, depth - 1) for argument in args),
                tuple((name, substitute(argument, given, depth - 1)) for name, argument in keywords),
            )
        case Builtin(receiver, name):
            return Builtin(substitute(receiver, given, depth - 1), name)
        case _:
            return value


def _dependent(params: frozenset[Param], given: Callable[[Param], Value | None], *, hot: bool) -> Value:
    """What depended on these parameters depends on those of the arguments; on nothing if they have none."""
    left: set[Param] = set()
    for param in params:
        found = given(param)
        left |= {param} if found is None else parameters_in(found)
    return Dependent(frozenset(left), hot) if left else UNKNOWN
