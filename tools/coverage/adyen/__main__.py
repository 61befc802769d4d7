"""The command: for each release list, write, run, scan, compare; exits with 1 where fewer are resolved than promised."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.adyen_sdk import releases
from tools.coverage import running, score
from tools.coverage.adyen import truth, writing
from tools.stripe_sdk.selfcheck import interpreter

if TYPE_CHECKING:
    from tools.coverage.program import Function

_RELEASES = ("16.0.0", "15.0.2", "13.4.0", "9.1.0", "8.0.1", "7.1.2", "6.0.0", "4.0.0")
_PROMISED = 0.999


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
    calls = running.calls(python, folder, "tools.coverage.adyen.listing", target)
    functions = writing.write(calls, target, f"{releases.PACKAGE}=={version}")
    asked = json.dumps(_asked(functions))
    truths = json.loads(running.answer(python, folder, "tools.coverage.adyen.recording", target, asked))
    rows = truth.Rows()
    for answer in (one for answers in truths.values() for one in answers):
        answer["sent"] = [[line, verb, rows.told(verb, url)] for line, verb, url in answer["sent"]]
    inventory = running.scan(target)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.coverage.adyen", description=__doc__)
    parser.add_argument("--wheels", type=Path, help="a folder of archives to read, or to download into")
    parser.add_argument("--python", default="", help="an interpreter with requests")
    parser.add_argument("--releases", nargs="+", default=list(_RELEASES), metavar="VERSION")
    parser.add_argument("--program", type=Path, help="keep the generated programs in this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
