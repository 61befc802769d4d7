"""Holds what the code needs against what its apps are granted: pure set logic over permissions.

It reads no file and knows no format: an inventory and apps in, findings out. The same values give the same findings,
in whatever order they come.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leastscope.compare.attribution import UNKNOWN_CREDENTIAL, Owners, Share, attribute
from leastscope.compare.calls import FILE_GAPS, uncovered_calls, undeclared_systems, unresolved_calls
from leastscope.compare.demands import Holding, demands_of
from leastscope.compare.excess import unneeded_grants
from leastscope.compare.kinds import refused_calls, under_kind
from leastscope.compare.levels import LevelSetting, in_order, with_fingerprints, with_levels
from leastscope.compare.manifest import (
    Observed,
    incomplete_grants,
    misplaced_grants,
    observed_findings,
    sensitive_grants,
)
from leastscope.compare.missing import missing_grants
from leastscope.compare.own import own_account_calls, own_calls
from leastscope.compare.second import second_declarations
from leastscope.compare.suppress import Decisions, idle, suppressed
from leastscope.compare.terms import Terms, least
from leastscope.compare.together import by_meaning, meant, together, without_meant
from leastscope.compare.uses import undeclared_needs, uses_of
from leastscope.compare.written import as_written
from leastscope.model import App, AppResult, Finding, Gap, Grant, Inventory
from leastscope.shown import narrowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leastscope.comments import Suppression
    from leastscope.compare.attribution import Ways
    from leastscope.judging import Judging
    from leastscope.model import Span

_UNDECLARED = "undeclared-system"

__all__ = ["Observed", "Options", "Terms", "compare", "least", "undeclared_needs"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may change.

    `tests` makes test code count as a need. `levels` are the levels of finding kinds. `source` gives the text of a
    place, which keeps the fingerprints of unresolved calls stable. `ways` says from where a place is reached.
    `suppressions` are the comments that keep findings from counting. `broken` are the systems with a declaration that
    could not be read: that nothing declares them is not known. `judging` is what the base says, where a change is judged.
    `shown` are the paths that what nothing declares is told for; empty: all. `home` is the folder that fingerprints are
    relative to; empty: the working directory.
    """

    tests: bool = False
    levels: Mapping[str, LevelSetting] = field(default_factory=dict)
    source: Callable[[Span], str] | None = None
    ways: Ways | None = None
    suppressions: tuple[Suppression, ...] = ()
    broken: frozenset[str] = frozenset()
    judging: Judging | None = None
    shown: tuple[str, ...] = ()
    home: str = ""


def compare(
    inventory: Inventory,
    apps: tuple[App, ...],
    terms: Mapping[str, Terms],
    options: Options,
    observations: Iterable[Observed] = (),
) -> tuple[tuple[AppResult, ...], tuple[Finding, ...], tuple[Gap, ...]]:
    """Compare the needs of the code with the grants of its apps.

    `terms` has the vocabulary of each system; apps of other systems are left out. `observations` are what the readers
    of the declarations noted. Gives a result for each app, the findings in the order of the files, and the gaps that
    the attribution adds to those of the inventory.
    """
    known = tuple(sorted((app for app in apps if app.system in terms), key=_app_order))
    over = {system: one.over for system, one in terms.items() if one.over}
    beside, second = _second(inventory, known, options.judging, over)
    shares, gaps = attribute(inventory, known, over, options.ways, beside)
    compared = [_compare_app(share, terms[share.app.system], options) for share in shares]
    findings = [*second, *(finding for _, found in compared for finding in found)]
    called = {need.request.system for need in inventory.needs}
    noted = observed_findings(one for one in observations if one.kind != _UNDECLARED or one.system in called)
    results = tuple(result for result, _ in compared)
    findings += without_meant(noted, results, {system: one.vocabulary.nearest for system, one in terms.items()})
    findings += unresolved_calls(inventory.gaps, _owner_of_gap(known, beside), options.source, tests=options.tests)
    declared = options.broken.union(app.system for app in apps)
    declared |= {terms[app.system].over for app in known}
    findings += undeclared_systems(narrowed(inventory, options.shown), declared, terms, tests=options.tests)
    return results, _decided(findings, results, options), gaps


def _decided(findings: Iterable[Finding], results: tuple[AppResult, ...], options: Options) -> tuple[Finding, ...]:
    """Finish findings: levels, what was decided about them, fingerprints, and the decisions that matched nothing."""
    decisions = Decisions.of(results, options.suppressions)
    decided = suppressed(with_levels(in_order(findings), options.levels), decisions)
    found = with_fingerprints(in_order(together(decided, results)), options.home)
    off = frozenset(kind for kind, level in options.levels.items() if level == "off")
    unused = with_levels(
        with_fingerprints(in_order(idle(decisions, options.suppressions, off)), options.home), options.levels
    )
    return in_order((*found, *unused))


