"""The story of a run: discover, lower, evaluate, require, compare. Each stage is named here, in order, and nowhere else.

Nothing is printed and nothing of the scanned tree is executed or imported.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leastscope import __version__
from leastscope.baseline import load_baseline, without_known
from leastscope.comments import Statement, Suppression, statements, suppressions
from leastscope.compare import Options, Terms, compare, undeclared_needs
from leastscope.compare.levels import in_order, with_fingerprints, with_levels
from leastscope.discover import NOTEBOOK_SUFFIX, is_test, looked_at, read
from leastscope.granted import broken_systems, declared_of, with_unread, words_of
from leastscope.grants.edits import MAX_TEXT, Papers, with_fixes
from leastscope.grants.writing import wanted_of, with_blocks
from leastscope.inventory import inventory_of
from leastscope.model import App, AppResult, Finding, Inventory, Report, Span, gap_order
from leastscope.notebooks.cells import in_files
from leastscope.python.index.enclosing import definition_finder
from leastscope.python.syntax.source import legible
from leastscope.regular import read_regular
from leastscope.request import MAX_OTHER, MAX_SOURCE
from leastscope.require import overlaid
from leastscope.rulebook.compile import rules_root
from leastscope.runs import known_declarations, other_files, settings_file, start, wanted_files
from leastscope.shown import is_shown, narrowed
from leastscope.stating import with_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from leastscope.baseline import Baseline
    from leastscope.grants.declarations import Declarations
    from leastscope.index import Surveyed
    from leastscope.library import Library
    from leastscope.request import Request, Trees
    from leastscope.rulebook.pack import Pack
    from leastscope.runs import Run
    from leastscope.settings import Settings


def scan(request: Request, trees: Trees | None = None, surveyed: Surveyed | None = None) -> Report:
    """Compare what the code below the paths needs with what its apps are granted.

    A file that `trees` knows is not parsed; what is parsed is added to them, for the next run. `surveyed` are the files,
    if they are found already.
    """
    run = start(request, trees, surveyed)
    return _in_files(run, _scanned(run, unsafe=False)[0])


class Scanned(NamedTuple):
    """A report, and what else is known after the scan.

    `papers` is what applying the fixes takes; `settings` and `models` are what the scanned tree says itself.
    """

    report: Report
    papers: Papers
    settings: Settings
    models: tuple[Library, ...]


def scan_to_fix(request: Request, trees: Trees | None = None, *, unsafe: bool = False) -> Scanned:
    """Do what `scan` does, and give what has to be known to apply the fixes of its findings, and to judge a change.

    With `unsafe`, findings also have the fixes that something which is not known could overturn.
    """
    run = start(request, trees)
    report, papers = _scanned(run, unsafe=unsafe)
    return Scanned(_in_files(run, report), papers, run.said, run.said_models)


def _scanned(run: Run, *, unsafe: bool) -> tuple[Report, Papers]:
    inventory = inventory_of(run)
    with run.request.stages.stage("compare"):
        return _compared(run, inventory, unsafe=unsafe)


def _compared(run: Run, inventory: Inventory, *, unsafe: bool) -> tuple[Report, Papers]:
    """Compare what the code needs with what is declared."""
    shown = run.request.shown
    compared = run.request.without_baseline
    inventory, idle = with_statements(inventory, _statements(run), run.packs, _last_line(run), keep_gaps=compared)
    declared = declared_of(run, inventory)
    terms = {
        system: _declared_over(run, system, terms_of(pack, run.declarations.get(system)))
        for system, pack in sorted(run.packs.items())
    }
    options = Options(
        run.tests,
        dict(run.settings.levels),
        _source_of(run),
        run.ways,
        (*_suppressions(run, declared.apps), *idle),
        broken_systems(run, declared),
        run.request.judging,
        shown,
        _home(run),
    )
    judged = overlaid(inventory, run.packs, {app.system for app in declared.apps})
    judged = replace(judged, gaps=(*judged.gaps, *declared.gaps))
    apps, findings, gaps = compare(judged, with_unread(run, declared.apps), terms, options, declared.observations)
    baseline = _baseline_of(run)
    findings = _without_baseline(run, findings, baseline)
    papers = _papers(run, terms, apps, unsafe=unsafe)
    findings = tuple(finding for finding in findings if is_shown(finding.span.path, shown))
    findings = with_fixes(_located(run, findings), apps, papers)
    inventory = replace(inventory, gaps=tuple(sorted({*judged.gaps, *gaps}, key=gap_order)))
    undeclared = undeclared_needs(narrowed(judged, shown), declared.apps, terms, tests=run.tests)
    costs = tuple(
        cost for system in sorted({app.app.system for app in apps}) for cost in run.declarations[system].costs
    )
    findings = with_blocks(findings, undeclared, run.declarations, lambda system, name: terms[system].title(name))
    report = Report(
        __version__,
        narrowed(inventory, shown),
        apps,
        findings,
        declared.errors,
        run.settings.fail_on,
        undeclared,
        costs,
        run.policy,
        shown,
        baseline.path if baseline else "",
    )
    return report, papers


def _declared_over(run: Run, system: str, terms: Terms) -> Terms:
    """Add what declares the grants of the vocabularies over the operations of a system."""
    over = [other for other, pack in sorted(run.packs.items()) if pack.over and pack.over.system == system]
    words = (word for other in over if other in run.declarations for word in run.declarations[other].declared_by)
    return replace(terms, declared_by=tuple(dict.fromkeys((*terms.declared_by, *words))))


def terms_of(pack: Pack, declarations: Declarations | None) -> Terms:
    """Give what the comparison asks of a system."""
    terms = Terms(pack.vocabulary, pack.needed_by_any_operation, pack.over.system if pack.over else "")
    if declarations is None:
        return terms
    advice = declarations.advice
    terms = replace(
        terms,
        own_advice=advice.own_account,
        undeclared_advice=advice.undeclared,
        declared_by=declarations.declared_by,
    )
    if not declarations.written:
        return terms
    first = declarations.written[0]
    twins = first.access.write_implies_read == "documented"
    return replace(terms, kind=first.kind, access=first.access.value, twins=twins, noun=declarations.noun(first.kind))


def requests(request: Request, trees: Trees | None = None, surveyed: Surveyed | None = None) -> Report:
    """Take the inventory of the requests that the code below the paths sends; the rest is as for `scan`."""
    run = start(request, trees, surveyed)
    inventory, _ = with_statements(inventory_of(run), _statements(run), run.packs, _last_line(run))
    report = Report(__version__, narrowed(inventory, request.shown), shown=request.shown)
    return _in_files(run, report)


def _in_files(run: Run, report: Report) -> Report:
    """Put what stands in notebooks where it is in their files."""

    def content(path: str) -> bytes | None:
        data = read(run.sources.files[path], MAX_SOURCE) if path in run.sources.files else None
        return data if isinstance(data, bytes) else None

    has_notebooks = any(path.endswith(NOTEBOOK_SUFFIX) for path in run.sources.files)
    return in_files(report, content) if has_notebooks else report


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
    wanted = wanted_files(known_declarations(rules_root()))
    decide = looked_at(wanted if texts else wanted._replace(texts=()))
    return decide if texts else lambda path: "." in path.rpartition("/")[2] and decide(path)


def _source_of(run: Run) -> Callable[[Span], str]:
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


def _located(run: Run, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say of each finding in code in which definition it is."""
    finders = {
        path: definition_finder(run.modules[path]) for path in {f.span.path for f in findings} & run.modules.keys()
    }
    for finding in findings:
        find = finders.get(finding.span.path)
        yield replace(finding, inside=find(finding.span)) if find else finding


