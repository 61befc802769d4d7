"""The story of a run: discover, lower, evaluate, require, compare. Each stage is named here, in order, and nowhere else.

Nothing is printed and nothing of the scanned tree is executed or imported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from leastscope import __version__
from leastscope.comments import Suppression, suppressions
from leastscope.compare import Options, Terms, compare, undeclared_needs
from leastscope.deep import run_deep
from leastscope.discover import File, Tree, Wanted, has_trigger, is_test, looked_at, read, walk
from leastscope.document.regular import read_regular
from leastscope.errors import RulePackError
from leastscope.grants.apps import read_apps
from leastscope.grants.declarations import Declarations, check_declares, read_declarations
from leastscope.grants.declared import Declared
from leastscope.grants.declared import Vocabulary as Words
from leastscope.grants.edits import MAX_TEXT, Papers, with_fixes
from leastscope.grants.files import folder_loader
from leastscope.grants.modules import asked_in_module
from leastscope.grants.places import place_finder
from leastscope.grants.settle import SystemWords, apply_settings
from leastscope.grants.texts import FILE_PATTERNS as TEXT_PATTERNS
from leastscope.grants.texts import Page, asked_in_text
from leastscope.grants.tokens import asked_in_code, token_apps
from leastscope.grants.writing import wanted_of, with_blocks
from leastscope.library import Knowledge, KnownPage, KnownServer, KnownSignature, Library, Servers
from leastscope.model import App, AppResult, Finding, Gap, InputError, Inventory, Report, Span, Step, UnreadPart
from leastscope.python.evaluate import Program
from leastscope.python.index.enclosing import definition_finder
from leastscope.python.index.program import ModuleInfo, module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.source import as_seen, legible
from leastscope.releases import FILE_PATTERNS, Releases, applicable, declared_releases
from leastscope.require import overlaid, require
from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.rulebook.models import read_models, trigger_words
from leastscope.settings import Settings, load_settings
from leastscope.sources import Sources
from leastscope.unread import tracked_below, unread_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
    from datetime import date
    from pathlib import Path

    from leastscope.grants.tokens import Asked
    from leastscope.python.collect import Evaluated
    from leastscope.rulebook.pack import Pack

MAX_SOURCE = 4 * 1024 * 1024
"""Bytes of the largest Python file that is read."""
MAX_OTHER = 1024 * 1024
WITHOUT_NET = "LEASTSCOPE_WITHOUT_NET"
"""The environment variable that switches the net off, for whoever measures what the evaluation finds by itself."""
Trees: TypeAlias = "MutableMapping[bytes, ir.Module | ir.Unreadable]"
"""What files were lowered to, by the digest of their bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do; paths are as the user gave them, relative to `cwd`.

    `today` is the day by which exceptions in the settings end; without it none does. `rules` is the folder of the rule
    packs, where it is not our own. `home` is the folder whose settings count, where it is not `cwd`. `tracked` gives the
    real paths of the files that git tracks, where git is not to be asked.
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


@dataclass(slots=True)
class _Run:
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


def scan(request: Request, trees: Trees | None = None) -> Report:
    """Compare what the code below the paths needs with what its apps are granted.

    A file that `trees` knows is not parsed; what is parsed is added to them, for the next run.
    """
    return scan_to_fix(request, trees)[0]


def scan_to_fix(request: Request, trees: Trees | None = None, *, unsafe: bool = False) -> tuple[Report, Papers]:
    """Do what `scan` does, and give what has to be known to apply the fixes of its findings.

    With `unsafe`, findings also have the fixes that something which is not known could overturn.
    """
    run = _start(request, trees)
    inventory = _inventory(run)
    declared = _declared(run, inventory)
    terms = {system: terms_of(pack, run.declarations.get(system)) for system, pack in sorted(run.packs.items())}
    options = Options(
        run.tests,
        dict(run.settings.levels),
        _source_of(run),
        run.ways,
        _suppressions(run, declared.apps),
        _broken(run, declared),
    )
    judged = overlaid(inventory, run.packs, {app.system for app in declared.apps})
    judged = replace(judged, gaps=(*judged.gaps, *declared.gaps))
    apps, findings, gaps = compare(judged, _with_unread(run, declared.apps), terms, options, declared.observations)
    papers = _papers(run, terms, apps, unsafe=unsafe)
    findings = with_fixes(_located(run, findings), apps, papers)
    inventory = replace(inventory, gaps=tuple(sorted({*judged.gaps, *gaps}, key=_gap_order)))
    undeclared = undeclared_needs(judged, declared.apps, terms, tests=run.tests)
    costs = tuple(
        cost for system in sorted({app.app.system for app in apps}) for cost in run.declarations[system].costs
    )
    findings = with_blocks(findings, undeclared, run.declarations, lambda system, name: terms[system].title(name))
    report = Report(__version__, inventory, apps, findings, declared.errors, run.settings.fail_on, undeclared, costs)
    return report, papers


