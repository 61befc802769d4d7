"""Arguments are found by position or by name; a call tells its method and its receiver."""

from __future__ import annotations

import pytest

from leastscope.python.domain.arguments import Arguments, Call
from leastscope.python.domain.values import UNKNOWN, Const, Value
from leastscope.python.syntax import ir

ONE, TWO = Const.of(1), Const.of(2)
NAME = ir.Name(0, 1, "f")
GIVEN = Arguments((ONE,), (("two", TWO),))


@pytest.mark.parametrize(
    ("index", "name", "found"),
    [(0, "", ONE), (0, "two", ONE), (1, "two", TWO), (1, "", None), (1, "one", None), (2, "two", TWO)],
)
def test_an_argument_at_a_position_or_of_a_name(index: int, name: str, found: Value | None) -> None:
    assert GIVEN.at(index, name) == found


def test_an_argument_by_name_alone() -> None:
    assert (GIVEN.keyword("two"), GIVEN.keyword("one")) == (TWO, None)


@pytest.mark.parametrize(
    ("function", "method", "receiver"),
    [
        (NAME, "", None),
        (ir.Attribute(0, 3, NAME, "g"), "g", NAME),
        (ir.Attribute(0, 5, ir.Attribute(0, 3, NAME, "g"), "h"), "h", ir.Attribute(0, 3, NAME, "g")),
    ],
)
def test_what_a_call_calls(function: ir.Expr, method: str, receiver: ir.Expr | None) -> None:
    call = Call(ir.Call(0, 9, function, ()), UNKNOWN, GIVEN)
    assert (call.method, call.receiver) == (method, receiver)
