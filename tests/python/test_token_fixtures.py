"""Every request for a token in a fixture asks exactly for what its line claims, and its names stand where it says.

`# asks: SYSTEM[/FORM] NAME …` stands on the first line of the request (`?` where the names cannot be told, `in-tests`
where only tests ask), `# names: NAME …` on the line of a name that stands elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from leastscope.grants.declarations import read_declarations
from leastscope.grants.places import place_finder
from leastscope.grants.tokens import asked_in_code
from leastscope.pipeline import requests
from leastscope.request import Request
from leastscope.rulebook.compile import available_systems, rules_root
from places import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leastscope.grants.tokens import AskingPlace

FOLDERS = sorted(path for path in FIXTURES.glob("tokens*") if path.is_dir())
DECLARATIONS = {
    system: read_declarations(path.name, path.read_bytes())
    for system in available_systems()
    if (path := rules_root() / system / "declarations.yaml").is_file()
}
SILENT = "# expect-nothing"
_CLAIM = re.compile(r"(?<=[# ])(asks|names): ((?:(?!names: )[^#])*)")

Line = frozenset[str]
Facts = dict[tuple[str, int], Line]


def claims_of(folder: Path) -> Facts:
    """Read the claims of all the files of a folder, by file and line."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = enumerate(text.splitlines(), 1)
        claimed = {number: _claims_in(line) for number, line in lines}
        assert bool(text) == bool((SILENT in text) != any(claimed.values())), path
        for number, claims in claimed.items():
            if claims:
                found[path.relative_to(FIXTURES).as_posix(), number] |= claims
    return {key: frozenset(value) for key, value in found.items()}


def _claims_in(line: str) -> set[str]:
    found = set()
    for word, text in _CLAIM.findall(line):
        first, *names = text.split()
        found |= (
            {f"names {name}" for name in (first, *names)} if word == "names" else {" ".join((first, *sorted(names)))}
        )
    return found


def facts_of(folder: Path) -> Facts:
    """Say what the requests of a folder ask for, and where names stand that stand elsewhere."""
    tokens = requests(Request((folder,), FIXTURES)).inventory.tokens
    texts = {path.relative_to(FIXTURES).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.py"))}
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for asked in asked_in_code(tokens, DECLARATIONS, place_finder(texts.__getitem__, texts)):
        place = (asked.span.path, asked.span.line)
        found[place].add(_said(asked))
        for grant in asked.grants or ():
            where = (grant.span.path, grant.span.line)
            if where != place:
                found[where].add(f"names {grant.name}")
    return _merged(found)


def _said(asked: AskingPlace) -> str:
    form = asked.system if asked.form.name == "authorize" else f"{asked.system}/{asked.form.name}"
    names = ["?"] if asked.grants is None else [grant.name for grant in asked.grants]
    return " ".join((form, *sorted([*names, *(["in-tests"] if asked.in_tests else [])])))


def _merged(found: Mapping[tuple[str, int], set[str]]) -> Facts:
    return {key: frozenset(value) for key, value in found.items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fixture_asks_for_exactly_what_its_lines_claim(folder: Path) -> None:
    claims, facts = claims_of(folder), facts_of(folder)
    differing = {key for key in claims.keys() | facts.keys() if claims.get(key) != facts.get(key)}
    told = [
        f"{path}:{line}: claimed {sorted(claims.get((path, line), ()))}, found {sorted(facts.get((path, line), ()))}"
        for path, line in sorted(differing)
    ]
    assert told == []
