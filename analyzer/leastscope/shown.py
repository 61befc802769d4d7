"""The part of a project that a report is about, where the whole project was read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import Inventory


def is_shown(path: str, shown: Sequence[str]) -> bool:
    """Whether a file is one of the paths, or below one; with no paths, every file is."""
    return not shown or any(path == one or path.startswith(f"{one}/") for one in shown)


def narrowed(inventory: Inventory, shown: Sequence[str]) -> Inventory:
    """Leave in an inventory what is in the paths; the counts of files stay those of what was read."""
    if not shown:
        return inventory
    return replace(
        inventory,
        needs=tuple(need for need in inventory.needs if is_shown(need.request.span.path, shown)),
        events=tuple(event for event in inventory.events if is_shown(event.use.span.path, shown)),
        gaps=tuple(gap for gap in inventory.gaps if is_shown(gap.span.path, shown)),
        tokens=tuple(token for token in inventory.tokens if is_shown(token.span.path, shown)),
    )
