"""The difference of two states for people: what each app needs more or less, why, and what that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.model import Step, Why
from leastscope.report.diff_words import (
    app_words,
    judged,
    lacks,
    listed,
    other_findings,
    phrases,
    short,
    signs,
    straight,
)
from leastscope.report.hyperlinks import NO_LINKS, Links, place
from leastscope.report.page import Page, counted, error_block, gap_block, joined, words
from leastscope.report.sentences import not_read, sentence
from leastscope.report.snippet import Paint, display_width, wrap
from leastscope.report.source import Sources
from leastscope.report.text_finding import Shown, finding_block, place_lines
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leastscope.diff import AppChange, Difference, NeedChange, State
    from leastscope.model import Finding

_FIXED_LIMIT = 20
_POLICY_LIMIT = 20
_NAME_WIDTH = 40
_SHORT = 10


def render_diff_text(  # noqa: PLR0913 - what is told, and how it looks
    difference: Difference,
    before: Callable[[str], str | None],
    after: Callable[[str], str | None],
    *,
    color: bool,
    width: int = 80,
    links: Links = NO_LINKS,
) -> str:
    """Return a difference as text of at most `width` columns, where words and paths allow it.

    `before` and `after` give the decoded text of a file at the base and at the head, or None. Where nothing changes it
    is one line.
    """
    paint = Paint(color)
    old, new = Page(Sources(before), paint, width), Page(Sources(after), paint, width, links)
    title = f"{_base(difference.base)} -> {_head(difference.head)}"
    if difference.is_empty:
        known = f" ({counted(difference.unchanged, 'finding')} as before)" if difference.unchanged else ""
        return joined([wrap(f"{title}: nothing changes{known}{_unread(difference)}", width)])
    return joined(
        [
            [paint("bold", line) for line in wrap(title, width)],
            _policy(difference, new),
            *(
                error_block(error, new, consequence="leastscope may not have compared the app of this file.")
                for error in difference.errors
            ),
            *(block for change in judged(difference) for block in _app(difference, change, old, new)),
            *(finding_block(finding, None, new, name_app=False) for finding in other_findings(difference)),
            _fixed(difference.fixed, new),
            gap_block(difference.new_gaps, new, noun="new gap"),
            _totals(difference, new),
        ]
    )


def _policy(difference: Difference, page: Page) -> list[str]:
    """Return what the change alters of how it is judged, what loosens it first."""
    if not difference.policy:
        return []
    verb, level = ("loosens", "error") if difference.loosened else ("alters", "note")
    text = f"this change {verb} the policy; leastscope judges by the base"
    first, *more = wrap(f"policy: {text}", page.width)
    lines = [page.paint(level, "policy") + first[len("policy") :], *more]
    for change in sorted(difference.policy, key=lambda change: (not change.loosens, change))[:_POLICY_LIMIT]:
        mark = "!" if change.loosens else "+"
        lines += wrap(
            f"{words(change.text)} ({page.links.place(change.span)})", page.width, first=f"  {mark} ", rest="    "
        )
    left = len(difference.policy) - _POLICY_LIMIT
    return [*lines, f"  and {left} more"] if left > 0 else lines


def _base(state: State) -> str:
    name = words(state.name)
    commit = state.commit[:_SHORT]
    if state.merge_base:
        return f"{short(name)} (merge base {commit})"
    return commit if state.commit.startswith(name) else f"{name} ({commit})"


def _head(state: State) -> str:
    return _base(state) if state.commit else "work tree"


def _app(difference: Difference, change: AppChange, old: Page, new: Page) -> Iterable[list[str]]:
    """Return the blocks of one app: what changes at a glance, then each permission with its places."""
    yield _summary(change, new)
    lacking, happens = lacks(difference, change), phrases(change)
    for _, finding in lacking:
        yield finding_block(finding, None, new, name_app=False)
    told = {need.permission for need, _ in lacking}
    for need in (*change.added, *change.lost):
        if need.permission not in told:
            yield _need("+", need, happens[need.permission], new)
    for need in change.dropped:
        gone = "this place is gone" if len({use.span for use in need.uses}) == 1 else "these places are gone"
        yield _need("-", need, f"{happens[need.permission]}; {gone}", old)


def _summary(change: AppChange, page: Page) -> list[str]:
    """Return an app with a line for each permission that changes, and what adding one takes."""
    lines = [page.paint("bold", line) for line in wrap(app_words(change), page.width)]
    happens, marks = phrases(change), signs(change)
    column = min(max((display_width(words(name)) for name in happens), default=0), _NAME_WIDTH) + 6
    for permission, phrase in happens.items():
        mark, style = marks[permission]
        start = f"  {mark} {words(permission)}".ljust(column)
        head, *more = wrap(phrase, page.width, first=start, rest=" " * column)
        lines += [f"  {page.paint(style, head[2:column].rstrip())}{head[len(start.rstrip()) :]}", *more]
    if change.cost:
        text = f"cost: {words(sentence(change.cost.text))} ({words(change.cost.source)})"
        lines += wrap(text, page.width, first="  = ", rest="    ")
    return lines


def _need(sign: str, need: NeedChange, phrase: str, page: Page) -> list[str]:
    """Return a permission with the first of its places and the way to it; the others are listed."""
    head = f"{sign} {words(need.permission)}"
    first, *more = wrap(f"{head}: {phrase}", page.width)
    lines = [page.paint("note", head) + first[len(head) :], *more]
    use, *others = sorted(need.uses, key=straight)
    related = tuple(Step(other.span, other.operation) for other in others if other.span != use.span)
    shown = Shown(use.span, "note", need.permission, use.evidence, related, Why(use.operation, use.requirement))
    return [*lines, *place_lines(shown, page)]


def _fixed(findings: Sequence[Finding], page: Page) -> list[str]:
    """Return a line for each finding that is gone."""
    if not findings:
        return []
    lines = [f"{page.paint('note', 'fixed')}: {counted(len(findings), 'finding')}"]
    for finding in sorted(findings, key=weight)[:_FIXED_LIMIT]:
        kind = page.links.kind(finding.rule, f"{finding.level}[{finding.rule}]")
        text = f"{kind} {place(finding.span)} {words(finding.permission)}"
        lines += wrap(text, page.width, first="  ", rest="    ")
    more = len(findings) - _FIXED_LIMIT
    return [*lines, f"  and {more} more"] if more > 0 else lines


def _totals(difference: Difference, page: Page) -> list[str]:
    counts = f"findings: {len(difference.new)} new, {len(difference.fixed)} fixed, {difference.unchanged} unchanged"
    gaps = f"gaps: {len(difference.new_gaps)} new, {len(difference.gone_gaps)} gone"
    lines = [*_errors_before(difference, page), *wrap(f"{counts}; {gaps}{_unread(difference)}", page.width)]
    lacking: Mapping[str, Sequence[str]] = {
        change.app.called_first: [need.permission for need in change.lacking]
        for change in difference.apps
        if change.lacking
    }
    if not lacking:
        return [*lines, *wrap(_verdict(difference), page.width)]
    for name, permissions in lacking.items():
        text = f"{words(name)} needs permissions that it is not granted: {listed(permissions)}"
        lines += [page.paint("error", line) for line in wrap(text, page.width)]
    return lines


def _unread(difference: Difference) -> str:
    """Return what is not read at the head, by reason."""
    left = ", ".join(map(not_read, difference.unread))
    return f"; not read: {left}" if left else ""


def _verdict(difference: Difference) -> str:
    """Return how it stands where no app is known to need more; what could not be analyzed may need it all the same."""
    hidden = sum(not gap.in_tests for gap in difference.new_gaps)
    if not hidden:
        return "No app needs a permission that it is not granted."
    return (
        f"No app is known to need a permission that it is not granted, but leastscope could not analyze "
        f"{counted(hidden, 'new place')}."
    )


def _errors_before(difference: Difference, page: Page) -> list[str]:
    texts = (f"at the base, {place(e.span)} could not be used: {words(e.message)}" for e in difference.errors_before)
    return [line for text in texts for line in wrap(text, page.width)]
