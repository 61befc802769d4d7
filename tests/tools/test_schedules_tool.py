"""No order in which the evaluator takes functions and what waits decides what is found."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from leastscope.python.state.engine import Engine
from places import FIXTURES
from tools.schedules import REVERSE, differences, facts_in, main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leastscope.python.domain.values import Unit
    from leastscope.request import Trees

ORDERS = range(REVERSE, 20)
OWN_KEY = """
import os
import stripe
from django.conf import settings as given

class Settings:
    @property
    def key(self):
        return getattr(given, "STRIPE_KEY", os.environ.get("STRIPE_KEY", stripe.api_key))

settings = Settings()

def configure():
    stripe.api_key = settings.key

def use():
    stripe.Customer.list()
"""
"""A key that falls back on itself: more and more is known of what it can be."""
SET_LATE = """
import os
import stripe

def use():
    stripe.Customer.create()

class Gateway:
    def configure(self):
        stripe.api_key = self.key

    def __init__(self):
        self.key = os.environ["KEY"]
"""
"""A key whose attribute is not known yet in some orders when it is set."""
SEVERAL_WAYS = """
import stripe

def pay(client):
    return client.v1.customers.list()

class Shop:
    def __init__(self, client):
        self.client = client

    def late(self):
        self.client.v1.coupons.list()

def one():
    Shop(stripe.StripeClient("k"))
    return pay(stripe.StripeClient("k"))

def two():
    client = stripe.StripeClient("k")
    Shop(client)
    return pay(client)
"""
"""Two clients that are alike come to one function and one attribute on two ways."""
FALLEN_BACK_ON = """
import stripe

class Holder:
    pass

holder = Holder()
near = stripe.StripeClient("k")

def kept():
    return getattr(holder, "client", near)

def use():
    global found
    found = kept()
    pay(found)

def pay(client):
    client.v1.customers.list()

def again():
    found.v1.coupons.list()

def late():
    holder.client = stripe.StripeClient("k")
"""
"""A client on a short way that is given, kept and returned only as long as another one is not known yet."""

SPREAD = """
import os
import httpx

class Wallet:
    def pay(self):
        self.client.post("/v1/refunds", headers=self.form())

    def form(self):
        return {**self.headers, "Content-Type": "x"}

    def __init__(self):
        self.headers = {"Authorization": f"Bearer {os.environ['STRIPE_KEY']}"}
        self.client = httpx.Client(base_url="https://api.stripe.com", headers=self.headers)
"""
"""Headers that take over others, which are not known yet in some orders when they are asked for."""

ASKED_BEFORE = """
import stripe

class Holder:
    pass

holder = Holder()
client = stripe.StripeClient("k")

def send(name):
    return getattr(client.v1, name).list()

def late():
    holder.name = "refunds"

def use():
    send(getattr(holder, "name", "coupons"))

def other():
    send("customers")
"""
"""Two ways to call a function, and a third one that is known of only as long as what the holder has is not."""
ASKED_BEFORE_IN_A_CIRCLE = ASKED_BEFORE.replace(
    "    return getattr(client.v1, name).list()", "    getattr(client.v1, name).list()\n    again(name)"
).replace("def late()", "def again(name):\n    send(name)\n\ndef late()")
"""The same, where the function is also called by one that it calls, in all of these ways."""
CALL_EACH_OTHER = """
import stripe
client = stripe.StripeClient("k")

def first(name):
    getattr(client.v1, name).list()
    second(name)

def second(name):
    getattr(client.v1, name).list()
    first(name)

def one():
    first("customers")
    first("coupons")

def two():
    second("refunds")
    second("charges")
"""
"""Two functions, each called with four names and, by the other one, with what its own callers give."""

TEXTS = {
    "own key": OWN_KEY,
    "set late": SET_LATE,
    "several ways": SEVERAL_WAYS,
    "fallen back on": FALLEN_BACK_ON,
    "spread": SPREAD,
}


def written(files: Mapping[str, str], root: Path) -> Path:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def found_in_orders(folder: Path, orders: Sequence[int] = ORDERS) -> list[str]:
    """What differs in any of several orders."""
    trees: Trees = {}
    before = facts_in(0, folder, trees)
    assert before
    return [one for seed in orders for one in differences(before, facts_in(seed, folder, trees))]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_order_decides_what_is_found(text: str, tmp_path: Path) -> None:
    assert found_in_orders(written({"app.py": text}, tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "limit", "gaps"),
    [
        (ASKED_BEFORE, 2, 0),
        (ASKED_BEFORE, 1, 1),
        (ASKED_BEFORE_IN_A_CIRCLE, 3, 0),
        (ASKED_BEFORE_IN_A_CIRCLE, 2, 1),
        (CALL_EACH_OTHER, 5, 0),
        (CALL_EACH_OTHER, 4, 2),
    ],
    ids=["superseded", "cut", "superseded in a circle", "cut in a circle", "just enough", "cut together"],
)
def test_no_order_decides_which_calls_are_too_many(
    text: str, limit: int, gaps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leastscope.python.state.contexts.CONTEXT_LIMIT", limit)
    folder = written({"app.py": text}, tmp_path)
    assert sum(" limit," in fact for fact in facts_in(0, folder)) == gaps
    assert found_in_orders(folder) == []


EVIDENCE_STILL_DECIDED = ("made_and_called_by_frameworks.py:26",)
"""Requests of which the order decides the steps of evidence: a client that a field's annotation and a store both give."""


@pytest.mark.parametrize("system", ["adyen", "sparkpay", "stripe"])
def test_no_order_decides_what_is_found_in_fixtures(system: str, tmp_path: Path) -> None:
    folder = shutil.copytree(
        FIXTURES / "calls" / system, tmp_path / system
    )  # in the checkout, all would be the project
    found = found_in_orders(folder, ORDERS[:5])
    assert [one for one in found if not any(place in one for place in EVIDENCE_STILL_DECIDED)] == []


def test_the_orders_are_different_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written({"app.py": OWN_KEY}, tmp_path)
    ran: list[list[int]] = []
    run = Engine._run

    def noted(engine: Engine, unit: Unit) -> None:
        ran[-1].append(unit.place.start)
        run(engine, unit)

    monkeypatch.setattr(Engine, "_run", noted)
    for seed in range(4):
        ran.append([])
        facts_in(seed, tmp_path)
    assert len({tuple(one) for one in ran}) > 2


def test_what_an_order_changes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {"request at a.py:1:1: GET": "imported", "gap at a.py:2:1: limit": ""}
    after = {"request at a.py:1:1: GET": "called", "gap at a.py:3:1: limit": ""}
    assert differences(before, after) == [
        "added gap at a.py:3:1: limit",
        "evidence request at a.py:1:1: GET\n    imported\n    called",
        "lost gap at a.py:2:1: limit",
    ]
    assert main(["--source", str(written({"app.py": OWN_KEY}, tmp_path)), "--seeds", "1"]) == 0
    assert "1: 1 facts, 0 differences" in capsys.readouterr().out
