"""The story of a comparison of two states of a git repository: find them, scan both, hold them side by side.

A commit is written into a folder of our own and scanned there; the work tree is scanned where it is. Nothing of the
repository is changed, and both sides show the same paths, so that findings can be matched.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from leastscope import __version__
from leastscope.baseline import readable_baseline
from leastscope.diff import Difference, Files, State, diff, places_of, shown_paths, without_own_comments
from leastscope.discover import MAX_IGNORE_BYTES
from leastscope.errors import UsageError
from leastscope.fixing import repaired_after
from leastscope.git import Repository, Snapshot, Unwritten, read_snapshot, write_snapshot
from leastscope.grants.together import unified
from leastscope.judging import Judging
from leastscope.model import Gap, Inventory, Report, Span
from leastscope.pipeline import file_filter, legible_text, scan_to_fix
from leastscope.policy import baseline_changes
from leastscope.request import MAX_SOURCE, Request, Trees
from leastscope.runs import how_to_judge
from leastscope.unread import held_by_commits, with_gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from leastscope.baseline import Baseline
    from leastscope.library import Library
    from leastscope.model import Finding, Unread
    from leastscope.pipeline import Scanned
    from leastscope.settings import Settings

_MAX_SHOWN = 2_000
"""Of how many files a report shows lines."""
_MAX_CHANGED = 100
"""For how many files it is found out which lines a change has touched."""
_MODELS = (".yaml", ".yml")
_ALL = range(1, sys.maxsize)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared.

    `base` and `head` are revisions; without a head it is the work tree as it is. Unless `exact`, the base is the commit
    at which the two went apart. `paths` (none means `cwd`) and `settings_file` are relative to `cwd`, and looked up at
    each side; with `from_root`, reports show paths from the root of the repository all the same. `today` is the day by
    which exceptions in the settings end. `whole` asks for the texts of all files at the head that findings, needs
    and gaps stand in, not only of those that are new. `trusted` is a settings file of the owner, which judges both sides
    wherever it lies. `jobs` is how many processes parse files, `cluster` where else, `kept` the folder that evaluations
    are kept in.
    """

    base: str
    head: str | None
    cwd: Path
    paths: tuple[Path, ...] = ()
    exact: bool = False
    settings_file: Path | None = None
    exclude: tuple[str, ...] = ()
    tests: bool | None = None
    today: date | None = None
    whole: bool = False
    from_root: bool = False
    trusted: Path | None = None
    jobs: int = 1
    cluster: str = ""
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The difference, the reports of both sides, and the texts of the files that the difference shows, by path.

    `patch` is the diff that fixes the new findings whose fix is certain, or empty.
    `changed` are the lines of the files with new findings that the base does not have, where the head is a commit.
    """

    difference: Difference
    before: Report
    after: Report
    texts_before: Mapping[str, str]
    texts_after: Mapping[str, str]
    changed: Mapping[str, tuple[range, ...]]
    patch: str = ""


def compare_states(wanted: Comparison, trees: Trees | None = None) -> Compared:
    """Compare two states; `trees` are files that were parsed before, and those of this run are added.

    Raises `UsageError` and `GitError` with words that say what to do.
    """
    repository = Repository.find(wanted.cwd)
    base, head = _ends(repository, wanted)
    places = _Places.of(repository, wanted)
    known: Trees = {} if trees is None else trees
    old = read_snapshot(repository, base.commit, base.name)
    new = read_snapshot(repository, head.commit or repository.commit("HEAD"), head.name or "HEAD")
    places.check(old, None if wanted.head is None else new)
    with TemporaryDirectory(prefix="leastscope-", ignore_cleanup_errors=True) as folder:
        same = wanted.head is not None and places.chosen(old) == places.chosen(new)
        if wanted.head is None:
            old = old.without(repository.left_out())
        if same:
            before = after = _scanned(places, new, Path(folder, "head"), known, _Role())
        else:
            before = _scanned(places, old, Path(folder, "base"), known, _Role(is_base=True))
            judging = _judging(before, places, old)
            if wanted.head is None:
                after = _scanned_in_place(places, new, known, judging)
            else:
                after = _scanned(places, new, Path(folder, "head"), known, _Role(judging=judging))
            files = _files(before, after, places, old, new)
            after = replace(after, report=without_own_comments(before.report, after.report, files))
        known_before = _baseline(places, before, old, Path(folder, "baseline of the base"))
        known_after = _baseline(
            places, after, None if wanted.head is None else new, Path(folder, "baseline of the head")
        )
        policy = baseline_changes(known_before, known_after, after.settings)
        if policy:
            after = replace(after, report=replace(after.report, policy=tuple(sorted((*after.report.policy, *policy)))))
        difference = diff(before.report, after.report, base, head, _files(before, after, places, old, new))
        shown_before, shown_after = shown_paths(difference)
        if wanted.whole:
            shown_after |= places_of(after.report.findings) | _places_of_uses(after.report)
        texts_before, texts_after = before.texts(shown_before), after.texts(shown_after)
        patch = after.patch(difference.new, known) if wanted.whole else ""
    changed = {} if wanted.head is None else _changed(places, old, new, difference)
    return Compared(difference, before.report, after.report, texts_before, texts_after, changed, patch)


def _places_of_uses(report: Report) -> frozenset[str]:
    """Give the files that the needs of apps, the ways to them, and the gaps stand in."""
    uses = [use for result in (*report.apps, *report.undeclared) for use in result.uses]
    spans = [use.span for use in uses] + [step.span for use in uses for step in use.evidence]
    return frozenset(span.path for span in (*spans, *(gap.span for gap in report.inventory.gaps)))


def _ends(repository: Repository, wanted: Comparison) -> tuple[State, State]:
    """Find the two commits."""
    base = repository.commit(wanted.base)
    head = repository.commit("HEAD" if wanted.head is None else wanted.head)
    end = State("") if wanted.head is None else State(wanted.head, head)
    if wanted.exact:
        return State(wanted.base, base), end
    meeting = repository.merge_base(base, head, (wanted.base, wanted.head or "HEAD"))
    return State(wanted.base, meeting, merge_base=meeting != base), end


@dataclass(frozen=True, slots=True)
class _Role:
    """Which side it is: the base, which may do without its settings, or one that is judged by what the base says."""

    is_base: bool = False
    judging: Judging | None = None


@dataclass(frozen=True, slots=True)
class _Places:
    """What is scanned: `top` is the root of the work tree, the rest are paths in the repository (POSIX style).

    `home` is the folder that was asked for, `cwd` the one that paths are shown from. `settings` is a path in the
    repository, or an absolute one, or None. `is_read` tells of a path by its name whether a scan reads such files.
    """

    repository: Repository
    wanted: Comparison
    top: Path
    home: str
    cwd: str
    paths: tuple[str, ...]
    settings: str | Path | None
    is_read: Callable[[str], bool]

    @classmethod
    def of(cls, repository: Repository, wanted: Comparison) -> _Places:
        """Find the places; without a work tree the working directory stands for its root."""
        if repository.top is None and wanted.head is None:
            raise UsageError("this repository has no work tree; name two revisions")
        top = Path(os.path.realpath(repository.top or wanted.cwd))
        home = _inside(top, wanted.cwd)
        cwd = "" if wanted.from_root else home
        paths = tuple(_inside(top, wanted.cwd / path) for path in wanted.paths) or (home,)
        if wanted.settings_file is None:
            return cls(repository, wanted, top, home, cwd, paths, None, file_filter())
        file = wanted.cwd / wanted.settings_file
        settings = _relative(top, file) or Path(os.path.realpath(file))
        return cls(repository, wanted, top, home, cwd, paths, settings, file_filter())

    def check(self, old: Snapshot, new: Snapshot | None) -> None:
        """Refuse a path that neither side has; `new` is None for the work tree."""
        for path in self.paths:
            here = (self.top / path).exists() if new is None else _has(new, path)
            if not here and not _has(old, path) and path != self.home:
                raise UsageError(f"The path '{_shown(path)}' exists at neither side.")

    def chosen(self, snapshot: Snapshot) -> tuple[dict[str, str], list[str]]:
        """Give the files and links that count; where they are the same, so is all that a scan can say."""
        files = {path: found for path, found in snapshot.files.items() if self.wants(path)}
        return files, [path for path in snapshot.links if self.wants(path)]

    def wants(self, path: str) -> bool:
        """Whether a file counts: it is below a path of the scan, or may say something of what is."""
        return path == self.settings or (self.is_read(path) and self._is_near(path))

    def _is_near(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if name == ".gitignore" and any(_is_below(one, folder) for one in self.paths):
            return True
        home = self.settings.rpartition("/")[0] if isinstance(self.settings, str) else self.home
        if folder == home or (_is_below(path, home) and name.endswith(_MODELS)):
            return True
        return any(_is_below(path, one) for one in self.paths)

    def request(
        self,
        root: Path,
        paths: Iterable[Path],
        exclude: Iterable[str] = (),
        *,
        snapshot: Snapshot | None = None,
        role: _Role,
    ) -> Request:
        """Ask for a scan of one side, whose files are below `root`; all files of a snapshot are tracked by git."""
        tracked = None if snapshot is None else partial(_below, os.path.realpath(root), snapshot)
        wanted = self.wanted
        settings = None if self.settings is None else root / self.settings
        return Request(
            paths=tuple(paths),
            cwd=root / self.cwd,
            home=root / self.home,
            settings_file=None if settings and role.is_base and not settings.is_file() else settings,
            exclude=(*wanted.exclude, *exclude),
            tests=wanted.tests,
            today=wanted.today,
            tracked=tracked,
            trusted=None if wanted.trusted is None else wanted.cwd / wanted.trusted,
            judging=role.judging,
            jobs=wanted.jobs,
            cluster=wanted.cluster,
            kept=wanted.kept,
            without_baseline=True,  # what was there before is no news; and a change must not decide what it hides
        )

    def relative(self, path: str) -> str:
        """Give a path as reports show it: relative to the working directory."""
        return _shown(os.path.relpath(self.top / path, self.top / self.cwd).replace(os.sep, "/"))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side after its scan: the folder of the working directory, what was asked for, and how it judges itself.

    `report` is that of the scan, and may have changed since; without a scan there is no `scanned`.
    """

    report: Report
    cwd: Path
    request: Request
    scanned: Scanned | None
    settings: Settings
    models: tuple[Library, ...]

    @classmethod
    def of(cls, request: Request, trees: Trees) -> _Side:
        """Scan one side; where none of its paths is there, nothing is."""
        if not request.paths:
            empty = Report(__version__, Inventory((), (), ()))
            return cls(empty, request.cwd, request, None, *how_to_judge(request))
        scanned = scan_to_fix(request, trees)
        return cls(scanned.report, request.cwd, request, scanned, scanned.settings, scanned.models)

    def with_inventory(self, *, unread: tuple[Unread, ...], gaps: tuple[Gap, ...] | None = None) -> _Side:
        """Give the side with other paths that were not read, and perhaps other gaps."""
        inventory = self.report.inventory
        known = inventory.gaps if gaps is None else gaps
        return replace(self, report=replace(self.report, inventory=replace(inventory, unread=unread, gaps=known)))

    def patch(self, findings: Iterable[Finding], trees: Trees) -> str:
        """Give the diff that fixes some of its findings, and what that uncovers, while the files are there."""
        if self.scanned is None:
            return ""
        wanted = {finding.fingerprint for finding in findings}
        left = {finding.fingerprint for finding in self.scanned.report.findings} - wanted
        return unified(repaired_after(self.scanned, self.request, trees, left=left).fixed)

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """Read some of the files that were scanned, while they are there."""
        found = {path: legible_text(self.cwd / path) for path in sorted(set(paths))[:_MAX_SHOWN]}
        return {path: text for path, text in found.items() if text is not None}


