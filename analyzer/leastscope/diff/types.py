"""The words of a difference; frozen values, sorted, without a line of the code itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

    from leastscope.model import App, Cost, Finding, Gap, Grant, InputError, PolicyChange, Unread, Use

Standing: TypeAlias = Literal["granted", "included", "accepted", "missing", "undeclared"]
Declared: TypeAlias = Literal["same", "added", "removed", "never"]


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison.

    `name` is what the user called it, or empty for the work tree as it is; `commit` is what was read, or empty;
    `merge_base` says that this is where the other side went apart from the name.
    """

    name: str
    commit: str = ""
    merge_base: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """Where the two sides have different files: those that only the base has, and those that only the head has."""

    gone: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NeedChange:
    """A permission whose need changes, with the places that cause it.

    `standing` is how it stands at the head: `granted` by its name, `included` in another grant, `missing`, `accepted`
    (missing, and a comment or the settings keep that from counting), or `undeclared`, where nothing says what is
    granted. One that is no longer needed is `granted` or `missing`, which then means no harm. `instead` are
    permissions that are enough now. `raises` is the read permission that is granted where this one, to write, is
    missing.
    """

    permission: str
    standing: Standing
    uses: tuple[Use, ...]
    instead: tuple[str, ...] = ()
    raises: str = ""

    @property
    def inferred(self) -> bool:
        """Whether no documentation says that one of the places needs it."""
        return bool(self.uses) and all(use.requirement.certainty == "inferred" for use in self.uses)


@dataclass(frozen=True, slots=True)
class AppChange:
    """What changes for one app, or for what the code needs of a system for which nothing is declared.

    app       as it is at the head, or at the base if it is gone; without a name where nothing is declared
    before    the name it had at the base, if it was another one
    declared  whether its declaration is there on both sides (`same`), is `added` or `removed`, or was `never` there
    added     permissions that are newly needed, with the places at the head
    lost      needed as before, granted before, and now not granted, with the places at the head
    dropped   no longer needed, with the places at the base
    granted, revoked   what is added to the declaration and taken from it; the places are at the head and at the base
    cost      what adding a permission takes, if one is added or has to be
    """

    app: App
    before: str
    declared: Declared
    added: tuple[NeedChange, ...]
    lost: tuple[NeedChange, ...]
    dropped: tuple[NeedChange, ...]
    granted: tuple[Grant, ...]
    revoked: tuple[Grant, ...]
    cost: Cost | None = None

    @property
    def lacking(self) -> tuple[NeedChange, ...]:
        """What the change makes the app need beyond its grants."""
        return tuple(need for need in (*self.added, *self.lost) if need.standing == "missing")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does; `apps` are those for which something changes.

    Findings that are suppressed are none. `unchanged` counts those that are on both sides. `errors` are what could not
    be read at the head, `errors_before` what could not at the base. Gaps are those that only one side has. `unread` is
    what is not read at the head, with what the base does not have of it.
    """

    version: str
    base: State
    head: State
    apps: tuple[AppChange, ...]
    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unchanged: int
    new_gaps: tuple[Gap, ...]
    gone_gaps: tuple[Gap, ...]
    errors: tuple[InputError, ...] = ()
    errors_before: tuple[InputError, ...] = ()
    policy: tuple[PolicyChange, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def needs_more(self) -> bool:
        """Whether the change makes some app need more than it is granted."""
        return any(change.lacking for change in self.apps)

    @property
    def loosened(self) -> tuple[PolicyChange, ...]:
        """What the change loosens of how it is judged."""
        return tuple(change for change in self.policy if change.loosens)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes at all."""
        found = (self.apps, self.new, self.fixed, self.new_gaps, self.gone_gaps, self.errors, self.policy)
        return not any(found) and not any(one.new for one in self.unread)

    def fails(self, on: Collection[str]) -> bool:
        """Whether a check that fails `on` these fails (see `verdict.CHANGE_FAILS_ON`); other words say nothing here."""
        worst = Counter(finding.level for finding in self.new)
        met = {
            "needs-more": self.needs_more,
            "new-findings": self.needs_more or worst["error"] + worst["warning"] > 0,
            "new-gaps": any(not gap.in_tests for gap in self.new_gaps),
            "policy": bool(self.loosened),
        }
        return any(met.get(word, False) for word in on)
