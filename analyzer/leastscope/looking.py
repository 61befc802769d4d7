"""What a run finds before it knows anything of Python: the settings, the files, and which of them name a system.

Most folders end here: where nothing names a system and no manifest is there, neither a rule pack nor the evaluator is
imported. What is found here is also all that an answer depends on, so that an unchanged tree has its answer at once.
"""

from __future__ import annotations

import json
import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from leastscope.discover import walk
from leastscope.facts import identity, known_facts
from leastscope.filenames import MENTION, PROJECT_FILE, SETTINGS_FILES, settings_folders
from leastscope.index import Index, Seen, Surveyed
from leastscope.regular import read_regular
from leastscope.request import MAX_OTHER, MAX_SOURCE
from leastscope.rulebook.folders import rules_root
from leastscope.store import digest, keep, read_sealed, sealed
from leastscope.unread import tracked_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leastscope.discover import File
    from leastscope.request import Request

_NO_FILE = "-"


class Look(NamedTuple):
    """What is there.

    `settings` are the states of the files that hold settings, empty where none does. `silent` says that nothing names a
    system and nothing declares a grant, so that there is nothing to evaluate and nothing to compare.
    """

    settings: tuple[str, ...]
    surveyed: Surveyed
    silent: bool

    def files(self) -> Iterator[tuple[str, File, int]]:
        """Give every file that an answer can depend on, with its kind and with how much of it is read."""
        yield from self.code()
        tree = self.surveyed.tree
        kinds = {"manifest": tree.manifests, "lock": tree.locks, "other": tree.others, "text": tree.texts}
        for kind, files in () if self.silent else kinds.items():
            yield from ((kind, file, MAX_OTHER) for file in files)

    def code(self) -> Iterator[tuple[str, File, int]]:
        """Give those of them that hold code, or may hold it."""
        yield from (("python", file, MAX_SOURCE) for file in self.surveyed.tree.python)
        yield from (("suspect", file, MAX_SOURCE) for file, _ in self.surveyed.tree.suspects)


def look(request: Request, folder: Path | None = None) -> Look:
    """Find settings and files; with a folder of the user's cache, only files that may have changed are read.

    Raises `UsageError` for settings that are wrong and paths that do not exist.
    """
    root = request.rules or rules_root()
    facts = known_facts(root)
    settings = tuple(_settings(request))
    place, key = _place(request, root, folder)
    kept = _kept(place, key)
    index = Index(facts.triggers, {path: _seen(row) for path, row in kept.files.items()}, kept.at)
    same = kept.settings == settings and request.trusted is None
    excluded = kept.excluded if same else _excluded(request, settings)
    tracked = request.tracked or partial(tracked_below, request.paths, request.cwd)
    with request.stages.stage("walk"):
        tree = walk(request.paths, request.cwd, request.exclude, facts.wanted, excluded, tracked)
    with request.stages.stage("search"):
        found = Look(settings, Surveyed(tree, index), silent=False)
        request.stages.begin(len(tree.python))
        speaks = False
        for kind, file, limit in found.code():
            speaks |= index.seen(file, limit).speaks
            request.stages.done += kind == "python"
        found = found._replace(silent=not (settings or request.trusted or request.baseline or tree.manifests or speaks))
        for _, file, limit in found.files() if place else ():  # only an answer that is kept depends on the others
            index.seen(file, limit, code=False)
    if (
        place is not None
        and request.trusted is None
        and (index.changed or len(index.found) != len(kept.files) or kept.settings != settings)
    ):
        keep(place, sealed(key, _encoded(index, settings, excluded)))
    return found


def state_of(look: Look, request: Request) -> bytes:
    """Give a digest of all that a run depends on, but for what Python files hold, and what `Request.reads` will name."""
    tree, held = look.surveyed
    day = request.today if look.settings else None
    asked = (request.paths, request.exclude, request.settings_file, request.home, request.tests, day)
    told_of = (request.shown, request.baseline, request.without_baseline)
    switches = sorted(item for item in os.environ.items() if item[0].startswith("LEASTSCOPE_"))
    told = (
        asked,
        told_of,
        os.path.realpath(request.cwd),
        switches,
        look.settings,
        tree.gaps,
        tree.unread,
        tree.suspects,
    )
    files = (
        f"{kind} {file.path} {'' if kind == 'python' else held.seen(file, limit).digest}"
        for kind, file, limit in look.files()
    )
    known = identity(request.rules or rules_root())
    return digest(known, _bytes(repr(told)), *map(_bytes, files))


def python_states(look: Look) -> dict[str, str]:
    """Give the digest of each Python file by its path."""
    tree, held = look.surveyed
    return {file.path: held.seen(file, MAX_SOURCE).digest for file in tree.python}


def _settings(request: Request) -> Iterator[str]:
    """Give the state of each file that may hold settings; a project's file that does not name them does not."""
    named = request.settings_file
    folders = settings_folders(request.cwd, request.paths, request.home)
    places = [named] if named else [folder / name for folder in folders for name in (*SETTINGS_FILES, PROJECT_FILE)]
    for number, place in enumerate(places):
        if not named and not os.path.lexists(place):
            continue
        try:
            data = read_regular(request.cwd / place, MAX_OTHER)
        except (OSError, ValueError):
            yield f"{number} {_NO_FILE}"
            continue
        if named or place.name != PROJECT_FILE or MENTION in data:
            yield f"{number} {digest(data).hex()}"


def _excluded(request: Request, settings: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Give the patterns of the settings that leave paths out, and the folder that they are relative to."""
    if not settings and request.trusted is None:
        return "", ()
    from leastscope.runs import how_to_judge  # noqa: PLC0415 - most folders have no settings

    found, _ = how_to_judge(request)
    return found.folder, found.exclude


class _Kept(NamedTuple):
    """What an earlier run of the same request has found; `at` is when it began, in nanoseconds."""

    at: int
    settings: tuple[str, ...]
    excluded: tuple[str, tuple[str, ...]]
    files: dict[str, list[object]]


_NOTHING = _Kept(0, (), ("", ()), {})


def _place(request: Request, root: Path, folder: Path | None) -> tuple[Path | None, bytes]:
    """Give the file in which the index of a request is kept, and what it is sealed with."""
    asked = (os.path.realpath(request.cwd), request.paths, request.exclude, request.settings_file, request.home)
    key = digest(b"index", identity(root), _bytes(repr(asked)))
    return (folder / "index" / key.hex() if folder else None), key


def _kept(place: Path | None, key: bytes) -> _Kept:
    """Read an index; one that is missing or damaged is empty."""
    body = read_sealed(place, key) if place else None
    if body is None:
        return _NOTHING
    at, settings, (home, excluded), files = json.loads(bytes(body))
    return _Kept(at, tuple(settings), (home, tuple(excluded)), files)


def _seen(row: list[object]) -> Seen:
    size, modified, changed, number, text, speaks = row
    return Seen((size, modified, changed, number), text, speaks)  # type: ignore[arg-type]


def _encoded(index: Index, settings: Sequence[str], excluded: tuple[str, Sequence[str]]) -> bytes:
    files = {path: (*seen.stamp, seen.digest, seen.speaks) for path, seen in index.found.items()}
    return json.dumps([index.began, settings, excluded, files], separators=(",", ":")).encode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
