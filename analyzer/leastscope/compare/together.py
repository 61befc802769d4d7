"""Findings of one cause become one: grants in doubt for one reason, a name that does not exist and what it means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leastscope.compare.demands import Holding
    from leastscope.model import AppResult, Finding

_DOUBTED = frozenset({"excess-grant"})
_NAMED = 8


def together(findings: Iterable[Finding], results: Iterable[AppResult]) -> tuple[Finding, ...]:
    """Give the findings, with one for all the grants of an app that nothing needs and that are in doubt for one reason.

    Findings that are suppressed stay by themselves. `results` are those of the apps.
    """
    called = {(result.app.name, result.app.system): result.app.called_first for result in results}
    groups: dict[object, list[Finding]] = {}
    for index, one in enumerate(findings):
        is_doubted = one.rule in _DOUBTED and one.doubt and one.suppressed is None
        key = (one.app, one.system, one.span.path, one.rule, one.level, one.doubt) if is_doubted else index
        groups.setdefault(key, []).append(one)
    return tuple(
        group[0] if len(group) == 1 else _one_of(group, called[group[0].app, group[0].system])
        for group in groups.values()
    )


def by_meaning(misnamed: Iterable[str], nearest: Callable[[str], str | None]) -> dict[str, str]:
    """Give names that do not exist by the permission that each means; of several for one, the first."""
    found: dict[str, str] = {}
    for name in misnamed:
        if permission := nearest(name):
            found.setdefault(permission, name)
    return found


def meant(missing: Iterable[Finding], misnamed: Mapping[str, str], holding: Holding) -> tuple[Finding, ...]:
    """Say of what is missing that a name among the grants means it; `misnamed` gives such names by what they mean."""
    return tuple(
        replace(
            one,
            message=f"{one.message} '{name}' is granted, and no permission has that name.",
            advice=f"Replace '{name}' with '{one.permission}' in {holding.places(one.permission)}.",
        )
        if (name := misnamed.get(one.permission)) and one.level != "note"
        else one
        for one in missing
    )


def without_meant(
    observed: Iterable[Finding], results: Iterable[AppResult], nearest: Mapping[str, Callable[[str], str | None]]
) -> list[Finding]:
    """Leave out the findings about a name that does not exist, where one about the permission it means tells of it.

    `nearest` gives, for each system, the permission that such a name means.
    """
    told = {
        (result.app.name, result.app.system, name)
        for result in results
        for permission, name in by_meaning(result.misnamed, nearest[result.app.system]).items()
        if permission in result.missing
    }
    return [one for one in observed if one.rule != "unknown-grant" or (one.app, one.system, one.permission) not in told]


def _one_of(group: list[Finding], called: str) -> Finding:
    """Make one finding of several about grants, at the first of them; the others are its related places."""
    first = group[0]
    names = [one.permission for one in group]
    shown = ", ".join(one.evidence[0].note.removeprefix("grants ") for one in group[:_NAMED])
    more = len(names) - _NAMED
    shown += f" and {more} more" if more > 0 else ""
    message = f"{called} is granted {len(names)} permissions that nothing in the code needs: {shown}. {first.doubt}"
    places = {one.evidence[0] for one in group if one.span != first.span}
    places |= {step for one in group for step in one.related}
    return replace(
        first,
        permission="",
        any_of=tuple(names),
        message=message,
        related=tuple(sorted(places)),
        fingerprint="doubted",
        advice="Remove each of them that nothing else uses." if first.advice else "",
    )