def terms_of(pack: Pack, declarations: Declarations | None) -> Terms:
    """Give what the comparison asks of a system."""
    terms = Terms(pack.vocabulary, pack.needed_by_any_operation, pack.over.system if pack.over else "")
    if declarations is None:
        return terms
    advice = declarations.advice
    terms = replace(terms, own_advice=advice.own_account, undeclared_advice=advice.undeclared)
    if not declarations.written:
        return terms
    first = declarations.written[0]
    twins = first.access.write_implies_read == "documented"
    return replace(terms, kind=first.kind, access=first.access.value, twins=twins)


def requests(request: Request, trees: Trees | None = None) -> Report:
    """Take the inventory of the requests that the code below the paths sends; `trees` is as for `scan`."""
    return Report(__version__, _inventory(_start(request, trees)))


def legible_text(path: Path) -> str | None:
    """Give the text of a scanned file for people, in which places count as in the report; None where it cannot be read."""
    try:
        data = read_regular(path, MAX_SOURCE)
    except (OSError, ValueError):
        return None
    return legible(data) if path.name.endswith(".py") else data.decode("utf-8", "replace")


def file_filter(*, texts: bool = True) -> Callable[[str], bool]:
    """Make a function that tells of a path (POSIX style) whether a run looks at such a file, by its name alone.

    Without `texts`, configuration and pages do not count, nor do files without a suffix.
    """
    wanted = _wanted(known_declarations(rules_root()))
    decide = looked_at(wanted if texts else replace(wanted, texts=()))
    return decide if texts else lambda path: "." in path.rpartition("/")[2] and decide(path)


def _start(request: Request, trees: Trees | None = None) -> _Run:
    """Read the settings and the packs, and find the files."""
    settings = load_settings(request.cwd, request.settings_file, request.paths, request.home)
    root = request.rules or rules_root()
    packs = {system: compiled(root / system) for system in available_systems(root)}
    declarations = known_declarations(root)
    check_declares(declarations, {system: pack.operations.declared() for system, pack in packs.items()})
    excluded = (settings.folder, settings.exclude)
    tracked = request.tracked or partial(tracked_below, request.paths, request.cwd)
    tree = walk(request.paths, request.cwd, request.exclude, _wanted(declarations), excluded, tracked)
    models = read_models(settings, request.cwd, packs)
    known = {} if trees is None else trees
    pages = tuple(_pages(packs, declarations))
    sources = Sources(tree.python, MAX_SOURCE)
    return _Run(
        request, settings, packs, declarations, tree, sources, known, list(tree.gaps), models=models, pages=pages
    )


@cache
def known_declarations(root: Path) -> Mapping[str, Declarations]:
    """Where grants are written, for each system of a folder of packs."""
    files = {system: root / system / "declarations.yaml" for system in available_systems(root)}
    return {system: _declarations(path) for system, path in files.items() if path.is_file()}


def _wanted(declarations: Mapping[str, Declarations]) -> Wanted:
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


# code


