"""What an expression can be, as far as the code tells.

Values are frozen and hashable: they are keys of the evaluator's tables. A trail (where a library value came from) rides
along and takes no part in equality. `Bottom` is "nothing yet" (and the identity of `join`), `Unknown` is "anything".
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from leastscope.python.domain.kept import FAR, Shape, remembering_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leastscope.library import TypeRef
    from leastscope.model import Account, Scalar, Step

UNION_LIMIT = 64
"""Alternatives a value may have before it is `Unknown`."""
TEXT_LIMIT = 64
NESTING_LIMIT = 6


class Place(msgspec.Struct, frozen=True, order=True):
    """A function or class by where it stands: file and offset of its first character.

    In the keys of every table, so it is a struct of msgspec, which is compared and hashed in C.
    """

    path: str
    start: int


class Object(msgspec.Struct, frozen=True, order=True):
    """A dict, list or client by where it is made: a display or call, or (by its name) a parameter of the function there."""

    place: Place
    parameter: str = ""


class Bottom(msgspec.Struct, frozen=True):
    """No value yet."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Any value; `reason` says why it cannot be told (`limit` where a cap was hit).

    `of` is the server of a system, as a URL with a hole behind it, where code that is not read made this of its URL.
    `origin` is where an object of code that is not read was made: what is kept on it is found by that.
    """

    reason: str = field(default="", compare=False)
    of: Text | None = None
    origin: str = ""


class Const(msgspec.Struct, frozen=True):
    """A literal; True and 1 are different ones. `member` is its enumeration, where that has methods for its texts."""

    value: Scalar
    kind: str = ""
    member: Place | None = None

    @classmethod
    def of(cls, value: Scalar) -> Const:
        return cls(value, type(value).__name__)


class Outside(msgspec.Struct, frozen=True):
    """A string from outside the code: `env:NAME`, `setting:NAME`; an optional one may not be there."""

    origin: str
    optional: bool = False


@remembering_hash
@dataclass(frozen=True, slots=True)
class Text:
    """A string of known pieces and holes; a hole is any other value."""

    pieces: tuple[str | Value, ...]
    hashed: int = field(default=0, init=False, repr=False, compare=False)
    shape: Shape | None = field(default=None, init=False, repr=False, compare=False)
    params: frozenset[Param] | None = field(default=None, init=False, repr=False, compare=False)


@remembering_hash
@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple, set or iterator: known items in order, and what further items can be (Bottom: none).

    `made` says which object it is, so that a write through one name is seen under another; it is no part of equality.
    """

    items: tuple[Value, ...]
    rest: Value = field(default_factory=Bottom)
    made: Object | None = field(default=None, compare=False, repr=False)
    hashed: int = field(default=0, init=False, repr=False, compare=False)
    shape: Shape | None = field(default=None, init=False, repr=False, compare=False)
    params: frozenset[Param] | None = field(default=None, init=False, repr=False, compare=False)


@remembering_hash
@dataclass(frozen=True, slots=True)
class Mapping:
    """A dict: known keys with their values, what values other keys can have (Bottom: none), which of them are objects."""

    items: tuple[tuple[Scalar, Value], ...]
    rest: Value = field(default_factory=Bottom)
    made: Object | None = field(default=None, compare=False, repr=False)
    keys: Value = field(default_factory=Bottom)
    hashed: int = field(default=0, init=False, repr=False, compare=False)
    shape: Shape | None = field(default=None, init=False, repr=False, compare=False)
    params: frozenset[Param] | None = field(default=None, init=False, repr=False, compare=False)

    def get(self, key: Scalar) -> Value | None:
        """The value under a key that is known to be there."""
        for known, value in reversed(self.items):
            if known == key and type(known) is type(key):
                return value
        return None


class FunctionValue(msgspec.Struct, frozen=True):
    """A function of the program, maybe bound to a receiver; `frame` names the evaluation whose variables it closes over."""

    place: Place
    bound: Value | None = None
    frame: Unit | None = None


class Unit(msgspec.Struct, frozen=True, cache_hash=True):
    """One evaluation: a function, or a module's body (offset -1) or its statement at `part`; no `arguments`: any caller."""

    place: Place
    frame: Unit | None = None
    arguments: tuple[tuple[str, Value], ...] | None = None
    part: int = -1

    def for_any_caller(self) -> Unit:
        """The same function, and those around it, for any caller."""
        outer = None if self.frame is None else self.frame.for_any_caller()
        return self if self.arguments is None and outer is self.frame else Unit(self.place, outer)


