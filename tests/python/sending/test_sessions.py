"""What the code sets on a client after it was made counts from there on."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN, Const, LibraryObject, Mapping, join, options
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
        ("h = c.headers", None),
        ("h = c.headers\nh['Accept'] = 'x'", Mapping((("Accept", Const.of("x")),))),
        ("k = {'h': c.headers}\nk['h'].update(Accept='x')", Mapping((("Accept", Const.of("x")),))),
        ("c.headers[k] = 'x'", Mapping((), join(Const.of("x"), UNKNOWN))),
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


MADE = "import httpx\ndef made():\n    c = httpx.Client()\n"
ADDRESS = "def address(client):\n    client.base_url = 'x'\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{CLIENT}{ADDRESS}address(c)\nfound = c\n",
        f"{CLIENT}d = c\nd.base_url = 'x'\nfound = c\n",
        f"{CLIENT}both = [c]\nboth[0].base_url = 'x'\nfound = c\n",
        f"{CLIENT}both = {{'a': c}}\nc.base_url = 'x'\nfound = both['a']\n",
        f"{CLIENT}def later():\n    c.base_url = 'x'\nfound = c\n",
        f"{MADE}    c.base_url = 'x'\n    return c\nfound = made()\n",
    ],
    ids=["helper", "other name", "list", "dict", "closure", "made"],
)
def test_a_client_is_one_object_under_all_names(text: str) -> None:
    client = found(text)
    assert isinstance(client, LibraryObject)
    assert client.configuration.base == Const.of("x")


def test_two_clients_are_two_objects() -> None:
    client = found(f"{CLIENT}d = httpx.Client()\nd.base_url = 'x'\nfound = c\n")
    assert isinstance(client, LibraryObject)
    assert client.configuration.base is None


def test_a_client_that_a_function_makes_is_another_one_at_each_call() -> None:
    client = found(f"{MADE}    return c\nc = made()\nd = made()\nd.base_url = 'x'\nfound = c\n")
    assert isinstance(client, LibraryObject)
    assert client.configuration.base is None


def test_branches_do_not_double_the_states_of_a_client() -> None:
    branches = "".join(f"if maybe({n}):\n    c.headers['H{n}'] = 'x'\n" for n in range(9))
    values = options(found(f"{CLIENT}{branches}found = c\n") or UNKNOWN)
    headers = [one.configuration.headers for one in values if isinstance(one, LibraryObject)]
    assert len(headers) == len(values) < 20
    told = (known.items for known in headers if isinstance(known, Mapping))
    assert {name for items in told for name, _ in items} == {f"H{n}" for n in range(9)}
