"""Reads JSON with comments, YAML and TOML into one tree in which everything keeps its exact place.

Manifests, settings and rule packs are read here; what their keys mean is known by the rooms above. Input is hostile:
size, depth and number of values are capped, and whatever is wrong comes back as an `InputError` with a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.document.fields import Fields, Problems, nearest, show_error
from leastscope.document.jsonc import is_broken, read_json
from leastscope.document.toml import read_toml, read_whole_toml
from leastscope.document.tree import (
    DEFAULT_LIMITS,
    MAX_BYTES,
    Entry,
    Leaf,
    Limits,
    ListNode,
    MapNode,
    Node,
    describe,
    show,
)
from leastscope.lines import LINE_BREAK

if TYPE_CHECKING:
    from leastscope.model import InputError

__all__ = [
    "LINE_BREAK",
    "MAX_BYTES",
    "Entry",
    "Fields",
    "Leaf",
    "Limits",
    "ListNode",
    "MapNode",
    "Node",
    "Problems",
    "describe",
    "is_broken",
    "nearest",
    "read_document",
    "read_json",
    "read_toml",
    "read_yaml",
    "show",
    "show_error",
]


def read_yaml(path: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Node | InputError:
    """Read a YAML file with one document into a tree; an empty file is null."""
    from leastscope.document import yamldoc  # noqa: PLC0415 - a tree with nothing but JSON needs no YAML

    return yamldoc.read_yaml(path, data, limits)


def read_document(path: str, data: bytes) -> Node | InputError:
    """Read a file by its name: YAML or TOML where the name ends so, JSON with comments otherwise."""
    if path.lower().endswith((".yaml", ".yml")):
        return read_yaml(path, data)
    if path.lower().endswith(".toml"):
        return read_whole_toml(path, data)
    return read_json(path, data)
