"""The model of a library is read with all its defaults written out."""

from __future__ import annotations

import pytest

from leastscope.library import Member, TypeRef
from leastscope.rulebook.load import load_pack
from places import ROOT

(LIBRARY,) = load_pack(ROOT / "fixtures" / "rulepacks" / "good" / "shop").libraries
ORDER = (TypeRef("Order"),)


@pytest.mark.parametrize(
    ("type_name", "member", "variants"),
    [
        (
            "Order",
            "create",
            [Member(sends="call", verb="POST", path="/orders", returns=ORDER, keywords=True, first=0, last=2)],
        ),
        (
            "Order",
            "create_async",
            [Member(sends="call", verb="POST", path="/orders", returns=ORDER, keywords=True, first=1, last=2)],
        ),
        (
            "Order",
            "list_async",
            [
                Member(
                    sends="call",
                    verb="GET",
                    path="/orders",
                    returns=(TypeRef("Page", ORDER),),
                    keywords=True,
                    first=1,
                    last=2,
                )
            ],
        ),
        (
            "Order",
            "remove",
            [
                Member(
                    sends="call", verb="DELETE", path="/orders/{order}", returns=ORDER, keywords=True, first=0, last=0
                ),
                Member(sends="call", verb="DELETE", path="/orders/{order}", args=("reason",), first=1, last=2),
            ],
        ),
        ("Order", "total", [Member(returns=(TypeRef("list", (TypeRef("Item"),)),), callable=False, first=0, last=2)]),
        ("Order", "helper", [Member(returns=ORDER, args=("x",), first=0, last=2)]),
        (
            "Order",
            "fresh",
            [Member(sends="read", verb="GET", path="/orders/{order}", returns=ORDER, callable=False, first=0, last=2)],
        ),
        (
            "Order",
            "payer",
            [
                Member(
                    returns=(TypeRef("Customer"), TypeRef("Item")), callable=False, relation="expand", first=0, last=2
                )
            ],
        ),
        (
            "Order",
            "items",
            [
                Member(
                    returns=(TypeRef("Page", (TypeRef("Item"),), "/orders/{order}/items"),),
                    callable=False,
                    relation="list",
                    first=0,
                    last=2,
                )
            ],
        ),
        ("Item", "stock", [Member(returns=(TypeRef("Stock"),), callable=False, relation="expand", first=0, last=1)]),
        (
            "Client",
            "get",
            [
                Member(
                    sends="call",
                    verb="GET",
                    path="/orders/{order}",
                    args=("order", "params", "options"),
                    returns=ORDER,
                    mapping=("params",),
                    options="options",
                    first=0,
                    last=2,
                )
            ],
        ),
        (
            "Client",
            "raw",
            [
                Member(
                    sends="call",
                    verb="$method",
                    path="$url",
                    args=("method", "url"),
                    mapping=("params",),
                    options="options",
                    keywords=True,
                    first=0,
                    last=2,
                )
            ],
        ),
        (
            "Client",
            "upload",
            [
                Member(
                    sends="call",
                    verb="POST",
                    path="/files",
                    server="files",
                    mapping=("params",),
                    options="options",
                    first=0,
                    last=2,
                )
            ],
        ),
        ("Client", "orders", [Member(returns=(TypeRef("Client"),), callable=False, first=2, last=2)]),
        ("Client", "on_paid", [Member(args=("handler",), handles="order.paid", first=0, last=2)]),
        (
            "Page",
            "more",
            [
                Member(
                    sends="call",
                    verb="GET",
                    path="$url",
                    returns=(TypeRef("iterator", (TypeRef("$of"),)),),
                    first=0,
                    last=2,
                )
            ],
        ),
    ],
)
def test_a_member_is_read_with_its_defaults(type_name: str, member: str, variants: list[Member]) -> None:
    kind = LIBRARY.types[type_name]
    assert list({**kind.statics, **kind.members}[member]) == variants


def test_only_a_member_with_a_twin_has_one() -> None:
    kind = LIBRARY.types["Order"]
    twins = {name for name in {**kind.statics, **kind.members} if name.endswith("_async")}
    assert twins == {"create_async", "list_async"}


def test_a_type_is_read_with_what_it_stands_for() -> None:
    order, item = LIBRARY.types["Order"], LIBRARY.types["Item"]
    assert (order.object, order.items, order.first, order.last) == ("order", True, 0, 2)
    assert (item.items, item.first, item.last) == (False, 0, 1)
    assert LIBRARY.types["Page"].iterates == (TypeRef("$of"),)
    assert LIBRARY.types["Paid"].event == "order.paid"
    assert LIBRARY.types["Client"].args == ("key",)


def test_a_library_knows_its_names_and_settings() -> None:
    assert LIBRARY.names == {
        "shop.Client": "Client",
        "shop.Customer": "Customer",
        "shop.Order": "Order",
        "shop.models.Order": "Order",
    }
    assert (LIBRARY.distribution, LIBRARY.modules, LIBRARY.releases) == (
        "shop-client",
        ("shop",),
        ("1.0.0", "2.0.0", "3.0.0"),
    )
    assert LIBRARY.current == 1
    assert LIBRARY.inert == ("shop.VERSION", "shop.errors")
    assert LIBRARY.settings == {"shop.key": "key"}
    assert LIBRARY.options == {"key": "credential", "on_behalf": "account", "retry": "other"}
    assert LIBRARY.signers == {"key": "sign"}
