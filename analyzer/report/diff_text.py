"""The difference of two states for people: what each app needs more or less, why, and what that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model import Step
from analyzer.report.page import Page, counted, error_block, joined, place, words
from analyzer.report.sentences import sentence
from analyzer.report.snippet import Paint, display_width, wrap
from analyzer.report.source import Sources
from analyzer.report.text_finding import Shown, finding_block, place_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from analyzer.diff import AppChange, Difference, NeedChange, State
    from analyzer.model import Finding, Level, Requirement, Use

_LEVELS: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}
_FIXED_LIMIT = 20
_NAME_WIDTH = 40
_SHORT = 10
_STANDINGS = {
    "granted": "granted already",
    "included": "included in what is granted",
    "accepted": "not granted, which is accepted",
    "missing": "not granted",
    "undeclared": "",
}


def render_diff_text(
    difference: Difference,
    before: Callable[[str], str | None],
    after: Callable[[str], str | None],
    *,
    color: bool,
    width: int = 80,
) -> str:
    """Return a difference as text of at most `width` columns, where words and paths allow it.

    `before` and `after` give the decoded text of a file at the base and at the head, or None. Where nothing changes it
    is one line.
    """
    paint = Paint(color)
    old, new = Page(Sources(before), paint, width), Page(Sources(after), paint, width)
    title = f"{_base(difference.base)} -> {_head(difference.head)}"
    if difference.is_empty:
        known = f" ({counted(difference.unchanged, 'finding')} as before)" if difference.unchanged else ""
        return joined([wrap(f"{title}: nothing changes{known}", width)])
    told = {id(finding) for change in difference.apps for _, finding in _lacks(difference, change)}
    others = [finding for finding in difference.new if id(finding) not in told]
    return joined(
        [
            [paint("bold", line) for line in wrap(title, width)],
            *(
                error_block(error, new, consequence="Its app may not have been compared.")
                for error in difference.errors
            ),
            *(block for change in difference.apps for block in _app(difference, change, old, new)),
            *(finding_block(finding, None, None, new, name_app=False) for finding in sorted(others, key=_weight)),
            _fixed(difference.fixed, new),
            _totals(difference, new),
        ]
    )


def _base(state: State) -> str:
    name = words(state.name)
    commit = state.commit[:_SHORT]
    if state.merge_base:
        return f"{_cut(name)} (merge base {commit})"
    return commit if state.commit.startswith(name) else f"{name} ({commit})"


def _head(state: State) -> str:
    return _base(state) if state.commit else "work tree"


def _cut(name: str) -> str:
    return name[:_SHORT] if len(name) >= 40 and set(name) <= set("0123456789abcdef") else name


def _weight(finding: Finding) -> tuple[object, ...]:
    return (_LEVELS[finding.level], finding.span, finding.rule, finding.app, finding.permission, finding.message)


def _app(difference: Difference, change: AppChange, old: Page, new: Page) -> Iterable[list[str]]:
    """Return the blocks of one app: what changes at a glance, then each permission with its places."""
    yield _summary(change, new)
    lacks = _lacks(difference, change)
    for need, finding in lacks:
        yield finding_block(finding, None, _cause(finding, need.uses), new, name_app=False)
    told = {need.permission for need, _ in lacks}
    for need in (*change.added, *change.lost):
        if need.permission not in told:
            yield _need("+", need, _phrases(change)[need.permission], new)
    for need in change.dropped:
        gone = "this place is gone" if len({use.span for use in need.uses}) == 1 else "these places are gone"
        yield _need("-", need, f"{_phrases(change)[need.permission]}; {gone}", old)


def _lacks(difference: Difference, change: AppChange) -> list[tuple[NeedChange, Finding]]:
    """Return what is missing with the new findings that tell of it."""
    needs = {need.permission: need for need in change.lacking}
    key = ("missing-grant", change.app.name, change.app.system)
    found = [finding for finding in difference.new if (finding.rule, finding.app, finding.system) == key]
    return [(needs[one.permission], one) for one in sorted(found, key=_weight) if one.permission in needs]


def _cause(finding: Finding, uses: Iterable[Use]) -> tuple[str, Requirement] | None:
    return next(((use.operation, use.requirement) for use in uses if use.span == finding.span), None)


def _summary(change: AppChange, page: Page) -> list[str]:
    """Return an app with a line for each permission that changes, and what adding one takes."""
    app = change.app
    name = f"app '{words(app.name)}' ({words(app.system)})" if app.name else words(app.system)
    note = {"added": " is declared now", "removed": " is declared no more", "never": ", for which nothing is declared"}
    was = f", which was '{words(change.before)}'" if change.before else ""
    lines = [page.paint("bold", line) for line in wrap(f"{name}{was}{note.get(change.declared, '')}", page.width)]
    phrases = _phrases(change)
    column = min(max((display_width(words(name)) for name in phrases), default=0), _NAME_WIDTH) + 6
    for permission, phrase in phrases.items():
        sign, style = _sign(change, permission)
        start = f"  {sign} {words(permission)}".ljust(column)
        head, *more = wrap(phrase, page.width, first=start, rest=" " * column)
        lines += [f"  {page.paint(style, head[2:column].rstrip())}{head[len(start.rstrip()) :]}", *more]
    if change.cost:
        text = f"cost: {words(sentence(change.cost.text))} ({words(change.cost.source)})"
        lines += wrap(text, page.width, first="  = ", rest="    ")
    return lines


def _phrases(change: AppChange) -> dict[str, str]:
    """Return what happens to each permission, in words: what is missing first, then what is more, then what is less."""
    granted = {grant.name for grant in change.granted}
    revoked = {grant.name for grant in change.revoked}
    phrases: dict[str, list[str]] = {}
    for need in (*change.lacking, *change.lost, *change.added):
        first = "needed as before" if need in change.lost else "newly needed"
        held = _STANDINGS[need.standing]
        if need.permission in granted:
            held = "granted by this change"
        elif need.permission in revoked:
            held = "granted no more"
        phrases.setdefault(need.permission, [part for part in (first, held) if part])
    for name in sorted(granted - phrases.keys()):
        phrases[name] = ["granted by this change"]
    for need in change.dropped:
        held = (
            "granted no more" if need.permission in revoked else "still granted" if need.standing == "granted" else ""
        )
        enough = (
            f"{_listed(need.instead)} {'are' if len(need.instead) > 1 else 'is'} enough now" if need.instead else ""
        )
        phrases[need.permission] = [part for part in ("no longer needed", held, enough) if part]
    for name in sorted(revoked - phrases.keys()):
        phrases[name] = ["granted no more"]
    return {name: ", ".join(parts) for name, parts in phrases.items()}


def _sign(change: AppChange, permission: str) -> tuple[str, str]:
    """Return the sign and the color of a permission."""
    if permission in {need.permission for need in change.lacking}:
        return ("!" if permission in {need.permission for need in change.lost} else "+"), "error"
    if permission in {need.permission for need in change.dropped}:
        kept = {need.permission for need in change.dropped if need.standing == "granted"}
        return "-", "warning" if permission in kept else "note"
    return ("-" if permission in {grant.name for grant in change.revoked} else "+"), "note"


def _need(sign: str, need: NeedChange, phrase: str, page: Page) -> list[str]:
    """Return a permission with the first of its places and the way to it; the others are listed."""
    head = f"{sign} {words(need.permission)}"
    first, *more = wrap(f"{head}: {phrase}", page.width)
    lines = [page.paint("note", head) + first[len(head) :], *more]
    use, *others = sorted(need.uses, key=_straight)
    related = tuple(Step(other.span, other.operation) for other in others if other.span != use.span)
    shown = Shown(use.span, "note", need.permission, use.evidence, related, (use.operation, use.requirement))
    return [*lines, *place_lines(shown, page)]


def _straight(use: Use) -> tuple[object, ...]:
    """Order places: what asks for the permission by its name comes first."""
    return (use.permission not in use.requirement.any_of, use.requirement.certainty, use.span, use.operation)


def _fixed(findings: Sequence[Finding], page: Page) -> list[str]:
    """Return a line for each finding that is gone."""
    if not findings:
        return []
    lines = [f"{page.paint('note', 'fixed')}: {counted(len(findings), 'finding')}"]
    for finding in sorted(findings, key=_weight)[:_FIXED_LIMIT]:
        text = f"{finding.level}[{finding.rule}] {place(finding.span)} {words(finding.permission)}"
        lines += wrap(text, page.width, first="  ", rest="    ")
    more = len(findings) - _FIXED_LIMIT
    return [*lines, f"  and {more} more"] if more > 0 else lines


def _totals(difference: Difference, page: Page) -> list[str]:
    counts = f"findings: {len(difference.new)} new, {len(difference.fixed)} fixed, {difference.unchanged} unchanged"
    gaps = f"gaps: {len(difference.new_gaps)} new, {len(difference.gone_gaps)} gone"
    lines = [*_errors_before(difference, page), *wrap(f"{counts}; {gaps}", page.width)]
    lacking: Mapping[str, Sequence[str]] = {
        change.app.name: [need.permission for need in change.lacking] for change in difference.apps if change.lacking
    }
    if not lacking:
        return [*lines, "No app needs more than it is granted."]
    for name, permissions in lacking.items():
        text = f"App '{words(name)}' needs more than it is granted: {_listed(permissions)}"
        lines += [page.paint("error", line) for line in wrap(text, page.width)]
    return lines


def _errors_before(difference: Difference, page: Page) -> list[str]:
    texts = (f"at the base, {place(e.span)} could not be used: {words(e.message)}" for e in difference.errors_before)
    return [line for text in texts for line in wrap(text, page.width)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{words(name)}'" for name in names)
