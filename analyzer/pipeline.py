"""The story of a run: discover, lower, evaluate, require, compare. Each stage is named here, in order, and nowhere else.

Nothing is printed and nothing of the scanned tree is executed or imported.
"""

from __future__ import annotations

import re
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from analyzer import __version__
from analyzer.compare import Options, Terms, compare
from analyzer.discover import Tree, Wanted, has_trigger, is_test, read, walk
from analyzer.errors import RulePackError
from analyzer.grants.apps import read_apps
from analyzer.grants.declarations import Declarations, read_declarations
from analyzer.grants.declared import Declared
from analyzer.grants.declared import Vocabulary as Words
from analyzer.grants.files import folder_loader
from analyzer.grants.settle import SystemWords, apply_settings
from analyzer.library import Knowledge, Library
from analyzer.model import App, Gap, InputError, Inventory, Report, Span, UnreadPart
from analyzer.python import ir
from analyzer.python.evaluate import Evaluated, Program
from analyzer.python.program import ModuleInfo, module_info
from analyzer.releases import FILE_PATTERNS, Releases, applicable, declared_releases
from analyzer.require import require
from analyzer.rulebook.compile import available_systems, compiled, rules_root
from analyzer.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from analyzer.discover import File
    from analyzer.rulebook.pack import Pack

MAX_SOURCE = 4 * 1024 * 1024
"""Bytes of the largest Python file that is read."""
MAX_OTHER = 1024 * 1024
_STACK = 512 * 1024 * 1024
_RECURSION = 40_000
_COMMON_NAME = 6
"""Names shorter than this lead to another file only if it also names their module."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do; paths are as the user gave them, relative to `cwd`."""

    paths: tuple[Path, ...]
    cwd: Path
    settings_file: Path | None = None
    exclude: tuple[str, ...] = ()
    tests: bool | None = None


@dataclass(slots=True)
class _Run:
    """The inputs of a run once they are read, and what the stages note on the way."""

    request: Request
    settings: Settings
    packs: Mapping[str, Pack]
    declarations: Mapping[str, Declarations]
    tree: Tree
    gaps: list[Gap] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)

    def bytes_of(self, file: File, limit: int) -> bytes | None:
        """The content of a file; None where it cannot be read, which is noted."""
        if file.path not in self.contents:
            data = read(file, limit)
            if isinstance(data, Gap):
                self.gaps.append(data)
                return None
            self.contents[file.path] = data
        return self.contents[file.path]


def scan(request: Request) -> Report:
    """Compare what the code below the paths needs with what its apps are granted."""
    run = _start(request)
    inventory = _inventory(run)
    declared = _declared(run)
    terms = {system: Terms(pack.vocabulary, pack.needed_by_any_operation) for system, pack in sorted(run.packs.items())}
    tests = run.settings.tests if request.tests is None else request.tests
    options = Options(tests, dict(run.settings.levels), _source_of(run))
    apps, findings, gaps = compare(inventory, _with_unread(run, declared.apps), terms, options, declared.observations)
    inventory = replace(inventory, gaps=tuple(sorted({*inventory.gaps, *gaps}, key=_gap_order)))
    return Report(__version__, inventory, apps, findings, declared.errors, run.settings.fail_on)


def requests(request: Request) -> Report:
    """Take the inventory of the requests that the code below the paths sends."""
    return Report(__version__, _inventory(_start(request)))


def _start(request: Request) -> _Run:
    """Read the settings and the packs, and find the files."""
    settings = load_settings(request.cwd, request.settings_file, request.paths)
    root = rules_root()
    systems = available_systems(root)
    packs = {system: compiled(root / system) for system in systems}
    declarations = {
        system: _declarations(path) for system in systems if (path := root / system / "declarations.yaml").is_file()
    }
    manifests = tuple(pattern for one in declarations.values() for pattern in _patterns(one))
    suffixes = tuple(sorted({suffix for one in declarations.values() for suffix in one.unread_suffixes}))
    wanted = Wanted(manifests, FILE_PATTERNS, suffixes)
    tree = walk(request.paths, request.cwd, request.exclude, wanted, (settings.folder, settings.exclude))
    return _Run(request, settings, packs, declarations, tree, list(tree.gaps))


def _declarations(path: Path) -> Declarations:
    try:
        return read_declarations(path.name, path.read_bytes())
    except OSError as error:
        raise RulePackError(f"{path.name}: cannot be read: {error.strerror}") from error


