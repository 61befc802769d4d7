"""Renders the catalog of kinds as help texts and as pages of `docs/`: two lists, and a page for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.kinds import FINDINGS, GAPS

if TYPE_CHECKING:
    from leastscope.kinds import FindingKind, GapKind

_COMMENT = "<!-- Rendered from leastscope/kinds.py by leastscope/report/catalog.py; a test compares them. -->"
_GAP_MEANING = (
    "A gap is a place in your code that may need a permission and that leastscope could not analyze. leastscope does\n"
    "not guess there. If the code at a gap may use a grant, leastscope reports the grant as unused only in a note.\n"
    "With `--strict`, any gap makes the exit code 3."
)


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


def gap_help_text(kind: GapKind) -> str:
    """Return the help of a kind of gap as plain text."""
    shown = "".join(f"\n\n{title}:\n{code}" for title, code in _gap_examples(kind))
    return f"{kind.text}\n\n{kind.action}{shown}\n\n{_GAP_MEANING}"


def render_pages() -> dict[str, str]:
    """Return the pages of the catalog by their path below `docs/`."""
    return {
        "findings.md": _findings_index(),
        "gaps.md": _gaps_index(),
        **{f"findings/{kind.name}.md": _finding_page(kind) for kind in FINDINGS},
        **{f"gaps/{kind.name}.md": _gap_page(kind) for kind in GAPS},
    }


def _findings_index() -> str:
    head = (
        "# Kinds of findings\n\n"
        f"{_COMMENT}\n\n"
        "The table lists the level of each kind when leastscope is certain. If the code or the vendor's documentation\n"
        "leaves a doubt, the level is lower. To change the level of a kind or to turn the kind off, set `levels` in the\n"
        "[settings](settings.md). To suppress a single finding, write a [comment](settings.md#suppression-comments) on\n"
        "its line.\n\n"
        "| id | kind | level | meaning |\n|---|---|---|---|\n"
    )
    rows = (
        f"| {kind.id} | [`{kind.name}`](findings/{kind.name}.md) | {kind.level} | {kind.short} |\n" for kind in FINDINGS
    )
    return head + "".join(rows)


def _gaps_index() -> str:
    head = f"# Kinds of gaps\n\n{_COMMENT}\n\n{_GAP_MEANING}\n\n| id | kind | meaning |\n|---|---|---|\n"
    rows = (f"| {kind.id} | [`{kind.name}`](gaps/{kind.name}.md) | {kind.text} |\n" for kind in GAPS)
    return head + "".join(rows)


def _finding_page(kind: FindingKind) -> str:
    weight = f" · security severity {kind.severity}" if kind.severity else ""
    silence = (
        f"To change the level of `{kind.name}` everywhere, set `levels` in the [settings](../settings.md). To suppress a\n"
        f"single finding, write `# leastscope: ignore[{kind.name}] reason` on its line: see\n"
        "[suppression comments](../settings.md#suppression-comments)."
    )
    return (
        f"# {kind.name}\n\n{_COMMENT}\n\n"
        f"`{kind.id}` {kind.title} · {kind.level} · precision {kind.precision}{weight}\n\n"
        f"{help_markdown(kind)}\n\n## Suppress\n\n{silence}\n\n[All kinds of findings](../findings.md)\n"
    )


def _gap_page(kind: GapKind) -> str:
    limits = f"{kind.limits}\n\n" if kind.limits else ""
    shown = "".join(f"{title}:\n\n```python\n{code}\n```\n\n" for title, code in _gap_examples(kind))
    return (
        f"# {kind.name}\n\n{_COMMENT}\n\n`{kind.id}` {kind.title}\n\n{kind.text} {kind.action}\n\n"
        f"{limits}{shown}{_GAP_MEANING}\n\n[All kinds of gaps](../gaps.md)\n"
    )


def _gap_examples(kind: GapKind) -> list[tuple[str, str]]:
    return [(title, code) for title, code in (("A gap", kind.before), ("No gap", kind.after)) if code]


def _fence(kind: FindingKind, example: str) -> str:
    # Comments stand in the JSON examples, as they may in the manifests.
    language = "jsonc" if kind.language == "json" else kind.language
    return f"```{language}\n{example}\n```"
