"""One line for each finding, `path:line:column: level[kind] message`, as editors and problem matchers read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.page import place, words
from leastscope.report.sentences import sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Finding, InputError


def render_concise(findings: Iterable[Finding], errors: Iterable[InputError]) -> str:
    """Return a line for each error in a file and for each finding that is not suppressed, the worst first."""
    lines = [
        f"{place(error.span)}: error: {_line(sentence(error.message))}"
        for error in sorted(errors, key=lambda error: (error.span, error.message))
    ]
    lines += [
        f"{place(finding.span)}: {finding.level}[{finding.rule}] {_line(sentence(finding.message))}"
        for finding in sorted(findings, key=weight)
        if finding.suppressed is None
    ]
    return "".join(f"{line}\n" for line in lines)


def _line(text: str) -> str:
    return " ".join(words(text).split())
