"""Bytes become the text that the compiler reads, with the places of lines and tokens."""

from __future__ import annotations

import io
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.python.syntax.ir import Unreadable
from leastscope.python.syntax.source import Text, as_seen, decode, legible, token_offsets


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfa = 1", "a = 1"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né"),
        (b"#!/bin/python\n# -*- coding: latin-1 -*-\n\xe9", "#!/bin/python\n# -*- coding: latin-1 -*-\né"),
        (b"\f \t# vim: set fileencoding=cp1252 :\r\x80", "\f \t# vim: set fileencoding=cp1252 :\r€"),
        ("\n\n# coding: latin-1\né".encode(), "\n\n# coding: latin-1\né"),
        ("x\n# coding: latin-1\né".encode(), "x\n# coding: latin-1\né"),
    ],
)
def test_the_encoding_is_that_of_the_mark_or_of_a_comment_in_the_first_two_lines(data: bytes, text: str) -> None:
    found = decode(data)
    assert isinstance(found, Text)
    assert found.text == text


@pytest.mark.parametrize(
    ("data", "line", "column", "reason"),
    [
        (b"a = '\xe9'", 1, 6, "byte 0xe9 is not valid utf-8"),
        (b"a\r\nbb\xff", 2, 3, "byte 0xff is not valid utf-8"),
        (b"# coding: ascii\n\n\xe9", 3, 1, "byte 0xe9 is not valid ascii"),
        (b"# coding: none-such\n", 1, 1, "the coding comment names no known encoding of text"),
        (b"# coding: utf-7\n", 1, 1, "the coding comment names no known encoding of text"),
        (b"# coding: rot13\n", 1, 1, "the coding comment names no known encoding of text"),
        (b"# coding: unicode_escape\n", 1, 1, "the coding comment names no known encoding of text"),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(data: bytes, line: int, column: int, reason: str) -> None:
    assert decode(data) == Unreadable("undecodable", line, column, reason)


def test_a_file_beyond_the_limit_is_refused() -> None:
    found = decode(b" " * 4_000_001)
    assert isinstance(found, Unreadable)
    assert (found.kind, found.reason) == ("too-large", "the file is larger than 4 MB")


@given(st.text("ab\r\n\f\v\x85\u2028", max_size=20))
def test_lines_end_where_the_compiler_ends_them(text: str) -> None:
    found = decode(text.encode())
    assert isinstance(found, Text)
    lines = io.StringIO(text, newline="").readlines()
    starts = [0, *accumulate(map(len, lines))]
    assert list(found.lines) == (starts if not lines or lines[-1].endswith(("\r", "\n")) else starts[:-1])
    assert [found.place(start) for start in found.lines] == [(number, 1) for number in range(1, len(found.lines) + 1)]
    assert found.place(len(text)) == (len(found.lines), len(text) - found.lines[-1] + 1)


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"\xef\xbb\xbfa", "\ufeffa"), (b"\xff", "\ufffd"), (b"# coding: no\n\xe9", "# coding: no\n\ufffd")],
)
def test_a_text_for_people_is_never_refused(data: bytes, text: str) -> None:
    assert legible(data) == text


@pytest.mark.parametrize(
    ("tokens", "text", "offsets"),
    [
        (["a", " ", "=", "b"], "a =b", [0, 1, 2, 3, 4]),
        (["except", " ", "(A)", ":"], "except (A) :", [0, 6, 7, 11, 12]),
        ([], "", [0]),
        (["a", "z"], "ab", [0, 1, 1]),
    ],
)
def test_tokens_are_found_even_where_blanks_are_missing(tokens: list[str], text: str, offsets: list[int]) -> None:
    assert token_offsets(tokens, text) == offsets


@pytest.mark.parametrize("name", ["zlib", "hex", "rot13", "bz2", "no-such-codec", "utf-16"])
def test_a_file_whose_coding_comment_names_no_encoding_of_text_tells_nothing(name: str) -> None:
    data = f"# coding: {name}\nimport stripe\n".encode()
    assert as_seen(data) is None
    assert legible(data) == data.decode()
    assert isinstance(decode(data), Unreadable)
