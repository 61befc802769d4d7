"""Every object along an expansion path is required; what is not known is said."""

from __future__ import annotations

import pytest

from leastscope.rulebook.expansion import MAX_SEGMENTS, UnknownExpansion, expansion
from leastscope.rulebook.load import load_pack
from places import ROOT

SHOP = load_pack(ROOT / "fixtures" / "rulepacks" / "good" / "shop")
CUSTOMER = ("customer_read",)
ITEM = ("item_read",)
ORDER = ("order_read",)


@pytest.mark.parametrize(
    ("start", "path", "many", "needed"),
    [
        ("order", "customer", False, [("documented", CUSTOMER, "customer")]),
        ("Order", "customer", False, [("documented", CUSTOMER, "customer")]),
        ("order", "data.customer", True, [("documented", CUSTOMER, "data.customer")]),
        ("order", "customer", True, [("documented", CUSTOMER, "customer")]),
        ("order", "data", True, []),
        ("order", "items", False, [("inferred", ITEM, "items")]),
        (
            "order",
            "items.data.stock",
            False,
            [("inferred", ITEM, "items"), ("documented", ("stock_read",), "items.data.stock")],
        ),
        (
            "order",
            "items.stock",
            False,
            [("inferred", ITEM, "items"), ("documented", ("stock_read",), "items.stock")],
        ),
        ("order", "gifts", False, [("inferred", ITEM, "gifts")]),
        ("order", "payer", False, [("inferred", (*CUSTOMER, *ITEM), "payer")]),
        ("order", "parcel", False, []),
        ("order", "note", False, []),
        (
            "customer",
            "default.order.customer",
            False,
            [("documented", ORDER, "default.order"), ("documented", CUSTOMER, "default.order.customer")],
        ),
        ("customer", "address", False, []),
        ("customer", "address.order", False, [("documented", ORDER, "address.order")]),
        ("customer", "shipping.origin", False, [("documented", ("hook_write",), "shipping.origin")]),
    ],
)
def test_each_object_along_the_path_is_required(
    start: str, path: str, many: bool, needed: list[tuple[str, tuple[str, ...], str]]
) -> None:
    found = expansion(SHOP, [start], path, many=many)
    assert [(r.certainty, r.any_of, r.detail) for r in found if not isinstance(r, UnknownExpansion)] == needed
    assert len(found) == len(needed)


@pytest.mark.parametrize(
    ("starts", "path", "reached"),
    [
        (["order"], "nothing", ""),
        (["order"], "customer.nothing.more", "customer"),
        (["order"], "", ""),
        (["no_such_object"], "customer", ""),
        ([], "customer", ""),
        (["order"], ".".join(["customer", "default", "order"] * MAX_SEGMENTS), ""),
    ],
)
def test_a_path_that_cannot_be_followed_says_where_it_ends(starts: list[str], path: str, reached: str) -> None:
    unknown = [answer for answer in expansion(SHOP, starts, path) if isinstance(answer, UnknownExpansion)]
    assert [(answer.path, answer.reached) for answer in unknown] == [(path, reached)]
    assert unknown[0].reason


def test_what_one_of_several_objects_knows_is_enough() -> None:
    found = expansion(SHOP, ["order", "item"], "stock")
    assert [answer.any_of for answer in found if not isinstance(answer, UnknownExpansion)] == [("stock_read",)]
    assert len(found) == 1


def test_a_requirement_of_an_expansion_says_so() -> None:
    (found,) = expansion(SHOP, ["order"], "customer")
    assert not isinstance(found, UnknownExpansion)
    assert (found.because, found.source) == ("expand", "https://shop.example/permissions")
