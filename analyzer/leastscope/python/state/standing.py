"""What the last evaluations of units say that something leads to: what only superseded ones said is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import BOTTOM, FunctionValue, join, options
from leastscope.python.state import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leastscope.python.domain.values import Place, Unit, Value
    from leastscope.python.state.notes import Followed

WITHDRAWN = (
    *cells.OF_CLASS,
    cells.ConstructorArgument,
    cells.FieldOutside,
    cells.Global,
    cells.HeldOutside,
    cells.InstanceAttribute,
    cells.Local,
    cells.Setting,
)
"""Cells that a unit writes whenever it is evaluated, whatever they hold already."""


def is_taken_back(key: cells.Cell, known: Value) -> bool:
    """Whether it matters that only superseded evaluations wrote what a cell holds.

    It does for settings of libraries, and where the value is one of a library, or one of several closures.
    """
    if isinstance(key, cells.Setting):
        return True
    several = options(known)
    return isinstance(key, WITHDRAWN) and (
        contents.of_library(known)
        or (len(several) > 1 and any(isinstance(one, FunctionValue) and one.frame is not None for one in several))
    )


def differing(one: Value, other: Value) -> Iterable[Value]:
    """The alternatives that only one of two values has."""
    return () if one is other else frozenset(options(one)).symmetric_difference(options(other))


def all_written(
    before: Mapping[cells.Cell, Sequence[Value]], by_unit: Mapping[int, Mapping[cells.Cell, Sequence[Value]]]
) -> dict[cells.Cell, Value]:
    """What cells hold by what was written before any unit ran and what each unit wrote."""
    found: dict[cells.Cell, Value] = {}
    for written in (before, *(by_unit[number] for number in sorted(by_unit))):
        for key, values in written.items():
            found[key] = join(found.get(key, BOTTOM), *values)
    return found


def led_to(first: Iterable[int], asked: Mapping[int, Iterable[int]]) -> set[int]:
    """The units that some units lead to, themselves included, by whom each of them asks for."""
    found = set(first)
    todo = [*found]
    while todo:
        new = [each for each in asked.get(todo.pop(), ()) if each not in found]
        found.update(new)
        todo += new
    return found


def too_many(followed: Followed, in_file: int, in_all: int) -> set[tuple[Place, str]]:
    """The functions that are called in too many ways, by the calls of one file or by those of all, with the files.

    Of all files, those that call a function in most ways are named, until the others do so in few enough: one more file
    takes nothing away from the others.
    """
    found: set[tuple[Place, str]] = set()
    for place, by_caller in followed.items():
        left: set[Unit] = set()
        for path, units in sorted(by_caller.items(), key=lambda each: (len(each[1]), each[0])):
            left.update(units)
            if len(units) > in_file or len(left) > in_all:
                found.add((place, path))
    return found
