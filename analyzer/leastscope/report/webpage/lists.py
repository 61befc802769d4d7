"""The findings, the gaps and the errors of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME
from leastscope.report.page import consequence, counted, gap_groups
from leastscope.report.remarks import policy_words
from leastscope.report.sentences import reason, sentence
from leastscope.report.webpage.elements import Html, anchor, code, element, joined, prose, spot
from leastscope.report.webpage.ways import line, way
from leastscope.report.weight import by_permission, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.model import Finding, Gap, Report, Span, Step
    from leastscope.report.webpage.ways import Around

_RELATED = 50
_PLACES = 100
_FINDINGS = 2_000


def findings_part(findings: Sequence[Finding], around: Around) -> Html:
    """Return the findings that count, the worst first, then those that are suppressed."""
    kept = sorted((one for one in findings if one.suppressed is not None), key=weight)
    shown = [*by_permission(findings), *kept]
    if not shown:
        return element("p", "No findings.")
    more = len(shown) - _FINDINGS
    left = [element("p", f"and {counted(more, 'more finding')}; the format json has all")] if more > 0 else []
    return joined([*(_finding(one, around) for one in shown[:_FINDINGS]), *left])


def gaps_part(gaps: Iterable[Gap], around: Around) -> Html:
    """Return the gaps by kind and reason, the most frequent first."""
    return joined(_gap(kind, reason, spans, around) for kind, reason, spans in gap_groups(gaps))


def policy_part(report: Report, around: Around) -> Html:
    """Return what a change alters of how it is judged."""
    return element(
        "ul",
        *(
            element("li", spot(one.span, around.link), ": ", prose(sentence(policy_words(one))))
            for one in sorted(report.policy, key=lambda one: (not one.loosens, one))
        ),
    )


def errors_part(report: Report, around: Around) -> Html:
    """Return what could not be used, each with what follows from that."""
    return element(
        "ul",
        *(
            element(
                "li", spot(one.span, around.link), ": ", prose(sentence(one.message)), " ", consequence(one, report)
            )
            for one in sorted(report.errors, key=lambda error: (error.span, error.message))
        ),
    )


def _finding(finding: Finding, around: Around) -> Html:
    kind = FINDING_BY_NAME.get(finding.rule)
    level = "suppressed" if finding.suppressed is not None else finding.level
    is_new = around.new is not None and finding in around.new
    named = element("b", finding.app) if finding.app else ""
    head = element(
        "h3",
        element("span", level, class_=f"level {level}"),
        " ",
        anchor(code(finding.rule), kind.url if kind else ""),
        *([" ", code(finding.permission)] if finding.permission else []),
        *([" ", named] if named else []),
        *([" ", element("span", "new", class_="level new")] if is_new else []),
    )
    return element(
        "article",
        head,
        *_told(finding, around),
        class_="item",
        data_search=f"{finding.rule} {finding.permission} {finding.app} {finding.span.path} {finding.message}",
        data_level=level,
    )


def _told(finding: Finding, around: Around) -> Iterator[Html]:
    """Give what a finding says, where it is, what leads there, and what to do."""
    yield element("p", prose(sentence(finding.message)), " ", prose(finding.advice))
    if finding.suppressed is not None:
        yield element("p", "Suppressed: ", finding.suppressed or "no reason is given")
    yield element("p", spot(finding.span, around.link), f" · {finding.certainty}")
    yield line(finding.span, around)
    if finding.why:
        known = finding.why.requirement
        what = prose(sentence(reason(finding.permission, finding.why)).removesuffix("."))
        yield element("p", what, " (", anchor(known.certainty, known.source), ").")
    if finding.fix:
        yield element("p", element("b", "Fix: "), prose(finding.fix.description))
    if finding.paste:
        yield _folded("Text to paste into the settings", [element("pre", *_lines(finding.paste))])
    steps = () if [step.span for step in finding.evidence] == [finding.span] else finding.evidence
    if steps:
        yield _folded(f"The way there: {counted(len(steps), 'step')}", [way(steps, finding.span, around)])
    if finding.related:
        yield _folded(counted(len(finding.related), "more place"), _others(finding.related, around))


def _lines(text: str) -> list[str]:
    """Return the lines of a text as pieces of a preformatted one."""
    pieces: list[str] = []
    for one in text.splitlines():
        pieces += [one, Html("\n")]
    return pieces


def _others(related: Sequence[Step], around: Around) -> Iterator[Html]:
    rows = [
        element("li", spot(one.span, around.link), f": {one.note}" if one.note else "", line(one.span, around))
        for one in related[:_RELATED]
    ]
    more = len(related) - _RELATED
    yield element("ul", *rows, *([element("li", f"and {counted(more, 'more place')}")] if more > 0 else []))


def _gap(kind: str, reason: str, spans: Sequence[Span], around: Around) -> Html:
    known = GAP_BY_NAME.get(kind)
    rows = [element("li", spot(span, around.link), line(span, around)) for span in spans[:_PLACES]]
    more = len(spans) - _PLACES
    left = [element("li", f"and {counted(more, 'more place')}; the format json has all")] if more > 0 else []
    return element(
        "article",
        element("h3", anchor(code(kind), known.url if known else "")),
        element("p", prose(sentence(reason)), " ", known.action if known else ""),
        _folded(counted(len(spans), "place"), [element("ul", *rows, *left)]),
        class_="item",
        data_search=" ".join([kind, reason, *(span.path for span in spans[:_PLACES])]),
    )


def _folded(title: str, content: Iterable[Html]) -> Html:
    return element("details", element("summary", title), *content)
