"""The command: for each release list, write, run, scan, compare; exits with 1 where fewer are resolved than promised."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.adyen_sdk import releases
from tools.coverage import score
from tools.coverage.adyen import truth, writing
from tools.coverage.methods import Call
from tools.stripe_sdk.selfcheck import interpreter

if TYPE_CHECKING:
    from tools.coverage.program import Function

_ROOT = Path(__file__).parents[3]
_RELEASES = ("16.0.0", "15.0.2", "13.4.0", "9.1.0", "8.0.1", "7.1.2", "6.0.0", "4.0.0")
_PROMISED = 0.999
_SCAN_SECONDS = 1200


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    everything: list[score.Verdict] = []
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folders = releases.unpack(tuple(options.releases), options.wheels, work)
        python = options.python or interpreter(work)
        for version, folder in folders.items():
            target = (options.program or work / "program") / version
            target.mkdir(parents=True, exist_ok=True)
            verdicts = _judged(version, folder, python, target)
            print(*_shown(version, verdicts), sep="\n", end="\n\n")
            everything += verdicts
    right = sum(one.right for one in everything) / max(1, len(everything))
    print(f"{right:.2%} of {len(everything)} calls are named as the releases send them, with their scopes")
    return 0 if right >= _PROMISED and everything else 1


def _judged(version: str, folder: Path, python: str, target: Path) -> list[score.Verdict]:
    """Prove one release."""
    listed = json.loads(_library(python, folder, "tools.coverage.adyen.listing", target))
    calls = [Call(**{**row, "arguments": tuple(row["arguments"]), "lines": tuple(row["lines"])}) for row in listed]
    functions = writing.write(calls, target, f"{releases.PACKAGE}=={version}")
    asked = json.dumps(_asked(functions))
    truths = json.loads(_library(python, folder, "tools.coverage.adyen.recording", target, asked))
    rows = truth.Rows()
    for answer in (one for answers in truths.values() for one in answers):
        answer["sent"] = [[line, verb, rows.told(verb, url)] for line, verb, url in answer["sent"]]
    inventory = _scan(target)
    verdicts, silent = score.judge(functions, truths, truth.of_requests(inventory["requests"]))
    print(*score.silence(silent), sep="\n")
    print(f"gaps: {dict(sorted(Counter(gap['kind'] for gap in inventory['gaps']).items()))}")
    return verdicts


def _asked(functions: list[Function]) -> dict[str, list[dict[str, Any]]]:
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in functions:
        asked[one.file].append({"name": one.name, "arguments": one.call.arguments})
    return asked


def _shown(version: str, verdicts: list[score.Verdict]) -> list[str]:
    missed = [f"missed: {score.missed(one)}" for one in verdicts if not one.right]
    return [*missed, f"release {version}", *score.table(verdicts)]


def _library(python: str, folder: Path, module: str, cwd: Path, asked: str = "") -> str:
    """Run one of this package's scripts where the library is importable."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{_ROOT}", "PYTHONWARNINGS": "ignore"}
    environment["ADYEN_API_KEY"] = "coverage"
    process = subprocess.run(
        [python, "-B", "-m", module], input=asked, capture_output=True, text=True, env=environment, cwd=cwd, check=False
    )
    if process.returncode:
        sys.exit(f"{module} failed:\n{process.stderr[-2000:]}")
    return process.stdout


def _scan(target: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "analyzer.cli", "requests", ".", "--format", "json"]
    process = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=target, check=False, timeout=_SCAN_SECONDS
    )
    if not process.stdout:
        sys.exit(f"the scan failed with {process.returncode}:\n{process.stderr[-2000:]}")
    inventory: dict[str, Any] = json.loads(process.stdout)
    return inventory


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.coverage.adyen", description=__doc__)
    parser.add_argument("--wheels", type=Path, help="a folder of archives to read, or to download into")
    parser.add_argument("--python", default="", help="an interpreter with requests")
    parser.add_argument("--releases", nargs="+", default=list(_RELEASES), metavar="VERSION")
    parser.add_argument("--program", type=Path, help="keep the generated programs in this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
