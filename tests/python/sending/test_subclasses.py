"""What a framework sends for a class of the program that sets what the framework's base class asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from http_worlds import HTTP
from leastscope.rulebook.models import read_models
from leastscope.settings import load_settings
from worlds import KNOWN, SHOP, world

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.library import Knowledge

MODEL = """\
system: http
modules: [cdk]
types:
  Stream:
    names: [cdk.Stream]
    subclass: {send: "$verb $base/$path", defaults: {verb: GET}}
"""
HEAD = "import cdk\nclass Base(cdk.Stream):\n    base = 'https://api.shop.example'\n"


@pytest.fixture(name="knowledge")
def model(tmp_path: Path) -> Knowledge:
    """What the evaluator is told, with the framework's model."""
    (tmp_path / "cdk.yaml").write_text(MODEL)
    (tmp_path / "leastscope.yaml").write_text("models: [cdk.yaml]\n")
    (library,) = read_models(load_settings(tmp_path, None, ()), tmp_path, {"http": HTTP, SHOP.system: SHOP})
    return replace(KNOWN, libraries={**KNOWN.libraries, library.distribution: library})


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("", []),
        ("class A(Base):\n    path = 'orders'\n", ["5 resolved GET /orders"]),
        ("class A(Base):\n    def path(self): return 'orders'\n", ["5 resolved GET /orders"]),
        ("class A(Base):\n    path = property(lambda self: 'orders')\n", ["5 resolved GET /orders"]),
        ("class A(Base):\n    path = 'orders'\n    verb = 'POST'\n", ["5 resolved POST /orders"]),
        ("class A(Base):\n    path = None\n", []),
        ("class A(Base):\n    other = 'orders'\n", []),
        (
            "class A(Base):\n    path = 'orders'\nclass B(A):\n    verb = 'DELETE'\n",
            ["5 resolved GET /orders", "7 resolved DELETE /orders"],
        ),
        ("class A:\n    base = 'https://api.shop.example'\n    path = 'orders'\n", []),
    ],
)
def test_a_class_that_sets_what_decides(text: str, effects: list[str], knowledge: Knowledge) -> None:
    assert world(f"{HEAD}\n{text}", knowledge).placed() == effects


def test_what_only_makers_know_is_told_where_they_make_one(knowledge: Knowledge) -> None:
    text = "class A(Base):\n    def __init__(self, path):\n        self.path = path\nA('orders')\nA('hooks')\n"
    found = world(f"{HEAD}\n{text}", knowledge).placed()
    assert found == ["8 resolved GET /orders", "9 resolved GET /hooks"]