def _home(run: Run) -> str:
    """The folder that fingerprints are relative to, seen from the working directory; empty for that itself."""
    home = run.request.home
    shown = "." if home is None else Path(os.path.relpath(home, os.path.realpath(run.request.cwd))).as_posix()
    return "" if shown == "." else shown


def _baseline_of(run: Run) -> Baseline | None:
    """The findings that do not count, as the command names them, else the settings."""
    request, settings = run.request, run.settings
    if request.without_baseline or not (request.baseline or settings.baseline):
        return None
    file = request.baseline or request.cwd / settings.folder / settings.baseline
    path = Path(os.path.relpath(file, request.cwd)).as_posix()
    request.reads.add(path)
    return load_baseline(file, path)


def _without_baseline(run: Run, findings: tuple[Finding, ...], baseline: Baseline | None) -> tuple[Finding, ...]:
    if baseline is None:
        return findings
    found, stale = without_known(findings, baseline)
    return in_order((*found, *with_levels(with_fingerprints(stale), dict(run.settings.levels))))


def _papers(run: Run, terms: Mapping[str, Terms], apps: Iterable[AppResult], *, unsafe: bool) -> Papers:
    """What has to be known to say how declarations can be edited."""
    load = other_files(run)
    settings = settings_file(run)

    def content(path: str) -> bytes | None:
        if path in run.sources.files:
            return None if path.endswith(NOTEBOOK_SUFFIX) else run.sources.bytes_of(path)
        if path != settings.path:
            return load(path)
        data = read(settings, MAX_TEXT)
        return data if isinstance(data, bytes) else None

    systems = {system: words_of(run, system) for system in sorted(run.declarations)}
    uses = {(result.app.system, result.app.name): result.uses for result in apps}

    def purpose(system: str, app: str, name: str) -> str:
        return wanted_of(name, terms[system].title(name), uses.get((system, app), ())).purpose

    def needs(system: str, app: str, name: str) -> bool:
        return any(use.permission == name for use in uses.get((system, app), ()))

    return Papers(systems, partial(_read_twin, terms), run.settings.path, content, purpose, needs, unsafe)


def _read_twin(terms: Mapping[str, Terms], system: str, name: str) -> str:
    return terms[system].read_twin(name)


def _suppressions(run: Run, apps: Iterable[App]) -> tuple[Suppression, ...]:
    """The comments that keep findings from counting: of the code that was read, of the files that declare apps."""
    found: list[Suppression] = []
    for path, comments in run.comments.items():
        if comments and (run.tests or path in run.counted or not is_test(path)):
            found += suppressions(path, run.sources.text_of(path), comments)
    settings = settings_file(run)
    files = {file.path: file for file in (*run.tree.texts, *run.tree.manifests, settings)}
    for path in {path for app in apps for path in app.declared_in} - run.comments.keys():
        data = read(files[path], MAX_OTHER) if path in files else b""
        found += suppressions(path, _decoded(data)) if isinstance(data, bytes) else ()
    return tuple(sorted(found))


def _statements(run: Run) -> Iterator[Statement]:
    """What comments in the code that was read state."""
    for path, comments in run.comments.items():
        if comments:
            yield from statements(path, run.sources.text_of(path), comments)


def _last_line(run: Run) -> Callable[[str, int], int]:
    """Make a function that gives the last line of the function that begins in a line, else the line itself."""

    def last(path: str, line: int) -> int:
        module = run.modules[path]
        lines = module.tree.lines
        ends = (
            bisect_right(lines, one.node.end - 1)
            for one in module.functions.values()
            if one.node.name and line in {bisect_right(lines, at.start) for at in (one.node, *one.node.decorators[:1])}
        )
        return max(ends, default=line)

    return last


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")
