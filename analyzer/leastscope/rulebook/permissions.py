"""The vocabulary of a system: which names exist, what they imply, and whether held ones satisfy a requirement.

Pure set logic; it knows neither files nor code.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

import msgspec

from leastscope.rulebook.types import Combination, Permission  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from leastscope.model import Requirement

_WORDS = re.compile(r"[^\W_]+")
_ALIKE = 0.7
_SLIPS = 2


class Vocabulary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Every permission of a system.

    prefix     another spelling of every name is this prefix and the name, or ""
    spellings  known wrong names -> right ones
    variants   other spellings that count as the right one
    elsewhere  names of other vocabularies -> why they are none of this one
    together   combinations that deserve a second look
    holders    origin of names -> the kinds of apps that can be granted them; all kinds where it is not here
    """

    permissions: dict[str, Permission] = {}
    prefix: str = ""
    spellings: dict[str, str] = {}
    variants: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    together: tuple[Combination, ...] = ()
    holders: dict[str, tuple[str, ...]] = {}

    def is_for(self, name: str, kind: str) -> bool:
        """Tell whether an app of a kind can be granted a permission at all, as far as is known."""
        permission = self.permissions.get(name)
        return not permission or kind in self.holders.get(permission.origin, (kind,))

    def resolve(self, name: str) -> str | None:
        """Give the permission that a declared name means, or None where it means none."""
        if name in self.permissions:
            return name
        if name in self.variants:
            return self.variants[name]
        bare = name.removeprefix(self.prefix)
        return bare if bare in self.permissions else None

    def nearest(self, name: str) -> str | None:
        """Give the permission that somebody who wrote `name` most likely meant, if any comes close."""
        bare = name[:200].strip().lower().removeprefix(self.prefix).replace("-", "_")
        if bare in self.permissions:
            return bare
        if bare in self.spellings:
            return self.spellings[bare]
        close = get_close_matches(bare, (*self.permissions, *self.spellings), n=5, cutoff=0.7)
        meant = next((name for name in close if _is_misspelling(bare, name)), None)
        return self.spellings.get(meant, meant) if meant else None

    def closure(self, names: Iterable[str], *, write_implies_read: bool) -> frozenset[str]:
        """Give everything that a holder of `names` may do; names of no permission are left out.

        Implications are followed through any number of steps, and read twins as well if writing includes reading.
        """
        held: set[str] = set()
        waiting = [known for name in names if (known := self.resolve(name))]
        while waiting:
            name = waiting.pop()
            if name in held:
                continue
            held.add(name)
            permission = self.permissions[name]
            waiting.extend(permission.implies)
            if write_implies_read and permission.read:
                waiting.append(permission.read)
        return frozenset(held)

    def satisfies(self, held: AbstractSet[str], requirement: Requirement) -> bool:
        """Tell whether `held`, as `closure` gives it, meets a requirement with certainty (`maybe` does not count)."""
        return not held.isdisjoint(requirement.any_of)


def _is_misspelling(written: str, name: str) -> bool:
    """Tell whether the words of a name are those that are written, but for slips: another word is another resource."""
    if _joined(written) == _joined(name):
        return True
    words, others = _WORDS.findall(written), _WORDS.findall(name)
    return len(words) == len(others) and all(map(_is_slip, words, others))


def _is_slip(written: str, word: str) -> bool:
    """Tell whether a word is the other one, or that with one slip: its first letter and most of the others are right."""
    if written == word:
        return True
    alike = SequenceMatcher(None, written, word, autojunk=False).ratio() >= _ALIKE
    return alike and written[:1] == word[:1] and abs(len(written) - len(word)) <= _SLIPS


def _joined(name: str) -> str:
    return "".join(_WORDS.findall(name))
