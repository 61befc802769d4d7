"""Which app of the base is which app of the head."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leastscope.model import AppResult

Pair: TypeAlias = "tuple[AppResult | None, AppResult | None]"


def pairs(before: Sequence[AppResult], after: Sequence[AppResult]) -> tuple[Pair, ...]:
    """Pair the apps of two reports; each is in one pair, alone if nothing is like it.

    The same name and folder come first, then the same name, then the same folder, then the only ones of a system: a
    manifest may be moved, renamed, or written for code that had none.
    """
    found: list[Pair] = []
    left, right = list(before), list(after)
    for key in (_name_and_root, _name, _root, _system):
        alike = _alike(left, right, key)
        found += alike
        paired = {id(result) for pair in alike for result in pair}
        left, right = ([result for result in side if id(result) not in paired] for side in (left, right))
    return (*found, *((one, None) for one in left), *((None, one) for one in right))


def _alike(
    left: Sequence[AppResult], right: Sequence[AppResult], key: Callable[[AppResult], tuple[str, ...]]
) -> list[tuple[AppResult, AppResult]]:
    """Give those that alone on their side have some key."""
    many, others = Counter(map(key, left)), Counter(map(key, right))
    there = {key(other): other for other in right}
    return [(one, there[key(one)]) for one in left if many[key(one)] == others[key(one)] == 1]


def _name_and_root(result: AppResult) -> tuple[str, ...]:
    return (result.app.system, result.app.name, result.app.root, *result.app.declared_in)


def _name(result: AppResult) -> tuple[str, ...]:
    return (result.app.system, result.app.name)


def _root(result: AppResult) -> tuple[str, ...]:
    return (result.app.system, result.app.root)


def _system(result: AppResult) -> tuple[str, ...]:
    return (result.app.system,)
