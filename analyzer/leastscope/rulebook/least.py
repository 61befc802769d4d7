"""The least set of permissions that meets some requirements: least power first, then fewest grants.

The measure of a set counts what a holder may do, everything that the set implies included, and is compared in this order:

1. how many permissions to change something (or to do anything else than read) it gives,
2. how many permissions to read it gives,
3. how many permissions have to be granted,
4. how early the permissions that meet the requirements stand in them (the first one is named by the documentation),
5. the names, so that the same requirements give the same set.

Why this is exact and still fast: every set that meets the requirements holds one member of each of them, and what those
members imply. So the least power is found by choosing members, not sets, and only the requirements count that leave a
choice. What is held then is known, and the fewest grants that give it are one for each group of permissions that imply
each other and that nothing else implies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leastscope.rulebook.permissions import Vocabulary

AnyOf: TypeAlias = tuple[str, ...]
Power: TypeAlias = tuple[int, int]
Measure: TypeAlias = tuple[Power, int, int, tuple[str, ...]]
MAX_STEPS = 20_000
"""How many choices are tried. A vocabulary would need dozens of requirements with a free choice to come near; the best
set so far counts then, which meets the requirements and may hold more than the least."""


def least_set(requirements: Iterable[AnyOf], vocabulary: Vocabulary, *, write_implies_read: bool) -> frozenset[str]:
    """Choose the least set that meets all the requirements, with the permissions without which others are of no use.

    `write_implies_read` says whether a permission to write is sure to include reading.
    """
    known = vocabulary.permissions
    asked = sorted({tuple(name for name in any_of if name in known) for any_of in requirements} - {()})
    search = _Search(_Reach.of(vocabulary, write_implies_read=write_implies_read), tuple(asked))
    forced = {any_of[0] for any_of in asked if len(any_of) == 1}
    search.choose(search.reach.needed(forced), asked)
    return frozenset(search.best[-1] if search.best else ())


def power(held: Iterable[str], vocabulary: Vocabulary) -> Power:
    """Count the permissions of a closed set that allow more than reading, and those that allow to read."""
    access = [vocabulary.permissions[name].access for name in held]
    return sum(one != "read" for one in access), access.count("read")


@dataclass(frozen=True, slots=True)
class _Reach:
    """What each permission gives: `given` by implication, `whole` with the permissions without which it is of no use."""

    vocabulary: Vocabulary
    given: Mapping[str, frozenset[str]]
    whole: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, *, write_implies_read: bool) -> _Reach:
        given = {
            name: vocabulary.closure([name], write_implies_read=write_implies_read) for name in vocabulary.permissions
        }
        whole = {name: _with_bases(name, vocabulary, given) for name in given}
        return cls(vocabulary, given, whole)

    def needed(self, names: Iterable[str]) -> frozenset[str]:
        """Give all that is held where these are."""
        return frozenset[str]().union(*(self.whole[name] for name in names))

    def grants_of(self, held: frozenset[str], asked: Iterable[AnyOf]) -> tuple[str, ...]:
        """Give the fewest permissions that give exactly what is held; of those that imply each other the one most asked."""
        direct = {name: sum(name == any_of[0] for any_of in asked) for name in held}
        chosen: list[str] = []
        covered: set[str] = set()
        for name in sorted(held, key=lambda name: (-len(self.given[name]), -direct[name], name)):
            if name not in covered:
                chosen.append(name)
                covered |= self.given[name]
        return tuple(sorted(chosen))


def _with_bases(name: str, vocabulary: Vocabulary, given: Mapping[str, frozenset[str]]) -> frozenset[str]:
    held: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in held:
            held.add(one)
            base = vocabulary.permissions[one].extends
            waiting += [*given[one], *([base] if base in given else [])]
    return frozenset(held)


@dataclass(slots=True)
class _Search:
    """Tries the members of the requirements that leave a choice; `best` is the least measure found so far."""

    reach: _Reach
    asked: tuple[AnyOf, ...]
    best: Measure | None = None
    steps: int = 0
    _seen: set[frozenset[str]] = field(default_factory=set)

    def choose(self, held: frozenset[str], left: Iterable[AnyOf]) -> None:
        """Meet the requirements that are left in every way that may still be the least."""
        if held in self._seen or (self.best and (self.steps >= MAX_STEPS or self._power(held) > self.best[0])):
            return
        self._seen.add(held)
        self.steps += 1
        unmet = [any_of for any_of in left if held.isdisjoint(any_of)]
        if not unmet:
            self._note(held)
            return
        ways = {held | self.reach.whole[name] for name in min(unmet, key=len)}
        for way in sorted(ways, key=lambda way: (self._power(way), sorted(way))):
            self.choose(way, unmet)

    def _note(self, held: frozenset[str]) -> None:
        grants = self.reach.grants_of(held, self.asked)
        early = sum(min(index for index, name in enumerate(any_of) if name in held) for any_of in self.asked)
        measure = (self._power(held), len(grants), early, grants)
        self.best = min(measure, self.best) if self.best else measure

    def _power(self, held: frozenset[str]) -> Power:
        return power(held, self.reach.vocabulary)
