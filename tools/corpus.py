"""Scores the inventory on real packages against labels that people wrote by reading the code (`make corpus`).

With `--bounds`, only the packages of that file are scored, and the command fails where one of them has fewer labels found
or more rows wrong than the file allows (`make recall`, which CI runs). Raise a floor when more is found.

The command also fails where a scan takes clearly more evaluations than `fixtures/corpus/work.csv` says. They are counted,
and the same on every machine. `--keep-work` writes into that file what the scans took.

Labels are `fixtures/corpus/NAME-VERSION.tsv`: file, line, verb, path, kind, perhaps knowable (`no` where the package
itself does not say the operation), note. The packages are downloaded as wheels of exactly these versions and unpacked;
nothing of them is ever installed, imported or run.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ROOT = Path(__file__).parents[1]
LABELS = _ROOT / "fixtures" / "corpus"
WORK = LABELS / "work.csv"
_UNBOUNDED = (0, sys.maxsize)
_ROOM, _MORE = 1.1, 10
"""How much more work a scan may take than the file says: a tenth, and some for small packages."""
_SUREST = ("resolved", "possible", "outside")
_PIP = ("download", "--quiet", "--only-binary=:all:", "--no-deps", "--ignore-requires-python")
_HOLE = re.compile(r"{[^}]*}")
_NAME = re.compile(r"(?P<package>.+?)-(?P<version>\d.*)")


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One request at one line; the names of a path's holes do not count."""

    file: str
    line: int
    verb: str
    path: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package of one version with its labels: the row a person wrote, and the kind they gave it.

    `unknowable` are the labels whose operation the code of the package alone does not tell.
    """

    name: str
    version: str
    labels: Mapping[Row, str]
    unknowable: frozenset[Row] = frozenset()


class Work(NamedTuple):
    """How many evaluations a scan took: all of them, and those of the unit that took most."""

    evaluations: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What one scan got right: labels found and missed, rows without a label, gaps by kind, and why it failed, if so.

    `possible` holds the rows that the scan does not call certain; `outside` those without a label that are said to be
    sent only if code outside of the package calls them. A label says what the package sends, so these
    are neither found nor wrong.
    """

    package: Package
    found: frozenset[Row]
    missed: frozenset[Row]
    wrong: frozenset[Row]
    possible: frozenset[Row]
    outside: frozenset[Row]
    gaps: Mapping[str, int]
    seconds: float
    work: Work
    failure: str = ""


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code: 1 where a scan failed."""
    options = _parser().parse_args(arguments)
    bounds = read_bounds(options.bounds) if options.bounds else {}
    wanted = {options.package} - {""} or set(bounds)
    packages = [package for package in read_labels(LABELS) if not wanted or package.name in wanted]
    scores = []
    with tempfile.TemporaryDirectory() as work:
        for package in packages:
            folder = options.folder / package.name / "src" if options.folder else unpacked(package, Path(work))
            found = _scan(package, folder, Path(work), options.timeout)
            scores.append(found)
            print(*details(found, folder), sep="\n", end="\n\n")
    print(*table(scores), "", *by_kind(scores), sep="\n")
    known = read_work(WORK)
    beyond = [line for found in scores for line in outside(found, bounds.get(found.package.name, _UNBOUNDED))]
    if options.keep_work:
        write_work(WORK, known | {found.package.name: found.work for found in scores if not found.failure})
    else:
        beyond += [line for found in scores for line in more_work(found, known.get(found.package.name))]
    print(*beyond, sep="\n")
    return 1 if beyond or any(found.failure for found in scores) else 0


def read_bounds(path: Path) -> dict[str, tuple[int, int]]:
    """Read for each package how many labels have to be found at least, and how many rows may be wrong at most."""
    with path.open(encoding="utf-8", newline="") as text:
        lines = list(csv.DictReader(text))
    return {line["package"]: (int(line["found"]), int(line["wrong"])) for line in lines}


def outside(found: Score, bounds: tuple[int, int]) -> list[str]:
    """Say in words what a scan of a package does not reach."""
    least, most = bounds
    said = []
    if len(found.found) < least:
        said.append(f"{found.package.name}: {len(found.found)} labels found, at least {least} are expected")
    if len(found.wrong) > most:
        said.append(f"{found.package.name}: {len(found.wrong)} rows wrong, at most {most} are expected")
    return said


def read_work(path: Path) -> dict[str, Work]:
    """Read for each package how much work its scan took."""
    with path.open(encoding="utf-8", newline="") as text:
        return {line["package"]: Work(int(line["evaluations"]), int(line["most"])) for line in csv.DictReader(text)}


def write_work(path: Path, known: Mapping[str, Work]) -> None:
    """Write for each package how much work its scan took."""
    with path.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text, lineterminator="\n")
        rows.writerows([("package", *Work._fields), *((name, *work) for name, work in sorted(known.items()))])


def more_work(found: Score, known: Work | None) -> list[str]:
    """Say in words how much more work a scan took than it did when that was written down."""
    if known is None:
        return []
    took = {"evaluations": "evaluations", "most": "evaluations of one unit"}
    return [
        f"{found.package.name}: {now} {took[name]}, about {before} are expected"
        for name, now, before in zip(Work._fields, found.work, known, strict=True)
        if now > before * _ROOM + _MORE
    ]


def read_labels(folder: Path) -> list[Package]:
    """Read every label file of the folder; the name of a file says which version was read."""
    packages = []
    for path in sorted(folder.glob("*.tsv")):
        name = _NAME.fullmatch(path.stem)
        if name is None:
            sys.exit(f"{path.name}: a label file is called NAME-VERSION.tsv")
        with path.open(encoding="utf-8", newline="") as text:
            lines = list(csv.DictReader(text, delimiter="\t"))
        unknowable = frozenset(_row(line) for line in lines if line.get("knowable") == "no")
        kinds = {_row(line): line["kind"] for line in lines}
        packages.append(Package(name["package"], name["version"], kinds, unknowable))
    return packages


def _row(line: Mapping[str, Any]) -> Row:
    return Row(line["file"], int(line["line"]), line["verb"], _HOLE.sub("{}", line["path"]))


def unpacked(package: Package, work: Path) -> Path:
    """Download the wheel and unzip it; installing would run its code."""
    store, folder = work / "wheels" / package.name, work / package.name
    command = [sys.executable, "-m", "pip", *_PIP, "--dest", str(store), f"{package.name}=={package.version}"]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(min(store.glob("*.whl"))) as archive:
        archive.extractall(folder)
    return folder


def _scan(package: Package, folder: Path, work: Path, timeout: float) -> Score:
    """Run the inventory in a process of its own, as a user would, and score what it says; it profiles itself in `work`."""
    command = [sys.executable, "-m", "leastscope", "requests", ".", "--format", "json", "--no-cache"]
    profile = work / f"{package.name}.json"
    environment = {**os.environ, "PYTHONPATH": str(_ROOT / "analyzer"), "LEASTSCOPE_PROFILE": str(profile)}
    environment["PYTHONSAFEPATH"] = "1"  # nothing of the folder is imported
    started = time.monotonic()
    try:
        process = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return _failed(package, f"not done after {timeout:.0f} s", timeout)
    seconds = time.monotonic() - started
    if not process.stdout:
        return _failed(package, f"exit {process.returncode}: {process.stderr.strip()[-300:]}", seconds)
    counts = json.loads(profile.read_text("utf-8"))["counts"]
    took = Work(counts["evaluations"], counts["most_evaluations"])
    return score(package, json.loads(process.stdout), seconds, took)


def _failed(package: Package, reason: str, seconds: float) -> Score:
    nothing: frozenset[Row] = frozenset()
    return Score(package, nothing, frozenset(package.labels), nothing, nothing, nothing, {}, seconds, Work(), reason)


def score(package: Package, inventory: Mapping[str, Any], seconds: float, work: Work) -> Score:
    """Hold an inventory (the JSON of `leastscope requests`) against the labels."""
    said: dict[Row, str] = {}
    for request in inventory["requests"]:
        row = _row(request)
        said[row] = min(said.get(row, "outside"), request["resolution"], key=_SUREST.index)
    labels = frozenset(package.labels)
    outside = frozenset(row for row, resolution in said.items() if resolution == "outside") - labels
    return Score(
        package,
        found=labels & said.keys(),
        missed=labels - said.keys(),
        wrong=frozenset(said.keys() - labels - outside),
        possible=frozenset(row for row, resolution in said.items() if resolution == "possible"),
        outside=outside,
        gaps=Counter(gap["kind"] for gap in inventory["gaps"]),
        seconds=seconds,
        work=work,
    )


def details(found: Score, folder: Path) -> list[str]:
    """Name every miss and every row without a label, with the line of code."""
    lines = [f"{found.package.name} {found.package.version}: {found.failure or 'scanned'}"]
    if found.failure:
        return lines
    for word, rows in (("missed", found.missed), ("wrong", found.wrong)):
        for row in sorted(rows):
            note = " (possible)" if row in found.possible else " (not knowable)" * (row in found.package.unknowable)
            lines.append(f"  {word}: {row.file}:{row.line} {row.verb} {row.path}{note}")
            lines.append(f"      {_source(folder, row)}")
    return lines


def _source(folder: Path, row: Row) -> str:
    text = (folder / row.file).read_text("utf-8", errors="replace").splitlines()
    return text[row.line - 1].strip() if row.line <= len(text) else ""


def table(scores: Iterable[Score]) -> list[str]:
    """Give one row of Markdown for each package and one for all of them."""
    rows = [
        [
            f"{one.package.name} {one.package.version}",
            *map(str, (len(one.package.labels), len(one.found), len(one.missed))),
            *map(str, (len(one.missed & one.package.unknowable), len(one.wrong))),
            *map(str, (len(one.outside), sum(one.gaps.values()), *one.work)),
            "failed" if one.failure else f"{one.seconds:.1f}",
        ]
        for one in scores
    ]
    sums = [str(sum(int(row[column]) for row in rows)) for column in range(1, 9)]
    sums.append(str(max((one.work.most for one in scores), default=0)))
    seconds = f"{sum(one.seconds for one in scores):.1f}"
    head = ["package", "labels", "found", "missed", "not knowable", "wrong", "outside", "gaps"]
    head += ["evaluations", "of one unit", "seconds"]
    return markdown(head, [*rows, ["all", *sums, seconds]])


def by_kind(scores: Iterable[Score]) -> list[str]:
    """Give one row for each kind of label, and one for each kind of gap."""
    labels: Counter[str] = Counter()
    found: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    for one in scores:
        labels.update(one.package.labels.values())
        found.update(one.package.labels[row] for row in one.found)
        gaps.update(one.gaps)
    by_label = [
        [kind, str(count), str(found[kind]), str(count - found[kind])] for kind, count in sorted(labels.items())
    ]
    by_gap = [[kind, str(count)] for kind, count in sorted(gaps.items())]
    return [
        *markdown(["kind of label", "labels", "found", "missed"], by_label),
        "",
        *markdown(["gap", "places"], by_gap),
    ]


def markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    """Write a table; all columns but the first are numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.corpus", description=__doc__)
    parser.add_argument("--folder", type=Path, help="unpacked packages, as NAME/src; without it they are downloaded")
    parser.add_argument("--package", default="", help="only this one")
    parser.add_argument("--bounds", type=Path, help="score the packages of this file, and fail outside of its bounds")
    parser.add_argument("--keep-work", action="store_true", help="write down how much work the scans take")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one scan")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
