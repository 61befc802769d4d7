"""What the rule packs know of a permission and of an operation, and where a scan found them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.model import Passage, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.model import AppResult, Report, Requirement, Use
    from leastscope.rulebook.pack import Pack
    from leastscope.rulebook.types import Operation, Permission

MAX_ROWS = 30
"""How many operations and places are listed; the others are counted."""


def of_permission(pack: Pack, name: str, report: Report) -> Iterator[Passage]:
    """Explain a permission: what it allows, what includes it, which operations need it, who needs it here."""
    known = pack.vocabulary
    permission = known.permissions[name]
    yield Passage(f"permission '{name}' ({pack.system})", tuple(_permission(pack, permission)))
    including = sorted(one for one in known.permissions if one != name and name in _included(pack, one))
    if including:
        yield Passage("included in", tuple(Row(f"{one}: {known.permissions[one].title}") for one in including))
    operations = [one for one in pack.operations if name in one.permissions()]
    yield Passage(
        "operations that it allows", _limited(f"{one.verb} {one.path}{_sure(one, name)}" for one in operations)
    )
    events = sorted(one.type for one in pack.events.types.values() if name in one.permissions())
    if events:
        yield Passage("events that need it", _limited(events))
    yield Passage(
        "needed in this project by", tuple(_needed(pack.system, name, report)) or (Row("nothing that was found"),)
    )


def of_operation(pack: Pack, operation: Operation, report: Report) -> Iterator[Passage]:
    """Explain an operation: what it needs, why, and where the project sends it."""
    rows = [Row(_asked(requirement)) for requirement in operation.requirements("operation")]
    if not rows:
        rows = [Row("it needs no permission" if operation.covered or operation.ungated else "no permission covers it")]
    rows += [Row(operation.note)] if operation.note else []
    for condition in operation.conditions:
        which = " or ".join(f"'{name}'" for name in condition.parameters)
        rows += [Row(f"with {which}: {_asked(one)}") for one in condition.requirements("parameter")]
    for rule in operation.kinds:
        rows += [Row(f"for '{rule.kind}': {_asked(one)}") for one in rule.requirements("operation")]
        rows += [Row(f"for '{rule.kind}': {rule.note}")] if rule.note else []
    yield Passage(f"{operation.verb} {operation.path} ({pack.system})", tuple(rows))
    sent = [
        need.request
        for need in report.inventory.needs
        if need.request.system == pack.system and (need.request.verb, need.path) == (operation.verb, operation.path)
    ]
    rows = [
        row
        for one in sent[:MAX_ROWS]
        for row in (Row("sent", one.span), *(Row(s.note, s.span, 2) for s in one.evidence))
    ]
    rows += [Row(f"and at {len(sent) - MAX_ROWS} more places")] if len(sent) > MAX_ROWS else []
    yield Passage("sent in this project", tuple(rows) or (Row("nowhere that was found"),))


def _permission(pack: Pack, permission: Permission) -> Iterator[Row]:
    """Say what a permission is."""
    yield Row(permission.title)
    yield Row(f"access: {permission.access}")
    if permission.label:
        yield Row(f"in the vendor's dashboard: {permission.label}")
    if permission.read:
        yield Row(f"to read only, grant '{permission.read}'")
    if permission.implies:
        yield Row(f"includes: {', '.join(permission.implies)}")
    if permission.extends:
        yield Row(f"has no effect without '{permission.extends}'")
    if permission.sensitive:
        yield Row(f"sensitive: {permission.sensitive}")
    for kind in pack.vocabulary.holders.get(permission.origin, ()):
        yield Row(f"can be granted to: {kind}")
    for kind, how in sorted(permission.refused.items()):
        yield Row(f"refused to '{kind}': {how}")
    yield Row(f"{permission.known}, {permission.url or permission.source}")


def _included(pack: Pack, name: str) -> frozenset[str]:
    return pack.vocabulary.closure([name], write_implies_read=True)


def _sure(operation: Operation, name: str) -> str:
    """Say how a permission opens an operation, where it is not simply what it needs."""
    if any(name in any_of for any_of in operation.needs):
        return "" if operation.known == "documented" else f" ({operation.known})"
    return " (perhaps)"


def _asked(requirement: Requirement) -> str:
    names = " or ".join(f"'{name}'" for name in requirement.any_of)
    maybe = f", perhaps {' or '.join(requirement.maybe)}" if requirement.maybe else ""
    source = f", {requirement.source}" if requirement.source else ""
    return f"needs {names}{maybe} ({requirement.certainty}{source})"


def _needed(system: str, name: str, report: Report) -> Iterator[Row]:
    """Name the uses of a permission, by app, with the way to each."""
    for result in (*report.apps, *report.undeclared):
        uses = [use for use in result.uses if name in {use.permission, *use.requirement.any_of}]
        if result.app.system == system and uses:
            yield Row(_whose(result, name))
            for use in uses[:MAX_ROWS]:
                yield from _use(use)
            if len(uses) > MAX_ROWS:
                yield Row(f"and {len(uses) - MAX_ROWS} more places", None, 2)


def _whose(result: AppResult, name: str) -> str:
    if not result.app.name:
        return "code for which nothing is declared"
    state = "granted" if name in result.granted else "not granted by this name"
    return f"app '{result.app.name}' ({state})"


def _use(use: Use) -> Iterator[Row]:
    yield Row(use.operation, use.span, 2)
    for step in use.evidence:
        yield Row(step.note, step.span, 3)


def _limited(texts: Iterable[str]) -> tuple[Row, ...]:
    every = [*texts]
    more = [Row(f"and {len(every) - MAX_ROWS} more")] if len(every) > MAX_ROWS else []
    return (*(Row(text) for text in every[:MAX_ROWS]), *more) or (Row("none that the rule pack lists"),)
