"""What the last evaluations of all units wrote: what only superseded ones did is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import BOTTOM, join
from leastscope.python.state import cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leastscope.python.domain.values import Value

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


def all_written(
    before: Mapping[cells.Cell, Sequence[Value]], by_unit: Mapping[int, Mapping[cells.Cell, Sequence[Value]]]
) -> dict[cells.Cell, Value]:
    """What cells hold by what was written before any unit ran and what each unit wrote."""
    found: dict[cells.Cell, Value] = {}
    for written in (before, *(by_unit[number] for number in sorted(by_unit))):
        for key, values in written.items():
            found[key] = join(found.get(key, BOTTOM), *values)
    return found
