"""Where a request stands whose operation the class of a method chooses: at the call that names it, or in the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.python.classes import class_units, effects_of, settled
from leastscope.python.domain.effects import Sends, in_order
from leastscope.python.state.roots import root_units
from worlds import World, told, world

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """import shop
class Base:
    verb = None
    def send(self):
        shop.Client('k').raw(self.verb, '/orders')
    def _send(self):
        shop.Client('k').raw(self.verb, '/orders')
    def again(self):
        self.send()
class Get(Base):
    verb = 'GET'
class Post(Base):
    verb = 'POST'
"""
BOTH = ["5 possible GET /orders", "5 possible POST /orders"]
HIDDEN = ["7 possible GET /orders", "7 possible POST /orders"]


def left(found: World) -> list[str]:
    """What is left of all requests of a file, each behind its line."""
    engine, units = found.engine, root_units(found.frame.module)
    for _ in range(2):
        engine.solve([one for unit in units for one in class_units(engine, unit, engine.units[unit])])
    classes = settled(engine, units)
    return [
        f"{found.frame.module.span_at(*effect.site).line} {told(kept)}"
        for unit in units
        for effect in in_order(effects_of(engine, unit, engine.units[unit]))
        if isinstance(effect, Sends) and (kept := classes.left_to(engine, unit, effect)) is not None
    ]


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("", [*BOTH, *HIDDEN]),
        ("Get().send()", ["14 resolved GET /orders", "5 outside POST /orders", *HIDDEN]),
        ("Get().send()\nPost().send()", ["14 resolved GET /orders", "15 resolved POST /orders", *HIDDEN]),
        ("Get().again()", ["14 resolved GET /orders", "5 outside POST /orders", *HIDDEN]),
        ("Get()._send()", ["14 resolved GET /orders", *BOTH]),
        ("def f(one: Base):\n    one.send()", [*BOTH, *HIDDEN]),
        ("def f(one: Get):\n    one.send()", ["5 outside POST /orders", *HIDDEN, "15 resolved GET /orders"]),
        ("def f(one: Base):\n    one.send()\nGet().send()", ["16 resolved GET /orders", *BOTH, *HIDDEN]),
        (
            "class More(Get):\n    def send(self):\n        super().send()",
            ["5 outside POST /orders", *HIDDEN, "16 resolved GET /orders"],
        ),
    ],
)
def test_a_request_stands_where_its_class_is_named(text: str, requests: list[str]) -> None:
    assert left(world(HEAD + text + "\n")) == requests


def test_a_class_alone_chooses_nothing() -> None:
    text = HEAD.replace("class Post(Base):\n    verb = 'POST'\n", "Get().send()\n")
    assert left(world(text)) == ["5 resolved GET /orders", "7 resolved GET /orders"]


def test_alternatives_that_each_class_has_are_no_choice_of_the_class() -> None:
    text = HEAD.replace("'GET'", "'GET' if x else 'POST'").replace("verb = 'POST'", "pass") + "Get().send()\n"
    assert left(world(text)) == [each.replace("possible", "resolved") for each in (*BOTH, *HIDDEN)]


def test_what_each_class_sends_is_certain_and_the_rest_possible() -> None:
    text = HEAD.replace("'GET'", "'GET' if x else 'POST'").replace("(self):\n        self.send()", "(self): pass")
    assert left(world(text)) == [
        *("5 possible GET /orders", "5 resolved POST /orders"),
        *("7 possible GET /orders", "7 resolved POST /orders"),
    ]


def test_a_loop_over_objects_names_the_class_of_each() -> None:
    found = left(world(HEAD + "for one in (Get(), Post()):\n    one.send()\n"))
    assert found == ["15 resolved GET /orders", "15 resolved POST /orders", *HIDDEN]


def test_a_class_in_the_middle_stands_for_those_below_it() -> None:
    found = left(world(HEAD + "class Put(Get):\n    verb = 'PUT'\ndef f(one: Get):\n    one.send()\n"))
    assert [each for each in found if each.startswith(("5 ", "17 "))] == [
        "5 outside POST /orders",
        "17 possible GET /orders",
        "17 possible PUT /orders",
    ]


OF_PARAMETER = HEAD.replace("shop.Client('k').raw(self.verb, '/orders')", "pass") + (
    "def put(one: KIND):\n    shop.Client('k').raw(one.verb, '/orders')\n"
)
EITHER = ["15 possible GET /orders", "15 possible POST /orders"]


@pytest.mark.parametrize(
    ("kind", "text", "requests"),
    [
        ("Base", "", EITHER),
        ("Base", "put(Get())", ["15 outside POST /orders", "16 resolved GET /orders"]),
        ("Base", "put(Get())\nput(Post())", ["16 resolved GET /orders", "17 resolved POST /orders"]),
        ("Base", "def over(one: Base):\n    put(one)", EITHER),
        (
            "Base",
            "def over(one: Base):\n    put(one)\nover(Get())",
            ["15 outside POST /orders", "18 resolved GET /orders"],
        ),
        ("type[Base]", "", EITHER),
        ("type[Base]", "put(Get)", ["15 outside POST /orders", "16 resolved GET /orders"]),
        ("Get", "", ["15 resolved GET /orders"]),
    ],
)
def test_a_request_stands_where_the_class_of_a_parameter_is_named(kind: str, text: str, requests: list[str]) -> None:
    assert sorted(left(world(OF_PARAMETER.replace("KIND", kind) + text + "\n"))) == requests


def test_what_two_attributes_of_a_class_of_a_parameter_say_goes_together() -> None:
    text = (
        "import shop\nclass Base:\n    verb = path = None\n"
        "class Get(Base):\n    verb = 'GET'\n    path = '/orders'\n"
        "class Post(Base):\n    verb = 'POST'\n    path = '/orders/o/items'\n"
        "def put(one: Base):\n    shop.Client('k').raw(one.verb, one.path)\n"
    )
    assert left(world(text)) == ["11 possible GET /orders", "11 possible POST /orders/o/items"]


def test_a_class_and_an_argument_that_decide_a_path_together_put_the_request_at_the_call(tmp_path: Path) -> None:
    text = (
        "import httpx\nclass Base:\n    resource = ''\n    def __init__(self, domain, token):\n"
        "        self._api = httpx.Client(base_url=f'https://{domain}/api/v1/', headers={'X-AC-Auth-Token': token})\n"
        "    def remove(self, key):\n        return self._api.delete(f'{self.resource}/{key}')\n"
        "class Products(Base):\n    resource = 'products'\nclass Categories(Base):\n    resource = 'categories'\n"
        "def sync(domain, token, key):\n    Products(domain, token).remove(key)\n"
    )
    found = [need.request for need in inventory_of_files({"app.py": text}, tmp_path).needs]
    assert [(one.span.line, one.path, one.resolution) for one in found] == [
        (7, "/api/v1/categories/{}", "outside"),
        (13, "/api/v1/products/{}", "resolved"),
    ]
