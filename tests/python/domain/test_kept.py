"""What a value keeps of itself, and how another one is made of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import msgspec

import leastscope.python
from leastscope.python.domain.kept import replace


@dataclass(frozen=True)
class Plain:
    value: int
    name: str = ""


class Quick(msgspec.Struct, frozen=True):
    value: int
    name: str = ""


def test_other_fields_of_dataclasses_and_structs() -> None:
    assert replace(Plain(1, "a"), value=2) == Plain(2, "a")
    assert replace(Quick(1, "a"), value=2) == Quick(2, "a")


def test_there_is_one_way_to_change_a_field() -> None:
    """The functions of `dataclasses` and msgspec raise an error for what is of the other kind."""
    folder = Path(leastscope.python.__file__).parent
    others = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module != "leastscope.python.domain.kept"
        and any(each.name == "replace" for each in node.names)
    }
    assert others == set()
