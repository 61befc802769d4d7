"""Declarations that a change adds for code that already runs under an app: none takes the code away without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.compare.attribution import Owners, Undecided, credential_of, uses_in
from leastscope.judging import counterparts
from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import App, Finding, Inventory, Span, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from leastscope.compare.attribution import Owner

_RULE = "second-declaration"
_MAX_PLACES = 20


def second_declarations(
    inventory: Inventory,
    apps: tuple[App, ...],
    known: tuple[App, ...],
    existed: Callable[[str], bool],
    over: Mapping[str, str],
) -> tuple[tuple[App, ...], tuple[Finding, ...]]:
    """Give the apps that none of the known ones is and that take code which was there before, with a finding for each."""
    matched = counterparts(apps, known)
    fresh = tuple(app for app, one in zip(apps, matched, strict=True) if one is None)
    standing = tuple(app for app, one in zip(apps, matched, strict=True) if one is not None)
    if not (fresh and standing):
        return (), ()
    before, now = Owners(standing, over), Owners(apps, over)
    taken: dict[App, dict[Span, tuple[App, ...]]] = {}
    for use, _ in uses_in(inventory):
        if not existed(use.span.path):
            continue
        key = (use.system, use.span.path, credential_of(use))
        old = _apps_of(before.of(*key))
        for app in _apps_of(now.of(*key)) if old else ():
            if app in fresh:
                taken.setdefault(app, {})[use.span] = old
    return tuple(taken), tuple(_findings(taken))


def _apps_of(owner: Owner) -> tuple[App, ...]:
    return owner.candidates if isinstance(owner, Undecided) else owner


def _findings(taken: Mapping[App, Mapping[Span, tuple[App, ...]]]) -> Iterator[Finding]:
    for app, places in taken.items():
        names = ", ".join(f"'{name}'" for name in sorted({one.name for old in places.values() for one in old}))
        span = app.span or Span(app.declared_in[0], 1, 1, 1, 1)
        yield Finding(
            rule=_RULE,
            level=FINDING_BY_NAME[_RULE].level,
            certainty="certain",
            app=app.name,
            system=app.system,
            permission="",
            any_of=(),
            span=span,
            message=(
                f"This change declares app '{app.name}' for code that runs under {names}. "
                "leastscope counts this code for all of these apps."
            ),
            evidence=(Step(span, "declared here"),),
            related=tuple(Step(place, f"code that runs under {names}") for place in sorted(places)[:_MAX_PLACES]),
            advice=FINDING_BY_NAME[_RULE].action,
        )
