"""The units that a module is evaluated by: its body, and each of its functions for any caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import Place, Unit

if TYPE_CHECKING:
    from leastscope.python.index.program import ModuleInfo


def module_unit(path: str) -> Unit:
    """The unit of a module's body."""
    return Unit(Place(path, -1))


def root_units(info: ModuleInfo) -> list[Unit]:
    """The module's body and every function of it for any caller, outer ones first."""
    units = [module_unit(info.path)]
    by_place: dict[Place, Unit] = {}
    # An outer function starts before the functions inside it, so its unit is there when they look for it.
    for start in sorted(info.functions):
        function = info.functions[start]
        outer = by_place.get(function.outer) if function.outer else None
        by_place[function.place] = Unit(function.place, outer)
        units.append(by_place[function.place])
    return units
