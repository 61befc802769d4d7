"""The claims of a project fixture: what a scan finds at a line, in a comment of that line or alone before it.

    client.v1.refunds.create()  # finding: missing-grant charge_write error
    {"permission": "coupon_write"}  // finding: excess-grant coupon_write warning
    <!-- gap: unknown-scope -->

A finding is its kind, its permission where it is about one, and its level (`suppressed` where it does not count); several
stand behind each other, with `;` between them. A comment alone on its line is about the next line that says something.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Finding, Report

Fact = tuple[str, int, str]
"""File, line, and what is said of it."""
_COMMENT = re.compile(r"(?:#|//|<!--)\s*((?:finding|gap):\s.*?)\s*(?:-->)?\s*$")
_LEVELS = frozenset({"error", "warning", "note", "suppressed"})


class MalformedClaimError(ValueError):
    """A comment that looks like a claim and is none."""


def claims_of(folder: Path, root: Path) -> Counter[Fact]:
    """Read the claims of all the files below a folder; paths are relative to `root`."""
    found: Counter[Fact] = Counter()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        shown = path.relative_to(root).as_posix()
        for line, claim in claims_in(path.read_text("utf-8")):
            found[shown, line, claim] += 1
    return found


def claims_in(text: str) -> list[tuple[int, str]]:
    """Read the claims of a text, with the lines that they are about."""
    found: list[tuple[int, str]] = []
    waiting: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.search(line)
        claims = [_checked(part, number) for part in comment[1].split(";")] if comment else []
        if comment and not line[: comment.start()].strip():
            waiting += claims
            continue
        found += [(number, claim) for claim in claims]
        if line.strip() and not line.strip().startswith(("#", "//", "<!--")):
            found += [(number, claim) for claim in waiting]
            waiting = []
    if waiting:
        raise MalformedClaimError(f"nothing follows the claims {waiting}")
    return found


def _checked(claim: str, line: int) -> str:
    """Bring one claim into its form; a kind or level that does not exist is refused."""
    word, *rest = claim.split()
    if word == "gap:" and len(rest) == 1 and rest[0] in GAP_BY_NAME:
        return f"gap: {rest[0]}"
    kind, *more = rest if word == "finding:" else [word, *rest]
    if kind not in FINDING_BY_NAME or len(more) not in {1, 2} or more[-1] not in _LEVELS:
        raise MalformedClaimError(f"line {line}: {claim.strip()!r} claims nothing")
    return " ".join(("finding:", kind, *more))


def facts_of(report: Report) -> Counter[Fact]:
    """Say what a scan found, by file and line."""
    findings = Counter((one.span.path, one.span.line, _told(one)) for one in report.findings)
    return findings + Counter((gap.span.path, gap.span.line, f"gap: {gap.kind}") for gap in report.inventory.gaps)


def _told(finding: Finding) -> str:
    level = finding.level if finding.suppressed is None else "suppressed"
    return " ".join(filter(None, ("finding:", finding.rule, finding.permission, level)))


def differences(claims: Counter[Fact], facts: Counter[Fact]) -> list[str]:
    """Say in words where they differ, sorted by file and line."""
    told = [(place, line, f"claimed, and not found: {what}") for place, line, what in (claims - facts).elements()]
    told += [(place, line, f"found, and not claimed: {what}") for place, line, what in (facts - claims).elements()]
    return [f"{place}:{line}: {text}" for place, line, text in sorted(told)]