def _inventory(run: _Run) -> Inventory:
    """Discover, lower, evaluate and require, until no further file matters."""
    sources = run.sources.files
    releases = _releases(run)
    modules = run.modules
    lowered: dict[str, ModuleInfo | None] = {}

    def load(path: str) -> ModuleInfo | None:
        if path not in lowered:
            lowered[path] = _lowered(run, path) if path in sources else None
        return lowered[path]

    windows: dict[tuple[str, str], tuple[int, int]] = {}

    def window(path: str, library: Library) -> tuple[int, int]:
        key = (path, library.distribution)
        if key not in windows:
            windows[key] = applicable(library.releases, releases.for_file(path, library.distribution))
        return windows[key]

    def solve() -> Evaluated:
        todo = run.sources.with_trigger(_triggers(run))
        several = len(run.tree.manifests) + len(run.settings.apps) > 1
        program = Program(_knowledge(run, todo), sources, load, window, run.sources.defined)
        tried: set[str] = set()
        while todo:
            tried.update(todo)
            for path in todo:
                module = load(path)
                if module is not None:
                    modules[path] = module
            program.add(modules[path] for path in todo if path in modules)
            followed, methods = program.names_to_follow(senders=several), program.methods_to_follow()
            todo = run.sources.using([path for path in sources if path not in tried], followed, methods)
        run.ways = program.ways().to
        return program.result(with_net=not os.environ.get(WITHOUT_NET))

    inventory = require(run_deep(solve), run.packs)
    gaps = tuple(sorted({*inventory.gaps, *run.gaps, *run.sources.gaps, *_suspected(run)}, key=_gap_order))
    unread = (*run.tree.unread, *unread_of(gaps))
    return replace(inventory, gaps=gaps, files_read=len(modules), files_seen=len(sources), unread=unread)


def _suspected(run: _Run) -> Iterator[Gap]:
    """What is not read and names a system."""
    for file, what in run.tree.suspects:
        data = read(file, MAX_SOURCE)
        if isinstance(data, Gap):
            yield data
            continue
        for system, pack in sorted(run.packs.items()):
            if _speaks(data, pack):
                span = Span(file.path, 1, 1, 1, 1)
                yield Gap("not-read", span, system, f"a {what} that names '{system}' is not read", is_test(file.path))


def _knowledge(run: _Run, speaking: Iterable[str]) -> Knowledge:
    """What the evaluator is told of the packs.

    Libraries of no single system are left out where no file at hand names a server that they could be told.
    """
    packs = run.packs
    asked = (*(pack.parameters for pack in packs.values()), *(one.parameters for one in run.declarations.values()))
    parameters = frozenset[str]().union(*asked)
    spoken = {system: pack for system, pack in packs.items() if len(pack.vocabulary.permissions)}
    servers = Servers.of(
        KnownServer(system, name, server.hosts, server.prefixes, server.headers, server.suffixes)
        for system, pack in sorted(spoken.items())
        for name, server in sorted(pack.operations.servers.items())
    )
    words = [word.encode() for word in sorted(servers.words())]
    named = any(has_trigger(as_seen(run.sources.bytes_of(path) or b"") or b"", words) for path in speaking)
    return Knowledge(
        {
            library.distribution: library
            for system, pack in packs.items()
            for library in pack.libraries
            if named or system in spoken
        }
        | {library.distribution: library for library in run.models},
        {system: frozenset(pack.events.types) for system, pack in spoken.items()},
        {system: pack.triggers for system, pack in spoken.items()},
        parameters,
        servers,
        {system: pack.headers for system, pack in spoken.items()},
        lambda system, server, verb, path: packs[system].operations.find(verb, path, server or None) is not None,
        tuple(sorted(_known_page(page) for page in run.pages if not page.form.signed)),
        tuple(_known_signature(run, page) for page in run.pages if page.form.signed),
    )


def _triggers(run: _Run) -> list[bytes]:
    """The words that make a file worth reading: those of the packs, and the modules of the models in the settings."""
    found = {trigger for pack in run.packs.values() for trigger in pack.triggers} | trigger_words(run.models)
    return sorted(trigger.encode() for trigger in found)


