"""Words of findings and gaps as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leastscope.model import Finding


def sentence(text: str) -> str:
    """Return words as a sentence: a capital first, a mark at the end."""
    words = text.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}" if words else ""


def full_message(finding: Finding) -> str:
    """Return what is wrong and what to do about it, for outputs that have one place for both."""
    return " ".join(part for part in (sentence(finding.message), finding.advice) if part)
