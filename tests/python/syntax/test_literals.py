"""Literals mean what the compiler says they mean."""

from __future__ import annotations

import ast
import re
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leastscope.python.syntax.literals import evaluate_string, number, unescape

BACKSLASH = "\\"


@pytest.mark.parametrize(
    ("literal", "value", "is_bytes"),
    [
        ("'a'", "a", False),
        ('"""a\n"b"""', 'a\n"b', False),
        (r"'\n\t\\\''", "\n\t\\'", False),
        (r"r'\n'", r"\n", False),
        (r"Rb'\n'", r"\n", True),
        (r"b'\xe9\101'", "éA", True),
        (r"b'\u00e9\N{DASH}'", r"\u00e9\N{DASH}", True),
        (r"'\xe9\u20ac\U0001f9fe\N{BULLET}'", "é€🧾•", False),
        (r"'\N{NO SUCH NAME}\q'", r"\N{NO SUCH NAME}\q", False),
        (r"'\ud800'", "\ufffd", False),
        (r"'\U00110000'", r"\U00110000", False),
        ("'a\\\r\nb\rc'", "ab\nc", False),
        ("u'\\141\\7'", "a\x07", False),
        ("nothing", "", False),
    ],
)
def test_a_string_is_what_the_compiler_makes_of_it(literal: str, value: str, is_bytes: bool) -> None:
    assert evaluate_string(literal) == (value, is_bytes)


@example("\\77")
@given(st.lists(st.sampled_from([BACKSLASH, "\n", *"abfnrtvxuUN0178{} é"]), max_size=12).map("".join))
def test_every_text_that_compiles_has_the_value_that_python_gives_it(body: str) -> None:
    literal = f'"""{body} """'
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unknown escape is one, and stays as it is
        try:
            expected = ast.literal_eval(literal)
        except SyntaxError:
            expected = None
    found, is_bytes = evaluate_string(literal)
    assert not is_bytes
    assert expected is None or found == re.sub("[\ud800-\udfff]", "\ufffd", expected)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("0", 0),
        ("1_000", 1000),
        ("0x_Ff", 255),
        ("0o17", 15),
        ("0B101", 5),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        (".5", 0.5),
        ("0xe", 14),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("1" * 101, None),
        ("1" + "0" * 5000, None),
    ],
)
def test_a_number_is_its_value_if_that_fits_into_64_bits(literal: str, value: float | None) -> None:
    assert number(literal) == value
    assert type(number(literal)) is type(value)


def test_the_line_ends_of_a_raw_string_are_those_of_the_compiler_too() -> None:
    assert unescape("a\r\nb\rc\\\r\n", raw=True, is_bytes=False) == "a\nb\nc\\\n"
