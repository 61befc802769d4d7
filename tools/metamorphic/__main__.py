"""The command: change real packages in every way, scan them before and after, and say what differs."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools import corpus
from tools.metamorphic.catalog import TRANSFORMATIONS, changes_of
from tools.metamorphic.compare import DETAILS, differences, facts_of
from tools.metamorphic.edits import apply
from tools.metamorphic.source import Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tools.metamorphic.compare import Difference, Facts
    from tools.metamorphic.edits import Change

_KEPT = (".py", ".txt", ".toml", ".lock", ".cfg", ".json", ".yaml", ".yml", ".in")
"""What a scan may look at; nothing else of a package is copied."""
_LARGEST = 1_000_000
_LARGEST_PROGRAM = 4_000_000
"""Characters of a package; larger ones are generated and would take hours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One transformation of one package: its changes, how many facts were compared and which differ."""

    package: str
    name: str
    changes: int
    facts: int
    differing: tuple[Difference, ...]


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code: 1 where anything differs."""
    options = _parser().parse_args(arguments)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as work:
        for package, folder in _packages(options, Path(work)):
            outcomes += _outcomes(package, folder, options.transformation, isolate=options.isolate)
    print("", *by_transformation(outcomes), "", *by_package(outcomes), sep="\n")
    return 1 if any(outcome.differing for outcome in outcomes) else 0


def _packages(options: argparse.Namespace, work: Path) -> Iterator[tuple[str, Path]]:
    if options.source:
        yield options.source.name, options.source
        return
    for package in corpus.read_labels(corpus.LABELS):
        if options.package not in {"", package.name}:
            continue
        folder = options.folder / package.name / "src" if options.folder else corpus.unpacked(package, work)
        if folder.is_dir():
            yield package.name, folder
        else:
            print(f"{package.name}: not unpacked")


def read_files(folder: Path) -> dict[str, str]:
    """Read the files of a package that can matter; those that are no UTF-8 are left out."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _KEPT and path.is_file() and path.stat().st_size < _LARGEST:
            try:
                files[path.relative_to(folder).as_posix()] = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    return files


def _outcomes(package: str, folder: Path, only: str, *, isolate: bool) -> Iterator[Outcome]:
    files = read_files(folder)
    if sum(map(len, files.values())) > _LARGEST_PROGRAM:
        print(f"{package}: too large")
        return
    program = Program(files)
    before = _scanned(program, ())
    for name in TRANSFORMATIONS:
        if only and name != only:
            continue
        started = time.monotonic()
        changes = changes_of(name, program)
        found = compared(program, changes, before) if changes else []
        seconds = time.monotonic() - started
        print(f"{package} {name}: {len(changes)} changes, {len(found)} differences, {seconds:.1f} s", flush=True)
        print(*(f"  {one}" for one in found), sep="\n" if found else "", end="\n" if found else "", flush=True)
        if found and isolate:
            print(*_shown(isolated(program, changes, before)), sep="\n", flush=True)
        yield Outcome(package, name, len(changes), len(before), tuple(found))


def _scanned(program: Program, changes: Sequence[Change]) -> Facts:
    with tempfile.TemporaryDirectory() as work:
        return facts_of(apply(program.files, changes).files, Path(work))


def compared(program: Program, changes: Sequence[Change], before: Facts) -> list[Difference]:
    """Make changes, scan, and say what differs; raises `SyntaxError` where the result is no Python."""
    changed = apply(program.files, changes)
    for path, text in changed.files.items():
        if text != program.files.get(path) and path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)
    return differences(before, _scanned(program, changes), changed)


def isolated(program: Program, changes: Sequence[Change], before: Facts) -> Sequence[Change]:
    """Find few changes that already make a difference, by halves."""
    while len(changes) > 1:
        middle = len(changes) // 2
        half = next((part for part in (changes[:middle], changes[middle:]) if compared(program, part, before)), None)
        if half is None:
            break
        changes = half
    return changes


def _shown(changes: Sequence[Change]) -> Iterator[str]:
    """The edits of a few changes, as far as they help to find them."""
    for change in changes[:3]:
        for edit in change.edits[:6]:
            line = edit.fragments[0].place if edit.fragments else f"{edit.path}@{edit.start}"
            yield f"    by: {line} {''.join(fragment.text for fragment in edit.fragments)[:100]!r}"


def by_transformation(outcomes: Iterable[Outcome]) -> list[str]:
    """Give one row of Markdown for each transformation that changed anything."""
    rows = []
    for name in TRANSFORMATIONS:
        of_it = [one for one in outcomes if one.name == name and one.changes]
        differing = [difference for one in of_it for difference in one.differing]
        details = sum(one.fact[0] in DETAILS for one in differing)
        counts = (len(of_it), sum(one.changes for one in of_it), sum(one.facts for one in of_it))
        equal = sum(not one.differing for one in of_it)
        if of_it:
            rows.append([name, *map(str, (*counts, equal, len(differing) - details, details))])
    head = ["transformation", "packages", "changes", "facts", "equal", "requests, events, gaps", "account, credential"]
    return corpus.markdown(head, rows)


def by_package(outcomes: Iterable[Outcome]) -> list[str]:
    """Give one row for each package and one column for each transformation: changes, and differences after a slash."""
    cells: dict[str, dict[str, str]] = {}
    for one in outcomes:
        differing = f" / {len(one.differing)}" if one.differing else ""
        cells.setdefault(one.package, {})[one.name] = f"{one.changes}{differing}"
    names = [name for name in TRANSFORMATIONS if any(name in row for row in cells.values())]
    rows = [[package, *(row.get(name, "") for name in names)] for package, row in cells.items()]
    return corpus.markdown(["package", *names], rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.metamorphic", description=__doc__)
    parser.add_argument("--folder", type=Path, help="unpacked packages, as NAME/src; without it they are downloaded")
    parser.add_argument("--package", default="", help="only this one")
    parser.add_argument("--source", type=Path, help="a folder of code, in place of the corpus")
    parser.add_argument("--transformation", choices=sorted(TRANSFORMATIONS), default="", help="only this one")
    parser.add_argument("--isolate", action="store_true", help="find a small set of changes that makes a difference")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