def _lowered(run: _Run, path: str) -> ModuleInfo | None:
    """The IR of a file; None where it has none, which is noted as a gap."""
    data = run.sources.bytes_of(path)
    if data is None:
        return None
    tree = _tree(run, data)
    in_tests = is_test(path)
    seen = as_seen(data) or b""
    systems = frozenset(system for system, pack in run.packs.items() if _speaks(seen, pack))
    if isinstance(tree, ir.Unreadable):
        span = Span(path, tree.line, tree.column, tree.line, tree.column + 1)
        run.gaps.append(Gap(tree.kind, span, min(systems) if len(systems) == 1 else "", tree.reason, in_tests))
        return None
    run.comments[path] = tree.comments
    return module_info(path, tree, in_tests=in_tests, speaks_of=systems)


def _tree(run: _Run, data: bytes) -> ir.Module | ir.Unreadable:
    key = sha256(data).digest()
    tree = run.trees.get(key)
    if tree is None:
        from leastscope.python.syntax.lower import lower  # noqa: PLC0415 - LibCST takes time to import; not every run parses

        tree = run.trees[key] = lower(data)
    return tree


def _speaks(data: bytes, pack: Pack) -> bool:
    return has_trigger(data, [trigger.encode() for trigger in pack.triggers])


def _releases(run: _Run) -> Releases:
    libraries = (*run.models, *(library for pack in run.packs.values() for library in pack.libraries))
    distributions = sorted({library.distribution for library in libraries})
    files = [(file.path, data) for file in run.tree.locks if not isinstance(data := read(file, MAX_OTHER), Gap)]
    return declared_releases(files, distributions)


# grants


def _declared(run: _Run, inventory: Inventory) -> Declared:
    """Read the manifests of every system and the requests for tokens, and join them with the settings."""
    load_other = folder_loader(run.request.paths, run.request.cwd)
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
    asked = (
        *asked_in_code(
            inventory.tokens, run.declarations, place_finder(run.sources.text_of, sorted(run.sources.files))
        ),
        *_in_texts(run, inventory),
    )
    projects = sorted({file.path.rpartition("/")[0] for file in run.tree.locks} - {""})
    vocabularies = {system: known.vocabulary for system, known in words.items()}
    tokens = token_apps(asked, vocabularies, projects, tests=run.tests)
    merged = Declared((*merged.apps, *tokens.apps), (*merged.observations, *tokens.observations), merged.errors)
    return replace(apply_settings(merged, run.settings, words, run.request.today), gaps=tokens.gaps)


def _broken(run: _Run, declared: Declared) -> frozenset[str]:
    """Give the systems with a manifest that could not be read, or that is no file."""
    names = {error.span.path for error in declared.errors} | {gap.span.path for gap in run.tree.gaps}
    read_ones = {path for app in declared.apps for path in app.declared_in}
    return frozenset(
        system
        for system, forms in run.declarations.items()
        for name in sorted(names - read_ones)
        if forms.format_of(name.rpartition("/")[2])
    )


def _words(run: _Run, system: str) -> SystemWords:
    known = run.packs[system].vocabulary
    covered = partial(known.closure, write_implies_read=True)
    words = Words(known.resolve, known.nearest, known.variants, known.elsewhere, covered, known.prefix)
    return SystemWords(run.declarations[system], words)


def _in_texts(run: _Run, inventory: Inventory) -> Iterator[Asked]:
    """What settings and pages ask for, of the systems that the code speaks to."""
    spoken = {need.request.system for need in inventory.needs} | {token.system for token in inventory.tokens}
    spoken |= {system for system, pack in run.packs.items() if pack.over and pack.over.system in spoken}
    forms = {system: one for system, one in run.declarations.items() if system in spoken and one.tokens}
    if not forms:
        return
    pages = tuple(page for page in run.pages if page.system in forms and not page.form.signed)
    keys = dict(run.settings.scope_keys)
    settings = {
        system: (form, one.scopes.with_keys(keys.get(system, ())))
        for system, one in sorted(forms.items())
        if one.scopes and (form := one.token_form(one.scopes.form))
    }
    for file in run.tree.texts:
        data = read(file, MAX_OTHER)
        if isinstance(data, bytes):
            yield from asked_in_text(file.path, data, pages, settings, in_tests=is_test(file.path))
    for _, module in sorted(run.modules.items()):
        yield from asked_in_module(module, settings)


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


def _known_page(page: Page) -> KnownPage:
    system, server, path = page.home
    return KnownPage(system, server, page.hosts, path, page.paths, page.form.anywhere)


