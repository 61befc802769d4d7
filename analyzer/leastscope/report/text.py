"""The reports for people: the comparison with its findings, and the inventory of requests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.envelope import LEVELS
from leastscope.report.hyperlinks import NO_LINKS, Links
from leastscope.report.numbers import apart, numbers
from leastscope.report.page import (
    GAP_LIMIT,
    Page,
    consequence,
    counted,
    error_block,
    gap_block,
    joined,
    reading,
    words,
)
from leastscope.report.snippet import Paint, display_width, wrap
from leastscope.report.source import Sources
from leastscope.report.text_finding import finding_block
from leastscope.report.weight import by_level, by_permission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leastscope.model import AppResult, EventNeed, Finding, Gap, Need, Report, Requirement, Span

_OPERATION_WIDTH = 36
_SURENESS = {"possible": "possible", "outside": "only if other code calls it"}
"""Marks of requests that are not certain."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a report says.

    `summary` is gaps, apps and totals, `every_gap` shows all the gaps, `statistics` counts the findings of each kind.
    """

    summary: bool = True
    every_gap: bool = False
    statistics: bool = False


_USUAL = Detail()


def render_text(  # noqa: PLR0913 - what is told, and how it looks
    report: Report,
    source: Callable[[str], str | None],
    *,
    color: bool,
    width: int = 80,
    detail: Detail = _USUAL,
    links: Links = NO_LINKS,
) -> str:
    """Return errors, findings, gaps and a summary as text of at most `width` columns, where words and paths allow it.

    `source` gives the decoded text of a file or None. Suppressed findings are counted and not shown.
    """
    page = Page(Sources(source), Paint(color), width, links)
    apps = {(result.app.system, result.app.name): result for result in report.apps}
    shown = by_permission(report.findings)
    findings = [
        finding_block(finding, apps.get((finding.system, finding.app)), page, name_app=len(apps) > 1)
        for finding in shown
    ]
    blocks = [*_errors(report, page), *findings]
    if detail.statistics:
        blocks.append(_statistics(report, page))
    if detail.summary:
        summary = [line for result in sorted(report.apps, key=_app_order) for line in _app(result, page)]
        limit = len(report.inventory.gaps) if detail.every_gap else GAP_LIMIT
        blocks += [gap_block(_untold(report), page, limit), summary + _totals(report, shown, page)]
    return joined(blocks) if any(blocks) else ""


def nothing_checked(report: Report) -> str:
    """Say why a scan had nothing to check; empty if it had something."""
    inventory = report.inventory
    told = (inventory.needs, inventory.events, inventory.gaps, inventory.idle)
    found = (report.apps, report.findings, report.errors, *told)
    if any(found):
        return ""
    if not inventory.files_seen:
        return "no Python file and no manifest was found; check the paths"
    return "no file uses an API that leastscope knows, and no manifest was found"


def render_requests_text(
    report: Report,
    source: Callable[[str], str | None],
    *,
    color: bool,
    width: int = 80,
    links: Links = NO_LINKS,
) -> str:
    """Return the inventory as text: for each file the requests and events with the permissions they need."""
    page = Page(Sources(source), Paint(color), width, links)
    rows: dict[str, list[tuple[Span, str, str]]] = {}
    for span, what, needs in sorted(set(_rows(report))):
        rows.setdefault(span.path, []).append((span, what, needs))
    files = [_file(path, rows[path], page) for path in sorted(rows)]
    return joined(
        [*_errors(report, page), *files, gap_block(report.inventory.gaps, page), wrap(reading(report), width)]
    )


def _errors(report: Report, page: Page) -> list[list[str]]:
    return [
        error_block(error, page, consequence=consequence(error, report))
        for error in sorted(report.errors, key=lambda error: (error.span, error.message))
    ]


def _app_order(result: AppResult) -> tuple[str, ...]:
    return (result.app.root, result.app.name, result.app.system)


def _app(result: AppResult, page: Page) -> list[str]:
    """Return one line of numbers, and the calls that are in none of them."""
    line = "; ".join([numbers(result), *apart(result)])
    return wrap(f"{words(result.app.called)} ({words(result.app.system)}): {line}", page.width)


def _untold(report: Report) -> list[Gap]:
    """Return the gaps that no finding at their place tells of."""
    told = {finding.span for finding in report.findings if finding.rule == "unresolved-call"}
    return [gap for gap in report.inventory.gaps if gap.span not in told]


def _statistics(report: Report, page: Page) -> list[str]:
    """Return how many findings there are of each kind, the most frequent first."""
    counts = Counter((one.level, one.rule) for one in report.findings if one.suppressed is None)
    width = max((len(str(count)) for count in counts.values()), default=0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], LEVELS[item[0][0]], item[0][1]))
    names = ((count, rule, page.paint(level, f"{level}[{rule}]")) for (level, rule), count in ordered)
    return [f"{count:>{width}}  {page.links.kind(rule, name)}" for count, rule, name in names]


def _in_baseline(report: Report) -> int:
    """Count the findings that do not count because the baseline has them."""
    from leastscope.baseline import in_baseline  # noqa: PLC0415 - few runs have one, and it reads documents

    return sum(in_baseline(finding, report.baseline) for finding in report.findings)


def _totals(report: Report, shown: Sequence[Finding], page: Page) -> list[str]:
    levels = by_level(shown)
    told = [counted(levels[level], level) for level in LEVELS if levels[level]]
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    text = ", ".join(told) or ("nothing was checked" if nothing_checked(report) else "no findings")
    known = _in_baseline(report) if report.baseline else 0
    apart = [f"{suppressed - known} suppressed"] if suppressed > known else []
    if apart or known:
        text += f" ({', '.join([*apart, *([f'{known} in the baseline'] if known else [])])})"
    if report.errors:
        text += f"; {counted(len({error.span.path for error in report.errors}), 'file')} with errors, see above"
    fixable = sum(finding.fix is not None for finding in shown)
    fixed = f"{counted(fixable, 'finding')} can be fixed with 'leastscope scan --fix'"
    return [*wrap(text, page.width), *(wrap(fixed, page.width) if fixable else []), *wrap(reading(report), page.width)]


def _rows(report: Report) -> Iterable[tuple[Span, str, str]]:
    """Yield place, operation or event, and permissions of everything in the inventory."""
    for need in report.inventory.needs:
        yield need.request.span, _operation(need), _permissions(need.requirements, covered=need.covered)
    for event in report.inventory.events:
        yield event.use.span, _event(event), _permissions(event.requirements, covered=True)


def _operation(need: Need) -> str:
    request = need.request
    marks = [
        *([_SURENESS[request.resolution]] if request.resolution in _SURENESS else []),
        *([f"{request.account} account"] if request.account == "connected" else []),
        *(["to this machine"] if request.local else ["in tests"] if request.in_tests else []),
    ]
    return words(f"{request.verb} {need.path}") + (f" ({', '.join(marks)})" if marks else "")


def _event(event: EventNeed) -> str:
    return words(f"event {event.use.event}") + f" ({event.use.how})"


def _permissions(requirements: Iterable[Requirement], *, covered: bool) -> str:
    if not covered:
        return "no permission covers this"
    sets = [_any_of(requirement) for requirement in requirements if requirement.strength != "open"]
    return words(" and ".join(sets)) if sets else "no permission needed"


def _any_of(requirement: Requirement) -> str:
    names = " or ".join(requirement.any_of)
    shown = f"({names})" if len(requirement.any_of) > 1 else names
    if requirement.strength == "possible":
        return f"{shown} (possible)"
    return f"{shown} (inferred)" if requirement.certainty == "inferred" else shown


def _file(path: str, rows: list[tuple[Span, str, str]], page: Page) -> list[str]:
    """Return a file's block: place, operation and permissions in columns; a long operation has a line of its own."""
    lines = [page.paint("bold", words(path))]
    numbers = [f"{span.line}:{span.column}" for span, _, _ in rows]
    margin = max(len(number) for number in numbers) + 4
    column = margin + min(max(display_width(what) for _, what, _ in rows) + 2, _OPERATION_WIDTH)
    for number, (_, what, needs) in zip(numbers, rows, strict=True):
        start = f"  {number}".ljust(margin) + what
        room = column - display_width(start)
        if room < 2:
            lines.append(start)
            start, room = "", column
        first, *more = wrap(needs, page.width - column, rest="  ")
        lines.append(f"{start}{' ' * room}{page.paint('note', first)}")
        lines += [f"{' ' * column}{page.paint('note', line)}" for line in more]
    return lines
