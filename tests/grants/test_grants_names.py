"""Names of grants: other spellings count, names of other vocabularies say whose they are, one mistake is one finding."""

from __future__ import annotations

import pytest

from leastscope.grants.declared import Vocabulary as Words
from leastscope.grants.names import check_names
from leastscope.model import Grant, Span
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

KNOWN = Vocabulary(
    {name: Permission(name, name, "read") for name in ("order_read", "stock_read", "pay.link:write")},
    prefix="key_",
    spellings={"orders_read": "order_read"},
    variants={"pay:link:write": "pay.link:write"},
    elsewhere={"apps": "it is the scope of an app"},
)
WORDS = Words(KNOWN.resolve, KNOWN.nearest, KNOWN.variants, KNOWN.elsewhere)


def check(*names: str) -> tuple[list[str], list[tuple[str, str, str | None, str]]]:
    """Give the names that count, and of each observation kind, permission, level and message."""
    grants = [Grant(name, Span("a.yaml", number, 1, number, 5)) for number, name in enumerate(names, 1)]
    meant, found = check_names(grants, WORDS)
    return [grant.name for grant in meant], [(one.kind, one.permission, one.level, one.message) for one in found]


def test_a_right_name_is_taken_as_it_is() -> None:
    assert check("order_read", "key_stock_read") == (["order_read", "key_stock_read"], [])


def test_another_spelling_counts_as_the_right_one_with_a_note() -> None:
    names, found = check("pay:link:write")
    assert [KNOWN.resolve(name) for name in names] == ["pay.link:write"]
    message = "'pay:link:write' is another spelling of 'pay.link:write', and counts as it"
    assert found == [("unknown-grant", "pay.link:write", "note", message)]


@pytest.mark.parametrize("names", [("pay:link:write", "pay.link:write"), ("pay.link:write", "pay:link:write")])
def test_both_spellings_are_the_same_grant_twice(names: tuple[str, str]) -> None:
    assert [kind for kind, *_ in check(*names)[1] if kind == "duplicate-grant"] == ["duplicate-grant"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("apps", "'apps' is no permission here: it is the scope of an app"),
        ("orders_read", "'orders_read' is no permission; did you mean 'order_read'?"),
        ("order_raed", "'order_raed' is no permission; did you mean 'order_read'?"),
        ("something", "'something' is no permission"),
        ("", "'' is no permission"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest_right_one_or_whose_it_is(name: str, message: str) -> None:
    assert check(name) == ([name], [("unknown-grant", name, None, message)])


@pytest.mark.parametrize(
    ("name", "meant", "message"),
    [
        ("Order-Read", ["order_read"], "'Order-Read' is not how the permission is written; write 'order_read'"),
        (
            "order_read, stock_read",
            ["order_read", "stock_read"],
            "'order_read, stock_read' holds 2 names; list 'order_read' and 'stock_read' one by one",
        ),
        ("order read", ["order_read"], "'order read' is not how the permission is written; write 'order_read'"),
    ],
)
def test_a_name_whose_meaning_is_clear_counts_as_that(name: str, meant: list[str], message: str) -> None:
    assert check(name) == (meant, [("unknown-grant", name, None, message)])


def test_a_variant_is_never_an_elsewhere_or_the_nearest_of_itself() -> None:
    assert KNOWN.resolve("pay:link:write") == "pay.link:write"
    assert KNOWN.resolve("key_pay:link:write") is None
    assert KNOWN.closure(["pay:link:write", "apps"], write_implies_read=True) == {"pay.link:write"}
