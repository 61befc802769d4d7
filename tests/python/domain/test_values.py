"""The lattice of values: what joining, walking and capping them keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.model import Span, Step
from leastscope.python.domain.contents import constants, elements
from leastscope.python.domain.trails import TRAIL_LIMIT, with_step
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNION_LIMIT,
    UNKNOWN,
    ClassValue,
    Const,
    Dependent,
    External,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    ModuleValue,
    Outside,
    Param,
    Place,
    Text,
    Union,
    Unknown,
    Value,
    distance,
    join,
    options,
    over,
    parameters_in,
    trail_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = Place("a.py", 3)
P, Q = Param(PLACE, "p"), Param(PLACE, "q")
CUSTOMER = LibraryClass("shop", "Customer")
STEP = Step(Span("a.py", 1, 1, 1, 2), "it is imported")

leaves: st.SearchStrategy[Value] = st.one_of(
    st.sampled_from([BOTTOM, UNKNOWN, NONE, P, Q, Dependent(frozenset({P})), CUSTOMER]),
    st.builds(Const.of, st.one_of(st.booleans(), st.integers(0, 2), st.sampled_from(["", "a", "1"]))),
    st.builds(Outside, st.sampled_from(["env:A", "env:B"])),
    st.builds(ModuleValue, st.sampled_from(["a.py", "b.py"])),
    st.builds(ClassValue, st.just(PLACE), st.booleans()),
    st.builds(LibraryObject, st.just("shop"), st.sampled_from(["Customer", "Order"])),
)


def nested(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    pairs = st.lists(st.tuples(st.sampled_from(["k", 1, True]), inner), max_size=2).map(tuple)
    return st.one_of(
        st.builds(Items, st.lists(inner, max_size=2).map(tuple), inner),
        st.builds(Mapping, pairs, inner),
        st.builds(lambda value: Text(("a", value)), inner),
        st.builds(join, inner, inner),
    )


values = st.recursive(leaves, nested, max_leaves=6)


@given(values, values)
def test_joining_is_commutative(one: Value, other: Value) -> None:
    """But for the fields that take no part in equality; the next test says what becomes of them."""
    assert join(one, other) == join(other, one)
    assert hash(join(one, other)) == hash(join(other, one))


def on_ways(value: Value) -> list[tuple[Step, ...]]:
    return [trail_of(option) for option in options(value)]


SHORT = with_step(CUSTOMER, STEP)
LONG = with_step(SHORT, STEP)
LATER = with_step(CUSTOMER, Step(Span("a.py", 2, 1, 2, 2), "it is imported"))


@pytest.mark.parametrize(
    ("near", "far"),
    [(SHORT, CUSTOMER), (SHORT, LONG), (SHORT, LATER), (LATER, LONG)],
    ids=["known", "shorter", "earlier", "shorter than earlier"],
)
@pytest.mark.parametrize(
    "inside",
    [
        lambda value: value,
        lambda value: join(value, NONE),
        lambda value: LibraryMethod(value, "list"),
        lambda value: Items((NONE, value)),
        lambda value: Instance(PLACE, (("client", value),)),
    ],
    ids=["itself", "alternative", "method", "item", "made with"],
)
def test_of_two_ways_to_one_value_the_shorter_is_kept(
    near: LibraryClass, far: LibraryClass, inside: Callable[[LibraryClass], Value]
) -> None:
    one, other = inside(near), inside(far)
    assert distance(one) < distance(other)
    for joined in (join(one, other), join(other, one), join(other, one, Const.of(1)), join(one, Const.of(1), other)):
        assert distance(joined) == distance(one)


def test_each_alternative_keeps_its_own_shortest_way() -> None:
    order = LibraryClass("shop", "Order")
    joined = join(join(LONG, with_step(order, STEP)), join(with_step(with_step(order, STEP), STEP), SHORT))
    assert on_ways(joined) == [(STEP,), (STEP,)]


def test_a_parameter_whose_class_is_known_is_kept_in_any_order() -> None:
    known = Param(PLACE, "p", kind=PLACE)
    assert [option.kind for option in options(join(P, known)) if isinstance(option, Param)] == [PLACE]
    assert [option.kind for option in options(join(known, P)) if isinstance(option, Param)] == [PLACE]


@given(values, values, values)
def test_joining_is_associative(one: Value, other: Value, third: Value) -> None:
    assert join(join(one, other), third) == join(one, join(other, third)) == join(one, other, third)


@given(values)
def test_joining_a_value_with_itself_or_with_nothing_is_the_value(value: Value) -> None:
    assert join(value, value) == value
    assert join(value, BOTTOM) == join(BOTTOM, value) == join(value) == value


@given(values, values)
def test_a_join_holds_both_sides(one: Value, other: Value) -> None:
    joined = join(one, other)
    assert {*options(one), *options(other)} == set(options(joined))
    assert join(joined, one) == joined


@given(st.lists(values, max_size=5), st.randoms())
def test_the_order_of_joining_decides_nothing(parts: list[Value], random: Callable[[], float]) -> None:
    assert join(*sorted(parts, key=lambda _: random.random())) == join(*parts)  # type: ignore[attr-defined]


def test_nothing_is_the_join_of_nothing() -> None:
    assert join() == BOTTOM
    assert options(BOTTOM) == ()


def test_too_many_alternatives_are_unknown_whatever_their_order() -> None:
    many = [Const.of(number) for number in range(UNION_LIMIT + 1)]
    assert len(options(join(*many[1:]))) == UNION_LIMIT
    for order in (many, many[::-1], many[7:] + many[:7]):
        capped = join(*order)
        assert isinstance(capped, Unknown)
        assert capped.reason == "limit"


def test_constants_of_different_types_are_different() -> None:
    assert len(options(join(Const.of(1), Const.of(True), Const.of(1.0), Const.of("1")))) == 4


def test_where_a_value_came_from_takes_no_part_in_equality() -> None:
    marked = with_step(CUSTOMER, STEP)
    assert marked == CUSTOMER
    assert hash(marked) == hash(CUSTOMER)
    assert trail_of(marked) == (STEP,)
    assert trail_of(CUSTOMER) == ()
    assert Unknown("limit") == UNKNOWN


@pytest.mark.parametrize("value", [LibraryModule("shop", "shop"), CUSTOMER, LibraryObject("shop", "Customer")])
def test_a_trail_stops_growing_at_its_limit(value: Value) -> None:
    for _ in range(TRAIL_LIMIT + 3):
        value = with_step(value, STEP)
    assert len(trail_of(value)) == TRAIL_LIMIT


def test_a_step_reaches_each_alternative_and_the_owner_of_a_method() -> None:
    both = with_step(join(CUSTOMER, Const.of(1)), STEP)
    assert [trail_of(option) for option in options(both)] == [(STEP,), ()]
    assert trail_of(LibraryMethod(LibraryClass("shop", "Customer", (STEP,)), "create")) == (STEP,)


@given(values)
def test_the_parameters_of_a_value_are_those_inside_it(value: Value) -> None:
    wrapped = Items((value, P))
    assert parameters_in(wrapped) == parameters_in(value) | {P}
    assert parameters_in(value) <= {P, Q}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (Items((Const.of(1), Const.of(2))), join(Const.of(1), Const.of(2))),
        (Items((Const.of(1),), rest=CUSTOMER), join(Const.of(1), CUSTOMER)),
        (Items(()), BOTTOM),
        (Mapping((("a", CUSTOMER),)), Const.of("a")),
        (Mapping((("a", CUSTOMER),), rest=CUSTOMER), join(Const.of("a"), UNKNOWN)),
        (P, Dependent(frozenset({P}))),
        (External("json"), UNKNOWN),
    ],
)
def test_iterating_gives_what_is_inside(value: Value, found: Value) -> None:
    assert elements(value) == found


@pytest.mark.parametrize(
    ("key", "found"), [("a", CUSTOMER), (1, NONE), (True, Const.of("yes")), ("b", None), (2, None)]
)
def test_a_key_is_found_with_its_type_and_the_last_one_counts(key: str | int, found: Value | None) -> None:
    mapping = Mapping((("a", NONE), (1, NONE), (True, Const.of("yes")), ("a", CUSTOMER)))
    assert mapping.get(key) == found


def test_the_literals_of_a_value_are_found_in_its_containers() -> None:
    value = join(Const.of("a"), Items((Const.of("b"), UNKNOWN)), Mapping((("c", Const.of("d")),)))
    assert sorted(str(constant) for constant in constants(value)) == ["a", "b", "c"]


def test_a_function_is_applied_to_each_alternative() -> None:
    assert over(join(Const.of("a"), Const.of("b")), lambda _: CUSTOMER) == CUSTOMER
    assert over(BOTTOM, lambda _: CUSTOMER) == BOTTOM
    assert over(Const.of("a"), lambda value: Items((value,))) == Items((Const.of("a"),))


def test_a_union_is_its_set_of_alternatives() -> None:
    assert Union((P, Q)) == Union((Q, P))
    assert Union((P, Q)) != Union((P, CUSTOMER))
    assert Union((P, Q)) != P
    assert Instance(PLACE) != Instance(PLACE, ())
