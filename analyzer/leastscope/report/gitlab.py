"""Findings as GitLab's Code Quality reads them.

The fields are those of https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, read 2026-11-22.
GitLab keeps one finding for each fingerprint, and stops reading at the first entry that lacks a field.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from leastscope.model import Span
from leastscope.report.escape import json_text, visible
from leastscope.report.page import words
from leastscope.report.remarks import Remark
from leastscope.report.sentences import full_message, not_read, sentence
from leastscope.report.weight import weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import Finding, Level, Unread

_NOT_READ = "files-not-read"
_SEVERITIES: dict[Level, str] = {"error": "critical", "warning": "major", "note": "info"}


def render_gitlab(findings: Sequence[Finding], remarks: Sequence[Remark] = (), unread: Sequence[Unread] = ()) -> str:
    """Return the remarks and the findings that are not suppressed as a JSON array, the most important first.

    What was `unread` comes last, an entry for each reason: at the first of its paths, or of those
    that a change adds, for an entry needs one.
    """
    seen: Counter[str] = Counter()
    entries: list[dict[str, object]] = []
    for remark in remarks:
        identity = f"{remark.kind}\n{remark.span.path}\n{remark.text}"
        entries.append(_of_remark(remark, _digest(f"{identity}\n{seen[identity]}")))
        seen[identity] += 1
    for finding in sorted((one for one in findings if one.suppressed is None), key=weight):
        identity = _identity(finding)
        entries.append(_entry(finding, _digest(f"{identity}\n{seen[identity]}")))
        seen[identity] += 1
    entries += [_of_remark(*_of_unread(one)) for one in unread]
    return json_text(entries)


def _entry(finding: Finding, fingerprint: str) -> dict[str, object]:
    return {
        "description": words(full_message(finding)),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.level],
        "location": _location(finding.span),
    }


def _of_remark(remark: Remark, fingerprint: str) -> dict[str, object]:
    return {
        "description": words(sentence(remark.text)),
        "check_name": remark.kind,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[remark.level],
        "location": _location(remark.span),
    }


def _of_unread(one: Unread) -> tuple[Remark, str]:
    """Return a reason as a remark, with a fingerprint that stays when the number or the first path is another one."""
    span = Span((one.new or one.paths)[0], 1, 1, 1, 1)
    return Remark("note", _NOT_READ, span, f"not read: {not_read(one)}"), _digest(f"{_NOT_READ}\n{one.reason}")


def _location(span: Span) -> dict[str, object]:
    return {"path": visible(span.path).removeprefix("./"), "lines": {"begin": span.line}}


def _identity(finding: Finding) -> str:
    """Return what a finding is known by when the lines around it move."""
    own = (finding.rule, finding.system, finding.app, finding.permission, finding.span.path)
    return finding.fingerprint or "\n".join(own)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
