"""Writes the files of one commit into a folder of our own, under the paths they have there."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.errors import GitError
from leastscope.git.command import BrokenOffError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from leastscope.git.repository import Repository

MAX_ENTRIES = 1_000_000
_FILES = (b"100644", b"100755", b"100664")
_LINK = b"120000"
_SUBMODULE = b"160000"
_NOWHERE = "nowhere/never"
_FORBIDDEN = frozenset('<>:"|?*\\') if os.name == "nt" else frozenset()
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one commit, each with the id of what it holds, and the paths of its links and submodules.

    Paths are relative to the root of the repository, POSIX style.
    """

    name: str
    files: Mapping[str, str]
    links: tuple[str, ...]
    submodules: tuple[str, ...]

    def without(self, paths: frozenset[str]) -> Snapshot:
        """Leave some files out."""
        files = {path: found for path, found in self.files.items() if path not in paths} if paths else self.files
        return replace(self, files=files)


@dataclass(frozen=True, slots=True, order=True)
class Unwritten:
    """A file that could not be written, with the reason."""

    path: str
    reason: str


def read_snapshot(repository: Repository, commit: str, name: str) -> Snapshot:
    """List a commit, which the user knows by a name; small trees can hold each other a billion times, so it is capped."""
    files: dict[str, str] = {}
    others: dict[bytes, list[str]] = {_LINK: [], _SUBMODULE: []}
    try:
        for number, entry in enumerate(repository.git.records("ls-tree", "-r", "-z", "--full-tree", commit)):
            if number >= MAX_ENTRIES:
                raise GitError(f"'{name}' has more than {MAX_ENTRIES} files")
            head, _, path = entry.partition(b"\t")
            mode, _, found = head.split(b" ", 2)
            if mode in _FILES:
                files[os.fsdecode(path)] = found.decode("ascii")
            elif mode in others:
                others[mode].append(os.fsdecode(path))
    except BrokenOffError:
        raise repository.incomplete(name) from None
    return Snapshot(name, files, tuple(sorted(others[_LINK])), tuple(sorted(others[_SUBMODULE])))


def write_snapshot(
    repository: Repository, snapshot: Snapshot, folder: Path, wanted: Callable[[str], bool], limit: int
) -> tuple[Unwritten, ...]:
    """Write the wanted files of a snapshot below a folder; give those that could not be.

    `wanted` tells by its path whether a file is. A link is written as one that leads nowhere, for a scan may have to say
    that it is one; submodules are left out. Of a file of more than `limit` bytes only the size is written. A path never
    leads out of the folder, nor anywhere that a name means something special.
    """
    places: dict[str, list[str]] = {}
    for path in sorted(filter(wanted, snapshot.files)):
        places.setdefault(snapshot.files[path], []).append(path)
    failed: list[Unwritten | None] = []
    try:
        sizes = dict(repository.git.sizes(places))
        large = {found for found, size in sizes.items() if size > limit}
        for found, data in repository.git.contents(found for found in places if found not in large):
            failed += [_written(folder, path, data, len(data)) for path in places[found]]
    except BrokenOffError:
        raise repository.incomplete(snapshot.name) from None
    failed += [_written(folder, path, b"", limit + 1) for found in large for path in places[found]]
    for path in filter(wanted, snapshot.links):
        _link(folder, path)
    return tuple(sorted(one for one in failed if one))


def _written(folder: Path, path: str, data: bytes, size: int) -> Unwritten | None:
    """Write one new file; what the file system does not take is no error of the run."""
    parts = path.split("/")
    if any(_is_refused(part) for part in parts):
        return Unwritten(path, "its name is not safe to write")
    target = folder.joinpath(*parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
            file.truncate(size)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "its name cannot be used here"
        return Unwritten(path, f"it cannot be written: {reason.lower()}")
    return None


def _link(folder: Path, path: str) -> None:
    """Write a link that leads nowhere; it comes after all files, and where the system has none, it is left out."""
    parts = path.split("/")
    if not any(_is_refused(part) for part in parts):
        with suppress(OSError, ValueError):
            folder.joinpath(*parts[:-1]).mkdir(parents=True, exist_ok=True)
            folder.joinpath(*parts).symlink_to(_NOWHERE)


def _is_refused(part: str) -> bool:
    """Whether a name leads elsewhere, or means something to git or to the system."""
    plain = part.rstrip(". ") if os.name == "nt" else part
    return (
        part in {"", ".", ".."}
        or plain.lower() == ".git"
        or (os.name == "nt" and (plain != part or plain.partition(".")[0].lower() in _DEVICES))
        or not _FORBIDDEN.isdisjoint(part)
        or "\0" in part
    )
