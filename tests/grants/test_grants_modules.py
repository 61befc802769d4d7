"""Scopes that modules of settings assign, under the names that a pack gives, and calm on whatever else stands there."""

from __future__ import annotations

import pytest

from leastscope.grants.declarations import ScopeSettings, TokenForm
from leastscope.grants.modules import MAX_FOUND, asked_in_module
from leastscope.grants.tokens import MAX_NAMES
from leastscope.python.index.program import module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from positions import at

FORM = TokenForm("authorize", "oauth", "Shop client", None, ("scope",), " ,", (), (), "", ())
KEYS = ScopeSettings("authorize", ("shop_scope",), "[a-z]+", ("AUTH_*SHOP_SCOPE", "PROVIDERS.shop.SCOPE"))


def told(text: str, keys: ScopeSettings = KEYS) -> list[tuple[int, list[str] | None]]:
    """Give the line and the names of each request; None for names that cannot be told."""
    tree = lower(text.encode())
    assert isinstance(tree, ir.Module)
    found = asked_in_module(module_info("settings.py", tree, in_tests=False), {"shop": (FORM, keys)})
    for one in found:
        assert one.system == "shop"
        for grant in one.grants or ():
            assert grant.name in at(text, grant.span)
    return [(one.span.line, None if one.grants is None else [grant.name for grant in one.grants]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AUTH_SHOP_SCOPE = ['read']", [(1, ["read"])]),
        ("AUTH_SITE_SHOP_SCOPE = ('read', 'write')", [(1, ["read", "write"])]),
        ("AUTH_SHOP_SCOPE = 'read, write'", [(1, ["read", "write"])]),
        ("AUTH_SHOP_SCOPE: list[str] = ['read', 'read']", [(1, ["read"])]),
        ("OTHER = AUTH_SHOP_SCOPE = ['read']", [(1, ["read"])]),
        ("PROVIDERS = {'mail': {'SCOPE': ['inbox']},\n 'shop': {'SCOPE': ['read'], 'APP': {}}}", [(2, ["read"])]),
        ("PROVIDERS = {}\nPROVIDERS['shop'] = {'SCOPE': ['read']}", [(2, ["read"])]),
        ("PROVIDERS = {}\nPROVIDERS['shop']['SCOPE'] = ['read']", [(2, ["read"])]),
        (
            "if X:\n    AUTH_SHOP_SCOPE = ['read']\nelse:\n    AUTH_SHOP_SCOPE = ['write']",
            [(2, ["read"]), (4, ["write"])],
        ),
        ("try:\n    AUTH_SHOP_SCOPE = ['read']\nexcept X:\n    pass", [(2, ["read"])]),
        ("class Settings:\n    AUTH_SHOP_SCOPE = ['read']", [(2, ["read"])]),
        ("AUTH_SHOP_SCOPE = env('SCOPE')", [(1, None)]),
        ("AUTH_SHOP_SCOPE = ['read', env('SCOPE')]", [(1, None)]),
    ],
)
def test_scopes_stand_under_the_names_of_the_pack(text: str, expected: list[tuple[int, list[str] | None]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AUTH_SHOP_SCOPE = []",
        "AUTH_SHOP_SCOPE = None",
        "AUTH_SHOP_SCOPE: list[str]",
        "auth_shop_scope = ['read']",
        "SHOP_SCOPE = ['read']",
        "PROVIDERS = {'mail': {'SCOPE': ['inbox']}, **MORE}",
        "PROVIDERS = {name: {'SCOPE': ['read']} for name in NAMES}",
        "PROVIDERS = {'shop': SHOP}",
        "PROVIDERS[shop]['SCOPE'] = ['read']",
        "PROVIDERS.shop = {'SCOPE': ['read']}",
        "def f():\n    AUTH_SHOP_SCOPE = ['read']",
        "PROVIDERS = " + "{'shop': " * 50 + "1" + "}" * 50,
    ],
)
def test_nothing_else_is_taken_for_scopes(text: str) -> None:
    assert told(text) == []


def test_keys_that_settings_add_may_be_assigned_too() -> None:
    assert told("MY_SCOPES = ['read']", KEYS.with_keys(["MY_SCOPES"])) == [(1, ["read"])]


def test_of_very_many_only_some_are_taken() -> None:
    many = "\n".join("AUTH_SHOP_SCOPE = ['read']" for _ in range(MAX_FOUND * 2))
    assert len(told(many)) == MAX_FOUND
    ((_, names),) = told(f"AUTH_SHOP_SCOPE = {[f's{number}' for number in range(MAX_NAMES * 2)]}")
    assert names is not None
    assert len(names) == MAX_NAMES