def _known_signature(run: _Run, page: Page) -> KnownSignature:
    system, server, path = page.home
    known = run.packs[page.system].vocabulary
    names = frozenset({*known.permissions, *known.spellings, *known.variants})
    return KnownSignature(system, server, path, page.form.scope[0], names, page.form.separators)


def _with_unread(run: _Run, apps: Sequence[App]) -> tuple[App, ...]:
    """Add to each app the files of other languages below it that speak of its system."""
    found: dict[str, list[str]] = {}
    for file in run.tree.others:
        data = read(file, MAX_OTHER)
        if isinstance(data, Gap):
            continue
        for system, pack in run.packs.items():
            if _speaks(data, pack) and not _runs_in_browser(data, run.declarations.get(system)):
                found.setdefault(system, []).append(file.path)
    return tuple(_add_unread(run, app, found.get(app.system, [])) for app in apps)


def _runs_in_browser(data: bytes, declared: Declarations | None) -> bool:
    """Whether all that a file of another language has of a system is for browsers, where no grant can be used."""
    if declared is None or not declared.browser_marks:
        return False
    browser, server = (
        any(mark.encode() in data for mark in marks) for marks in (declared.browser_marks, declared.server_marks)
    )
    return browser and not server


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
        lines = run.sources.text_of(span.path).splitlines()
        chosen = lines[span.line - 1 : span.end_line]
        if not chosen:
            return ""
        chosen[-1] = chosen[-1][: span.end_column - 1] if len(chosen) > 1 or span.end_line == span.line else chosen[-1]
        chosen[0] = chosen[0][span.column - 1 :]
        return "\n".join(chosen)

    return text


def _located(run: _Run, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say of each finding in code in which definition it is."""
    finders = {
        path: definition_finder(run.modules[path]) for path in {f.span.path for f in findings} & run.modules.keys()
    }
    for finding in findings:
        find = finders.get(finding.span.path)
        yield replace(finding, inside=find(finding.span)) if find else finding


def _papers(run: _Run, terms: Mapping[str, Terms], apps: Iterable[AppResult], *, unsafe: bool) -> Papers:
    """What has to be known to say how declarations can be edited."""
    load = folder_loader(run.request.paths, run.request.cwd)
    settings = File(run.settings.path, run.request.cwd / run.settings.path)

    def content(path: str) -> bytes | None:
        if path in run.sources.files:
            return run.sources.bytes_of(path)
        if path != settings.path:
            return load(path)
        data = read(settings, MAX_TEXT)
        return data if isinstance(data, bytes) else None

    systems = {system: _words(run, system) for system in sorted(run.declarations)}
    uses = {(result.app.system, result.app.name): result.uses for result in apps}

    def purpose(system: str, app: str, name: str) -> str:
        return wanted_of(name, terms[system].title(name), uses.get((system, app), ())).purpose

    def needs(system: str, app: str, name: str) -> bool:
        return any(use.permission == name for use in uses.get((system, app), ()))

    return Papers(systems, partial(_read_twin, terms), run.settings.path, content, purpose, needs, unsafe)


def _read_twin(terms: Mapping[str, Terms], system: str, name: str) -> str:
    return terms[system].read_twin(name)


def _suppressions(run: _Run, apps: Iterable[App]) -> tuple[Suppression, ...]:
    """The comments that keep findings from counting: of the code that was read, of the files that declare apps."""
    found: list[Suppression] = []
    for path, comments in run.comments.items():
        if comments and (run.tests or not is_test(path)):
            found += suppressions(path, run.sources.text_of(path), comments)
    settings = File(run.settings.path, run.request.cwd / run.settings.path)
    files = {file.path: file for file in (*run.tree.texts, *run.tree.manifests, settings)}
    for path in {path for app in apps for path in app.declared_in} - run.comments.keys():
        data = read(files[path], MAX_OTHER) if path in files else b""
        found += suppressions(path, _decoded(data)) if isinstance(data, bytes) else ()
    return tuple(sorted(found))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _gap_order(gap: Gap) -> tuple[object, ...]:
    return (gap.span, gap.kind, gap.system, gap.reason)
