"""Writes files so that nobody ever finds half of one, and never where a scanned tree leads a write astray.

A file is written beside its target and renamed: a full disk or a signal leaves the old file as it was. Who controls the
scanned tree can plant links and pipes in it under the name of a report; these are refused.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_NAME = 100
# `/dev/stdout` leads to the file that is open there, which a rename would take away from whoever has it open.
_OPEN_FILES = (("dev",), ("proc",))


def trees_of(paths: Sequence[Path], cwd: Path) -> tuple[Path, ...]:
    """Return the folders whose contents somebody else may control: the scanned paths and the repositories around them."""
    found = set()
    for path in paths:
        real = Path(os.path.realpath(cwd / path))
        found.add(real)
        found.update(folder for folder in real.parents if (folder / ".git").exists())
    return tuple(sorted(found))


def check_output(path: Path, cwd: Path, trees: Sequence[Path]) -> None:
    """Refuse a path that a report cannot or must not be written to; raises `UsageError` with the reason.

    `trees` are real paths, as `trees_of` returns them.
    """
    link = _link_inside(cwd / path, trees)
    if link is not None:
        raise UsageError(f"{path}: refusing to write through the symbolic link '{link}' inside the scanned tree")
    try:
        mode = (cwd / path).stat().st_mode
    except FileNotFoundError:
        mode = 0
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be written: {_words(error)}") from None
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path}: cannot be written: it is a folder")
    if mode and not stat.S_ISREG(mode):
        if _is_inside(Path(os.path.realpath(cwd / path)), trees):
            raise UsageError(f"{path}: refusing to write to a pipe or device inside the scanned tree")
        return
    folder = Path(os.path.realpath(cwd / path)).parent
    if not folder.is_dir():
        raise UsageError(f"{path}: cannot be written: the folder '{path.parent}' does not exist")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: cannot be written: the folder '{path.parent}' is not writable")


def write_output(path: Path, data: bytes, cwd: Path, trees: Sequence[Path]) -> None:
    """Write a report; raises `UsageError`. A link outside of the trees is followed, a pipe or device is written as it is."""
    check_output(path, cwd, trees)
    target = Path(os.path.realpath(cwd / path))
    direct = (cwd / path).parts[1:2] in _OPEN_FILES or ((cwd / path).exists() and not target.is_file())
    try:
        if direct:
            with (cwd / path).open("wb", buffering=0) as file:
                _write_all(file.fileno(), data)
        else:
            replace_file(target, data)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be written: {_words(error)}") from None


def append_output(path: Path, data: bytes) -> None:
    """Add to a file that other programs write to as well; where that fails, what was there is all that is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            before = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, data)
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(before)
                raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be written: {_words(error)}") from None


def replace_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file in one step: whatever happens, it holds what it held or all of `data`. Raises `OSError`.

    An existing file keeps its permissions. `path` itself is replaced, so a link there becomes a file; callers resolve or
    refuse links first. `durable` waits until the data is on the disk.
    """
    import tempfile  # noqa: PLC0415 - most runs write no file

    mode = _mode(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_LONGEST_NAME]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(handle)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _mode(path: Path) -> int:
    """Return the permissions of a file, or those that a new one would get."""
    try:
        return stat.S_IMODE(path.lstat().st_mode) & 0o777
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _link_inside(path: Path, trees: Sequence[Path]) -> str | None:
    """Return the first symbolic link on the way to a path that stands inside one of the trees."""
    at = Path(path.anchor)
    for part in path.parts[1:]:
        at = at.parent if part == ".." else at / part
        if at.is_symlink():
            if _is_inside(at, trees):
                return os.fspath(at.name)
            at = Path(os.path.realpath(at))
    return None


def _is_inside(path: Path, trees: Sequence[Path]) -> bool:
    return any(tree == path or tree in path.parents for tree in trees)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _words(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "its name cannot be used"
