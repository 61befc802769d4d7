"""What a scan does not read: counted by reason, and which files git tracks, so that no ignore file hides them."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING

from leastscope.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from leastscope.envelope import Gap, Unread

_UNTRACKED = frozenset({"ignored", "tools"})
_FOR_GAPS = {
    "large": frozenset({"too-large"}),
    "broken": frozenset({"syntax-error", "too-deep", "undecodable", "unreadable"}),
}


def unread_of(gaps: Iterable[Gap]) -> Iterator[Unread]:
    """Count the files that a gap keeps from being read."""
    for reason, kinds in _FOR_GAPS.items():
        yield from left_out(reason, {gap.span.path for gap in gaps if gap.kind in kinds})


def with_gaps(unread: Iterable[Unread], gaps: Iterable[Gap]) -> tuple[Unread, ...]:
    """Count anew the files that gaps keep from being read, where there are more gaps now."""
    return (*(one for one in unread if one.reason not in _FOR_GAPS), *unread_of(gaps))


def held_by_commits(
    unread: Iterable[Unread], tracked: Iterable[str], submodules: Collection[str], cwd: Path
) -> Iterator[Unread]:
    """Leave out what no commit of a work tree holds.

    That are submodules, and ignored files and folders of tools in which git tracks nothing. `tracked` are the real paths
    of the files that git tracks; the others are relative to `cwd`.
    """
    held = {up for path in tracked for up in (path, *map(os.fspath, PurePath(path).parents))}
    for one in unread:
        unknown = one.reason in _UNTRACKED
        paths = [path for path in one.paths if not unknown or os.path.realpath(cwd / path) in held]
        yield from left_out(one.reason, [path for path in paths if path not in submodules])


def left_out(reason: str, paths: Collection[str]) -> Iterator[Unread]:
    """Count paths that are left out for a reason; nothing where there are none."""
    if paths:
        from leastscope.envelope import Unread  # noqa: PLC0415 - nothing is left out of most small trees

        yield Unread(reason, tuple(sorted(paths)))


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
