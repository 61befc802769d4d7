"""Edits of a JSON, YAML or TOML document that are made sure of: the result, read again, differs in one value and no other.

Each method gives the changes of the text, or None where the document is written in a way that is not understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.document import Entry, Leaf, ListNode, MapNode, read_document
from leastscope.grants.rows import Rows, apply, ends, quoted
from leastscope.grants.scopes import Words
from leastscope.model import InputError, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leastscope.document import Node
    from leastscope.document.tree import Text
    from leastscope.grants.rows import Change, Language

_NOWHERE = Span("", 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a document: its index in what holds it, and its key, if that is an object."""

    node: Node
    index: int = 0
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document, and the way to each of its values from the top."""

    text: Text
    root: Node
    ways: tuple[tuple[Spot, ...], ...]

    @classmethod
    def of(cls, text: Text) -> Document | None:
        """Read a document; None where it is malformed."""
        root = read_document(text.path, text.content.encode())
        return None if isinstance(root, InputError) else cls(text, root, tuple(_ways((Spot(root),))))

    @property
    def cost(self) -> int:
        """About how much work an edit is, in characters."""
        return len(self.text.content) + 8 * len(self.ways)

    def leaf(self, place: Span) -> tuple[Spot, ...] | None:
        """Give the way to the one string at a place, or that holds it."""
        leaves = [way for way in self.ways if isinstance(way[-1].node, Leaf)]
        found = [way for way in leaves if _covers(way[-1].node.span, place)]
        return found[0] if len(found) == 1 else None

    def list_at(self, place: Span) -> tuple[Spot, ...] | None:
        """Give the way to the one list that begins at a place."""
        begins = (place.line, place.column)
        lists = [way for way in self.ways if isinstance(way[-1].node, ListNode)]
        found = [way for way in lists if (way[-1].node.span.line, way[-1].node.span.column) == begins]
        return found[0] if len(found) == 1 else None

    def without(self, way: Sequence[Spot]) -> list[Change] | None:
        """Take the item at the end of a way out of its list."""
        rows = self._rows(way[-2]) if len(way) > 1 else None
        changes = rows.without(way[-1].index) if rows else None
        # The last table of an array of TOML tables takes the array with it.
        return self._sure(changes, way, [None]) or (
            self._sure(changes, way[:-1], [None]) if rows and len(rows.node.items) == 1 else None
        )

    def swapped(self, way: Sequence[Spot], new: str) -> list[Change] | None:
        """Write another string in the place of the one at the end of a way."""
        start, end = ends(self.text, way[-1].node.span)
        written = quoted(new, self.text.content[start:end])
        return self._sure([(start, end, written)] if written else None, way, [_leaf(new)])

    def reworded(
        self, way: Sequence[Spot], change: Callable[[Words], Change | None], words: str
    ) -> list[Change] | None:
        """Change the names in the string at the end of a way; `words` are the characters that part them."""
        node, (start, end) = way[-1].node, ends(self.text, way[-1].node.span)
        inset = 1 if self.text.content[start : start + 1] in {'"', "'"} else 0
        start, end = start + inset, end - inset
        if not isinstance(node, Leaf) or self.text.content[start:end] != node.value:
            return None
        made = change(Words(self.text.content, start, end, words))
        if made is None:
            return None
        value = apply(node.value, [(made[0] - start, made[1] - start, made[2])])
        return self._sure([made], way, [_leaf(value)])

    def with_last(self, way: Sequence[Spot], name: str, key: str, other: str, purpose: str = "") -> list[Change] | None:
        """Put a name behind the last item of the list at the end of a way, as `Rows.with_last` does."""
        rows, node = self._rows(way[-1]), way[-1].node
        if rows is None or not isinstance(node, ListNode):
            return None
        pairs = [(key, name), *([(other, purpose)] if other else [])]
        items = [_map(pairs), _map(pairs[::-1])] if key else [_leaf(name)]
        after: list[Node | None] = [_bare(replace(node, items=(*node.items, item))) for item in items]
        return self._sure(rows.with_last(name, key, other, purpose), way, after)

    def _rows(self, spot: Spot) -> Rows | None:
        suffix = self.text.path.lower().rpartition(".")[2]
        language: Language = "toml" if suffix == "toml" else "yaml" if suffix in {"yaml", "yml"} else "json"
        return Rows(self.text, spot.node, spot.entry, language) if isinstance(spot.node, ListNode) else None

    def _sure(
        self, changes: list[Change] | None, way: Sequence[Spot], values: Sequence[Node | None]
    ) -> list[Change] | None:
        """Give the changes back if after them the value at the end of a way is one of some (None: gone)."""
        if not changes:
            return None
        content = apply(self.text.content, changes)
        root = read_document(self.text.path, content.encode())
        path, before = [spot.index for spot in way[1:]], _bare(self.root)
        if isinstance(root, InputError):
            return None
        after = _bare(root)
        return changes if any(_changed(before, path, value) == after for value in values) else None


def _covers(span: Span, place: Span) -> bool:
    begins, ends = (place.line, place.column), (place.end_line, place.end_column)
    return (span.line, span.column) <= begins and ends <= (span.end_line, span.end_column)


def _ways(way: tuple[Spot, ...]) -> Iterator[tuple[Spot, ...]]:
    """Give the ways to a value and to all in it."""
    waiting = [way]
    while waiting:
        here = waiting.pop()
        yield here
        node = here[-1].node
        if isinstance(node, MapNode):
            waiting += [(*here, Spot(entry.value, index, entry)) for index, entry in enumerate(node.entries)]
        elif isinstance(node, ListNode):
            waiting += [(*here, Spot(item, index)) for index, item in enumerate(node.items)]


def _changed(node: Node, path: Sequence[int], new: Node | None) -> Node | None:
    """Give a tree with another value at a path, or without the one that is there."""
    if not path:
        return new
    if isinstance(node, MapNode):
        entries = list(node.entries)
        value = _changed(entries[path[0]].value, path[1:], new)
        entries[path[0] : path[0] + 1] = [replace(entries[path[0]], value=value)] if value else []
        return replace(node, entries=tuple(entries))
    if isinstance(node, ListNode):
        items = list(node.items)
        value = _changed(items[path[0]], path[1:], new)
        items[path[0] : path[0] + 1] = [value] if value else []
        return replace(node, items=tuple(items))
    return None


def _bare(node: Node) -> Node:
    """Give a tree without its places."""
    if isinstance(node, MapNode):
        return MapNode(_NOWHERE, tuple(Entry(one.key, _NOWHERE, _bare(one.value)) for one in node.entries))
    if isinstance(node, ListNode):
        return ListNode(_NOWHERE, tuple(_bare(item) for item in node.items))
    return Leaf(_NOWHERE, node.value)


def _leaf(value: str) -> Leaf:
    return Leaf(_NOWHERE, value)


def _map(pairs: Sequence[tuple[str, str]]) -> MapNode:
    return MapNode(_NOWHERE, tuple(Entry(key, _NOWHERE, _leaf(value)) for key, value in pairs))
