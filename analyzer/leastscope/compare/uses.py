"""Where the code needs what its app needs: the places behind each permission of the least set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from leastscope.compare.attribution import Share
from leastscope.compare.demands import Demand, Holding, demands_of, with_last
from leastscope.compare.kinds import under_kind
from leastscope.compare.missing import permission_for, requires
from leastscope.compare.terms import Terms, least_for
from leastscope.model import App, AppResult, Inventory, Step, Use

if TYPE_CHECKING:
    from collections.abc import Mapping


def uses_of(holding: Holding) -> tuple[Use, ...]:
    """Give every place that counts with the needed permission that meets it, sorted.

    A permission that is needed because another one is of no use without it stands at the places of that one.
    """
    demands = [demand for demand in holding.demands if demand.standing == "needed"]
    names = {any_of: permission_for(any_of, holding) for any_of in holding.any_ofs("needed")}
    uses = {use_of(names[demand.requirement.any_of], demand) for demand in demands}
    met = {use.permission for use in uses}
    for base in holding.needed - met:
        extending = {name for name in met if holding.terms.base(name) == base}
        uses |= {use_of(base, demand) for demand in demands if names[demand.requirement.any_of] in extending}
    return tuple(sorted(uses, key=_order))


def undeclared_needs(
    inventory: Inventory, apps: tuple[App, ...], terms: Mapping[str, Terms], *, tests: bool
) -> tuple[AppResult, ...]:
    """Give what the code needs of each system for which no app is declared, as an app without name and grants."""
    declared = {app.system for app in apps} | {terms[app.system].over for app in apps if app.system in terms}
    systems = {need.request.system for need in inventory.needs} | {event.use.system for event in inventory.events}
    results = (
        undeclared_need(inventory, system, terms[system], tests=tests)
        for system in sorted(systems & terms.keys() - declared)
    )
    return tuple(result for result in results if result.needed)


def undeclared_need(inventory: Inventory, system: str, terms: Terms, *, tests: bool) -> AppResult:
    """Give what the code needs of a system, as an app without name and grants."""
    app = undeclared_app(system, terms)
    share = under_kind(whole_share(inventory, app))
    demands = demands_of(share, tests=tests)
    needed = least_for((one.requirement.any_of for one in demands if one.standing == "needed"), terms, app)
    uses = uses_of(Holding(share, {}, demands, needed, terms))
    return AppResult(app, (), tuple(sorted(needed)), (), (), (), uses)


def undeclared_app(system: str, terms: Terms) -> App:
    """Make an app without name and grants, of the kind that stands for code whose grants nothing declares."""
    twins: Literal["documented", "no"] = "documented" if terms.twins else "no"
    return App("", "", system, terms.kind, (), (), write_implies_read=twins, access=terms.access)


def whole_share(inventory: Inventory, app: App) -> Share:
    """Make everything that is done at a system the share of one app."""
    return Share(
        app,
        tuple(need for need in inventory.needs if need.request.system == app.system),
        tuple(event for event in inventory.events if event.use.system == app.system),
        tuple(gap for gap in inventory.gaps if gap.system in {"", app.system}),
    )


def use_of(permission: str, demand: Demand) -> Use:
    """Make a use of a permission that meets a demand."""
    evidence = with_last(demand.evidence, Step(demand.span, requires(demand)))
    return Use(permission, demand.label, demand.requirement, demand.span, evidence)


def _order(use: Use) -> tuple[object, ...]:
    asked = use.requirement
    return (use.permission, use.span, use.operation, asked.any_of, asked.because, asked.detail, use.evidence)
