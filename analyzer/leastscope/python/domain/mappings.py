"""Dicts of which some entries are known: reading one, and what becomes of it by what is put on top.

They differ in what happens to an entry that is there already: `assigned` puts the new one last, `updated` in the place of
the old one, since code that names a key sets it; `overlaid` keeps both where the new one may be None, since a header or
option that is None is left as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents, urls
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Const,
    Dependent,
    FunctionValue,
    Future,
    Instance,
    LibraryObject,
    Mapping,
    Value,
    join,
    options,
    parameters_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Scalar


def spread(value: Value) -> tuple[dict[str, Value], Value]:
    """The entries of a mapping under text keys, and what others can be; an entry that may be missing may be None."""
    entries: dict[str, list[Value]] = {}
    rest: Value = BOTTOM
    found = options(value)
    for option in found:
        if isinstance(option, Mapping):
            for key, entry in option.items:
                if isinstance(key, str):
                    entries.setdefault(key, []).append(entry)
            rest = join(rest, option.rest)
        elif not (isinstance(option, Const) and option.value is None):
            params = parameters_in(option)
            rest = join(rest, Dependent(params) if params else UNKNOWN)
    told = {key: join(*each, *(() if len(each) == len(found) else (NONE,))) for key, each in entries.items()}
    return told, rest


def entry(mapping: Mapping, key: Value) -> Value | None:
    """What a mapping has under a key; None where a literal key is not there.

    Where the key is open and the entries differ, the entry is open as well, and hot if something of a library is among
    them; where it is unknown, it can be any of them.
    """
    if isinstance(key, Const):
        found = mapping.get(key.value)
        return found if found is not None or isinstance(mapping.rest, Bottom) else mapping.rest
    every = join(mapping.rest, *(value for _, value in mapping.items))
    params = parameters_in(key)
    if not params or len(options(every)) == 1:
        return every
    return Dependent(params, any(contents.of_library(option, 1) for option in options(every)))


def assigned(known: Mapping, key: Value, value: Value) -> Mapping:
    """A mapping after `known[key] = value`."""
    if isinstance(key, Const):
        kept = tuple(
            entry for entry in known.items if not (entry[0] == key.value and type(entry[0]) is type(key.value))
        )
        return Mapping((*kept, (key.value, value)), known.rest, keys=known.keys)
    return Mapping(known.items, join(known.rest, value), keys=join(known.keys, objects_among(key)))


_OBJECTS = (Future, FunctionValue, Instance, LibraryObject)


def objects_among(key: Value) -> Value:
    """Of what a key can be, the objects: nothing else is worth more than that there is such a key."""
    return join(*(option for option in options(key) if isinstance(option, _OBJECTS)))


def updated(known: Mapping, added: Iterable[tuple[Scalar, Value]], rest: Value, keys: Value = BOTTOM) -> Mapping:
    """A mapping after entries were put on top, each in the place of one of the same key; `rest` is what others can be."""
    entries = {(type(key), key): (key, value) for key, value in (*known.items, *added)}
    return Mapping(tuple(entries.values()), rest, keys=join(known.keys, keys))


def overlaid(known: Value | None, added: Value) -> Value:
    """Headers on top of others."""
    given = urls.as_mapping(added)
    if known is None:
        return given
    entries, rest = spread(urls.as_mapping(known))
    more, others = spread(given)
    for name, value in more.items():
        maybe = NONE in options(value)
        entries[name] = join(entries[name], value) if maybe and name in entries else value
    return Mapping(tuple(entries.items()), join(rest, others))