def _judging(before: _Side, places: _Places, snapshot: Snapshot) -> Judging:
    """Say how the head is judged: by what the base says of that."""
    there = frozenset(places.relative(path) for path in snapshot.files)
    return Judging(before.settings, before.models, before.report.apps, there.__contains__)


def _baseline(places: _Places, side: _Side, snapshot: Snapshot | None, folder: Path) -> Baseline | None:
    """Give the baseline that the settings of a side name, written below a folder from a snapshot, or of the work tree."""
    if not side.settings.baseline:
        return None
    shown = posixpath.normpath(posixpath.join(side.settings.folder, side.settings.baseline))
    if snapshot is None:
        return readable_baseline(side.cwd / shown, shown)
    inside = posixpath.normpath(posixpath.join(places.cwd, shown))
    write_snapshot(places.repository, snapshot, folder, inside.__eq__, MAX_SOURCE)
    return readable_baseline(folder / inside, shown)


def _scanned_in_place(places: _Places, snapshot: Snapshot, trees: Trees, judging: Judging) -> _Side:
    """Scan the work tree; its submodules are left out, for no commit of this repository holds their files."""
    paths = [found for path in places.paths if (found := places.top / path).exists()]
    cwd = places.top / places.cwd
    inside = [os.path.relpath(places.top / one, cwd).replace(os.sep, "/") for one in snapshot.submodules]
    exclude = [f"/{_literal(path)}/" for path in inside if not path.startswith("..")]
    request = places.request(places.top, paths, exclude, role=_Role(judging=judging))
    side = _Side.of(request, trees)
    left = side.report.inventory.unread
    if not left:
        return side
    return side.with_inventory(unread=tuple(held_by_commits(left, places.repository.tracked(), inside, cwd)))


