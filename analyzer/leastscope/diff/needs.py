"""What changes for one app: the permissions its code needs, and those it is granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.diff.types import AppChange, NeedChange, Standing
from leastscope.model import Grant, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leastscope.diff.types import Declared
    from leastscope.model import App, AppResult, Cost, Finding, Use

_COUNTING = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Side:
    """One app at one side; `result` is None where it is not there.

    `asking` are the results that say what the code asks of the app: its own, or, where it is not there, what stands in
    for it. `findings` are all those of the side.
    """

    result: AppResult | None
    asking: tuple[AppResult, ...]
    findings: tuple[Finding, ...]

    @property
    def needed(self) -> frozenset[str]:
        """The permissions that the code needs."""
        return frozenset(self.result.needed if self.result else ())

    @property
    def uses(self) -> tuple[Use, ...]:
        """The places that need them."""
        return self.result.uses if self.result else ()

    @property
    def asked(self) -> frozenset[tuple[str, ...]]:
        """All that the operations of the code ask for, whichever permission meets it."""
        return frozenset(use.requirement.any_of for result in self.asking for use in result.uses)

    @property
    def grants(self) -> frozenset[str]:
        """The permissions that are granted by name; names that no permission has are among them."""
        return frozenset(self.result.granted if self.result else ())

    @property
    def raised(self) -> dict[str, str]:
        """The read permissions that are granted, by the write permissions that are missing."""
        return {write: read for read, write in self.result.raised} if self.result else {}

    @property
    def is_declared(self) -> bool:
        """Whether anything declares the app."""
        return self.result is not None and is_declared(self.result)

    @property
    def lacking(self) -> frozenset[str]:
        """The permissions that it lacks, as far as somebody should hear of it."""
        missing = frozenset(self.result.missing if self.result else ())
        return missing & {finding.permission for finding in self.findings if self._is_lack(finding)}

    def _is_lack(self, finding: Finding) -> bool:
        app = self.result.app if self.result else None
        return (
            app is not None
            and (finding.rule, finding.app, finding.system) == ("missing-grant", app.name, app.system)
            and finding.level in _COUNTING
            and finding.suppressed is None
        )


def is_declared(result: AppResult) -> bool:
    """Whether anything says what is granted; what the code needs without that is an app without a name."""
    return bool(result.app.name or result.app.declared_in)


def change_of(before: Side, after: Side, costs: Mapping[tuple[str, str], Cost]) -> AppChange | None:
    """Say what changes for an app; None where nothing does."""
    result = after.result or before.result
    if result is None:
        return None
    added = _added(before, after)
    lost = _lost(before, after, {need.permission for need in added})
    dropped = _dropped(before, after)
    granted = _grants(after.result, after.grants - before.grants)
    revoked = _grants(before.result, before.grants - after.grants)
    declared = _declared(before, after)
    change = AppChange(
        app=result.app,
        before=_old_name(before.result, result.app),
        declared=declared,
        added=added,
        lost=lost,
        dropped=dropped,
        granted=granted,
        revoked=revoked,
    )
    permissions = frozenset(result.granted).difference(result.misnamed).intersection(grant.name for grant in granted)
    if (permissions and declared == "same") or change.lacking:
        change = replace(change, cost=costs.get((result.app.system, result.app.kind)))
    changes = (added, lost, dropped, granted, revoked, declared in {"added", "removed"}, change.before)
    return change if any(changes) else None


def _added(before: Side, after: Side) -> tuple[NeedChange, ...]:
    """Give what is newly needed: some operation asks for what none asked for before."""
    return tuple(
        NeedChange(name, _standing(name, after), uses, raises=after.raised.get(name, ""))
        for name in sorted(after.needed - before.needed)
        if (uses := _causes(name, after, before))
    )


def _lost(before: Side, after: Side, added: set[str]) -> tuple[NeedChange, ...]:
    """Give what is needed as before and was taken from the grants."""
    names = sorted(after.lacking - before.lacking - added)
    return tuple(
        NeedChange(name, "missing", _uses(name, after.uses), raises=after.raised.get(name, "")) for name in names
    )


def _dropped(before: Side, after: Side) -> tuple[NeedChange, ...]:
    """Give what is no longer needed: something that was asked for is asked for no more."""
    return tuple(
        NeedChange(name, "granted" if name in after.grants else "missing", uses, _instead(name, before, after))
        for name in sorted(before.needed - after.needed)
        if (uses := _causes(name, before, after))
    )


def _causes(name: str, here: Side, there: Side) -> tuple[Use, ...]:
    """Give the places of a permission that ask for what nothing asks for on the other side."""
    asked = there.asked
    return tuple(use for use in _uses(name, here.uses) if use.requirement.any_of not in asked)


def _uses(name: str, uses: Iterable[Use]) -> tuple[Use, ...]:
    return tuple(use for use in uses if use.permission == name)


def _instead(name: str, before: Side, after: Side) -> tuple[str, ...]:
    """Give the permissions that now meet what one met that is no longer needed."""
    met = {use.requirement.any_of for use in _uses(name, before.uses)}
    found = {use.permission for use in after.uses if use.requirement.any_of in met}
    return tuple(sorted(found - before.needed))


def _standing(name: str, side: Side) -> Standing:
    if not side.is_declared:
        return "undeclared"
    if name in side.lacking:
        return "missing"
    if side.result and name in side.result.missing:
        return "accepted"
    return "granted" if name in side.grants else "included"


def _declared(before: Side, after: Side) -> Declared:
    if before.is_declared:
        return "same" if after.is_declared else "removed"
    return "added" if after.is_declared else "never"


def _grants(result: AppResult | None, names: frozenset[str]) -> tuple[Grant, ...]:
    """Give grants by name with their places; one that is spelled otherwise stands where the app is declared."""
    if result is None:
        return ()
    app = result.app
    written = {grant.name: grant for grant in app.grants}
    return tuple(written.get(name) or Grant(name, _place_of(app)) for name in sorted(names))


def _place_of(app: App) -> Span:
    return app.span or Span(app.declared_in[0] if app.declared_in else "", 1, 1, 1, 1)


def _old_name(result: AppResult | None, app: App) -> str:
    return result.app.name if result and result.app.name != app.name else ""
