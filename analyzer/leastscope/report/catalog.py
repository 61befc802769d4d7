"""Renders the catalog of kinds as help texts and as the pages `docs/findings.md` and `docs/gaps.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.kinds import FINDINGS, GAPS

if TYPE_CHECKING:
    from leastscope.kinds import FindingKind, GapKind

_COMMENT = "<!-- Rendered from leastscope/kinds.py by leastscope/report/catalog.py; a test compares them. -->"


def help_text(kind: FindingKind) -> str:
    """Return the help of a kind as plain text."""
    return f"{kind.full}\n\n{advice(kind)}\n\nWrong:\n{kind.wrong}\n\nRight:\n{kind.right}\n\n{kind.limits}"


def help_markdown(kind: FindingKind) -> str:
    """Return the help of a kind as Markdown, without a heading."""
    return (
        f"{kind.full}\n\n{advice(kind)}\n\nWrong:\n\n{_fence(kind, kind.wrong)}\n\n"
        f"Right:\n\n{_fence(kind, kind.right)}\n\nLimits: {kind.limits}"
    )


def advice(kind: FindingKind, permission: str = "", manifest: str = "the manifest") -> str:
    """Return what to do about a finding of this kind, in one sentence; without a permission, in general."""
    template = kind.action if permission else kind.action.replace("'{permission}'", "the permission")
    return template.format(permission=permission, manifest=manifest)


def render_findings_page() -> str:
    """Return `docs/findings.md`."""
    head = (
        "# Kinds of findings\n\n"
        f"{_COMMENT}\n\n"
        "The table lists the level of each kind when leastscope is certain. If the code or the vendor's documentation\n"
        "leaves a doubt, the level is lower. To change the level of a kind or to turn the kind off, set `levels` in the\n"
        "[settings](settings.md). To suppress a single finding, write a [comment](settings.md#suppression-comments) on\n"
        "its line.\n\n"
        "| id | kind | level | meaning |\n|---|---|---|---|\n"
    )
    rows = "".join(
        f"| {kind.id} | [`{kind.name}`](#{kind.name}) | {kind.level} | {kind.short} |\n" for kind in FINDINGS
    )
    return head + rows + "".join(f"\n{_finding_section(kind)}" for kind in FINDINGS)


def render_gaps_page() -> str:
    """Return `docs/gaps.md`."""
    head = (
        "# Kinds of gaps\n\n"
        f"{_COMMENT}\n\n"
        "A gap is a place in your code that may need a permission and that leastscope could not analyze. leastscope does\n"
        "not guess there. If the code at a gap may use a grant, leastscope reports the grant as unused only in a note.\n"
        "With `--strict`, any gap makes the exit code 3.\n\n"
        "| id | kind | meaning |\n|---|---|---|\n"
    )
    rows = "".join(f"| {kind.id} | [`{kind.name}`](#{kind.name}) | {kind.text} |\n" for kind in GAPS)
    return head + rows + "".join(f"\n{_gap_section(kind)}" for kind in GAPS)


def _finding_section(kind: FindingKind) -> str:
    weight = f" · security severity {kind.severity}" if kind.severity else ""
    return (
        f"## {kind.name}\n\n`{kind.id}` {kind.title} · {kind.level} · precision {kind.precision}{weight}\n\n"
        f"{help_markdown(kind)}\n"
    )


def _gap_section(kind: GapKind) -> str:
    return f"## {kind.name}\n\n`{kind.id}` {kind.title}\n\n{kind.text} {kind.action}\n"


def _fence(kind: FindingKind, example: str) -> str:
    # Comments stand in the JSON examples, as they may in the manifests.
    language = "jsonc" if kind.language == "json" else kind.language
    return f"```{language}\n{example}\n```"
