"""SARIF 2.1.0, as code scanning services and editors read it.

One run for each app, and one for the scan itself: it holds what belongs to no app, the gaps and the errors, and is
always there, so that a finding without an app is closed by the next scan. Import this module only when it is needed:
`sarif_om` is slow to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sarif_om as om

from analyzer.kinds import FINDING_BY_NAME, GAP_BY_NAME
from analyzer.model import Step
from analyzer.report.escape import visible
from analyzer.report.sarif_places import SOURCE_ROOT, Places, segment
from analyzer.report.sarif_tool import CUT, INPUT_ERROR, RULE_INDEX, tool
from analyzer.report.sarif_write import sarif_text
from analyzer.report.sentences import full_message, sentence
from analyzer.report.source import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from analyzer.model import AppResult, Finding, Gap, InputError, Report, Span

_SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL_ORDER = {"error": 0, "warning": 1, "note": 2}
# What services refuse, or show no more of.
_RUN_LIMIT = 20
_RESULT_LIMIT = 5_000
_PLACE_LIMIT = 1_000
_NOTIFICATION_LIMIT = 1_000
_LINK_LIMIT = 10
_WORDS_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class _Batch:
    """The findings of one run, and what the run is called."""

    category: str
    title: str
    findings: tuple[Finding, ...]
    is_scan: bool = False


def render_sarif(report: Report, source: Callable[[str], str | None], *, include_suppressed: bool = False) -> str:
    """Return the report as a SARIF log.

    `source` gives the decoded text of a file, its line breaks and byte order mark kept, or None. Suppressed findings
    are left out by default, since code scanning services open alerts for them.
    """
    places = Places(Sources(source))
    findings = [finding for finding in report.findings if include_suppressed or finding.suppressed is None]
    runs = [_run(report, batch, places) for batch in _batches(report.apps, findings)]
    return sarif_text(om.SarifLog(schema_uri=_SCHEMA_URI, version="2.1.0", runs=runs))


def _batches(apps: Sequence[AppResult], findings: Sequence[Finding]) -> list[_Batch]:
    """Split the findings into runs, sorted by app, that of the scan last; more runs than may be share one."""
    keys = sorted({(result.app.system, result.app.name) for result in apps})
    shared = keys[_RUN_LIMIT - 2 :] if len(keys) > _RUN_LIMIT - 1 else []
    alone = keys[: len(keys) - len(shared)]
    batches = [
        _Batch(
            f"leastscope/{segment(system)}/{segment(name)}/",
            f"App '{name}' ({system}).",
            _of(findings, {(system, name)}),
        )
        for system, name in alone
    ]
    if shared:
        batches.append(_Batch("leastscope/more-apps/", "The other apps.", _of(findings, set(shared))))
    known = set(keys)
    rest = tuple(finding for finding in findings if (finding.system, finding.app) not in known)
    return [*batches, _Batch("leastscope/scan/", "What belongs to no app, gaps and errors.", rest, is_scan=True)]


def _of(findings: Iterable[Finding], keys: set[tuple[str, str]]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if (finding.system, finding.app) in keys)


def _run(report: Report, batch: _Batch, places: Places) -> om.Run:
    manifests = {(result.app.system, result.app.name): result for result in report.apps}
    kept = sorted(batch.findings, key=lambda finding: (_LEVEL_ORDER[finding.level], _order(finding)))[:_RESULT_LIMIT]
    notifications = [
        *(_notifications(report, places) if batch.is_scan else []),
        *_cut(len(batch.findings) - len(kept), "results", "least severe"),
    ]
    results = [
        _result(finding, manifests.get((finding.system, finding.app)), places) for finding in sorted(kept, key=_order)
    ]
    return om.Run(
        tool=tool(report.version, with_gaps=batch.is_scan),
        automation_details=om.RunAutomationDetails(id=batch.category, description=_message(batch.title)),
        column_kind="utf16CodeUnits",
        original_uri_base_ids={
            SOURCE_ROOT: om.ArtifactLocation(description=om.Message(text="The working directory of the scan."))
        },
        invocations=[
            om.Invocation(
                execution_successful=not report.errors,
                tool_execution_notifications=notifications,
            )
        ],
        results=results,
    )


def _order(finding: Finding) -> tuple[Span, tuple[str, ...]]:
    return (finding.span, (finding.rule, finding.permission, finding.message, finding.fingerprint))


def _result(finding: Finding, app: AppResult | None, places: Places) -> om.Result:
    kind = FINDING_BY_NAME[finding.rule]
    related = _related(finding, app)
    return om.Result(
        rule_id=kind.id,
        rule_index=RULE_INDEX[kind.name],
        level=finding.level,
        message=om.Message(text=_plain(full_message(finding)) + _links(related)),
        locations=[places.location(places.first_line(finding.span), context=True)],
        related_locations=[
            places.location(step.span, _clip(step.note), number=number)
            for number, step in enumerate(related[: _PLACE_LIMIT - 1], start=1)
        ]
        or None,
        code_flows=_code_flows(finding, places),
        partial_fingerprints=_fingerprints(finding, places),
        properties=_properties(finding),
        suppressions=_suppressions(finding),
    )


def _related(finding: Finding, app: AppResult | None) -> tuple[Step, ...]:
    """Return the other call sites, then the place of the grants where the finding itself is not in that file."""
    if app is None or app.app.span is None or app.app.span.path == finding.span.path:
        return finding.related
    return (*finding.related[: _PLACE_LIMIT - 2], Step(app.app.span, "The grants are declared here."))


def _links(related: Sequence[Step]) -> str:
    """Return sentences that link to the related places; services show only those that a message links to."""
    if not related:
        return ""
    links = [f"[{_label(step)}]({number})" for number, step in enumerate(related, start=1)]
    shown = ", ".join(links[:_LINK_LIMIT])
    more = len(links) - _LINK_LIMIT
    return f" See also {shown} and {more} more." if more > 0 else f" See also {shown}."


def _label(step: Step) -> str:
    path = _clip(step.span.path).replace("[", "(").replace("]", ")")
    return f"{path}:{step.span.line}"


def _code_flows(finding: Finding, places: Places) -> list[om.CodeFlow] | None:
    """Return the evidence as one flow that ends at the place of the finding, or None where it is that place alone."""
    steps = list(finding.evidence[: _PLACE_LIMIT - 1])
    if steps and steps[-1].span != finding.span:
        steps.append(Step(finding.span, _clip(finding.message)))
    if len(steps) < 2:
        return None
    locations = [
        om.ThreadFlowLocation(location=places.location(step.span, _clip(step.note)), execution_order=number)
        for number, step in enumerate(steps, start=1)
    ]
    return [om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])]


def _fingerprints(finding: Finding, places: Places) -> dict[str, str]:
    values = {"primaryLocationLineHash": places.line_hash(finding.span), "leastscope/v1": finding.fingerprint}
    return {key: value for key, value in values.items() if value}


def _properties(finding: Finding) -> dict[str, object]:
    """Return the facts that editors list beside a result."""
    values: dict[str, object] = {
        "kind": finding.rule,
        "app": _clip(finding.app),
        "system": _clip(finding.system),
        "permission": _clip(finding.permission),
        "anyOf": [_clip(name) for name in finding.any_of],
        "certainty": finding.certainty,
    }
    return {key: value for key, value in values.items() if value}


def _suppressions(finding: Finding) -> list[om.Suppression] | None:
    if finding.suppressed is None:
        return None
    justification = _clip(finding.suppressed) or None
    return [om.Suppression(kind="inSource", state="accepted", justification=justification)]


def _notifications(report: Report, places: Places) -> list[om.Notification]:
    errors = sorted(report.errors, key=lambda error: (error.span, error.message))
    gaps = sorted(report.inventory.gaps, key=lambda gap: (gap.in_tests, gap.span, gap.kind, gap.reason))
    kept = [
        *(_of_error(error, places) for error in errors),
        *(_of_gap(gap, places) for gap in gaps[:_NOTIFICATION_LIMIT]),
    ]
    return [*kept, *_cut(len(gaps) - _NOTIFICATION_LIMIT, "gaps", "last")]


def _of_error(error: InputError, places: Places) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=INPUT_ERROR),
        level="error",
        message=_message(sentence(error.message)),
        locations=[places.location(error.span)],
    )


def _of_gap(gap: Gap, places: Places) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=GAP_BY_NAME[gap.kind].id),
        level="note" if gap.in_tests else "warning",
        message=_message(sentence(gap.reason)),
        locations=[places.location(gap.span)],
    )


def _cut(count: int, what: str, which: str) -> list[om.Notification]:
    if count <= 0:
        return []
    message = f"{count} more {what}, the {which}, are left out; '--format json' lists all."
    descriptor = om.ReportingDescriptorReference(id=CUT)
    return [om.Notification(descriptor=descriptor, level="warning", message=_message(message))]


def _message(text: str) -> om.Message:
    return om.Message(text=_plain(text))


def _plain(text: str) -> str:
    """Return words of ours or of the code as a message: no control characters, no links, a period at the end."""
    words = _clip(text).rstrip().replace("](", "] (")
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _clip(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _WORDS_LIMIT else shown[: _WORDS_LIMIT - 1] + "…"
