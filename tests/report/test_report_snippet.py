"""The underline stands under its place, whatever the line is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.report.snippet import display_width, marked_line, wrap

LINES = [
    ("call(x)", 1, 5, "call(x)", "^^^^"),
    ("  call(x)", 3, 10, "  call(x)", "  ^^^^^^^"),
    ("\tcall(x)", 2, 6, "    call(x)", "    ^^^^"),
    ("a\tb", 3, 4, "a   b", "    ^"),
    ("顧客 = call()", 6, 12, "顧客 = call()", "       ^^^^^^"),
    ("e\u0301 = f()", 6, 9, "e\u0301 = f()", "    ^^^"),
    ("\x1b[1m f()", 6, 9, "\\x1b[1m f()", "        ^^^"),
    ("call", 5, 5, "call", "    ^"),
    ("call", 99, 120, "call", "    ^…"),
    ("", 1, 1, "", "^"),
]


@pytest.mark.parametrize(("line", "column", "end", "shown", "under"), LINES)
def test_the_underline_stands_under_the_place(line: str, column: int, end: int, shown: str, under: str) -> None:
    assert marked_line(line, column, end, 60) == (shown, under)


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 500 + "call()" + "b" * 500
    shown, under = marked_line(line, 501, 507, 40)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert display_width(shown) <= 40
    assert shown[under.index("^") : under.index("^") + 6] == "call()"
    assert under.count("^") == 6


def test_a_place_wider_than_the_line_is_underlined_to_the_cut() -> None:
    shown, under = marked_line("x = f(" + "a" * 500 + ")", 5, 508, 40)
    assert shown == "x = f(" + "a" * 33 + "…"
    assert under == "    " + "^" * 35 + "…"


@given(st.text(max_size=300), st.integers(1, 310), st.integers(0, 310), st.integers(10, 90))
def test_no_line_grows_beyond_its_room(line: str, column: int, length: int, room: int) -> None:
    shown, under = marked_line(line, column, column + length, room)
    assert display_width(shown) <= room
    assert display_width(under) <= room + 1
    assert "^" in under


@given(st.text(max_size=200), st.integers(10, 90))
def test_wrapping_loses_no_word_and_breaks_none(text: str, width: int) -> None:
    lines = wrap(text, width, first="- ", rest="  ")
    assert " ".join(" ".join(lines).split()) == " ".join(["-", *text.split()])
    assert all(display_width(line) <= width or len(line.split()) <= 2 for line in lines)
