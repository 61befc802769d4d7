"""Files that spare us work that was done before: written in one step, and believed only where they are what they claim.

They stand in the user's own cache folder, never in what is scanned. Losing one costs time and nothing else, so what goes
wrong here is no error.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zlib
from contextlib import suppress
from pathlib import Path

from leastscope.outputs import replace_file

_MAGIC = b"LSCACHE1"
_DIGEST = 32
_OURS = re.compile(r"[0-9a-f]{64}(?:\w*\.part)?")
_HEADER = len(_MAGIC) + _DIGEST + 4


def user_folder() -> Path | None:
    """Give our folder in the user's cache; None where the user has no such place."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        root = Path(base) if base else Path.home() / ".cache"
    except RuntimeError:
        return None
    return root / "leastscope" if root.is_absolute() else None


def kept_form(path: Path) -> Path | None:
    """Give the place in the user's cache of what is made of a file or folder; None where the user has no such place."""
    root = user_folder()
    try:
        name = f"{path.resolve().name}-{digest(os.fsencode(path.resolve())).hex()[:16]}.msgpack"
    except (OSError, RuntimeError):
        return None
    return root / "rules" / name if root else None


def digest(*parts: bytes) -> bytes:
    """Give one digest of several parts, each with its length."""
    found = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


def sealed(key: bytes, body: bytes) -> bytes:
    """Put before some bytes what they are, by a key of `digest`, and a checksum of both against damage."""
    return _header(key, body) + body


def opened(key: bytes, data: bytes) -> memoryview | None:
    """Give the bytes that were sealed under a key; None for anything else."""
    body = memoryview(data)[_HEADER:]
    return body if data[:_HEADER] == _header(key, body) else None


def read_sealed(path: Path, key: bytes) -> memoryview | None:
    """Read the bytes that a file keeps under a key; None where it is missing, damaged or of another key."""
    try:
        return opened(key, path.read_bytes())
    except OSError:
        return None


def keep(path: Path, data: bytes) -> bool:
    """Write a file in one step, so that nobody ever reads half of it; False where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data, durable=False)
    except (OSError, ValueError):
        return False
    return True


def remove_oldest(folder: Path, limit: int) -> int:
    """Remove the entries that were not used for longest until the rest fits; gives the bytes freed."""
    entries: list[tuple[float, int, str]] = []
    with suppress(OSError), os.scandir(folder) as listing:
        for entry in listing:
            with suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                if _OURS.fullmatch(entry.name) and stat.S_ISREG(found.st_mode):
                    entries.append((found.st_mtime, found.st_size, entry.path))
    total = sum(size for _, size, _ in entries)
    freed = 0
    for _, size, path in sorted(entries):
        if total - freed <= limit:
            break
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - as it was listed
            freed += size
    return freed


def _header(key: bytes, body: bytes | memoryview) -> bytes:
    return _MAGIC + key + zlib.crc32(body, zlib.crc32(key)).to_bytes(4, "big")
