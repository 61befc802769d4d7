"""A file that cannot be parsed is described by the place and the words of its first error."""

from __future__ import annotations

import pytest

from leastscope.python.syntax.faults import looked_over, syntax_error
from leastscope.python.syntax.ir import Unreadable
from leastscope.python.syntax.prescan import Scanned
from leastscope.python.syntax.source import Text, decode


def text_of(source: str) -> Text:
    found = decode(source.encode())
    assert isinstance(found, Text)
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1\nb = (2", Unreadable("syntax-error", 2, 5, "'(' was never closed")),
        ("a\0b", Unreadable("syntax-error", 1, 2, "a null byte")),
        ("x\n" + "[" * 200 + "]" * 200, Unreadable("too-deep", 2, 101, "")),
        ("exec 'a' in (b", Unreadable("syntax-error", 1, 13, "looks like Python 2")),
    ],
)
def test_what_must_not_be_parsed_is_refused_at_its_place(source: str, expected: Unreadable) -> None:
    found = looked_over(text_of(source))
    assert isinstance(found, Unreadable)
    assert (found.kind, found.line) == (expected.kind, expected.line)
    if expected.reason:
        assert found == expected


@pytest.mark.parametrize("source", ["", "a = 1\n", "def f():\n    return {'a': [1, 2]}\n", "a b c\n"])
def test_what_the_scan_is_not_sure_of_is_left_to_the_parser(source: str) -> None:
    assert isinstance(looked_over(text_of(source)), Scanned)


@pytest.mark.parametrize(
    ("source", "message", "line", "column", "reason"),
    [
        ("a = b c\n", "parser error: error at 1:7: expected NEWLINE", 1, 7, "expected NEWLINE"),
        ("a = 'x y' c\n", "parser error: error at 1:9: expected NEWLINE", 1, 5, "expected NEWLINE"),
        ("print 'a'\n", "parser error: error at 1:9: expected one of (, )", 1, 7, "looks like Python 2"),
        ("x = 1\nraise E, 'a'\n", "parser error: error at 2:8: expected NEWLINE", 2, 8, "looks like Python 2"),
        ("a +\n", "parser error: error at 1:3: expected one of a, b, c, d, e, f, g", 1, 3, "invalid syntax"),
        ("a = $b\n", "tokenizer error: unknown token", 1, 5, "unknown token"),
        ("a\n", "parser error: error at 99:5: expected X", 1, 1, "expected X"),
    ],
)
def test_an_error_of_the_parser_stands_at_the_token_before_the_one_it_names(
    source: str, message: str, line: int, column: int, reason: str
) -> None:
    found = syntax_error(text_of(source), message)
    assert (found.kind, found.line, found.column, found.reason) == ("syntax-error", line, column, reason)
