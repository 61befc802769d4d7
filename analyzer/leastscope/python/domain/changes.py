"""What statements do to dicts and lists: an item is assigned, something is appended, another one is merged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from leastscope.python.domain import contents, mappings
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Const,
    Dependent,
    Items,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Object,
    Union,
    Value,
    join,
    options,
    parameters_in,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leastscope.model import Scalar
    from leastscope.python.domain.values import Param

Container: TypeAlias = Mapping | Items
Changing: TypeAlias = Mapping | Items | LibraryObject
"""What code changes where it is: a dict, a list, the options of a client."""
_DEPTH = 3
_HOLDING = (Items, Mapping, Union, LibraryObject, LibraryMethod)


class Change(msgspec.Struct, frozen=True):
    """One change: `d[key] = value`, `d.setdefault(key, value)`, `d.update(value)`, `l.append(value)`, `l.extend(value)`.

    One that puts a value `anywhere` moves the others.
    """

    kind: Literal["item", "default", "update", "append", "anywhere", "extend"]
    value: Value
    key: Value = UNKNOWN

    def substituted(self, given: Callable[[Param], Value | None]) -> Change:
        """The change with parameters replaced by what they are given."""
        return Change(self.kind, contents.substitute(self.value, given), contents.substitute(self.key, given))


def applied(known: Container, change: Change, *, surely: bool) -> Container:
    """A dict or list after a change; where the change may not have happened, what was there stays possible."""
    if isinstance(known, Items):
        return replace(_grown(known, change, surely=surely), made=known.made)
    match change.kind:
        case "item":
            after = mappings.assigned(known, change.key, _with_old(known, change, surely=surely))
        case "default":
            is_there = isinstance(change.key, Const) and known.get(change.key.value) is not None
            after = known if is_there else mappings.assigned(known, change.key, change.value)
        case "update":
            after = _updated(known, change.value)
        case _:
            after = known
    return replace(after, made=known.made)


def _with_old(known: Mapping, change: Change, *, surely: bool) -> Value:
    old = known.get(change.key.value) if isinstance(change.key, Const) and not surely else None
    return change.value if old is None else join(old, change.value)


def _grown(known: Items, change: Change, *, surely: bool) -> Items:
    if change.kind == "append":
        exact = surely and isinstance(known.rest, Bottom) and len(known.items) < UNION_LIMIT
        return Items((*known.items, change.value)) if exact else Items(known.items, join(known.rest, change.value))
    if change.kind == "anywhere":
        return Items((), join(elements(known), change.value))
    if change.kind in {"extend", "update"}:
        return Items(known.items, join(known.rest, elements(change.value)))
    return Items(known.items, join(known.rest, change.value)) if change.kind == "item" else known


def _updated(known: Mapping, other: Value) -> Mapping:
    added: list[tuple[Scalar, Value]] = []
    rest, keys = known.rest, known.keys
    for option in options(other):
        if isinstance(option, Mapping):
            keys = join(keys, option.keys)
            added.extend((key, value) for key, value in option.items if isinstance(key, str))
            rest = join(rest, option.rest)
        elif option != NONE:
            params = parameters_in(option)
            rest = join(rest, Dependent(params) if params else UNKNOWN)
    return mappings.updated(known, added, rest, keys)


def merged(several: Iterable[Container]) -> Container:
    """One object in several states, joined entry by entry; an entry that not all of them have may be None."""
    found = list(several)
    made = found[0].made
    if not all(isinstance(one, Mapping) for one in found):
        return Items((), join(*(elements(one) for one in found)), made)
    dicts = [one for one in found if isinstance(one, Mapping)]
    keys = dict.fromkeys((type(key), key) for one in dicts for key, _ in one.items)
    entries: list[tuple[Scalar, Value]] = []
    for _, key in keys:
        known = [one.get(key) for one in dicts]
        entries.append((key, join(*(NONE if value is None else value for value in known))))
    return Mapping(tuple(entries), join(*(one.rest for one in dicts)), made, join(*(one.keys for one in dicts)))


def made_of(value: Changing) -> Object | None:
    """Which object a dict, list or client is, if that is known."""
    return value.configuration.made if isinstance(value, LibraryObject) else value.made


def named(value: Changing, made: Object | None) -> Changing:
    """A dict, list or client as the object that was made at a place."""
    if isinstance(value, LibraryObject):
        return replace(value, configuration=replace(value.configuration, made=made))
    return replace(value, made=made)


def objects_in(value: Value, depth: int = _DEPTH) -> Iterable[Object]:
    """The dicts, lists and clients in a value that are known by where they were made."""
    return _objects_in(value, depth) if isinstance(value, _HOLDING) else ()


def _objects_in(value: Changing | Union | LibraryMethod, depth: int) -> Iterator[Object]:
    if isinstance(value, LibraryMethod):
        yield from objects_in(value.owner)
    elif not isinstance(value, Union) and (made := made_of(value)) is not None:
        yield made
    if depth:
        for part in parts(value):
            if isinstance(part, _HOLDING):
                yield from _objects_in(part, depth - 1)


def rebuilt(value: Value, change: Callable[[Changing], Changing | None], depth: int = _DEPTH) -> Value:
    """A value with what can be changed in it replaced by what a function gives for it; it gives None for what stays."""
    match value:
        case Union(options=inner):
            return join(*(rebuilt(option, change, depth) for option in inner))
        case Items() | Mapping():
            found = change(value)
            if found is not None or not depth:
                return value if found is None else found
            return _with_parts(value, change, depth - 1)
        case LibraryObject():
            return change(value) or value
        case LibraryMethod(LibraryObject() as owner, name):
            found = change(owner)
            return LibraryMethod(found, name) if isinstance(found, LibraryObject) else value
        case _:
            return value


def _with_parts(value: Container, change: Callable[[Changing], Changing | None], depth: int) -> Container:
    rest = rebuilt(value.rest, change, depth)
    if isinstance(value, Items):
        return replace(value, items=tuple(rebuilt(item, change, depth) for item in value.items), rest=rest)
    entries = tuple((key, rebuilt(entry, change, depth)) for key, entry in value.items)
    return replace(value, items=entries, rest=rest, keys=rebuilt(value.keys, change, depth))


def without_objects(value: Value, gone: Callable[[Object], bool]) -> Value:
    """A value whose dicts, lists and clients of some places are no longer known by where they were made."""
    if not any(gone(one) for one in objects_in(value)):
        return value

    def change(known: Changing) -> Changing | None:
        made = made_of(known)
        if made is None or not gone(made):
            return None
        bare = named(known, None)
        return bare if isinstance(bare, LibraryObject) else _with_parts(bare, change, _DEPTH - 1)

    return rebuilt(value, change)


def empty_like(known: Container) -> Container:
    """The object before anything was put into it."""
    return Items((), BOTTOM, known.made) if isinstance(known, Items) else Mapping((), BOTTOM, known.made)
