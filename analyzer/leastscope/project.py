"""Which project a path belongs to: what a run reads, whatever part of it the user asks about.

A part cannot be judged alone. The code that uses a grant, a wrapper that sends a request, the manifest and the settings
may all stand elsewhere in the project. So a run reads the whole project, and reports what is in the paths it was given.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leastscope.filenames import MENTION, PROJECT_FILE, SETTINGS_FILES
from leastscope.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAX_BYTES = 1024 * 1024
_REPOSITORY = ".git"
_MAX_DEPTH = 100


class Project(NamedTuple):
    """What a run reads.

    `root` is the folder of the project, `paths` are read (relative to it), and findings are reported in `shown` (POSIX
    style, relative to it; empty: everywhere).
    """

    root: Path
    paths: tuple[Path, ...]
    shown: tuple[str, ...] = ()


def find_project(paths: Sequence[Path], cwd: Path, settings_file: Path | None = None) -> Project:
    """Find the project of some paths: the nearest folder above them with settings, else the root of their repository.

    Outside of a repository, no folder above the working directory is looked at. Paths that belong to no project, or to
    several of which none holds the others, are all that is read. The folder of a named settings file counts as one
    with settings.
    """
    asked = [Path(os.path.realpath(cwd / path)) for path in paths or (Path(),)]
    home = Path(os.path.realpath(cwd))
    if not all(path.exists() for path in asked):
        return Project(home, tuple(paths))
    named = Path(os.path.realpath(cwd / settings_file)).parent if settings_file else None
    found = [_root_of(path, home, named) for path in asked]
    roots = [root for root in found if root is not None]
    outer = min(roots, key=lambda root: (len(root.parts), root), default=None)
    if outer is None or len(roots) < len(asked) or not all(outer in (root, *root.parents) for root in roots):
        return Project(home, tuple(paths) or (Path(),))
    if outer in asked:
        return Project(outer, (Path(),))
    return Project(outer, (Path(), *(path.relative_to(outer) for path in asked)), tuple(_shown(asked, outer)))


def _root_of(path: Path, home: Path, named: Path | None) -> Path | None:
    """Find the project of one path; None where nothing marks one."""
    folder = path if path.is_dir() else path.parent
    above = (folder, *folder.parents)[:_MAX_DEPTH]
    repository = next((at for at in above if (at / _REPOSITORY).exists()), None)
    ends = [above.index(end) for end in (repository, home) if end in above]
    for at in above[: max(ends, default=0) + 1]:
        if at == named or (named is None and _has_settings(at, home)):
            return at
    return repository


def _has_settings(folder: Path, home: Path) -> bool:
    """Whether a folder has settings, be they right or wrong; only a project's file that may hold them is parsed."""
    if any(os.path.lexists(folder / name) for name in SETTINGS_FILES):
        return True
    file = folder / PROJECT_FILE
    with suppress(OSError, ValueError):
        data = read_regular(file, _MAX_BYTES) if file.is_file() else b""
        if MENTION not in data or b"[tool.leastscope" in data:
            return MENTION in data
    from leastscope.settings import settings_of  # noqa: PLC0415 - few folders need it, and it reads documents

    return settings_of(folder, home) is not None


def _shown(asked: Sequence[Path], root: Path) -> Iterator[str]:
    for path in asked:
        text = path.relative_to(root).as_posix()
        yield text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
