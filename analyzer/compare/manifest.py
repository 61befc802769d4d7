"""What is wrong with grants whatever the code does: what their readers observed, and sensitive permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from analyzer.kinds import FINDING_BY_NAME
from analyzer.model import Finding, Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.compare.demands import Holding


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


def observed_findings(observations: Iterable[Observed]) -> Iterator[Finding]:
    """Make a finding of each observation, at the level of its kind."""
    for one in observations:
        message = f"{one.message[:1].upper()}{one.message[1:]}"
        yield Finding(
            rule=one.kind,
            level=FINDING_BY_NAME[one.kind].level,
            certainty="certain",
            app=one.app,
            system=one.system,
            permission=one.permission,
            any_of=(one.permission,) if one.permission else (),
            span=one.span,
            message=message if message.endswith((".", "?")) else f"{message}.",
            evidence=(Step(one.span, "declared here"),),
            related=one.related,
        )


def sensitive_grants(holding: Holding) -> Iterator[Finding]:
    """Note each granted permission that deserves a second look."""
    app = holding.app
    for name, grant in sorted(holding.grants.items()):
        reason = holding.terms.sensitive(name).strip().rstrip(".")
        if reason:
            yield Finding(
                rule="sensitive-grant",
                level="note",
                certainty="certain",
                app=app.name,
                system=app.system,
                permission=name,
                any_of=(name,),
                span=grant.span,
                message=f"App '{app.name}' is granted '{name}', which deserves a second look. The reason: {reason}.",
                evidence=(Step(grant.span, f"grants '{name}'"),),
                advice=f"Check that '{name}' is wanted in {holding.places()}.",
            )
