"""What a value keeps of itself, since values nest, are asked for it over and over, and never change."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

_Kept = TypeVar("_Kept", bound=type)
_Frozen = TypeVar("_Frozen")
FAR = 1_000
"""A level at which nothing is looked for."""


def remembering_hash(cls: _Kept) -> _Kept:
    """Let a frozen class with a field `hashed` compute its hash once: values nest, and are keys of every table."""
    compute = cast("Callable[[object], int]", cls.__hash__)

    def remembered(self: object) -> int:
        known: int = self.hashed  # type: ignore[attr-defined]
        if not known:
            known = compute(self)
            object.__setattr__(self, "hashed", known)
        return known

    cls.__hash__ = remembered  # type: ignore[method-assign, assignment]
    return cls


def replace(value: _Frozen, /, **fields: object) -> _Frozen:
    """A copy of a frozen dataclass or struct with other values in some fields.

    Each of the two has a function for it that raises an error for the other kind, which no type checker sees.
    """
    if isinstance(value, msgspec.Struct):
        return cast("_Frozen", msgspec.structs.replace(value, **fields))
    return cast("_Frozen", dataclasses.replace(cast("Any", value), **fields))


class Shape(NamedTuple):
    """What a value is like.

    `size` counts the values in it, itself included, and `depth` their levels. `library` and `hot` are the first level on
    which something of a library is, or something of a library that callers decide; 0 is the value itself. `carrying`:
    whether tables have to be asked whether it leads to a library. `keys` are the lower-case keys of the dicts in it.
    """

    size: int
    depth: int
    library: int
    hot: int
    carrying: bool
    keys: frozenset[str]
