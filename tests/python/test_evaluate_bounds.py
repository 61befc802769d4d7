"""Programs of a shape and size that nobody writes by hand: each is evaluated in few steps, and every call is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.pipeline import requests
from leastscope.request import Request

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import stripe\n\nclient = stripe.StripeClient(KEY)\n\n\n"
MOST = 10_000
"""Evaluations: what an ordinary machine does in five seconds. Seconds themselves depend on who else is at work."""
RECURSIVE = "def again(function):\n    def inner(*args):\n        return again(function)(*args)\n    return inner\n\n\n"
CUSTOMER = "client.v1.customers.retrieve"
BASE = "class Base:\n    path = None\n\n    def get(self):\n        return client.raw_request('get', self.path)\n\n\n"
DECORATED_IN_ITSELF = """def of_kind(kind):
    def decorator(function):
        function.create(name=1)

        @of_kind(stripe.Coupon)
        def make(resource, name):
            resource.create(name=name)

        def decorator(function):
            def inner(name):
                return function(kind, name=name)
            return inner

        def inner(name):
            return function(kind, name=name)
        return inner
    return decorator


@of_kind(stripe.Coupon)
def make(resource, name):
    resource.create(name=name)


make('x')
"""
CHAINS = """class Chain:
    def __init__(self, link):
        self.link = link

    def also(self, other):
        def both(one):
            self.link(one)
            other(one)
        return Chain(both).also(both)


def compose(first, second):
    def whole(one):
        return compose(first, compose(whole, second))(one) or first(second(one))
    return whole


Chain(stripe.Refund.create).also(stripe.Payout.create)("1")
compose(stripe.Refund.create, stripe.Payout.create)(1)
"""
PROGRAMS = {
    "a decorator that is applied in itself": DECORATED_IN_ITSELF,
    "closures around closures of the same function": CHAINS,
    "300 chained calls": f"value = client{''.join(f'.with_({n})' for n in range(300))}\n{CUSTOMER}('a')\n",
    "500 functions with a recursive decorator": RECURSIVE
    + "".join(f"@again\ndef f{n}(one):\n    return {CUSTOMER}(one)\n\n\n" for n in range(500)),
    "60 nested lambdas": f"nested = {''.join(f'lambda a{n}: ' for n in range(60))}{CUSTOMER}(a0)\nnested{'(1)' * 60}\n",
    "a ring of 500 generators": "".join(
        f"def g{n}(c):\n    yield from g{(n + 1) % 500}(c)\n    yield c.v1.customers.retrieve('a')\n\n\n"
        for n in range(500)
    )
    + "for one in g0(client):\n    print(one)\n",
    "3,000 functions that share a global": "state = None\n\n\n"
    + "".join(
        f"def f{n}():\n    global state\n    state = {CUSTOMER}('{n}') if state else client\n    return state\n\n\n"
        for n in range(3_000)
    ),
    "400 functions that call each other": "".join(
        f"def f{n}(one, depth):\n    one.list()\n"
        f"    return f{(n + 1) % 400}(one, depth + 1) or f{(n * 7 + 3) % 400}(one, depth)\n\n\n"
        for n in range(400)
    )
    + "f0(stripe.Customer, 0)\nf1(stripe.Invoice, 0)\n",
    "4,000 subclasses": BASE + "".join(f"class C{n}(Base):\n    path = '/v1/customers'\n\n\n" for n in range(4_000)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_of_an_unusual_shape_ends_soon(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.py").write_text(HEAD + PROGRAMS[name], "utf-8")
    request = Request((tmp_path,), tmp_path)
    found = requests(request).inventory
    assert found.needs or found.gaps
    assert request.stages.counts["evaluations"] < MOST
