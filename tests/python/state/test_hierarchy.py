"""Classes above and below each other, and which of them binds a name."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import BOTTOM, UNKNOWN, ClassValue, Const, LibraryClass, join
from leastscope.python.models.enums import is_enum, members, value_of_member
from leastscope.python.state import cells
from leastscope.python.state.hierarchy import (
    add_base,
    class_attribute,
    is_protocol,
    library_bases,
    mro,
    overrides,
    subclasses,
)
from worlds import world

DIAMOND = world(
    "class A:\n    x = 1\n    y = 1\nclass B(A):\n    x = 2\nclass C(A): pass\nclass D(C, B):\n    z = 3\nC.w = 4\n"
)
A, B, C, D = (DIAMOND.cls(name) for name in "ABCD")


def test_the_orders_of_a_diamond() -> None:
    engine = DIAMOND.engine
    assert mro(engine, D) == (D, C, A, B)
    assert mro(engine, A) == (A,)
    assert (subclasses(engine, A), subclasses(engine, D)) == ((B, C, D), ())


@pytest.mark.parametrize(("name", "value"), [("y", Const.of(1)), ("z", Const.of(3)), ("w", Const.of(4)), ("v", BOTTOM)])
def test_the_first_class_that_binds_a_name_says_what_it_is(name: str, value: object) -> None:
    assert class_attribute(DIAMOND.engine, D, name) == value


def test_what_classes_below_bind_is_theirs() -> None:
    assert overrides(DIAMOND.engine, A, "x") == {B: Const.of(2)}
    assert overrides(DIAMOND.engine, A, "y") == {}
    assert overrides(DIAMOND.engine, C, "x") == {B: Const.of(2)}


def test_a_base_that_is_known_later_changes_the_orders_that_were_kept() -> None:
    made = world("class A:\n    x = 1\nclass B: pass\nclass C(B): pass\n")
    engine, a, b, c = made.engine, made.cls("A"), made.cls("B"), made.cls("C")
    assert (mro(engine, c), subclasses(engine, a), class_attribute(engine, c, "x")) == ((c, b), (), BOTTOM)
    add_base(engine, b, ClassValue(a))
    assert (mro(engine, c), subclasses(engine, a), class_attribute(engine, c, "x")) == ((c, b, a), (b, c), Const.of(1))
    assert engine.members(cells.Subclasses(a)) == {b}


def test_a_library_class_above_is_found_from_any_depth() -> None:
    made = world("import shop\nclass A(shop.Client): pass\nclass B(A): pass\nclass C: pass\n")
    assert library_bases(made.engine, made.cls("B")) == (LibraryClass("shop-client", "Client"),)
    assert library_bases(made.engine, made.cls("C")) == ()


def test_a_protocol_is_one_as_long_as_no_class_derives_from_it() -> None:
    made = world("from typing import Protocol\nclass P(Protocol): pass\nclass Q(Protocol): pass\nclass R(Q): pass\n")
    assert [is_protocol(made.engine, made.cls(name)) for name in "PQR"] == [True, False, False]


def test_an_enumeration_is_its_members() -> None:
    made = world(
        "from enum import Enum\nclass E(Enum):\n    A = 'a'\n    B = ('b', 'B')\n    def f(self): pass\nclass F: pass\n"
    )
    assert [is_enum(made.engine, made.cls(name)) for name in "EF"] == [True, False]
    assert members(made.engine, made.cls("E")) == join(Const.of("a"), Const.of("b"))
    assert (value_of_member(Const.of("a")), value_of_member(UNKNOWN)) == (Const.of("a"), BOTTOM)
