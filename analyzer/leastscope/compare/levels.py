"""What is done to findings at the end: levels from the settings, fingerprints, order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from posixpath import relpath
from typing import TYPE_CHECKING, Literal, TypeAlias

from leastscope.model import LEVELS, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LevelSetting: TypeAlias = Level | Literal["off"]
_FINGERPRINT_DIGITS = 32
_OF_NO_FILE = frozenset({"own-account-calls", "undeclared-system"})
"""Findings about a project, which stand at a place because they have to stand somewhere."""


def with_levels(findings: Iterable[Finding], levels: Mapping[str, LevelSetting]) -> tuple[Finding, ...]:
    """Give the findings the levels of their kinds in `levels`, and drop those of kinds that are `off`.

    The level is that of a certain finding: one that was lowered for want of certainty is never raised by it.
    """
    changed = []
    for finding in findings:
        wanted = levels.get(finding.rule, finding.level)
        if wanted == "off":
            continue
        level = wanted if finding.certainty == "certain" else max(wanted, finding.level, key=LEVELS.__getitem__)
        changed.append(replace(finding, level=level))
    return tuple(changed)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place, then by what is said about it."""
    return tuple(
        sorted(
            findings, key=lambda f: (f.span, f.rule, f.permission, f.app, f.system, f.message, f.evidence, f.related)
        )
    )


def with_fingerprints(findings: Iterable[Finding], home: str = "") -> tuple[Finding, ...]:
    """Give each finding a fingerprint that survives moved lines, and is the same wherever `home` is.

    The field holds until now what tells findings of one kind and file apart (an operation, the text of a call), or
    nothing. Equal findings are counted in their order.
    """
    seen: Counter[str] = Counter()
    stamped = []
    for finding in findings:
        path = "" if finding.rule in _OF_NO_FILE else relpath(finding.span.path, home) if home else finding.span.path
        parts = (finding.rule, finding.app, finding.system, finding.permission, path, finding.fingerprint)
        key = "\0".join(part.replace("\0", "") for part in parts)
        seen[key] += 1
        digest = sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()
        stamped.append(replace(finding, fingerprint=digest[:_FINGERPRINT_DIGITS]))
    return tuple(stamped)
