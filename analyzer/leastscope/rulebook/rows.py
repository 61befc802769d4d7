"""Reads what rows of every file of a pack have in common: names, references, sources, and what is required.

A wrong value is noted with its place and the nearest right one; reading goes on with what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from leastscope.document import Fields, Leaf, ListNode, MapNode, describe, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leastscope.document import Entry, Node, Problems
    from leastscope.model import Certainty
    from leastscope.rulebook.permissions import Vocabulary
    from leastscope.rulebook.types import Source

RULE_KEYS = ("needs", "maybe", "known", "uncovered", "source", "note")
CERTAINTIES = ("documented", "inferred")
MAX_SUGGESTIONS = 500


class RuleParts(TypedDict):
    """The fields of a `Rule` as a row gives them."""

    needs: tuple[tuple[str, ...], ...]
    maybe: tuple[str, ...]
    known: Certainty
    covered: bool
    source: str
    note: str


@dataclass(slots=True)
class Reader:
    """What the rows of a file may refer to; `source` is the one that a row without a source inherits.

    `kinds` are the kinds of apps, and their ways of calling the API, that rows may tell apart.
    """

    problems: Problems
    sources: Mapping[str, Source]
    vocabulary: Vocabulary
    source: str = ""
    kinds: tuple[str, ...] = ()

    def rule(self, fields: Fields, *, bare: bool = False) -> RuleParts:
        """Read what a row requires; with `bare`, a row may leave it out."""
        needs, maybe = self.needs(fields), self.permissions(fields, "maybe")
        uncovered = fields.flag("uncovered", default=False)
        if uncovered and needs:
            self.problems.add(fields.place_of("uncovered"), "a row with needs cannot be uncovered; drop one of the two")
        elif not uncovered and not needs and not bare and fields.node_of("needs") is None:
            self.problems.add(fields.span, "the row has no requirement; add needs, or uncovered: true")
        if maybe and not needs:
            self.problems.add(fields.place_of("maybe"), "the key 'maybe' requires the key 'needs'; add needs")
        self._unique(fields, "maybe", (*maybe, *(name for any_of in needs for name in any_of)))
        return {
            "needs": needs,
            "maybe": maybe,
            "known": certainty(fields),
            "covered": not uncovered,
            "source": self.source_of(fields),
            "note": fields.text("note", ""),
        }

    def permissions(self, fields: Fields, key: str) -> tuple[str, ...]:
        """Read a list of permissions; unknown ones are noted and left out."""
        return tuple(name for leaf, name in strings(fields, key) if self.known_permission(leaf, name))

    def known_permission(self, leaf: Node, name: str) -> bool:
        """Note a name that is no permission's id."""
        if name in self.vocabulary.permissions:
            return True
        close = self.vocabulary.nearest(name) if len(self.problems) < MAX_SUGGESTIONS else None
        self.problems.add(leaf.span, f"unknown permission {name!r}" + (f"; did you mean {close!r}?" if close else ""))
        return False

    def source_of(self, fields: Fields, key: str = "source") -> str:
        """Give the address (or the words) of a row's source, which it has or inherits."""
        name = fields.text(key, self.source)
        if name not in self.sources:
            if fields.node_of(key) is not None:
                unknown(self.problems, fields.node_of(key) or fields.node, "source", name, self.sources)
            return ""
        source = self.sources[name]
        return source.url or source.note or name

    def inherit(self, fields: Fields) -> None:
        """Take the source of a file as the one that its rows inherit; rows of a file without one have none."""
        self.source = ""
        self.source_of(fields)
        self.source = fields.text("source", "")

    def needs(self, fields: Fields) -> tuple[tuple[str, ...], ...]:
        """Read one list of names, or a list of such lists."""
        nodes = fields.nodes("needs")
        if not nodes and isinstance(fields.node_of("needs"), ListNode):
            self.problems.add(fields.place_of("needs"), "needs is empty; expected a permission, or uncovered: true")
        if nodes and all(isinstance(node, ListNode) for node in nodes):
            lists = tuple(tuple(leaves(node, self.problems)) for node in nodes)
        else:
            lists = (tuple(strings(fields, "needs")),) if nodes else ()
        names = (tuple(name for leaf, name in pairs if self.known_permission(leaf, name)) for pairs in lists)
        return tuple(any_of for any_of in names if any_of)

    def _unique(self, fields: Fields, key: str, names: tuple[str, ...]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problems.add(fields.place_of(key), f"{name!r} is listed twice; list each permission once")


def certainty(fields: Fields) -> Certainty:
    """Read how well a row is known."""
    return cast("Certainty", fields.choice("known", CERTAINTIES, "documented"))


def strings(fields: Fields, key: str) -> Iterator[tuple[Node, str]]:
    """Give the words under a key, which holds one or a list of them, with their nodes."""
    node = fields.node_of(key)
    return leaves(node, fields.problems) if node is not None else iter(())


def texts(fields: Fields, key: str) -> tuple[str, ...]:
    """Give the words under a key, which holds one or a list of them."""
    return tuple(word for _, word in strings(fields, key))


def leaves(node: Node, problems: Problems) -> Iterator[tuple[Node, str]]:
    """Give a word, or the words of a list, with their nodes; note anything else."""
    for item in node.items if isinstance(node, ListNode) else (node,):
        if isinstance(item, Leaf) and isinstance(item.value, str) and item.value:
            yield item, item.value
        else:
            problems.add(item.span, f"expected a word, found {describe(item)}")


def entries(node: Node | None, problems: Problems) -> tuple[Entry, ...]:
    """Give the rows of a table; absent is empty."""
    if isinstance(node, MapNode):
        return node.entries
    if node is not None:
        problems.add(node.span, f"expected rows with a name each, found {describe(node)}")
    return ()


def unknown(problems: Problems, node: Node, what: str, name: str, allowed: Iterable[str]) -> None:
    """Note a name that refers to nothing, with the nearest one that does."""
    spelled = {word.lower(): word for word in allowed}
    close = spelled.get(nearest(name, spelled) or "") if len(problems) < MAX_SUGGESTIONS else None
    problems.add(node.span, f"unknown {what} {name!r}" + (f"; did you mean {close!r}?" if close else ""))
