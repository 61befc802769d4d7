"""The tool in SARIF: every rule and every notification of the catalog, whether it fired or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sarif_om as om

from leastscope import kinds
from leastscope.report.catalog import help_markdown, help_text

if TYPE_CHECKING:
    from leastscope.kinds import FindingKind, GapKind
    from leastscope.model import Level

RULES = sorted(kinds.FINDINGS, key=lambda kind: kind.id)
RULE_INDEX = {kind.name: index for index, kind in enumerate(RULES)}
INPUT_ERROR = "LS3001"
CUT = "LS3002"
POLICY = "LS3003"
NOT_READ = "LS3004"
_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PROBLEM_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}


def tool(version: str, *, with_gaps: bool) -> om.Tool:
    """Return the tool with its rules sorted by id and its notifications, those of gaps only where they can occur."""
    gaps = [_gap(kind) for kind in sorted(kinds.GAPS, key=lambda kind: kind.id)] if with_gaps else []
    return om.Tool(
        driver=om.ToolComponent(
            name="leastscope",
            organization="leastscope",
            full_name=f"leastscope {version}",
            short_description=_words("Finds missing and unused permissions of payment integrations."),
            information_uri=kinds.HOME,
            version=version,
            semantic_version=version if _SEMANTIC_VERSION.fullmatch(version) else None,
            rules=[_rule(kind) for kind in RULES],
            notifications=[*gaps, *_own_notifications()],
        )
    )


def _rule(kind: FindingKind) -> om.ReportingDescriptor:
    return om.ReportingDescriptor(
        id=kind.id,
        name=kind.title,
        short_description=_words(kind.short),
        full_description=_words(kind.full),
        help=om.MultiformatMessageString(text=help_text(kind), markdown=help_markdown(kind)),
        help_uri=kind.url,
        default_configuration=om.ReportingConfiguration(level=kind.level),
        properties=_rule_properties(kind),
    )


def _rule_properties(kind: FindingKind) -> dict[str, object]:
    weight = (
        {"security-severity": kind.severity} if kind.severity else {"problem.severity": _PROBLEM_SEVERITY[kind.level]}
    )
    return {"kind": kind.name, "precision": kind.precision, **weight, "tags": list(kind.tags)}


def _gap(kind: GapKind) -> om.ReportingDescriptor:
    made = _notification(kind.id, kind.title, kind.text, kind.action, "warning")
    made.help_uri = kind.url
    made.properties = {"kind": kind.name}
    return made


def _own_notifications() -> list[om.ReportingDescriptor]:
    return [
        _notification(
            INPUT_ERROR,
            "InputError",
            "leastscope could not read a manifest or settings file.",
            "Correct the file. The report does not include what the file declares.",
            "error",
        ),
        _notification(
            CUT,
            "Cut",
            "The report does not list everything that leastscope found.",
            "Code scanning services refuse very large reports. Use the JSON format to list everything.",
            "warning",
        ),
        _notification(
            POLICY,
            "Policy",
            "A change alters what leastscope reads or how it judges.",
            "leastscope judged by the settings of the base. Review the change of the settings.",
            "error",
        ),
        _notification(
            NOT_READ,
            "NotRead",
            "leastscope did not read some files.",
            "Use the JSON format to list them.",
            "note",
        ),
    ]


def _notification(name: str, title: str, text: str, action: str, level: Level) -> om.ReportingDescriptor:
    return om.ReportingDescriptor(
        id=name,
        name=title,
        short_description=_words(text),
        full_description=_words(f"{text} {action}"),
        help=_words(action),
        default_configuration=om.ReportingConfiguration(level=level),
    )


def _words(text: str) -> om.MultiformatMessageString:
    return om.MultiformatMessageString(text=text)
