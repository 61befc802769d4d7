"""Which files a scan looks at: walks the named paths and sorts what it meets by what it may hold.

It knows names, ignore files and bytes, and nothing of what is inside a file beyond its first line. Links are never
followed below a named path (what they point to inside it is met at its own place), nothing but regular files is opened,
and what cannot be read becomes a `Gap`.
"""
# Strings and `os.path`: a `Path` for every entry of a large tree would double the time of the walk.
# ruff: noqa: PTH110, PTH112, PTH113, PTH114, PTH118, PTH119, PTH120, PTH122, PTH206

from __future__ import annotations

import itertools
import os
import re
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from leastscope.errors import GitError, UsageError
from leastscope.ignore import MAX_COST, MAX_RULES, IgnoreRules, Reach, parse_rules
from leastscope.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from leastscope.model import Gap, Unread

NOTEBOOK_SUFFIX = ".ipynb"
PYTHON_SUFFIXES = (".py", ".pyw", NOTEBOOK_SUFFIX)
OTHER_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs")
SKIPPED_FOLDERS = frozenset(
    {
        ".build",
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "site-packages",
        "venv",
    }
)
NOT_READ = {".pyi": "stubs", ".pyx": "cython"}
"""Files of Python's relatives, which are not read, with the reason that a report counts them under."""
MAX_IGNORE_BYTES = 64_000
_TOO_COSTLY = f"the patterns are not used: with those of the folders above they have more than {MAX_COST:,} wildcards"
_TOO_MANY = f"the patterns after the first {MAX_RULES:,}, or after {MAX_IGNORE_BYTES:,} bytes, are not used"
_SHEBANG_BYTES = 200
_MARK_BYTES = 4096
_UNCOUNTED = "-"
_AFTER_WILD = re.compile(r"[*?\]/]")
_HIDING = frozenset({"ignored", "tools", _UNCOUNTED})
_IN_TOOLS = "file that git tracks in a folder of a tool or environment"
# Folders of these hold nothing that anybody wrote, and are not counted.
_CACHES = frozenset({".git", ".hg", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".svn", "__pycache__"})
_ANOTHER_WORD = re.compile(rb"[a-z][A-Z][a-z]|..[sdSD](?![A-Za-z])")
_ENVIRONMENT = re.compile(rb"^[ \t]*home[ \t]*=", re.MULTILINE)
_IGNORING = frozenset({".git", ".gitignore"})
_DECIDING = frozenset({".gitignore", "pyvenv.cfg"})
_TEST_FOLDERS = frozenset({"test", "tests"})
_TEST_NAMES = frozenset({"conftest", "tests"})


class File(NamedTuple):
    """One file of the tree.

    `path` is what reports show (POSIX style, relative to the working directory, no surrogates); `absolute` opens it.
    `instead` are the bytes that count in the place of those on the disk.
    """

    path: str
    absolute: str
    instead: bytes | None = None


