"""Reads regular files and nothing else: a pipe or a device that stands in the place of a file never holds a run up."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_regular(path: str | Path, limit: int, *, links: bool = True) -> bytes:
    """Read up to `limit` bytes of a regular file, without waiting; raises OSError for anything else.

    With `links`, a link to a regular file counts as one.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if links else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(None, "it is not a regular file")
        return _read(descriptor, found.st_size, limit)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int, limit: int) -> bytes:
    """Read up to `limit` bytes of a file of some size: in one step, unless the file has another size by now."""
    # Room for as much as may be read would be taken and given back for each file.
    data = piece = os.read(descriptor, min(size + 1, limit))
    while piece and len(data) not in {size, limit}:
        piece = os.read(descriptor, limit - len(data))
        data += piece
    return data
