"""The name that a credential is read by tells what it is, where its value does not."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN, Const, Dependent, Missing, Outside, Value
from leastscope.python.sending.credentials import account_of, is_token, named
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower


def expression(text: str) -> ir.Expr:
    """The only expression of a text."""
    module = lower(text.encode())
    assert isinstance(module, ir.Module)
    (statement,) = module.body
    assert isinstance(statement, ir.Evaluate)
    return statement.value


@pytest.mark.parametrize("name", ["token", "access_token", "accessToken", "oauth_token", "stored_access_token"])
def test_names_of_tokens(name: str) -> None:
    assert is_token(name)


@pytest.mark.parametrize("name", ["", "key", "api_key", "csrf_token", "token_url", "tokens", "access_token_url"])
def test_names_of_other_things(name: str) -> None:
    assert not is_token(name)


@pytest.mark.parametrize(
    ("origin", "account"),
    [
        ("token:access_token", "connected"),
        ("argument:access_token", "connected"),
        ("argument:key", "unknown"),
        ("env:SHOP_KEY", "own"),
        ("env:ACCESS_TOKEN", "own"),
        ("setting:KEY", "own"),
        ("literal", "own"),
        ("unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_whose_account_a_credential_is_of(origin: str, account: str) -> None:
    assert account_of(origin) == account


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("merchant.access_token", "token:access_token"),
        ("answer['access_token']", "token:access_token"),
        ("session.get('access_token')", "token:access_token"),
        ("load_access_token()", "token:load_access_token"),
        ("store.access_token()", "token:access_token"),
        ("settings.SHOP_SECRET_KEY", "setting:SHOP_SECRET_KEY"),
        ("app.config['SHOP_KEY']", "setting:SHOP_KEY"),
        ("app.config.get('SHOP_KEY')", "setting:SHOP_KEY"),
    ],
)
def test_a_value_that_cannot_be_told_is_told_by_its_name(text: str, origin: str) -> None:
    assert named(expression(text), UNKNOWN) == Outside(origin)


@pytest.mark.parametrize("text", ["merchant.key", "row['SHOP_KEY']", "config.name", "f(access_token)", "token", "x[0]"])
def test_other_names_tell_nothing(text: str) -> None:
    assert named(expression(text), UNKNOWN) == UNKNOWN


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Missing("shop-client", "Order.access_token", is_data=True), True),
        (Missing("shop-client", "shop.access_token"), False),
        (Dependent(frozenset()), True),
        (Dependent(frozenset(), hot=True), False),
        (Const.of("k"), False),
        (Outside("env:KEY"), False),
    ],
)
def test_a_value_that_can_be_told_stays(value: Value, told: bool) -> None:
    expected = Outside("token:access_token") if told else value
    assert named(expression("a.access_token"), value) == expected
