"""Effects have an order of their own, and evidence takes no part in what they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from leastscope.model import Span, Step
from leastscope.python.domain.changes import Change
from leastscope.python.domain.effects import (
    WRITES_LIMIT,
    Effect,
    Fails,
    Handles,
    Opens,
    Passed,
    Sends,
    Summary,
    Write,
    in_order,
    joined,
    writes_in_order,
)
from leastscope.python.domain.values import BOTTOM, Const, Dependent, Items, Param, Place, Text, Value

SENDS = Sends((1, 2), "acme", "GET", "/a", "api", "own", "env:KEY", (Passed("limit", 3, known=True),), closed=True)
STEP = Step(Span("a.py", 1, 1, 1, 2), "it is imported")
EFFECTS: list[Effect] = [
    Sends((0, 9), "acme", "POST", "/z", "api", "own", "unknown", (), closed=False),
    Fails((1, 2), "dynamic-operation", "acme", "the path is not known"),
    Handles((1, 2), "acme", "invoice.paid", "handled"),
    Opens((1, 2), frozenset({Param(Place("a.py", 0), "p")})),
    SENDS,
    replace(SENDS, path="/b"),
]


def test_effects_are_ordered_by_site_and_kind_whatever_order_they_come_in() -> None:
    for order in permutations(EFFECTS):
        assert in_order(order) == EFFECTS


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"evidence": (STEP,)}, True),
        ({"within": ()}, True),
        ({"credential": "literal"}, False),
        ({"passed": ()}, False),
        ({"resolution": "possible"}, False),
        ({"site": (1, 3)}, False),
    ],
)
def test_how_a_request_was_reached_takes_no_part_in_what_it_is(change: dict[str, object], same: bool) -> None:
    other = replace(SENDS, **change)  # type: ignore[arg-type]
    assert (other == SENDS) is same
    assert len({SENDS, other}) == (1 if same else 2)


def test_the_shown_way_decides_where_nothing_else_does() -> None:
    longer = replace(SENDS, evidence=(STEP, STEP))
    shorter = replace(SENDS, evidence=(STEP,))
    assert [effect.evidence for effect in in_order([longer, shorter]) if isinstance(effect, Sends)] == [
        (STEP,),
        (STEP, STEP),
    ]


def test_an_operation_is_system_server_verb_and_path() -> None:
    assert SENDS.operation == ("acme", "api", "GET", "/a")


def test_parameters_are_ordered_by_key_and_then_by_what_is_known() -> None:
    found = sorted([Passed("b", "x", known=True), Passed("a", 2, known=True), Passed("a", None, known=False)])
    assert [(one.key, one.known) for one in found] == [("a", False), ("a", True), ("b", True)]


PREFIX = Param(Place("a.py", 0), "prefix")


def pairs(number: int) -> list[Value]:
    """Pairs of ever longer keys."""
    return [Items((Text((PREFIX, *("[x]", PREFIX) * depth)), Const.of(depth))) for depth in range(number)]


def written(values: list[Value], *, recursive: bool = True) -> tuple[Write, ...]:
    """The writes that two evaluations tell of, the first with half of the values."""
    known, new = (
        Summary(writes=writes_in_order(Write("out", Change("append", value)) for value in some))
        for some in (values[: len(values) // 2], values)
    )
    return joined(known, new, BOTTOM, restless=False, recursive=recursive).writes


def test_a_function_that_reads_what_it_wrote_itself_tells_of_the_simplest_values_and_of_any_number_of_others() -> None:
    simplest = tuple(Write("out", Change("append", value)) for value in pairs(WRITES_LIMIT))
    others = Write("out", Change("item", Items((), Dependent(frozenset((PREFIX,))))))
    assert set(written(pairs(WRITES_LIMIT + 5))) == {*simplest, others}
    assert written(pairs(WRITES_LIMIT + 5)) == written(pairs(WRITES_LIMIT + 9))


def test_the_values_of_a_function_that_reads_nothing_of_its_own_are_all_told() -> None:
    assert len(written(pairs(WRITES_LIMIT + 5), recursive=False)) == WRITES_LIMIT + 5


def test_what_is_written_under_keys_that_the_code_spells_is_told_of_each() -> None:
    writes = [
        Write("out", Change("item", value, Const.of(index))) for index, value in enumerate(pairs(WRITES_LIMIT + 5))
    ]
    known, new = Summary(writes=writes_in_order(writes[:1])), Summary(writes=writes_in_order(writes))
    assert set(joined(known, new, BOTTOM, restless=False, recursive=True).writes) == set(writes)
