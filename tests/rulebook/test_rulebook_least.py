"""The least set is the least: against brute force on small vocabularies, and fast on those of the packs."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.rulebook.least import MAX_STEPS, _Reach, _Search, least_set, power
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

NAMES = ("a_read", "a_write", "b_read", "b_write", "c_read", "d_other")
ANY_OFS = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(tuple), max_size=5)


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    permissions = {}
    for name in NAMES:
        implies = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        twin = name.replace("write", "read") if name.endswith("write") and draw(st.booleans()) else ""
        base = draw(st.sampled_from(["", "", "", *NAMES]))
        access = "write" if name.endswith("write") else "read" if name.endswith("read") else "other"
        permissions[name] = Permission(name, name, access, read=twin, implies=tuple(implies), extends=base)  # type: ignore[arg-type]
    return Vocabulary(permissions)


def is_enough(grants: tuple[str, ...], any_ofs: list[tuple[str, ...]], known: Vocabulary, *, twins: bool) -> bool:
    held = known.closure(grants, write_implies_read=twins)
    based = all(base in held for name in held if (base := known.permissions[name].extends))
    return based and not any(held.isdisjoint(any_of) for any_of in any_ofs)


def brute_force(any_ofs: list[tuple[str, ...]], known: Vocabulary, *, twins: bool) -> tuple[object, ...]:
    """The least measure of all the subsets of the vocabulary."""
    subsets = [subset for size in range(len(NAMES) + 1) for subset in combinations(NAMES, size)]
    enough = [subset for subset in subsets if is_enough(subset, any_ofs, known, twins=twins)]
    return min(measure(subset, any_ofs, known, twins=twins) for subset in enough)


def measure(
    grants: tuple[str, ...], any_ofs: list[tuple[str, ...]], known: Vocabulary, *, twins: bool
) -> tuple[object, ...]:
    held = known.closure(grants, write_implies_read=twins)
    early = [min(index for index, name in enumerate(any_of) if name in held) for any_of in set(any_ofs)]
    return (power(held, known), len(grants), sum(early))


@given(vocabularies(), ANY_OFS, st.booleans())
def test_no_subset_of_the_vocabulary_is_less(known: Vocabulary, any_ofs: list[tuple[str, ...]], twins: bool) -> None:
    found = tuple(sorted(least_set(any_ofs, known, write_implies_read=twins)))
    assert is_enough(found, any_ofs, known, twins=twins)
    assert measure(found, any_ofs, known, twins=twins) == brute_force(any_ofs, known, twins=twins)


@given(vocabularies(), ANY_OFS, st.booleans())
def test_no_grant_can_be_left_out(known: Vocabulary, any_ofs: list[tuple[str, ...]], twins: bool) -> None:
    found = least_set(any_ofs, known, write_implies_read=twins)
    for name in found:
        assert not is_enough(tuple(found - {name}), any_ofs, known, twins=twins)


@given(vocabularies(), ANY_OFS, st.booleans(), st.randoms())
def test_the_order_of_the_requirements_decides_nothing(
    known: Vocabulary,
    any_ofs: list[tuple[str, ...]],
    twins: bool,
    random: object,
) -> None:
    shuffled = list(any_ofs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert least_set(any_ofs, known, write_implies_read=twins) == least_set(shuffled, known, write_implies_read=twins)


def test_power_comes_before_the_number_of_grants() -> None:
    known = Vocabulary(
        {
            "everything": Permission("everything", "", "write", implies=("a", "b")),
            "a": Permission("a", "", "read"),
            "b": Permission("b", "", "read"),
        }
    )
    assert least_set([("a", "everything"), ("b", "everything")], known, write_implies_read=True) == {"a", "b"}


def test_writing_saves_the_grant_to_read_only_where_that_is_sure() -> None:
    known = Vocabulary({"w": Permission("w", "", "write", read="r"), "r": Permission("r", "", "read")})
    assert least_set([("w",), ("r",)], known, write_implies_read=True) == {"w"}
    assert least_set([("w",), ("r",)], known, write_implies_read=False) == {"w", "r"}


def test_a_permission_brings_the_one_without_which_it_is_of_no_use() -> None:
    known = Vocabulary(
        {"more": Permission("more", "", "write", extends="base"), "base": Permission("base", "", "read")}
    )
    assert least_set([("more",)], known, write_implies_read=False) == {"more", "base"}


def test_names_that_are_no_permission_ask_for_nothing() -> None:
    assert least_set([("ghost",)], Vocabulary({}), write_implies_read=False) == frozenset()


@pytest.mark.parametrize("system", available_systems(rules_root()))
def test_all_that_a_pack_can_require_at_once_is_far_below_the_bound(system: str) -> None:
    pack = compiled(rules_root() / system)
    rules = [*pack.operations, *(condition for one in pack.operations for condition in one.conditions)]
    rules += [*pack.objects.rules.values(), *pack.events.types.values()]
    asked = tuple(sorted({any_of for rule in rules for any_of in rule.needs}))
    for alone in (asked, tuple(any_of for any_of in asked if len(any_of) > 1)):
        search = _Search(_Reach.of(pack.vocabulary, write_implies_read=True), alone)
        search.choose(frozenset(), alone)
        assert search.steps < MAX_STEPS / 10
