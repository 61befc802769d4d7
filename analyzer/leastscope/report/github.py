"""Annotations as GitHub's runner reads them from a log: workflow commands, one a line.

How a command is written, and what the runner does with it, was read on 2026-11-22 in
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and in the runner itself
(https://github.com/actions/runner, `ActionCommand.cs`, `ActionCommandManager.cs`): a column is refused where the last
line is another one than the first; ten annotations of each level are shown for a step, and the rest is dropped.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.report.escape import visible
from leastscope.report.hyperlinks import NO_LINKS
from leastscope.report.page import counted, words
from leastscope.report.remarks import POLICY
from leastscope.report.sentences import full_message, not_read, sentence
from leastscope.report.weight import by_level, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leastscope.model import Finding, InputError, Level, Span, Unread
    from leastscope.report.remarks import Remark

_SHOWN = 10
_PLACES = 3
_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True)
class _Annotation:
    level: Level
    span: Span
    title: str
    message: str


def render_github(  # noqa: PLR0913 - what is told, and how much room there is
    findings: Sequence[Finding],
    errors: Sequence[InputError],
    is_changed: Callable[[Span], bool],
    *,
    remarks: Sequence[Remark] = (),
    unread: Sequence[Unread] = (),
    reserved: int = 0,
) -> str:
    """Return workflow commands: what could not be read, a policy that is altered, then the findings that count, and gaps.

    Findings in lines that are changed come first, then those of a higher level. Of each level there are no more than
    GitHub shows in a step, less the `reserved` errors that the caller writes; the last one counts those left out. One
    notice counts what was `unread`.
    """
    left = by_level(findings)
    left["error"] += len(errors)
    told = {finding.span for finding in findings}
    remarks = [one for one in remarks if one.kind == POLICY or one.span not in told]
    left.update(one.level for one in remarks)
    kept = {"error": max(reserved, 0), "warning": 0, "note": 1 if unread else 0}
    room = {level: _SHOWN - kept[level] for level in _COMMANDS}
    lines: list[str] = []
    for one in _annotations(findings, errors, is_changed, remarks):
        if room[one.level] > (1 if left[one.level] > 1 else 0):
            lines.append(_command(one))
            room[one.level] -= 1
            left[one.level] -= 1
    lines += [_more(level, left[level]) for level in _COMMANDS if left[level] and room[level] > 0]
    lines += [f"::notice title=leastscope::Not read: {_data(', '.join(map(not_read, unread)))}"] if unread else []
    return "".join(f"{line}\n" for line in lines)


def quiet(text: str) -> str:
    """Return lines for a log in which nothing is a command, whatever the scanned code says."""
    token = secrets.token_hex(16)
    end = "" if text.endswith("\n") else "\n"
    return f"::stop-commands::{token}\n{text}{end}::{token}::\n"


def render_failure(message: str) -> str:
    """Return the workflow command for an error that stands at no line: why a run failed, or could not be made."""
    return f"::error title=leastscope::{_data(words(message))}\n"


def _annotations(
    findings: Sequence[Finding],
    errors: Sequence[InputError],
    is_changed: Callable[[Span], bool],
    remarks: Sequence[Remark],
) -> Iterator[_Annotation]:
    for error in sorted(errors, key=lambda error: (error.span, error.message)):
        message = words(sentence(error.message))
        yield _Annotation("error", error.span, "leastscope: this file could not be used", message)
    yield from (_of_remark(one) for one in remarks if one.kind == POLICY)
    shown = [finding for finding in findings if finding.suppressed is None]
    for finding in sorted(shown, key=lambda finding: (not is_changed(finding.span), *weight(finding))):
        title = f"leastscope: {finding.rule} {words(finding.permission)}".rstrip()
        yield _Annotation(finding.level, finding.span, title, "\n".join(_message(finding)))
    yield from (_of_remark(one) for one in remarks if one.kind != POLICY)


def _of_remark(one: Remark) -> _Annotation:
    title = "leastscope: policy" if one.kind == POLICY else f"leastscope: not analyzed ({one.kind})"
    return _Annotation(one.level, one.span, title, words(sentence(one.text)))


def _message(finding: Finding) -> Iterator[str]:
    """Give the lines of a message: what is wrong and what to do, what happens at the place, and where else it does."""
    yield words(full_message(finding))
    if len(finding.evidence) > 1 and finding.evidence[-1].span == finding.span:
        yield words(sentence(finding.evidence[-1].note))
    if finding.related:
        yield f"Also at {NO_LINKS.places(sorted({step.span for step in finding.related}), _PLACES)}."


def _command(one: _Annotation) -> str:
    span = one.span
    where = {"file": visible(span.path), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        where |= {"col": str(span.column), "endColumn": str(span.end_column)}
    pairs = ",".join(f"{key}={_property(value)}" for key, value in (where | {"title": one.title}).items())
    return f"::{_COMMANDS[one.level]} {pairs}::{_data(one.message)}"


def _more(level: Level, count: int) -> str:
    noun = {"error": "more error", "warning": "more warning", "note": "more note"}[level]
    return f"::{_COMMANDS[level]} title=leastscope::{counted(count, noun)}: see the job summary"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
