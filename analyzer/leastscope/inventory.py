"""The code half of a run: lower, evaluate and require, until no further file matters."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING

from leastscope.deep import run_deep
from leastscope.discover import NOTEBOOK_SUFFIX, has_trigger, is_test, read
from leastscope.disguised import counted_tests
from leastscope.evaluations import WITHOUT_NET, Evaluations, Loaded
from leastscope.library import Knowledge, KnownPage, KnownServer, KnownSignature, Library, Servers
from leastscope.model import Gap, Inventory, Span, gap_order
from leastscope.python.domain.servers import names_address
from leastscope.python.evaluate import Program
from leastscope.python.index.modules import ModuleIndex
from leastscope.python.index.program import ModuleInfo, module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.faults import LOST
from leastscope.python.syntax.source import as_seen
from leastscope.releases import Releases, applicable, declared_releases
from leastscope.request import MAX_OTHER, MAX_SOURCE
from leastscope.require import require
from leastscope.rulebook.compile import compiled_functions
from leastscope.rulebook.functions import settings_rows
from leastscope.rulebook.models import trigger_words
from leastscope.runs import speaks
from leastscope.sources import Words
from leastscope.unread import left_out, unread_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from leastscope.evaluations import Known
    from leastscope.grants.texts import Page
    from leastscope.model import ApiRequest, EventUse, TokenRequest, Unread
    from leastscope.python.collect import Evaluated
    from leastscope.request import Request
    from leastscope.runs import Run
    from leastscope.stages import Stages
    from leastscope.workers import Tree

MIN_BYTES = 500_000
"""Less than this is parsed sooner than processes have started."""


def inventory_of(run: Run) -> Inventory:
    """Discover, lower, evaluate and require, until no further file matters."""
    kept = Evaluations(run.request.kept, run) if run.request.kept else None
    known = kept.find() if kept else None
    evaluated = _recalled(run, known) if known else run_deep(lambda: _evaluated(run, kept))
    with run.request.stages.stage("require"):
        inventory = _with_disguised(run, require(evaluated, run.packs))
    gaps = tuple(sorted({*inventory.gaps, *run.gaps, *run.sources.gaps, *_suspected(run)}, key=gap_order))
    unread = (*run.tree.unread, *unread_of(gaps), *_left_out(run, inventory))
    return replace(inventory, gaps=gaps, files_read=len(run.modules), files_seen=len(run.sources.files), unread=unread)


def _recalled(run: Run, known: Known) -> Evaluated:
    """Give what an earlier evaluation of the same files gave; a file is lowered again where more is asked of it."""
    run.modules = Loaded(known.modules, partial(_again, run, _tree))
    run.comments.update(known.comments)
    run.gaps += known.gaps
    loaded = Loaded(known.loaded, lambda path: run.modules.get(path) or _again(run, _looked_at, path))
    run.ways = known.ways(loaded, ModuleIndex(run.sources.files, known.libraries)).to
    return known.evaluated


def _again(run: Run, tree_of: Callable[[Run, bytes], ir.Module | ir.Unreadable], path: str) -> ModuleInfo:
    """Lower a file that was lowered in an earlier run; one that has changed since this run began is empty."""
    found = run_deep(lambda: _lowered(run, path, tree_of))
    return found or module_info(path, ir.Module((0,), ()), in_tests=is_test(path))


def _evaluated(run: Run, kept: Evaluations | None) -> Evaluated:
    """Evaluate the files that name a system, and those that they lead to, and lay the net below."""
    stages = run.request.stages
    with stages.stage("search"):
        speaking = run.sources.with_trigger(_triggers(run))
    look_at = cache(partial(_looked_at_file, run))
    modules = run.modules = dict[str, ModuleInfo]()
    knowledge = _knowledge(run, speaking)
    program = Program(knowledge, run.sources.files, look_at, _windows(run), run.sources.defined)
    with stages.stage("search"):
        todo = _acting(run, program, knowledge, speaking)
    tried: set[str] = set()
    lent = frozenset[str]()
    while todo:
        tried.update(todo)
        stages.round += 1
        added = _load(run, todo)
        modules |= {module.path: module for module in added}
        with stages.stage("evaluate"):
            program.add(added, lent)
        todo, lent = _further(run, program, tried)
    with stages.stage("evaluate"):
        found = program.result()
    ways = program.ways()
    run.ways, run.known, run.by_caller = ways.to, program.known_at, program.known_by_caller
    _count(stages, run, program)
    if not os.environ.get(WITHOUT_NET):
        with stages.stage("net"):
            found = program.with_net(found)
    if kept:
        kept.keep(found, ways)
    return found


def _acting(run: Run, program: Program, knowledge: Knowledge, speaking: Sequence[str]) -> list[str]:
    """Give those of the files with a trigger that act on the name; the others are read where something leads to them."""
    steps = frozenset[str]().union(*(pack.operations.steps() for pack in run.packs.values()))
    words = Words.of(knowledge, _triggers(run), steps)
    found = set(run.sources.acting(speaking, words))
    found.update(path for path in speaking if path not in found and _receives(run, program, path, words))
    left = [path for path in speaking if path not in found]
    # What calls of the libraries end with takes reading all of their types.
    ending = run.sources.ending(left, program.endings_to_follow(any_library=True)) if left else []
    return sorted({*found, *ending})


def _receives(run: Run, program: Program, path: str, words: Words) -> bool:
    """Whether a file imports from one that has a type of event, or from a package that hands on what is in such a one."""
    todo, seen = [path], {path}
    while todo:
        importer = todo.pop()
        for home in (program.find(importer, *imported) for imported in run.sources.imported(importer)):
            if home in seen or home not in run.sources.files:
                continue
            if run.sources.says_event(home, words):
                return True
            seen.add(home)
            todo += [home] if home.endswith("__init__.py") else []
    return False


def _load(run: Run, paths: Sequence[str]) -> list[ModuleInfo]:
    """Lower files into modules."""
    stages = run.request.stages
    stages.begin(len(paths))
    with stages.stage("parse"):
        _parse_ahead(run, paths)
    stages.begin(len(paths))
    found: list[ModuleInfo] = []
    for path in paths:
        module = _lowered(run, path, _tree)
        stages.done += 1
        found += [module] if module is not None else []
    return found


def _further(run: Run, program: Program, tried: Container[str]) -> tuple[list[str], frozenset[str]]:
    """Give the files that matter by what is known now and were not tried, and which of them are only lent something."""
    while True:
        found = _led_to(run, program, [path for path in run.sources.files if path not in tried or path in program.lent])
        if found.isdisjoint(program.lent):
            break
        program.lead_on(found)  # now their names are asked, too
    lent = frozenset(
        path for path in program.files_to_lend() - found if path in run.sources.files and path not in tried
    )
    if not found and not lent:
        with run.request.stages.stage("follow"):
            left = [path for path in run.sources.files if path not in tried]
            # What calls of a library end with takes reading all of its types.
            found = set(run.sources.ending(left, program.endings_to_follow())) if left else found
    return sorted(found | lent), lent


def _led_to(run: Run, program: Program, paths: Sequence[str]) -> set[str]:
    """Give those of some files that use a name which leads to a system, or hold something of one."""
    with run.request.stages.stage("evaluate"):
        followed, attributes = program.names_to_follow(senders=run.several), program.attributes_to_follow()
        methods = program.methods_to_follow()
        running = program.modules_to_follow() if run.several else frozenset()
        given, added = program.parameters_to_follow(), program.files_to_add()
    with run.request.stages.stage("follow"):
        using = run.sources.using(paths, run.sources.words_near(followed, attributes), methods)
        importing = run.sources.importing(paths, running)
        for folder, names in sorted(given.items()):
            below = [path for path in paths if path.startswith(folder)]
            using += run.sources.using(below, dict.fromkeys(names, frozenset[str]()), frozenset())
        return {*added.intersection(paths), *using, *importing}


def _looked_at_file(run: Run, path: str) -> ModuleInfo | None:
    return _lowered(run, path, _looked_at) if path in run.sources.files else None


def _windows(run: Run) -> Callable[[str, Library], tuple[int, int]]:
    """Make a function that gives the releases of a library that a file may run with: the first, and the last."""
    releases = _releases(run)
    known: dict[tuple[str, str], tuple[int, int]] = {}

    def window(path: str, library: Library) -> tuple[int, int]:
        key = (path, library.distribution)
        if key not in known:
            declared = releases.for_file(path, library.distribution)
            known[key] = applicable(library.releases, declared, library.current)
        return known[key]

    return window


def _with_disguised(run: Run, inventory: Inventory) -> Inventory:
    """Let requests count that stand in files with the names of tests and that other code imports."""
    tests = {need.request.span.path for need in inventory.needs if need.request.in_tests and not need.request.local}
    tests |= {event.use.span.path for event in inventory.events if event.use.in_tests}
    tests |= {token.span.path for token in inventory.tokens if token.in_tests}
    tests |= {gap.span.path for gap in inventory.gaps if gap.in_tests}
    counted = run.counted = counted_tests(run.sources, tests) if tests else frozenset()
    if not counted:
        return inventory

    def is_test_still(one: ApiRequest | EventUse | TokenRequest | Gap) -> bool:
        return one.in_tests and one.span.path not in counted

    return replace(
        inventory,
        needs=tuple(
            replace(need, request=replace(need.request, in_tests=need.request.local or is_test_still(need.request)))
            for need in inventory.needs
        ),
        events=tuple(
            replace(event, use=replace(event.use, in_tests=is_test_still(event.use))) for event in inventory.events
        ),
        tokens=tuple(replace(token, in_tests=is_test_still(token)) for token in inventory.tokens),
        gaps=tuple(replace(gap, in_tests=is_test_still(gap)) for gap in inventory.gaps),
    )


def _left_out(run: Run, inventory: Inventory) -> Iterator[Unread]:
    """Count the files whose requests do not count because they are tests."""
    if not run.tests:
        sent = (need.request for need in inventory.needs)
        paths = {request.span.path for request in sent if request.in_tests and not request.local}
        yield from left_out("tests", paths)


def _count(stages: Stages, run: Run, program: Program) -> None:
    """Note how much there was to do."""
    units, evaluations, most = program.work()
    stages.add("files", len(run.sources.files))
    stages.add("files_evaluated", len(run.modules))
    stages.add("units", units)
    stages.add("evaluations", evaluations)
    stages.raise_to("most_evaluations", most)


def _suspected(run: Run) -> Iterator[Gap]:
    """What is not read and names a system."""
    for file, what in run.tree.suspects:
        data = read(file, MAX_SOURCE)
        if isinstance(data, Gap):
            yield data
            continue
        for system, pack in sorted(run.packs.items()):
            if speaks(data, pack):
                span = Span(file.path, 1, 1, 1, 1)
                yield Gap("not-read", span, system, f"a {what} that names '{system}' is not read", is_test(file.path))


def _knowledge(run: Run, speaking: Iterable[str]) -> Knowledge:
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
    triggers = {system: pack.triggers for system, pack in spoken.items()}

    def seen(path: str) -> bytes:  # one after the other: all files together may be too much
        return as_seen(run.sources.bytes_of(path) or b"") or b""

    named = any(has_trigger(seen(path), words) for path in speaking) or any(
        names_address(text, told)
        for path in speaking
        if (text := seen(path).decode("utf-8", "replace"))
        for told in triggers.values()
    )
    return Knowledge(
        {
            library.distribution: library
            for system, pack in packs.items()
            for library in pack.libraries
            if named or system in spoken
        }
        | {library.distribution: library for library in run.models},
        {system: frozenset(pack.events.types) for system, pack in spoken.items()},
        triggers,
        parameters,
        servers,
        {system: pack.headers for system, pack in spoken.items()},
        lambda system, server, verb, path: packs[system].operations.find(verb, path, server) is not None,
        tuple(sorted(_known_page(page) for page in run.pages if not page.form.signed)),
        tuple(_known_signature(run, page) for page in run.pages if page.form.signed),
        compiled_functions().with_more(settings_rows(run.settings.python)),
        {system: pack.events.received for system, pack in spoken.items()},
    )


def _triggers(run: Run) -> list[bytes]:
    """The words that make a file worth reading: those of the packs, and the modules of the models in the settings."""
    found = {trigger for pack in run.packs.values() for trigger in pack.triggers} | trigger_words(run.models)
    return sorted(trigger.encode() for trigger in found)


def _lowered(run: Run, path: str, tree_of: Callable[[Run, bytes], ir.Module | ir.Unreadable]) -> ModuleInfo | None:
    """The IR of a file; None where it has none, which is noted as a gap."""
    data = run.sources.bytes_of(path)
    if data is None:
        return None
    if not run.takes(path, data):
        room = run.request.room
        reason = (
            f"the file is not read: with it, the files of this run would have more than {room.bytes:,} bytes or "
            f"{room.signs:,} signs, or the dense ones among them more than {room.dense:,} signs"
        )
        run.gaps.append(Gap("too-large", Span(path, 1, 1, 1, 1), "", reason, is_test(path)))
        return None
    with run.request.stages.stage("parse"):
        tree = tree_of(run, data)
        broken: tuple[ir.Unreadable, ...] = (tree,) if isinstance(tree, ir.Unreadable) else ()
        if path.endswith(NOTEBOOK_SUFFIX):
            tree, broken = _by_cell(run, path, partial(tree_of, run), tree)
    in_tests = is_test(path)
    seen = as_seen(data) or b""
    systems = frozenset(system for system, pack in run.packs.items() if speaks(seen, pack))
    for one in broken:
        span = Span(path, one.line, one.column, one.line, one.column + 1)
        run.gaps.append(Gap(one.kind, span, min(systems) if len(systems) == 1 else "", one.reason, in_tests))
    if isinstance(tree, ir.Unreadable):
        return None
    run.comments[path] = tree.comments
    with run.request.stages.stage("index"):
        run.request.stages.add("files_loaded", 1)
        return module_info(path, tree, in_tests=in_tests, speaks_of=systems)


def _by_cell(
    run: Run, path: str, tree_of: Callable[[bytes], ir.Module | ir.Unreadable], whole: ir.Module | ir.Unreadable
) -> tuple[ir.Module | ir.Unreadable, tuple[ir.Unreadable, ...]]:
    """Lower a notebook, which is `whole` as it stands, without its broken cells, and say what is wrong with each.

    A string that one cell opens and another one closes would hide the cells between them, although these run.
    """
    from leastscope.notebooks.cells import each_cell  # noqa: PLC0415 - most trees have no notebook

    data = read(run.sources.files[path], MAX_SOURCE)
    codes: list[bytes] = []
    broken: list[ir.Unreadable] = []
    for before, code, problem in each_cell(path, data) if isinstance(data, bytes) else ():
        if problem:
            broken.append(ir.Unreadable("syntax-error", before + 1, 1, f"the cell cannot be read: {problem}"))
        tree = tree_of(code)
        if isinstance(tree, ir.Unreadable):
            broken.append(ir.Unreadable(tree.kind, before + tree.line, tree.column, tree.reason))
        codes.append(b"\n" * code.count(b"\n") if isinstance(tree, ir.Unreadable) else code)
    rest = tree_of(b"".join(codes)) if broken else whole
    return (rest, tuple(broken)) if isinstance(rest, ir.Module) else (rest, (rest,))


def _parse_ahead(run: Run, paths: Iterable[str]) -> None:
    """Parse files in several processes or on a cluster, where that is allowed and worth it."""
    cluster = run.request.cluster
    if run.request.jobs < 2 and not cluster:
        return
    read = ((path, run.sources.bytes_of(path)) for path in paths)
    contents = (data for path, data in read if data is not None and run.takes(path, data))
    files = {key: data for data in contents if (key := sha256(data).digest()) not in run.trees}
    if len(files) < 2 or sum(map(len, files.values())) < MIN_BYTES:
        return
    for key, tree in _lowered_elsewhere(run.request, files):
        run.request.stages.done += 1
        run.request.stages.add("files_parsed", 1)
        if tree is LOST:
            run.request.lost.add(key)  # nothing of it is kept for another run, which may have more room
        elif tree is not None:
            run.trees[key] = tree


def _lowered_elsewhere(request: Request, files: Mapping[bytes, bytes]) -> Iterator[tuple[bytes, Tree | None]]:
    from leastscope import cluster, workers  # noqa: PLC0415 - take time to import; small trees stay in one process

    if request.cluster:
        return cluster.lowered(files, request.cluster)
    return workers.lowered(files, min(request.jobs, len(files)))


def _tree(run: Run, data: bytes) -> ir.Module | ir.Unreadable:
    key = sha256(data).digest()
    if key in run.request.lost:
        return LOST
    tree = run.trees.get(key)
    if tree is None:
        from leastscope.python.syntax.look import parse  # noqa: PLC0415 - LibCST takes time to import; not every run parses

        tree = run.trees[key] = parse(data)
        run.request.stages.add("files_parsed", 1)
    return tree


def _looked_at(run: Run, data: bytes) -> ir.Module | ir.Unreadable:
    """The same for a file that is only imported: Python's own parser reads it, unless LibCST has done so before."""
    tree = run.trees.get(sha256(data).digest())
    if tree is not None:
        return tree
    key = sha256(b"looked at\0" + data).digest()
    tree = run.trees.get(key)
    if tree is None:
        from leastscope.python.syntax.look import look  # noqa: PLC0415 - as above

        tree = run.trees[key] = look(data)
        run.request.stages.add("files_parsed", 1)
    return tree


def _releases(run: Run) -> Releases:
    libraries = (*run.models, *(library for pack in run.packs.values() for library in pack.libraries))
    distributions = sorted({library.distribution for library in libraries})
    files = [(file.path, data) for file in run.tree.locks if not isinstance(data := read(file, MAX_OTHER), Gap)]
    return declared_releases(files, distributions)


def _known_page(page: Page) -> KnownPage:
    system, server, path = page.home
    return KnownPage(system, server, page.hosts, path, page.paths, page.form.anywhere)


def _known_signature(run: Run, page: Page) -> KnownSignature:
    system, server, path = page.home
    known = run.packs[page.system].vocabulary
    names = frozenset({*known.permissions, *known.spellings, *known.variants})
    return KnownSignature(system, server, path, page.form.scope[0], names, page.form.separators)
