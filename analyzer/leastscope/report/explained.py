"""Explanations as text for people: passages with rows, the places beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.kinds import FindingKind
from leastscope.report.catalog import help_text
from leastscope.report.hyperlinks import NO_LINKS, Links
from leastscope.report.page import joined, words
from leastscope.report.snippet import Paint, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.kinds import GapKind
    from leastscope.model import Passage


def render_explained(passages: Sequence[Passage], *, color: bool, width: int = 80, links: Links = NO_LINKS) -> str:
    """Return passages with their headings; each row may have a place at its end."""
    paint = Paint(color)
    blocks = []
    for passage in passages:
        lines = [paint("bold", words(passage.heading))]
        for row in passage.rows:
            where = f" ({links.place(row.span)})" if row.span else ""
            indent = "  " * row.depth
            lines += wrap(f"{words(row.text)}{where}", width, first=indent, rest=f"{indent}  ")
        blocks.append(lines)
    return joined(blocks)


def render_kind(kind: FindingKind | GapKind, *, color: bool, width: int = 80) -> str:
    """Return the page of a kind of finding or gap, with the address of the page."""
    is_finding = isinstance(kind, FindingKind)
    heading = f"{kind.name} ({kind.id}, {kind.level})" if isinstance(kind, FindingKind) else f"{kind.name} ({kind.id})"
    text = help_text(kind) if isinstance(kind, FindingKind) else f"{kind.text}\n\n{kind.action}"
    wrapped = [
        line for row in text.split("\n") for line in (wrap(row, width) if row and not row[0].isspace() else [row])
    ]
    what = "finding" if is_finding else "gap"
    return joined([[Paint(color)("bold", f"{what} {heading}")], wrapped, [kind.url]])
