"""The report and what it takes to say that nothing was found: places, gaps, and what was not read.

A tree in which nothing names a system needs no more than these; the other words that every room shares are in `model.py`,
which gives these as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leastscope.model import (
        AppResult,
        Cost,
        EventNeed,
        Finding,
        Idle,
        InputError,
        Need,
        PolicyChange,
        TokenRequest,
    )

Level = Literal["error", "warning", "note"]
LEVELS: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}
"""The levels with their rank, the worst first."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A region of a file; `path` is POSIX style and relative to the working directory."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One line of evidence: a place and what happens there."""

    span: Span
    note: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that matters and could not be told, with the reason in words.

    `operations` are those that it may hide (server, verb, path), `permissions` those that these need; without them, it may
    hide anything of its system. It may hide that only for the kinds of apps in `only`, if any.
    """

    kind: str
    span: Span
    system: str
    reason: str
    in_tests: bool = False
    operations: tuple[tuple[str, str, str], ...] = ()
    permissions: tuple[str, ...] | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """The paths that were not read for one reason (a kind of `kinds.UNREAD`), sorted.

    `new` are those that a change adds to them; none in a scan.
    """

    reason: str
    paths: tuple[str, ...]
    new: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything the code does, before any comparison."""

    needs: tuple[Need, ...]
    events: tuple[EventNeed, ...]
    gaps: tuple[Gap, ...]
    files_read: int = 0
    files_seen: int = 0
    tokens: tuple[TokenRequest, ...] = ()
    unread: tuple[Unread, ...] = ()
    idle: tuple[Idle, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The envelope every renderer takes; `fail_on` is the level at which the settings let a run fail.

    `undeclared` says what the code needs of each system for which nothing is declared, as an app without a name.
    `costs` are those of the systems of the apps. `policy` is what the scanned tree says otherwise than the base by which
    it is judged.
    `shown` are the paths that the report is about; empty: all that was read. `baseline` is the file whose findings do not
    count, or empty.
    """

    version: str
    inventory: Inventory
    apps: tuple[AppResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[InputError, ...] = ()
    fail_on: str = "error"
    undeclared: tuple[AppResult, ...] = ()
    costs: tuple[Cost, ...] = ()
    policy: tuple[PolicyChange, ...] = ()
    shown: tuple[str, ...] = ()
    baseline: str = ""


def gap_order(gap: Gap) -> tuple[object, ...]:
    """Give the key by which gaps are listed."""
    return (gap.span, gap.kind, gap.system, gap.reason)