def _scanned(
    places: _Places,
    snapshot: Snapshot,
    root: Path,
    trees: Trees,
    role: _Role,
) -> _Side:
    """Write one commit below a folder and scan it there; a path that it does not have is an empty folder."""
    _mark_root(root, places.top)
    unwritten = write_snapshot(places.repository, snapshot, root, places.wants, MAX_SOURCE)
    paths = [Path(os.path.realpath(root / path)) for path in (places.home, *places.paths)]
    for path in paths:
        if not path.exists():
            path.mkdir(parents=True)
    request = places.request(root, paths[1:], snapshot=snapshot, role=role)
    try:
        side = _Side.of(request, trees)
    except UsageError as error:
        raise UsageError(f"at '{_shown(snapshot.name)}': {error}") from None
    inventory = side.report.inventory
    gaps = (*inventory.gaps, *sorted((_gap(one, places) for one in unwritten), key=lambda gap: gap.span))
    return side.with_inventory(gaps=gaps, unread=with_gaps(inventory.unread, gaps)) if unwritten else side


def _mark_root(root: Path, top: Path) -> None:
    """Make a folder the root of a repository for those who look for ignore files, with the rules of the real one."""
    info = root / ".git" / "info"
    info.mkdir(parents=True)
    with suppress(OSError), (top / ".git" / "info" / "exclude").open("rb") as file:
        (info / "exclude").write_bytes(file.read(MAX_IGNORE_BYTES))


