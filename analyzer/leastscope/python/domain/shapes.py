"""What can be told of a value from its parts alone: how large it is, how deep, and where something of a library is in it.

Values are frozen, and the same ones are bound, passed and stored over and over: each keeps what was told of it, so that a
question about a dict of a hundred entries does not look at the hundred entries again.
"""

from __future__ import annotations

import re
from functools import lru_cache

from leastscope.python.domain.kept import FAR, Shape
from leastscope.python.domain.values import (
    KEEPING,
    Bottom,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Imported,
    Inert,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    ModuleValue,
    Outside,
    Param,
    Text,
    Unknown,
    Value,
    parts,
)

_MOST = 1_000_000
ADDRESS = re.compile("url|uri|host|endpoint|base|server|root|domain|address")
"""Words of a name for an address."""
_LIBRARY = frozenset((LibraryModule, LibraryClass, LibraryObject, LibraryMethod, Dynamic))
_ASKED = frozenset((ClassValue, FunctionValue, Instance))


_PLAIN = Shape(1, 1, FAR, FAR, carrying=False, keys=frozenset())
_CARRYING = _PLAIN._replace(carrying=True)
_OF_LIBRARY = _PLAIN._replace(library=0, carrying=True)
# Most values hold nothing and are like every other one of their type.
_ALIKE: dict[type, Shape] = {
    **dict.fromkeys((Bottom, ModuleValue, Imported, Inert, Param), _PLAIN),
    **dict.fromkeys(_LIBRARY, _OF_LIBRARY),
    ClassValue: _CARRYING,
}


def shape_of(value: Value) -> Shape:
    """What a value is like; computed once for a value that holds others."""
    alike = _ALIKE.get(type(value))
    if alike is not None:
        return alike
    if type(value) is Const:
        text = value.value
        return _CARRYING if isinstance(text, str) and "://" in text and names_url(value) else _PLAIN
    kept: Shape | None = getattr(value, "shape", None)
    if kept is not None:
        return kept
    if isinstance(value, KEEPING):
        kept = _shape(value)
        object.__setattr__(value, "shape", kept)
        return kept
    return _shape_of_leaf(value)


def _shape_of_leaf(value: Value) -> Shape:
    """What a value is like that keeps nothing of itself."""
    match value:
        case Unknown(of=None):
            # What is kept on an object of code that is not read, tables say.
            return _CARRYING if value.reason == "library" or value.origin else _PLAIN
        case FunctionValue(bound=None):
            return _CARRYING
        case Dependent(hot=False):
            return _PLAIN
        case Outside() | External():
            return _CARRYING if is_of_address(value) else _PLAIN
        case Missing():
            return _PLAIN if value.is_data else _OF_LIBRARY
        case _:
            return _shape(value)


def _shape(value: Value) -> Shape:
    library, hot = _first(value)
    size, depth = 1, 0
    carrying = (
        library == 0
        or type(value) in _ASKED
        or names_url(value)
        or (isinstance(value, Unknown) and value.reason == "library")
    )
    keys = (
        frozenset(key.lower() for key, _ in value.items if isinstance(key, str))
        if isinstance(value, Mapping)
        else _PLAIN.keys
    )
    for part in parts(value):
        inner = shape_of(part)
        if inner is _PLAIN:
            size, depth = size + 1, depth or 1
            continue
        size += inner.size
        depth = max(depth, inner.depth)
        library, hot = min(library, inner.library + 1), min(hot, inner.hot + 1)
        carrying |= inner.carrying
        if inner.keys:
            keys |= inner.keys
    if depth == 0 and not carrying and hot == FAR and not keys:
        return _PLAIN
    return Shape(min(size, _MOST), min(depth + 1, FAR), library, hot, carrying, keys)


def _first(value: Value) -> tuple[int, int]:
    """The levels at which a value itself is something of a library: 0 or far."""
    if isinstance(value, Dependent):
        return (0, 0) if value.hot else (FAR, FAR)
    return (0, FAR) if type(value) in _LIBRARY else (FAR, FAR)


def is_of_address(value: Outside | External) -> bool:
    """Whether a value from outside has the name of an address: `env:SHOP_URL`, `settings.SHOP_ENDPOINT`."""
    return _is_address(name_outside(value))


def name_outside(value: Outside | External) -> str:
    """The name under which a value comes from outside."""
    return value.origin if isinstance(value, Outside) else value.name


@lru_cache(maxsize=4_096)
def _is_address(name: str) -> bool:
    return ADDRESS.search(name.rpartition(".")[2].lower()) is not None


def names_url(value: Value) -> bool:
    """Whether a value is a string with a scheme, which may name a server of a modeled system."""
    match value:
        case Const(str(text), _):
            return text.partition("://")[2] != ""
        case Text(pieces) | Unknown(of=Text(pieces)):
            return any("://" in piece for piece in pieces if isinstance(piece, str))
        case _:
            return False
