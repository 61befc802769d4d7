"""Declarations are read once, and kept in a compiled form for every later run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from leastscope.errors import RulePackError
from leastscope.grants.compiled import compiled_declarations
from leastscope.grants.declarations import read_declarations
from leastscope.rulebook.folders import available_systems, rules_root

if TYPE_CHECKING:
    from pathlib import Path

OURS = [
    path
    for system in available_systems(rules_root())
    if (path := rules_root() / system / "declarations.yaml").is_file()
]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "leastscope" / "rules"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.parent.name)
def test_a_kept_form_says_what_the_file_says(path: Path, kept: Path) -> None:
    read = read_declarations(path.name, path.read_bytes())
    assert compiled_declarations(path) == read
    (form,) = kept.iterdir()
    at = form.stat()
    assert compiled_declarations(path) == read
    assert os.path.samestat(at, form.stat())  # it was read, and not written anew


@pytest.mark.parametrize("damage", [b"", b"LSCACHE1", b"\xc1"])
def test_a_damaged_form_is_made_anew(kept: Path, damage: bytes) -> None:
    path = OURS[0]
    read = compiled_declarations(path)
    (form,) = kept.iterdir()
    whole = form.read_bytes()
    form.write_bytes(damage or whole[:-1])
    assert compiled_declarations(path) == read
    assert form.read_bytes() == whole


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "declarations.yaml"
    text = OURS[0].read_bytes()
    path.write_bytes(text)
    system = compiled_declarations(path).system
    path.write_bytes(text.replace(b"system: " + system.encode(), b"system: other"))
    assert compiled_declarations(path).system == "other"
    path.write_bytes(b"system: 1\n")
    with pytest.raises(RulePackError):
        compiled_declarations(path)
