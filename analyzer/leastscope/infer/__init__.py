"""The least set of permissions that satisfies the code, for each app, or for each system that nothing declares.

It asks the comparison what the code demands, the vocabulary for the least set that meets it, and the declarations how
such a set is written. What is only possible and what could not be told is never in the set: it is listed beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.compare.attribution import attribute
from leastscope.compare.demands import Demand, Holding, demands_of
from leastscope.compare.kinds import under_kind
from leastscope.compare.terms import least_for
from leastscope.compare.uses import use_of, uses_of, whole_share
from leastscope.document.fields import or_nearest
from leastscope.errors import UsageError
from leastscope.grants.writing import wanted_of, written
from leastscope.model import App, LeastSet
from leastscope.pipeline import scan, terms_of
from leastscope.require import overlaid
from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.runs import known_declarations
from leastscope.settings import load_settings
from leastscope.shown import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from leastscope.compare.attribution import Share
    from leastscope.compare.demands import Standing
    from leastscope.grants.declarations import Declarations, Written
    from leastscope.model import ApiRequest, EventUse, Inventory, Report, Use
    from leastscope.request import Request, Trees
    from leastscope.rulebook.pack import Pack


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user asks for: one system, one app, one way to write the set; empty is any, and the way that fits.

    With `bound`, a set that nothing declares holds only what its grants would bind, as if it was declared.
    """

    system: str = ""
    app: str = ""
    way: str = ""
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The rule packs, and where grants are declared, by system."""

    packs: Mapping[str, Pack]
    declarations: Mapping[str, Declarations]


def infer(request: Request, choice: Choice, trees: Trees | None = None) -> tuple[tuple[LeastSet, ...], Report]:
    """Give the least set of each app and system that is asked for, and the report that they come from."""
    known = known_of(request.rules)
    _check(choice, known)
    report = scan(replace(request, shown=()), trees)
    tests = request.tests
    if tests is None:
        tests = load_settings(request.cwd, request.settings_file, request.paths, request.home).tests
    return least_sets(replace(report, shown=request.shown), choice, known, tests=tests), report


def known_of(rules: Path | None = None) -> Known:
    """Read what is known of every system, from our own rule packs unless others are named."""
    root = rules or rules_root()
    return Known({name: compiled(root / name) for name in available_systems(root)}, known_declarations(root))


def least_sets(report: Report, choice: Choice, known: Known, *, tests: bool) -> tuple[LeastSet, ...]:
    """Give the least set of each app of a report, and of each system that nothing declares.

    The set of an app is for all of its code, wherever it stands; the set of a system is for the code of the shown paths.
    """
    apps = tuple(result.app for result in report.apps)
    over = {system: pack.over.system for system, pack in known.packs.items() if pack.over}
    inventory = overlaid(report.inventory, known.packs, {app.system for app in apps} | ({choice.system} - {""}))
    shares, _ = attribute(inventory, apps, over)
    part = narrowed(inventory, report.shown)
    declared = {app.system for app in apps} | {over[app.system] for app in apps if app.system in over}
    shares += tuple(
        whole_share(part, _undeclared(system)) for system in _spoken(part, tests=tests) if system not in declared
    )
    found = (_least_set(share, choice, known, tests=tests) for share in shares if _is_asked(share.app, choice))
    return tuple(one for one in found if one)


def _check(choice: Choice, known: Known) -> None:
    """Refuse names that no pack has."""
    if choice.system and choice.system not in known.declarations:
        raise UsageError(
            f"--system {choice.system}: no system of this name{or_nearest(choice.system, known.declarations)}"
        )
    systems = [choice.system] if choice.system else list(known.declarations)
    ways = {row.name for system in systems for row in known.declarations[system].written}
    if choice.way and choice.way not in ways:
        of = f" of '{choice.system}'" if choice.system else ""
        raise UsageError(
            f"--as {choice.way}: permissions{of} are not written in this way{or_nearest(choice.way, ways)}"
        )


def _is_asked(app: App, choice: Choice) -> bool:
    return choice.system in {"", app.system} and choice.app in {"", app.name}


def _spoken(inventory: Inventory, *, tests: bool) -> list[str]:
    """Give the systems that the code calls or subscribes at."""
    uses: list[ApiRequest | EventUse] = [need.request for need in inventory.needs]
    uses += [event.use for event in inventory.events]
    return sorted({use.system for use in uses if tests or not use.in_tests})


def _least_set(share: Share, choice: Choice, known: Known, *, tests: bool) -> LeastSet | None:
    """Give the least set of one share; None where its system has no way to write permissions, or not this one."""
    system = share.app.system
    row = _way_of(share.app, choice.way, known.declarations[system]) if system in known.declarations else None
    if row is None:
        return None
    share = under_kind(replace(share, app=_bound(share.app, row, as_declared=choice.bound)))
    terms = terms_of(known.packs[system], known.declarations[system])
    demands = demands_of(share, tests=tests)
    needed = [demand for demand in demands if demand.standing == "needed"]
    twins = share.app.write_implies_read == "documented"
    names = least_for((one.requirement.any_of for one in needed), terms, share.app)
    holding = Holding(share, {}, demands, names, terms)
    uses = uses_of(holding)
    titles = tuple((name, terms.vocabulary.permissions[name].title) for name in sorted(names))
    wanted = [wanted_of(name, title, uses, terms.label(name)) for name, title in titles]
    declared = bool(share.app.name) and share.app.kind == row.kind
    held = terms.held(names, write_implies_read=twins)
    return LeastSet(
        app=share.app,
        way=row.name,
        text=written(known.declarations[system], row, wanted, app=share.app.name, declared=declared),
        titles=titles,
        inferred=tuple(name for name in sorted(names) if not _is_documented(name, uses)),
        uses=uses,
        possible=_unmet(demands, held, {"possible", "handled"}),
        outside=_unmet(demands, held, {"outside"}),
        gaps=tuple(gap for gap in share.doubts if tests or not gap.in_tests),
    )


def _way_of(app: App, asked: str, declarations: Declarations) -> Written | None:
    """Choose how to write a set: as it is asked, else as the app is declared, else in the first way of the system."""
    if asked:
        return declarations.written_as(asked)
    declared = [path.rpartition("/")[2] for path in app.declared_in]
    formats = {form.name for name in declared if (form := declarations.format_of(name))}
    fitting = [row for row in declarations.written if row.kind == app.kind]
    manifests = [row for row in fitting if row.way == "manifest" and row.of in formats]
    scopes = [row for row in fitting if row.way == "scope" and app.asked_at]
    settings = [row for row in fitting if row.way == "settings" and app.name]
    return next(iter([*manifests, *scopes, *settings, *declarations.written]), None)


def _bound(app: App, row: Written, *, as_declared: bool) -> App:
    """Give an app with what its grants bind; one that is not declared like that is bound as the way says."""
    if app.name and app.kind == row.kind:
        return app
    access = row.access
    # Where nothing is declared, calls with a key count too: the set is what an app would need to send them.
    bound = "all" if access.bound == "keyless" and not app.name and not as_declared else access.bound
    return replace(app, kind=row.kind, access=access.value, bound=bound, write_implies_read=access.write_implies_read)


def _undeclared(system: str) -> App:
    return App(name="", root="", system=system, kind="", declared_in=(), grants=())


def _is_documented(name: str, uses: Iterable[Use]) -> bool:
    return any(use.requirement.certainty == "documented" for use in uses if use.permission == name)


def _unmet(demands: Iterable[Demand], held: frozenset[str], standings: AbstractSet[Standing]) -> tuple[Use, ...]:
    """Give the demands of some standings that the set does not meet."""
    found = (one for one in demands if one.standing in standings and held.isdisjoint(one.requirement.any_of))
    uses = {use_of(one.requirement.any_of[0], one) for one in found}
    return tuple(sorted(uses, key=lambda use: (use.permission, use.span, use.operation)))
