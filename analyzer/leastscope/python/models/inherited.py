"""What classes of the program are by the classes that they inherit from and that are not read, as rows tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from leastscope.python.domain.values import External, options
from leastscope.python.state import cells, hierarchy

if TYPE_CHECKING:
    from leastscope.functions import Delegates, Enumerates, Manages, Queries, Registered
    from leastscope.python.domain.values import Place
    from leastscope.python.state.engine import Engine

    _R = TypeVar("_R", Delegates, Enumerates, Manages, Queries, Registered)


OBJECT = "builtins.object"
"""The class that every class inherits from."""


def from_outside(engine: Engine, place: Place) -> Place | None:
    """The first class, of a class and its bases, that inherits from a class that is not read; None where none does."""
    for current in hierarchy.mro(engine, place):
        for base in options(engine.read(cells.Bases(current))):
            if isinstance(base, External) and base.name != OBJECT:
                return current
    return None


def row_of(engine: Engine, place: Place, kind: type[_R]) -> _R | None:
    """The row of this kind that a base class of a class has; None where none has one."""
    for current in hierarchy.mro(engine, place):
        for base in options(engine.read(cells.Bases(current))):
            row = engine.knowledge.functions.of(base.name) if isinstance(base, External) else None
            if isinstance(row, kind):
                return row
    return None