def _patterns(declarations: Declarations) -> tuple[str, ...]:
    return tuple(pattern for form in declarations.formats for pattern in (*form.files, *form.local))


# code


def _inventory(run: _Run) -> Inventory:
    """Discover, lower, evaluate and require, until no further file matters."""
    sources = {file.path: file for file in run.tree.python}
    releases = _releases(run)
    modules: dict[str, ModuleInfo] = {}

    lowered: dict[str, ModuleInfo | None] = {}

    def load(path: str) -> ModuleInfo | None:
        if path not in lowered:
            lowered[path] = _lowered(run, sources[path]) if path in sources else None
        return lowered[path]

    windows: dict[tuple[str, str], tuple[int, int]] = {}

    def window(path: str, library: Library) -> tuple[int, int]:
        key = (path, library.distribution)
        if key not in windows:
            windows[key] = applicable(library.releases, releases.for_file(path, library.distribution))
        return windows[key]

    def solve() -> Evaluated:
        todo = _speaking(run, sources.values())
        program = Program(_knowledge(run, todo), sources, load, window)
        tried: set[str] = set()
        while todo:
            tried.update(todo)
            for path in todo:
                module = load(path)
                if module is not None:
                    modules[path] = module
            program.add(modules[path] for path in todo if path in modules)
            followed = program.names_to_follow()
            todo = _following(run, [file for path, file in sources.items() if path not in tried], followed)
        return program.result()

    inventory = require(_deep(solve), run.packs)
    gaps = tuple(sorted({*inventory.gaps, *run.gaps}, key=_gap_order))
    return replace(inventory, gaps=gaps, files_read=len(modules), files_seen=len(sources))


