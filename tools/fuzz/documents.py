"""Broken manifests and settings, held against the readers alone: thousands a second."""

from __future__ import annotations

import json
import traceback
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from leastscope.document import LINE_BREAK, Leaf, ListNode, MapNode, read_document, read_toml
from leastscope.errors import AnalyzerError
from leastscope.grants.manifest import read_manifest
from leastscope.model import InputError
from leastscope.rulebook.compile import rules_root
from leastscope.runs import known_declarations
from leastscope.settings import parse_settings
from tools.fuzz.material import broken, fixtures, made

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

    from leastscope.document import Node
    from leastscope.grants.declarations import Declarations

Document: TypeAlias = tuple[str, bytes]
"""The name of a file, which says how it is read, and its bytes."""
_PATTERNS = {
    "stripe-app.json": "stripe-app*.json",
    "stripe-app.yaml": "stripe-app*.y*ml",
    "leastscope.yaml": "leastscope.yaml",
    "pyproject.toml": "pyproject.toml",
}


def documents(chance: random.Random) -> Callable[[], Document]:
    """Make a function that gives one broken document after the other."""
    known = {name: fixtures(pattern) for name, pattern in _PATTERNS.items()}

    def document() -> Document:
        name = chance.choice(list(known))
        text = chance.choice(known[name])
        if chance.random() < 0.3:
            return name, broken(text.encode(), chance)
        return name, made(text, known[name], chance)

    return document


@cache
def _declarations() -> Mapping[str, Declarations]:
    return known_declarations(rules_root())


def tried(document: Document) -> str:
    """Read a document as what its name says; gives what went wrong, or nothing."""
    name, data = document
    try:
        _check_tree(name, data)
        if name.startswith("stripe-app"):
            read_manifest(name, data, _declarations()["stripe"])
        else:
            parse_settings(name, data)
    except AnalyzerError:
        return ""
    except Exception:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc(limit=-4)
    return ""


def _check_tree(name: str, data: bytes) -> None:
    """Hold a tree against its text: every place lies in it, and JSON says what the standard library reads."""
    node = read_toml(name, data, ()) if name.endswith(".toml") else read_document(name, data)
    if node is None:
        return
    lines = LINE_BREAK.split(data.decode("utf-8", "replace").removeprefix("\ufeff"))
    spans = [node.span] if isinstance(node, InputError) else [one.span for one in _nodes(node)]
    for span in spans:
        if not (1 <= span.line <= span.end_line <= len(lines) and 1 <= span.column <= len(lines[span.line - 1]) + 1):
            raise ValueError(f"a place outside of the text: {span}")
    if name.endswith(".json"):
        _check_json(node, data)


def _check_json(node: Node | InputError, data: bytes) -> None:
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return
    if isinstance(node, InputError):
        if not any(word in node.message for word in ("surrogate", "deep", "large", "digit", "values")):
            raise ValueError(f"refused although it is JSON: {node.message}")
    elif _plain(node) != value:
        raise ValueError("read as another value than the standard library reads")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in _children(node):
        yield from _nodes(child)


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, MapNode):
        return tuple(entry.value for entry in node.entries)
    return node.items if isinstance(node, ListNode) else ()


def _plain(node: Node) -> object:
    match node:
        case Leaf():
            return node.value
        case ListNode():
            return [_plain(item) for item in node.items]
        case MapNode():
            return {entry.key: _plain(entry.value) for entry in node.entries}
