"""A report as JUnit's XML, as test dashboards read it: a suite for each app, and a case for each permission and finding.

The elements are those that Jenkins, GitLab and Azure Pipelines read (https://github.com/testmoapp/junitxml, read
2026-11-28). An error or a warning is a failure. A note is a case that passes and says something. A gap, a suppressed
finding and what was not read are skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from leastscope.kinds import GAP_BY_NAME
from leastscope.report.hyperlinks import place
from leastscope.report.page import words
from leastscope.report.remarks import policy_words
from leastscope.report.sentences import full_message, not_read, sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.model import Finding, Report, Span

_NO_APP = "other"


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case: its name and place, the element that says how it ended ("": it passed), and what that says."""

    name: str
    span: Span | None = None
    ended: str = ""
    message: str = ""
    type: str = ""


def render_junit(report: Report) -> str:
    """Return a report as XML."""
    suites = _suites(report)
    totals = _counts([case for cases in suites.values() for case in cases])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="leastscope"{totals}>']
    for name, cases in suites.items():
        lines.append(f"  <testsuite{_attribute('name', name)}{_counts(cases)}>")
        lines += [line for case in cases for line in _lines(case, name)]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(report: Report) -> dict[str, list[_Case]]:
    """Return the cases by suite: those of each app, then what belongs to none."""
    suites: dict[str, list[_Case]] = {}
    for result in sorted(report.apps, key=lambda one: (one.app.system, one.app.root, one.app.name)):
        cases = suites.setdefault(_suite(result.app.system, result.app.name), [])
        cases += [_Case(f"{name} is needed and granted", result.app.span) for name in result.met]
    for finding in sorted(report.findings, key=weight):
        suites.setdefault(_suite(finding.system, finding.app), []).append(_finding(finding))
    rest = [*_errors(report), *_policy(report), *_gaps(report), *_unread(report)]
    if rest or not suites:
        suites.setdefault(_NO_APP, []).extend(rest or [_Case("no findings")])
    return suites


def _suite(system: str, app: str) -> str:
    return " ".join(part for part in (system, app) if part) or _NO_APP


def _finding(finding: Finding) -> _Case:
    named = " ".join(part for part in (finding.rule, finding.permission) if part)
    if finding.suppressed is not None:
        return _Case(named, finding.span, "skipped", f"Suppressed: {finding.suppressed or 'no reason is given'}")
    ended = "system-out" if finding.level == "note" else "failure"
    return _Case(named, finding.span, ended, full_message(finding), finding.level)


def _errors(report: Report) -> Iterator[_Case]:
    for error in sorted(report.errors, key=lambda error: (error.span, error.message)):
        yield _Case("file can be used", error.span, "error", sentence(error.message), "error")


def _policy(report: Report) -> Iterator[_Case]:
    for change in report.policy:
        ended, level = ("failure", "error") if change.loosens else ("system-out", "note")
        yield _Case("policy", change.span, ended, sentence(policy_words(change)), level)


def _gaps(report: Report) -> Iterator[_Case]:
    for gap in sorted(report.inventory.gaps, key=lambda gap: (gap.span, gap.kind, gap.system, gap.reason)):
        known = GAP_BY_NAME.get(gap.kind)
        advice = f" {known.action}" if known else ""
        yield _Case(f"gap {gap.kind}", gap.span, "skipped", f"{sentence(gap.reason)}{advice}")


def _unread(report: Report) -> Iterator[_Case]:
    for one in sorted(report.inventory.unread):
        yield _Case(f"not read: {one.reason}", None, "skipped", f"Not read: {not_read(one)}.")


def _counts(cases: list[_Case]) -> str:
    """Return the attributes that count the cases."""
    ended = [case.ended for case in cases]
    counts = (("tests", len(cases)), ("failures", ended.count("failure")), ("errors", ended.count("error")))
    return "".join(f' {name}="{count}"' for name, count in (*counts, ("skipped", ended.count("skipped"))))


def _lines(case: _Case, suite: str) -> Iterator[str]:
    """Return the element of a case; the name has its place, for a dashboard takes two cases of one name for one."""
    at = f" at {place(case.span)}" if case.span else ""
    where = f"{_attribute('file', case.span.path)}{_attribute('line', str(case.span.line))}" if case.span else ""
    start = f"    <testcase{_attribute('classname', suite)}{_attribute('name', case.name + at)}{where}"
    if not case.ended:
        yield f"{start}/>"
        return
    yield f"{start}>"
    text = f"{place(case.span)}: {case.message}" if case.span else case.message
    if case.ended == "system-out":
        yield f"      <system-out>{_xml(text)}</system-out>"
    elif case.ended == "skipped":
        yield f"      <skipped{_attribute('message', case.message)}/>"
    else:
        said = f"{_attribute('type', case.type)}{_attribute('message', case.message)}"
        yield f"      <{case.ended}{said}>{_xml(text)}</{case.ended}>"
    yield "    </testcase>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_xml(value)}"'


def _xml(text: str) -> str:
    """Return a text as XML; the two characters that no escape makes good are replaced."""
    return escape(words(text)).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
