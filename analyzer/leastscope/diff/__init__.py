"""What a change does to the permissions of each app: two reports in, their difference out.

Pure logic over values: it knows no git, no file and no format.
"""

from __future__ import annotations

from leastscope.diff.difference import diff, places_of, shown_paths
from leastscope.diff.findings import without_own_comments
from leastscope.diff.types import AppChange, Difference, Files, NeedChange, Standing, State

__all__ = [
    "AppChange",
    "Difference",
    "Files",
    "NeedChange",
    "Standing",
    "State",
    "diff",
    "places_of",
    "shown_paths",
    "without_own_comments",
]
