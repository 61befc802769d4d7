"""No order in which the evaluator takes functions and what waits decides what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.python.state.engine import Engine
from tools.schedules import REVERSE, differences, facts_in, main

if TYPE_CHECKING:
    from collections.abc import Mapping
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

HANDED = """
import stripe

def put(holder, client):
    holder.kept = client

def stored(holder, client):
    put(holder, client)
    holder.kept.topups.list()

class Shop:
    def work(self):
        stored(self, stripe.StripeClient("k"))
"""
"""A request that a call seems to make certain, until it is known that the call only says whom to ask."""


def written(files: Mapping[str, str], root: Path) -> Path:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def found_in_orders(folder: Path) -> list[str]:
    """What differs in any of several orders."""
    trees: Trees = {}
    before = facts_in(0, folder, trees)
    assert before
    return [one for seed in ORDERS for one in differences(before, facts_in(seed, folder, trees))]


@pytest.mark.parametrize("text", [OWN_KEY, HANDED], ids=["own key", "handed"])
def test_no_order_decides_what_is_found(text: str, tmp_path: Path) -> None:
    assert found_in_orders(written({"app.py": text}, tmp_path)) == []


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
