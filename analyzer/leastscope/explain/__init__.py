"""Explains one thing: a kind of finding or gap, a permission, an operation, or a line of code.

What a kind means stands in the catalog, what a permission allows and an operation needs in the rule packs, and who needs
it in the report of a scan. Nothing is found out here that these do not know.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.document import nearest, show
from leastscope.errors import UsageError
from leastscope.explain.facts import of_operation, of_permission
from leastscope.explain.line import of_line
from leastscope.kinds import FINDINGS, GAPS
from leastscope.pipeline import scan
from leastscope.rulebook.compile import available_systems, compiled, rules_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.kinds import FindingKind, GapKind
    from leastscope.model import Passage
    from leastscope.request import Request, Trees
    from leastscope.rulebook.pack import Pack

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[0-9]{1,9})(?::[0-9]{1,9})?")
_OPERATION = re.compile(r"(?P<verb>[A-Za-z]{3,7})[ \t]+(?P<path>/\S*)")
_VERBS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_KINDS: tuple[FindingKind | GapKind, ...] = (*FINDINGS, *GAPS)


def file_of(what: str) -> str | None:
    """Give the file of a place such as `billing.py:37`, else None."""
    found = _PLACE.fullmatch(what.strip())
    return found["path"] if found else None


def kind_of(what: str) -> FindingKind | GapKind | None:
    """Give the kind of finding or gap of this name or id."""
    word = what.strip().lower()
    return next((kind for kind in _KINDS if word in {kind.name, kind.id.lower()}), None)


def explain(what: str, request: Request, trees: Trees | None = None, system: str = "") -> tuple[Passage, ...]:
    """Explain a permission, an operation or a place, with what the project has of it.

    `system` restricts permissions and operations to one system. Raises `UsageError` where nothing has this name.
    """
    packs = _packs(request, system)
    text = what.strip()
    place, operation = _PLACE.fullmatch(text), _OPERATION.fullmatch(text)
    if place:
        return of_line(place["path"], int(place["line"]), request, trees)
    if operation:
        verb, path = operation["verb"].upper(), operation["path"]
        found = [(pack, one) for pack in packs.values() if (one := pack.operations.find(verb, path))]
        if not found:
            raise UsageError(f"no rule pack has an operation {verb} {show(path)}{_near_path(verb, path, packs)}")
        report = scan(replace(request, shown=()), trees)
        return tuple(passage for pack, one in found for passage in of_operation(pack, one, report))
    named = [(pack, name) for pack in packs.values() if (name := pack.vocabulary.resolve(text))]
    if not named:
        raise UsageError(_unknown(text, packs))
    report = scan(replace(request, shown=()), trees)
    return tuple(passage for pack, name in named for passage in of_permission(pack, name, report))


def _packs(request: Request, system: str) -> Mapping[str, Pack]:
    root = request.rules or rules_root()
    systems = available_systems(root)
    if system and system not in systems:
        near = nearest(system, systems)
        raise UsageError(f"--system {system}: no system of this name{f'; did you mean {show(near)}?' if near else ''}")
    return {name: compiled(root / name) for name in systems if system in {"", name}}


def _unknown(text: str, packs: Mapping[str, Pack]) -> str:
    """Say that nothing has this name, and what was most likely meant."""
    meant = next((near for pack in packs.values() if (near := pack.vocabulary.nearest(text))), None)
    names = (name for pack in packs.values() for name in pack.vocabulary.permissions)
    near = meant or nearest(text, (*(kind.name for kind in _KINDS), *names))
    if near:
        return f"nothing is named {show(text)}; did you mean {show(near)}?"
    return (
        f"nothing is named {show(text)}; name a kind of finding or gap, a permission, an operation such as "
        "'GET /v1/customers', or a place such as 'billing.py:37'"
    )


def _near_path(verb: str, path: str, packs: Mapping[str, Pack]) -> str:
    """Say which operations there are at the path with another verb, else which path looks most like it."""
    operations = [one for pack in packs.values() for one in pack.operations]
    others = sorted({verb for pack in packs.values() for verb in _VERBS if pack.operations.find(verb, path)})
    if others:
        return f"; there is {', '.join(f'{other} {show(path)}' for other in others)}"
    near = nearest(path, {one.path for one in operations if one.verb == verb})
    return f"; did you mean {show(f'{verb} {near}')}?" if near else ""
