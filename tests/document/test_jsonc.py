"""JSON with comments and trailing commas is read with exact places, and nothing breaks the reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.document import MAX_BYTES, MapNode, read_document, read_json
from leastscope.model import InputError, Span
from positions import at, good, leaves, place, plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=VALUES, indent=st.sampled_from([None, 0, 2, "\t"]), ascii_only=st.booleans())
def test_what_json_writes_is_read_as_the_same_value_and_scalars_stand_where_they_say(
    value: object, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    node = good(read_json("a.json", text.encode()))
    assert plain(node) == value
    assert at(text, node.span) == text
    for leaf in leaves(node):
        assert json.loads(at(text, leaf.span)) == leaf.value


@given(st.binary() | st.text(alphabet='{}[]:,"\\/*ab0-.eu \n\r\ufeff').map(str.encode))
def test_any_bytes_give_a_tree_or_an_error_inside_the_file(data: bytes) -> None:
    node = read_json("a.json", data)
    if isinstance(node, InputError):
        assert 1 <= node.span.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert node.message.startswith("expected ")
        assert node.message.isprintable()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("[1, 2,]", [1, 2]),
        ("[1 // one\n, 2]", [1, 2]),
        ("/* head */ [1 /* * / */, 2] // end", [1, 2]),
        ('// one\n/**/{/**/"a"/**/:/**/1/**/}', {"a": 1}),
        ('"http://example.com/*"', "http://example.com/*"),
        ('\ufeff{"a": null}', {"a": None}),
        ('{\r\n "a": true,\r\n}', {"a": True}),
        ("[-0, 1.5, 2e3, 0]", [0, 1.5, 2000.0, 0]),
        (r'"\u00e9\ud83d\ude00\n"', "é😀\n"),
        ("{}", {}),
        ("[]", []),
    ],
)
def test_comments_and_trailing_commas_are_allowed(text: str, value: object) -> None:
    assert plain(good(read_json("a.json", text.encode()))) == value


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "expected a value, found the end of the file"),
        ("// only\n", 2, 1, "expected a value, found the end of the file"),
        ("[1 2]", 1, 4, "expected ',' or ']', found '2'"),
        ('[{"a": 1}\n {"a": 2}]', 2, 2, "expected ',' or ']', found '{'"),
        ('{"a": 1 "b": 2}', 1, 9, "expected ',' or '}', found '\"'"),
        ("[,]", 1, 2, "expected a value or ']', found ','"),
        ("[1,,]", 1, 4, "expected a value or ']', found ','"),
        ("{,}", 1, 2, "expected a key in double quotes or '}', found ','"),
        ("{a: 1}", 1, 2, "expected a key in double quotes or '}', found 'a'"),
        ("{'a': 1}", 1, 2, "expected a key in double quotes or '}', found \"'\""),
        ('{"a" 1}', 1, 6, "expected ':', found '1'"),
        ('{"a": }', 1, 7, "expected a value, found '}'"),
        ('{"a": 1]', 1, 8, "expected ',' or '}', found ']'"),
        ("[1]\n]", 2, 1, "expected the end of the file, found ']'"),
        ("[", 1, 2, "expected a value or ']', found the end of the file"),
        ('{"a": [1', 1, 9, "expected ',' or ']', found the end of the file"),
        ("/* x", 1, 1, "expected '*/', found the end of the file"),
        ("[1 / 2]", 1, 4, "expected ',' or ']', found '/'"),
        ('["a\nb"]', 1, 4, "expected a closing quote or an escape such as \\n, found '\\n'"),
        ('["a]', 1, 2, "expected a closing quote, found the end of the file"),
        (r'["\x"]', 1, 3, r"""expected one of the escapes \" \\ \/ \b \f \n \r \t \u, found '\\'"""),
        (r'["\u12"]', 1, 4, "expected four hexadecimal digits after \\u, found 'u'"),
        (r'["\ud800"]', 1, 2, "expected whole characters, found half of a surrogate pair"),
        ("NaN", 1, 1, "expected a value, found 'NaN'"),
        ("[01]", 1, 2, "expected a value or ']', found '01'"),
        ("[+1]", 1, 2, "expected a value or ']', found '+1'"),
        ("[\u00a01]", 1, 2, "expected a value or ']', found '\\xa0'"),
        ('{"a": 1,\n "a": 2}', 2, 2, "expected every key once, found 'a' again (line 1)"),
        ("9" * 1001, 1, 1, "expected a value, found '" + "9" * 57 + "...'"),
    ],
)
def test_an_error_says_what_was_expected_and_what_was_found(text: str, line: int, column: int, message: str) -> None:
    error = read_json("a.json", text.encode())
    assert isinstance(error, InputError)
    assert (error.span.path, error.span.line, error.span.column, error.message) == ("a.json", line, column, message)


def test_columns_count_code_points_and_carriage_returns_end_lines() -> None:
    text = '{"é😀": 1,\r"b":\r\n  "x"}'
    node = good(read_json("a.json", text.encode()))
    assert isinstance(node, MapNode)
    assert [entry.value.span for entry in node.entries] == [Span("a.json", 1, 8, 1, 9), Span("a.json", 3, 3, 3, 6)]
    assert node.entries[1].key_span == Span("a.json", 2, 1, 2, 4)


def test_bytes_that_are_not_utf8_are_an_error_at_their_place() -> None:
    error = read_json("a.json", b'{\n "\xc3\xa9": "\xff"}')
    assert isinstance(error, InputError)
    assert place(error) == (2, 8)
    assert error.message == "expected UTF-8, found the byte 0xff"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[" * 201, "expected at most 200 levels of nesting, found more"),
        (b'{"a":' * 500_000, "expected at most 1000000 bytes, found 2500000"),
        (b"[" + b"1," * 110_000 + b"]", "expected at most 100000 values, found more"),
        (b"[" * (MAX_BYTES - 1), "expected at most 200 levels of nesting, found more"),
        (b"/*" + b"*" * (MAX_BYTES - 2), "expected '*/', found the end of the file"),
        (b'"' + b"\\" * (MAX_BYTES - 2), "expected a closing quote, found the end of the file"),
    ],
)
def test_size_depth_and_number_of_values_are_capped(data: bytes, message: str) -> None:
    error = read_json("a.json", data)
    assert isinstance(error, InputError)
    assert error.message == message


def test_two_hundred_levels_are_allowed() -> None:
    assert not isinstance(read_json("a.json", b"[" * 200 + b"]" * 200), InputError)


def test_the_name_of_a_file_decides_its_format() -> None:
    assert plain(good(read_document("a.YAML", b"a: b"))) == {"a": "b"}
    assert plain(good(read_document("a.yml", b"a: b"))) == {"a": "b"}
    assert isinstance(read_document("a.json", b"a: b"), InputError)
