"""What the arguments of a call settle of the function it calls, and what stays open for the callers further up."""

from __future__ import annotations

import pytest

from worlds import world

HEAD = "import shop\ndef f(verb, path='/orders'):\n    shop.Client('k').raw(verb, path)\n"


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("f('GET')", ["4 resolved GET /orders"]),
        ("f('GET')\nf('GET')", ["4 resolved GET /orders", "5 resolved GET /orders"]),
        ("f('POST', '/hooks')", ["4 resolved POST /hooks"]),
        ("f(path='/hooks', verb='POST')", ["4 resolved POST /hooks"]),
        ("f(*('GET',))", ["4 resolved GET /orders"]),
        ("f(**{'verb': 'GET'})", ["4 resolved GET /orders"]),
        ("f(x)", ["4 fails raw-request"]),
    ],
)
def test_arguments_settle_what_is_open(text: str, effects: list[str]) -> None:
    assert world(f"{HEAD}{text}\n").placed() == ["3 opens path verb", *effects]


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("def g(verb):\n    f(verb)", ["5 opens verb"]),
        ("def g(verb, path):\n    f(verb, path)", ["5 opens path verb"]),
        ("def g(verb, path):\n    f('GET')", ["5 resolved GET /orders"]),
        ("def g(verb):\n    f(verb)\ng('GET')", ["5 opens verb", "6 resolved GET /orders"]),
    ],
)
def test_what_a_caller_passes_on_stays_open(text: str, effects: list[str]) -> None:
    assert world(f"{HEAD}{text}\n").placed() == ["3 opens path verb", *effects]


def test_what_is_closed_for_any_caller_is_told_once() -> None:
    text = "import shop\ndef f(o):\n    shop.Client('k').get(o)\nf('a')\nf('b')\n"
    assert world(text).placed() == ["3 resolved GET /orders/{order}"]


def test_a_nested_function_leaves_open_what_the_function_around_it_was_given() -> None:
    text = "import shop\ndef f(verb):\n    def g():\n        shop.Client('k').raw(verb, '/orders')\n    g()\nf('GET')\n"
    assert world(text).placed() == ["4 opens verb", "5 opens verb", "6 resolved GET /orders"]
