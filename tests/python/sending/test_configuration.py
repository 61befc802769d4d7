"""Options of clients and requests tell the account, the credential, the base URL and the headers."""

from __future__ import annotations

import pytest

from leastscope.library import Knowledge, Library, Servers
from leastscope.python.domain.mappings import overlaid
from leastscope.python.domain.values import (
    NONE,
    UNKNOWN,
    Configuration,
    Const,
    External,
    Items,
    LibraryClass,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Place,
    Text,
    Value,
    join,
)
from leastscope.python.sending.configuration import by_headers, configured, default_account, origin

KEY, OTHER = Outside("env:KEY"), Outside("env:OTHER")
OPTIONS = {
    "account": "account",
    "key": "credential",
    "headers": "headers",
    "base": "base",
    "host": "host",
    "s": "given x",
}
LIBRARY = Library("acme", "acme-client", ("acme",), ("1",), {}, {}, options=OPTIONS)
HEADERS = {"acme": {"authorization": "credential", "acme-account": "account"}}
KNOWLEDGE = Knowledge({}, {}, {}, frozenset(), Servers.of(()), HEADERS, lambda *_: True)
CLASS = LibraryClass("acme-client", "Client")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (KEY, "env:KEY"),
        (Const.of("sk_1"), "literal"),
        (Const.of(""), "unknown"),
        (Const.of(3), "unknown"),
        (Param(Place("a.py", 1), "key"), "argument:key"),
        (External("app.settings.ACME_KEY"), "setting:ACME_KEY"),
        (External("app.settings.key"), "unknown"),
        (Text(("Bearer ", KEY)), "env:KEY"),
        (Text((KEY, ":", OTHER)), "unknown"),
        (Items((KEY, Const.of(""))), "env:KEY"),
        (join(KEY, NONE), "env:KEY"),
        (join(KEY, OTHER), "unknown"),
        (UNKNOWN, "unknown"),
    ],
)
def test_where_a_credential_comes_from(value: Value, told: str) -> None:
    assert origin(value) == told


@pytest.mark.parametrize(
    ("chosen", "open_ended", "expected"),
    [
        ({}, False, Configuration("own")),
        ({}, True, Configuration("unknown")),
        ({"account": Const.of("acct_1")}, True, Configuration("connected")),
        ({"account": NONE}, False, Configuration("own")),
        ({"account": Const.of("")}, False, Configuration("own")),
        ({"account": join(NONE, Const.of("acct_1"))}, False, Configuration("unknown")),
        ({"account": Param(Place("a.py", 1), "a", optional=True)}, False, Configuration("unknown")),
        ({"key": KEY}, False, Configuration("own", "env:KEY")),
        ({"key": NONE}, False, Configuration("own")),
        ({"base": Const.of("https://a")}, False, Configuration("own", base=Const.of("https://a"))),
        ({"host": Const.of("a")}, False, Configuration("own", base=Const.of("https://a"))),
        ({"s": KEY}, False, Configuration("own", given=(("x", KEY),))),
        ({"timeout": Const.of(3)}, False, Configuration("own")),
    ],
)
def test_an_option_says_one_thing_and_others_stay(
    chosen: dict[str, Value], open_ended: bool, expected: Configuration
) -> None:
    assert configured(LIBRARY, Configuration("own"), chosen, open_ended=open_ended) == expected


def test_an_argument_for_later_takes_the_place_of_the_one_before() -> None:
    before = Configuration(given=(("x", OTHER), ("y", OTHER)))
    assert configured(LIBRARY, before, {"s": KEY}, open_ended=False).given == (("y", OTHER), ("x", KEY))


@pytest.mark.parametrize(
    ("known", "added", "found"),
    [
        (None, Mapping((("a", KEY),)), Mapping((("a", KEY),))),
        (Mapping((("a", KEY),)), Mapping((("a", OTHER), ("b", KEY))), Mapping((("a", OTHER), ("b", KEY)))),
        (Mapping((("a", KEY),)), Mapping((("a", join(NONE, OTHER)),)), Mapping((("a", join(KEY, NONE, OTHER)),))),
        (Mapping((("a", KEY),), UNKNOWN), Mapping(()), Mapping((("a", KEY),), UNKNOWN)),
    ],
)
def test_headers_on_top_of_others_replace_those_of_their_name(known: Value | None, added: Value, found: Value) -> None:
    assert overlaid(known, added) == found


