"""Hidden characters become visible, for people and for parsers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.report.escape import inert, is_hidden, json_rows, json_text, visible

CASES = [
    ("plain", "plain"),
    ("größe 顧客 🧾", "größe 顧客 🧾"),
    ("\x1b[31m", "\\x1b[31m"),
    ("a\nb\r\tc", "a\\x0ab\\x0d\\x09c"),
    ("\x9b\x7f", "\\x9b\\x7f"),
    ("\u202e\u2066\u200b", "\\u202e\\u2066\\u200b"),
    ("\u2028", "\\u2028"),
    ("\udcff", "\\udcff"),
    ("\U000e0041", "\\U000e0041"),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_hidden_characters_are_written_as_in_source_code(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_hidden_is_left(text: str) -> None:
    assert not any(is_hidden(char) for char in visible(text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_reads_back_as_it_was_and_shows_nothing_hidden(text: str) -> None:
    rendered = json_text({"key": text})
    assert json.loads(rendered) == {"key": text}
    assert not any(is_hidden(char) for char in rendered if char != "\n")


def test_json_keeps_letters_and_replaces_what_is_no_text() -> None:
    assert json_text(["é顧\udc80\U000e0041"]) == '[\n  "é顧\ufffd\\udb40\\udc41"\n]\n'


@pytest.mark.parametrize("depth", [0, 1, 2, 9])
def test_rows_hold_the_same_document(depth: int) -> None:
    document = {"a": [{"b": [1, "é\u202e"]}, [], {}], "c": None}
    rendered = json_rows(document, depth)
    assert json.loads(rendered) == document
    assert "\u202e" not in rendered


def test_rows_break_lines_down_to_their_depth_only() -> None:
    assert json_rows({"a": [{"b": 1}, {"b": [2]}]}, 2) == '{\n  "a": [\n    {"b": 1},\n    {"b": [2]}\n  ]\n}\n'
    assert json_rows({"a": [1]}, 9) == json_text({"a": [1]})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("a.py\n  ::stop-commands::x", "a.py\n  \\x3a:stop-commands::x"),
        ("a ##[add-mask]x ##vso[task]", r"a \x23#[add-mask]x \x23#vso[task]"),
        ("### A ## B: C::d\n:e: ##", "### A ## B: C::d\n:e: ##"),
    ],
)
def test_no_line_is_a_command_to_a_runner(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_json_holds_no_command_to_a_runner_and_reads_back_as_it_was() -> None:
    text = json_text(["##[error]x", "##"])
    assert "##[" not in text
    assert json.loads(text) == ["##[error]x", "##"]
