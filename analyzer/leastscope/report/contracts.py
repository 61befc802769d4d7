"""The JSON documents other programs read: the inventory, the scan and the difference of two states.

Their form is a contract (`docs/json.md`, `schemas/`): keys and closed lists change only together with `SCHEMA`. Lists
are sorted here, so equal reports give equal bytes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from leastscope.envelope import gap_order
from leastscope.report.escape import json_text
from leastscope.report.sentences import full_message, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.diff import AppChange, Difference, NeedChange, State
    from leastscope.model import (
        AppResult,
        Cost,
        EventNeed,
        Finding,
        Fix,
        Gap,
        Grant,
        InputError,
        Need,
        Report,
        Requirement,
        Span,
        Step,
        Unread,
        Use,
        Why,
    )

TOOL = "leastscope"
SCHEMA = 2
_NAMED = 20
"""How many paths are named of those that were not read for one reason."""

JsonObject: TypeAlias = "dict[str, object]"


def render_requests(report: Report) -> str:
    """Return the inventory (requests, events, gaps) as a JSON document, `schemas/requests.schema.json`."""
    inventory = report.inventory
    return json_text(
        {
            "schema": SCHEMA,
            "tool": _tool(report.version),
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
            "tool": _tool(report.version),
            "apps": [_app(result) for result in sorted(report.apps, key=_app_order)],
            "findings": [_finding(finding) for finding in sorted(report.findings, key=_finding_order)],
            "gaps": _gaps(report.inventory.gaps),
            "summary": _summary(report),
        }
    )


def render_diff(difference: Difference) -> str:
    """Return the difference of two states as a JSON document, `schemas/diff.schema.json`."""
    return json_text(
        {
            "schema": SCHEMA,
            "tool": _tool(difference.version),
            "base": _state(difference.base),
            "head": _state(difference.head),
            "needs_more": difference.needs_more,
            "apps": [_change(change) for change in difference.apps],
            "findings": {
                "new": [_finding(finding) for finding in sorted(difference.new, key=_finding_order)],
                "fixed": [_finding(finding) for finding in sorted(difference.fixed, key=_finding_order)],
                "unchanged": difference.unchanged,
            },
            "gaps": {
                "new": _counts(gap.kind for gap in difference.new_gaps),
                "gone": _counts(gap.kind for gap in difference.gone_gaps),
                "places": _gaps(difference.new_gaps),
            },
            "policy": [
                {**_place(change.span), "text": change.text, "loosens": change.loosens} for change in difference.policy
            ],
            "unread": [
                {**_unread(one), "new_count": len(one.new), "new": [*one.new[:_NAMED]]}
                for one in sorted(difference.unread)
            ],
            "errors": _errors(difference.errors),
            "errors_before": _errors(difference.errors_before),
        }
    )


def _tool(version: str) -> JsonObject:
    return {"name": TOOL, "version": version}


def _need_order(need: Need) -> tuple[Span, tuple[str, ...]]:
    request = need.request
    return (request.span, (request.system, need.path, request.verb, request.resolution, request.credential))


def _event_order(need: EventNeed) -> tuple[Span, tuple[str, ...]]:
    return (need.use.span, (need.use.system, need.use.event, need.use.how))


def _app_order(result: AppResult) -> tuple[str, ...]:
    return (result.app.root, result.app.name, result.app.system, *result.app.declared_in)


def _finding_order(finding: Finding) -> tuple[Span, tuple[str, ...]]:
    return (finding.span, (finding.rule, finding.app, finding.system, finding.permission, finding.message))


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
        "found_by": request.found_by,
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
    return [_permission(requirement) for requirement in requirements if requirement.strength != "open"]


def _permission(requirement: Requirement) -> JsonObject:
    return {
        "any_of": list(requirement.any_of),
        "certainty": requirement.certainty,
        "because": requirement.because,
        "strength": requirement.strength,
        "source": requirement.source,
    }


def _gaps(gaps: Iterable[Gap]) -> list[JsonObject]:
    return [
        {
            "kind": gap.kind,
            **_place(gap.span),
            "system": gap.system,
            "reason": gap.reason,
            "permissions": None if gap.permissions is None else [*gap.permissions],
        }
        for gap in sorted(gaps, key=gap_order)
    ]


def _app(result: AppResult) -> JsonObject:
    return {
        "name": result.app.name,
        "root": result.app.root,
        "system": result.app.system,
        "declared_in": list(result.app.declared_in),
        "granted": list(result.granted),
        "used": list(result.used),
        "excess": list(result.excess),
        "unknown": list(result.unknown),
        "needed": list(result.needed),
        "met": list(result.met),
        "missing": list(result.missing),
        "own_account_calls": _steps(result.own),
        "unattributed": result.unattributed,
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
        "why": None if finding.why is None else _why(finding.permission, finding.why),
        "evidence": _steps((*finding.evidence, *finding.related)),
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "paste": finding.paste,
    }


def _why(permission: str, why: Why) -> JsonObject:
    known = why.requirement
    return {"text": reason(permission, why), "certainty": known.certainty, "source": known.source}


def _fix(fix: Fix) -> JsonObject:
    return {
        "description": fix.description,
        "edits": [{**_region(edit.span), "text": edit.text} for edit in fix.edits],
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
        "unread": [_unread(one) for one in sorted(inventory.unread)],
        "idle": [{"system": one.system, "names": [*one.names]} for one in sorted(inventory.idle)],
        "shown": [*report.shown],
        "errors": _errors(report.errors),
    }


def _unread(one: Unread) -> JsonObject:
    return {"reason": one.reason, "count": one.count, "paths": [*one.paths[:_NAMED]]}


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


def _state(state: State) -> JsonObject:
    return {"name": state.name or None, "commit": state.commit or None, "merge_base": state.merge_base}


def _change(change: AppChange) -> JsonObject:
    app = change.app
    return {
        "name": app.name,
        "name_before": change.before or app.name,
        "root": app.root,
        "system": app.system,
        "kind": app.kind,
        "declared_in": list(app.declared_in),
        "declared": change.declared,
        "needed": {
            "added": [_permission_need(need) for need in change.added],
            "as_before": [_permission_need(need) for need in change.lost],
            "dropped": [_dropped_need(need) for need in change.dropped],
        },
        "granted": {
            "added": [_grant(grant) for grant in change.granted],
            "removed": [_grant(grant) for grant in change.revoked],
        },
        "lacking": [need.permission for need in change.lacking],
        "cost": _cost(change.cost),
    }


def _permission_need(need: NeedChange) -> JsonObject:
    return {
        "permission": need.permission,
        "standing": need.standing,
        "raises": need.raises or None,
        "uses": [_use(use) for use in need.uses],
    }


def _dropped_need(need: NeedChange) -> JsonObject:
    return {
        "permission": need.permission,
        "still_granted": need.standing == "granted",
        "instead": list(need.instead),
        "uses": [_use(use) for use in need.uses],
    }


def _use(use: Use) -> JsonObject:
    return {
        **_region(use.span),
        "operation": use.operation,
        **_permission(use.requirement),
        "evidence": _steps(use.evidence),
    }


def _grant(grant: Grant) -> JsonObject:
    return {"permission": grant.name, **_place(grant.span)}


def _cost(cost: Cost | None) -> JsonObject | None:
    return None if cost is None else {"text": cost.text, "source": cost.source}
