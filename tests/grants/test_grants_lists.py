"""What is written when an item of a list goes or comes, before the result is checked, and where nothing is."""

from __future__ import annotations

import pytest

from leastscope.document import Leaf, ListNode
from leastscope.document.tree import Text, decode
from leastscope.grants.rewriting import Document
from leastscope.grants.rows import Flow, Rows, apply, quoted
from leastscope.grants.scopes import Words, scope_in_python
from leastscope.grants.sections import with_last_section, without_section


def text_of(path: str, content: str) -> Text:
    text = decode(path, content.encode())
    assert isinstance(text, Text)
    return text


def rows_of(language: str, content: str) -> Rows:
    """Give the first list of a document."""
    text = text_of(f"a.{language}", content)
    document = Document.of(text)
    assert document is not None
    spot = next(way[-1] for way in document.ways if isinstance(way[-1].node, ListNode))
    assert isinstance(spot.node, ListNode)
    known = {"json": "json", "yaml": "yaml", "toml": "toml"}
    return Rows(text, spot.node, spot.entry, known[language])  # type: ignore[arg-type]


def without(language: str, content: str, index: int) -> str | None:
    changes = rows_of(language, content).without(index)
    return None if changes is None else apply(content, changes)


def with_last(language: str, content: str, key: str = "", other: str = "", text: str = "") -> str | None:
    rows = rows_of(language, content)
    changes = rows.with_last("new", key, other, text) if text else rows.with_last("new", key, other)
    return None if changes is None else apply(content, changes)


@pytest.mark.parametrize(
    ("language", "content", "index", "after"),
    [
        ("yaml", "[\n  a,\n  b # two\n]", 1, "[\n  a\n]"),
        ("yaml", "[a, b # two\n]\n", 1, "[a # two\n]\n"),
        ("yaml", "[\n  a, b # two\n]\n", 1, "[\n  a # two\n]\n"),
        ("yaml", "[a ,#\nb\n]", 1, "[a #\n]"),
        ("yaml", "[a, b, \n c]", 1, "[a,\n c]"),
        ("yaml", "[a, b, \r\n c]", 1, "[a,\r\n c]"),
        ("json", '["a", "b",\r "c"]', 1, '["a",\r "c"]'),
        ("yaml", "[\n  a, b,\n  c\n]", 0, "[\n  b,\n  c\n]"),
        ("json", '[\n  "a", /* x\n  */\n  "b"\n]', 0, '[\n  /* x\n  */\n  "b"\n]'),
        ("json", '[\r  "a",\r  "b",\r  "c"\r]', 1, '[\r  "a",\r  "c"\r]'),
        ("yaml", "- a\n- b\n", 0, "- b\n"),
        ("yaml", "a: # why\n  - x\n", 0, "a: [] # why\n"),
        ("yaml", "a:\n  # why\n  - x\n", 0, "a: []\n  # why\n"),
        ("yaml", "- >\n  x\n- b\n", 0, None),
        ("yaml", "- |\n  x\n- b\n", 0, None),
        ("yaml", "- p: >\n    x\n- b\n", 0, None),
        ("yaml", "- [a]\n- b\n", 0, "- b\n"),
        ("yaml", "- - a\n  - b\n- c\n", 0, "- c\n"),
        ("toml", "[[a]]\nx = 1\n\n[[a]]\nx = 2\n", 0, "\n[[a]]\nx = 2\n"),
        ("toml", "[[a]]\nx = 1", 0, ""),
        ("toml", "\n[[a]]\nx = 1", 0, ""),
        ("toml", "[[a]]\nx = 1 # one\n\n[[a]]\nx = 2 # two\n", 1, "[[a]]\nx = 1 # one\n"),
        ("toml", "[[a]]\nx = {y = 1}\n", 0, None),
        ("toml", "[[a]]\n[[a]]\nx = 1\n", 0, None),
    ],
)
def test_an_item_goes(language: str, content: str, index: int, after: str | None) -> None:
    assert without(language, content, index) == after


@pytest.mark.parametrize(
    ("language", "content", "after"),
    [
        ("yaml", "[\n  a,\n  b\n]", "[\n  a,\n  b,\n  new\n]"),
        ("yaml", "[a, b # two\n]\n", None),
        ("yaml", "[a, b]", "[a, b, new]"),
        ("yaml", "- a", "- a\n- new"),
        ("yaml", "-\n  p: a\n", None),
        ("yaml", "- 'a b'\n", "- 'a b'\n- 'new'\n"),
    ],
)
def test_a_name_comes(language: str, content: str, after: str | None) -> None:
    assert with_last(language, content) == after


