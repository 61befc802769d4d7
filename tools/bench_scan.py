"""Times whole scans of a folder: `python -m tools.bench_scan FOLDER`, each in a process of its own.

The stages are timed inside of one further run, so that the clock costs the others nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
_RUN = "from leastscope.cli import main; main(prog_name='leastscope')"
_STAGES = {
    "discover": ("leastscope.runs", "walk"),
    "rules": ("leastscope.runs", "compiled"),
    "lower": ("leastscope.python.syntax.lower", "lower"),
    "code (with lower)": ("leastscope.pipeline", "inventory_of"),
    "grants": ("leastscope.pipeline", "declared_of"),
    "compare": ("leastscope.pipeline", "compare"),
}


def main(arguments: list[str]) -> None:
    """Print the time of the fastest run, the size of the work, and the seconds of each stage."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench_scan", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often (default: 3); the fastest counts")
    options = parser.parse_args(arguments)
    folder: Path = options.folder.resolve()
    runs = [_whole_run(folder) for _ in range(options.runs)]
    seconds, summary = min(runs, key=lambda run: run[0])
    print(f"{seconds:8.3f} s  a whole run, the fastest of {options.runs}")
    print(f"{summary['files_seen']:8} files seen, {summary['files_read']} read")
    print(f"{summary['requests']:8} requests, {sum(summary['gaps'].values())} gaps")
    for name, (calls, spent) in _stages(folder).items():
        print(f"{spent:8.3f} s  {name} ({calls} calls)")


def _whole_run(folder: Path) -> tuple[float, dict[str, Any]]:
    command = [sys.executable, "-c", _RUN, "scan", "--no-cache", "--format", "json", "--exit-zero", str(folder)]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start, json.loads(done.stdout)["summary"]


def _stages(folder: Path) -> dict[str, tuple[int, float]]:
    """Run the scan here, with a clock around the function of each stage: calls and seconds by stage."""
    from importlib import import_module  # noqa: PLC0415 - what the clock wraps is loaded when it runs

    spent: dict[str, tuple[int, float]] = {}
    for stage, (module, name) in _STAGES.items():
        home = import_module(module)
        setattr(home, name, _timed(getattr(home, name), stage, spent))
    pipeline, runs = import_module("leastscope.pipeline"), import_module("leastscope.request")
    start = time.perf_counter()
    pipeline.scan(runs.Request((folder,), folder))
    spent["all stages, modules loaded"] = (1, time.perf_counter() - start)
    return spent


def _timed(function: Callable[..., Any], stage: str, spent: dict[str, tuple[int, float]]) -> Callable[..., Any]:
    def timed(*args: object, **options: object) -> object:
        start = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            calls, seconds = spent.get(stage, (0, 0.0))
            spent[stage] = (calls + 1, seconds + time.perf_counter() - start)

    return timed


if __name__ == "__main__":
    main(sys.argv[1:])