class Tree(NamedTuple):
    """The files a scan looks at, each tuple sorted by path; a manifest or lock may be a Python file too.

    `unread` counts what it does not look at. `suspects` are those of them that a scan has to search for the names of
    systems, because a silent miss would matter: each with what it is, in words.
    """

    python: tuple[File, ...] = ()
    manifests: tuple[File, ...] = ()
    locks: tuple[File, ...] = ()
    others: tuple[File, ...] = ()
    texts: tuple[File, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unread: tuple[Unread, ...] = ()
    suspects: tuple[tuple[File, str], ...] = ()

    def changed(self, instead: Mapping[str, bytes]) -> Tree:
        """Give the tree with other bytes in some of its files, by their paths."""
        if not instead:
            return self

        def put(files: tuple[File, ...]) -> tuple[File, ...]:
            return tuple(file._replace(instead=instead.get(file.path)) for file in files)

        return self._replace(
            python=put(self.python), manifests=put(self.manifests), locks=put(self.locks), texts=put(self.texts)
        )


class Wanted(NamedTuple):
    """Which files besides Python are of interest.

    `manifests`, `locks` and `texts` (configuration and pages) are patterns of the file's name, or of `folder/name` where
    they hold a slash; `suffixes` are those of other languages whose files may use an app's grants.
    """

    manifests: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = OTHER_SUFFIXES


class _Left(NamedTuple):
    """What is left out, by its path in reports; `reason` is a key of `UNREAD`, or `-` for what is not counted."""

    reason: str
    shown: str


class _Folder(NamedTuple):
    """A folder to be read.

    `shown` is the path reports show, with a slash at the end, or empty for the working directory. `rules` is what the
    ignore files at and above it say here, `excluded` what further patterns do, None where they do not hold. `named`
    says that the command line asked for it.
    """

    absolute: str
    shown: str
    rules: tuple[Reach, ...]
    excluded: tuple[Reach | None, ...]
    named: bool


def walk(  # noqa: PLR0913, PLR0917 - each is a question of its own
    paths: Sequence[Path],
    cwd: Path,
    excluded: Sequence[str] = (),
    wanted: Wanted | None = None,
    settled: tuple[str, Sequence[str]] = ("", ()),
    tracked: Callable[[], Iterable[str]] | None = None,
) -> Tree:
    """Find the files below `paths`, each once however often it is named.

    `excluded` are further ignore patterns, relative to `cwd`, as a `.gitignore` there would write them; they hold for
    named files as well, and come before those that are `settled` for a folder, itself relative to `cwd`. `tracked` gives
    the real paths of the files that version control holds: no ignore file hides these. Raises `UsageError` for a path
    that does not exist.
    """
    home = os.path.realpath(cwd)
    anchors = ((os.path.realpath(cwd / settled[0]), settled[1]), (home, excluded))
    rules = ((folder, parse_rules(patterns)) for folder, patterns in anchors)
    search = _Search(wanted or Wanted(), home, tuple((folder, rule) for folder, rule in rules if rule.cost))
    roots = sorted({_existing(path, cwd) for path in paths})
    for root in roots:
        search.add_root(root)
    if tracked is not None:
        search.add_tracked(tracked)
    return search.tree()


def looked_at(wanted: Wanted) -> Callable[[str], bool]:
    """Make a function that tells of a path (POSIX style) whether `walk` would look at such a file, by its name alone.

    Ignore files count as well, for they decide on others.
    """
    search = _Search(wanted, "", ())

    def decide(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in _DECIDING or name.endswith((*NOT_READ,)) or search.interesting(folder, name)

    return decide


def read(file: File, limit: int) -> bytes | Gap:
    """Read a whole regular file of at most `limit` bytes; a `Gap` of kind `unreadable` or `too-large` otherwise."""
    try:
        data = read_regular(file.absolute, limit + 1, links=False) if file.instead is None else file.instead
    except OSError as error:
        return _gap("unreadable", file.path, f"the file cannot be read: {_words(error)}")
    if len(data) > limit:
        return _gap("too-large", file.path, f"the file is larger than {limit} bytes")
    return data


def has_trigger(data: bytes, triggers: Sequence[bytes]) -> bool:
    """Whether one of the lower-case `triggers` occurs in `data`, without regard to case.

    `acme` does not occur in `AcmError`, whose last word begins inside of it, and not in `acmes` and `acmed`: the name of a
    module or a host would end there, and words of a language often go on like that.
    Lowering the whole file and searching it is 15 to 25 times as fast as a regular expression that ignores case.
    """
    lowered = data.lower()
    return any(True for trigger in triggers for _ in places_of(data, lowered, trigger))


def places_of(data: bytes, lowered: bytes, trigger: bytes) -> Iterator[int]:
    """Give where a trigger occurs but as a part of another word; `lowered` is `data` in lower case."""
    at = lowered.find(trigger)
    while at >= 0:
        if not _ANOTHER_WORD.match(data, at + len(trigger) - 2):
            yield at
        at = lowered.find(trigger, at + 1)


def is_test(path: str) -> bool:
    """Whether the path (POSIX style) says that the file holds tests."""
    *folders, name = path.split("/")
    stem, dot, suffix = name.rpartition(".")
    named = stem in _TEST_NAMES or stem.startswith("test_") or stem.endswith("_test")
    return not _TEST_FOLDERS.isdisjoint(folders) or (named and dot + suffix in PYTHON_SUFFIXES)


class _Search:
    """What one walk has found so far; a file or folder is taken once, by its real path.

    `excluded` has rules that hold below a folder; later ones win.
    """

    def __init__(self, wanted: Wanted, home: str, excluded: tuple[tuple[str, IgnoreRules], ...]) -> None:
        self.wanted = wanted
        self.home = home
        self.excluded = excluded
        self.seen: set[str] = set()
        self.python: list[File] = []
        self.manifests: list[File] = []
        self.locks: list[File] = []
        self.others: list[File] = []
        self.texts: list[File] = []
        self.gaps: list[Gap] = []
        self.left: dict[str, _Left] = {}
        self.suspects: list[tuple[File, str]] = []
        self.roots: list[str] = []
        self._suffixes = (*PYTHON_SUFFIXES, *wanted.suffixes)
        self._manifest_names = _Names.of(wanted.manifests)
        self._lock_names = _Names.of(wanted.locks)
        self._text_names = _Names.of(wanted.texts)

    def tree(self) -> Tree:
        kinds = (self.python, self.manifests, self.locks, self.others, self.texts)
        python, manifests, locks, others, texts = (tuple(sorted(kind)) for kind in kinds)
        gaps = tuple(sorted(self.gaps, key=lambda gap: gap.span))
        suspects = tuple(sorted(self.suspects))
        return Tree(python, manifests, locks, others, texts, gaps, tuple(_counted(self.left.values())), suspects)

    def add_root(self, root: str) -> None:
        """Take a named file, or everything below a named folder."""
        shown = _shown(root, self.home)
        if not os.path.isdir(root):
            if not self._excludes_named(root):
                folder, name = os.path.split(root)
                self._add_file(folder, name, root, shown, named=True)
            return
        self.roots.append(root)
        pending = [self._root_folder(root, "" if shown == "." else f"{shown}/")]
        while pending:
            next_folder = pending.pop()
            if next_folder.absolute not in self.seen:
                self.seen.add(next_folder.absolute)
                pending.extend(self._add_folder(next_folder))

    def _root_folder(self, root: str, shown: str) -> _Folder:
        excluded = tuple(_reach_at(anchor, rules, root) for anchor, rules in self.excluded)
        return _Folder(root, shown, self._rules_above(root), excluded, named=True)

    def _add_folder(self, folder: _Folder) -> Iterator[_Folder]:
        """Take the files of one folder and give the folders in it that are to be read as well."""
        try:
            with os.scandir(folder.absolute) as listing:
                entries = list(listing)
        except OSError as error:
            shown = folder.shown.rstrip("/") or "."
            self.gaps.append(_gap("unreadable", shown, f"the folder cannot be read: {_words(error)}"))
            return
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names and not folder.named and _is_environment(folder.absolute):
            self._leave("tools", folder.absolute, folder.shown.rstrip("/"))
            return
        if not _IGNORING.isdisjoint(names):
            folder = folder._replace(rules=self._with_rules_in(folder.absolute, names, folder.rules))
        for entry in entries:
            name = entry.name
            shown = folder.shown + _safe(name)
            if self._manifest_names.match(folder.absolute, name) and (what := _no_file(entry)):
                self.gaps.append(_gap("unreadable", shown, what))
            is_folder = entry.is_dir(follow_symlinks=False)
            reason = _why_not(folder, name, is_folder=is_folder)
            if is_folder and not reason:
                yield self._below(folder, entry.path, name)
            elif is_folder:
                self._leave(reason, entry.path, shown)
            elif entry.is_symlink():
                self._add_link(folder.absolute, name, entry.path, shown, reason)
            elif entry.is_file(follow_symlinks=False):
                self._add_entry(folder.absolute, name, entry.path, shown, reason)

    def _add_entry(self, folder: str, name: str, absolute: str, shown: str, reason: str) -> None:
        """Take a file, or note why it is left out."""
        relative = NOT_READ.get(os.path.splitext(name)[1]) if name.endswith((*NOT_READ,)) else None
        if reason and (name.endswith(PYTHON_SUFFIXES) or relative):
            self._leave(reason, absolute, shown)
        elif not reason and self.interesting(folder, name):
            self._add_file(folder, name, absolute, shown, named=False)
        elif not reason and relative:
            self._leave(relative, absolute, shown)
            if relative != "stubs":
                from leastscope.kinds import UNREAD  # noqa: PLC0415 - few trees have such files

                self.suspects.append((File(shown, absolute), UNREAD[relative][0]))

    def _add_link(self, folder: str, name: str, absolute: str, shown: str, reason: str) -> None:
        """Note a link that leads to what is not met at its own place; a Python file under another name is read."""
        if reason or not name.endswith(PYTHON_SUFFIXES):
            return
        real = os.path.realpath(absolute)
        inside = any(real.startswith(root.rstrip(os.sep) + os.sep) for root in self.roots)
        if inside and os.path.isfile(real):
            if not real.endswith(PYTHON_SUFFIXES):
                self._add_file(folder, name, real, shown, named=True)
            return
        self._leave("links", absolute, shown)
        self.gaps.append(_gap("not-read", shown, "a symbolic link that leads out of the scanned paths is not followed"))

    def _leave(self, reason: str, absolute: str, shown: str) -> None:
        self.left[absolute] = _Left(reason, shown)

    def add_tracked(self, tracked: Callable[[], Iterable[str]]) -> None:
        """Read the tracked files that ignore files list, and note those in folders of tools."""
        if not any(one.reason in _HIDING for one in self.left.values()):
            return
        try:
            paths = sorted(tracked())
        except GitError as error:
            reason = f"a .gitignore lists it, and git cannot tell which files it tracks: {error}"
            ignored = sorted(one.shown for one in self.left.values() if one.reason == "ignored")
            self.gaps += [_gap("not-read", shown, reason) for shown in ignored[:1]]
            return
        for path in paths:
            hidden = next((up for up in (path, *_above(path)) if up in self.left), None)
            if hidden is None or self.left[hidden].reason not in _HIDING or self._excludes_named(path):
                continue
            folder, name = os.path.split(path)
            if not os.path.isfile(path) or os.path.islink(path):
                continue
            if self.left[hidden].reason == "ignored" and SKIPPED_FOLDERS.isdisjoint(path[len(hidden) :].split(os.sep)):
                if self.interesting(folder, name):
                    self._add_file(folder, name, path, _shown(path, self.home), named=False)
                if hidden == path:
                    del self.left[hidden]
            elif name.endswith(PYTHON_SUFFIXES):
                self.suspects.append((File(_shown(path, self.home), path), _IN_TOOLS))

    def _below(self, folder: _Folder, absolute: str, name: str) -> _Folder:
        """Give a folder in another one, with what the patterns say in it."""
        held = zip(folder.excluded, self.excluded, strict=True) if self.excluded else ()
        excluded = tuple(
            reach.below(name) if reach else (rules.here() if anchor == absolute else None)
            for reach, (anchor, rules) in held
        )
        rules = tuple([reach.below(name) for reach in folder.rules])
        return _Folder(absolute, f"{folder.shown}{_safe(name)}/", rules, excluded, named=False)

    def interesting(self, folder: str, name: str) -> bool:
        """Whether the name of a file in a folder is one to look at."""
        return (
            "." not in name
            or name.endswith(self._suffixes)
            or self._manifest_names.match(folder, name)
            or self._lock_names.match(folder, name)
            or self._text_names.match(folder, name)
        )

    def _add_file(self, folder: str, name: str, absolute: str, shown: str, *, named: bool) -> None:
        if absolute in self.seen:
            return
        self.seen.add(absolute)
        file = File(shown, absolute)
        is_manifest = self._manifest_names.match(folder, name)
        is_lock = self._lock_names.match(folder, name)
        is_text = self._text_names.match(folder, name)
        kept = ((is_manifest, self.manifests), (is_lock, self.locks), (is_text, self.texts))
        for belongs, files in kept:
            if belongs:
                files.append(file)
        if name.endswith(PYTHON_SUFFIXES):
            self.python.append(file)
        elif name.endswith(self.wanted.suffixes):
            self.others.append(file)
        elif not (is_manifest or is_lock or is_text) and (named or _runs_python(absolute)):
            self.python.append(file)

    def _excludes_named(self, absolute: str) -> bool:
        """Whether the settings exclude a named file or a folder it is in (an editor or a hook names single files)."""
        *folders, name = absolute.split(os.sep)
        ends = [*itertools.accumulate(folders, lambda above, one: f"{above}{os.sep}{one}")]
        paths = [(*os.path.split(folder), True) for folder in ends if folder.strip(os.sep)]
        paths.append((os.path.dirname(absolute), name, False))
        for folder, last, is_folder in paths:
            reaches = [_reach_at(anchor, rules, folder) for anchor, rules in self.excluded]
            if _decision(reaches, last, is_folder=is_folder):
                return True
        return False

    def _rules_above(self, root: str) -> tuple[Reach, ...]:
        """Give the ignore rules from the top of the repository down to `root`; none if they ignore `root` itself."""
        above: list[str] = []
        folder = root
        while not os.path.lexists(os.path.join(folder, ".git")):
            parent = os.path.dirname(folder)
            if parent == folder:
                return ()
            above.append(parent)
            folder = parent
        reaches: tuple[Reach, ...] = ()
        for parent, child in itertools.pairwise((*reversed(above), root)):
            reaches = self._with_rules_in(parent, {".git", ".gitignore"}, reaches)
            name = os.path.basename(child)
            if _decision(reaches, name, is_folder=True):
                return ()
            reaches = tuple(reach.below(name) for reach in reaches)
        return reaches

    def _with_rules_in(self, folder: str, names: set[str], above: tuple[Reach, ...]) -> tuple[Reach, ...]:
        """Add the rules that begin to hold in a folder that has the entries `names`; later ones win.

        What would cost too much is not used, and told: a scan then reads what these rules would leave out.
        """
        files = [os.path.join(folder, ".git", "info", "exclude")] if ".git" in names else []
        if ".gitignore" in names:
            files.append(os.path.join(folder, ".gitignore"))
        found = above
        for file in files:
            try:
                data = read_regular(file, MAX_IGNORE_BYTES + 1, links=False)
            except OSError:
                continue
            rules = parse_rules(data[:MAX_IGNORE_BYTES].decode("utf-8-sig", "surrogateescape").split("\n"))
            if sum(reach.cost for reach in found) + rules.cost > MAX_COST:
                self._tell_limit(file, _TOO_COSTLY)
                continue
            if rules.cut or len(data) > MAX_IGNORE_BYTES:
                self._tell_limit(file, _TOO_MANY)
            found += (rules.here(),)
        return found

    def _tell_limit(self, file: str, reason: str) -> None:
        self.gaps.append(_gap("limit", _shown(file, self.home), reason))


class _Names(NamedTuple):
    """Patterns of `folder/name`, with the literal ends that all their matches have (to refuse most names at once)."""

    tails: tuple[str, ...]
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Iterable[str]) -> _Names:
        full = tuple(pattern if "/" in pattern else f"*/{pattern}" for pattern in patterns)
        return cls(tuple(sorted({_AFTER_WILD.split(pattern)[-1] for pattern in full})), full)

    def match(self, folder: str, name: str) -> bool:
        return name.endswith(self.tails) and bool(_any_of(self.patterns).match(f"{os.path.basename(folder)}/{name}"))


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Compile patterns, which takes as long as the walk of a small tree: only once a name ends like one of them."""
    return re.compile("|".join(map(translate, patterns)))


def _existing(path: Path, cwd: Path) -> str:
    real = os.path.realpath(cwd / path)
    if not os.path.exists(real):
        raise UsageError(f"The path '{_safe(os.fspath(path))}' does not exist.")
    return real


def _shown(absolute: str, home: str) -> str:
    try:
        relative = os.path.relpath(absolute, home)
    except ValueError:  # on another drive
        relative = absolute
    return _safe(relative.replace(os.sep, "/"))


def _safe(name: str) -> str:
    r"""Give a name without surrogates: a byte that is no UTF-8 is shown as `\xff`."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reach_at(anchor: str, rules: IgnoreRules, folder: str) -> Reach | None:
    """Give what the rules of one folder say in another one; None where that is not below it."""
    if folder != anchor and not folder.startswith(anchor.rstrip(os.sep) + os.sep):
        return None
    reach = rules.here()
    for name in filter(None, folder[len(anchor) :].split(os.sep)):
        reach = reach.below(name)
    return reach


def _no_file(entry: os.DirEntry[str]) -> str:
    """Say what an entry is that is no regular file; empty for one that is."""
    if entry.is_symlink():
        return "the file is a link, and links are not followed"
    if entry.is_dir(follow_symlinks=False):
        return "a folder stands in the place of the file"
    return "" if entry.is_file(follow_symlinks=False) else "it is not a regular file"


def _why_not(folder: _Folder, name: str, *, is_folder: bool) -> str:
    """Why an entry is left out, or nothing."""
    if is_folder and name in SKIPPED_FOLDERS:
        return _UNCOUNTED if name in _CACHES else "tools"
    if folder.excluded and _decision(folder.excluded, name, is_folder=is_folder):
        return "excluded"
    return "ignored" if folder.rules and _decision(folder.rules, name, is_folder=is_folder) else ""


def _is_environment(folder: str) -> bool:
    """Whether the file that marks a virtual environment says what such a file says; an empty one hides nothing."""
    try:
        return (
            _ENVIRONMENT.search(read_regular(os.path.join(folder, "pyvenv.cfg"), _MARK_BYTES, links=False)) is not None
        )
    except OSError:
        return False


def _above(path: str) -> Iterator[str]:
    """Give the folders above a path, the nearest first."""
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent


def _counted(left: Iterable[_Left]) -> Iterator[Unread]:
    """Count what was left out, by reason, in the order in which reports name the reasons."""
    paths: dict[str, list[str]] = {}
    for one in left:
        if one.reason != _UNCOUNTED:
            paths.setdefault(one.reason, []).append(one.shown)
    if not paths:
        return
    from leastscope.envelope import Unread  # noqa: PLC0415 - the same
    from leastscope.kinds import UNREAD  # noqa: PLC0415 - nothing is left out of most small trees

    for reason in UNREAD:
        if reason in paths:
            yield Unread(reason, tuple(sorted(paths[reason])))


def _decision(reaches: Sequence[Reach | None], name: str, *, is_folder: bool) -> bool:
    """Whether a name is left out: the last rules that speak of it decide."""
    for reach in reversed(reaches):
        decision = reach.decide(name, is_folder) if reach else None
        if decision is not None:
            return decision
    return False


def _runs_python(absolute: str) -> bool:
    try:
        start = read_regular(absolute, _SHEBANG_BYTES, links=False)
    except OSError:
        return False
    return start.startswith(b"#!") and b"python" in start.partition(b"\n")[0]


def _gap(kind: str, path: str, reason: str) -> Gap:
    from leastscope.envelope import Gap, Span  # noqa: PLC0415 - most walks meet nothing that cannot be read

    return Gap(kind, Span(path, 1, 1, 1, 1), "", reason)


def _words(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