def _compare_app(share: Share, terms: Terms, options: Options) -> tuple[AppResult, list[Finding]]:
    app, share = share.app, under_kind(share)
    grants, misnamed = _granted(app, terms)
    demands = demands_of(share, tests=options.tests)
    needed = least(
        (demand.requirement.any_of for demand in demands if demand.standing == "needed"),
        terms,
        frozenset(grants),
        write_implies_read=app.write_implies_read == "documented",
    )
    holding = Holding(_with_counting_doubts(share, options), grants, demands, needed, terms)
    misplaced = tuple(misplaced_grants(holding))
    told = {finding.permission for finding in misplaced}
    unneeded = unneeded_grants(holding, judged=_is_used(share, options))
    advised = {terms.read_twin(found.permission) for found in unneeded.findings if found.rule == "write-not-needed"}
    missing = meant(missing_grants(holding, advised), by_meaning(misnamed, terms.vocabulary.nearest), holding)
    own = own_calls(share, tests=options.tests)
    findings = [
        *missing,
        *(found for found in unneeded.findings if found.permission not in told),
        *misplaced,
        *sensitive_grants(holding),
        *incomplete_grants(holding),
        *uncovered_calls(share, tests=options.tests),
        *refused_calls(share, tests=options.tests),
        *own_account_calls(holding, own),
    ]
    lacking = _names(missing, "missing-grant", {"error", "warning"})
    result = AppResult(
        app=app,
        granted=tuple(sorted({*grants, *misnamed})),
        needed=tuple(sorted(needed)),
        missing=lacking,
        excess=tuple(sorted({*unneeded.excess, *misnamed, *(told & unneeded.unknown)})),
        unknown=tuple(sorted(unneeded.unknown - told)),
        uses=uses_of(holding),
        misnamed=misnamed,
        own=own,
        unattributed=share.unattributed,
        raised=tuple((twin, name) for name in lacking if (twin := terms.read_twin(name)) in grants),
    )
    return result, as_written(findings, app, terms.vocabulary)


def _granted(app: App, terms: Terms) -> tuple[dict[str, Grant], tuple[str, ...]]:
    """Give the grants by the permission they name, the first of each, and the names that are none."""
    grants: dict[str, Grant] = {}
    unknown: set[str] = set()
    for grant in sorted(app.grants, key=lambda grant: (grant.span, grant.name)):
        name = terms.vocabulary.resolve(grant.name)
        if name is None:
            unknown.add(grant.name)
        else:
            grants.setdefault(name, grant)
    return grants, tuple(sorted(unknown))


def _is_used(share: Share, options: Options) -> bool:
    """Whether any code runs under the app at all; without, nothing can be said of what its grants are for.

    A file that could not be read may be such code.
    """
    uses = [need.request for need in share.needs] + [event.use for event in share.events]
    hidden = any(gap.kind in FILE_GAPS for gap in share.doubts)
    return hidden or any(options.tests or not use.in_tests for use in uses)


def _with_counting_doubts(share: Share, options: Options) -> Share:
    doubts = tuple(gap for gap in share.doubts if options.tests or not gap.in_tests)
    return replace(share, doubts=doubts)


def _second(
    inventory: Inventory, apps: tuple[App, ...], judging: Judging | None, over: Mapping[str, str]
) -> tuple[tuple[App, ...], tuple[Finding, ...]]:
    """Give the declarations that a change adds for code that has one, where a change is judged."""
    return second_declarations(inventory, apps, judging.apps, judging.existed, over) if judging else ((), ())


def _owner_of_gap(apps: tuple[App, ...], beside: tuple[App, ...]) -> Callable[[Gap], App | None]:
    owners = Owners(apps, beside=beside)

    def owner(gap: Gap) -> App | None:
        found = owners.of(gap.system, gap.span.path, UNKNOWN_CREDENTIAL)
        return found[0] if isinstance(found, tuple) and len(found) == 1 else None

    return owner


def _names(findings: Iterable[Finding], rule: str, levels: set[str]) -> tuple[str, ...]:
    return tuple(sorted({found.permission for found in findings if found.rule == rule and found.level in levels}))


def _app_order(app: App) -> tuple[str, str, str, tuple[str, ...]]:
    return (app.root, app.name, app.system, app.declared_in)
