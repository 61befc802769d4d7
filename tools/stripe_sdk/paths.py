"""Spelling of path templates: one name for each hole, as the library's own literals publish it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOLE = re.compile(r"{\w+}")


def shape(path: str) -> str:
    """Give the path without the names of its holes: two paths of one shape are the same operation's."""
    return _HOLE.sub("{}", path)


def spellings(paths: Iterable[str]) -> dict[str, str]:
    """Shape -> the spelling to use; the first in `paths` that names every hole for itself wins."""
    chosen: dict[str, str] = {}
    for path in paths:
        chosen.setdefault(shape(path), path)
    return chosen
