"""Keeps what a command answered, so that the same question about an unchanged tree has its answer at once.

An answer is found by a digest of everything it depends on: our code and packs, the options, the settings, the list of
files and the digest of each of them. What a run reads beside those (`Request.reads`) is kept with the answer, and held
against what is there now. So an answer is the one that a run would give, or it is not given.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from leastscope import __version__
from leastscope.looking import look, state_of
from leastscope.regular import read_regular
from leastscope.request import MAX_OTHER
from leastscope.store import digest, keep, opened, remove_oldest, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from leastscope.looking import Look
    from leastscope.model import Report
    from leastscope.request import Request, Trees

MAX_BYTES = 64 * 1024 * 1024
"""What all answers and indexes may take; those that were not written for longest go first."""
MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of the largest answer that is kept."""
_MISSING = "-"


class Answer(NamedTuple):
    """What a command writes to its targets, what it says on standard error, line by line, and its exit code."""

    texts: tuple[str, ...]
    said: tuple[str, ...]
    code: int


def answer(request: Request, question: object, folder: Path | None, work: Callable[[Look], Answer]) -> Answer:
    """Give the answer to a question about a tree from a folder of the user's cache, else by doing the work.

    `question` holds every option that decides the texts; its `repr` is part of the key.
    """
    found = look(request, folder)
    if folder is None or request.trusted is not None:  # the trusted file and its models are no part of the tree
        return work(found)
    key = digest(b"answer", state_of(found, request), repr(question).encode("utf-8", "backslashreplace"))
    place = folder / "answers" / key.hex()
    known = _read(place, key, request.cwd)
    if known is None:
        known = work(found)
        if not request.lost:
            _keep(place, key, known, _states(request.reads, request.cwd))
    return known


def scan(request: Request, trees: Callable[[], Trees | None], found: Look) -> Report:
    """Compare what the code needs with what is granted; where nothing names a system, without looking further."""
    if found.silent:
        return _silence(found)
    from leastscope import pipeline  # noqa: PLC0415 - most trees are silent, or have an answer

    return pipeline.scan(request, trees(), found.surveyed)


def requests(request: Request, trees: Callable[[], Trees | None], found: Look) -> Report:
    """Take the inventory of requests; where nothing names a system, without looking further."""
    if found.silent:
        return _silence(found)
    from leastscope import pipeline  # noqa: PLC0415 - most trees are silent, or have an answer

    return pipeline.requests(request, trees(), found.surveyed)


def _silence(found: Look) -> Report:
    """Report a tree in which nothing names a system and nothing is declared."""
    from leastscope.model import Inventory, Report, gap_order  # noqa: PLC0415 - an answer that is known needs none of it
    from leastscope.unread import unread_of  # noqa: PLC0415 - the same

    tree = found.surveyed.tree
    gaps = tuple(sorted(set(tree.gaps), key=gap_order))
    unread = (*tree.unread, *unread_of(gaps))
    return Report(__version__, Inventory((), (), gaps, files_seen=len(tree.python), unread=unread))


def _read(place: Path, key: bytes, cwd: Path) -> Answer | None:
    """Read an answer; None where it is missing or damaged, or a file that it depends on has changed."""
    try:
        body = opened(key, place.read_bytes())
    except OSError:
        return None
    if body is None:
        return None
    texts, said, code, read = json.loads(bytes(body))
    return Answer(tuple(texts), tuple(said), code) if read == _states(read, cwd) else None


def _keep(place: Path, key: bytes, known: Answer, read: dict[str, str]) -> None:
    data = sealed(key, json.dumps([*known, read], separators=(",", ":")).encode())
    if len(data) <= MAX_ANSWER and keep(place, data):
        remove_oldest(place.parent, MAX_BYTES)
        remove_oldest(place.parent.with_name("index"), MAX_BYTES)


def _states(paths: Iterable[str], cwd: Path) -> dict[str, str]:
    """Give the state of files that were read beside those of the tree: where links lead, and what they hold."""
    home = os.path.realpath(cwd)
    return {path: _state(cwd / path, home) for path in sorted(paths)}


def _state(path: Path, home: str) -> str:
    try:
        real = os.path.realpath(path)
        return f"{os.path.relpath(real, home)} {digest(read_regular(real, MAX_OTHER + 1)).hex()}"
    except (OSError, ValueError):
        return _MISSING
