"""What becomes of a dict by what is put on top of it, in each of the three ways."""

from __future__ import annotations

import pytest

from leastscope.python.domain import mappings
from leastscope.python.domain.values import BOTTOM, NONE, UNKNOWN, Const, Dependent, Mapping, Param, Place, Value, join

A, B, C = Const.of("a"), Const.of("b"), Const.of("c")
OPEN = Param(Place("a.py", 0), "key")


@pytest.mark.parametrize(
    ("key", "value", "after"),
    [
        (Const.of("x"), C, Mapping((("y", B), ("x", C)))),
        (Const.of("z"), C, Mapping((("x", A), ("y", B), ("z", C)))),
        (UNKNOWN, C, Mapping((("x", A), ("y", B)), C)),
    ],
    ids=["a key that is there", "a new key", "a key that is not known"],
)
def test_an_assigned_entry_is_the_last_one(key: Value, value: Value, after: Mapping) -> None:
    assert mappings.assigned(Mapping((("x", A), ("y", B))), key, value) == after


def test_true_and_one_are_different_keys() -> None:
    assert mappings.assigned(Mapping(((1, A),)), Const.of(True), B).items == ((1, A), (True, B))
    assert mappings.updated(Mapping(((1, A),)), ((True, B),), BOTTOM).items == ((1, A), (True, B))


def test_an_updated_entry_keeps_its_place() -> None:
    known = Mapping((("x", A), ("y", B)))
    assert mappings.updated(known, (("x", C), ("z", A)), BOTTOM) == Mapping((("x", C), ("y", B), ("z", A)))


def test_an_overlaid_entry_that_may_be_none_leaves_what_was_there() -> None:
    known = Mapping((("x", A),))
    assert mappings.overlaid(known, Mapping((("x", B),))) == Mapping((("x", B),))
    assert mappings.overlaid(known, Mapping((("x", join(B, NONE)),))) == Mapping((("x", join(A, B, NONE)),))
    assert mappings.overlaid(None, known) == known


@pytest.mark.parametrize(
    ("mapping", "key", "found"),
    [
        (Mapping((("x", A),)), Const.of("x"), A),
        (Mapping((("x", A),)), Const.of("y"), None),
        (Mapping((("x", A),), B), Const.of("y"), B),
        (Mapping((("x", A), ("y", B))), UNKNOWN, join(A, B)),
        (Mapping((("x", A), ("y", B))), OPEN, Dependent(frozenset((OPEN,)))),
        (Mapping((("x", A), ("y", A))), OPEN, A),
    ],
)
def test_an_entry_is_open_where_the_key_decides_it(mapping: Mapping, key: Value, found: Value | None) -> None:
    assert mappings.entry(mapping, key) == found
