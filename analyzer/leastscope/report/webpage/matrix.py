"""The matrix of permissions and apps: one table for each system, and the code ways behind each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.report.page import counted
from leastscope.report.webpage.elements import Html, anchor, code, element, joined, spot
from leastscope.report.webpage.ways import way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leastscope.model import AppResult, Grant, Use
    from leastscope.report.webpage.ways import Around

_USES = 50
STATES = {
    "missing": ("!", "missing", "needed and not granted"),
    "excess": ("x", "excess", "granted and not needed"),
    "unknown": ("?", "unknown", "granted; code that leastscope cannot read may need it"),
    "used": ("✓", "used", "needed and granted"),
    "needed": ("•", "needed", "needed; no grants are declared"),
    "covered": ("✓", "covered", "needed and met by another grant"),
}
"""Each state of a cell with its sign, its word, and what it means; the worst first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a permission is to an app: the state, the places that need it, and the places that grant it."""

    key: str
    permission: str
    state: str
    uses: tuple[Use, ...]
    grants: tuple[Grant, ...]

    @property
    def inferred(self) -> bool:
        """Whether no documented requirement asks for it."""
        return bool(self.uses) and all(use.requirement.certainty == "inferred" for use in self.uses)


def matrices(results: Sequence[AppResult], around: Around) -> Html:
    """Return the tables of all systems, each with what its cells open."""
    systems = sorted({result.app.system for result in results})
    ordered = sorted(results, key=lambda one: (one.app.system, one.app.root, one.app.name))
    numbered = list(enumerate(ordered, start=1))
    return joined(
        _system(order, name, [one for one in numbered if one[1].app.system == name], around)
        for order, name in enumerate(systems, start=1)
    )


def _system(order: int, name: str, results: Sequence[tuple[int, AppResult]], around: Around) -> Html:
    columns = [(result, {cell.permission: cell for cell in _cells(number, result)}) for number, result in results]
    permissions = sorted({permission for _, cells in columns for permission in cells})
    head = element("tr", element("th", "permission", scope="col"), *(_head(result) for result, _ in columns))
    rows = [_row(permission, [cells.get(permission) for _, cells in columns]) for permission in permissions]
    heading = f"system-{order}"
    table = element("table", element("thead", head), element("tbody", *rows), aria_labelledby=heading)
    shown = [table] if permissions else [element("p", "No permission is granted or needed.")]
    opened = [_opened(cell, result, around) for result, cells in columns for _, cell in sorted(cells.items())]
    frame = element("div", *shown, class_="wide", tabindex="0", role="region", aria_labelledby=heading)
    title = f"The code behind each cell: {counted(len(opened), 'cell')}"
    cells = [element("details", element("summary", title), *opened)] if opened else []
    return element("section", element("h3", code(name), id=heading), frame, *cells, class_="system")


def _head(result: AppResult) -> Html:
    label = code(result.app.name) if _is_declared(result) else Html("no declaration")
    kind = element("small", result.app.kind) if _is_declared(result) else Html("")
    return element("th", label, " ", kind, scope="col")


def _row(permission: str, cells: Sequence[Cell | None]) -> Html:
    states = " ".join(sorted({cell.state for cell in cells if cell}))
    made = (_cell(cell) if cell else element("td", Html('<span class="none">·</span>')) for cell in cells)
    head = element("th", code(permission), scope="row")
    search = " ".join(_searched(cell) for cell in cells if cell)
    return element("tr", head, *made, class_="item", data_search=search, data_states=states)


def _cell(cell: Cell) -> Html:
    sign, word, _ = STATES[cell.state]
    doubt = [" ", element("small", "inferred")] if cell.inferred else []
    label = element("span", sign, class_="sign", aria_hidden="true")
    return element("td", element("a", label, " ", word, *doubt, href=f"#{cell.key}", class_=f"state {cell.state}"))


def _cells(number: int, result: AppResult) -> Iterator[Cell]:
    grants: dict[str, list[Grant]] = {}
    for grant in result.app.grants:
        grants.setdefault(grant.name, []).append(grant)
    uses: dict[str, list[Use]] = {}
    for use in result.uses:
        uses.setdefault(use.permission, []).append(use)
    for order, permission in enumerate(sorted({*result.granted, *result.needed}), start=1):
        yield Cell(
            f"use-{number}-{order}",
            permission,
            _state(permission, result),
            tuple(sorted(uses.get(permission, ()), key=_use_order)),
            tuple(sorted(grants.get(permission, ()), key=lambda grant: grant.span)),
        )


def _use_order(use: Use) -> tuple[object, ...]:
    return (use.span, use.operation, use.requirement.any_of)


def _state(permission: str, result: AppResult) -> str:
    if not _is_declared(result):
        return "needed"
    for state in ("missing", "excess", "unknown", "used"):
        if permission in getattr(result, state):
            return state
    return "covered"


def _is_declared(result: AppResult) -> bool:
    return bool(result.app.name or result.app.declared_in)


def _opened(cell: Cell, result: AppResult, around: Around) -> Html:
    """Return what a cell opens: what it means, where the permission is granted, and every way to a place that needs it."""
    _, word, meaning = STATES[cell.state]
    app = joined([f"{result.app.noun} ", code(result.app.name)]) if _is_declared(result) else Html("no declaration")
    counts = counted(len(cell.uses), "place") if cell.uses else "no place"
    title = joined([code(cell.permission), ", ", app, f": {word}, {counts} in the code"])
    places = [element("p", "Granted at ", joined((spot(grant.span, around.link) for grant in cell.grants), ", "))]
    uses = [element("li", *_use(use, around)) for use in cell.uses[:_USES]]
    more = len(cell.uses) - _USES
    left = [element("p", f"and {counted(more, 'more place')}; the format json has all findings")] if more > 0 else []
    body = element(
        "div",
        element("p", f"{meaning[:1].upper()}{meaning[1:]}."),
        *(places if cell.grants else []),
        *([element("ol", *uses)] if uses else []),
        *left,
        id=cell.key,
    )
    summary = element("summary", title)
    return element(
        "details",
        summary,
        body,
        class_="item",
        data_search=f"{result.app.name} {_searched(cell)}",
        data_states=cell.state,
    )


def _searched(cell: Cell) -> str:
    """Return the words by which a cell is found: the permission, the operations and the files that need it."""
    uses = cell.uses[:_USES]
    return " ".join(
        dict.fromkeys([cell.permission, *(use.operation for use in uses), *(use.span.path for use in uses)])
    )


def _use(use: Use, around: Around) -> Iterator[Html]:
    asked = use.requirement
    known = anchor(asked.certainty, asked.source)
    any_of = joined((code(name) for name in asked.any_of), " or ")
    yield joined([code(use.operation), " needs ", any_of, " (", known, ") at ", spot(use.span, around.link)])
    yield way(use.evidence, use.span, around)
