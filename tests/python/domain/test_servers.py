"""The host of a URL, or a header, tells the server; what stands before its paths is taken off."""

from __future__ import annotations

import pytest

from leastscope.library import KnownServer, Servers
from leastscope.python.domain.servers import is_ours, names_host, names_in, of_system, reached
from leastscope.python.domain.strings import concat
from leastscope.python.domain.values import UNKNOWN, Const, Mapping, Outside, Value, join

API = KnownServer("acme", "api", ("api.acme.com",), ("/v1",))
FILES = KnownServer("acme", "files", ("api.acme.com", "files.acme.com"), ("/v1/files",))
STORE = KnownServer("shop", "store", (), ("/api/v#",), ("X-Shop-Token",), (".json",))
LIVE = KnownServer("pay", "live", ("*-live.pay.com",), ("/checkout/v#", ""))
SERVERS = Servers.of([API, FILES, STORE, LIVE])
HOLE = Outside("env:HOST")


def text(*pieces: str | Value) -> Value:
    return concat([Const.of(piece) if isinstance(piece, str) else piece for piece in pieces])


def found(url: Value, *headers: str) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(one.server.name, one.paths, one.sure) for one in reached(SERVERS, url, frozenset(headers))]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (text("https://api.acme.com/v1/customers"), [("api", ("/customers",), True)]),
        (text("http://API.acme.com:8080/v1/customers"), [("api", ("/customers",), True)]),
        (text("https://api.acme.com/v1/customers/", HOLE), [("api", ("/customers/{}",), True)]),
        (text("https://files.acme.com/v1/files/", HOLE), [("files", ("/{}",), True)]),
        (text("https://api.acme.com/other"), [("api", ("/other",), True), ("files", ("/other",), True)]),
        (text("https://api.acme.com/", HOLE, "/customers"), [("api", (), True), ("files", (), True)]),
        (text("https://api.acme.com.evil.com/v1/customers"), []),
        (text("https://evil.com/api.acme.com/v1/customers"), []),
        (text("ftp://api.acme.com/v1/customers"), []),
        (text("https://", HOLE, "/v1/customers"), []),
        (text("/v1/customers"), []),
        (
            text("https://abc-live.pay.com/checkout/v71/payments"),
            [("live", ("/payments", "/checkout/v71/payments"), False)],
        ),
        (text("https://", HOLE, "-live.pay.com/checkout/v", HOLE, "/payments"), [("live", ("/payments",), False)]),
        (UNKNOWN, []),
    ],
)
def test_the_host_of_a_url_tells_the_server(url: Value, expected: list[tuple[str, tuple[str, ...], bool]]) -> None:
    assert found(url) == expected


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        (text("https://my.shop/api/v2/orders.json"), ("x-shop-token",), [("store", ("/orders",), True)]),
        (
            text(HOLE, "/api/v2/orders"),
            ("x-shop-token",),
            [("store", ("/orders", "/api/v2/orders", "/v2/orders"), True)],
        ),
        (text("https://my.shop/base/api/v", HOLE, "/orders"), ("x-shop-token",), [("store", ("/orders",), True)]),
        (text("https://my.shop/api/v2/orders"), ("x-other",), []),
        (text("https://api.acme.com/v1/customers"), ("x-shop-token",), [("api", ("/customers",), True)]),
    ],
)
def test_a_header_tells_the_server_where_the_host_does_not(
    url: Value, headers: tuple[str, ...], expected: list[tuple[str, tuple[str, ...], bool]]
) -> None:
    assert found(url, *headers) == expected


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (text("https://shop.example/a"), True),
        (text("https://", HOLE, ".shop.example/a"), False),
        (text("https://shop", HOLE, "/a"), True),
        (text(HOLE, "://shop.example/a"), False),
        (text("/a"), False),
        (UNKNOWN, False),
    ],
)
def test_a_url_says_its_host_or_leaves_it_to_callers(url: Value, says: bool) -> None:
    assert names_host(url) is says


@pytest.mark.parametrize(
    ("system", "name", "path", "paths"),
    [
        ("acme", "", text("/v1/customers"), ("/customers", "/v1/customers")),
        ("acme", "api", text("/v1/files/x"), ("/files/x", "/v1/files/x")),
        ("acme", "", text("/customers/", HOLE), ("/customers/{}",)),
        ("acme", "", text(HOLE, "/customers"), ()),
        ("acme", "", text("/customers/a", HOLE), ()),
        ("nobody", "", text("/customers"), ("/customers",)),
        ("acme", "", UNKNOWN, ()),
    ],
)
def test_a_path_for_a_library_may_have_the_prefix_of_its_server(
    system: str, name: str, path: Value, paths: tuple[str, ...]
) -> None:
    assert of_system(SERVERS, system, name, path) == paths


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        (text("https://api.acme.com"), True),
        (text("https://evil.com"), False),
        (Mapping((("x-SHOP-token", HOLE),)), True),
        (Mapping((("Accept", HOLE),)), False),
        (join(Const.of(1), text("https://files.acme.com/a")), True),
        (HOLE, False),
    ],
)
def test_a_url_of_a_host_or_a_mapping_with_its_header_names_a_server(value: Value, ours: bool) -> None:
    assert is_ours(SERVERS, value) is ours


def test_the_names_of_headers_are_those_of_every_alternative_in_lower_case() -> None:
    either = join(Mapping((("A", HOLE), (1, HOLE))), Mapping((("b-C", HOLE),)), HOLE)
    assert names_in(either) == {"a", "b-c"}
    assert names_in(None) == frozenset()
