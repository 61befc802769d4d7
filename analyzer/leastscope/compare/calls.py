"""Calls that the grants cannot answer for: no permission covers them, they cannot be told, or nothing is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.compare.demands import standing_of, with_last
from leastscope.compare.kinds import sentence, under_kind
from leastscope.compare.terms import Terms, least
from leastscope.compare.uses import undeclared_app, undeclared_need, whole_share
from leastscope.kinds import GAP_BY_NAME, RECEIVED
from leastscope.model import Finding, Inventory, Need, Step, with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from leastscope.compare.attribution import Share
    from leastscope.model import App, Gap, Span

FILE_GAPS = frozenset({"syntax-error", "too-deep", "too-large", "undecodable", "unreadable"})
# Gaps that are about a file, an event or an app, and not about which request is sent.
NOT_CALLS = FILE_GAPS | frozenset(
    {
        "all-events",
        "limit",
        RECEIVED,
        "release-differs",
        "several-apps",
        "unknown-event",
        "unknown-expansion",
        "unknown-scope",
    }
)
_LISTED = 8
"""Permissions that a sentence names; the block to paste has all of them."""
_ANOTHER = "Use another operation, or send the request with another credential."


def uncovered_calls(share: Share, *, tests: bool) -> Iterator[Finding]:
    """Note each operation that no permission covers, once for each file."""
    app = share.app
    found: dict[tuple[str, str, str], list[Need]] = {}
    for need in share.needs:
        if not need.covered and standing_of(app, need, tests=tests) in {"needed", "possible"}:
            key = (need.request.verb, need.path, need.request.span.path)
            found.setdefault(key, []).append(need)
    for (verb, path, _), needs in found.items():
        first = needs[0].request
        label = f"{verb} {path}"
        calls = "calls" if first.resolution == "resolved" else "may call"
        yield Finding(
            rule="uncovered-call",
            level="note",
            certainty="certain" if first.resolution == "resolved" else "possible",
            app=app.name,
            system=app.system,
            permission="",
            any_of=(),
            span=first.span,
            message=_uncovered(f"The code {calls} '{label}'", needs[0], app),
            evidence=with_last(first.evidence, Step(first.span, f"sends {label}")),
            related=tuple(sorted({Step(n.request.span, label) for n in needs if n.request.span != first.span})),
            fingerprint=label,
            advice=next((one.advice for one in needs[0].refusals if one.advice), _ANOTHER),
        )


def _uncovered(lead: str, need: Need, app: App) -> str:
    """Say that no permission covers a call, with what is known of apps of this kind."""
    if need.refusals:
        return f"{lead}. {' '.join(sentence(refusal) for refusal in need.refusals)}"
    return f"{lead}, which no permission allows, so {app.called} cannot be granted one."


def unresolved_calls(
    gaps: Iterable[Gap], owner: Callable[[Gap], App | None], source: Callable[[Span], str] | None, *, tests: bool
) -> Iterator[Finding]:
    """Note each call that could not be told; `owner` gives the app it runs under, `source` the text of a place."""
    for gap in gaps:
        if gap.kind in NOT_CALLS or not gap.system or (gap.in_tests and not tests):
            continue
        app = owner(gap)
        text = " ".join(source(gap.span).split()) if source else gap.reason
        yield Finding(
            rule="unresolved-call",
            level="note",
            certainty="certain",
            app=app.name if app else "",
            system=gap.system,
            permission="",
            any_of=(),
            span=gap.span,
            message=_unresolved(gap.reason),
            evidence=(Step(gap.span, gap.reason),),
            fingerprint=f"{gap.kind} {text}",
            advice=GAP_BY_NAME[gap.kind].action,
        )


def _unresolved(reason: str) -> str:
    """Say why a call could not be told; a reason that says by itself what leastscope does not know needs no more."""
    told = "" if reason.startswith("leastscope ") else "leastscope cannot determine which request the code sends here: "
    return f"{told}{reason}."


def undeclared_systems(
    inventory: Inventory, declared: frozenset[str], terms: Mapping[str, Terms], *, tests: bool
) -> Iterator[Finding]:
    """Note each system that is called and for which nothing is declared, with the permissions the code needs."""
    systems: dict[str, list[Need]] = {}
    for need in inventory.needs:
        request = need.request
        if request.system not in declared and request.resolution != "outside" and (tests or not request.in_tests):
            systems.setdefault(request.system, []).append(need)
    for system, needs in sorted(systems.items()):
        first = min(needs, key=_order)
        needed, possible = _needed(inventory, system, terms.get(system), tests=tests)
        yield Finding(
            rule="undeclared-system",
            level="note",
            certainty="certain",
            app="",
            system=system,
            permission="",
            any_of=(),
            span=first.request.span,
            message=_undeclared_message(system, needed, possible, terms.get(system)),
            evidence=with_last(
                first.request.evidence, Step(first.request.span, f"sends {first.request.verb} {first.path}")
            ),
            related=tuple(use for use in _first_uses(needs, [*needed, *possible]) if use.span != first.request.span),
            advice=_advice(system, terms.get(system)),
        )


def _needed(
    inventory: Inventory, system: str, terms: Terms | None, *, tests: bool
) -> tuple[Sequence[str], Sequence[str]]:
    """Give the least set of permissions that calls need for certain, and what calls that are only possible add to it."""
    if terms is None:
        return (), ()
    needed = undeclared_need(inventory, system, terms, tests=tests).needed
    ruled = under_kind(whole_share(inventory, undeclared_app(system, terms))).needs
    every = {
        one.any_of
        for need in ruled
        if need.request.resolution != "outside" and (tests or not need.request.in_tests)
        for one in need.requirements
        if one.strength != "open" and one.any_of
    }
    held = terms.held(needed, write_implies_read=True)
    unmet = {any_of for any_of in every if held.isdisjoint(any_of)}
    return needed, sorted(least(unmet, terms, frozenset(needed)))


def _undeclared_message(system: str, needed: Sequence[str], possible: Sequence[str], terms: Terms | None) -> str:
    needs = " and may need ".join(_listed(names) for names in (needed, possible) if names)
    # Where advice of the system says that other credentials have no permissions, only an app of this kind needs them.
    who = with_article(terms.noun) if terms and terms.undeclared_advice else "the code"
    said = (
        f"{who[:1].upper()}{who[1:]} {'needs' if needed else 'may need'} {needs}."
        if needs
        else "The calls that leastscope found need no permission."
    )
    *others, last = terms.declared_by if terms and terms.declared_by else ("declaration",)
    declared = " or ".join(part for part in (", ".join(others), last) if part)
    return f"The code calls '{system}', but no {declared} declares its permissions. {said}"


def _listed(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names[:_LISTED]]
    quoted += [f"{len(names) - _LISTED} more"] * (len(names) > _LISTED)
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _advice(system: str, terms: Terms | None) -> str:
    told = terms.undeclared_advice if terms else ""
    infer = f"Run 'leastscope infer --system {system}', and paste what it prints into a manifest or the settings."
    return told or infer


def _first_uses(needs: list[Need], needed: Sequence[str]) -> tuple[Step, ...]:
    first: dict[str, Step] = {}
    for need in sorted(needs, key=_order):
        for requirement in need.requirements:
            for name in requirement.any_of:
                if name in needed:
                    first.setdefault(name, Step(need.request.span, f"needs '{name}'"))
    return tuple(sorted(first.values()))


def _order(need: Need) -> tuple[object, ...]:
    return (need.request.span, need.request.verb, need.path, need.request.evidence)