@pytest.mark.parametrize(
    ("language", "content", "other", "text", "after"),
    [
        ("json", '[{"p":"a","r":"b"}]', "r", "", '[{"p":"a","r":"b"}, {"p":"new","r":""}]'),
        ("json", '[{"p":"a","r":5}]', "r", "", '[{"p":"a","r":5}, {"p": "new", "r": ""}]'),
        ("json", '[{"p":"a","r":{}}]', "r", "", '[{"p":"a","r":{}}, {"p": "new", "r": ""}]'),
        ("json", '["a"]', "r", "why", '["a", {"p": "new", "r": "why"}]'),
        ("json", '["a"]', "", "", '["a", {"p": "new"}]'),
        ("json", '[{"p":"a","r":"b"/**/}]', "r", "", '[{"p":"a","r":"b"/**/}, {"p": "new", "r": ""}]'),
        ("yaml", "[{'p': 'a'}]", "", "", "[{'p': 'a'}, {'p': 'new'}]"),
        ("yaml", "[{p: a, r: b}]", "r", "\U000e0001", '[{p: a, r: b}, {p: new, r: "\\U000e0001"}]'),
        ("json", '[{"p":"a","r":"b"}]', "r", "\U000e0001", '[{"p":"a","r":"b"}, {"p":"new","r":"\\udb40\\udc01"}]'),
        ("yaml", "- x\n", "", "", "- x\n- p: new\n"),
        ("yaml", "-\n  p: a\n  q: b\n", "r", "", None),
        ("toml", 'a = ["x"]\n', "r", "why", 'a = ["x", {p = "new", r = "why"}]\n'),
        ("toml", '[[a]]\np = "x"\n', "r", "why", '[[a]]\np = "x"\n[[a]]\np = "new"\nr = "why"\n'),
        ("toml", '[[a]]\nr = "y"\np = "x"\n', "r", "why", '[[a]]\nr = "y"\np = "x"\n[[a]]\nr = "why"\np = "new"\n'),
        ("toml", '[[a]]\np = "x"\nr = {}\n', "r", "why", None),
    ],
)
def test_an_object_with_a_name_comes(language: str, content: str, other: str, text: str, after: str | None) -> None:
    assert with_last(language, content, "p", other, text) == after


def test_what_is_no_simple_name_is_not_written() -> None:
    assert rows_of("toml", '[[a]]\np = "x"\n').with_last("a b", "p", "r") is None
    assert rows_of("json", '["a"]').with_last("a b", "", "") is None
    assert quoted("a b", '"a"') is None
    assert quoted("new", "\"a'") is None
    assert quoted("new", "a b") is None
    assert quoted("new", "a.b:c") == "new"


def test_a_list_with_other_things_between_its_items_stays() -> None:
    flow = Flow("[a | b]", "hash", ((1, 2), (5, 6)), 1, 6)
    assert flow.without(0) is None
    assert flow.without(1) is None
    assert Flow("[a | b]", "hash", ((1, 2),), 1, 6).with_last("c") is None


def test_only_a_table_with_values_is_a_section() -> None:
    text = text_of("a.toml", "[[a]]\n")
    leaf = Leaf(text.span(0, 5), "x")
    assert without_section(text, ListNode(leaf.span, (leaf,)), 0) is None
    assert with_last_section(text, ListNode(leaf.span, ()), [("p", '"x"')]) is None


@pytest.mark.parametrize(
    ("content", "encoded", "names"),
    [
        ("a%2Cb", False, ("a%2Cb",)),
        ("a%2Cb", True, ("a", "b")),
        ("a%2cb", True, ("a", "b")),
        ("a, b", False, ("a", "b")),
    ],
)
def test_names_are_parted_as_a_text_is_written(content: str, *, encoded: bool, names: tuple[str, ...]) -> None:
    assert Words(content, 0, len(content), ",", encoded=encoded).names == names


@pytest.mark.parametrize(
    ("content", "part", "names", "found"),
    [
        ('f("a b")', '"a', "a b", ("a b",)),
        ('"a b"', '"a', "a b", ("a b",)),
        ('f("a b" "c")', "a b", "a b", None),
        ('f("c" "a b")', "a b", "a b", None),
        ('"c" "a b"', "a b", "a b", None),
        ('"a b"\n"c"\n', "a b", "a b", None),
        ('if x:\n    "c"\n"a b"\n', "a b", "a b", None),
        ('f("a b")', "a b", "a c", None),
        ('f("a b")', "a b", "a", None),
        ('if x:\n    ["a", "b"]\n', "a", "a b", ('"a"', '"b"')),
        ('x = ["a", "b", "a"]', "b", "a b", None),
        ('x = [b"a", "b"]', '"b', "b", ("b",)),
        ('x = ["a", "b"]', "b", "a b", ('"a"', '"b"')),
        ('x = ["a", "b"]', "b", "a c", None),
        ('x = f["a", "b"]', "b", "a b", None),
        ('x = "a b", f"c"', "a b", "a b", ("a b",)),
        ('x = "a b" f"c"', "a b", "a b", None),
    ],
)
def test_the_literal_of_a_scope_is_the_one_that_holds_just_its_names(
    content: str, part: str, names: str, found: tuple[str, ...] | None
) -> None:
    scope = scope_in_python(content, content.index(part), frozenset(names.split()), " ")
    if isinstance(scope, Words):
        assert (content[scope.start : scope.end],) == found
    else:
        assert (scope and tuple(content[start:end] for start, end in scope.items)) == found
