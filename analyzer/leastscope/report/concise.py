"""One line for each finding, `path:line:column: level[kind] message`, as editors and problem matchers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.escape import inert
from leastscope.report.hyperlinks import place
from leastscope.report.page import words
from leastscope.report.remarks import POLICY
from leastscope.report.sentences import not_read, sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leastscope.model import Finding, InputError, Unread
    from leastscope.report.remarks import Remark


def render_concise(
    findings: Iterable[Finding],
    errors: Iterable[InputError],
    remarks: Sequence[Remark] = (),
    unread: Sequence[Unread] = (),
) -> str:
    """Return a line for each error in a file, each change of the policy, each finding that counts, and each new gap.

    The worst findings come first; changes of the policy are the first of the remarks. The last line counts what was not
    read. It has no place, so editors do not take it for a problem.
    """
    lines = [
        f"{place(error.span)}: error: {_line(sentence(error.message))}"
        for error in sorted(errors, key=lambda error: (error.span, error.message))
    ]
    told = [f"{place(one.span)}: {one.level}[{one.kind}] {_line(sentence(one.text))}" for one in remarks]
    policy = sum(one.kind == POLICY for one in remarks)
    lines += told[:policy]
    lines += [
        f"{place(finding.span)}: {finding.level}[{finding.rule}] {_line(sentence(finding.message))}"
        for finding in sorted(findings, key=weight)
        if finding.suppressed is None
    ]
    lines += told[policy:]
    lines += [f"note: not read: {', '.join(map(not_read, unread))}"] if unread else []
    return inert("".join(f"{line}\n" for line in lines))


def _line(text: str) -> str:
    return " ".join(words(text).split())
