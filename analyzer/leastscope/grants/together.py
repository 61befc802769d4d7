"""Applies the fixes of several findings, one after the other, each to the text that the one before it has left.

Places are those of the files as they were scanned; what an edit moves is moved along. A fix that is not certain any more
in the changed text is left out: the next scan finds it again. Nothing is written to a file.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.document.tree import Text, decode
from leastscope.grants.edits import change_of
from leastscope.grants.rows import apply, ends
from leastscope.model import Grant, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leastscope.grants.edits import Papers, TextChange
    from leastscope.model import App, AppResult, Finding

_MARK = b"\xef\xbb\xbf"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""What `patch` and `git apply` count as a line; a carriage return or a form feed alone ends none."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_LAST = "missing-grant"
"""What takes away comes first, so that a list is never asked for the place of an item that is about to go."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The texts of the files that fixes change, as they were and as they are then, and the findings that were fixed.

    A text is that of the whole file: encoded it gives the bytes, a byte order mark included.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Shift:
    """Where the places of a text are after a change."""

    change: TextChange
    after: Text

    def moved(self, span: Span) -> Span:
        before = self.change.text
        if span.path != before.path or span.end_line > len(before.starts):
            return span
        start, end = ends(before, span)
        return self.after.span(start + self._grown(start, inclusive=True), end + self._grown(end, inclusive=False))

    def _grown(self, offset: int, *, inclusive: bool) -> int:
        """Count what is added before an offset; what is put in right there counts only where it is `inclusive`."""
        return sum(
            len(new) - (end - start)
            for start, end, new in self.change.changes
            if end < offset or (end == offset and (inclusive or start < end))
        )

    def app(self, app: App) -> App:
        return replace(
            app,
            span=self.moved(app.span) if app.span else None,
            grants=tuple(replace(grant, span=self.moved(grant.span)) for grant in app.grants),
            asked_at=tuple(map(self.moved, app.asked_at)),
        )

    def added(self) -> Span:
        """Give the place of the name that was added."""
        name = self.change.step.new
        for start, _, new in sorted(self.change.changes):
            if name in new:
                at = start + self._grown(start, inclusive=False) + new.index(name)
                return self.after.span(at, at + len(name))
        return self.after.span(0, 0)


def fixed_together(findings: Iterable[Finding], results: Iterable[AppResult], papers: Papers) -> Fixed:
    """Apply the fixes that the findings have."""
    apps = {(result.app.system, result.app.name): result.app for result in results}
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    shifts: list[_Shift] = []
    done: list[Finding] = []
    fixable = sorted((one for one in findings if one.fix), key=lambda one: (one.rule == _LAST, one.span))
    for finding in fixable:
        app, span = apps[finding.system, finding.app], finding.span
        for shift in shifts:
            span = shift.moved(span)
        if finding.rule == _LAST and _is_granted(finding.permission, app, papers):
            continue
        change = change_of(replace(finding, span=span), app, _reading(papers, after))
        text = decode(change.text.path, apply(change.text.content, change.changes).encode()) if change else None
        if change is None or not isinstance(text, Text):
            continue
        shift = _Shift(change, text)
        before.setdefault(text.path, change.text.content)
        after[text.path] = text.content
        own = (finding.system, finding.app)
        # Before the places move: the next entry may move to where the grant that goes has stood.
        apps[own] = _without_old(app, change)
        apps = {key: shift.app(one) for key, one in apps.items()}
        if not change.step.old:
            added = Grant(change.step.new, shift.added())
            apps[own] = replace(apps[own], grants=(*apps[own].grants, added))
        shifts.append(shift)
        done.append(finding)
    marks = {path: "\ufeff" for path in after if (papers.read(path) or b"").startswith(_MARK)}

    def whole(texts: Mapping[str, str]) -> Mapping[str, str]:
        return {path: marks.get(path, "") + text for path, text in texts.items()}

    return Fixed(whole(before), whole(after), tuple(done))


def unified(fixed: Fixed) -> str:
    """Give the changes as a unified diff; a last line without a line break is marked as `diff` does."""
    return "".join(_unified(path, fixed) for path in sorted(fixed.after))


def _unified(path: str, fixed: Fixed) -> str:
    before, after = (_LINE.findall(text) for text in (fixed.before[path], fixed.after[path]))
    lines = difflib.unified_diff(before, after, _named(f"a/{path}"), _named(f"b/{path}"))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _named(path: str) -> str:
    """Write a path as git does: in quotes if a character would end it, with a tab if a space would."""
    quoted = "".join(
        _ESCAPES.get(char, f"\\{ord(char):03o}" if char < " " or char == "\x7f" else char) for char in path
    )
    if quoted != path:
        return f'"{quoted}"'
    return f"{path}\t" if " " in path else path


def _is_granted(name: str, app: App, papers: Papers) -> bool:
    """Whether a fix before this one has put the permission there."""
    resolve = papers.systems[app.system].vocabulary.resolve
    return any(resolve(grant.name) == name for grant in app.grants)


def _reading(papers: Papers, after: Mapping[str, str]) -> Papers:
    """Give the papers with the changed texts in the place of the files."""

    def read(path: str) -> bytes | None:
        return after[path].encode() if path in after else papers.read(path)

    return replace(papers, read=read, texts={}, documents={}, lonely={})


def _without_old(app: App, change: TextChange) -> App:
    """Give an app whose grant at the place of a change is gone, or has its new name."""
    step, place = change.step, change.place
    if not step.old:
        return app
    if not step.new:
        return replace(app, grants=tuple(grant for grant in app.grants if grant.span != place))
    return replace(
        app, grants=tuple(replace(grant, name=step.new) if grant.span == place else grant for grant in app.grants)
    )
