"""What a scan does not read: counted by reason, and which files git tracks, so that no ignore file hides them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leastscope.errors import GitError
from leastscope.model import Unread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from leastscope.model import Gap

_MAX_NAMED = 20


def unread_of(gaps: Iterable[Gap]) -> Iterator[Unread]:
    """Count the files that a gap keeps from being read."""
    for reason, kinds in (
        ("large", {"too-large"}),
        ("broken", {"syntax-error", "too-deep", "undecodable", "unreadable"}),
    ):
        yield from left_out(reason, {gap.span.path for gap in gaps if gap.kind in kinds})


def left_out(reason: str, paths: Collection[str]) -> Iterator[Unread]:
    """Count paths that are left out for a reason, and name the first of them; nothing where there are none."""
    if paths:
        yield Unread(reason, len(paths), tuple(sorted(paths)[:_MAX_NAMED]))


def tracked_below(paths: Sequence[Path], cwd: Path) -> frozenset[str]:
    """Give the real paths of the files that git tracks in the repositories of some paths.

    Raises `GitError` where there is a repository, and git cannot tell.
    """
    from leastscope.git import Repository  # noqa: PLC0415 - git is asked only where an ignore file hides something

    found: frozenset[str] = frozenset()
    seen: set[Path | None] = {None}
    for path in paths:
        folder = cwd / path
        folder = folder if folder.is_dir() else folder.parent
        try:
            repository = Repository.find(folder)
            if repository.top not in seen:
                seen.add(repository.top)
                found |= repository.tracked()
        except GitError:
            if any(os.path.lexists(at / ".git") for at in (folder, *folder.parents)):
                raise
    return found
