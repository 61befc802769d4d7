"""Needs that somebody states in the code: `# leastscope: requires[customer_read] the reason`.

A statement takes the place of the gaps at its line, or in the function that begins there: what could not be told is known
from then on. It adds needs and never takes one away, and one without a gap is told, for it may have become wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.comments import Suppression
from leastscope.compare.calls import NOT_CALLS
from leastscope.document import show
from leastscope.model import ApiRequest, Need, Requirement, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leastscope.comments import Statement
    from leastscope.model import Gap, Inventory
    from leastscope.rulebook.pack import Pack

VERB, PATH = "a request", "stated in the code"
"""What stands in a request that is only stated, where the verb and the path of another one stand."""


def with_statements(
    inventory: Inventory,
    statements: Iterable[Statement],
    packs: Mapping[str, Pack],
    last_line: Callable[[str, int], int],
    *,
    keep_gaps: bool = False,
) -> tuple[Inventory, tuple[Suppression, ...]]:
    """Replace gaps by the needs that are stated for them, and give the statements that do not count, with the reason.

    `last_line` gives the last line of the function that begins in a line of a file, else the line itself. With
    `keep_gaps`, the gaps stay beside the needs: whoever writes a change must not be able to state its gaps away.
    """
    gaps, needs, idle = list(inventory.gaps), list(inventory.needs), []
    for one in sorted(statements):
        about = range(one.line, last_line(one.span.path, one.line) + 1)
        here = [gap for gap in gaps if gap.span.path == one.span.path and gap.span.line in about and _is_call(gap)]
        problem = one.problem or _problem(one, here, packs)
        if problem:
            idle.append(Suppression(one.span, one.line, frozenset(), "", problem, "statement"))
            continue
        for gap in here:
            if not keep_gaps:
                gaps.remove(gap)
            needs.append(_need(one, gap, packs[gap.system]))
    ordered = sorted(needs, key=lambda need: (need.request.span, need.request.verb, need.path))
    return replace(inventory, needs=tuple(ordered), gaps=tuple(gaps)), tuple(idle)


def _is_call(gap: Gap) -> bool:
    return bool(gap.system) and gap.kind not in NOT_CALLS


def _problem(one: Statement, here: Iterable[Gap], packs: Mapping[str, Pack]) -> str:
    """Say why a statement does not count; empty if it does."""
    systems = sorted({gap.system for gap in here})
    if not systems:
        return "leastscope knows every request here, so there is nothing to state"
    for name in one.names:
        for system in systems:
            if packs[system].vocabulary.resolve(name) is None:
                near = packs[system].vocabulary.nearest(name)
                hint = f"; did you mean {show(near)}?" if near else ""
                return f"{show(name)} is no permission of '{system}'{hint}"
    return ""


def _need(one: Statement, gap: Gap, pack: Pack) -> Need:
    """Make the need that a statement puts in the place of a gap; it binds every app that the code belongs to."""
    where = f"stated in line {one.span.line} of {one.span.path}: {one.reason}"
    names = (pack.vocabulary.resolve(name) or name for name in one.names)
    requirements = tuple(Requirement((name,), "documented", "statement", where) for name in dict.fromkeys(names))
    evidence = (Step(one.span, f"stated: {one.reason}"), Step(gap.span, gap.reason))
    request = ApiRequest(
        span=gap.span,
        system=gap.system,
        verb=VERB,
        path=PATH,
        server="",
        resolution="resolved",
        account="connected",
        credential="unknown",
        in_tests=gap.in_tests,
        parameters=(),
        closed=True,
        evidence=evidence,
        found_by="statement",
    )
    return Need(request, PATH, covered=True, requirements=requirements)
