"""The command: list, write, run, scan, compare; exits with 1 where fewer methods are resolved than promised."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.coverage import program, running, score
from tools.stripe_sdk import releases, selfcheck

if TYPE_CHECKING:
    from collections.abc import Mapping

_RELEASE = "16.1.0"
_PROMISED = 0.999


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = releases.unpack((_RELEASE,), options.wheels, work)[_RELEASE]
        python = options.python or selfcheck.interpreter(work)
        target = options.program or work / "program"
        target.mkdir(parents=True, exist_ok=True)
        calls = running.calls(python, folder, "tools.coverage.methods", target)
        functions = program.write(calls, target, f"stripe=={_RELEASE}")
        truths = json.loads(
            running.answer(python, folder, "tools.coverage.record", target, json.dumps(_asked(functions)))
        )
        started = time.monotonic()
        inventory = running.scan(target)
        seconds = time.monotonic() - started
    verdicts, silent = score.judge(functions, truths, inventory["requests"])
    return _report(verdicts, silent, seconds, inventory["gaps"])


def _asked(functions: list[program.Function]) -> dict[str, list[dict[str, Any]]]:
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in functions:
        call = one.call
        wanted = {"name": one.name, "arguments": call.arguments, "receiver": call.receiver, "answer": call.answer}
        asked[one.file].append({**wanted, "asynchronous": call.asynchronous})
    return asked


def _report(
    verdicts: list[score.Verdict], silent: Mapping[str, list[str]], seconds: float, gaps: list[Mapping[str, Any]]
) -> int:
    print(*(f"missed: {score.missed(one)}" for one in verdicts if not one.right), sep="\n", end="\n\n")
    print(*score.silence(silent), sep="\n")
    print(f"gaps: {dict(sorted(Counter(gap['kind'] for gap in gaps).items()))}", end="\n\n")
    print(*score.table(verdicts), sep="\n")
    right = sum(one.right for one in verdicts) / max(1, len(verdicts))
    print(
        f"\n{right:.2%} of {len(verdicts)} calls are named as release {_RELEASE} sends them; scanned in {seconds:.0f} s"
    )
    return 0 if right >= _PROMISED and verdicts else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.coverage", description=__doc__)
    parser.add_argument("--wheels", type=Path, help="a folder of wheels to read, or to download into")
    parser.add_argument("--python", default="", help="an interpreter with requests and typing_extensions")
    parser.add_argument("--program", type=Path, help="keep the generated program in this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