def _gap(one: Unwritten, places: _Places) -> Gap:
    return Gap("unreadable", Span(places.relative(one.path), 1, 1, 1, 1), "", one.reason)


def _files(before: _Side, after: _Side, places: _Places, old: Snapshot, new: Snapshot) -> Files:
    """Say which files with findings only one side has."""
    there = {places.relative(path) for path in old.files}
    here = {places.relative(path) for path in new.files} if places.wanted.head is not None else None

    def is_here(path: str) -> bool:
        return (after.cwd / path).exists() if here is None else path in here

    gone = {finding.span.path for finding in before.report.findings if not is_here(finding.span.path)}
    added = {finding.span.path for finding in after.report.findings} - there
    return Files(frozenset(gone), frozenset(added))


def _changed(places: _Places, old: Snapshot, new: Snapshot, difference: Difference) -> dict[str, tuple[range, ...]]:
    """Find the lines that are new in the files with new findings; all are in a file that the base does not have."""
    paths = sorted({finding.span.path for finding in difference.new})[:_MAX_CHANGED]
    inside = {path: posixpath.normpath(posixpath.join(places.cwd, path)) for path in paths}
    ids = {path: (old.files.get(full), new.files.get(full)) for path, full in inside.items()}
    return {
        path: places.repository.changed_lines(one, other) if one else (_ALL,)
        for path, (one, other) in ids.items()
        if other
    }


def _below(root: str, snapshot: Snapshot) -> list[str]:
    """Give the paths of a snapshot's files below a folder."""
    return [os.path.join(root, *path.split("/")) for path in snapshot.files]  # noqa: PTH118 - there may be many


def _inside(top: Path, path: Path) -> str:
    """Give a path relative to the root, POSIX style; empty for the root itself."""
    found = _relative(top, path)
    if found is None:
        raise UsageError(f"The path '{_shown(os.fspath(path))}' is outside of the repository.")
    return found


def _relative(top: Path, path: Path) -> str | None:
    try:
        found = os.path.relpath(os.path.realpath(path), top).replace(os.sep, "/")
    except ValueError:  # on another drive, or no path at all
        return None
    return None if found == ".." or found.startswith("../") else found.removeprefix(".") if found == "." else found


def _is_below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _has(snapshot: Snapshot, path: str) -> bool:
    return any(_is_below(one, path) for one in snapshot.files)


def _literal(path: str) -> str:
    """Write a path as a pattern that matches nothing else."""
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
