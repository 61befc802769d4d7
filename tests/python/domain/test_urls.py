"""URLs are taken apart as far as they are known."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.python.domain import urls
from leastscope.python.domain.strings import concat, template
from leastscope.python.domain.values import UNKNOWN, Const, Items, Mapping, Outside, Value

HOLE = Outside("env:HOST")


def text(*pieces: str | Value) -> Value:
    return concat([Const.of(piece) if isinstance(piece, str) else piece for piece in pieces])


@pytest.mark.parametrize(
    ("url", "scheme", "user", "host", "path"),
    [
        (text("https://shop.example/a/b?c=d#e"), "https", "", "shop.example", "/a/b"),
        (text("https://shop.example"), "https", "", "shop.example", ""),
        (text(HOLE, "/a/b"), "", "", "", "{}/a/b"),
        (text("https://", HOLE, ".shop.example/", HOLE), "https", "", "{}.shop.example", "/{}"),
        (text("https://shop.example", HOLE, "/b"), "https", "", "shop.example{}", "/b"),
        (text("https://", HOLE, ":@shop.example/a"), "https", "{}:", "shop.example", "/a"),
        (text("https://me@", HOLE, "/a@b"), "https", "me", "{}", "/a@b"),
        (text("/a/b"), "", "", "", "/a/b"),
        (text(HOLE, "://shop.example/a"), "{}", "", "shop.example", "/a"),
        (text("https://shop.example/a?u=https://other.example/b"), "https", "", "shop.example", "/a"),
        (text("https://shop.example/a&b=c"), "https", "", "shop.example", "/a"),
    ],
)
def test_a_url_is_taken_apart_with_its_holes(url: Value, scheme: str, user: str, host: str, path: str) -> None:
    found = urls.address(url)
    assert found is not None
    assert [template(part) for part in (found.scheme, found.user, found.host, found.path)] == [scheme, user, host, path]


@pytest.mark.parametrize("value", [UNKNOWN, HOLE, Const.of(1), Items((Const.of("https://shop.example"),))])
def test_what_is_no_text_has_no_address(value: Value) -> None:
    assert urls.address(value) is None


@pytest.mark.parametrize(
    ("query", "found", "closed"),
    [
        (text("a=b&c=d%20e+f"), [("a", "b"), ("c", "d e f")], True),
        (text("a=", HOLE, "&b=x", HOLE, "%2F"), [("a", "{}"), ("b", "x{}/")], True),
        (text("a=b&", HOLE), [("a", "b")], False),
        (text(HOLE, "=b&a"), [("a", "")], False),
        (text("a%5B%5D=b;c=d"), [("a[]", "b"), ("c", "d")], True),
        (text(""), [], True),
    ],
)
def test_the_parameters_of_a_query_are_decoded(query: Value, found: list[tuple[str, str]], closed: bool) -> None:
    parameters, is_closed = urls.parameters(query)
    assert ([(name, template(value)) for name, value in parameters], is_closed) == (found, closed)


def test_a_hole_among_the_values_stays_the_hole_that_it_is() -> None:
    parameters, _ = urls.parameters(urls.encoded(Mapping((("scope", HOLE), ("kind", Const.of("a b"))))))
    assert parameters == (("scope", text(HOLE)), ("kind", Const.of("a b")))


def test_what_a_mapping_may_hold_besides_is_a_hole_at_the_end() -> None:
    assert template(urls.encoded(Mapping((("a", Const.of("b")),), UNKNOWN))) == "a=b&{}"


def test_pairs_are_as_good_as_a_mapping() -> None:
    pairs = Items((Items((Const.of("a"), Const.of("b"))), Items((Const.of("a"), Const.of("c")))))
    assert urls.as_mapping(pairs) == Mapping((("a", Items((Const.of("b"), Const.of("c")))),))
    assert template(urls.encoded(pairs)) == "a=b&a=c"
    assert urls.as_mapping(HOLE) == HOLE


words = st.text("aé &=?/%+#;", min_size=1, max_size=5)


@given(st.dictionaries(words, words, max_size=4))
def test_what_is_encoded_is_read_back(given_parameters: dict[str, str]) -> None:
    mapping = Mapping(tuple((name, Const.of(value)) for name, value in given_parameters.items()))
    encoded = urls.encoded(mapping)
    assert template(encoded) == (urlencode(given_parameters) or None) or not given_parameters
    if given_parameters:
        found, closed = urls.parameters(encoded)
        assert ({name: template(value) for name, value in found}, closed) == (given_parameters, True)


@given(st.text("ab/?&=:@#.", max_size=14))
def test_no_text_fails_and_a_plain_url_is_what_python_says(tail: str) -> None:
    url = f"https://shop.example/{tail}"
    found = urls.address(Const.of(url))
    assert found is not None
    if "&" not in tail.partition("?")[0]:
        assert template(found.path) == urlsplit(url).path
        if "#" not in url and "&&" not in url:
            wanted = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True) if name]
            assert [name for name, _ in found.query if name] == wanted
