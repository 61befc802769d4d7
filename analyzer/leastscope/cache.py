"""Keeps what files were lowered to between runs, because parsing is most of the work of a first run.

One file for each lowered one, under a name made of the digest of its bytes and of everything else that decides the small
form: there is nothing to lock, nothing to merge, and nothing to throw away when a release changes the form. Contents are
not believed: what was cut, damaged or made up is missing, and is written anew. The facts in a well-formed entry are
believed, so the folder has to be the user's own, never one that the scanned repository could fill.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from leastscope import __version__
from leastscope.python.syntax import ir
from leastscope.store import digest, keep, opened, remove_oldest, sealed, user_folder

MAX_BYTES = 256 * 1024 * 1024
"""What all entries may take; the ones that were not used for longest go first."""
MAX_ENTRY = 32 * 1024 * 1024
"""Bytes of the largest entry that is written or read."""
DECIDING = ("faults", "ir", "literals", "look", "lower", "prescan", "signs", "source")
"""The modules of `leastscope.python.syntax` that decide what a file is lowered to."""
MOST_LEVELS = 2_000
"""How deep an entry may nest; what is lowered stays far below it."""
_ROOM = 16 * 1024 * 1024
"""How many bytes may be written before the size is looked at again."""
_FOLDERS = ("trees", "evaluations", "answers", "index")
_DAY = 24 * 60 * 60
_Tree: TypeAlias = "ir.Module | ir.Unreadable"
_Positive = Annotated[int, msgspec.Meta(ge=1)]


class _Refused(msgspec.Struct, frozen=True, array_like=True):
    """An `ir.Unreadable` with the values that it can have."""

    kind: Literal["syntax-error", "too-deep", "too-large", "undecodable"]
    line: _Positive
    column: _Positive
    reason: str


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """What a file was lowered to: one of the two."""

    module: ir.Module | None
    refused: _Refused | None


_DECODER = msgspec.msgpack.Decoder(_Entry)
_LEAVES = frozenset((str, int, float, bool, type(None)))


class TreeCache(MutableMapping[bytes, "ir.Module | ir.Unreadable"]):
    """What files were lowered to, by the digest of their bytes; over a folder, or (None) in memory alone.

    Nothing raises but `KeyError`: a folder that cannot be read or written is one that holds nothing. As a mapping it
    counts and lists only what this run has asked for or put in.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._form = b""
        self._known: dict[bytes, _Tree] = {}
        self._writable = True
        self._room = 0

    def __getitem__(self, key: bytes) -> _Tree:
        if key not in self._known:
            place = self._place(key)
            found = None if place is None else _read(*place)
            if found is None:
                raise KeyError(key)
            self._known[key] = found
        return self._known[key]

    def __setitem__(self, key: bytes, tree: _Tree) -> None:
        self._known[key] = tree
        place = self._place(key)
        data = _encoded(place[1], tree) if place is not None and self._writable else None
        if place is None or data is None:
            return
        if self._room < len(data):
            remove_oldest(place[0].parent, MAX_BYTES - _ROOM)
            self._room = _ROOM
        self._room -= len(data)
        self._writable = keep(place[0], data)

    def __delitem__(self, key: bytes) -> None:
        del self._known[key]
        place = self._place(key)
        if place is not None:
            with suppress(OSError):
                place[0].unlink()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _place(self, key: bytes) -> tuple[Path, bytes] | None:
        """Give the file of an entry and what it is sealed with; None where nothing can be kept."""
        if self._folder is None:
            return None
        if not self._form:
            self._form = form() or b""
            if not self._form:
                self._folder = None
                return None
        name = digest(self._form, key)
        return self._folder / name.hex(), name


def open_cache(folder: Path | None = None) -> TreeCache:
    """Open the cache in a folder, or in the user's own; one that cannot be used is an empty one in memory."""
    return TreeCache(_trees(folder))


def clear(folder: Path | None = None) -> int:
    """Remove all entries, of every release, from a folder or from the user's own; gives the bytes freed."""
    root = user_folder() if folder is None else folder
    return 0 if root is None else sum(remove_oldest(root / name, 0) for name in _FOLDERS)


def _trees(folder: Path | None) -> Path | None:
    root = user_folder() if folder is None else folder
    return None if root is None else root / "trees"


def form() -> bytes | None:
    """Give the digest of all that decides the small form besides the bytes of a file; None where it cannot be told.

    Python has its share: it knows the encodings, and the names and normal forms of characters.
    """
    own = [Path(__file__).with_name("python") / "syntax" / f"{name}.py" for name in DECIDING]
    try:
        sources = [path.read_bytes() for path in (_parser_version(), *own)]
    except OSError:
        return None
    return digest(__version__.encode(), repr(sys.version_info[:2]).encode(), *sources)


def _parser_version() -> Path:
    """Find the file that holds LibCST's version, where an import would; the import takes longer than most runs."""
    files = (Path(place, "libcst", "_version.py") for place in sys.path)
    return next((file for file in files if file.is_file()), Path("libcst"))


def _read(path: Path, name: bytes) -> _Tree | None:
    """Read an entry; None where it is missing, damaged or nothing that we would write."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_ENTRY:
            return None
        body = opened(name, path.read_bytes())
    except OSError:
        return None
    tree = None if body is None else unpacked(body)
    if tree is not None and time.time() - found.st_mtime > _DAY:
        with suppress(OSError):
            os.utime(path)
    return tree


def unpacked(body: memoryview) -> _Tree | None:
    """Read what was lowered; others rely on there being a first line, and on a depth that can be walked."""
    try:
        entry = _DECODER.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if entry.refused is not None:
        return ir.Unreadable(*msgspec.structs.astuple(entry.refused))
    module = entry.module
    if module is None or module.lines[:1] != (0,) or any(line < 1 for line, _ in module.comments):
        return None
    return module if _is_shallow(module) else None


def _is_shallow(module: ir.Module) -> bool:
    level: list[object] = [module.body]
    for _ in range(MOST_LEVELS):
        if not level:
            return True
        parts = [node if type(node) is tuple else msgspec.structs.astuple(node) for node in level]  # type: ignore[arg-type]
        level = [part for one in parts for part in one if type(part) not in _LEAVES]
    return False


def _encoded(name: bytes, tree: _Tree) -> bytes | None:
    """Write an entry; None where that cannot be."""
    body = packed(tree)
    return None if body is None else sealed(name, body)


def packed(tree: _Tree) -> bytes | None:
    """Write what a file was lowered to as bytes; None where that cannot be, or where they would be too many."""
    try:
        refused = None if isinstance(tree, ir.Module) else _Refused(*msgspec.structs.astuple(tree))
        body = msgspec.msgpack.encode(_Entry(tree if isinstance(tree, ir.Module) else None, refused))
    except (ArithmeticError, RecursionError, ValueError):
        return None
    return body if len(body) <= MAX_ENTRY else None
