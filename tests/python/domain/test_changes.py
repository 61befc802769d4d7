"""What one statement makes of a dict or list, and one object in several states."""

from __future__ import annotations

import pytest

from leastscope.python.domain.changes import (
    Change,
    Container,
    applied,
    made_of,
    merged,
    objects_in,
    rebuilt,
    without_objects,
)
from leastscope.python.domain.values import NONE, UNKNOWN, Const, Items, Mapping, Object, Place, Value, join

A, B, C = Const.of("a"), Const.of("b"), Const.of("c")
MADE, OTHER = Object(Place("app.py", 1)), Object(Place("app.py", 2))
DICT = Mapping((("x", A),), made=MADE)
LIST = Items((A,), made=MADE)

CHANGES: list[tuple[Container, Change, Container, Container]] = [
    # an object, a change, the object after it, and the object after a change that may not have happened
    (DICT, Change("item", B, Const.of("y")), Mapping((("x", A), ("y", B))), Mapping((("x", A), ("y", B)))),
    (DICT, Change("item", B, Const.of("x")), Mapping((("x", B),)), Mapping((("x", join(A, B)),))),
    (DICT, Change("item", B, UNKNOWN), Mapping((("x", A),), B), Mapping((("x", A),), B)),
    (DICT, Change("default", B, Const.of("x")), DICT, DICT),
    (DICT, Change("default", B, Const.of("y")), Mapping((("x", A), ("y", B))), Mapping((("x", A), ("y", B)))),
    (DICT, Change("update", Mapping((("x", B),))), Mapping((("x", B),)), Mapping((("x", B),))),
    (DICT, Change("update", UNKNOWN), Mapping((("x", A),), UNKNOWN), Mapping((("x", A),), UNKNOWN)),
    (DICT, Change("append", B), DICT, DICT),
    (LIST, Change("append", B), Items((A, B)), Items((A,), B)),
    (LIST, Change("extend", Items((B, C))), Items((A,), join(B, C)), Items((A,), join(B, C))),
    (LIST, Change("item", B, Const.of(0)), Items((A,), B), Items((A,), B)),
]


@pytest.mark.parametrize(("known", "change", "after", "perhaps"), CHANGES)
def test_a_change_keeps_the_object(known: Container, change: Change, after: Container, perhaps: Container) -> None:
    for surely, wanted in ((True, after), (False, perhaps)):
        got = applied(known, change, surely=surely)
        assert got == wanted
        assert got.made == MADE


def test_several_states_of_one_dict_are_joined_entry_by_entry() -> None:
    states = [DICT, Mapping((("x", B), ("y", C)), made=MADE)]
    assert merged(states) == Mapping((("x", join(A, B)), ("y", join(NONE, C))))
    assert merged(states).made == MADE


def test_several_states_of_one_list_lose_their_positions() -> None:
    assert merged([LIST, Items((B, C), made=MADE)]) == Items((), join(A, B, C))


def test_an_object_is_found_and_replaced_wherever_it_is_held() -> None:
    inner = Mapping((("x", A),), made=MADE)
    outer = Items((Mapping((("in", inner),), made=OTHER), B))
    assert set(objects_in(outer)) == {MADE, OTHER}
    changed = rebuilt(outer, lambda known: Mapping((("x", C),), made=MADE) if made_of(known) == MADE else None)
    assert changed == Items((Mapping((("in", Mapping((("x", C),))),)), B))


def test_an_object_that_is_let_go_keeps_what_is_in_it() -> None:
    value: Value = join(B, Mapping((("in", LIST),), made=OTHER))
    bare = without_objects(value, lambda made: made == MADE)
    assert bare == value
    assert set(objects_in(bare)) == {OTHER}