@pytest.mark.parametrize(
    ("headers", "account", "credential"),
    [
        (None, "own", None),
        (Mapping(()), "own", None),
        (Mapping((("Authorization", Text(("Bearer ", KEY))),)), "own", "env:KEY"),
        (Mapping((("ACME-Account", Const.of("acct_1")),)), "connected", None),
        (Mapping((("ACME-Account", Const.of("acct_1")),), UNKNOWN), "connected", None),
        (Mapping((("Accept", KEY),), UNKNOWN), "unknown", None),
        (join(Mapping(()), Mapping((("ACME-Account", Const.of("acct_1")),))), "unknown", None),
    ],
)
def test_headers_of_a_plain_request_tell_account_and_credential(
    headers: Value | None, account: str, credential: str | None
) -> None:
    found = by_headers(KNOWLEDGE, "acme", CLASS, Configuration(headers=headers))
    assert (found.account, found.credential) == (account, credential)


KEYS = {"acme": {"authorization": "credential", "x-acme-key": "key"}}
TELLS_KEYS = Knowledge({}, {}, {}, frozenset(), Servers.of(()), KEYS, lambda *_: True)


@pytest.mark.parametrize(
    ("headers", "account"),
    [
        (None, "unknown"),
        (Mapping(()), "unknown"),
        (Mapping((("X-Acme-Key", UNKNOWN),)), "own"),
        (Mapping((("X-Acme-Key", KEY),), UNKNOWN), "own"),
        (Mapping((("X-Acme-Key", KEY), ("Authorization", Text(("Bearer ", OTHER))))), "own"),
        (Mapping((("Authorization", Text(("Bearer ", KEY))),)), "connected"),
        (Mapping((("Authorization", Text(("basic ", UNKNOWN))),)), "own"),
        (Mapping((("Authorization", Const.of("Basic dXNlcg==")),)), "own"),
        (Mapping((("Authorization", KEY),)), "unknown"),
        (Mapping((("Authorization", join(Const.of("Basic x"), Const.of("Bearer y"))),)), "unknown"),
    ],
)
def test_where_keys_have_a_header_of_their_own_the_header_tells_the_account(
    headers: Value | None, account: str
) -> None:
    assert by_headers(TELLS_KEYS, "acme", CLASS, Configuration(headers=headers)).account == account


@pytest.mark.parametrize(
    ("credential", "account"), [("token:access_token", "connected"), ("env:KEY", "own"), (None, "own")]
)
def test_a_credential_that_a_session_has_tells_the_account(credential: str | None, account: str) -> None:
    assert by_headers(KNOWLEDGE, "acme", CLASS, Configuration(credential=credential)).account == account


def test_an_option_that_is_a_key_acts_on_the_own_account() -> None:
    library = Library("acme", "acme-keys", ("acme",), ("1",), {}, {}, options={"key": "key"})
    found = configured(library, Configuration(account="unknown"), {"key": UNKNOWN}, open_ended=False)
    assert (found.account, default_account(TELLS_KEYS, library)) == ("own", "unknown")


def test_a_session_from_elsewhere_without_headers_tells_nothing() -> None:
    session = LibraryObject("acme-client", "Client")
    assert by_headers(KNOWLEDGE, "acme", session, Configuration()).account == "unknown"


@pytest.mark.parametrize(("options", "account"), [(OPTIONS, "own"), ({"key": "credential"}, "unknown")])
def test_a_library_that_hides_the_account_does_not_tell_whose_it_is(options: dict[str, str], account: str) -> None:
    library = Library("acme", "wrapper", ("w",), ("1",), {}, {}, options=options)
    assert default_account(KNOWLEDGE, library) == account
