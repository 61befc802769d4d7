"""Every kind of value is known to the questions about values: what is inside of it, what leads to a library."""

from __future__ import annotations

from typing import get_args

import pytest

from leastscope.model import Span, Step
from leastscope.python.domain import contents
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    ContextVar,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Future,
    Giver,
    GivesBack,
    Imported,
    Inert,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    ModuleValue,
    Namespace,
    Outside,
    Param,
    Partial,
    Place,
    Property,
    Query,
    ReadsByName,
    Super,
    Text,
    Union,
    Unknown,
    Value,
    Wrapped,
    join,
    parameters_in,
)

PLACE = Place("a.py", 7)
PARAM = Param(PLACE, "name")
HOLDING: list[Value] = [
    PARAM,
    Dependent(frozenset((PARAM,))),
    Text(("a", PARAM)),
    Items((PARAM,)),
    Items((), PARAM),
    Mapping((("key", PARAM),)),
    Mapping((), PARAM),
    FunctionValue(PLACE, PARAM),
    Instance(PLACE, (("name", PARAM),)),
    Partial(PARAM, (), ()),
    Partial(UNKNOWN, (PARAM,), ()),
    Partial(UNKNOWN, (), (("name", PARAM),)),
    Giver(PARAM),
    Wrapped(PARAM),
    Builtin(PARAM, "strip"),
    Future(PARAM),
    Property(PARAM),
    Namespace(PARAM),
    Super(PARAM, PARAM),
    Builtin(Namespace(PARAM), "get"),
    Union((NONE, PARAM)),
]
"""Values that hold the parameter, in each of their parts."""
BARE: list[Value] = [
    BOTTOM,
    UNKNOWN,
    NONE,
    Outside("env:KEY"),
    ClassValue(PLACE),
    ModuleValue("a.py"),
    Imported("a.py", "name", Step(Span("a.py", 1, 1, 1, 2), "it is imported")),
    External("flask.g"),
    LibraryModule("shop", "shop"),
    LibraryClass("shop", "Order"),
    LibraryObject("shop", "Order"),
    LibraryMethod(LibraryObject("shop", "Order"), "list"),
    Inert("shop", "shop.error"),
    Missing("shop", "shop.nothing"),
    Dynamic(LibraryModule("shop", "shop")),
    Query(ClassValue(PLACE)),
    ContextVar("a.py:7"),
    GivesBack(),
    ReadsByName("attribute"),
]
"""Values that hold no other that callers could decide."""
LEADING = (LibraryModule, LibraryClass, LibraryObject, LibraryMethod, Dynamic, Missing)


def test_there_is_a_sample_of_every_kind_of_value() -> None:
    assert {type(value) for value in (*HOLDING, *BARE)} == set(get_args(Value))


@pytest.mark.parametrize("value", HOLDING, ids=repr)
def test_a_parameter_is_found_in_every_part_of_a_value(value: Value) -> None:
    assert parameters_in(value) == {PARAM}


@pytest.mark.parametrize("value", BARE, ids=repr)
def test_a_value_without_others_depends_on_nothing_and_is_never_cut(value: Value) -> None:
    assert parameters_in(value) == frozenset()
    assert contents.bounded(value) == contents.pruned(value, 2) == value


@pytest.mark.parametrize("value", [*HOLDING, *BARE], ids=repr)
def test_only_values_of_a_library_lead_to_one(value: Value) -> None:
    assert contents.of_library(value) == isinstance(value, LEADING)
    inside = Items((Mapping((("key", value),)),))
    assert contents.of_library(inside) == isinstance(value, LEADING)


def test_a_filled_value_has_what_the_parameter_is_given() -> None:
    given: Value = Const.of("x")
    for value in (PARAM, Items((PARAM,)), Mapping((("key", PARAM),)), Builtin(PARAM, "strip"), Future(PARAM)):
        assert parameters_in(contents.substitute(value, lambda _: given)) == frozenset()
    assert contents.substitute(Text(("a", PARAM)), lambda _: given) == Const.of("ax")


@pytest.mark.parametrize(
    ("value", "nothing"),
    [
        (UNKNOWN, True),
        (Unknown("limit"), False),
        (Unknown("library"), False),
        (PARAM, True),
        (Param(PLACE, "name", PLACE), False),
        (Dependent(frozenset((PARAM,))), True),
        (Dependent(frozenset((PARAM,)), hot=True), False),
        (Builtin(NONE, "get"), True),
        (NONE, False),
        (External("flask.g"), False),
        (Bottom(), False),
    ],
)
def test_a_value_says_nothing_if_not_even_its_origin_is_known(value: Value, *, nothing: bool) -> None:
    assert contents.says_nothing(value) is nothing


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (ClassValue(PLACE), Instance(PLACE)),
        (LibraryClass("shop", "Order"), LibraryObject("shop", "Order")),
        (Instance(PLACE), Instance(PLACE)),
        (join(ClassValue(PLACE), NONE), Instance(PLACE)),
        (NONE, UNKNOWN),
        (BOTTOM, BOTTOM),
    ],
)
def test_an_instance_is_made_of_what_is_a_class(value: Value, made: Value) -> None:
    assert contents.instance_of(value) == made


A, B, C = (Const.of(text) for text in "abc")


@pytest.mark.parametrize(
    ("rows", "unread", "apart"),
    [
        ([(A, A)], (), [(A, A)]),
        ([(A, A), (B, B)], (), [(A, A), (B, B)]),
        ([(A, A), (A, B)], (), [(A, join(A, B))]),
        ([(A, A), (B, A)], (), [(join(A, B), A)]),
        ([(A, A), (A, B), (B, C)], (), [(A, join(A, B)), (B, C)]),
        ([(A, A), (A, B), (B, A), (B, B)], (), [(join(A, B), join(A, B))]),
        ([(A, A, A), (A, B, C)], (), [(A, A, A), (A, B, C)]),
        ([(A, A), (B, B)], (1,), [(join(A, B), join(A, B))]),
        ([(A, A, A), (B, B, B)], (1,), [(A, join(A, B), A), (B, join(A, B), B)]),
        ([(A, A), (B, B)], (2,), [(A, A), (B, B)]),
        ([(A,), (A, B)], (0,), [(A,), (A, B)]),
        ([(), ()], (), [(), ()]),
        ([], (0,), []),
    ],
)
def test_rows_that_differ_in_one_part_are_one_row(
    rows: list[tuple[Value, ...]], unread: tuple[int, ...], apart: list[tuple[Value, ...]]
) -> None:
    assert [row.items for row in contents.rows_apart([Items(row) for row in rows], unread)] == apart
