"""Where settings can stand: the names of the files, and the folders that are looked in. Imports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SETTINGS_FILES = ("leastscope.yaml", "leastscope.yml")
PROJECT_FILE = "pyproject.toml"
"""The file of a Python project, which may have settings in a table."""
MENTION = b"leastscope"
"""A project's file without this word has no settings."""


def settings_folders(cwd: Path, paths: Sequence[Path], home: Path | None = None) -> tuple[Path, ...]:
    """Give the folders whose settings count, the nearest first: `home`, else the working directory; then the only path."""
    return (home or cwd, *(cwd / path for path in paths if len(paths) == 1))
