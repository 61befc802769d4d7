"""Reads the servers of a system: `servers` in `operations.yaml`, see docs/contributing/packs.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.document import Fields, Leaf, ListNode, describe
from leastscope.rulebook.rows import entries, strings, texts
from leastscope.rulebook.types import Server

if TYPE_CHECKING:
    from leastscope.document import Problems

_KEYS = ("hosts", "default", "prefixes", "headers", "suffixes")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\*[.-][A-Za-z0-9-]+\.[A-Za-z0-9.-]+")
_PREFIX = re.compile(r"(?:/(?=[^/])[^/{}?#\s]*(?:#[^/{}?#\s]*)?)*")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]+")


def read_servers(fields: Fields, problems: Problems) -> dict[str, Server]:
    """Read the servers by name; whatever is wrong in them is noted with its place."""
    servers = {
        row.key: _server(row.key, Fields(row.value, _KEYS, problems))
        for row in entries(fields.node_of("servers"), problems)
    }
    if sum(server.default for server in servers.values()) != 1:
        problems.add(fields.place_of("servers"), "expected exactly one server with default: true")
    return servers


def _server(name: str, fields: Fields) -> Server:
    return Server(
        name,
        _shaped(fields, "hosts", _HOST, "a host, as in api.shop.example or *.shop.example"),
        fields.flag("default", default=False),
        _prefixes(fields),
        tuple(header.lower() for header in texts(fields, "headers")),
        _shaped(fields, "suffixes", _SUFFIX, "an ending, as in .json"),
    )


def _shaped(fields: Fields, key: str, form: re.Pattern[str], expected: str) -> tuple[str, ...]:
    """Read words of a certain form; others are noted and left out."""
    found = tuple(strings(fields, key))
    for leaf, word in found:
        if not form.fullmatch(word):
            fields.problems.add(leaf.span, f"expected {expected}, found {word[:80]!r}")
    return tuple(word for _, word in found if form.fullmatch(word))


def _prefixes(fields: Fields) -> tuple[str, ...]:
    """Read what stands before the paths of a server; only here a word may be empty."""
    node = fields.node_of("prefixes")
    found = []
    for item in node.items if isinstance(node, ListNode) else (node,) if node is not None else ():
        word = item.value if isinstance(item, Leaf) else None
        if isinstance(word, str) and _PREFIX.fullmatch(word):
            found.append(word)
        else:
            fields.problems.add(item.span, f'expected a prefix like /checkout/v#, or ""; found {describe(item)}')
    return tuple(found) or ("",)
