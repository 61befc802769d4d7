"""Races leastscope against other programs that look at the same files: `python -m tools.benchmark [--folder WHEELS]`.

On each project, in turns: ruff with its default rules, a bare search and LibCST's parse of the files that name a system,
Semgrep with patterns for the same calls (with `--semgrep PROGRAM`), and leastscope without anything kept, with everything
kept, after one file that names a system was changed, and without anything kept in two processes. Times are of the
processor, children included; memory is that of the largest process. Every figure is a median.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tools.corpus import Package, unpacked
from tools.monorepo import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = (
    ("django", "5.2.8"),
    ("pretix", "2026.8.0"),
    ("djaodjin-saas", "1.3.1"),
    ("lnbits", "1.6.2"),
    ("tendenci", "16.30"),
    ("stripe-inspector", "0.7.0"),
    ("social-auth-core", "4.8.1"),
    ("ingestr", "0.14.99"),
)
MONOREPO = "monorepo"
GROWTH = (1, 2, 4, 8, 16)
_FILES = 1_250
"""Files of the smallest monorepo; the largest has sixteen times as many."""
_OLD = 2.2
"""Seconds after which leastscope believes the times of a file."""
_SCAN = "from leastscope.cli import main; main(prog_name='leastscope')"
_PARSE = """
import sys
from pathlib import Path
import libcst
from leastscope.facts import known_facts
from leastscope.rulebook.folders import rules_root
words = known_facts(rules_root()).triggers
for path in sorted(Path().rglob("*.py")):
    data = path.read_bytes()
    lowered = data.lower()
    if any(word in lowered for word in words):
        try:
            libcst.parse_module(data)
        except Exception:
            print(path, file=sys.stderr)
"""
_PATTERNS = """
rules:
  - id: calls
    languages: [python]
    severity: INFO
    message: a call
    pattern-either:
      - pattern: stripe.$CLASS.$METHOD(...)
      - pattern: $CLIENT.v1.$RESOURCE.$METHOD(...)
      - pattern: $CLIENT.checkout.$API.$METHOD(...)
      - pattern: requests.$VERB("=~/api.stripe.com|adyen.com/", ...)
"""


class Cost(NamedTuple):
    """Seconds of the processor and of the clock, and the kilobytes of the largest process."""

    cpu: float
    wall: float
    memory: int


def main(arguments: list[str]) -> None:
    """Print the table, and how the time grows with the tree."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="projects that are unpacked, as NAME-VERSION/src; without it: download"
    )
    parser.add_argument("--project", action="append", help="only these; `monorepo` is the generated one")
    parser.add_argument("--semgrep", help="the program, in an environment of its own")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds for each project (default: 5)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as work:
        names = ways(Path(work), options.semgrep)
        print(
            f"{os.cpu_count()} processors, Python {sys.version_info[0]}.{sys.version_info[1]}; CPU seconds, medians\n"
        )
        print(f"| project | files | {' | '.join(names)} | cold / ruff | cold / parse | warm / ruff | cold, MB |")
        print(f"| --- | {'---: | ' * (len(names) + 5)}".rstrip())
        for name, folder in projects(Path(work), options.folder, options.project):
            print(row(name, folder, race(folder, names, options.runs)), flush=True)
        if not options.project or MONOREPO in options.project:
            print(f"\n{growth(Path(work), options.runs)}")


def projects(work: Path, there: Path | None, wanted: Sequence[str] | None) -> Iterator[tuple[str, Path]]:
    """Give the projects, each in a folder that may be changed."""
    for name, version in PROJECTS:
        if wanted and name not in wanted:
            continue
        known = there / f"{name}-{version}" / "src" if there else None
        source = known if known and known.is_dir() else unpacked(Package(name, version, {}, frozenset()), work)
        yield f"{name} {version}", _copied(source, work / f"{name}-copy")
    if not wanted or MONOREPO in wanted:
        write(work / MONOREPO, GROWTH[-1] * _FILES)
        yield MONOREPO, work / MONOREPO


def ways(work: Path, semgrep: str | None) -> dict[str, list[str]]:
    """Give the programs by their names in the table."""
    scan = [sys.executable, "-c", _SCAN, "scan", "--exit-zero", "--format", "json", "--jobs"]
    found = {
        "ruff": [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--quiet", "--exit-zero", "."],
        "parse": [sys.executable, "-c", _PARSE],
        "cold": [*scan, "1", "."],
        "warm": [*scan, "1", "."],
        "changed": [*scan, "1", "."],
        "cold, 2 jobs": [*scan, "2", "."],
    }
    if semgrep:
        (work / "patterns.yaml").write_text(_PATTERNS, "utf-8")
        options = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--jobs=1", "--quiet"]
        found["semgrep"] = [semgrep, "scan", *options, "--config", str(work / "patterns.yaml"), "."]
    return found


def race(folder: Path, names: Mapping[str, list[str]], runs: int) -> dict[str, list[Cost]]:
    """Run all the programs in turns, some rounds."""
    time.sleep(_OLD)
    spent: dict[str, list[Cost]] = {name: [] for name in names}
    changed = _to_change(folder)
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as kept:
            for name, command in names.items():
                if name == "changed" and changed is not None:
                    changed.write_bytes(changed.read_bytes() + b"# changed\n")
                cache = Path(kept, "two" if name.startswith("cold,") else "one")
                spent[name].append(run(command, folder, cache))
    return spent


def run(command: Sequence[str], folder: Path, cache: Path) -> Cost:
    """Run a program in a folder, and say what it took."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "LEASTSCOPE_CACHE_DIR": str(cache)}
    environment["PYTHONSAFEPATH"] = "1"  # nothing of the folder is imported
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss)


def row(name: str, folder: Path, spent: Mapping[str, Sequence[Cost]]) -> str:
    """Write the line of a project."""
    cpu = {way: median(cost.cpu for cost in costs) for way, costs in spent.items()}
    shown = [f"{seconds:.2f}" for seconds in cpu.values()]
    ratios = (cpu["cold"] / cpu["ruff"], cpu["cold"] / cpu["parse"], cpu["warm"] / cpu["ruff"])
    memory = median(cost.memory for cost in spent["cold"]) / 1024
    files = sum(1 for _ in folder.rglob("*.py"))
    cells = (name, f"{files:,}", *shown, *(f"{ratio:.2f}" for ratio in ratios), f"{memory:.0f}")
    return f"| {' | '.join(cells)} |"


def growth(work: Path, runs: int) -> str:
    """Say how a cold scan grows from the smallest to the largest monorepo."""
    scan = ways(work, None)["cold"]
    found: list[float] = []
    for factor in GROWTH:
        folder = work / f"growth{factor}"
        write(folder, factor * _FILES)
        costs = (run(scan, folder, work / f"cache{factor}-{number}") for number in range(runs))
        found.append(median(cost.cpu for cost in costs))
    steps = ", ".join(f"{factor}x: {seconds:.1f} s" for factor, seconds in zip(GROWTH, found, strict=True))
    return f"Growth of the monorepo from {_FILES:,} files, cold: {steps}."


def _to_change(folder: Path) -> Path | None:
    """Give the first file that names a system."""
    named = (path for path in sorted(folder.rglob("*.py")) if b"stripe" in path.read_bytes().lower())
    return next(named, None)


def _copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, symlinks=True)
    return target


if __name__ == "__main__":
    main(sys.argv[1:])
