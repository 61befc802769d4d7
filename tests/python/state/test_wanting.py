"""What is wanted: all that leads to a unit which met something of a system, in whatever order it comes to be known."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from leastscope.python.domain.values import Place, Unit
from leastscope.python.state.cells import Global
from leastscope.python.state.wanting import Wanting

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = Global("a.py", "kept")
SENDS, READS, WRITES, MAKES, APART = range(5)


class Units:
    """Units that do things one at a time: what each one asked for, and who is to be evaluated again."""

    def __init__(self) -> None:
        self.running: list[int] = []
        self.asked: dict[int, list[int]] = {}
        self.again: list[int] = []
        self.wanting = Wanting(
            self.running, lambda unit: unit.place.start, lambda number: self.asked.get(number, ()), self.again.append
        )

    def run(self, number: int, does: Callable[[Units], object]) -> None:
        self.running.append(number)
        does(self)
        self.running.pop()

    def ask(self, number: int) -> None:
        self.asked.setdefault(self.running[-1], []).append(number)
        self.wanting.asks(number)

    def wanted(self) -> set[int]:
        found = set()
        for number in range(5):
            self.running.append(number)
            found |= {number} if self.wanting.is_wanted else set()
            self.running.pop()
        return found


STEPS: list[tuple[int, Callable[[Units], object]]] = [
    (SENDS, lambda units: units.wanting.meet()),
    (SENDS, lambda units: units.ask(READS)),
    (READS, lambda units: units.wanting.reads(KEPT)),
    (WRITES, lambda units: units.wanting.writes(KEPT)),
    (WRITES, lambda units: units.ask(MAKES)),
]


@pytest.mark.parametrize("order", list(permutations(range(len(STEPS)))))
def test_what_is_wanted_is_the_same_in_any_order(order: tuple[int, ...]) -> None:
    units = Units()
    for step in order:
        units.run(*STEPS[step])
    units.run(APART, lambda one: one.ask(MAKES))
    assert units.wanted() == {SENDS, READS, WRITES, MAKES}


@pytest.mark.parametrize("left_out", range(len(STEPS)))
def test_each_step_on_the_way_is_needed(left_out: int) -> None:
    units = Units()
    for number, does in STEPS[:left_out] + STEPS[left_out + 1 :]:
        units.run(number, does)
    assert units.wanted() < {SENDS, READS, WRITES, MAKES}


def test_a_unit_that_passed_over_calls_is_evaluated_again_once_it_is_wanted() -> None:
    units = Units()
    units.run(READS, lambda one: one.wanting.pass_over())
    assert not units.again
    for _ in range(2):
        units.run(SENDS, lambda one: one.ask(READS))
        units.run(SENDS, lambda one: one.wanting.meet())
    assert units.again == [READS]


def test_only_a_unit_that_met_something_has_met_it() -> None:
    units = Units()
    units.run(SENDS, lambda one: one.ask(READS))
    units.run(SENDS, lambda one: one.wanting.meet())
    found: list[bool] = []
    for number in (SENDS, READS):
        units.run(number, lambda one: found.append(one.wanting.has_met))
    assert found == [True, False]


@pytest.mark.parametrize("wanted", [False, True])
def test_what_one_evaluation_of_a_function_met_another_one_has_met(*, wanted: bool) -> None:
    units = Units()
    units.run(READS, lambda one: one.wanting.want() if wanted else None)
    units.run(READS, lambda one: one.wanting.pass_over())
    for _ in range(2):
        units.run(SENDS, lambda one: one.wanting.met_for_others(Unit(Place("a.py", READS))))
    assert units.again == [READS]
    assert units.wanted() == {READS}


def test_what_is_looked_into_anew_says_nothing_of_before_just_once() -> None:
    units = Units()
    units.run(READS, lambda one: one.wanting.pass_over())
    assert not units.wanting.is_afresh(READS)
    units.run(READS, lambda one: one.wanting.want())
    assert [units.wanting.is_afresh(READS) for _ in range(2)] == [True, False]


def test_outside_of_all_units_everything_is_wanted_and_nothing_is_noted() -> None:
    units = Units()
    units.wanting.reads(KEPT)
    units.wanting.writes(KEPT)
    units.wanting.asks(SENDS)
    units.wanting.meet()
    assert units.wanting.is_wanted
    assert units.wanting.has_met
    assert not units.wanted()
