"""Classes above and below each other, and which of them binds a name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from leastscope.python.domain.effects import Summary
from leastscope.python.domain.values import BOTTOM, UNKNOWN, ClassValue, Const, Items, LibraryClass, Place, Unit, join
from leastscope.python.index.modules import ModuleIndex
from leastscope.python.models.enums import is_enum, members, value_of_member
from leastscope.python.state import cells
from leastscope.python.state.engine import Engine
from leastscope.python.state.hierarchy import (
    add_base,
    add_store,
    class_attribute,
    is_cut,
    is_protocol,
    library_bases,
    mro,
    overrides,
    stored_above,
    stored_below,
    subclasses,
)
from leastscope.python.state.roots import module_unit
from worlds import APP, KNOWN, world

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
    assert members(made.engine, made.cls("E")) == join(Const.of("a"), Items((Const.of("b"), Const.of("B"))))
    assert (value_of_member(Const.of("a")), value_of_member(UNKNOWN)) == (Const.of("a"), BOTTOM)


MANY = [f"M{number}" for number in range(501)]
CLASSES = world(
    "class A: x = 1\nclass B: y = 1\nclass C: x = 2\nclass D: pass\n"
    + "".join(f"class {name}: pass\n" for name in MANY)
)
E, F, G, H = (CLASSES.cls(name) for name in "ABCD")
Change = Callable[[Engine], object]


def _runs(read: Change, *changes: Change) -> list[object]:
    """What a unit reads at each of its evaluations, between which the tables change."""
    found: list[object] = []

    def evaluate(engine: Engine, _: Unit) -> Summary:
        found.append(read(engine))
        return Summary()

    engine = Engine(KNOWN, ModuleIndex([], []), CLASSES.engine.modules.get, lambda *_: (0, 0), evaluate)
    engine.module(APP)
    engine.solve([module_unit("reader.py")])
    for change in changes:
        change(engine)
        engine.solve(())
    return found


def _base(low: Place, high: Place) -> Change:
    return lambda engine: add_base(engine, low, ClassValue(high))


def _store(place: Place, name: str) -> Change:
    return lambda engine: add_store(engine, place, name)


def test_who_asks_where_an_attribute_is_stored_hears_of_relatives_only() -> None:
    above: Change = lambda engine: stored_above(engine, E, "n")  # noqa: E731 - a row of a table
    below: Change = lambda engine: stored_below(engine, E, "n")  # noqa: E731
    assert _runs(above, _store(E, "m"), _store(F, "n"), _store(E, "n"), _store(E, "n")) == [(), (E,)]
    assert _runs(above, _base(E, F), _store(F, "n")) == [(), (F,)]
    assert _runs(below, _base(F, E), _store(F, "n"), _store(G, "n")) == [(), (F,)]
    # the store comes first, and the base that makes it one of a relative later
    assert _runs(above, _store(F, "n"), _base(G, F), _base(E, G)) == [(), (F,)]
    assert _runs(below, _store(F, "n"), _base(F, G), _base(G, E)) == [(), (F,)]


def test_who_asks_for_overrides_hears_of_new_classes_that_bind_the_name() -> None:
    read: Change = lambda engine: tuple(overrides(engine, E, "x"))  # noqa: E731
    assert _runs(read, _base(F, E), _base(H, E)) == [()]
    assert _runs(read, _base(G, E)) == [(), (G,)]
    assert _runs(read, _base(H, E), _base(H, G)) == [(), (G,)]
    # what becomes a base of the class itself is no longer beside it
    assert _runs(read, _base(H, E), _base(H, G), _base(E, G)) == [(), (G,), ()]


def test_who_asks_whether_a_class_is_cut_hears_when_it_is() -> None:
    places = [CLASSES.cls(name) for name in MANY]
    derive = [_base(place, E) for place in places]
    assert _runs(lambda engine: is_cut(engine, E), *derive[:499]) == [False]
    assert _runs(lambda engine: is_cut(engine, E), *derive[:500])[-1] is True
    stack = [_base(low, high) for low, high in pairwise([E, *places[:100]])]
    assert _runs(lambda engine: is_cut(engine, E), *stack[:98]) == [False]
    assert _runs(lambda engine: is_cut(engine, E), *stack)[-1] is True
