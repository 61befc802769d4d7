"""The two JSON documents other programs read: the inventory and the scan.

Their form is a contract (`docs/json.md`, `schemas/`): keys and closed lists change only together with `SCHEMA`. Lists
are sorted here, so equal reports give equal bytes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from analyzer.report.escape import json_text
from analyzer.report.sentences import full_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.model import (
        AppResult,
        EventNeed,
        Finding,
        Gap,
        InputError,
        Need,
        Report,
        Requirement,
        Span,
        Step,
    )

TOOL = "leastscope"
SCHEMA = 1

JsonObject: TypeAlias = "dict[str, object]"


def render_requests(report: Report) -> str:
    """Return the inventory (requests, events, gaps) as a JSON document, `schemas/requests.schema.json`."""
    inventory = report.inventory
    return json_text(
        {
            "schema": SCHEMA,
            "tool": _tool(report),
            "requests": [_request(need) for need in sorted(inventory.needs, key=_need_order)],
            "events": [_event(need) for need in sorted(inventory.events, key=_event_order)],
            "gaps": _gaps(inventory.gaps),
        }
    )


def render_scan(report: Report) -> str:
    """Return the comparison (apps, findings, gaps, summary) as a JSON document, `schemas/scan.schema.json`."""
    return json_text(
        {
            "schema": SCHEMA,
            "tool": _tool(report),
            "apps": [_app(result) for result in sorted(report.apps, key=_app_order)],
            "findings": [_finding(finding) for finding in sorted(report.findings, key=_finding_order)],
            "gaps": _gaps(report.inventory.gaps),
            "summary": _summary(report),
        }
    )


def _tool(report: Report) -> JsonObject:
    return {"name": TOOL, "version": report.version}


def _need_order(need: Need) -> tuple[Span, tuple[str, ...]]:
    request = need.request
    return (request.span, (request.system, need.path, request.verb, request.resolution, request.credential))


def _event_order(need: EventNeed) -> tuple[Span, tuple[str, ...]]:
    return (need.use.span, (need.use.system, need.use.event, need.use.how))


def _app_order(result: AppResult) -> tuple[str, ...]:
    return (result.app.root, result.app.name, result.app.system, *result.app.declared_in)


def _finding_order(finding: Finding) -> tuple[Span, tuple[str, ...]]:
    return (finding.span, (finding.rule, finding.app, finding.system, finding.permission, finding.message))


def _gap_order(gap: Gap) -> tuple[Span, tuple[str, ...]]:
    return (gap.span, (gap.kind, gap.system, gap.reason))


def _request(need: Need) -> JsonObject:
    request = need.request
    return {
        **_region(request.span),
        "system": request.system,
        "verb": request.verb,
        "path": need.path,
        "covered": need.covered,
        "permissions": _permissions(need.requirements),
        "resolution": request.resolution,
        "account": request.account,
        "credential": request.credential,
        "in_tests": request.in_tests,
        "evidence": _steps(request.evidence),
    }


def _event(need: EventNeed) -> JsonObject:
    use = need.use
    return {
        **_place(use.span),
        "system": use.system,
        "event": use.event,
        "how": use.how,
        "permissions": _permissions(need.requirements),
    }


def _permissions(requirements: Iterable[Requirement]) -> list[JsonObject]:
    return [
        {
            "any_of": list(requirement.any_of),
            "certainty": requirement.certainty,
            "because": requirement.because,
            "strength": requirement.strength,
        }
        for requirement in requirements
        if requirement.strength != "open"
    ]


def _gaps(gaps: Iterable[Gap]) -> list[JsonObject]:
    return [
        {"kind": gap.kind, **_place(gap.span), "system": gap.system, "reason": gap.reason}
        for gap in sorted(gaps, key=_gap_order)
    ]


def _app(result: AppResult) -> JsonObject:
    return {
        "name": result.app.name,
        "root": result.app.root,
        "system": result.app.system,
        "declared_in": list(result.app.declared_in),
        "granted": list(result.granted),
        "needed": list(result.needed),
        "missing": list(result.missing),
        "excess": list(result.excess),
        "unknown": list(result.unknown),
    }


def _finding(finding: Finding) -> JsonObject:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "certainty": finding.certainty,
        "app": finding.app,
        "system": finding.system,
        "permission": finding.permission,
        "any_of": list(finding.any_of),
        **_region(finding.span),
        "message": full_message(finding),
        "evidence": _steps((*finding.evidence, *finding.related)),
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
    }


def _summary(report: Report) -> JsonObject:
    open_findings = [finding for finding in report.findings if finding.suppressed is None]
    levels = Counter(finding.level for finding in open_findings)
    inventory = report.inventory
    return {
        "levels": {"error": levels["error"], "warning": levels["warning"], "note": levels["note"]},
        "rules": _counts(finding.rule for finding in open_findings),
        "suppressed": len(report.findings) - len(open_findings),
        "gaps": _counts(gap.kind for gap in inventory.gaps),
        "requests": len(inventory.needs),
        "events": len(inventory.events),
        "files_read": inventory.files_read,
        "files_seen": inventory.files_seen,
        "errors": _errors(report.errors),
    }


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _errors(errors: Iterable[InputError]) -> list[JsonObject]:
    ordered = sorted(errors, key=lambda error: (error.span, error.message))
    return [{**_place(error.span), "message": error.message} for error in ordered]


def _steps(steps: Iterable[Step]) -> list[JsonObject]:
    return [{**_place(step.span), "note": step.note} for step in steps]


def _region(span: Span) -> JsonObject:
    return {**_place(span), "end_line": span.end_line, "end_column": span.end_column}


def _place(span: Span) -> JsonObject:
    return {"file": span.path, "line": span.line, "column": span.column}
