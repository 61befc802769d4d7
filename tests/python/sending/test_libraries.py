"""Members of a library's modules, classes and objects, as its model has them."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import (
    UNKNOWN,
    Inert,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Missing,
    Value,
    options,
)
from worlds import found, world

SHOP = "shop-client"


def short(value: Value | None) -> str:
    """A value of a library in a few words."""
    match value:
        case LibraryClass():
            return f"class {value.type}"
        case LibraryObject():
            return f"{value.type}{' at ' + value.url if value.url else ''}"
        case LibraryMethod():
            return f"method {short(value.owner)}.{value.name}"
        case Items(rest=rest):
            return f"items of {short(rest)}"
        case _ if value is not None and len(options(value)) > 1:
            return " or ".join(sorted(short(option) for option in options(value)))
        case _:
            return str(value)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("shop.Order", "class Order"),
        ("shop.models.Order", "class Order"),
        ("shop.Order.create", "method class Order.create"),
        ("shop.Client('k')", "Client"),
        ("shop.Client('k').get", "method Client.get"),
        ("shop.Order.create()", "Order at answer"),
        ("shop.Order.create().helper(1)", "Order"),
        ("shop.Order.create().total", "items of Item"),
        ("shop.Order.create().customer", "Customer"),
        ("shop.Order.create()['customer']", "Customer"),
        ("shop.Order.create().customer.address.order", "Order"),
        ("shop.Order.create().payer", "Customer or Item"),
        ("shop.Order.create().items", "Page at /orders/{order}/items"),
        ("shop.Order.create().items.more()", "items of Item"),
        ("[order for order in shop.Order.list()]", "items of Order"),
        ("list(shop.Order.list())[0]", "Order"),
        ("shop.Order.list().data[0]", "Order"),
    ],
)
def test_what_a_member_gives(code: str, expected: str) -> None:
    assert short(found(f"import shop\nfound = {code}\n")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("shop.errors", Inert(SHOP, "shop.errors")),
        ("shop.errors.Refused", Inert(SHOP, "shop.errors.Refused")),
        ("shop.VERSION", Inert(SHOP, "shop.VERSION")),
        ("shop.Nope", Missing(SHOP, "shop.Nope")),
        ("shop._private", UNKNOWN),
        ("shop.LOUD", UNKNOWN),
        ("shop.Client('k').nope", Missing(SHOP, "Client.nope")),
        ("shop.Client('k')._nope", UNKNOWN),
        ("shop.Order.create().nope", Missing(SHOP, "Order.nope", is_data=True)),
        ("shop.Order.create()['nope']", Missing(SHOP, "Order.nope", is_data=True)),
        ("shop.Order.create().keys()", UNKNOWN),
        ("shop.Order.create()[x]", UNKNOWN),
        ("shop.Client('k')['get']", UNKNOWN),
    ],
)
def test_what_the_model_does_not_have(code: str, expected: Value) -> None:
    assert found(f"import shop\nfound = {code}\n") == expected


def test_a_member_that_is_read_sends_and_one_that_is_only_named_does_not() -> None:
    assert world("import shop\nshop.Order.create().fresh\n").effects() == [
        "resolved POST /orders",
        "resolved GET /orders/{order}",
    ]
    assert world("import shop\nshop.Order.create\nshop.Client('k').get\n").effects() == []


@pytest.mark.parametrize(
    ("arguments", "account", "credential"),
    [
        ("'k'", "own", "literal"),
        ("key='k'", "own", "literal"),
        ("'k', on_behalf='a'", "connected", "literal"),
        ("", "own", None),
    ],
)
def test_a_client_works_under_the_options_it_was_made_with(
    arguments: str, account: str, credential: str | None
) -> None:
    client = found(f"import shop\nfound = shop.Client({arguments})\n")
    assert isinstance(client, LibraryObject)
    assert (client.configuration.account, client.configuration.credential) == (account, credential)


def test_further_arguments_are_no_headers_where_the_library_takes_none() -> None:
    """What a request gives would be another value for each function that hands its own arguments on."""
    value = found("import shop\nfound = shop.Order.create(**options)\n")
    assert isinstance(value, LibraryObject)
    assert value.configuration.headers is None
