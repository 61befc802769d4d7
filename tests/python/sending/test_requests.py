"""From calls of a library to requests: verb, path, parameters, and what cannot be told."""

from __future__ import annotations

import pytest

from leastscope.python.domain.effects import Passed
from leastscope.python.domain.values import NONE, UNKNOWN, Const, Items, Mapping, Value, join
from leastscope.python.sending.requests import flat
from worlds import world

CLIENT = "import shop\nc = shop.Client('k')\n"


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("shop.Order.create()\n", ["resolved POST /orders"]),
        ("c.get('o')\n", ["resolved GET /orders/{order}"]),
        ("c.upload()\n", ["resolved POST /files"]),
        ("c.orders.get('o')\n", ["resolved GET /orders/{order}"]),
        ("shop.Order.create().fresh\n", ["resolved POST /orders", "resolved GET /orders/{order}"]),
        ("shop.Order.create\n", []),
        ("c.raw('POST', '/hooks')\n", ["resolved POST /hooks"]),
        ("c.raw('delete', '/orders/' + x)\n", ["resolved DELETE /orders/{}"]),
        ("c.raw('POST' if x else 'GET', '/orders')\n", ["resolved GET /orders", "resolved POST /orders"]),
        ("c.raw(x, '/orders')\n", ["fails raw-request"]),
        ("c.raw('GET', x)\n", ["fails raw-request"]),
        ("def f(verb):\n    c.raw(verb, '/orders')\n", ["opens verb"]),
        ("c.on_paid(x)\n", ["handled order.paid"]),
        ("if x == 'order.paid': pass\n", ["handled order.paid"]),
        ("if x == 'order.lost': pass\n", []),
    ],
)
def test_what_code_does(text: str, effects: list[str]) -> None:
    assert world(CLIENT + text).effects() == effects


@pytest.mark.parametrize(
    ("value", "passed"),
    [
        (Const.of("a"), [Passed("k", "a", known=True)]),
        (NONE, []),
        (join(Const.of(1), NONE), [Passed("k", 1, known=True)]),
        (Items((Const.of(1), Const.of(2))), [Passed("k", 1, known=True), Passed("k", 2, known=True)]),
        (Mapping((("a", Const.of(1)),)), [Passed("k.a", 1, known=True)]),
        (Mapping((), UNKNOWN), [Passed("k", None, known=False)]),
        (UNKNOWN, [Passed("k", None, known=False)]),
    ],
)
def test_a_parameter_as_dotted_keys(value: Value, passed: list[Passed]) -> None:
    assert sorted(flat("k", value)) == passed
