"""Keeps what the evaluation of the Python files of a tree gave, for every later run that would evaluate the same.

An evaluation is found by what was read, never by a time or by where the tree lies: the base of a change, which is written
into a folder of its own, has the evaluation that a run on its branch gave. It is that of exactly the same files, or of a
tree that differs in files that were not used, answer every question as before, and change no answer about the list of files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from leastscope.cache import form
from leastscope.discover import read
from leastscope.model import Gap  # noqa: TC001 - msgspec reads the annotations
from leastscope.python.collect import Evaluated  # noqa: TC001 - the same
from leastscope.python.domain.values import Place
from leastscope.python.index.modules import Lookups, ModuleIndex
from leastscope.python.state.ways import Ways
from leastscope.questions import Questions  # noqa: TC001 - the same
from leastscope.request import MAX_OTHER, MAX_SOURCE
from leastscope.rulebook.folders import FUNCTIONS, rules_root
from leastscope.rulebook.functions import settings_rows
from leastscope.sources import answers_as_before
from leastscope.store import digest, keep, read_sealed, remove_oldest, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.notes import Calls
    from leastscope.runs import Run

WITHOUT_NET = "LEASTSCOPE_WITHOUT_NET"
"""The environment variable that switches the net off, for whoever measures what the evaluation finds by itself."""
MAX_BYTES = 64 * 1024 * 1024
"""What all evaluations may take; those that were not written for longest go first."""
MAX_EVALUATION = 16 * 1024 * 1024
"""Bytes of the largest evaluation that is kept."""
_RECENT = 4
"""Evaluations of other states of a tree that are tried: those that were kept last."""

_PACKAGE = Path(__file__).resolve().parent

Call = tuple[str, int, str, int, int, int]
"""A function that is called and the one that calls it, each by file and start, and the site of the call."""


class Loaded(Mapping[str, "ModuleInfo"]):
    """The modules of some files, each lowered when it is asked for the first time."""

    def __init__(self, paths: Iterable[str], load: Callable[[str], ModuleInfo]) -> None:
        self._known: dict[str, ModuleInfo | None] = dict.fromkeys(paths)
        self._load = load

    def __getitem__(self, path: str) -> ModuleInfo:
        found = self._known[path]
        if found is None:
            found = self._known[path] = self._load(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Known(msgspec.Struct, frozen=True, array_like=True):
    """What an evaluation gave.

    `modules` are the files that were evaluated, `loaded` these and what they import, as far as it was asked for.
    `comments` are those of the loaded files, `gaps` what could not be read, `libraries` the modules that are modeled.
    """

    evaluated: Evaluated
    calls: tuple[Call, ...]
    modules: tuple[str, ...]
    loaded: tuple[str, ...]
    comments: dict[str, tuple[tuple[int, str], ...]]
    gaps: tuple[Gap, ...]
    libraries: tuple[str, ...]

    def ways(self, modules: Mapping[str, ModuleInfo], index: ModuleIndex) -> Ways:
        """Give the ways from code to a place; `modules` are those of the loaded files."""
        calls: Calls = {}
        for path, start, by, within, *site in self.calls:
            calls.setdefault(Place(path, start), {})[Place(by, within), (site[0], site[1])] = None
        return Ways(calls, modules, index)


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """An evaluation, the digest of every Python file of its tree, and what it asked of them and of their list."""

    states: dict[str, str]
    asked: Questions
    lookups: Lookups
    known: msgspec.Raw


class Evaluations:
    """The evaluations in a folder of the user's cache, for one run: those of its settings, packs and lock files."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._folder = folder / "evaluations"
        self._run = run
        self._kind = digest(b"evaluation", *_told(run))
        held = run.sources.index
        self._states = {path: held.seen(file, MAX_SOURCE).digest for path, file in run.sources.files.items()}

    def find(self) -> Known | None:
        """Give the evaluation of the files of the run, if one is kept; the run has then asked what that one has."""
        name = self._name(self._states)
        for one in dict.fromkeys((name, *self._recent())):
            kept = self._read(one)
            if kept is None or not self._holds(kept):
                continue
            with suppress(msgspec.MsgspecError):
                known = msgspec.msgpack.decode(kept.known, type=Known)
                self._run.request.asked.take(kept.asked)
                if one != name:
                    self._write(msgspec.structs.replace(kept, states=self._states))
                return known
        return None

    def keep(self, evaluated: Evaluated, ways: Ways) -> None:
        """Keep an evaluation; not one that a lost process or a change meanwhile has a part in."""
        run = self._run
        if run.request.lost or run.sources.index.torn:
            return
        known = Known(
            evaluated,
            tuple(
                (callee.path, callee.start, caller.path, caller.start, *site)
                for callee, callers in ways.calls.items()
                for caller, site in callers
            ),
            tuple(run.modules),
            tuple(path for path, module in ways.modules.items() if module is not None),
            run.comments,
            (*run.gaps[len(run.tree.gaps) :], *run.sources.gaps),
            ways.index.lookups.libraries,
        )
        told = msgspec.Raw(msgspec.msgpack.encode(known))
        self._write(_Kept(self._states, run.request.asked, ways.index.lookups, told))

    def _holds(self, kept: _Kept) -> bool:
        """Whether an evaluation is that of the files as they are now."""
        now, before = self._states, kept.states
        if now == before:
            return True
        changed = {path for path in now.keys() | before.keys() if now.get(path) != before.get(path)}
        if not changed.isdisjoint(kept.asked.used):
            return False
        files, asked = self._run.sources.files, kept.asked
        if any(path in asked.counts for path in changed - now.keys()):
            return False
        if now.keys() != before.keys() and not ModuleIndex(files, kept.lookups.libraries).answers(kept.lookups):
            return False
        return all(answers_as_before(files[path], MAX_SOURCE, asked) for path in sorted(changed & now.keys()))

    def _name(self, states: dict[str, str]) -> bytes:
        return digest(
            self._kind, *(f"{path} {held}".encode("utf-8", "backslashreplace") for path, held in sorted(states.items()))
        )

    def _recent(self) -> tuple[bytes, ...]:
        body = read_sealed(self._folder / self._kind.hex(), self._kind)
        with suppress(msgspec.MsgspecError):
            return msgspec.msgpack.decode(body, type=tuple[bytes, ...]) if body else ()
        return ()

    def _read(self, name: bytes) -> _Kept | None:
        body = read_sealed(self._folder / name.hex(), name)
        with suppress(msgspec.MsgspecError):
            return msgspec.msgpack.decode(body, type=_Kept) if body else None
        return None

    def _write(self, kept: _Kept) -> None:
        name = self._name(kept.states)
        data = sealed(name, msgspec.msgpack.encode(kept))
        if len(data) <= MAX_EVALUATION and keep(self._folder / name.hex(), data):
            names = tuple(dict.fromkeys((name, *self._recent())))[:_RECENT]
            keep(self._folder / self._kind.hex(), sealed(self._kind, msgspec.msgpack.encode(names)))
            remove_oldest(self._folder, MAX_BYTES)


def _told(run: Run) -> Iterator[bytes]:
    """Give all that an evaluation depends on beside the Python files."""
    yield _ours(run.request.rules or rules_root())
    yield os.environ.get(WITHOUT_NET, "").encode("utf-8", "surrogateescape")
    yield _bytes((run.request.room, MAX_SOURCE, run.several))
    yield _bytes(settings_rows(run.settings.python))
    yield _bytes(run.models)
    for file in run.tree.locks:
        data = read(file, MAX_OTHER)
        yield file.path.encode("utf-8", "backslashreplace")
        yield digest(data) if isinstance(data, bytes) else b""


@cache
def _ours(root: Path) -> bytes:
    """Give a digest of our code and of the packs in a folder, by what the files hold: an installation may be a new one."""
    parts = [form() or b""]
    for folder, suffix in ((_PACKAGE, ".py"), (root, ".yaml"), (rules_root() / FUNCTIONS, ".yaml")):
        for path in sorted(folder.rglob(f"*{suffix}")):
            parts += [os.fsencode(path.relative_to(folder)), path.read_bytes()]
    return digest(*parts)


def _bytes(value: object) -> bytes:
    return msgspec.msgpack.encode(value, order="deterministic")
