"""Requests for tokens and keys of settings, as a pack declares them: read whole, or refused with errors at their places."""

from __future__ import annotations

import pytest

from leastscope.errors import RulePackError
from leastscope.grants.declarations import Declarations, check_declares, read_declarations

TEXT = """\
system: shop
sources:
  guide: {url: "https://shop.example", read: 2026-11-21}
source: guide
access:
  token: {bound: all, write_implies_read: documented}
token_requests:
  authorize:
    kind: oauth
    title: Shop client
    access: token
    scope: [scope, scopes]
    separators: ",+"
    default: [read]
    anywhere: [client_id]
  refresh:
    scope: [scope]
    only: {grant_type: refresh_token}
    narrows: authorize
scope_settings:
  form: authorize
  keys: ["*shop*scope*", app_scope]
  shape: "[a-z]+"
"""


def read(text: str = TEXT) -> Declarations:
    return read_declarations("d.yaml", text.encode())


def test_a_form_says_what_it_is_and_where_its_scopes_stand() -> None:
    declarations = read()
    form, narrower = declarations.tokens
    assert (form.name, form.kind, form.title, form.scope, form.default) == (
        "authorize", "oauth", "Shop client", ("scope", "scopes"), ("read",),
    )  # fmt: skip
    assert (form.access, form.only, form.narrows, form.anywhere) == (declarations.access[0], (), "", ("client_id",))
    assert (narrower.access, narrower.only, narrower.narrows, narrower.separators) == (
        None, (("grant_type", "refresh_token"),), "authorize", " ",
    )  # fmt: skip
    assert declarations.token_form("refresh") is narrower
    assert declarations.token_form("nothing") is None


def test_the_parameters_of_requests_are_all_that_tell_something() -> None:
    assert read().parameters == {"scope", "scopes", "client_id", "grant_type"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b+c", ("a", "b", "c")),
        ("a b", ("a", "b")),
        (" a ,, b\n", ("a", "b")),
        ("a;b", ("a;b",)),
        ("", ()),
    ],
)
def test_separators_and_any_space_divide_names(text: str, names: tuple[str, ...]) -> None:
    assert read().tokens[0].names_in(text) == names


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("SHOP_SCOPE", True),
        ("my-shop-scopes", True),
        ("App_Scope", True),
        ("app_scopes", False),
        ("scope", False),
        ("", False),
    ],
)
def test_a_key_of_scopes_is_known_by_its_pattern_whatever_its_case(key: str, expected: bool) -> None:
    scopes = read().scopes
    assert scopes is not None
    assert scopes.is_key(key) is expected
    assert scopes.with_keys([key or "x"]).is_key(key) is bool(key)


@pytest.mark.parametrize(
    ("text", "expected"), [("a\nSHOP_SCOPE=a", True), ("app_scope", True), ("scope", False), ("", False)]
)
def test_a_text_without_such_a_key_is_told_at_once(text: str, expected: bool) -> None:
    scopes = read().scopes
    assert scopes is not None
    assert scopes.is_named_in(text) is expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: oauth", "knd: oauth", "d.yaml:9:5: unknown key 'knd'; did you mean 'kind'?"),
        ("    kind: oauth\n", "", "d.yaml:9:5: expected the key 'kind', which is missing"),
        ("    title: Shop client\n", "", "d.yaml:9:5: expected the key 'title', which is missing"),
        ("access: token", "access: tokn", "d.yaml:11:13: expected token, found 'tokn'; did you mean 'token'?"),
        (
            "access: token",
            "source: guid\n    access: token",
            "d.yaml:11:13: expected guide, found 'guid'; did you mean",
        ),
        ("[scope, scopes]", "scope", "d.yaml:12:12: expected a list, found the string 'scope'"),
        ("    scope: [scope]\n", "", "d.yaml:17:5: expected the key 'scope', which is missing"),
        ("default: [read]", "default: [1]", "d.yaml:14:15: expected a string, found the number 1"),
        ("refresh_token}", "[a]}", "d.yaml:18:24: expected a string, found a list"),
        ("narrows: authorize", "narrows: autorize", "d.yaml:19:14: expected authorize, found 'autorize'; did you"),
        ("narrows: authorize", "narrows: refresh", "d.yaml:19:14: expected authorize, found 'refresh'"),
        ("form: authorize", "form: page", "d.yaml:21:9: expected authorize or refresh, found 'page'"),
        ('shape: "[a-z]+"', 'shape: "[a-z"', "d.yaml:23:10: expected a regular expression, found '[a-z'"),
        ("  form: authorize\n", "", "d.yaml:21:3: expected the key 'form', which is missing"),
        (
            "  authorize:\n    kind",
            "  authorize: 3\n  b:\n    kind",
            "d.yaml:8:14: expected an object, found the number 3",
        ),
    ],
)
def test_bad_rows_are_refused_with_their_place(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(RulePackError) as raised:
        read(TEXT.replace(old, new))
    assert any(line.startswith(message) for line in str(raised.value).splitlines()), str(raised.value)


def test_an_operation_can_only_declare_a_request_that_some_pack_has() -> None:
    declarations = {"shop": read()}
    check_declares(declarations, {"shop": [("GET /oauth", "authorize")], "api": [("GET /oauth", "shop/authorize")]})
    with pytest.raises(RulePackError) as raised:
        check_declares(
            declarations,
            {"shop": [("GET /oauth", "autorize"), ("POST /t", "refresh")], "api": [("GET /oauth", "authorize")]},
        )
    assert str(raised.value).splitlines() == [
        "api/operations.yaml: GET /oauth declares 'api/authorize', which no pack has; did you mean 'shop/authorize'?",
        "shop/operations.yaml: GET /oauth declares 'shop/autorize', which no pack has; did you mean 'shop/authorize'?",
    ]
