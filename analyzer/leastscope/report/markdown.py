"""A full scan in Markdown: how it stands in one line, what each app holds and needs, then the findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leastscope.model import LEVELS
from leastscope.report.markdown_parts import MARKS, errors_part, findings_part, gaps_part, names, patch_part
from leastscope.report.markup import Part, code, document, folded, header, opened, place_link, prose, row
from leastscope.report.numbers import apart
from leastscope.report.page import consequence, counted, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import AppResult, Finding, Report
    from leastscope.report.markup import Link

_SHOWN = 10
_NAMES = 100


def render_markdown(report: Report, link: Link, *, patch: str = "", limit: int = 900_000) -> str:
    """Return a report as Markdown of at most `limit` bytes; `link` gives the address of lines, or nothing.

    `patch` is a diff that fixes what can be fixed with certainty. Suppressed findings are counted and not shown.
    """
    findings = [finding for finding in report.findings if finding.suppressed is None]
    results = sorted((*report.apps, *report.undeclared), key=_order)
    parts = [
        Part(f"## {_verdict(report, findings)}\n"),
        *_errors(report, link),
        *folded(Part(_APPS, tuple(_app(result, link) for result in results), "app"), _SHOWN),
        *folded(findings_part(findings, link), _SHOWN),
        *patch_part(patch),
        *gaps_part(report.inventory.gaps, link, "{} that could not be analyzed"),
        Part(f"<sub>leastscope {prose(report.version)} · {prose(reading(report))}{_suppressed(report)}</sub>\n"),
    ]
    return document(parts, limit)


_APPS = header("app", "system", "granted", "used", "excess", "unknown", "needed", "met", "missing")


def _verdict(report: Report, findings: Sequence[Finding]) -> str:
    """Return the first line: the mark of what is worst, what is missing, and how much else there is."""
    lacks = [finding for finding in findings if _is_lack(finding)]
    missing = sorted({finding.permission for finding in lacks})
    sure = {one.permission for one in lacks if not one.why or one.why.requirement.certainty == "documented"}
    marks = {name: " (inferred)" for name in missing if name not in sure}
    levels = Counter(finding.level for finding in findings if not _is_lack(finding))
    files = counted(len({error.span.path for error in report.errors}), "file")
    told = [
        *([f"{files} could not be used"] if report.errors else []),
        *([] if report.apps or report.errors else ["No grants are declared"]),
        *([f"{counted(len(missing), 'permission')} missing: {names(missing, marks=marks)}"] if missing else []),
        *(counted(levels[level], f"other {level}" if missing else level) for level in LEVELS if levels[level]),
    ]
    return f"{_mark(report, findings)} {'; '.join(told) or 'No findings'}"


def _is_lack(finding: Finding) -> bool:
    return finding.rule == "missing-grant" and finding.level != "note"


def _mark(report: Report, findings: Sequence[Finding]) -> str:
    levels = {finding.level for finding in findings}
    if report.errors or "error" in levels:
        return MARKS["error"]
    return MARKS["warning"] if "warning" in levels else "✅" if report.apps else MARKS["note"]


def _errors(report: Report, link: Link) -> list[Part]:
    part = errors_part("", ((error, consequence(error, report)) for error in report.errors), link)
    return folded(part, _SHOWN)


def _order(result: AppResult) -> tuple[str, ...]:
    return (result.app.system, result.app.root, result.app.name)


def _app(result: AppResult, link: Link) -> str:
    """Return what an app holds and needs; of a system that has no declaration, what the code needs."""
    app = result.app
    if not app.name and not app.declared_in:
        return row("no declaration", code(app.system), "", "", "", "", _counted(result.needed), "", "")
    name = code(app.name)
    return row(
        "<br>".join([name, *([place_link(app.span, link)] if app.span else []), *map(prose, apart(result))]),
        code(app.system),
        _counted(result.granted),
        _counted(result.used),
        names(result.excess),
        names(result.unknown),
        _counted(result.needed),
        _counted(result.met),
        names(result.missing),
    )


def _counted(permissions: Sequence[str]) -> str:
    """Return a number that opens to the names."""
    return opened(str(len(permissions)), [names(permissions, _NAMES)]) if permissions else "0"


def _suppressed(report: Report) -> str:
    count = sum(finding.suppressed is not None for finding in report.findings)
    return f" · {counted(count, 'finding')} suppressed" if count else ""
