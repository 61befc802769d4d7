"""What the code sets on a client after it was made counts from there on."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN, Const, LibraryObject, Mapping
from worlds import found, world

API = "https://api.shop.example"
CLIENT = "import httpx\nc = httpx.Client()\n"
HOLDER = f"""\
import httpx
class A:
    def __init__(self):
        self.c = httpx.Client()
        self.c.base_url = '{API}'
    def go(self):
        self.c.get('/orders')
"""


@pytest.mark.parametrize(
    "text",
    [
        f"{CLIENT}c.base_url = '{API}'\nc.get('/orders')\n",
        f"{CLIENT}d = c\nd.base_url = '{API}'\nd.get('/orders')\n",
        f"{CLIENT}class K(httpx.Client):\n    def __init__(self):\n        self.base_url = '{API}'\nK().get('/orders')\n",
        HOLDER,
    ],
)
def test_a_base_url_that_is_set_later(text: str) -> None:
    assert world(text).effects() == ["resolved GET /orders"]


def test_a_request_before_the_base_url_is_set_goes_nowhere() -> None:
    assert world(f"{CLIENT}c.get('/orders')\nc.base_url = '{API}'\n").effects() == []


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        ("c.headers['Authorization'] = 'x'", Mapping((("Authorization", Const.of("x")),))),
        ("c.headers.update({'Authorization': 'x'})", Mapping((("Authorization", Const.of("x")),))),
        ("c.headers.update(Accept='x')", Mapping((("Accept", Const.of("x")),))),
        ("c.headers = {'Accept': 'x'}", Mapping((("Accept", Const.of("x")),))),
        ("c.headers['B'] = 'x'\nc.headers['A'] = 'y'", Mapping((("A", Const.of("y")), ("B", Const.of("x"))))),
        ("h = c.headers", Mapping((), UNKNOWN)),
        ("c.headers.clear()", None),
    ],
)
def test_headers_that_are_set_later(line: str, headers: Mapping | None) -> None:
    client = found(f"{CLIENT}{line}\nfound = c\n")
    assert isinstance(client, LibraryObject)
    assert client.configuration.headers == headers


def test_the_order_of_headers_does_not_matter() -> None:
    one, other = (
        found(f"{CLIENT}c.headers['{first}'] = 'x'\nc.headers['{second}'] = 'x'\nfound = c\n")
        for first, second in [("A", "B"), ("B", "A")]
    )
    assert one == other
