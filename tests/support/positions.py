"""What tests of positioned documents share: the plain value of a tree, and the text at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from leastscope.document import Leaf, ListNode, MapNode, Node
from leastscope.model import InputError, Scalar, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"


def plain(node: Node) -> Plain:
    """Give the value of a tree without its places."""
    match node:
        case MapNode():
            return {entry.key: plain(entry.value) for entry in node.entries}
        case ListNode():
            return [plain(item) for item in node.items]
        case Leaf():
            return node.value


def leaves(node: Node) -> Iterator[Leaf]:
    """Give every scalar of a tree, keys included."""
    match node:
        case MapNode():
            for entry in node.entries:
                yield Leaf(entry.key_span, entry.key)
                yield from leaves(entry.value)
        case ListNode():
            for item in node.items:
                yield from leaves(item)
        case Leaf():
            yield node


def at(text: str, span: Span) -> str:
    """Give what stands at a place, counting lines by hand: a line ends at a line feed."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
    end = sum(len(line) + 1 for line in lines[: span.end_line - 1]) + span.end_column - 1
    return text[start:end]


def good(node: Node | InputError | None) -> Node:
    """Insist on a document that could be read."""
    assert isinstance(node, Leaf | ListNode | MapNode), node
    return node


def place(error: object) -> tuple[int, int]:
    """Give the line and column of what has to be an error."""
    assert isinstance(error, InputError), error
    return (error.span.line, error.span.column)
