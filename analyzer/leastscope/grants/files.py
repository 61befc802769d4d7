"""Reads manifests that others extend, and nothing outside the folders of the scan, whatever links and `..` say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.document import MAX_BYTES
from leastscope.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def folder_loader(folders: Iterable[Path], cwd: Path = Path()) -> Callable[[str], bytes | None]:
    """Make a function that gives the bytes of a file below one of the folders by its path, else None.

    The path and the folders are relative to `cwd`. More than a manifest may hold is not read.
    """
    roots = [(cwd / folder).resolve() for folder in folders]

    def load(path: str) -> bytes | None:
        try:
            target = (cwd / path).resolve(strict=True)
            if not any(target.is_relative_to(root) for root in roots):
                return None
            return read_regular(target, MAX_BYTES + 1)
        except (OSError, RuntimeError, ValueError):  # a loop of links is a RuntimeError, a null byte a ValueError
            return None

    return load
