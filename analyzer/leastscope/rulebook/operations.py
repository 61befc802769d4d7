"""The operations of a system, found by verb and path in time that does not grow with their number.

A path is looked up segment by segment in a tree. It may be a template, hold literal ids, or both.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from leastscope.rulebook.types import Operation, Server  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HOLE = "{}"
MAX_SEGMENTS = 24
_VERSION = re.compile(r"v[0-9]{1,3}")


class PathNode(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The operations at one path, as indexes by verb, and the paths below it."""

    operations: dict[str, int] = {}
    literals: dict[str, PathNode] = {}
    hole: PathNode | None = None


class OperationIndex(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All operations of a system; `trees` holds one tree of paths for each server, the default one first."""

    operations: tuple[Operation, ...] = ()
    servers: dict[str, Server] = {}
    trees: dict[str, PathNode] = {}

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __len__(self) -> int:
        return len(self.operations)

    def declared(self) -> tuple[tuple[str, str], ...]:
        """Give the operations that are requests for a token: verb and path, and which one of `declarations.yaml`."""
        return tuple((f"{one.verb} {one.path}", one.declares) for one in self.operations if one.declares)

    def steps(self) -> frozenset[str]:
        """Give the literal segments that paths begin with, behind a version."""
        paths = (split(one.path) for one in self.operations)
        firsts = (next((segment for segment in path if not _VERSION.fullmatch(segment)), "{") for path in paths)
        return frozenset(segment for segment in firsts if "{" not in segment)

    def find(self, verb: str, path: str, server: str | None = None) -> Operation | None:
        """Find the operation that a verb and a path reach, on one server or (None) on any, the default first.

        A literal segment wins over a hole. Query, fragment, trailing and double slashes do not matter.
        """
        segments = split(path)
        if len(segments) > MAX_SEGMENTS:
            return None
        trees = self.trees.values() if not server else (self.trees.get(server, PathNode()),)
        for tree in trees:
            found = _walk(tree, verb.upper(), segments)
            if found is not None:
                return self.operations[found]
        return None


def index(operations: Iterable[Operation], servers: Iterable[Server]) -> OperationIndex:
    """Build the index; operations are ordered by path and verb."""
    ordered = tuple(sorted(operations, key=lambda o: (o.path, o.verb)))
    ranked = sorted(servers, key=lambda s: (not s.default, s.name))
    trees = {
        server.name: _tree([(shape(o.path), o.verb, i) for i, o in enumerate(ordered) if server.name in o.servers])
        for server in ranked
    }
    return OperationIndex(ordered, {server.name: server for server in ranked}, trees)


def split(path: str) -> tuple[str, ...]:
    """Give the segments of a path without query and fragment."""
    bare = path.partition("?")[0].partition("#")[0]
    return tuple(segment for segment in bare.split("/") if segment)


def shape(path: str) -> tuple[str, ...]:
    """Give the segments of a template with every hole made the same."""
    return tuple(HOLE if "{" in segment else segment for segment in split(path))


def _tree(rows: Sequence[tuple[tuple[str, ...], str, int]]) -> PathNode:
    here = {verb: number for segments, verb, number in rows if not segments}
    below = sorted((segments[0], segments[1:], verb, number) for segments, verb, number in rows if segments)
    children = {head: _tree([row[1:] for row in group]) for head, group in groupby(below, key=lambda row: row[0])}
    hole = children.pop(HOLE, None)
    return PathNode(here, children, hole)


def _walk(node: PathNode, verb: str, segments: tuple[str, ...]) -> int | None:
    """Go down the tree, back to the hole where a literal leads nowhere; at most two ways a level, few levels."""
    if not segments:
        return node.operations.get(verb)
    literal = node.literals.get(segments[0])
    if literal is not None:
        found = _walk(literal, verb, segments[1:])
        if found is not None:
            return found
    return _walk(node.hole, verb, segments[1:]) if node.hole is not None else None
