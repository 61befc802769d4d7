"""Findings, gaps and errors as CSV (RFC 4180), a row each, for spreadsheets and scripts."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from leastscope.report.page import words
from leastscope.report.remarks import policy_words
from leastscope.report.sentences import not_read, sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.model import Finding, Gap, InputError, PolicyChange, Span, Unread

COLUMNS = (
    *("type", "level", "kind", "system", "app", "permission", "certainty", "file", "line", "column"),
    *("message", "advice", "suppressed", "fingerprint"),
)
_FORMULAS = ("=", "+", "-", "@")


def render_csv(
    findings: Iterable[Finding],
    gaps: Iterable[Gap],
    errors: Iterable[InputError],
    policy: Iterable[PolicyChange] = (),
    unread: Iterable[Unread] = (),
) -> str:
    """Return a row for each error in a file, change of the policy, finding and gap, and each reason for what is `unread`.

    Suppressed findings have their reason in a column.
    """
    text = StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    problems = (*_error_rows(errors), *_policy_rows(policy), *_finding_rows(findings))
    for row in (*problems, *_gap_rows(gaps), *_unread_rows(unread)):
        table.writerow([_cell(value) for value in row])
    return text.getvalue()


def _error_rows(errors: Iterable[InputError]) -> Iterator[Sequence[str]]:
    for error in sorted(errors, key=lambda error: (error.span, error.message)):
        yield ("error", "error", "", "", "", "", "", *_place(error.span), sentence(error.message), "", "", "")


def _policy_rows(policy: Iterable[PolicyChange]) -> Iterator[Sequence[str]]:
    for change in policy:
        level = "error" if change.loosens else "note"
        yield ("policy", level, "", "", "", "", "", *_place(change.span), sentence(policy_words(change)), "", "", "")


def _finding_rows(findings: Iterable[Finding]) -> Iterator[Sequence[str]]:
    for one in sorted(findings, key=weight):
        named = (one.rule, one.system, one.app, one.permission, one.certainty)
        reason = "" if one.suppressed is None else one.suppressed or "yes"
        yield (
            *("finding", one.level, *named, *_place(one.span)),
            *(sentence(one.message), one.advice, reason, one.fingerprint),
        )


def _gap_rows(gaps: Iterable[Gap]) -> Iterator[Sequence[str]]:
    for gap in sorted(gaps, key=lambda gap: (gap.span, gap.kind, gap.system, gap.reason)):
        yield ("gap", "", gap.kind, gap.system, "", "", "", *_place(gap.span), sentence(gap.reason), "", "", "")


def _unread_rows(unread: Iterable[Unread]) -> Iterator[Sequence[str]]:
    for one in sorted(unread):
        yield (
            "unread",
            "",
            one.reason,
            "",
            "",
            "",
            "",
            (one.new or one.paths)[0],
            "",
            "",
            sentence(not_read(one)),
            "",
            "",
            "",
        )


def _place(span: Span) -> tuple[str, str, str]:
    return span.path, str(span.line), str(span.column)


def _cell(value: str) -> str:
    """Return a value with hidden characters visible; one that a spreadsheet would run as a formula gets an apostrophe."""
    shown = words(value)
    return f"'{shown}" if shown.startswith(_FORMULAS) else shown
