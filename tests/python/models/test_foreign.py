"""Objects of code that is not read: how far an origin goes, and which names lead to a client by themselves."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Const,
    LibraryModule,
    LibraryObject,
    Unknown,
    Value,
    join,
)
from leastscope.python.models import foreign

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


@pytest.mark.parametrize("what", KEPT)
def test_a_name_leads_to_a_client_if_nothing_else_is_kept_under_it(what: str) -> None:
    value, leads = KEPT[what]
    assert foreign.leads_by_name(value) is leads


def test_an_object_below_another_one_has_an_origin_of_its_own_up_to_a_depth() -> None:
    value = Unknown(origin="app.py:10")
    origins = []
    for name in ("state", "pool", "main", "deep"):
        value = foreign.below(value, name)
        origins.append(value.origin)
    assert origins == ["app.py:10.state", "app.py:10.state.pool", "", ""]


def test_an_object_without_an_origin_has_none_below_it() -> None:
    assert foreign.below(UNKNOWN, "state") == UNKNOWN
