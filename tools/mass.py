"""Takes code that nobody wrote for us through scans: `python -m tools.mass FOLDER_OR_WHEEL...`.

Each folder and each unpacked wheel is scanned whole, by the command line. Then each Python file in it is scanned alone, with
a call of a client added at its end, since a file that names no system is not read: the call has to be found, or the file is
a gap. Prints what raised, hung or lost the call, the slowest scans and the memory that the largest process took. Nothing is
imported or run of what is scanned.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from leastscope.pipeline import scan
from leastscope.report.formats import View, render_state
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
SLOW = 60
"""Seconds of CPU time after which a file counts as one that hangs; where a process waits, ten times as long."""
_CALL = b'\n\nimport stripe as _added\n_added.StripeClient("key").v1.customers.list()\n'
_RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from leastscope.cli import main; main(prog_name='leastscope')"
_BATCH = 100
"""Files that one process scans before its memory is given back."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan of a path came to: its seconds of CPU time, and the most memory in MiB that its process has had.

    `wrong` says what went wrong, and `gap` is the kind of the gap that a file without the added call has; both may be empty.
    """

    path: str
    seconds: float
    memory: float
    wrong: str = ""
    gap: str = ""


def whole(folder: Path, name: str) -> Scanned:
    """Scan a folder by the command line, in a process of its own, which imports nothing from there."""
    command = [
        sys.executable,
        "-I",
        "-c",
        _RUN,
        str(ROOT / "analyzer"),
        "scan",
        "--no-cache",
        "--jobs",
        "1",
        "--exit-zero",
    ]
    with TemporaryDirectory(prefix="leastscope-mass-") as aside, (Path(aside) / "errors").open("w+b") as errors:
        process = subprocess.Popen(
            [*command, "--format", "json", "."], cwd=folder, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    wrong = f"exit code {process.returncode}: {said[-2000:]}" if process.returncode else ""
    return Scanned(name, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, wrong)


def alone(path: Path, limit: int = SLOW) -> Scanned:
    """Scan a file by itself, with the call added, in this process, which ends after so many seconds of CPU time."""
    start = time.process_time()
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)  # an exception would leave the thread that evaluates
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.alarm(10 * limit)
    wrong, gap = _without_call(path.read_bytes() + _CALL)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Scanned(str(path), time.process_time() - start, memory, wrong, gap)


def _without_call(data: bytes) -> tuple[str, str]:
    """Give what goes wrong with a file that ends in the added call, and the kind of the gap that stands for the call."""
    with TemporaryDirectory(prefix="leastscope-mass-") as name:
        folder = Path(name)
        (folder / "code.py").write_bytes(data)
        try:
            report = scan(Request((Path(),), folder, tracked=list))
            for form in ("text", "json", "sarif"):
                render_state(form, report, View(lambda _: None))
        except Exception:  # noqa: BLE001 - that is what is looked for
            return traceback.format_exc(limit=-4), ""
    if any((need.request.verb, need.request.path) == ("GET", "/v1/customers") for need in report.inventory.needs):
        return "", ""
    gaps = sorted({gap.kind for gap in report.inventory.gaps})
    return ("", ", ".join(gaps)) if gaps else ("the added call is not found", "")


def each_alone(paths: Iterable[Path], limit: int = SLOW) -> Iterator[Scanned]:
    """Scan files one after the other in another process; a new one takes over after some files, and where one dies."""
    pool, left = ProcessPoolExecutor(1), _BATCH
    for path in paths:
        if not left:
            pool.shutdown()
            pool, left = ProcessPoolExecutor(1), _BATCH
        left -= 1
        try:
            yield pool.submit(alone, path, limit).result()
        except BrokenProcessPool:
            yield Scanned(str(path), 0.0, 0.0, f"the process died, or was ended after {limit} s of CPU time")
            left = 0
    pool.shutdown()


def files_of(places: Sequence[Path], aside: Path) -> Iterator[tuple[str, Path]]:
    """Give a name and a folder for each place; wheels are unpacked below the folder `aside`."""
    for place in places:
        if place.suffix == ".whl":
            folder = aside / place.stem
            with zipfile.ZipFile(place) as archive:
                archive.extractall(folder)
            yield place.stem, folder
        else:
            yield str(place), place.resolve()


def different(paths: Iterable[Path]) -> list[Path]:
    """Leave out what has the bytes of a file before it."""
    return list({hashlib.sha256(path.read_bytes()).digest(): path for path in reversed(list(paths))}.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="+", type=Path, metavar="FOLDER_OR_WHEEL")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="scan only each N-th file alone (default: 1)")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="leastscope-mass-") as name:
        folders = list(files_of(asked.places, Path(name)))
        trees = []
        for title, folder in folders:
            trees.append(whole(folder, title))
            _tell(trees[-1])
        paths = different(path for _, folder in folders for path in sorted(folder.rglob("*.py")) if path.is_file())
        files = []
        for one in each_alone(paths[:: asked.every]):
            files.append(one)
            if one.wrong:
                _tell(one)
    _sum_up("folders", trees)
    _sum_up("files", files)
    for gap, count in sorted(Counter(one.gap for one in files if one.gap).items()):
        print(f"{count} files without the added call, with gaps: {gap}")
    return 1 if any(one.wrong for one in [*trees, *files]) else 0


def _tell(one: Scanned) -> None:
    print(f"{one.seconds:8.1f} s {one.memory:6.0f} MiB  {one.path}  {one.wrong}", flush=True)


def _sum_up(what: str, scanned: Sequence[Scanned]) -> None:
    seconds = sum(one.seconds for one in scanned)
    most = max((one.memory for one in scanned), default=0.0)
    failed = sum(bool(one.wrong) for one in scanned)
    print(f"{len(scanned)} {what} in {seconds:.0f} s, {failed} went wrong, {most:.0f} MiB at most; the slowest:")
    for one in sorted(scanned, key=lambda one: -one.seconds)[:5]:
        _tell(one)


if __name__ == "__main__":
    sys.exit(main())
