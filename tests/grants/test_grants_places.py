"""The place of a name is where it is written, as near to its use as it stands in quotes."""

from __future__ import annotations

import time

import pytest

from leastscope.grants.places import place_finder
from leastscope.model import Span


def find(files: dict[str, str], line: int, name: str, text: str = "", end: int = 0) -> str:
    """Give `path:line:column` of a name that is used in the first file."""
    path = next(iter(files))
    span = Span(path, line, 1, end or line, 200)
    place = place_finder(files.__getitem__, files)(span, name, text or name)
    assert place == span or (place.end_line, place.end_column) == (place.line, place.column + len(name))
    return f"{place.path}:{place.line}:{place.column}"


@pytest.mark.parametrize(
    ("text", "line", "name", "whole", "expected"),
    [
        ('url = "x?scope=read"', 1, "read", "", "a.py:1:16"),
        ("# read\nurl = 'read'  # read", 2, "read", "", "a.py:2:8"),
        ('A = "read"\nB = "read"\nuse(C)', 3, "read", "", "a.py:2:6"),
        ('A = "read"\n\n\nuse(A)\n# read', 4, "read", "", "a.py:1:6"),
        ('A = "read_only"\nB = "read"\nuse(B)', 3, "read", "", "a.py:2:6"),
        ('A = "a.read"\nuse(A)', 2, "read", "", "a.py:2:1"),
        ('S = "orders,read"\n\nL = ["read"]\nuse(S)', 4, "read", "orders,read", "a.py:1:13"),
        ('S = ["orders", "read"]\nuse(S)', 2, "read", "orders read", "a.py:1:17"),
        ('S = """\nread\n"""\nuse(S)', 4, "read", "", "a.py:2:1"),
        ("use(S)", 1, "read", "", "a.py:1:1"),
        ("", 1, "read", "", "a.py:1:1"),
        ('x = "it\'s read"', 1, "read", "", "a.py:1:11"),
        ('x = "\\" read"', 1, "read", "", "a.py:1:9"),
        ('use("read")\nS = "orders read"', 1, "read", "orders read", "a.py:1:6"),
        ('S = "read read"\nuse(S)', 2, "read", "read read", "a.py:1:6"),
        ('f(r"x")\n\nA = "r"', 1, "r", "", "a.py:3:6"),
        ('A = "x r"\nr = 1\nuse(r)', 3, "r", "", "a.py:1:8"),
        ('A = "read"\n"x"read\nuse()', 3, "read", "", "a.py:1:6"),
        ("read\n" * 1000 + '"x read"\nuse', 1002, "read", "", "a.py:1000:1"),
    ],
)
def test_a_name_stands_in_quotes_inside_the_span_or_nearest_to_it(
    text: str, line: int, name: str, whole: str, expected: str
) -> None:
    assert find({"a.py": text}, line, name, whole) == expected


@pytest.mark.parametrize(
    ("files", "name", "whole", "expected"),
    [
        ({"a.py": "use(S)", "b.py": 'S = "read"'}, "read", "", "b.py:1:6"),
        ({"a.py": "use(S)  # read", "b.py": 'S = "read"'}, "read", "", "b.py:1:6"),
        ({"a.py": "use(S)  # read", "b.py": "S = read"}, "read", "", "a.py:1:11"),
        ({"a.py": "use(S)", "b.py": 'S = ["read"]', "c.py": 'S = "orders read"'}, "read", "orders read", "c.py:1:13"),
        ({"a.py": "use(S)", "b.py": 'S = ["read"]'}, "read", "orders read", "b.py:1:7"),
        ({"a.py": "use(S)", "b.py": 'S = "read it"'}, "read", "", "a.py:1:1"),
        ({"a.py": 'x = "read"\nuse(S)', "b.py": 'S = "read"'}, "read", "", "a.py:1:6"),
    ],
)
def test_a_name_of_another_file_stands_there_whole_in_quotes(
    files: dict[str, str], name: str, whole: str, expected: str
) -> None:
    assert find(files, 1, name, whole) == expected


def test_a_name_in_a_call_of_several_lines_is_found_in_them() -> None:
    text = 'A = "read"\nuse(\n    "a"\n    "&scope=read"\n)\n'
    assert find({"a.py": text}, 2, "read", end=5) == "a.py:4:13"
    assert find({"a.py": 'A = "read"\nuse(\n"read")'}, 2, "read", end=3) == "a.py:3:2"
    assert find({"a.py": 'use("read",\n    "read")\n'}, 1, "read", end=2) == "a.py:1:6"


def test_names_with_signs_are_taken_as_they_are() -> None:
    text = 'A = ["psp.webhook:read", "psp.webhook:write"]'
    assert find({"a.py": text}, 1, "psp.webhook:write") == "a.py:1:27"
    assert find({"a.py": 'A = "a.*b"\nB = "a.b"'}, 2, "a.*b") == "a.py:1:6"


@pytest.mark.parametrize(
    "text",
    [
        "'\"" * 200_000 + "read",
        "'read' " * 100_000,
        "read " * 200_000,
        '"' * 500_000 + "read",
        "'\\" * 250_000 + "read",
    ],
    ids=range(5),
)
def test_many_files_and_long_lines_are_searched_in_time(text: str) -> None:
    files = {"a.py": text, **{f"b{number}.py": "x = 1\n" * 1000 for number in range(300)}}
    began = time.process_time()
    assert find(files, 1, "read").startswith("a.py:1:")
    assert time.process_time() - began < 10
