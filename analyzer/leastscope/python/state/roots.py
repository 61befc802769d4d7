"""The units that a module is evaluated by: its body or a statement of it, and each of its functions for any caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import Place, Unit
from leastscope.python.index.definitions import Definitions

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


class Parts:
    """What to evaluate for the globals of files that are only imported, found once for each."""

    def __init__(self) -> None:
        self._definitions: dict[str, Definitions] = {}
        self._known: dict[tuple[str, str], Unit] = {}

    def defining(self, path: str, module: ModuleInfo | None, name: str) -> Unit:
        """The statement that alone defines a name of a file, else its whole body."""
        known = self._known.get((path, name))
        if known is None:
            whole = module_unit(path)
            statement = None if module is None else self._of(module).of(name)
            known = self._known[path, name] = Unit(whole.place, part=statement.start) if statement else whole
        return known

    def _of(self, module: ModuleInfo) -> Definitions:
        known = self._definitions.get(module.path)
        if known is None:
            known = self._definitions[module.path] = Definitions(module)
        return known
