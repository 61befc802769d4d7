"""What the evaluation knows of the expressions of a line, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command import run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import os\nimport stripe\nimport framework\n"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # or a long line is two


def told(folder: Path, code: str, line: int) -> list[str]:
    """The lines about expressions, each with what it comes from."""
    (folder / "app.py").write_text(HEAD + code, encoding="utf-8")
    outcome = run(folder, "explain", f"app.py:{line}")
    assert outcome.code == 0, outcome.err
    _, _, after = outcome.out.decode().partition("what is known of the expressions, whoever calls the code\n")
    return [line.strip() for line in after.splitlines()]


@pytest.mark.parametrize(
    ("code", "line", "expected"),
    [
        ("stripe.Customer.list()\n", 4, "'stripe.Customer' is the class 'stripe.Customer'"),
        ("framework.make().v1.get()\n", 4, "'framework.make(…)' is not known; it is lost here"),
        ("def f(c):\n    c.v1.refunds.create()\n", 5, "'c.v1' is what callers decide by 'c'"),
        ("class A:\n    pass\nprint(A(), A)\n", 6, "'A(…)' is a 'A'"),
        ("class A:\n    pass\nprint(A)\n", 6, "'A' is the class 'A'"),
        ("def g():\n    pass\nprint(g)\n", 6, "'g' is the function 'g'"),
        ("print(os.environ['KEY'])\n", 4, "'os.environ[…]' is what 'env:KEY' says outside of the code"),
        ("key = 'sk_live_1'\nprint(key)\n", 5, "'key' is a text"),
        ("path = '/v1/customers'\nprint(path)\n", 5, "'path' is the text '/v1/customers'"),
        ("number = 5\nprint(number)\n", 5, "'number' is 5"),
        ("made = [stripe.Coupon]\nprint(made)\n", 5, "'made' is a list of values"),
        ("made = {'a': stripe.Coupon}\nprint(made)\n", 5, "'made' is a dict"),
        ("one = stripe.Coupon.list\nprint(one)\n", 5, "'one' is the method 'list' of the class 'stripe.Coupon'"),
        (
            "one = stripe.Coupon if framework.x else stripe.Price\nprint(one)\n",
            5,
            "'one' is the class 'stripe.Coupon' or the class 'stripe.Price'",
        ),
        ("print(getattr(stripe, framework.name))\n", 4, "'getattr(…)' is a member that the code chooses at run time"),
        ("print(framework.name)\n", 4, "'framework.name' is 'framework.name', which leastscope does not read"),
    ],
)
def test_an_expression_is_told_in_words(code: str, line: int, expected: str, tmp_path: Path) -> None:
    assert any(one.startswith(expected) for one in told(tmp_path, code, line)), told(tmp_path, code, line)


def test_what_a_value_comes_from_stands_below_it_once(tmp_path: Path) -> None:
    lines = told(tmp_path, "client = stripe.StripeClient('k')\nclient.v1.customers.list()\n", 5)
    assert [line.rpartition(" (")[0] for line in lines] == [
        "'client' is a 'stripe.StripeClient'",
        "'stripe' is imported",
        "a 'StripeClient' is made",
        "'client.v1' is a 'stripe.V1Services'",
        "'client.v1.customers' is a 'stripe.CustomerService'",
        "'client.v1.customers.list' is the method 'list' of a 'stripe.CustomerService'",
    ]


def test_it_is_told_again_where_the_evaluation_was_kept(tmp_path: Path) -> None:
    code = "stripe.Customer.list()\n"
    assert told(tmp_path, code, 4) == told(tmp_path, code, 4) != []


def test_a_line_without_expressions_is_told_nothing_of(tmp_path: Path) -> None:
    assert told(tmp_path, "stripe.Customer.list()\npass\n", 5) == []


WRAPPER = """
import requests
def send(verb, path):
    return requests.request(verb, "https://api.stripe.com/v1/" + path)
def one():
    return send("POST", "refunds")
def other(path):
    return send("GET", path)
"""


def by_caller(folder: Path, code: str, line: int) -> list[str]:
    """The lines about what calls of a function give."""
    (folder / "app.py").write_text(code, encoding="utf-8")
    shown = run(folder, "explain", f"app.py:{line}").out.decode()
    _, _, after = shown.partition("what calls of the function give instead, each at its place\n")
    return [line.strip() for line in after.splitlines()]


def test_calls_that_give_other_values_are_told_with_their_places(tmp_path: Path) -> None:
    told = by_caller(tmp_path, WRAPPER, 4)
    assert "'verb' is the text 'POST' (app.py:6:12)" in told
    assert "'…' is the text 'https://api.stripe.com/v1/refunds' (app.py:6:12)" in told
    assert "'verb' is the text 'GET' (app.py:8:12)" in told


def test_few_calls_are_told_and_none_where_all_give_the_same(tmp_path: Path) -> None:
    calls = "".join(f"def use_{one}():\n    return send('GET', '{one}')\n" for one in "abcdefgh")
    places = {line.rpartition(" (")[2] for line in by_caller(tmp_path, WRAPPER + calls, 4)}
    assert len(places) == 5
    assert by_caller(tmp_path, WRAPPER, 6) == []
