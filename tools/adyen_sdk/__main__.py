"""The command: regenerate the model, or check that the committed one is what the releases give."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.adyen_sdk import emit, releases, selfcheck, servers
from tools.adyen_sdk.describe import describe_release
from tools.stripe_sdk import merge
from tools.stripe_sdk.selfcheck import interpreter

if TYPE_CHECKING:
    from tools.stripe_sdk.model import MergedType

_OUTPUT = Path("rules/adyen/sdk/adyen.yaml")


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as work:
        text, types, outcomes = generate(tuple(options.releases), options.wheels, options.python, Path(work))
    differing = [f"{version}: {row}" for version, outcome in outcomes.items() for row in outcome.differing]
    differing += [f"leads nowhere in any release: {name}" for name in selfcheck.unreached(types, outcomes.values())]
    if options.selftest:
        print("\n".join([*differing, *(f"{version}: {_counts(found)}" for version, found in outcomes.items())]))
        return 1 if differing else 0
    if options.check:
        return _compare(options.output, text)
    options.output.write_text(text, "utf-8")
    return 0


def generate(
    versions: tuple[str, ...], archives: Path | None, python: str, work: Path
) -> tuple[str, dict[str, MergedType], dict[str, selfcheck.Outcome]]:
    """Give the model of these releases as YAML and as types, and what the releases themselves said to it."""
    folders = releases.unpack(versions, archives, work)
    models = {version: describe_release(releases.read_release(version, folder)) for version, folder in folders.items()}
    types = merge.merge(list(models.values()))
    python = python or interpreter(work)
    prefixes = servers.read_prefixes()
    outcomes = {
        version: selfcheck.check(python, folder, models[version], types, prefixes)
        for version, folder in folders.items()
    }
    check = {version: _counts(outcome) for version, outcome in outcomes.items()}
    inert = merge.merge_inert(list(models.values()), types)
    return emit.render(list(versions), types, inert, check), types, outcomes


def _counts(outcome: selfcheck.Outcome) -> dict[str, emit.Plain]:
    counts: dict[str, emit.Plain] = {"calls": outcome.calls, "equal": outcome.equal}
    counts |= {"attributes": outcome.attributes, "attributes_equal": outcome.attributes_equal}
    return counts | ({"differing": list(outcome.differing)} if outcome.differing else {})


def _compare(output: Path, text: str) -> int:
    if output.read_text("utf-8") == text:
        return 0
    print(f"{output} is not what the releases give; run `make adyen-sdk`", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.adyen_sdk", description=__doc__)
    parser.add_argument("--output", type=Path, default=_OUTPUT, help="the file to write or to check")
    parser.add_argument("--wheels", type=Path, help="a folder of archives to read, or to download into")
    parser.add_argument("--releases", nargs="+", default=list(releases.VERSIONS), metavar="VERSION")
    parser.add_argument("--python", default="", help="an interpreter with requests, for the check")
    parser.add_argument("--selftest", action="store_true", help="hold the model against the library; write nothing")
    parser.add_argument("--check", action="store_true", help="fail where the output differs from what is there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
