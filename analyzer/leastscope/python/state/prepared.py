"""Request objects that a unit has made, which are sent once it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leastscope.library import Member
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.domain.values import LibraryMethod, LibraryObject, Value
    from leastscope.python.syntax import ir


@dataclass(frozen=True, slots=True)
class Preparing:
    """A call that makes a request object: the method with its fitting members, and what it is given."""

    method: LibraryMethod
    variants: tuple[Member, ...]
    arguments: Arguments
    node: ir.Node


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request object as it is at the statement at hand, the headers it was made with, and the calls that made it."""

    request: LibraryObject
    headers: Value | None
    calls: tuple[Preparing, ...]
