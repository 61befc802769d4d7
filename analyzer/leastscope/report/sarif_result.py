"""One finding as a SARIF result: message, places, code flow, fix, fingerprints, suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sarif_om as om

from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import Step
from leastscope.report.sarif_places import artifact
from leastscope.report.sarif_tool import RULE_INDEX
from leastscope.report.sarif_write import clip, plain
from leastscope.report.sentences import full_message, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import AppResult, Definition, Finding, Fix
    from leastscope.report.sarif_places import Places

_LINK_LIMIT = 10
_KIND_OF_DEFINITION = {"function": "function", "method": "member", "class": "type"}


def result_of(finding: Finding, app: AppResult | None, places: Places, most: int, state: str | None) -> om.Result:
    """Return the result of a finding.

    `app` is the app it is about, `most` the number of related places and of steps that may be written, `state` whether
    it is `new` or `unchanged`, if that is known.
    """
    kind = FINDING_BY_NAME[finding.rule]
    related = _related(finding, app, most - 1)
    return om.Result(
        rule_id=kind.id,
        rule_index=RULE_INDEX[kind.name],
        level=finding.level,
        message=om.Message(text=plain(full_message(finding)) + _links(related)),
        locations=[_primary(finding, places)],
        related_locations=[
            places.location(step.span, clip(step.note), number=number) for number, step in enumerate(related, start=1)
        ]
        or None,
        code_flows=_code_flows(finding, places, most),
        fixes=[_fix(finding.fix, places)] if finding.fix else None,
        partial_fingerprints=_fingerprints(finding, places),
        baseline_state=state,
        properties=_properties(finding),
        suppressions=_suppressions(finding, places),
    )


def size(finding: Finding, most: int) -> int:
    """Return about how many places the result of a finding has."""
    return 3 + min(len(finding.related), most - 2) + min(len(finding.evidence), most - 1)


def _primary(finding: Finding, places: Places) -> om.Location:
    location = places.location(places.first_line(finding.span), context=True)
    location.logical_locations = [_logical(finding.inside)] if finding.inside else None
    return location


def _logical(definition: Definition) -> om.LogicalLocation:
    return om.LogicalLocation(
        name=clip(definition.name.rpartition(".")[2]),
        fully_qualified_name=clip(definition.name),
        kind=_KIND_OF_DEFINITION[definition.kind],
    )


def _related(finding: Finding, app: AppResult | None, most: int) -> tuple[Step, ...]:
    """Return the other call sites, then the place of the grants where the finding itself is not in that file."""
    if app is None or app.app.span is None or app.app.span.path == finding.span.path:
        return finding.related[:most]
    return (*finding.related[: most - 1], Step(app.app.span, "The grants are declared here."))


def _links(related: Sequence[Step]) -> str:
    """Return sentences that link to the related places; services show only those that a message links to."""
    if not related:
        return ""
    links = [f"[{_label(step)}]({number})" for number, step in enumerate(related, start=1)]
    shown = ", ".join(links[:_LINK_LIMIT])
    more = len(links) - _LINK_LIMIT
    return f" See also {shown} and {more} more." if more > 0 else f" See also {shown}."


def _label(step: Step) -> str:
    path = clip(step.span.path).replace("[", "(").replace("]", ")")
    return f"{path}:{step.span.line}"


def _code_flows(finding: Finding, places: Places, most: int) -> list[om.CodeFlow] | None:
    """Return the evidence as one flow that ends at the place of the finding, or None where it is that place alone."""
    steps = list(finding.evidence[: most - 1])
    if steps and steps[-1].span != finding.span:
        steps.append(Step(finding.span, clip(finding.message)))
    if len(steps) < 2:
        return None
    locations = [
        om.ThreadFlowLocation(location=places.location(step.span, clip(step.note)), execution_order=number)
        for number, step in enumerate(steps, start=1)
    ]
    return [om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])]


def _fix(fix: Fix, places: Places) -> om.Fix:
    """Return a fix; its edits are grouped by file."""
    files: dict[str, list[om.Replacement]] = {}
    for edit in fix.edits:
        files.setdefault(edit.span.path, []).append(
            om.Replacement(
                deleted_region=places.edited(edit.span),
                inserted_content=om.ArtifactContent(text=edit.text) if edit.text else None,
            )
        )
    return om.Fix(
        description=om.Message(text=plain(fix.description)),
        artifact_changes=[
            om.ArtifactChange(artifact_location=artifact(path), replacements=replacements)
            for path, replacements in sorted(files.items())
        ],
    )


def _fingerprints(finding: Finding, places: Places) -> dict[str, str]:
    values = {"primaryLocationLineHash": places.line_hash(finding.span), "leastscope/v1": finding.fingerprint}
    return {key: value for key, value in values.items() if value}


def _properties(finding: Finding) -> dict[str, object]:
    """Return the facts that editors list beside a result."""
    values: dict[str, object] = {
        "kind": finding.rule,
        "app": clip(finding.app),
        "system": clip(finding.system),
        "permission": clip(finding.permission),
        "anyOf": [clip(name) for name in finding.any_of],
        "certainty": finding.certainty,
        "why": clip(reason(finding.permission, finding.why)) if finding.why else "",
        "source": clip(finding.why.requirement.source) if finding.why else "",
    }
    return {key: value for key, value in values.items() if value}


def _suppressions(finding: Finding, places: Places) -> list[om.Suppression] | None:
    """Return who suppressed it: a comment in the file, or the settings, which are external to it."""
    if finding.suppressed is None:
        return None
    at = finding.suppressed_at
    return [
        om.Suppression(
            kind="inSource" if at else "external",
            state="accepted",
            justification=clip(finding.suppressed) or None,
            location=places.location(at) if at else None,
        )
    ]
