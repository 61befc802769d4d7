"""Words of findings and gaps as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.kinds import UNREAD
from leastscope.report.escape import visible

if TYPE_CHECKING:
    from leastscope.model import Finding, Unread, Why

_NAMED = 3


def sentence(text: str) -> str:
    """Return words as a sentence: a capital first but for our own name, a mark at the end."""
    words = text.strip()
    first = words[:1] if words.startswith("leastscope ") else words[:1].upper()
    return f"{first}{words[1:]}{'' if words.endswith(('.', '!', '?')) else '.'}" if words else ""


def full_message(finding: Finding) -> str:
    """Return what is wrong and what to do about it, for outputs that have one place for both."""
    return " ".join(part for part in (sentence(finding.message), finding.advice) if part)


def not_read(one: Unread) -> str:
    """Return how much was not read for a reason, and what a change adds to it: `2 symbolic links (new: 'a', 'b')`."""
    counted = f"{one.count} {UNREAD[one.reason][one.count != 1]}"
    named = ", ".join(f"'{visible(path)}'" for path in one.new[:_NAMED])
    more = f" and {len(one.new) - _NAMED} more" if len(one.new) > _NAMED else ""
    return f"{counted} (new: {named}{more})" if one.new else counted


def needing(why: Why) -> str:
    """Return what needs a permission: `GET /things`, `expanding data.owner`."""
    asked = why.requirement
    return {
        "expand": f"expanding {asked.detail}",
        "parameter": f"the parameter {asked.detail} of {why.use}",
        "event": f"the event {asked.detail}" if asked.detail else f"the {why.use.replace(chr(39), '')}",
    }.get(asked.because, why.use)


def reason(permission: str, why: Why) -> str:
    """Return what needs a permission: `GET /things needs thing_read`."""
    return f"{needing(why)} needs {permission}"


def known_from(permission: str, why: Why) -> str:
    """Return what needs a permission, how well that is known, and where it was read."""
    asked = why.requirement
    certainty = "" if asked.because == "statement" else asked.certainty
    known = ", ".join(part for part in (certainty, asked.source) if part)
    return f"{reason(permission, why)} ({known})"