def _deep(work: Callable[[], _T]) -> _T:
    """Run work with room for deep recursion (the IR's depth is capped, the evaluator walks it recursively)."""
    result: list[_T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread
            failure.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size()
    try:
        threading.stack_size(_STACK)
        sys.setrecursionlimit(max(limit, _RECURSION))
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if failure:
        raise failure[0]
    return result[0]


def _knowledge(run: _Run, speaking: Iterable[str]) -> Knowledge:
    """What the evaluator is told of the packs.

    Libraries of no single system are left out where no file at hand names a server that they could be told.
    """
    packs = run.packs
    parameters: set[str] = set()
    for pack in packs.values():
        parameters |= {operation.subscribes for operation in pack.operations if operation.subscribes}
        if pack.objects.parameter:
            parameters.add(pack.objects.parameter)
    spoken = {system: pack for system, pack in packs.items() if len(pack.vocabulary.permissions)}
    hosts = {
        host: (system, name)
        for system, pack in sorted(spoken.items())
        for name, server in sorted(pack.operations.servers.items())
        for host in server.hosts
    }
    named = (
        any(has_trigger(run.contents[path], [host.encode() for host in hosts]) for path in speaking) if hosts else False
    )
    return Knowledge(
        {
            library.distribution: library
            for system, pack in packs.items()
            for library in pack.libraries
            if named or system in spoken
        },
        {system: frozenset(pack.events.types) for system, pack in spoken.items()},
        {system: pack.triggers for system, pack in spoken.items()},
        frozenset(parameters),
        hosts,
        {system: pack.headers for system, pack in spoken.items()},
        lambda system, server, verb, path: packs[system].operations.find(verb, path, server or None) is not None,
    )


def _triggers(packs: Mapping[str, Pack]) -> list[bytes]:
    return sorted({trigger.encode() for pack in packs.values() for trigger in pack.triggers})


def _speaking(run: _Run, files: Iterable[File]) -> list[str]:
    """The files that hold a trigger of some system."""
    triggers = _triggers(run.packs)
    found = []
    for file in files:
        data = run.bytes_of(file, MAX_SOURCE)
        if data is not None and has_trigger(data, triggers):
            found.append(file.path)
    return found


def _following(run: _Run, files: Iterable[File], names: Mapping[str, frozenset[str]]) -> list[str]:
    """The files that use a name which leads to a library or an open wrapper elsewhere."""
    if not names:
        return []
    search = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b")
    found = []
    for file in files:
        data = run.contents.get(file.path)
        if data is None:
            continue
        used = {match.decode() for match in set(search.findall(data))}
        if any(_is_reached(data, name, names[name]) for name in used):
            found.append(file.path)
    return found


def _is_reached(data: bytes, name: str, homes: frozenset[str]) -> bool:
    """Whether a name in a file can be the one that these modules define: it is a rare one, or the module is named too."""
    if len(name) > _COMMON_NAME and "_" in name:
        return True
    words = {part.removesuffix(".py") for home in homes for part in home.split("/")[-2:]} - {"__init__"}
    return any(re.search(rb"\b" + re.escape(word.encode()) + rb"\b", data) for word in words)


def _lowered(run: _Run, file: File) -> ModuleInfo | None:
    """The IR of a file; None where it has none, which is noted as a gap."""
    from analyzer.python.lower import lower  # noqa: PLC0415 - LibCST takes time to import; not every run parses

    data = run.bytes_of(file, MAX_SOURCE)
    if data is None:
        return None
    tree = lower(data)
    in_tests = is_test(file.path)
    systems = frozenset(system for system, pack in run.packs.items() if _speaks(data, pack))
    if isinstance(tree, ir.Unreadable):
        span = Span(file.path, tree.line, tree.column, tree.line, tree.column + 1)
        run.gaps.append(Gap(tree.kind, span, min(systems) if len(systems) == 1 else "", tree.reason, in_tests))
        return None
    return module_info(file.path, tree, in_tests=in_tests, speaks_of=systems)


def _speaks(data: bytes, pack: Pack) -> bool:
    return has_trigger(data, [trigger.encode() for trigger in pack.triggers])


def _releases(run: _Run) -> Releases:
    distributions = sorted({library.distribution for pack in run.packs.values() for library in pack.libraries})
    files = [(file.path, data) for file in run.tree.locks if not isinstance(data := read(file, MAX_OTHER), Gap)]
    return declared_releases(files, distributions)


# grants


def _declared(run: _Run) -> Declared:
    """Read the manifests of every system and join them with the settings."""
    load_other = folder_loader(run.request.paths)
    words = {system: _words(run, system) for system in sorted(run.declarations)}
    merged = Declared()
    for system in sorted(run.declarations):
        forms = run.declarations[system]
        contents = {
            file.path: read(file, MAX_OTHER)
            for file in run.tree.manifests
            if forms.format_of(file.path.rpartition("/")[2])
        }
        files = {path: data for path, data in contents.items() if isinstance(data, bytes)}
        unread = [InputError(gap.span, gap.reason) for gap in contents.values() if isinstance(gap, Gap)]
        found = read_apps(files, forms, words[system].vocabulary, load_other)
        merged = Declared(
            (*merged.apps, *found.apps),
            (*merged.observations, *found.observations),
            (*merged.errors, *found.errors, *unread),
        )
    return apply_settings(merged, run.settings, words)


def _words(run: _Run, system: str) -> SystemWords:
    vocabulary = run.packs[system].vocabulary
    return SystemWords(run.declarations[system], Words(vocabulary.resolve, vocabulary.nearest))


def _with_unread(run: _Run, apps: Sequence[App]) -> tuple[App, ...]:
    """Add to each app the files of other languages below it that speak of its system."""
    found: dict[str, list[str]] = {}
    for file in run.tree.others:
        data = read(file, MAX_OTHER)
        if isinstance(data, Gap):
            continue
        for system, pack in run.packs.items():
            if _speaks(data, pack):
                found.setdefault(system, []).append(file.path)
    return tuple(_add_unread(run, app, found.get(app.system, [])) for app in apps)


def _add_unread(run: _Run, app: App, paths: list[str]) -> App:
    inside = [path for path in paths if not app.root or app.root == "." or path.startswith(f"{app.root}/")]
    if not inside:
        return app
    reason = run.declarations[app.system].unread_reason
    parts = tuple(UnreadPart(reason, Span(path, 1, 1, 1, 1)) for path in sorted(inside))
    return replace(app, unread=(*app.unread, *parts))


def _source_of(run: _Run) -> Callable[[Span], str]:
    """The text of a place, for fingerprints that survive moved lines."""

    def text(span: Span) -> str:
        lines = run.contents.get(span.path, b"").decode("utf-8-sig", "replace").splitlines()
        chosen = lines[span.line - 1 : span.end_line]
        if not chosen:
            return ""
        chosen[-1] = chosen[-1][: span.end_column - 1] if len(chosen) > 1 or span.end_line == span.line else chosen[-1]
        chosen[0] = chosen[0][span.column - 1 :]
        return "\n".join(chosen)

    return text


def _gap_order(gap: Gap) -> tuple[object, ...]:
    return (gap.span, gap.kind, gap.system, gap.reason)
