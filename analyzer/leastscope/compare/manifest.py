"""What is wrong with grants whatever the code does: what their readers observed, and sensitive permissions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import Finding, Level, Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.compare.demands import Holding
    from leastscope.rulebook.types import Combination


class Observed(Protocol):
    """Something a reader of declarations noted.

    `kind` is the name of a finding kind; `message` may lack its capital and its period.
    """

    @property
    def kind(self) -> str: ...
    @property
    def permission(self) -> str: ...
    @property
    def span(self) -> Span: ...
    @property
    def message(self) -> str: ...
    @property
    def related(self) -> tuple[Step, ...]: ...
    @property
    def app(self) -> str: ...
    @property
    def system(self) -> str: ...
    @property
    def level(self) -> Level | None: ...
    @property
    def advice(self) -> str: ...


def observed_findings(observations: Iterable[Observed]) -> Iterator[Finding]:
    """Make a finding of each observation, at the level of its kind."""
    for one in observations:
        message = f"{one.message[:1].upper()}{one.message[1:]}"
        yield Finding(
            rule=one.kind,
            level=one.level or FINDING_BY_NAME[one.kind].level,
            certainty="certain",
            app=one.app,
            system=one.system,
            permission=one.permission,
            any_of=(one.permission,) if one.permission else (),
            span=one.span,
            message=message if message.endswith((".", "?")) else f"{message}.",
            evidence=(Step(one.span, "declared here"),),
            related=one.related,
            advice=one.advice,
        )


def sensitive_grants(holding: Holding) -> Iterator[Finding]:
    """Note each granted permission that deserves a second look."""
    for name in sorted(holding.grants):
        reason = holding.terms.sensitive(name).strip().rstrip(".")
        if reason:
            message = f"{holding.app.called_first} is granted '{name}', which needs a review: {reason}."
            advice = f"Check that the {holding.app.noun} needs '{name}' in {holding.places(name)}."
            refused = holding.terms.refused(name, holding.app).rstrip(".")
            message += f" {refused[:1].upper()}{refused[1:]}." if refused else ""
            yield holding.finding("sensitive-grant", "note", name, message, advice)
    for combination in holding.terms.vocabulary.together:
        if holding.names.issuperset(combination.of):
            yield _combined(holding, combination)


def _combined(holding: Holding, combination: Combination) -> Finding:
    """Note permissions that deserve a second look because one app holds all of them."""
    first, *others = combination.of
    names = " and ".join(f"'{name}'" for name in combination.of)
    reason = combination.note.rstrip(".")
    message = f"{holding.app.called_first} is granted {names} together, which needs a review: {reason}."
    advice = f"Check that the {holding.app.noun} needs all of them in {holding.places()}."
    return replace(
        holding.finding("sensitive-grant", "note", first, message, advice),
        any_of=combination.of,
        related=_elsewhere(holding, first, others),
        fingerprint=" ".join(combination.of),
    )


def _elsewhere(holding: Holding, first: str, others: Iterable[str]) -> tuple[Step, ...]:
    """Say where further permissions are granted, if not at the place of the first."""
    steps = (Step(holding.grants[name].span, f"grants '{name}'") for name in others)
    return tuple(sorted(step for step in steps if step.span != holding.grants[first].span))


def misplaced_grants(holding: Holding) -> Iterator[Finding]:
    """Report each granted permission that is none of those which apps of this kind can be granted."""
    for name in sorted(holding.grants):
        if not holding.terms.vocabulary.is_for(name, holding.app.kind):
            message = (
                f"{holding.app.called_first} is granted '{name}', which is not listed among the permissions "
                f"of an app of its kind ({holding.app.kind})."
            )
            advice = f"Remove '{name}' from {holding.places(name)}."
            yield replace(holding.finding("unknown-grant", "warning", name, message, advice), certainty="probable")


def incomplete_grants(holding: Holding) -> Iterator[Finding]:
    """Report each granted permission that is of no use without another one, which is not granted."""
    kind = FINDING_BY_NAME["incomplete-grant"]
    for name in sorted(holding.grants):
        base = holding.terms.base(name)
        if base and base not in holding.likely:
            message = f"{holding.app.called_first} is granted '{name}', which has no effect without '{base}'."
            advice = f"Grant '{base}' in {holding.places(base)} as well, or remove '{name}'."
            yield replace(holding.finding(kind.name, kind.level, name, message, advice), any_of=(base,))
