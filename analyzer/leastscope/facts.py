"""What a run has to know of the rule packs before it knows whether it needs one: which files count, which words matter.

Both are kept in the user's cache folder, in a file whose name says which packs and which code they are of, so that a tree
in which nothing names a system is told apart without reading a pack.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope import __version__
from leastscope.discover import Wanted
from leastscope.index import Facts
from leastscope.rulebook.folders import FUNCTIONS, rules_root
from leastscope.store import digest, keep, read_sealed, sealed, user_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).resolve().parent
_LIBRARIES = ("click", "libcst", "msgspec", "packaging", "sarif_om", "tomli", "yaml")
"""The libraries that have a part in what a run says."""


@cache
def identity(root: Path, functions: Path | None = None) -> bytes:
    """Give a digest of all that decides what a run says beside its input: our code, the packs, libraries, Python.

    `functions` are the rows of functions, which come with us whatever folder the packs are in. Files count by name, size
    and time, as they do for Python's own compiled modules.
    """
    parts = [__version__, sys.version, os.fspath(_PACKAGE), *_states(_PACKAGE, ".py")]
    parts += [os.fspath(root), *_states(root, ".yaml"), *_library_states()]
    parts += _states(rules_root() / FUNCTIONS if functions is None else functions, ".yaml")
    return digest(*(part.encode("utf-8", "surrogateescape") for part in parts))


@cache
def known_facts(root: Path) -> Facts:
    """Give the facts of the packs in a folder, from the cache where they are there."""
    key = digest(b"facts", identity(root))
    folder = user_folder()
    place = folder / "rules" / f"facts-{digest(os.fsencode(root)).hex()[:16]}" if folder else None
    found = None if place is None else _read(place, key)
    if found is None:
        from leastscope.runs import facts_of  # noqa: PLC0415 - reads every pack

        found = facts_of(root)
        if place is not None:
            keep(place, sealed(key, _encoded(found)))
    return found


def _states(folder: Path, suffix: str) -> Iterator[str]:
    """Give the state of the files below a folder that have a suffix, sorted by folder."""
    pending = [os.fspath(folder)]
    while pending:
        at = pending.pop()
        try:
            with os.scandir(at) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.name.endswith(suffix):
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _library_states() -> Iterator[str]:
    """Give the state of the libraries, where an import would find them; importing them would take longer than most runs."""
    for name in _LIBRARIES:
        for place in sys.path:
            try:
                found = os.stat(os.path.join(place, name, "__init__.py"))  # noqa: PTH116, PTH118 - quick
            except OSError:
                continue
            yield f"{name} {found.st_size} {found.st_mtime_ns}"
            break


def _encoded(facts: Facts) -> bytes:
    wanted = facts.wanted
    lists = (wanted.manifests, wanted.locks, wanted.texts, wanted.suffixes)
    return json.dumps([lists, [word.decode() for word in facts.triggers]]).encode()


def _read(place: Path, key: bytes) -> Facts | None:
    """Read what was kept; None where that is missing, damaged, or of other packs."""
    body = read_sealed(place, key)
    if body is None:
        return None
    lists, triggers = json.loads(bytes(body))
    return Facts(Wanted(*map(tuple, lists)), tuple(word.encode() for word in triggers))