class ClassValue(msgspec.Struct, frozen=True):
    """A class of the program; a generic one stands for itself and its subclasses."""

    place: Place
    generic: bool = False


@remembering_hash
@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of a class of the program: made with these arguments, or (None) any instance."""

    place: Place
    made_with: tuple[tuple[str, Value], ...] | None = None
    hashed: int = field(default=0, init=False, repr=False, compare=False)
    shape: Shape | None = field(default=None, init=False, repr=False, compare=False)
    params: frozenset[Param] | None = field(default=None, init=False, repr=False, compare=False)


class ModuleValue(msgspec.Struct, frozen=True):
    """A module (or, with a folder's path, a package without code) of the program."""

    path: str


class External(msgspec.Struct, frozen=True):
    """A dotted name from outside the program that no library model describes."""

    name: str


class Configuration(msgspec.Struct, frozen=True):
    """Under which options a library object works; None: not set on it. `headers` and `base` (URL) are as given.

    `made`: which object it is, if options can be set on it; `given`: arguments for later calls; `address`: another server.
    """

    account: Account | None = None
    credential: str | None = None
    base: Value | None = None
    headers: Value | None = None
    made: Object | None = None
    given: tuple[tuple[str, Value], ...] = ()
    address: Value | None = None


@dataclass(frozen=True, slots=True)
class LibraryModule:
    library: str
    name: str
    trail: tuple[Step, ...] = field(default=(), compare=False)
    sure: bool = True


@dataclass(frozen=True, slots=True)
class LibraryClass:
    library: str
    type: str
    trail: tuple[Step, ...] = field(default=(), compare=False)
    sure: bool = True


@remembering_hash
@dataclass(frozen=True, slots=True)
class LibraryObject:
    """An instance of a library type.

    `prefix` is the path into its plain nested fields; `url` is where its contents live. A library value is not sure where
    a name alone led to it. It is `one_of` several where the library says that it may as well be of another type.
    """

    library: str
    type: str
    of: tuple[TypeRef, ...] = ()
    url: str = ""
    prefix: str = ""
    configuration: Configuration = field(default_factory=Configuration)
    sure: bool = True
    trail: tuple[Step, ...] = field(default=(), compare=False)
    one_of: bool = False
    hashed: int = field(default=0, init=False, repr=False, compare=False)


class LibraryMethod(msgspec.Struct, frozen=True):
    owner: LibraryClass | LibraryObject
    name: str


class Inert(msgspec.Struct, frozen=True):
    """A name of a library that never leads to a request."""

    library: str
    name: str


class Missing(msgspec.Struct, frozen=True):
    """A name that the library model does not have; calling it is a gap. On a response it may be plain data."""

    library: str
    name: str
    is_data: bool = False


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A member of a library value whose name the code does not tell, or (deep) one of that; calling it is a gap."""

    owner: LibraryModule | LibraryClass | LibraryObject
    why: str = field(default="", compare=False)
    deep: bool = False


class Partial(msgspec.Struct, frozen=True):
    """A callable with some arguments already given."""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


class Giver(msgspec.Struct, frozen=True):
    """A callable of which only an annotation tells what calling it gives."""

    result: Value


class Wrapped(msgspec.Struct, frozen=True):
    """What code that is not followed made of a function."""

    function: Value


class Builtin(msgspec.Struct, frozen=True):
    """A method of a built-in value, or of one of the following that a framework gives; `made` is what it changes."""

    receiver: Value
    name: str
    made: Object | None = None


class Query(msgspec.Struct, frozen=True):
    """A manager or query of an object-relational mapper: its records are instances of the class."""

    cls: ClassValue


class Future(msgspec.Struct, frozen=True):
    """A result that comes later."""

    result: Value


class Property(msgspec.Struct, frozen=True):
    """A class attribute whose reading calls a function (`name = property(function)`)."""

    getter: Value


class Namespace(msgspec.Struct, frozen=True):
    """`value.__dict__`, `vars(value)`: the attributes of a value by name."""

    owner: Value


class Super(msgspec.Struct, frozen=True):
    """`super()`: what a base gives, with its methods bound to the object or class that the method was called on."""

    base: Value
    owner: Value


class ContextVar(msgspec.Struct, frozen=True):
    """A variable of a context, known by where it is made."""

    key: str


class GivesBack(msgspec.Struct, frozen=True):
    """A decorator that gives back what it decorates."""


class ReadsByName(msgspec.Struct, frozen=True):
    """What `operator.attrgetter` and its relatives make: given names first (in a `Partial`), and the object last."""

    reads: Literal["attribute", "method", "item"]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a function that is evaluated for any caller.

    `kind` is the class that its annotation names; an optional one is None where it is not given.
    """

    function: Place
    name: str
    kind: Place | None = field(default=None, compare=False)
    optional: bool = field(default=False, compare=False)


class Dependent(msgspec.Struct, frozen=True):
    """A value that callers decide by parameters: a hot one is of a library.

    One that `takes` may call what it is given; one that `makes` is one of several classes of the program.
    """

    params: frozenset[Param]
    hot: bool = False
    takes: bool = False
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import binds a name to, until somebody looks the name up: most names of most files nobody does.

    `source` is the path of the module of the program that is to have the `name`. Only environments and cells of names
    hold it; whoever asks for a name is given what it stands for.
    """

    source: str
    name: str
    step: Step = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """One of several values, in the order they were met; equal where the sets are equal."""

    options: tuple[Value, ...]
    _known: frozenset[Value] = field(init=False, repr=False)
    shape: Shape | None = field(default=None, init=False, repr=False, compare=False)
    params: frozenset[Param] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.options))

    def holds(self, value: Value) -> bool:
        """Whether every alternative of a value is one of these."""
        return self._known.issuperset(options(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Union) and self._known == other._known

    def __hash__(self) -> int:
        return hash(self._known)


Value: TypeAlias = (
    Bottom
    | Unknown
    | Const
    | Outside
    | Text
    | Items
    | Mapping
    | FunctionValue
    | ClassValue
    | Instance
    | ModuleValue
    | Imported
    | External
    | LibraryModule
    | LibraryClass
    | LibraryObject
    | LibraryMethod
    | Inert
    | Missing
    | Dynamic
    | Partial
    | Giver
    | Wrapped
    | Builtin
    | Query
    | Future
    | Property
    | Namespace
    | Super
    | ContextVar
    | GivesBack
    | ReadsByName
    | Param
    | Dependent
    | Union
)

_OF_LIBRARY = (LibraryModule, LibraryClass, LibraryObject, LibraryMethod)
_TRAILED = frozenset((*_OF_LIBRARY, Dynamic))

_CLOSED = frozenset(
    (Bottom, Const, Outside, ClassValue, ModuleValue, Imported, External, *_OF_LIBRARY, Inert, Missing, Dynamic)
)
"""Types of values that hold no other ones."""
KEEPING = (Union, Items, Mapping, Text, Instance)
"""Types of values that keep what was told of them."""
_NOBODY: frozenset[Param] = frozenset()
BOTTOM = Bottom()
UNKNOWN = Unknown()
NONE = Const.of(None)


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: none for Bottom, one for most, several for a union."""
    if type(value) is Union:
        return value.options
    return () if type(value) is Bottom else (value,)


def join(*values: Value) -> Value:
    """The value that is any of these; more than `UNION_LIMIT` alternatives are Unknown, whatever their order."""
    # Most joins add nothing: the value that is there already is given back, with what it keeps of itself.
    if len(values) > 2:
        values = tuple(value for value in values if type(value) is not Bottom)
    if len(values) == 1:
        return values[0]
    if len(values) == 2:
        left, right = values
        if left is right or type(right) is Bottom:
            return left
        if type(left) is Bottom:
            return right
        if type(left) is type(right) and left == right:
            return right if tells_more(right, left) else nearer(left, right)
        if isinstance(left, Union) and left.holds(right) and not _has_trail(right):
            return left
    found: dict[Value, Value] = {}
    for value in values:
        for option in options(value):
            known = found.setdefault(option, option)
            if known is not option:
                found[option] = nearer(known, option)
    if not found:
        return BOTTOM
    if len(found) == 1:
        return next(iter(found.values()))
    if len(found) > UNION_LIMIT:
        return Unknown("library" if any(isinstance(option, _OF_LIBRARY) for option in found) else "limit")
    every, first = tuple(found.values()), values[0]
    if type(first) is Union and len(every) == len(first.options) and all(map(operator.is_, every, first.options)):
        return first
    return Union(every)


def tells_more(value: Value, known: Value) -> bool:
    """Whether a parameter is the same as another whose class was not known yet."""
    return isinstance(value, Param) and isinstance(known, Param) and known.kind is None is not value.kind


def over(value: Value, function: Callable[[Value], Value]) -> Value:
    """Apply a function to each alternative and join what it gives."""
    if isinstance(value, Union):
        return join(*(function(option) for option in value.options))
    return BOTTOM if isinstance(value, Bottom) else function(value)


def parameters_in(value: Value) -> frozenset[Param]:
    """The parameters that a value depends on, nested ones included; gathered once for a value that holds others."""
    if type(value) in _CLOSED or (type(value) is Unknown and value.of is None):
        return _NOBODY
    # Those that callers decide say so themselves, and others keep what was told of them.
    found: frozenset[Param] | None = getattr(value, "params", None)
    if found is not None:
        return found
    if isinstance(value, Param):
        return frozenset((value,))
    found = _NOBODY.union(*(parameters_in(part) for part in parts(value)))
    if isinstance(value, KEEPING):
        object.__setattr__(value, "params", found)
    return found


def parts(value: Value) -> tuple[Value, ...]:
    """The values directly inside a value."""
    inside = _PARTS.get(type(value))
    return inside(value) if inside is not None else ()


def _of_text(pieces: tuple[str | Value, ...]) -> tuple[Value, ...]:
    return tuple(piece for piece in pieces if not isinstance(piece, str))


# Asked of nearly every value, hence by its type: most values hold no others.
_PARTS: dict[type, Callable[[Any], tuple[Value, ...]]] = {
    Union: lambda value: value.options,
    Items: lambda value: (*value.items, value.rest),
    Mapping: lambda value: (*(entry for _, entry in value.items), value.rest, value.keys),
    Text: lambda value: _of_text(value.pieces),
    Unknown: lambda value: _of_text(value.of.pieces) if isinstance(value.of, Text) else (),
    Partial: lambda value: (value.function, *value.args, *(entry for _, entry in value.keywords)),
    Instance: lambda value: tuple(entry for _, entry in value.made_with or ()),
    FunctionValue: lambda value: () if value.bound is None else (value.bound,),
    Builtin: lambda value: (value.receiver,),
    Super: lambda value: (value.base, value.owner),
    **dict.fromkeys((Giver, Future), lambda value: (value.result,)),
    Wrapped: lambda value: (value.function,),
    Query: lambda value: (value.cls,),
    Property: lambda value: (value.getter,),
    Namespace: lambda value: (value.owner,),
}


def trail_of(value: Value) -> tuple[Step, ...]:
    """Where a library value came from, as far as it is known."""
    match value:
        case LibraryModule() | LibraryClass() | LibraryObject():
            return value.trail
        case LibraryMethod(owner) | Dynamic(owner):
            return owner.trail
        case _:
            return ()


def nearer(value: Value, other: Value) -> Value:
    """Of two equal values the one with the shorter trails, alternative by alternative; the first where they are as near."""
    if type(value) is Union and type(other) is Union:
        if not any(_has_trail(option) for option in value.options):
            return value
        others = {option: option for option in other.options}
        found = tuple(nearer(option, others[option]) for option in value.options)
        return value if all(map(operator.is_, found, value.options)) else Union(found)
    return other if _has_trail(value) and distance(other) < distance(value) else value


def distance(value: Value) -> tuple[int, int, tuple[tuple[Step, ...], ...]]:
    """How far a value is from where it came from, by the steps in it and then by where these are; unknown is farthest."""
    trails = sorted(_trails_in(value))
    return trails.count(()), sum(len(trail) for trail in trails), tuple(trails)


def _trails_in(value: Value) -> Iterator[tuple[Step, ...]]:
    if type(value) in _TRAILED:
        yield trail_of(value)
    for part in parts(value) if _has_trail(value) else ():
        yield from _trails_in(part)


def _has_trail(value: Value) -> bool:
    """Whether a value may be, or hold, something of a library."""
    if type(value) in _CLOSED:
        return type(value) in _TRAILED
    shape = getattr(value, "shape", None)
    return shape is None or shape.library < FAR
