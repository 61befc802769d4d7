"""What an evaluation of a unit says of others: whom it calls, and what it adds to effects that stand elsewhere.

Each evaluation of a unit says it anew, and what an earlier one said is forgotten: an evaluation that knew less leaves
nothing behind. It is read where no table grows, and decides no value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.python.domain.effects import Loses, Operation, Passed, Sends, Site
    from leastscope.python.domain.values import Place, Unit

Calls: TypeAlias = "dict[Place, dict[tuple[Place, Site], None]]"
"""Who calls a function of the program (a function, or a module's body), and at which site of its file."""
Followed: TypeAlias = "dict[Place, dict[str, dict[Unit, Site]]]"
"""For which arguments a function is evaluated for the calls of a file, each with the first of these calls."""
At: TypeAlias = "tuple[str, Site, Operation]"
"""A request by its file, its site and its operation."""


class Calling(msgspec.Struct, frozen=True):
    """A function is called."""

    callee: Place
    site: Site


class Following(msgspec.Struct, frozen=True):
    """A call is followed for its arguments."""

    function: Unit
    site: Site


class Cut(msgspec.Struct, frozen=True):
    """A call is not followed, since the function has too many contexts."""

    callee: Place
    site: Site


class Catch(msgspec.Struct, frozen=True):
    """An exception of a class is caught."""

    cls: Place


class Loss(msgspec.Struct, frozen=True):
    """A called function loses what it is given here."""

    callee: Place
    effect: Loses


class Refinement(msgspec.Struct, frozen=True):
    """A call adds parameters to a request that stands elsewhere, or makes it certain."""

    at: At
    passed: tuple[Passed, ...]
    certain: bool = False


class Handing(msgspec.Struct, frozen=True):
    """A call only says whom to ask: what the function sends for it, as `given`, stands in the function."""

    function: Unit
    given: Unit


class Assumption(msgspec.Struct, frozen=True):
    """Code that is not read may call a function, which then sends something."""

    function: Unit
    sent: Sends


class Waiting(msgspec.Struct, frozen=True):
    """Something of a library is handed to what a table or object of a file is to hold, and it is not known what that is.

    Or only a subclass names what a method asks a library for. `cls` is the class of the method.
    """

    path: str
    cls: Place | None = None


class Keeping(msgspec.Struct, frozen=True):
    """Something that leads to a library is kept under a name in an object that is not read, by the last name of that."""

    name: str
    owner: str


class Telling(msgspec.Struct, frozen=True):
    """A function sets on what callers give what tells of a system: a header, the address of a server."""


Note: TypeAlias = (
    Telling | Calling | Following | Cut | Catch | Loss | Refinement | Handing | Assumption | Waiting | Keeping
)


@dataclass(slots=True)
class Noted:
    """What all units say of others, by what they say it of."""

    calls: Calls = field(default_factory=dict)
    followed: Followed = field(default_factory=dict)
    cut: dict[Place, dict[tuple[str, Site], None]] = field(default_factory=dict)
    caught: set[Place] = field(default_factory=set)
    lost: dict[Place, dict[Loses, None]] = field(default_factory=dict)
    passed: dict[At, set[Passed]] = field(default_factory=dict)
    certain: set[At] = field(default_factory=set)
    handed: dict[Unit, dict[Unit, None]] = field(default_factory=dict)
    assumed: dict[Unit, dict[Sends, None]] = field(default_factory=dict)
    waiting: dict[str, set[Place]] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    telling: set[Place] = field(default_factory=set)

    def add(self, caller: Place, note: Note) -> None:
        match note:
            case Calling(callee, site):
                self.calls.setdefault(callee, {})[caller, site] = None
            case Following(function, site):
                here = self.followed.setdefault(function.place, {}).setdefault(caller.path, {})
                here[function] = min(site, here.get(function, site))
            case Cut(callee, site):
                self.cut.setdefault(callee, {})[caller.path, site] = None
            case Catch(cls):
                self.caught.add(cls)
            case Loss(callee, effect):
                self.lost.setdefault(callee, {})[effect] = None
            case Refinement(at, passed, certain):
                self.passed.setdefault(at, set()).update(passed)
                if certain:
                    self.certain.add(at)
            case Handing(function, given):
                self.handed.setdefault(function, {})[given] = None
            case Assumption(function, sent):
                self.assumed.setdefault(function, {})[sent] = None
            case Waiting(path, cls):
                self.waiting.setdefault(path, set()).update(() if cls is None else (cls,))
            case Keeping(name, owner):
                self.owners.setdefault(name, set()).add(owner)
            case Telling():
                self.telling.add(caller)


def noted(several: Iterable[tuple[Unit, Iterable[Note]]]) -> Noted:
    """Gather what units say of others."""
    found = Noted()
    for unit, notes in several:
        for note in notes:
            found.add(unit.place, note)
    return found
