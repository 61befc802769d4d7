"""A client without a model that is given the URL of an operation sends it, as far as anybody can see."""

from __future__ import annotations

import pytest

from worlds import world

ORDERS = "'https://api.shop.example/orders'"


@pytest.mark.parametrize(
    ("call", "effect"),
    [
        (f"acme.get({ORDERS})", "possible GET /orders"),
        (f"acme.get(url={ORDERS})", "possible GET /orders"),
        (f"acme.Session().post({ORDERS})", "possible POST /orders"),
        (f"acme.request('post', {ORDERS})", "possible POST /orders"),
        (f"acme.fetch({ORDERS}, method='POST')", "possible POST /orders"),
        (f"acme.request('DELETE', {ORDERS} + '/' + x)", "possible DELETE /orders/{}"),
        (f"acme.request(x, {ORDERS})", "fails unknown-library"),
        (f"acme.urlopen({ORDERS})", "fails unknown-library"),
    ],
)
def test_a_call_that_looks_like_a_request(call: str, effect: str) -> None:
    assert world(f"import acme\n{call}\n").effects() == [effect]


@pytest.mark.parametrize(
    "call",
    [
        f"acme.log({ORDERS})",
        f"acme.cache.get({ORDERS})",
        f"acme.settings.get({ORDERS})",
        "acme.get('https://api.shop.example/nothing')",
        "acme.get('https://other.example/orders')",
        f"acme.get(x, 1, {ORDERS})",
        f"respx.get({ORDERS})",
        f"dict().get({ORDERS})",
        f"get({ORDERS})",
    ],
)
def test_a_call_that_does_not(call: str) -> None:
    assert world(f"import acme, respx\n{call}\n").effects() == []


def test_a_client_that_callers_hand_over() -> None:
    text = f"def f(client):\n    client.get({ORDERS})\n"
    assert world(text).effects() == ["opens client", "possible GET /orders"]
