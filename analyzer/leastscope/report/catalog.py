"""The catalog of kinds as help texts and as the pages `docs/findings.md` and `docs/gaps.md`."""

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
        "The level is that of a certain finding; it drops where the code or the documentation leaves a doubt.\n"
        "`levels` in the [settings](settings.md) changes the level of a kind or turns it off, a\n"
        "[comment](settings.md#suppression-comments) suppresses what is found at its place.\n\n"
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
        "A gap is a place that matters and could not be told. Nothing is guessed there: a gap keeps grants that the\n"
        "place could use from being called excess, and `--strict` makes the run incomplete (exit code 3).\n\n"
        "| id | kind | what could not be told |\n|---|---|---|\n"
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
