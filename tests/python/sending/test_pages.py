"""URLs of pages that ask for a token, wherever the code builds one whole, and scopes in a text that is signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leastscope.library import KnownPage, KnownSignature
from leastscope.python.domain.effects import Sends
from leastscope.python.state.roots import root_units
from worlds import KNOWN, world

HOSTS = ("files.shop.example", "*.eu.shop.example")
PAGE = KnownPage("shop", "files", HOSTS, "/login", ("/login", "/v2/login"), ("client", "scope"))
SIGNED = KnownSignature("shop", "api", "/sign", "scope", frozenset({"order_read", "stock_read"}), " ,")
KNOWLEDGE = replace(KNOWN, pages=(PAGE,), signatures=(SIGNED,), parameters=KNOWN.parameters | {"scope"})
LOGIN = "https://files.shop.example/login"


def asked(text: str) -> list[tuple[str, object, bool]]:
    """The scope parameter of each page or signature of a program: the code that gives it, its value, whether it is whole."""
    known = world(f"{text}\n", KNOWLEDGE)
    units = [known.engine.units[unit] for unit in root_units(known.frame.module)]
    sent = sorted(
        {effect for unit in units for effect in unit.effects if isinstance(effect, Sends)}, key=lambda one: one.site
    )
    return [
        (text[one.site[0] : one.site[1]], next((p.value for p in one.passed if p.known), None), one.closed)
        for one in sent
    ]


@pytest.mark.parametrize(
    ("code", "scope", "whole"),
    [
        (f"'{LOGIN}?scope=order_read'", "order_read", True),
        (f"'{LOGIN}?a=b&scope=a+b'", "a b", True),
        ("'https://files.shop.example/v2/login?scope=a'", "a", True),
        ("'https://x.eu.shop.example/login?scope=a'", "a", True),
        ("'https://other.example/login?client=1&scope=a'", "a", True),
        (f"'see {LOGIN}?scope=a now'", "a", True),
        (f"'{LOGIN}?scope=%s' % s", None, True),
        (f"'{LOGIN}?' + x", None, False),
        (f"'{LOGIN}' + '?scope=' + 'a'", "a", True),
        ("f'https://{h}.shop.example/login?scope=a'", "a", True),
    ],
)
def test_a_page_is_asked_for(code: str, scope: str | None, whole: bool) -> None:
    assert asked(f"u = {code}") == [(code, scope, whole)]


@pytest.mark.parametrize(
    "code",
    [
        f"'{LOGIN}'",
        f"'{LOGIN}?client=1'",
        "'https://files.shop.example/logins?scope=a'",
        "'https://other.example/login?scope=a'",
        "'https://files.shop.example.evil.example/login?scope=a'",
        "'/login?scope=a'",
    ],
)
def test_no_page_is_asked_for(code: str) -> None:
    assert asked(f"u = {code}") == []


def test_of_a_url_in_pieces_only_the_whole_counts() -> None:
    assert asked(f"u = '{LOGIN}?scope=a'\nu += '&client=1'") == [("u += '&client=1'", "a", True)]


def test_a_url_that_a_function_gives_stands_there_and_not_at_its_call() -> None:
    code = f"'{LOGIN}?scope=a'"
    assert asked(f"def url():\n    return {code}\nurl()") == [(code, "a", True)]


@pytest.mark.parametrize(
    ("argument", "scopes"),
    [
        ("('order_read,stock_read' + key).encode()", ["order_read,stock_read"]),
        ("f'order_read {key}'", ["order_read "]),
        ("'order_read'", []),
        ("'order_write' + key", []),
        ("b'x order_read y'", []),
    ],
)
def test_scopes_in_a_text_that_is_hashed(argument: str, scopes: list[str]) -> None:
    assert [scope for _, scope, _ in asked(f"import hashlib\nhashlib.sha1({argument})")] == scopes
