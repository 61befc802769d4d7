"""Scopes in files that are not Python: links of pages, keys of configuration files, and calm on hostile input."""

from __future__ import annotations

import time

import pytest

from leastscope.grants.declarations import ScopeSettings, TokenForm
from leastscope.grants.texts import MAX_FOUND, Page, asked_in_text
from leastscope.grants.tokens import MAX_NAMES, AskingPlace

FORM = TokenForm(
    name="authorize",
    kind="oauth",
    title="Shop client",
    access=None,
    scope=("scope",),
    separators=" ,+",
    default=("read",),
    only=(),
    narrows="",
    anywhere=(),
)
BARE = TokenForm("authorize", "oauth", "Shop client", None, ("scope",), " ", (), (), "", ())
PAGE = Page("shop", FORM, ("shop.example", "*.stores.example"), ("/oauth", "/v1/oauth"), ("shop", "web", "/oauth"))
KEYS = ScopeSettings("authorize", ("shop_scope", "*store*scope*"), "[a-z]+(?:_[a-z]+)*")
URL = "https://shop.example/oauth?client_id=c&scope="


def read(path: str, text: str | bytes, page: Page = PAGE) -> tuple[AskingPlace, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    return asked_in_text(path, data, [page], {"shop": (FORM, KEYS)})


def told(path: str, text: str, page: Page = PAGE) -> list[tuple[int, list[str] | None]]:
    """Give the line and the names of each request; None for names that cannot be told."""
    return [
        (one.span.line, None if one.grants is None else [grant.name for grant in one.grants])
        for one in read(path, text, page)
    ]


# links


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f'<a href="{URL}orders">', [["orders"]]),
        (f"<a href='{URL}orders+people'>", [["orders", "people"]]),
        (f"{URL}orders%20people", [["orders", "people"]]),
        (f"{URL}orders,people,orders", [["orders", "people"]]),
        ('<a href="https://shop.example/oauth?scope=orders&amp;state=x">', [["orders"]]),
        ('<a href="https://shop.example/oauth?client_id=c">', [["read"]]),
        (f'<a href="{URL}">', [["read"]]),
        ("https://one.stores.example/v1/oauth?scope=orders", [["orders"]]),
        ('"https://shop.example/oauth?client_id={{ client_id }}&scope=orders"', [["orders"]]),
        ("\"https://shop.example/oauth?client_id={{ url_for('x') }}&scope=orders\"", [["orders"]]),
        ('"https://shop.example/oauth?client_id={% if a %}1{% endif %}&scope=orders"', [["orders"]]),
        ('"https://shop.example/oauth?client_id=${ids.shop}&scope=orders"', [["orders"]]),
        (f'"{URL}{{{{ scope }}}}"', [None]),
        (f'"{URL}orders,{{{{ more }}}}"', [None]),
        ('"https://shop.example/oauth?{{ query }}"', [None]),
        (f"{URL}orders {URL}people", [["orders"], ["people"]]),
        # none of ours
        ("https://shop.example/oauth", []),
        ("http://shop.example/oauth?scope=orders", []),
        ("https://shop.example.org/oauth?scope=orders", []),
        ("https://shop.example/oauths?scope=orders", []),
        ("https://stores.example/oauth?scope=orders", []),
        ("https://shopXexample/oauth?scope=orders", []),
    ],
)
def test_a_link_to_the_page_asks_for_what_its_query_holds(text: str, names: list[list[str] | None]) -> None:
    assert told("page.html", f"\n{text}\n") == [(2, one) for one in names]


def test_a_link_without_scopes_cannot_be_told_where_the_vendor_has_no_default() -> None:
    page = Page("shop", BARE, ("shop.example",), ("/oauth",), ("shop", "web", "/oauth"))
    assert told("a.jinja2", "https://shop.example/oauth?client_id=c", page) == [(1, None)]


def test_the_place_of_a_link_is_the_link() -> None:
    (one,) = read("a.html", f'<p>\n  <a href="{URL}orders">')
    assert (one.span.line, one.span.column, one.span.end_column) == (2, 12, 12 + len(URL) + 6)


# configuration


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (".env", "SHOP_SCOPE=orders people\n", [(1, ["orders", "people"])]),
        (".env", "A=1\nexport SHOP_SCOPE='orders people'\n", [(2, ["orders", "people"])]),
        (".env", 'SHOP_SCOPE="orders"  # what the app needs\n', [(1, ["orders"])]),
        (".env", "SHOP_SCOPE=orders,people # what the app needs\n", [(1, ["orders", "people"])]),
        (".env", "SHOP_SCOPE=\n", []),
        (".env", "# SHOP_SCOPE=orders\n", []),
        (".env", "SHOP_SCOPE=Orders\n", []),
        (".env", "SHOP_SCOPE=${OTHER}\n", []),
        (".env", "SHOP_SCOPES=orders\nMY_STORE_SCOPES=people\n", [(2, ["people"])]),
        ("a.ini", "[shop]\nstore_scope = orders people ; why\n", [(2, ["orders", "people"])]),
        ("a.properties", "shop.store.scope: orders\r\n", [(1, ["orders"])]),
        ("a.cfg", "store-scope=orders\nSTORE_SCOPE=people", [(1, ["orders"]), (2, ["people"])]),
        ("a.toml", '[shop]\nstore_scope = "orders people"\n', [(2, ["orders", "people"])]),
        ("a.toml", '[shop]\nstore_scopes = ["orders", "people"]\n', [(2, ["orders", "people"])]),
        ("a.yaml", "shop:\n  store_scope:\n    - orders\n    - people\n", [(3, ["orders", "people"])]),
        ("a.yml", "a: [{store_scope: orders}, {store_scope: people}]\n", [(1, ["orders"]), (1, ["people"])]),
        ("a.json", '{\n  // why\n  "shop_scope": "orders,people"\n}', [(3, ["orders", "people"])]),
        ("a.json", '{"shop_scope": {"orders": "read orders"}}', []),
        ("a.json", '{"shop_scope": [1, null, true]}', []),
        ("a.json", '{"shop_scope": "orders"', []),
        ("a.yaml", "store_scope: [orders, people\n", []),
        ("a.yaml", "scope: orders\n", []),
    ],
)
def test_a_key_of_scopes_asks_for_its_value_where_it_looks_like_some(
    path: str, text: str, found: list[tuple[int, list[str]]]
) -> None:
    assert told(path, text) == found


