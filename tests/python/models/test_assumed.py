"""A function that is handed to code which is not read is possibly called, with what is handed along."""

from __future__ import annotations

import pytest

from http_worlds import told
from worlds import SHOP

HEAD = "import shop, lib\ndef f(v):\n    shop.Client('k').raw(v, '/orders')\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lib.run(f, 'GET')", ["4 possible GET /orders"]),
        ("lib.run(f, v='GET')", ["4 possible GET /orders"]),
        ("lib.run(f, 'GET', retries=3)", ["4 possible GET /orders"]),
        ("lib.run(1, f, 'GET')", ["4 possible GET /orders"]),
        ("lib.wrap(f)('GET')", ["4 possible GET /orders"]),
        ("g = lib.wrap(f)\ng('GET')", ["5 possible GET /orders"]),
        ("lib.run(function=f)('GET')", ["4 possible GET /orders"]),
        ("lib.run(f, 'GET' if x else 'POST')", ["3 possible GET /orders", "3 possible POST /orders"]),
        ("lib.run(f, x)", ["4 gap raw-request"]),
        ("lib.run(f)", ["3 gap open-parameter"]),
        ("lib.run('GET', f)", ["3 gap open-parameter"]),
    ],
)
def test_what_such_a_call_sends(text: str, found: list[str]) -> None:
    assert told({"app.py": f"{HEAD}{text}\n"}, SHOP) == found


def test_a_function_that_callers_do_not_complete_is_known_by_itself() -> None:
    text = "import shop, lib\ndef f():\n    shop.Order.create()\nlib.run(f, 'GET')\n"
    assert told({"app.py": text}, SHOP) == ["3 resolved POST /orders"]
