"""TOML read with the standard library, its tables as the same tree as JSON and YAML.

A value has its exact place where it stands behind `=` or in an array; a table with a header has the place of that.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from leastscope.document.tomlplaces import Places
from leastscope.document.tree import MAX_DEPTH, Entry, Leaf, ListNode, MalformedError, MapNode, Node, Text, decode
from leastscope.model import InputError

if TYPE_CHECKING:
    from leastscope.document.tomlplaces import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_AT = re.compile(r" \(at line (\d+), column (\d+)\)")


def read_toml(path: str, data: bytes, table: tuple[str, ...]) -> Node | InputError | None:
    """Read one table of a TOML file into a tree; None where the file has no such table."""
    text, value = _loaded(path, data)
    if isinstance(text, InputError):
        return text
    for key in table:
        value = value.get(key) if isinstance(value, dict) else None
    return None if value is None else _node(value, table, _places(text), 0)


def read_whole_toml(path: str, data: bytes) -> Node | InputError:
    """Read a TOML file into a tree."""
    text, value = _loaded(path, data)
    return text if isinstance(text, InputError) else _node(value, (), _places(text), 0)


def _loaded(path: str, data: bytes) -> tuple[Text | InputError, Any]:
    """Give the text of a file and what the standard library reads in it, or what is wrong."""
    text = decode(path, data)
    if isinstance(text, InputError):
        return text, None
    try:
        return text, tomllib.loads(text.content)
    except (ValueError, RecursionError) as error:
        return text.error(_syntax_error(text, str(error))), None


def _places(text: Text) -> Places:
    return Places(text.content, text.span, _unquoted)


def _node(value: Any, path: Path, places: Places, depth: int) -> Node:  # noqa: ANN401 - what a TOML reader gives
    span = places.find(path)
    if depth > MAX_DEPTH // 4:
        return Leaf(span, None)
    if isinstance(value, dict):
        keys = {key: (*path, key) for key in value}
        return MapNode(
            span,
            tuple(Entry(key, places.key(at), _node(value[key], at, places, depth + 1)) for key, at in keys.items()),
        )
    if isinstance(value, list):
        return ListNode(span, tuple(_node(item, (*path, index), places, depth + 1) for index, item in enumerate(value)))
    return Leaf(span, value if isinstance(value, str | int | float | bool) else str(value))


def _unquoted(part: str) -> str:
    """Read a key in quotes."""
    return str(next(iter(tomllib.loads(f"{part} = 0"))))


def _syntax_error(text: Text, message: str) -> MalformedError:
    place = _AT.search(message)
    if not place or int(place[1]) > len(text.starts):
        return MalformedError(0, 0, f"expected TOML, but {message[:200].splitlines()[0].lower()}")
    at = min(text.starts[int(place[1]) - 1] + int(place[2]) - 1, len(text.content))
    return MalformedError(at, at, f"expected TOML, but {message[: place.start()].lower()}")
