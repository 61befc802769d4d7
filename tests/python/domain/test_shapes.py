"""What a value keeps of itself is what a walk over all its parts would tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.python.domain.contents import is_hot, is_small, of_library
from leastscope.python.domain.kept import FAR
from leastscope.python.domain.shapes import shape_of
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    FunctionValue,
    Giver,
    Instance,
    Items,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    Param,
    Partial,
    Place,
    Text,
    Unknown,
    join,
    parts,
)

if TYPE_CHECKING:
    from leastscope.python.domain.values import Value

PLACE = Place("a.py", 3)
OBJECT = LibraryObject("shop", "Client")
LEAVES: list[Value] = [
    BOTTOM, UNKNOWN, Unknown("library"), Const.of("a"), Const.of("https://shop.test"), Const.of(1),
    ClassValue(PLACE), OBJECT,
    LibraryMethod(OBJECT, "get"), LibraryModule("shop", "shop"), Missing("shop", "x"), Missing("shop", "x", is_data=True),
    Dynamic(OBJECT), Dependent(frozenset()), Dependent(frozenset((Param(PLACE, "p"),)), hot=True), Param(PLACE, "p"),
    FunctionValue(PLACE), Instance(PLACE),
]  # fmt: skip
values: st.SearchStrategy[Value] = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda items, rest: Items(tuple(items), rest), st.lists(inner, max_size=3), inner),
        st.builds(lambda one, rest: Mapping((("X-Key", one), (1, one)), rest), inner, inner),
        st.builds(lambda items: join(*items), st.lists(inner, max_size=4)),
        st.builds(lambda one: Text(("https://", one)), inner),
        st.builds(lambda one: Instance(PLACE, (("key", one),)), inner),
        st.builds(lambda one: FunctionValue(PLACE, one), inner),
        st.builds(lambda one, other: Partial(one, (other,), (("a", one),)), inner, inner),
        st.builds(Giver, inner),
        st.builds(lambda one: Builtin(one, "get"), inner),
    ),
    max_leaves=12,
)


def every(value: Value) -> list[Value]:
    return [value, *(one for part in parts(value) for one in every(part))]


def depth(value: Value) -> int:
    return 1 + max(map(depth, parts(value)), default=0)


def is_within(value: Value, levels: int, wanted: tuple[type[Value], ...]) -> bool:
    own = isinstance(value, wanted) and not (isinstance(value, Missing) and value.is_data)
    if own and not isinstance(value, Dependent):
        return True
    if isinstance(value, Dependent):
        return value.hot
    return levels > 0 and any(is_within(part, levels - 1, wanted) for part in parts(value))


@given(values)
def test_size_and_depth_count_every_part(value: Value) -> None:
    shape = shape_of(value)
    assert (shape.size, shape.depth) == (len(every(value)), depth(value))


@given(values)
def test_a_library_is_found_down_to_the_level_that_is_asked_for(value: Value) -> None:
    library = (LibraryModule, LibraryObject, LibraryMethod, Missing, Dynamic)
    for levels in range(6):
        assert of_library(value, levels) == is_within(value, levels, library)
        assert is_hot(value, levels) == is_within(value, levels, ())


@given(values)
def test_a_value_that_carries_nothing_holds_nothing_that_tables_are_asked_for(value: Value) -> None:
    inside = every(value)
    asked = (ClassValue, Instance, FunctionValue, LibraryModule, LibraryObject, LibraryMethod, Dynamic)
    urls = [one for one in inside if isinstance(one, Text) or one == Const.of("https://shop.test")]
    lost = [one for one in inside if isinstance(one, Unknown) and one.reason == "library"]
    if not shape_of(value).carrying:
        assert not any(isinstance(one, asked) for one in inside)
        assert not urls
        assert not lost
    assert ("x-key" in shape_of(value).keys) == any(isinstance(one, Mapping) for one in inside)


def test_what_was_told_once_is_kept() -> None:
    value = Items((Const.of("a"),))
    assert shape_of(value) is shape_of(value)


def test_parts_that_stand_in_many_places_are_counted_in_each() -> None:
    """Sixty doublings would take forever if each part were visited."""
    value: Value = Const.of("a")
    for _ in range(60):
        value = Items((value, value))
    assert not is_small(value)
    assert shape_of(value).depth == 61


@pytest.mark.parametrize("value", [UNKNOWN, Const.of("a"), BOTTOM])
def test_a_plain_value_holds_nothing(value: Value) -> None:
    shape = shape_of(value)
    assert (shape.size, shape.depth, shape.library, shape.hot, shape.carrying) == (1, 1, FAR, FAR, False)
