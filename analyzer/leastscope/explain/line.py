"""What a scan found in one line of a file, and, where it did not read the file, why."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.inventory import inventory_of
from leastscope.kinds import GAP_BY_NAME, UNREAD
from leastscope.model import Passage, Row
from leastscope.pipeline import scan
from leastscope.runs import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.model import EventNeed, Finding, Gap, Need, Parameter, Report, Span, Step, TokenRequest
    from leastscope.request import Request, Trees
    from leastscope.runs import Run


def of_line(path: str, line: int, request: Request, trees: Trees | None) -> tuple[Passage, ...]:
    """Explain a line: the status of its file, and its requests, events, gaps and findings.

    `path` is relative to the working directory of the request, or absolute.
    """
    file = Path(os.path.realpath(request.cwd / path))
    shown = Path(os.path.relpath(file, os.path.realpath(request.cwd))).as_posix()
    known: Trees = {} if trees is None else trees
    run = start(replace(request, kept=None), known)  # what is known of expressions is not kept
    inventory_of(run)
    report = scan(request, known)
    here = Passage(f"'{shown}' line {line}", (Row(_status(run, shown, report)),))
    found = [*_found(report, shown, line)]
    nothing = Passage("here", (Row("no request, event, gap or finding"),))
    return (here, *(found or [nothing]), *_known(run, shown, line))


def _known(run: Run, path: str, line: int) -> Iterator[Passage]:
    """What the evaluation knows of the expressions of the line, and where it knows that from."""
    rows: list[Row] = []
    before: tuple[Step, ...] = ()
    for one, trail in () if run.known is None else run.known(path, line):
        rows += [_step(one), *(_step(step, 2) for step in trail if trail != before)]
        before = trail
    if rows:
        yield Passage("what is known of the expressions, whoever calls the code", tuple(rows))
    told = () if run.by_caller is None else tuple(run.by_caller(path, line))
    if told:
        yield Passage("what calls of the function give instead, each at its place", tuple(_step(one) for one in told))


def _step(step: Step, depth: int = 1) -> Row:
    return Row(step.note, step.span, depth)


def _status(run: Run, path: str, report: Report) -> str:
    """Say whether the file was read, else why not."""
    if path in run.modules:
        return "the file was read"
    gap = next((gap for gap in report.inventory.gaps if gap.span.path == path), None)
    if gap is not None:
        return f"the file was not read: {gap.reason}"
    if path in run.sources.files:
        return "the file was not read: it names no API that leastscope knows, and no name that leads to one"
    for one in run.tree.unread:
        if any(path == left or path.startswith(f"{left}/") for left in one.paths):
            return f"the file was not read: it belongs to the {UNREAD[one.reason][1]}"
    read = {file.path for kind in (run.tree.manifests, run.tree.texts, run.tree.locks) for file in kind}
    return "the file was read, and is no Python" if path in read else "the file is not one that leastscope reads"


def _found(report: Report, path: str, line: int) -> Iterator[Passage]:
    def is_here(span: Span) -> bool:
        return span.path == path and span.line <= line <= span.end_line

    inventory = report.inventory
    yield from (_request(need) for need in inventory.needs if is_here(need.request.span))
    yield from (_event(one) for one in inventory.events if is_here(one.use.span))
    yield from (_token(one) for one in inventory.tokens if is_here(one.span))
    yield from (_gap(gap) for gap in inventory.gaps if is_here(gap.span))
    yield from (_finding(one, report) for one in report.findings if is_here(one.span))


def _request(need: Need) -> Passage:
    sent = need.request
    asked = [f"needs {' or '.join(one.any_of)} ({one.certainty}, {one.strength})" for one in need.requirements]
    rows = [Row(text) for text in asked] or [Row("needs no permission" if need.covered else "no permission covers it")]
    rows.append(Row(f"sent with the credential '{sent.credential}', on this account: {sent.account}"))
    rows += [_parameter(one) for one in sent.parameters]
    rows.append(Row("no other parameter is passed" if sent.closed else "other parameters may be passed"))
    way = [Row(step.note, step.span, 2) for step in sent.evidence]
    return Passage(
        f"request {sent.verb} {need.path} ({sent.system}, {sent.resolution})", (*rows, Row("found by"), *way)
    )


def _parameter(one: Parameter) -> Row:
    return Row(f"parameter '{one.key}': {one.value if one.known else 'not known'}", one.span)


def _event(event: EventNeed) -> Passage:
    asked = [Row(f"needs {' or '.join(one.any_of)} ({one.certainty})") for one in event.requirements]
    way = [Row(step.note, step.span, 2) for step in event.use.evidence]
    return Passage(f"event {event.use.event} ({event.use.system}, {event.use.how})", (*asked, *way))


def _token(token: TokenRequest) -> Passage:
    rows = [_parameter(one) for one in token.parameters]
    return Passage(f"request for a token ({token.system})", (*rows, *(Row(s.note, s.span, 2) for s in token.evidence)))


def _gap(gap: Gap) -> Passage:
    return Passage(f"gap {gap.kind}", (Row(gap.reason, gap.span), Row(GAP_BY_NAME[gap.kind].action)))


def _finding(finding: Finding, report: Report) -> Passage:
    advice = [Row(finding.advice)] if finding.advice else []
    hidden = [Row(f"suppressed: {finding.suppressed}")] if finding.suppressed is not None else []
    apps = [one.app for one in report.apps if (one.app.system, one.app.name) == (finding.system, finding.app)]
    places = [(app.span or app.grants[0].span) for app in apps if app.span or app.grants]
    declared = [Row(f"app '{finding.app}' is declared here", place) for place in places[:1]]
    return Passage(f"{finding.level} {finding.rule}", (Row(finding.message, finding.span), *advice, *hidden, *declared))
