"""What a parameter requires depends on its value, on what stands beside it, and on what may stand there unseen."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from leastscope.model import ApiRequest, Parameter, Span, Strength
from leastscope.rulebook.conditions import conditional, is_at
from leastscope.rulebook.types import Condition

PLACE = Span("a.py", 1, 1, 1, 2)
STORE = ("tokenize",)
UNKNOWN = object()
Given: TypeAlias = "dict[str, object]"


STORED = Condition((STORE,), parameters=("store", "save"), values=(True,))
MODE = Condition((STORE,), parameters=("mode",), values=("ask", "always"))
CARD = Condition((("raw",),), parameters=("card.number", "card.cvc"))
NOT_GIFT = Condition((("raw",),), parameters=("card.number",), unless=("card.pin", "gift"))
MAYBE = Condition((STORE,), parameters=("store",), values=(True,), possible=True)


def request(given: Given, *, closed: bool = True) -> ApiRequest:
    parameters = tuple(
        Parameter(key, None if value is UNKNOWN else value, value is not UNKNOWN, PLACE)  # type: ignore[arg-type] # a table
        for key, value in given.items()
    )
    return ApiRequest(
        PLACE, "shop", "POST", "/pay", "api", "resolved", "own", "unknown", in_tests=False, parameters=parameters,
        closed=closed, evidence=(),
    )  # fmt: skip


def strength(one: Condition, given: Given, *, closed: bool = True) -> Strength | None:
    found = conditional([one], request(given, closed=closed))
    assert len(found) <= 1
    return found[0].strength if found else None


@pytest.mark.parametrize(
    ("one", "given", "closed", "expected"),
    [
        # a literal decides
        (STORED, {"store": True}, True, "sure"),
        (STORED, {"save": True}, True, "sure"),
        (STORED, {"store": False}, True, None),
        (STORED, {"store": False}, False, "open"),
        (STORED, {"store": False, "save": True}, True, "sure"),
        (STORED, {"store": 1}, True, None),
        (STORED, {"store": "true"}, True, None),
        (MODE, {"mode": "ask"}, True, "sure"),
        (MODE, {"mode": "always"}, True, "sure"),
        (MODE, {"mode": "never"}, True, None),
        (MODE, {"mode": "Ask"}, True, None),
        # a value that is not known may
        (STORED, {"store": UNKNOWN}, True, "possible"),
        (STORED, {"store": UNKNOWN, "save": True}, True, "sure"),
        # absent: nothing, unless the body is open
        (STORED, {}, True, None),
        (STORED, {}, False, "open"),
        (STORED, {"stored": True}, True, None),
        # without values it is enough that it is there
        (CARD, {"card.number": "4111"}, True, "sure"),
        (CARD, {"card.number": UNKNOWN}, True, "sure"),
        (CARD, {"card.cvc.enc": "1"}, True, "sure"),
        (CARD, {"card.type": "scheme"}, True, None),
        (CARD, {"card.numbers": "4111"}, True, None),
        (CARD, {"card": UNKNOWN}, True, "open"),
        (CARD, {"card": "4111"}, True, None),
        (CARD, {"cards": UNKNOWN}, True, None),
        # what stands beside it
        (NOT_GIFT, {"card.number": "6", "card.pin": "1"}, True, None),
        (NOT_GIFT, {"card.number": "6", "gift.kind": "1"}, True, None),
        (NOT_GIFT, {"card.number": "6", "gift": UNKNOWN}, True, None),
        (NOT_GIFT, {"card.number": "6", "gifts": "1"}, True, "sure"),
        (NOT_GIFT, {"gift": True}, False, None),
        # never more than a possibility
        (MAYBE, {"store": True}, True, "possible"),
        (MAYBE, {"store": UNKNOWN}, True, "possible"),
        (MAYBE, {}, False, "open"),
        (MAYBE, {"store": False}, True, None),
    ],
)
def test_a_condition_holds_for_sure_perhaps_or_not(
    one: Condition, given: Given, closed: bool, expected: Strength | None
) -> None:
    assert strength(one, given, closed=closed) == expected


def test_of_conditions_that_ask_for_the_same_the_strongest_counts() -> None:
    for conditions in ([MAYBE, MODE], [MODE, MAYBE]):
        (found,) = conditional(conditions, request({"store": True, "mode": "ask"}))
        assert (found.strength, found.detail) == ("sure", "mode")


def test_of_two_that_are_as_strong_the_better_known_counts() -> None:
    inferred = Condition((STORE,), known="inferred", parameters=("mode",))
    for conditions in ([inferred, STORED], [STORED, inferred]):
        (found,) = conditional(conditions, request({"store": True, "mode": "x"}))
        assert (found.certainty, found.detail) == ("documented", "store")


def test_a_condition_can_require_all_of_several_sets_and_says_why() -> None:
    both = Condition(
        (("pay",), ("store", "keep")), parameters=("store",), known="inferred", source="https://shop.example"
    )
    found = conditional([both], request({"store": True}))
    assert [(one.any_of, one.because, one.detail, one.certainty, one.source) for one in found] == [
        (("pay",), "parameter", "store", "inferred", "https://shop.example"),
        (("store", "keep"), "parameter", "store", "inferred", "https://shop.example"),
    ]


def test_the_strongest_of_several_names_is_the_one_that_is_told() -> None:
    (found,) = conditional([STORED], request({"store": UNKNOWN, "save": True}))
    assert found.detail == "save"


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [("a", "a", True), ("a.b", "a", True), ("a", "a.b", False), ("ab", "a", False), ("a.b.c", "a.b", True)],
)
def test_a_parameter_is_at_its_name_or_inside_it(key: str, name: str, expected: bool) -> None:
    assert is_at(Parameter(key, None, known=False, span=PLACE), name) is expected
