"""Takes the objects of a document apart by key, and notes everything that does not fit instead of stopping at it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from leastscope.document.tree import Leaf, ListNode, MapNode, Node, describe, show
from leastscope.model import InputError, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Problems:
    """Collects what is wrong in a document, each with its place."""

    def __init__(self) -> None:
        self._found: set[InputError] = set()

    def add(self, span: Span, message: str) -> None:
        self._found.add(InputError(span, message))

    def __len__(self) -> int:
        return len(self._found)

    def lines(self) -> str:
        """Give every problem on a line of its own, in the order of the file."""
        return "\n".join(show_error(error) for error in sorted(self._found, key=_order))


class Fields:
    """One object of a document; each method takes one key and notes a wrong value. `keys` None allows any key."""

    def __init__(self, node: Node, keys: Iterable[str] | None, problems: Problems, expected: str = "an object") -> None:
        self.node = node
        self.span = node.span
        self.problems = problems
        self._map = node if isinstance(node, MapNode) else MapNode(node.span, ())
        if self._map is not node:
            problems.add(node.span, f"expected {expected}, found {describe(node)}")
        self.names = tuple(entry.key for entry in self._map.entries)
        allowed = sorted(self.names if keys is None else keys)
        for entry in self._map.entries:
            if entry.key not in allowed:
                problems.add(entry.key_span, f"unknown key {show(entry.key)}{or_nearest(entry.key, allowed)}")

    def node_of(self, key: str) -> Node | None:
        """Give the value of a key as it stands; None where it is absent."""
        return self._map.get(key)

    def place_of(self, key: str) -> Span:
        """Give the place of a key's value, else of the whole object."""
        node = self._map.get(key)
        return node.span if node else self.span

    def text(self, key: str, default: str | None = None) -> str:
        """Give a string that is not empty; a key without default has to be there."""
        node = self._map.get(key)
        if node is None:
            if default is None:
                self._missing(key)
            return default or ""
        return self._string(node, "a string")

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Give a list of strings; absent is empty."""
        return tuple(self._string(node, "a string") for node in self.nodes(key, required=required))

    def flag(self, key: str, *, default: bool) -> bool:
        """Give a truth value."""
        node = self._map.get(key)
        if node is None:
            return default
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return node.value
        self.problems.add(node.span, f"expected true or false, found {describe(node)}")
        return default

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Give one of some words; a key without default has to be there."""
        value = self.text(key, default)
        if value and value not in allowed:
            near = or_nearest(value, allowed) if allowed else ""
            expected = " or ".join(allowed) or "the name of something that is there"
            self.problems.add(self.place_of(key), f"expected {expected}, found {show(value)}{near}")
        return value

    def nodes(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Give the items of a list; absent is empty."""
        node = self._map.get(key)
        if node is None:
            if required:
                self._missing(key)
            return ()
        if isinstance(node, ListNode):
            return node.items
        self.problems.add(node.span, f"expected a list, found {describe(node)}")
        return ()

    def _missing(self, key: str) -> None:
        """Note a key that is missing, unless there is no object that could have it."""
        if self._map is self.node:
            self.problems.add(self.span, f"expected the key {show(key)}, which is missing")

    def _string(self, node: Node, expected: str) -> str:
        if isinstance(node, Leaf) and isinstance(node.value, str) and node.value.strip():
            return node.value
        self.problems.add(node.span, f"expected {expected}, found {describe(node)}")
        return ""


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed word that looks most like this one, or None; the same for any order of `allowed`."""
    close = get_close_matches(word[:80].lower(), sorted(allowed), n=1, cutoff=0.6)
    return close[0] if close else None


def or_nearest(word: str, allowed: Iterable[str]) -> str:
    """Give the end of a message that names the nearest allowed word, or all of them where none is near."""
    words = sorted(allowed)
    close = nearest(word, words)
    return f"; did you mean {show(close)}?" if close else f"; allowed: {', '.join(words)}"


def show_error(error: InputError) -> str:
    """Write an error as `file:line:column: message`."""
    return f"{error.span.path}:{error.span.line}:{error.span.column}: {error.message}"


def _order(error: InputError) -> tuple[Span, str]:
    return (error.span, error.message)
