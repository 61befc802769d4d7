"""The numbers of an app in words, the same in every format that has a place for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.report.page import counted

if TYPE_CHECKING:
    from leastscope.model import AppResult


def numbers(result: AppResult) -> str:
    """Say how many grants there are and how many needs: each grant is used, excess or unknown, each need met or missing."""
    return (
        f"{len(result.granted)} granted ({len(result.used)} used, {len(result.excess)} excess, "
        f"{len(result.unknown)} unknown), {len(result.needed)} needed ({len(result.met)} met, "
        f"{len(result.missing)} missing)"
    )


def apart(result: AppResult) -> list[str]:
    """Say which calls are in none of the numbers: those with the developer's own key, and those of no app."""
    found = [f"{counted(len(result.own), 'call')} with your own key not counted"] if result.own else []
    if result.unattributed:
        verb = "belongs" if result.unattributed == 1 else "belong"
        found.append(
            f"{counted(result.unattributed, 'call')} {verb} to no app (name the paths of each app in leastscope.yaml)"
        )
    return found
