"""Where a value of a library came from: the steps of evidence that ride along with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    LibraryClass,
    LibraryModule,
    LibraryObject,
    Union,
    Unit,
    Value,
    distance,
    nearer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.model import Step

TRAIL_LIMIT = 8


def with_step(value: Value, step: Step) -> Value:
    """The same value with one more step of its trail, where it is a library's and the trail is not full."""
    match value:
        case LibraryModule(library, name, trail, sure) if len(trail) < TRAIL_LIMIT:
            return LibraryModule(library, name, (*trail, step), sure)
        case LibraryClass(library, kind, trail, sure) if len(trail) < TRAIL_LIMIT:
            return LibraryClass(library, kind, (*trail, step), sure)
        case LibraryObject(trail=trail) if len(trail) < TRAIL_LIMIT:
            return replace(value, trail=(*trail, step))
        case Union(options=inner):
            return Union(tuple(with_step(option, step) for option in inner))
        case _:
            return value


def nearest(known: Unit, given: Unit) -> Unit:
    """Of two equal evaluations the one whose arguments are known on the shorter way; the first where that is the same."""
    if known is given or not known.arguments or not given.arguments:
        return known
    pairs = zip(known.arguments, given.arguments, strict=True)
    best = tuple((name, nearer(held, other)) for (name, held), (_, other) in pairs)
    same = all(held is kept for (_, held), (_, kept) in zip(known.arguments, best, strict=True))
    return known if same else Unit(known.place, known.frame, best, known.part)


def is_farther_call(given: Unit, known: Unit) -> bool:
    """Whether the arguments of one of two equal evaluations are known on a longer way."""
    return nearest(given, known) is not given


def is_farther(value: Value, known: Value) -> bool:
    """Whether a value is the same as another and came on a longer way."""
    return value is not known and value == known and distance(value) > distance(known)


def nearest_of_each(before: Mapping[int, Unit], by_unit: Mapping[int, Mapping[int, Unit]]) -> dict[int, Unit]:
    """The nearest of the equal evaluations that stand under one number, of those asked for before and by each unit."""
    found: dict[int, Unit] = {}
    for asked in (before, *(by_unit[number] for number in sorted(by_unit))):
        for number, unit in asked.items():
            found[number] = nearest(found.get(number, unit), unit)
    return found
