"""What a run is asked to do, and what it knows once settings, rule packs and files are found."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

from leastscope.discover import File, Tree, Wanted, has_trigger, walk
from leastscope.errors import RulePackError
from leastscope.grants.compiled import compiled_declarations
from leastscope.grants.declarations import Declarations, check_declares
from leastscope.grants.files import folder_loader
from leastscope.grants.texts import FILE_PATTERNS as TEXT_PATTERNS
from leastscope.grants.texts import Page
from leastscope.index import Facts, Index
from leastscope.judging import ruled, trusted
from leastscope.python.syntax.source import signs
from leastscope.questions import Questions
from leastscope.releases import FILE_PATTERNS
from leastscope.request import DENSE, MAX_SOURCE, Request, Room, Trees
from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.rulebook.functions import settings_rows
from leastscope.rulebook.models import read_models
from leastscope.settings import Settings, load_settings
from leastscope.sources import Sources
from leastscope.unread import tracked_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from leastscope.index import Surveyed
    from leastscope.library import Library
    from leastscope.model import Gap, PolicyChange, Span, Step
    from leastscope.python.index.program import ModuleInfo
    from leastscope.rulebook.pack import Pack


@dataclass(slots=True)
class Run:
    """The inputs of a run once they are read, and what the stages note on the way.

    `counted` are files with the names of tests that other code imports. `parsed` are the files that were parsed, and
    `used` is the room that they took.

    `settings` and `models` are those that count; `said` and `said_models` are what the scanned tree says itself.
    """

    request: Request
    settings: Settings
    packs: Mapping[str, Pack]
    declarations: Mapping[str, Declarations]
    tree: Tree
    sources: Sources
    trees: Trees
    gaps: list[Gap] = field(default_factory=list)
    models: tuple[Library, ...] = ()
    said: Settings = Settings()  # noqa: RUF009 - it is frozen
    said_models: tuple[Library, ...] = ()
    policy: tuple[PolicyChange, ...] = ()
    counted: frozenset[str] = frozenset()
    pages: tuple[Page, ...] = ()
    modules: Mapping[str, ModuleInfo] = field(default_factory=dict)
    comments: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    parsed: set[str] = field(default_factory=set)
    used: Room = Room(0, 0, 0)  # noqa: RUF009 - it is frozen
    ways: Callable[[Span], Iterable[tuple[Step, ...]]] | None = None
    known: Callable[[str, int], Iterable[tuple[Step, tuple[Step, ...]]]] | None = None
    by_caller: Callable[[str, int], Iterable[Step]] | None = None

    @property
    def several(self) -> bool:
        """Whether there may be several apps, so that it matters whose code reaches a request."""
        return len(self.tree.manifests) + len(self.settings.apps) > 1

    @property
    def tests(self) -> bool:
        """Whether what only tests do counts."""
        return self.settings.tests if self.request.tests is None else self.request.tests

    def takes(self, path: str, data: bytes) -> bool:
        """Whether a file is still parsed; if so, it takes its room once."""
        if path not in self.parsed:
            room, used, count = self.request.room, self.used, signs(data)
            used = Room(used.bytes + len(data), used.signs + count, used.dense + (count if count > DENSE else 0))
            if used.bytes <= room.bytes and used.signs <= room.signs and used.dense <= room.dense:
                self.parsed.add(path)
                self.used = used
        return path in self.parsed


def start(request: Request, trees: Trees | None = None, surveyed: Surveyed | None = None) -> Run:
    """Read the settings and the packs, and find the files, unless they are found already."""
    root = request.rules or rules_root()
    packs = _packs(root)
    said, said_models = how_to_judge(request)
    judging = request.judging
    settings = ruled(said, judging.settings) if judging else said
    declarations = known_declarations(root)
    check_declares(declarations, {system: pack.operations.declared() for system, pack in packs.items()})
    excluded = ((judging.settings if judging else settings).folder, settings.exclude)
    tracked = request.tracked or partial(tracked_below, request.paths, request.cwd)
    if surveyed:
        tree = surveyed.tree
    else:
        with request.stages.stage("walk"):
            tree = walk(request.paths, request.cwd, request.exclude, wanted_files(declarations), excluded, tracked)
    tree = tree.changed(request.instead)
    held = surveyed.held if surveyed else Index(_triggers(packs))
    request.asked.take(Questions())
    request.reads.update(posixpath.join(said.folder, model.path) for model in said.models)
    known = {} if trees is None else trees
    return Run(
        request,
        settings,
        packs,
        declarations,
        tree,
        Sources(tree.python, MAX_SOURCE, held, request.asked),
        known,
        list(tree.gaps),
        models=judging.models if judging else said_models,
        said=said,
        said_models=said_models,
        pages=tuple(_pages(packs, declarations)),
    )


def facts_of(root: Path) -> Facts:
    """Give what has to be known of the packs in a folder before it is known whether any is needed."""
    return Facts(wanted_files(known_declarations(root)), _triggers(_packs(root)))


def _triggers(packs: Mapping[str, Pack]) -> tuple[bytes, ...]:
    return tuple(sorted({trigger.encode() for pack in packs.values() for trigger in pack.triggers}))


def other_files(run: Run) -> Callable[[str], bytes | None]:
    """Make a function that gives a file below the paths of a run by its path, else None; which it was asked is noted."""
    load = folder_loader(run.request.paths, run.request.cwd)

    def noted(path: str) -> bytes | None:
        run.request.reads.add(path)
        return run.request.instead[path] if path in run.request.instead else load(path)

    return noted


def settings_file(run: Run) -> File:
    """Give the file that the settings of a run are read from."""
    path = run.settings.path
    return File(path, os.fspath(run.request.cwd / path), run.request.instead.get(path))


def how_to_judge(request: Request) -> tuple[Settings, tuple[Library, ...]]:
    """Give the settings of a tree as they stand there, or as a trusted file has them, with their models."""
    said = load_settings(request.cwd, request.settings_file, request.paths, request.home, instead=request.instead)
    by = load_settings(request.cwd, request.trusted) if request.trusted else said
    models = read_models(by, request.cwd, _packs(request.rules or rules_root())) if by.models else ()
    settings_rows(by.python)  # refused before anything is read
    if by is said:
        return said, models
    folder = os.path.relpath(request.home or request.cwd, request.cwd).replace(os.sep, "/")
    return trusted(said, by, folder), models


def _packs(root: Path) -> dict[str, Pack]:
    return {system: compiled(root / system) for system in available_systems(root)}


@cache
def known_declarations(root: Path) -> Mapping[str, Declarations]:
    """Where grants are written, for each system of a folder of packs."""
    files = {system: root / system / "declarations.yaml" for system in available_systems(root)}
    return {system: _declarations(path) for system, path in files.items() if path.is_file()}


def wanted_files(declarations: Mapping[str, Declarations]) -> Wanted:
    """Give the names of the files, besides Python, that a run looks at."""
    manifests = tuple(pattern for one in declarations.values() for pattern in _patterns(one))
    suffixes = tuple(sorted({suffix for one in declarations.values() for suffix in one.unread_suffixes}))
    texts = TEXT_PATTERNS if any(one.tokens for one in declarations.values()) else ()
    return Wanted(manifests, FILE_PATTERNS, texts, suffixes)


def _declarations(path: Path) -> Declarations:
    try:
        return compiled_declarations(path)
    except OSError as error:
        raise RulePackError(f"{path.name}: cannot be read: {error.strerror}") from error


def _patterns(declarations: Declarations) -> tuple[str, ...]:
    return tuple(pattern for form in declarations.formats for pattern in (*form.files, *form.local))


def _pages(packs: Mapping[str, Pack], declarations: Mapping[str, Declarations]) -> Iterator[Page]:
    """The pages that ask for a token."""
    for system, pack in sorted(packs.items()):
        for operation in pack.operations:
            home, _, name = operation.declares.rpartition("/")
            declared = declarations.get(home or system)
            form = declared.token_form(name) if declared and operation.status == "page" else None
            if form:
                servers = [pack.operations.servers[name] for name in operation.servers]
                hosts = tuple(host for server in servers for host in server.hosts)
                paths = tuple(prefix + operation.path for server in servers for prefix in server.prefixes)
                yield Page(home or system, form, hosts, paths, (system, operation.servers[0], operation.path))


def speaks(data: bytes, pack: Pack) -> bool:
    """Whether a file holds one of the words that name the system of a pack."""
    return has_trigger(data, [trigger.encode() for trigger in pack.triggers])
