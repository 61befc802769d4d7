"""Keeps what a command answered, so that the same question about an unchanged tree has its answer at once.

An answer is found by a digest of what it depends on: our code and packs, the options, the settings, the list of files and
the digest of each that is no Python. With it are kept the digests of the Python files, what the run asked about them
(`Request.asked`), and what it read beside all of these (`Request.reads`). If a Python file has changed that was not used,
and that still answers every question as one that has no part in the report, the answer stays. So an answer is the one that
a run would give, or it is not given.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from leastscope import __version__
from leastscope.looking import look, python_states, state_of
from leastscope.questions import Questions
from leastscope.regular import read_regular
from leastscope.request import MAX_OTHER, MAX_SOURCE
from leastscope.store import digest, keep, read_sealed, remove_oldest, sealed

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
    place, key, kept = _found(request, question, folder, found)
    states = python_states(found)
    if kept is not None:
        if kept.states != states:
            _keep(place, key, kept._replace(states=states))
        return kept.answer
    known = work(found)
    if not (request.lost or found.surveyed.held.torn):
        _keep(place, key, _Kept(known, _states(request.reads, request.cwd), states, request.asked))
    return known


def is_known(request: Request, question: object, folder: Path) -> bool:
    """Whether `answer` would give the answer without doing the work."""
    return request.trusted is None and _found(request, question, folder, look(request, folder))[2] is not None


def _found(request: Request, question: object, folder: Path, found: Look) -> tuple[Path, bytes, _Kept | None]:
    """Give the place of an answer, what it is sealed with, and the answer itself if one is kept and still holds."""
    key = digest(b"answer", state_of(found, request), repr(question).encode("utf-8", "backslashreplace"))
    place = folder / "answers" / key.hex()
    kept = _read(place, key, request.cwd)
    return place, key, kept if kept is not None and _holds(kept, found, python_states(found)) else None


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
    from leastscope.envelope import Inventory, Report, gap_order  # noqa: PLC0415 - an answer that is known needs none of it
    from leastscope.unread import unread_of  # noqa: PLC0415 - the same

    tree = found.surveyed.tree
    gaps = tuple(sorted(set(tree.gaps), key=gap_order))
    unread = (*tree.unread, *unread_of(gaps))
    return Report(__version__, Inventory((), (), gaps, files_seen=len(tree.python), unread=unread))


class _Kept(NamedTuple):
    """An answer, the states of the files it depends on, and what was asked about the Python files."""

    answer: Answer
    read: dict[str, str]
    states: dict[str, str]
    asked: Questions


def _holds(kept: _Kept, found: Look, states: dict[str, str]) -> bool:
    """Whether an answer is that of the Python files as they are now."""
    if kept.states == states:
        return True
    changed = [file for file in found.surveyed.tree.python if kept.states.get(file.path) != states[file.path]]
    if any(file.path in kept.asked.used for file in changed):
        return False
    from leastscope.sources import answers_as_before  # noqa: PLC0415 - mostly, nothing has changed

    return all(answers_as_before(file, MAX_SOURCE, kept.asked) for file in changed)


def _read(place: Path, key: bytes, cwd: Path) -> _Kept | None:
    """Read an answer; None where it is missing or damaged, or where a file that was read beside the tree has changed."""
    body = read_sealed(place, key)
    if body is None:
        return None
    (texts, said, code), read, states, told = json.loads(bytes(body))
    if read != _states(read, cwd):
        return None
    triggers, used, questions, counted, counts, modules, endings = told
    asked = Questions(
        tuple(word.encode() for word in triggers),
        set(used),
        [({name: frozenset(homes) for name, homes in names.items()}, frozenset(rest)) for names, rest in questions],
        set(counted),
        counts,
        set(modules),
        frozenset(endings),
    )
    return _Kept(Answer(tuple(texts), tuple(said), code), read, states, asked)


def _keep(place: Path, key: bytes, kept: _Kept) -> None:
    asked = kept.asked
    questions = [
        ({name: sorted(homes) for name, homes in names.items()}, sorted(rest)) for names, rest in asked.questions
    ]
    triggers = [word.decode() for word in asked.triggers]
    searched = (sorted(asked.modules), sorted(asked.endings))
    told = (triggers, sorted(asked.used), questions, sorted(asked.counted), asked.counts, *searched)
    data = sealed(key, json.dumps((kept.answer, kept.read, kept.states, told), separators=(",", ":")).encode())
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
