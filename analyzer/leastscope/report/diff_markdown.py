"""The difference of two states in Markdown, as the summary of a check: the verdict in one line, then what causes it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from leastscope.model import Step
from leastscope.report.diff_words import app_words, judged, lacks, other_findings, phrases, short, signs, straight
from leastscope.report.markdown_parts import MARKS, errors_part, findings_part, gaps_part, names, patch_part, where
from leastscope.report.markup import Part, code, document, folded, header, place_link, prose, row, web_link
from leastscope.report.page import counted, reading
from leastscope.report.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leastscope.diff import AppChange, Difference, NeedChange
    from leastscope.model import Finding, InputError, Report, Use
    from leastscope.report.markup import Link

_SHOWN = 10
_SHORT = 10
_NO_MORE = "{} no longer reported, possibly because a file could not be used"
_STANDS = {
    "granted": "granted already",
    "included": "included in another granted permission",
    "accepted": "not granted, but accepted in the settings or a comment",
    "undeclared": "of a system that has no declaration",
}


def render_diff_markdown(
    difference: Difference, after: Report, links: tuple[Link, Link], *, patch: str = "", limit: int = 900_000
) -> str:
    """Return a difference as Markdown of at most `limit` bytes, about a screen until something is opened.

    `after` is the report of the head. `patch` is a diff that fixes what can be fixed with certainty. The links give the
    addresses of lines at the base and at the head, or nothing.
    """
    before_link, after_link = links
    new = other_findings(difference)
    known = set(difference.new)
    existing = [one for one in after.findings if one.suppressed is None and one not in known]
    parts = [
        Part(f"## {_verdict(difference, new)}\n"),
        *_policy(difference, after_link),
        *_errors(
            difference.errors,
            "could not be used",
            "leastscope may not have compared the app of this file.",
            after_link,
        ),
        *_errors(difference.errors_before, "could not be used at the base", "", before_link),
        *_permissions(difference, before_link, after_link),
        *_costs(judged(difference)),
        *patch_part(patch),
        *_found(new, after_link),
        *_closed(existing, "{} that existed before this change", after_link),
        *_closed(difference.fixed, _NO_MORE if difference.errors else "{} fixed", before_link),
        *_gaps(difference, after_link),
        Part(_foot(difference, after)),
    ]
    return document(parts, limit)


def _verdict(difference: Difference, new: Sequence[Finding]) -> str:
    """Return the first line: the mark of what is worst, what happens to permissions, and what else there is."""
    apps = judged(difference)
    lacking = _unique(change.lacking for change in apps)
    broken = counted(len({error.span.path for error in difference.errors}), "file") if difference.errors else ""
    counting = [finding for finding in new if finding.level != "note"]
    hidden = sum(not gap.in_tests for gap in difference.new_gaps)
    if lacking or broken or difference.loosened:
        mark = MARKS["error"]
    elif counting or difference.errors_before or hidden:
        mark = MARKS["warning"]
    else:
        mark = MARKS["note"] if any(one.standing == "undeclared" for change in apps for one in change.added) else "✅"
    told = f"This change {_effect(apps, lacking)}"
    if broken:
        told = f"{broken} could not be used; judging by the other files, t{told[1:]}"
    if hidden:
        told = f"{counted(hidden, 'new place')} could not be analyzed; judging by the rest, t{told[1:]}"
    if difference.loosened:
        told = f"This change loosens the policy; judging by the base, {told[:1].lower()}{told[1:]}"
    also = f"; it adds {counted(len(counting), 'other finding' if lacking else 'new finding')}" if counting else ""
    return f"{mark} {told}{also}"


def _effect(apps: Sequence[AppChange], lacking: Sequence[str]) -> str:
    """Return what a change does to permissions, the worst part of it."""
    if lacking:
        verb = "is" if len(lacking) == 1 else "are"
        return f"needs {counted(len(lacking), 'permission')} that {verb} not granted: {_lacking(apps, lacking)}"
    if added := _unique(change.added for change in apps):
        standings = {need.standing for change in apps for need in change.added}
        granted = {grant.name for change in apps for grant in change.granted}
        held = f", {_STANDS[min(standings)]}" if len(standings) == 1 else ""
        if not granted.isdisjoint(added) and held:
            held = ", granted with it" if granted.issuperset(added) else ", granted"
        return f"needs {counted(len(added), 'more permission')}{held}: {names(added)}"
    if dropped := _unique(change.dropped for change in apps):
        kept = _unique([one for one in change.dropped if one.standing == "granted"] for change in apps)
        still = " (still granted)" if kept == dropped else f" (still granted: {names(kept)})" if kept else ""
        return f"needs {counted(len(dropped), 'permission')} less: {names(dropped)}{still}"
    if granted_now := sorted({grant.name for change in apps for grant in change.granted}):
        return f"grants {counted(len(granted_now), 'more permission')}: {names(granted_now)}"
    if revoked := sorted({grant.name for change in apps for grant in change.revoked}):
        return f"grants {counted(len(revoked), 'permission')} less: {names(revoked)}"
    return "does not change any permission"


def _lacking(apps: Sequence[AppChange], lacking: Sequence[str]) -> str:
    """Return the permissions that are lacking, each with what it is raised from, and whether the need is only inferred."""
    needs = [need for change in apps for need in change.lacking]
    marks = {}
    for name in lacking:
        of_name = [need for need in needs if need.permission == name]
        raised = sorted({need.raises for need in of_name} - {""})
        told = [f"raise {names(raised)}"] if raised else []
        told += ["inferred"] if all(need.inferred for need in of_name) else []
        marks[name] = f" ({', '.join(told)})" if told else ""
    return names(lacking, marks=marks)


def _unique(needs: Iterable[Iterable[NeedChange]]) -> list[str]:
    return sorted({need.permission for need in chain.from_iterable(needs)})


def _policy(difference: Difference, link: Link) -> list[Part]:
    """Return what the change alters of how it is judged, what loosens it first."""
    rows = tuple(
        f"- {MARKS['error' if change.loosens else 'note']} {place_link(change.span, link)}: "
        f"{prose(sentence(change.text))}\n"
        for change in sorted(difference.policy, key=lambda change: (not change.loosens, change))
    )
    verb = "loosens" if difference.loosened else "alters"
    head = f"**This change {verb} the policy; leastscope judges by the base:**\n\n"
    return folded(Part(head, rows, "policy change"), _SHOWN) if rows else []


def _errors(errors: Sequence[InputError], what: str, effect: str, link: Link) -> list[Part]:
    files = counted(len({error.span.path for error in errors}), "file")
    part = errors_part(f"**{files} {what}:**", ((error, effect) for error in errors), link)
    return folded(part, _SHOWN)


def _permissions(difference: Difference, before_link: Link, after_link: Link) -> list[Part]:
    """Return which apps change, and the table of permissions: what is lacking first, then app by app."""
    apps = judged(difference)
    several = len(apps) > 1
    notable = [one for one in apps if not several or one.declared in {"added", "removed"} or one.before]
    rows: list[tuple[bool, str]] = []
    for change in apps:
        places = _places(difference, change, before_link, after_link)
        marks = signs(change)
        app = code(change.app.name) if change.app.name else prose(f"{change.app.system}, not declared")
        for permission, phrase in phrases(change).items():
            mark, level = marks[permission]
            told = f"**{prose(phrase)}**" if level == "error" else prose(phrase)
            cells = (f"`{mark}`", code(permission), *([app] if several else []), told, places.get(permission, ""))
            rows.append((level != "error", row(*cells)))
    head = header("", "permission", *(["app"] if several else []), "what happens", "where")
    ordered = tuple(text for _, text in sorted(rows, key=lambda one: one[0]))
    return [
        *folded(Part("", tuple(f"{prose(sentence(app_words(one)))}\n\n" for one in notable), "app"), _SHOWN),
        *folded(Part(head, ordered, "permission"), _SHOWN),
    ]


def _places(difference: Difference, change: AppChange, before_link: Link, after_link: Link) -> dict[str, str]:
    """Return the cell that shows where, for each permission: where it is needed, else where it is granted."""
    advice = {need.permission: [prose(finding.advice)] for need, finding in lacks(difference, change)}
    places = {grant.name: place_link(grant.span, before_link) for grant in change.revoked}
    places |= {grant.name: place_link(grant.span, after_link) for grant in change.granted}
    places |= {need.permission: _uses(need.uses, before_link, []) for need in change.dropped}
    for need in (*change.lost, *change.added):
        places[need.permission] = _uses(need.uses, after_link, advice.get(need.permission, []))
    return places


def _uses(uses: Sequence[Use], link: Link, advice: Sequence[str]) -> str:
    """Return the place that shows best why a permission is needed, with the way to it and the other places."""
    first, *rest = sorted(uses, key=straight)
    places = sorted({(use.span, use.operation) for use in rest if use.span != first.span})
    related = [Step(span, operation) for span, operation in places]
    known = web_link(prose(first.requirement.certainty), first.requirement.source)
    shown = f"{place_link(first.span, link)} {code(first.operation)}"
    return where(shown, first.evidence, related, [known, *advice], link)


def _costs(apps: Sequence[AppChange]) -> list[Part]:
    """Return what adding a permission takes, once for all the apps of which it is true."""
    costs: dict[tuple[str, str], list[str]] = {}
    for change in apps:
        if change.cost:
            costs.setdefault((change.cost.text, change.cost.source), []).append(change.app.name)
    lines = tuple(
        f"**What adding a permission{f' to {names(owners)}' if len(apps) > 1 else ''} takes:** "
        f"{prose(sentence(text))} ({web_link('source', source)})\n\n"
        for (text, source), owners in costs.items()
    )
    return folded(Part("", lines, "cost"), _SHOWN)


def _found(new: Sequence[Finding], link: Link) -> list[Part]:
    part = findings_part(new, link)
    title = f"### {counted(len(new), 'new finding')}\n"
    return [Part(title), *folded(part, _SHOWN)] if new else []


def _closed(findings: Sequence[Finding], title: str, link: Link) -> list[Part]:
    part = findings_part(findings, link)
    closed = title.format(counted(len(findings), "finding"))
    return [Part(part.head, part.rows, part.noun, closed)] if findings else []


def _gaps(difference: Difference, link: Link) -> list[Part]:
    """Return the new gaps, in full view where they are not in tests alone."""
    parts = gaps_part(difference.new_gaps, link, "{} more that could not be analyzed")
    if all(gap.in_tests for gap in difference.new_gaps):
        return parts
    title = f"### {counted(len(difference.new_gaps), 'new place')} could not be analyzed\n"
    return [Part(title), *(shown for part in parts for shown in folded(Part(part.head, part.rows, part.noun), _SHOWN))]


def _foot(difference: Difference, after: Report) -> str:
    base = difference.base
    name, commit = code(short(base.name)), code(base.commit[:_SHORT])
    at = f"merge base {commit}" if base.merge_base else commit
    text = name if base.commit.startswith(base.name) else f"{name} ({at})"
    return f"<sub>leastscope {prose(difference.version)} · compared with {text} · {prose(reading(after))}</sub>\n"
