"""An edit of a document is offered if the document, read again, differs in just what it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.document.tree import Text, decode
from leastscope.grants.rewriting import Document
from leastscope.grants.rows import Change, apply
from leastscope.model import Span

if TYPE_CHECKING:
    from leastscope.grants.scopes import Words


def document_of(path: str, content: str) -> Document | None:
    text = decode(path, content.encode())
    assert isinstance(text, Text)
    return Document.of(text)


class Edited:
    """A document whose edits are asked for at the way to a value, by the indexes of what holds it."""

    def __init__(self, path: str, content: str, *indexes: int) -> None:
        found = document_of(path, content)
        assert found is not None
        self.document, self.content = found, content
        self.way = next(way for way in found.ways if tuple(spot.index for spot in way[1:]) == indexes)

    def after(self, changes: list[Change] | None) -> str | None:
        return None if changes is None else apply(self.content, changes)


@pytest.mark.parametrize(
    ("path", "content", "indexes", "after"),
    [
        ("a.json", '"x"', (), None),
        ("a.json", '["a", "b"]', (0,), '["b"]'),
        ("a.json", '{"a": "b"}', (0,), None),
        ("a.b.yaml", "[\n  a, # x\n  b\n]", (0,), "[\n  b\n]"),
        ("A.YML", "[\n  a, # x\n  b\n]", (0,), "[\n  b\n]"),
        ("a.toml", '[[a]]\nx = "1"\n', (0, 0), ""),
    ],
)
def test_only_an_item_of_a_list_goes(path: str, content: str, indexes: tuple[int, ...], after: str | None) -> None:
    asked = Edited(path, content, *indexes)
    assert asked.after(asked.document.without(asked.way)) == after


def test_a_document_that_is_malformed_is_none() -> None:
    assert document_of("a.json", "{") is None


def test_where_no_string_stands_there_is_no_way() -> None:
    asked = Edited("a.json", '["a"]')
    assert asked.document.leaf(Span("a.json", 1, 1, 1, 2)) is None
    assert asked.document.leaf(Span("a.json", 1, 2, 1, 5)) is not None


def test_another_name_is_written_if_it_is_one() -> None:
    asked = Edited("a.json", '["a"]', 0)
    assert asked.after(asked.document.swapped(asked.way, "b")) == '["b"]'
    assert asked.document.swapped(asked.way, "a b") is None


@pytest.mark.parametrize(
    ("path", "content", "indexes", "after"),
    [
        ("a.json", '{"a": {"b": {"c": "x,y"}}}', (0, 0, 0), '{"a": {"b": {"c": "y"}}}'),
        ("a.yaml", "a: x,y\n", (0,), "a: y\n"),
        ("a.yaml", "a: 'x,y'\n", (0,), "a: 'y'\n"),
        ("a.json", '["x\\u002cy,x"]', (0,), None),
        ("a.json", '["x"]', (0,), None),
    ],
)
def test_names_in_a_string_change_as_it_is_written(
    path: str, content: str, indexes: tuple[int, ...], after: str | None
) -> None:
    asked = Edited(path, content, *indexes)
    assert asked.after(asked.document.reworded(asked.way, lambda words: words.without("x"), ",")) == after


def test_what_would_be_read_as_something_else_is_not_written() -> None:
    asked = Edited("a.json", '["x"]', 0)

    def escaped(words: Words) -> Change:
        return words.start, words.end, "\\n"

    assert asked.document.reworded(asked.way, escaped, ",") is None


@pytest.mark.parametrize(
    ("content", "indexes", "other", "after"),
    [
        ('[{"p":"a","r":"b"}]', (), "r", '[{"p":"a","r":"b"}, {"p":"new","r":""}]'),
        ('["a"]', (), "", '["a", {"p": "new"}]'),
        ('["a"]', (0,), "", None),
    ],
)
def test_only_to_a_list_a_name_is_added(content: str, indexes: tuple[int, ...], other: str, after: str | None) -> None:
    asked = Edited("a.json", content, *indexes)
    assert asked.after(asked.document.with_last(asked.way, "new", "p", other)) == after
