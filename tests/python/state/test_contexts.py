"""For how many tuples of arguments a function is evaluated."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import Const, Place, Unit
from leastscope.python.state import contexts
from leastscope.python.state.contexts import Contexts

SEND, OTHER = Place("a.py", 1), Place("a.py", 9)


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "CONTEXT_LIMIT", 2)
    monkeypatch.setattr(contexts, "ALL_CONTEXTS", 3)


def test_the_calls_of_a_file_may_ask_for_twice_as_much_on_the_way() -> None:
    several = Contexts()
    assert [several.are_too_many((SEND, "a.py"), number) for number in (1, 2, 3, 4, 4, 5)] == [False] * 5 + [True]
    assert not several.are_too_many((OTHER, "a.py"), 6)


def test_so_may_the_calls_of_all_files() -> None:
    several = Contexts()
    asked = [several.are_too_many((SEND, f"{number}.py"), number) for number in range(7)]
    assert asked == [False] * 6 + [True]


def test_what_is_cut_off_is_not_followed_and_told_once() -> None:
    several = Contexts()
    for number in range(4):
        several.are_too_many((SEND, "a.py"), number)
    units = {Unit(SEND, None, (("path", Const.of(str(number))),)): (number, 0) for number in range(4)}
    assert several.too_many({SEND: {"a.py": units}}) == {(SEND, "a.py")}
    assert several.cut_off([(SEND, "a.py")]) == [SEND]
    assert not several.follows((SEND, "a.py"))
    assert several.follows((SEND, "b.py"))
    assert several.too_many({SEND: {"a.py": units}}) == set()


def test_what_only_superseded_evaluations_asked_for_is_not_too_much() -> None:
    several = Contexts()
    for number in range(4):
        several.are_too_many((SEND, "a.py"), number)
    assert several.too_many({SEND: {"a.py": {Unit(SEND): (1, 0)}}}) == set()
