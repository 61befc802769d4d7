"""What every file of a tree held when a run last read it, so that the next run reads only what has changed.

A file is known by its size, its times and its number on the disk. One that was changed less than two seconds before the
index was begun is read again: within that time, a second change can leave all of them as they are. Without an earlier
index, every file is read, and what it holds decides alone.
"""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from leastscope.discover import Tree, Wanted, has_trigger, read
from leastscope.notebooks import code_of
from leastscope.python.syntax.source import as_seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leastscope.discover import File
    from leastscope.model import Gap

_RACY = 2_000_000_000
"""Nanoseconds for which the times of a file say nothing: some file systems count in steps of two seconds."""
_DIGEST = 20
_ROOM = 16 * 1024 * 1024
"""Bytes of files that are kept for who asks more of them in the same run; the rest is read anew."""

Stamp = tuple[int, int, int, int]
"""The size, both times in nanoseconds, and the number of a file."""


class Seen(NamedTuple):
    """What a file held: a digest of its bytes, or why it could not be read, and whether it may name a system."""

    stamp: Stamp
    digest: str
    speaks: bool


class Facts(NamedTuple):
    """The files that a run looks at, and the lower-case words that name a system, sorted."""

    wanted: Wanted
    triggers: tuple[bytes, ...]


class Index:
    """The files of a tree by their absolute paths.

    `triggers` are the lower-case words that name a system. `earlier` is what a run that began at `at` (in nanoseconds)
    has found. `found` is what this run has found, and `began` when it began. `torn` says that a file has changed since.
    """

    def __init__(self, triggers: Sequence[bytes], earlier: Mapping[str, Seen] | None = None, at: int = 0) -> None:
        self.triggers = tuple(triggers)
        self.found: dict[str, Seen] = {}
        self.began = time.time_ns()
        self.changed = 0
        self.torn = False
        self._contents: dict[str, bytes] = {}
        self._room = _ROOM
        self._earlier = earlier or {}
        self._at = at

    def seen(self, file: File, limit: int, *, code: bool = True) -> Seen:
        """Give what a file holds, which is read up to the limit if it may have changed.

        Only `code` is searched for the names of systems, and kept for who asks more of it.
        """
        path = file.absolute
        found = self.found.get(path)
        if found is None:
            stamp = _stamp(path)
            known = self._earlier.get(path)
            if known is None or known.stamp != stamp or max(stamp[1:3]) > self._at - _RACY:
                self.changed += 1
                data = read(file, limit)
                known = self.judged(file, stamp, data) if code else Seen(stamp, _digest(data), speaks=False)
                if code and isinstance(data, bytes) and len(data) <= self._room:
                    self._room -= len(data)
                    self._contents[path] = data
            found = self.found[path] = known
        return found

    def content(self, file: File, limit: int) -> bytes | Gap:
        """Give what a file holds: as it was when this run read it, if there was room for it, else as it is now."""
        path = file.absolute
        data: bytes | Gap | None = self._contents.get(path)
        if data is None:
            data = read(file, limit)
            seen = self.found.get(path)
            self.torn = self.torn or (seen is not None and seen.digest != _digest(data))
        return data

    def judged(self, file: File, stamp: Stamp, data: bytes | Gap) -> Seen:
        """Judge what was read of a file; what could not be read may name any system."""
        code = code_of(file, data) if isinstance(data, bytes) else data
        seen = as_seen(code) if isinstance(code, bytes) else None
        return Seen(stamp, _digest(data), speaks=seen is None or has_trigger(seen, self.triggers))


class Surveyed(NamedTuple):
    """The files of a tree, and what they hold."""

    tree: Tree
    held: Index


def _digest(data: bytes | Gap) -> str:
    return blake2b(data, digest_size=_DIGEST).hexdigest() if isinstance(data, bytes) else f"!{data}"


def _stamp(path: str) -> Stamp:
    """Say which state of a file this is; one that is not there has no size."""
    try:
        found = os.lstat(path)
    except OSError:
        return (-1, 0, 0, 0)
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
