"""A host says whose operation a URL is; the verb and the path say which."""

from __future__ import annotations

import pytest

from worlds import world

API = "https://api.shop.example"


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        (f"requests.get('{API}/orders')", ["resolved GET /orders"]),
        (f"requests.get('{API}/orders/')", ["resolved GET /orders/"]),
        (f"requests.get('{API}/' + x)", ["resolved GET /{}"]),
        (f"requests.post('{API}/orders/' + x)", ["resolved POST /orders/{}"]),
        (f"requests.request('delete', '{API}/orders/1')", ["resolved DELETE /orders/1"]),
        (f"requests.request(method='PUT', url='{API}/orders/1')", ["resolved PUT /orders/1"]),
        (
            f"requests.request('GET' if x else 'POST', '{API}/orders')",
            ["resolved GET /orders", "resolved POST /orders"],
        ),
        (f"requests.get('{API}/nothing')", ["resolved GET /nothing"]),
        (f"import http\nrequests.request(http.HTTPMethod.POST, '{API}/orders')", ["resolved POST /orders"]),
        (f"httpx.Client(base_url='{API}').get('/orders')", ["resolved GET /orders"]),
        (f"httpx.Client(base_url='{API}/').get('orders')", ["resolved GET /orders"]),
        (f"httpx.Client(base_url='https://other.example').get('{API}/orders')", ["resolved GET /orders"]),
    ],
)
def test_a_url_of_a_known_host(text: str, effects: list[str]) -> None:
    assert world(f"import requests, httpx\n{text}\n").effects() == effects


@pytest.mark.parametrize(
    ("verbs", "paths", "effects"),
    [
        (
            "'GET' if x else 'POST'",
            "'/orders' if y else '/nothing'",
            [
                "possible GET /nothing",
                "possible GET /orders",
                "possible POST /nothing",
                "possible POST /orders",
            ],
        ),
        (
            "'GET' if x else 'DELETE'",
            "'/orders' if y else '/orders/1'",
            ["possible DELETE /orders/1", "possible GET /orders", "possible GET /orders/1"],
        ),
        ("'GET'", "'/orders' if y else '/nothing'", ["resolved GET /nothing", "resolved GET /orders"]),
    ],
)
def test_of_several_verbs_and_paths_nobody_says_which_go_together(verbs: str, paths: str, effects: list[str]) -> None:
    text = f"import requests\nrequests.request({verbs}, '{API}' + ({paths}))\n"
    assert sorted(world(text).effects()) == effects


@pytest.mark.parametrize(
    "text",
    [
        "requests.get('https://other.example/orders')",
        "requests.get('https://api.shop.example.evil.example/orders')",
        "requests.get('/orders')",
        "requests.get(x)",
        "httpx.Client(base_url='https://other.example').get('/orders')",
    ],
)
def test_a_url_of_another_host_is_nobody_s(text: str) -> None:
    assert world(f"import requests, httpx\n{text}\n").effects() == []


@pytest.mark.parametrize("text", [f"requests.request(x, '{API}/orders')", f"requests.get('{API}' + x)"])
def test_what_the_code_does_not_tell_is_a_gap(text: str) -> None:
    assert world(f"import requests\n{text}\n").effects() == ["fails raw-request"]


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("requests.get(u)", ["opens u"]),
        (f"requests.get('{API}/' + u)", ["opens u"]),
        (f"requests.get('{API}/orders/' + u)", ["resolved GET /orders/{}"]),
        (f"requests.request(u, '{API}/orders')", ["opens u"]),
        (f"requests.post('{API}/orders', json=u)", ["resolved POST /orders"]),
    ],
)
def test_what_a_parameter_decides_is_open(body: str, effects: list[str]) -> None:
    assert world(f"import requests\ndef f(u):\n    {body}\n").effects() == effects
