"""How a call ends is read from its text and the models of the libraries."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from leastscope.library import LibraryIndex
from leastscope.python.heuristics.chains import chain_of, endings
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.rulebook.compile import compiled, rules_root

if TYPE_CHECKING:
    from leastscope.library import Knowledge

SYSTEMS = ("adyen", "stripe")
LIBRARIES = {one.distribution: one for system in SYSTEMS for one in compiled(rules_root() / system).libraries}
INDEXES = {name: LibraryIndex(one) for name, one in LIBRARIES.items()}
KNOWLEDGE = cast("Knowledge", SimpleNamespace(libraries=LIBRARIES, indexes=INDEXES, events=dict.fromkeys(SYSTEMS)))


@pytest.mark.parametrize(
    ("written", "length", "verb", "path", "telling"),
    [
        ("stripe.Customer.create", 2, "POST", "/v1/customers", False),
        ("held.sdk.PaymentIntent.create", 2, "POST", "/v1/payment_intents", True),
        ("held.checkout.Session.create", 3, "POST", "/v1/checkout/sessions", True),
        ("self.gateway.v1.refunds.create", 3, "POST", "/v1/refunds", True),
        ("gateway.refunds.create_async", 2, "POST", "/v1/refunds", False),
        ("gateway.v1.customers.payment_methods.list", 4, "GET", "/v1/customers/{customer}/payment_methods", True),
        ("self.ady.checkout.payments_api.payments", 3, "POST", "/payments", True),
    ],
)
def test_a_chain_ends_as_the_longest_one_of_the_library(
    written: str, length: int, verb: str, path: str, telling: bool
) -> None:
    (found,) = endings(KNOWLEDGE, tuple(written.split(".")))
    operations = {(member.verb, member.path) for member in found.members}
    assert (found.length, found.telling) == (length, telling)
    assert (verb, path) in operations


@pytest.mark.parametrize(
    "written",
    ["Customer.objects.create", "session.execute", "sessions.create", "create", "stripe.Webhook.construct_event",
     "error.CardError", "gateway.v1", "client.get", "self.customers", "stripe.Customer"],
)  # fmt: skip
def test_what_no_library_ends_with_is_no_ending(written: str) -> None:
    assert endings(KNOWLEDGE, tuple(written.split("."))) == ()


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("a.b.c()", ("a", "b", "c")),
        ("made().b.c()", ("b", "c")),
        ("held['x'].b.c()", ("b", "c")),
        ("(await one).c()", ("c",)),
        ("plain()", None),
        ("lots.of.names.before.a.b.c.d.e.f()", ("names", "before", "a", "b", "c", "d", "e", "f")),
    ],
)
def test_a_chain_is_the_names_behind_its_root(written: str, names: tuple[str, ...] | None) -> None:
    tree = lower(written.encode())
    assert isinstance(tree, ir.Module)
    (statement,) = tree.body
    assert isinstance(statement, ir.Evaluate)
    assert isinstance(statement.value, ir.Call)
    chain = chain_of(statement.value.func)
    assert (chain.names if chain is not None else None) == names
