"""What a run is asked to do, and what it knows once settings, rule packs and files are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

from leastscope.discover import Tree, Wanted, has_trigger, walk
from leastscope.errors import RulePackError
from leastscope.grants.declarations import Declarations, check_declares, read_declarations
from leastscope.grants.texts import FILE_PATTERNS as TEXT_PATTERNS
from leastscope.grants.texts import Page
from leastscope.releases import FILE_PATTERNS
from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.rulebook.models import read_models
from leastscope.settings import Settings, load_settings
from leastscope.sources import Sources
from leastscope.stages import Stages
from leastscope.unread import tracked_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
    from datetime import date
    from pathlib import Path

    from leastscope.library import Library
    from leastscope.model import Gap, Span, Step
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.syntax import ir
    from leastscope.rulebook.pack import Pack

MAX_SOURCE = 4 * 1024 * 1024
"""Bytes of the largest Python file that is read."""
MAX_OTHER = 1024 * 1024
"""Bytes of the largest other file that is read."""
Trees: TypeAlias = "MutableMapping[bytes, ir.Module | ir.Unreadable]"
"""What files were lowered to, by the digest of their bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do; paths are as the user gave them, relative to `cwd`.

    `today` is the day by which exceptions in the settings end; without it none does. `rules` is the folder of the rule
    packs, where it is not our own. `home` is the folder whose settings count, where it is not `cwd`. `tracked` gives the
    real paths of the files that git tracks, where git is not to be asked. `stages` is told where the time goes.
    """

    paths: tuple[Path, ...]
    cwd: Path
    settings_file: Path | None = None
    exclude: tuple[str, ...] = ()
    tests: bool | None = None
    today: date | None = None
    rules: Path | None = None
    home: Path | None = None
    tracked: Callable[[], Iterable[str]] | None = None
    stages: Stages = field(default_factory=Stages, compare=False)


@dataclass(slots=True)
class Run:
    """The inputs of a run once they are read, and what the stages note on the way."""

    request: Request
    settings: Settings
    packs: Mapping[str, Pack]
    declarations: Mapping[str, Declarations]
    tree: Tree
    sources: Sources
    trees: Trees
    gaps: list[Gap] = field(default_factory=list)
    models: tuple[Library, ...] = ()
    pages: tuple[Page, ...] = ()
    modules: dict[str, ModuleInfo] = field(default_factory=dict)
    comments: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    ways: Callable[[Span], Iterable[tuple[Step, ...]]] | None = None

    @property
    def tests(self) -> bool:
        """Whether what only tests do counts."""
        return self.settings.tests if self.request.tests is None else self.request.tests


def start(request: Request, trees: Trees | None = None) -> Run:
    """Read the settings and the packs, and find the files."""
    settings = load_settings(request.cwd, request.settings_file, request.paths, request.home)
    root = request.rules or rules_root()
    packs = {system: compiled(root / system) for system in available_systems(root)}
    declarations = known_declarations(root)
    check_declares(declarations, {system: pack.operations.declared() for system, pack in packs.items()})
    excluded = (settings.folder, settings.exclude)
    tracked = request.tracked or partial(tracked_below, request.paths, request.cwd)
    with request.stages.stage("walk"):
        tree = walk(request.paths, request.cwd, request.exclude, wanted_files(declarations), excluded, tracked)
    models = read_models(settings, request.cwd, packs)
    known = {} if trees is None else trees
    pages = tuple(_pages(packs, declarations))
    sources = Sources(tree.python, MAX_SOURCE)
    return Run(
        request, settings, packs, declarations, tree, sources, known, list(tree.gaps), models=models, pages=pages
    )


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
        return read_declarations(path.name, path.read_bytes())
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


def gap_order(gap: Gap) -> tuple[object, ...]:
    """Give the key by which gaps are listed."""
    return (gap.span, gap.kind, gap.system, gap.reason)
