"""Strings in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.python.domain.strings import concat, format_text, join_text, of_pieces, percent, template
from leastscope.python.domain.values import (
    BOTTOM,
    TEXT_LIMIT,
    UNION_LIMIT,
    UNKNOWN,
    Const,
    Items,
    Mapping,
    Outside,
    Text,
    Unknown,
    Value,
    join,
    options,
)

A, B, ONE = Const.of("a"), Const.of("b"), Const.of(1)
HOLE = Outside("env:KEY")
EITHER = join(A, B)


def templates(value: Value) -> set[str | None]:
    return {template(option) for option in options(value)}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], {""}),
        ([A, B], {"ab"}),
        ([A, ONE], {"a1"}),
        ([Const.of("/v1/"), HOLE, Const.of("/pay")], {"/v1/{}/pay"}),
        ([HOLE, HOLE], {"{}{}"}),
        ([EITHER, Const.of("/"), EITHER], {"a/a", "a/b", "b/a", "b/b"}),
        ([A, BOTTOM], set()),
        ([concat([A, HOLE]), B], {"a{}b"}),
    ],
)
def test_neighbors_become_one_text_for_each_alternative(values: list[Value], found: set[str]) -> None:
    assert templates(concat(values)) == found


def test_too_many_alternatives_become_a_hole_and_keep_what_is_certain() -> None:
    many = join(*(Const.of(str(number)) for number in range(10)))
    assert templates(concat([Const.of("/v1/"), many, many])) == {"/v1/{}{}"}
    assert len(options(concat([many]))) == 10 <= UNION_LIMIT


def test_a_text_that_grows_without_end_is_unknown() -> None:
    assert isinstance(of_pieces([piece for _ in range(TEXT_LIMIT) for piece in ("x", HOLE)]), Unknown)
    assert isinstance(of_pieces(["x" * 10_001]), Unknown)
    assert of_pieces(["x" * 10_000]) == Const.of("x" * 10_000)


@pytest.mark.parametrize(
    ("text", "args", "keywords", "found"),
    [
        ("/v1/{}", [A], (), {"/v1/a"}),
        ("/{0}/{1}/{0}", [A, B], (), {"/a/b/a"}),
        ("/{name}", [], (("name", A),), {"/a"}),
        ("/{name!r}/{}", [B], (("name", A),), {"/a/b"}),
        ("/{:>8}", [ONE], (), {"/1"}),
        ("{{}}/{}", [A], (), {"{}/a"}),
        ("/{}", [], (), {"/{}"}),
        ("/{missing}", [], (), {"/{}"}),
        ("/{name.id}", [], (("name", A),), {"/{}"}),
        ("/{}", [EITHER], (), {"/a", "/b"}),
        ("plain", [A], (), {"plain"}),
    ],
)
def test_format_fills_its_fields(
    text: str, args: list[Value], keywords: tuple[tuple[str, Value], ...], found: set[str]
) -> None:
    assert templates(format_text(text, args, keywords)) == found


@pytest.mark.parametrize(
    ("text", "given_value", "found"),
    [
        ("/v1/%s", A, {"/v1/a"}),
        ("/%s/%d", Items((A, ONE)), {"/a/1"}),
        ("/%(name)s", Mapping((("name", A),)), {"/a"}),
        ("/%(other)s", Mapping((("name", A),)), {"/{}"}),
        ("100%%/%s", A, {"100%/a"}),
        ("/%s/%s", Items((A,)), {"/a/{}"}),
        ("/%-5.2f", ONE, {"/1"}),
        ("/%008d", ONE, {"/1"}),
        ("/%+ #0*.*f/", ONE, {"/1/"}),
        ("/%0", ONE, {"/%0"}),
        ("/%s", HOLE, {"/{}"}),
    ],
)
def test_percent_fills_its_conversions(text: str, given_value: Value, found: set[str]) -> None:
    assert templates(percent(text, given_value)) == found


@pytest.mark.parametrize(
    ("separator", "parts", "found"),
    [
        (Const.of("/"), Items((A, B, HOLE)), "a/b/{}"),
        (Const.of(""), Items(()), ""),
        (HOLE, Items((A, B)), "a{}b"),
        (Const.of("/"), Items((A,), rest=B), None),
        (Const.of("/"), UNKNOWN, None),
    ],
)
def test_join_puts_the_separator_between_known_parts(separator: Value, parts: Value, found: str | None) -> None:
    assert template(join_text(separator, parts)) == found


@pytest.mark.parametrize(("value", "found"), [(A, "a"), (Text(("a", HOLE)), "a{}"), (ONE, None), (UNKNOWN, None)])
def test_a_template_is_for_text_alone(value: Value, found: str | None) -> None:
    assert template(value) == found


words = st.text("ab{}%/ ", max_size=6)


@given(st.lists(words, max_size=6))
def test_joining_constants_is_what_python_does(parts: list[str]) -> None:
    assert concat([Const.of(part) for part in parts]) == Const.of("".join(parts))
    assert join_text(Const.of("/"), Items(tuple(Const.of(part) for part in parts))) == Const.of("/".join(parts))


@given(st.lists(st.sampled_from(["a", "/", "{}", "{0}", "{{", "}}", "{1:>3}"]), max_size=6), words, words)
def test_formatting_constants_is_what_python_does(parts: list[str], first: str, second: str) -> None:
    text = "".join(parts)
    try:
        expected = text.format(first, second)
    except (ValueError, IndexError):
        expected = ""
    if expected and ":" not in text:
        assert format_text(text, [Const.of(first), Const.of(second)], ()) == Const.of(expected)


@given(st.lists(st.sampled_from(["a", "/", "%s", "%%"]), max_size=6), words, words)
def test_converting_constants_is_what_python_does(parts: list[str], first: str, second: str) -> None:
    text = "".join(parts)
    given_words = (first, second)[: parts.count("%s")]
    if parts.count("%s") == len(given_words):
        found = percent(text, Items(tuple(Const.of(word) for word in given_words)))
        assert found == Const.of(text % given_words)


@given(words, st.lists(words, max_size=3))
def test_no_text_of_the_scanned_code_makes_formatting_fail(text: str, args: list[str]) -> None:
    values = [Const.of(arg) for arg in args]
    assert options(format_text(text, values, ()))
    assert options(percent(text, Items(tuple(values))))
