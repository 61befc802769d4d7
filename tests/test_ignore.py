"""What a line of an ignore file matches, as git does it."""

from __future__ import annotations

import time

import pytest

from leastscope.ignore import parse_rules


@pytest.mark.parametrize(
    ("lines", "path", "folder", "expected"),
    [
        ("a.py", "a.py", False, True),
        ("a.py", "x/y/a.py", False, True),
        ("a.py", "a.pyc", False, None),
        ("/a.py", "x/a.py", False, None),
        ("x/a.py", "x/a.py", False, True),
        ("x/a.py", "y/x/a.py", False, None),
        ("out/", "out", True, True),
        ("out/", "out", False, None),
        ("out/", "x/out", True, True),
        ("*.py", "x/a.py", False, True),
        ("x/*.py", "x/y/a.py", False, None),
        ("x/**/a.py", "x/a.py", False, True),
        ("x/**/a.py", "x/1/2/a.py", False, True),
        ("**/a.py", "a.py", False, True),
        ("x/**", "x", True, None),
        ("x/**", "x/1/2", False, True),
        ("/**", "a", False, True),
        ("****/a/", "x/a", True, True),
        ("a?c", "abc", False, True),
        ("[!a]b", "ab", False, None),
        ("[^a]b", "cb", False, True),
        ("[b-a]", "a", False, None),
        ("[", "x", False, None),
        ("[z-a\\", "x", False, None),
        ("*.py\n!keep.py", "keep.py", False, False),
        ("!keep.py\n*.py", "keep.py", False, True),
        ("# a.py", "# a.py", False, None),
        (r"\#a", "#a", False, True),
        (r"\!a", "!a", False, True),
        (r"a\*", "a*", False, True),
        (r"a\*", "ab", False, None),
        ("a.py  ", "a.py", False, True),
        ("a\\ ", "a ", False, True),
        ("a\\   ", "a ", False, True),
        ("a\\   ", "a", False, None),
        (" " * 900 + "a", "a", False, None),
        ("a.py\r", "a.py", False, True),
        ("", "a", False, None),
        ("x//y", "x/y", False, None),
        ("a" * 2000, "a" * 2000, False, None),
        ("*" * 30, "a", False, None),
    ],
)
def test_a_line_matches_as_git_matches_it(lines: str, path: str, folder: bool, expected: bool | None) -> None:
    assert parse_rules(lines.split("\n")).decide(path, folder) is expected


@pytest.mark.parametrize("pattern", ["*a" * 15 + "*b", "**/" * 9 + "x", "*/" * 15 + "b"])
def test_a_hostile_pattern_costs_no_more_than_its_length(pattern: str) -> None:
    """With ordinary regular expressions the first of these takes longer than anybody waits."""
    rules = parse_rules([pattern])
    start = time.process_time()
    assert rules.decide("/".join(["a" * 250] * 15), is_folder=False) is None
    assert time.process_time() - start < 1


def test_only_so_many_lines_are_read_and_the_rules_say_so() -> None:
    rules = parse_rules([*[f"a{number}" for number in range(1000)], "b"])
    assert rules.decide("a999", is_folder=False)
    assert rules.decide("b", is_folder=False) is None
    assert rules.cut
    assert not parse_rules(["a", "b"]).cut


@pytest.mark.parametrize(("line", "segments"), [("a/b/c", 0), ("a", 0), ("*.py", 1), ("a*/**/c*/d", 3), ("# *", -5)])
def test_a_rule_costs_as_much_as_it_has_wildcards(line: str, segments: int) -> None:
    assert parse_rules([line]).cost == 5 + segments
