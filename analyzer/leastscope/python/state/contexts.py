"""For how many tuples of arguments a function is evaluated: as many as its callers ask for, up to limits.

An evaluation that knows less may ask for more than the last one of its unit. So what was ever asked for is held to a wider
limit, and what is still asked for to the limit itself, once nothing waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from leastscope.python.domain.values import Place
from leastscope.python.state import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.state.notes import Followed

CONTEXT_LIMIT = 1_000
"""Different tuples of arguments for which the calls of one file ask for one function, when nothing waits."""
ALL_CONTEXTS = 4_000
"""The same for the calls of all files."""
LAST_RESORT = 2
"""How many times as many a function may be asked for on the way there, by evaluations that know less."""

Calls: TypeAlias = tuple[Place, str]
"""A function, and the file with the calls; no file: all of them."""


class Contexts:
    """Which evaluations for arguments, by number, the calls ever asked for, and of which calls there are too many."""

    def __init__(self) -> None:
        self._asked: dict[Calls, set[int]] = {}
        self._cut: set[Calls] = set()

    def follows(self, calls: Calls) -> bool:
        """Whether calls are followed."""
        return calls not in self._cut

    def are_too_many(self, calls: Calls, number: int) -> bool:
        """Take one more evaluation that calls ask for; whether these are more than even the way there may need."""
        several = ((calls, CONTEXT_LIMIT), ((calls[0], ""), ALL_CONTEXTS))
        for key, limit in several:
            self._asked.setdefault(key, set()).add(number)
            if len(self._asked[key]) > LAST_RESORT * limit:
                return True
        return False

    def cut_off(self, several: Sequence[Calls]) -> list[Place]:
        """Follow some calls no more, not even those that came first, which no order is to decide; give the functions."""
        self._cut.update(several)
        return [place for place, _ in several]

    def too_many(self, followed: Followed) -> set[Calls]:
        """The calls that ask for too many evaluations now that nothing waits, by what is still asked for."""
        if all(len(known) <= CONTEXT_LIMIT for known in self._asked.values()):
            return set()
        return standing.too_many(followed, CONTEXT_LIMIT, ALL_CONTEXTS) - self._cut