def test_each_name_of_a_list_has_its_own_place() -> None:
    (one,) = read("a.yaml", "store_scope:\n  - orders\n  - people\n")
    assert [(grant.name, grant.span.line, grant.span.column) for grant in one.grants or ()] == [
        ("orders", 2, 5),
        ("people", 3, 5),
    ]


def test_the_place_of_a_line_is_its_value() -> None:
    (one,) = read(".env", "A=1\nSHOP_SCOPE = 'orders'\n")
    assert (one.span.line, one.span.column, one.span.end_column) == (2, 15, 21)


def test_each_name_of_a_line_has_its_own_place() -> None:
    (one,) = read(".env", "A=1\nSHOP_SCOPE='orders people'\n")
    assert [(grant.name, grant.span.column, grant.span.end_column) for grant in one.grants or ()] == [
        ("orders", 13, 19),
        ("people", 20, 26),
    ]


@pytest.mark.parametrize(
    ("path", "text", "whole", "names"),
    [
        (".env", "A=1\nB=2\nSHOP_SCOPE=orders,people", (3, 12, 25), [(3, 12), (3, 19)]),
        (".env", "SHOP_SCOPE=orders, \n", (1, 12, 18), [(1, 12)]),
        (".env", "SHOP_SCOPE=orders # orders\n", (1, 12, 18), [(1, 12)]),
        ("a.json", '{"orders": 1, "shop_scope": "orders"}', (1, 29, 37), [(1, 30)]),
    ],
)
def test_places_are_those_of_the_value(
    path: str, text: str, whole: tuple[int, int, int], names: list[tuple[int, int]]
) -> None:
    (one,) = read(path, text)
    assert (one.span.line, one.span.column, one.span.end_column) == whole
    assert [(grant.span.line, grant.span.column) for grant in one.grants or ()] == names


def test_files_of_tests_are_marked() -> None:
    asked = asked_in_text(".env.test", b"SHOP_SCOPE=orders", [], {"shop": (FORM, KEYS)}, in_tests=True)
    assert [one.in_tests for one in asked] == [True]


def test_a_page_is_not_searched_for_keys_and_configuration_not_for_links() -> None:
    assert told("a.html", "SHOP_SCOPE=orders") == []
    assert told(".env", f"LINK={URL}orders") == []


# hostile files


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.env", b"SHOP_SCOPE=x" + b" " * 500_000 + b"x"),
        ("a.env", b"SHOP_SCOPE=" + b"# " * 250_000),
        ("a.env", b"SHOP_SCOPE=" + b'"' * 500_000),
        ("a.env", b"SHOP_SCOPE=" + b"a'" * 250_000),
        ("a.env", b"SHOP_SCOPE=A\n" * 40_000),
        ("a.env", b"SHOP_SCOPE=a\n" * 40_000),
        ("a.env", b" " * 500_000 + b"SHOP_SCOPE=a"),
        ("a.env", b"shop_scope_" * 50_000),
        ("a.env", bytes(range(256)) * 2000),
        ("a.yaml", b"shop_scope: " + b"[" * 100_000),
        ("a.yaml", b"shop_scope: &a [*a]"),
        ("a.json", b'{"shop_scope": ' * 50_000),
        ("a.toml", b'shop_scope = "' + b"\xff" * 500_000),
        ("a.html", b"https://" * 60_000),
        ("a.html", b"https://" + b"a." * 250_000),
        ("a.html", b"https://shop.example/oauth?" + b"{{" * 250_000),
        ("a.html", b"https://shop.example/oauth?" + b"{% " * 160_000),
        ("a.html", b"https://shop.example/oauth?" + b"${" * 250_000),
        ("a.html", b"https://shop.example/oauth?" + b"&a=b" * 120_000),
        ("a.html", URL.encode() + b"a," * 250_000),
        ("a.html", (URL + "a ").encode() * 10_000),
        ("a.html", URL.encode() + b"&amp;" * 100_000),
    ],
    ids=range(22),
)
def test_a_hostile_file_takes_neither_long_nor_much(path: str, data: bytes) -> None:
    began = time.process_time()
    asked = read(path, data)
    assert time.process_time() - began < 15
    assert len(asked) <= MAX_FOUND
    assert all(len(one.grants or ()) <= MAX_NAMES for one in asked)
