"""Names resolve, closures only grow, and requirements are met by any of their alternatives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.model import Requirement
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

NAMES = [f"p{number}" for number in range(12)]
SHOP = Vocabulary(
    {
        "order_read": Permission("order_read", "Read orders", "read", implies=("item_read",)),
        "order_write": Permission("order_write", "Change orders", "write", read="order_read", implies=("stock_read",)),
        "item_read": Permission("item_read", "Read items", "read"),
        "stock_read": Permission("stock_read", "Read stock", "read"),
    },
    prefix="key_",
    spellings={"orders_write": "order_write", "purchase_read": "order_read"},
)


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Any graph of implications, cycles included."""
    some = st.lists(st.sampled_from(NAMES), max_size=4).map(tuple)
    twin = st.sampled_from(["", *NAMES])
    return Vocabulary({name: Permission(name, name, "write", draw(twin), draw(some)) for name in NAMES})


names = st.frozensets(st.sampled_from([*NAMES, "unknown"]))


@given(vocabularies(), names, names, st.booleans())
def test_a_closure_grows_with_what_is_held(
    vocabulary: Vocabulary, some: frozenset[str], more: frozenset[str], twins: bool
) -> None:
    closure = vocabulary.closure(some, write_implies_read=twins)
    assert closure <= vocabulary.closure(some | more, write_implies_read=twins)
    assert some - {"unknown"} <= closure
    assert closure <= vocabulary.closure(some, write_implies_read=True)


@given(vocabularies(), names, st.booleans())
def test_a_closure_of_a_closure_is_the_same(vocabulary: Vocabulary, some: frozenset[str], twins: bool) -> None:
    closure = vocabulary.closure(some, write_implies_read=twins)
    assert vocabulary.closure(closure, write_implies_read=twins) == closure
    for name in closure:
        assert set(vocabulary.permissions[name].implies) <= closure


@pytest.mark.parametrize(
    ("held", "twins", "expected"),
    [
        (["order_read"], False, {"order_read", "item_read"}),
        (["order_write"], False, {"order_write", "stock_read"}),
        (["order_write"], True, {"order_write", "order_read", "item_read", "stock_read"}),
        (["key_stock_read", "nonsense"], False, {"stock_read"}),
        ([], True, set()),
    ],
)
def test_a_closure_follows_implications_and_if_asked_read_twins(
    held: list[str], twins: bool, expected: set[str]
) -> None:
    assert SHOP.closure(held, write_implies_read=twins) == expected


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("order_read", "order_read"),
        ("key_order_read", "order_read"),
        ("orders_write", None),
        ("key_", None),
        ("", None),
    ],
)
def test_a_name_resolves_only_where_it_is_one(name: str, meant: str | None) -> None:
    assert SHOP.resolve(name) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("orders_write", "order_write"),
        ("key_orders_write", "order_write"),
        ("Order-Read", "order_read"),
        ("order_raed", "order_read"),
        ("purchases_read", "order_read"),
        ("x" * 10_000, None),
        ("", None),
    ],
)
def test_the_nearest_name_is_what_the_writer_most_likely_meant(name: str, meant: str | None) -> None:
    assert SHOP.nearest(name) == meant


def test_a_requirement_is_met_by_any_of_its_alternatives_and_not_by_a_maybe() -> None:
    requirement = Requirement(("order_read", "item_read"), "documented", "operation", "", maybe=("stock_read",))
    assert SHOP.satisfies(frozenset({"item_read"}), requirement)
    assert not SHOP.satisfies(frozenset({"stock_read"}), requirement)
    assert not SHOP.satisfies(frozenset(), requirement)
