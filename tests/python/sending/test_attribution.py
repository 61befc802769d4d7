"""A request stands where somebody decided it: in the caller who chose the operation, or in the function itself."""

from __future__ import annotations

import pytest

from http_worlds import told
from worlds import SHOP

RAW = "def f(verb):\n    shop.Client('k').raw(verb, '/orders')\n"

HOLDER = """\
class A:
    def __init__(self, c, p):
        self.c = c
        self.p = p
    def go(self):
        self.c.raw('POST', self.p)
"""


def placed(text: str) -> list[str]:
    """What a file that begins with the library's import sends, by line."""
    return told({"app.py": f"import shop\n{text}"}, SHOP)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (RAW + "f('GET')\nf('POST')\n", ["4 resolved GET /orders", "5 resolved POST /orders"]),
        (RAW + "def g(verb):\n    f(verb)\ng('GET')\n", ["6 resolved GET /orders"]),
        (RAW + "def g():\n    f('GET')\ng()\ng()\n", ["5 resolved GET /orders"]),
        ("def f(cls):\n    cls.create()\nf(shop.Order)\n", ["4 resolved POST /orders"]),
        (RAW + "def g(verb, n):\n    g(verb, n - 1)\n    f(verb)\ng('GET', 3)\n", ["7 resolved GET /orders"]),
        (
            "def f(verb):\n    def g():\n        shop.Client('k').raw(verb, '/orders')\n    g()\nf('GET')\n",
            ["6 resolved GET /orders"],
        ),
    ],
)
def test_who_passes_the_operation_decides_it(text: str, found: list[str]) -> None:
    assert placed(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f(m):\n    m.Order.create()\nf(shop)\n", ["3 resolved POST /orders"]),
        ("def f(m):\n    m.Order.create()\ndef g(m):\n    f(m)\ng(shop)\n", ["3 resolved POST /orders"]),
        (
            "def f(n):\n    shop.Client('k').raw('GET' if n else 'POST', '/orders')\nf(1)\n",
            ["3 resolved GET /orders", "3 resolved POST /orders"],
        ),
        (
            f"{HOLDER}A(shop.Client('k'), '/orders').go()\n",
            ["7 resolved POST /orders"],
        ),
    ],
)
def test_who_only_says_whom_to_ask_decides_nothing(text: str, found: list[str]) -> None:
    assert placed(text) == found


def test_what_no_caller_closes_is_a_gap_in_the_function() -> None:
    assert placed(RAW) == ["3 gap open-parameter"]
    assert placed(RAW.replace("verb)", "verb='GET')")) == ["3 gap open-parameter"]
