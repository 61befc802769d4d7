"""Says what the cache is worth: `python -m tools.benchmark FOLDER..` scans each without, with an empty and a full one.

The three stand side by side in every round, each a process of its own, and are compared within their round, so that
what else the machine does concerns all of them. Times are of the processor (the program has one thread at work); a disk
that has to be waited for is not in them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_SCAN = """
import sys
from pathlib import Path
from leastscope.cache import TreeCache, open_cache
from leastscope.pipeline import scan
from leastscope.request import Request
folder, kept = sys.argv[1:]
cache = open_cache(Path(kept)) if kept else TreeCache(None)
report = scan(Request((Path(folder),), Path(folder)), cache)
print(report.inventory.files_seen, len(cache))
"""


class Round(NamedTuple):
    """Seconds of one run without a cache, with an empty one, and with one that holds everything."""

    without: float
    cold: float
    warm: float


class Measured(NamedTuple):
    """One folder: its Python files, how many of them were lowered, the bytes that the cache took, and the rounds."""

    name: str
    files: int
    lowered: int
    size: int
    rounds: tuple[Round, ...]


def main(arguments: list[str]) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="rounds for each folder (default: 3)")
    options = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, Python {sys.version_info[0]}.{sys.version_info[1]}; median (least to most)\n")
    print("| project | files | parsed | cache, KB | no cache, s | empty cache | full cache | full cache, s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for folder in options.folder:
        print(row(measure(folder.resolve(), options.runs)), flush=True)


def measure(folder: Path, runs: int) -> Measured:
    """Scan a folder some times in each of the three ways; the order within a round changes from round to round."""
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as work:
        full = Path(work, "full")
        _, (files, lowered) = _run(folder, full)  # compiles our modules and the rule packs as well
        for number in range(runs):
            places = [None, Path(work, f"empty{number}"), full]
            order = [(number + step) % 3 for step in range(3)]
            spent = {index: _run(folder, places[index])[0] for index in order}
            rounds.append(Round(spent[0], spent[1], spent[2]))
        size = sum(path.stat().st_size for path in full.rglob("*") if path.is_file())
    return Measured(folder.name, files, lowered, size, tuple(rounds))


def row(measured: Measured) -> str:
    """Write the line of a folder: seconds, and what part of the time without a cache the other two take."""
    rounds = measured.rounds
    cells = (
        measured.name,
        measured.files,
        measured.lowered,
        round(measured.size / 1000),
        _spread([one.without for one in rounds]),
        _spread([one.cold / one.without for one in rounds]),
        _spread([one.warm / one.without for one in rounds]),
        _spread([one.warm for one in rounds]),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _run(folder: Path, kept: Path | None) -> tuple[float, tuple[int, int]]:
    """Scan in a process of its own: the seconds it took, the files it saw and those that it lowered or knew."""
    before, began = os.times(), time.perf_counter()
    command = [sys.executable, "-c", _SCAN, os.fspath(folder), "" if kept is None else os.fspath(kept)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    files, lowered = map(int, done.stdout.split())
    return spent or time.perf_counter() - began, (files, lowered)  # Windows does not know the times of children


if __name__ == "__main__":
    main(sys.argv[1:])
