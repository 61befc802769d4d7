"""What an inventory says line by line, before and after a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.pipeline import requests
from leastscope.request import Request
from tools.metamorphic.edits import Place

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Inventory
    from tools.metamorphic.edits import Changed, Files

Fact = tuple[str, ...]
"""What is said of a line: a request with what it requires, its account, its credential, an event, or a gap."""
DETAILS = ("account", "credential")
"""Kinds of fact that differ only where the request itself does not."""
Facts = frozenset[tuple[Place, Fact]]


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A fact that is lost, or added, at a place of the program before the change."""

    place: Place
    fact: Fact
    lost: bool

    def __str__(self) -> str:
        return f"{'lost' if self.lost else 'added'} {self.place.path}:{self.place.line} {' '.join(self.fact)}"


def facts_of(files: Files, folder: Path) -> Facts:
    """Write a program into an empty folder and say what is found in it."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    return _facts(requests(Request((folder,), folder)).inventory)


def _facts(inventory: Inventory) -> Facts:
    found = set[tuple[Place, Fact]]()
    for need in inventory.needs:
        one, asked = need.request, sorted({requirement.any_of[0] for requirement in need.requirements})
        place = Place(one.span.path, one.span.line)
        found.add((place, ("request", one.verb, need.path, one.resolution, *asked)))
        found.add((place, ("account", one.verb, need.path, one.account)))
        found.add((place, ("credential", one.verb, need.path, one.credential)))
    for event in inventory.events:
        span = event.use.span
        found.add((Place(span.path, span.line), ("event", event.use.how, event.use.event)))
    found |= {(Place(gap.span.path, gap.span.line), ("gap", gap.kind)) for gap in inventory.gaps}
    return frozenset(found)


def differences(before: Facts, after: Facts, changed: Changed) -> list[Difference]:
    """Hold what is found after a change against what was found before, at the places before."""
    wanted = {(changed.counted(place), fact) for place, fact in before}
    got = {(changed.before(place), fact) for place, fact in after}
    lost = [Difference(place, fact, lost=True) for place, fact in wanted - got]
    added = [Difference(place, fact, lost=False) for place, fact in got - wanted]
    requests = {(one.place, *one.fact[1:3]) for one in (*lost, *added) if one.fact[0] == "request"}
    return sorted(
        one for one in (*lost, *added) if one.fact[0] not in DETAILS or (one.place, *one.fact[1:3]) not in requests
    )
