"""What the comparison asks of a vocabulary, and the least set of permissions that meets some requirements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leastscope.rulebook.least import least_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from leastscope.model import App
    from leastscope.rulebook.permissions import Vocabulary

AnyOf: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The vocabulary of one system, and the permissions that some operation, event or expansion of its pack needs.

    `over` is the system whose operations the vocabulary is about, where they are not its own. `kind`, `access`
    and `twins` (whether a write permission is sure to include reading) are those of an app that is not declared yet.
    `own_advice` says what to do about calls on the developer's own account, `undeclared_advice` where nothing is
    declared; each may be empty. `noun` is what an app of this kind is called, `declared_by` what could declare it.
    """

    vocabulary: Vocabulary
    usable: frozenset[str]
    over: str = ""
    kind: str = ""
    access: str = ""
    twins: bool = False
    own_advice: str = ""
    undeclared_advice: str = ""
    noun: str = "app"
    declared_by: tuple[str, ...] = ("manifest", "settings", "token request")

    def read_twin(self, permission: str) -> str:
        """Give the permission to read what this one may write, or an empty string."""
        known = self.vocabulary.permissions.get(permission)
        return known.read if known else ""

    def title(self, permission: str) -> str:
        """Say what a permission allows."""
        known = self.vocabulary.permissions.get(permission)
        return known.title if known else permission

    def sensitive(self, permission: str) -> str:
        """Say why a permission deserves a second look; empty if it does not."""
        known = self.vocabulary.permissions.get(permission)
        return known.sensitive if known else ""

    def label(self, permission: str) -> str:
        """Give the name of a permission in the vendor's own pages, with its access; empty where that is not known."""
        known = self.vocabulary.permissions.get(permission)
        return f"{known.label} {known.access.capitalize()}" if known and known.label else ""

    def refused(self, permission: str, app: App) -> str:
        """Say how apps of this kind are refused a permission that is listed; empty if they are not."""
        known = self.vocabulary.permissions.get(permission)
        return known.refused.get(app.access) or known.refused.get(app.kind, "") if known else ""

    def base(self, permission: str) -> str:
        """Give the permission without which this one is of no use, or an empty string."""
        known = self.vocabulary.permissions.get(permission)
        return known.extends if known else ""

    def keep(self, permission: str) -> str:
        """Say why a permission may have to be held where its read twin would do; empty if nothing speaks for it."""
        known = self.vocabulary.permissions.get(permission)
        return known.keep if known else ""

    def implied(self, permissions: Iterable[str]) -> frozenset[str]:
        """Give all that the permissions allow by implication alone, themselves included."""
        return self.vocabulary.closure(permissions, write_implies_read=False)

    def held(self, permissions: Iterable[str], *, write_implies_read: bool) -> frozenset[str]:
        """Give all that the permissions allow, themselves included."""
        return self.vocabulary.closure(permissions, write_implies_read=write_implies_read)


def least(
    requirements: Iterable[AnyOf],
    terms: Terms,
    granted: AbstractSet[str] = frozenset(),
    *,
    write_implies_read: bool = False,
) -> frozenset[str]:
    """Choose permissions that meet all the requirements and none of which could be left out.

    A permission that is of no use without another one brings it along. What is granted already is preferred, then what
    a grant allows, then the first permission of each requirement; but none whose read twin would do.
    `write_implies_read` says whether that rule is sure enough to save a permission.
    """
    allowed = terms.held(granted, write_implies_read=True)
    implies = {grant: terms.implied([grant]) for grant in sorted(granted)}

    def is_too_much(name: str, any_of: AnyOf) -> bool:
        twin = terms.read_twin(name)
        return bool(twin) and not terms.implied([twin]).isdisjoint(any_of)

    def options(any_of: AnyOf) -> list[tuple[int, int, str]]:
        members = [
            (0 if name in granted else 2 if name in allowed else 3, index, name) for index, name in enumerate(any_of)
        ]
        reaching = [(1, 0, grant) for grant, reach in implies.items() if not reach.isdisjoint(any_of)]
        return [one for one in (*members, *reaching) if not is_too_much(one[2], any_of)]

    distinct = sorted(set(requirements), key=lambda any_of: (len(any_of), any_of))
    chosen: set[str] = set()
    for any_of in distinct:
        if terms.held(chosen, write_implies_read=write_implies_read).isdisjoint(any_of):
            chosen.add(min(options(any_of))[2])
    for name in sorted(chosen, key=lambda name: (name in granted, name)):
        rest = terms.held(chosen - {name}, write_implies_read=write_implies_read)
        if not any(rest.isdisjoint(any_of) for any_of in distinct):
            chosen.remove(name)
    return frozenset(chosen | {base for name in chosen if (base := terms.base(name))})


def least_for(requirements: Iterable[AnyOf], terms: Terms, app: App) -> frozenset[str]:
    """Choose the least that an app of this kind can be granted and that meets all the requirements."""
    possible = [tuple(name for name in any_of if terms.vocabulary.is_for(name, app.kind)) for any_of in requirements]
    return least_set(possible, terms.vocabulary, write_implies_read=app.write_implies_read == "documented")
