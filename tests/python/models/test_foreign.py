"""Objects of code that is not read: how far an origin goes, and which names lead to a client by themselves."""

from __future__ import annotations

import pytest

from leastscope.model import Span, Step
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Const,
    Instance,
    LibraryModule,
    LibraryObject,
    Unknown,
    Value,
    Wrapped,
    join,
)
from leastscope.python.models import foreign
from worlds import world

CLIENT = LibraryObject("stripe", "StripeClient")
KEPT: dict[str, tuple[Value, bool]] = {
    "nothing": (BOTTOM, False),
    "a client": (CLIENT, True),
    "a module": (LibraryModule("stripe", "stripe"), True),
    "a client, and None before it is made": (join(NONE, CLIENT), True),
    "None alone": (NONE, False),
    "a client or a text": (join(CLIENT, Const.of("sk")), False),
    "a client or what cannot be told": (join(CLIENT, UNKNOWN), False),
    "clients of two libraries": (join(CLIENT, LibraryObject("Adyen", "Adyen")), False),
    "what a response gave": (LibraryObject("stripe", "Customer", url="/v1/customers"), False),
}


OBJECTS = """
from shop import Client

class Box:
    def __init__(self):
        self.client = Client("key")

class Bag:
    def __init__(self):
        self.client = Client("key")

class Plain:
    pass

box, bag, plain = Box(), Bag(), Plain()
"""
STEP = Step(Span("app.py", 1, 1, 1, 1), "kept")


@pytest.mark.parametrize("what", KEPT)
def test_a_name_leads_to_a_client_if_nothing_else_is_kept_under_it(what: str) -> None:
    value, leads = KEPT[what]
    told = foreign.led_to_by_name(world("").engine, value, STEP)
    assert (told != BOTTOM) is leads


def test_a_name_may_lead_to_an_object_with_a_client_if_only_such_of_one_class_are_kept_under_it() -> None:
    known = world(OBJECTS)
    box, bag, plain = (known.holds(name) or BOTTOM for name in ("box", "bag", "plain"))
    assert isinstance(box, Instance)
    told = [
        foreign.led_to_by_name(known.engine, value, STEP) for value in (box, plain, join(box, bag), join(box, CLIENT))
    ]
    assert told == [Wrapped(box), BOTTOM, BOTTOM, BOTTOM]


def test_an_object_below_another_one_has_an_origin_of_its_own_up_to_a_depth() -> None:
    value = Unknown(origin="app.py:10")
    origins = []
    for name in ("state", "pool", "main", "deep"):
        value = foreign.below(value, name)
        origins.append(value.origin)
    assert origins == ["app.py:10.state", "app.py:10.state.pool", "", ""]


def test_an_object_without_an_origin_has_none_below_it() -> None:
    assert foreign.below(UNKNOWN, "state") == UNKNOWN
