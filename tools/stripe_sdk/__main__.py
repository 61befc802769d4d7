"""The command: regenerate the model, or check that the committed one is what the releases give."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.stripe_sdk import emit, merge, releases, selfcheck
from tools.stripe_sdk.describe import describe_release
from tools.stripe_sdk.source import read_release

if TYPE_CHECKING:
    from tools.stripe_sdk.model import MergedType

_OUTPUT = Path("rules/stripe/sdk/stripe.yaml")


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
    versions: tuple[str, ...], wheels: Path | None, python: str, work: Path
) -> tuple[str, dict[str, MergedType], dict[str, selfcheck.Outcome]]:
    """Give the model of these releases as YAML and as types, and what the releases themselves said to it."""
    folders = releases.unpack(versions, wheels, work)
    models = [describe_release(read_release(version, folder)) for version, folder in folders.items()]
    types = merge.merge(models)
    python = python or selfcheck.interpreter(work)
    outcomes = {
        version: selfcheck.check(python, index, folder, types)
        for index, (version, folder) in enumerate(folders.items())
    }
    check = {version: _counts(outcome) for version, outcome in outcomes.items()}
    return emit.render(list(versions), types, merge.merge_inert(models, types), check), types, outcomes


def _counts(outcome: selfcheck.Outcome) -> dict[str, emit.Plain]:
    counts: dict[str, emit.Plain] = {"calls": outcome.calls, "equal": outcome.equal}
    counts |= {"attributes": outcome.attributes, "attributes_equal": outcome.attributes_equal}
    return counts | ({"differing": list(outcome.differing)} if outcome.differing else {})


def _compare(output: Path, text: str) -> int:
    if output.read_text("utf-8") == text:
        return 0
    print(f"{output} is not what the releases give; run `make sdk`", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.stripe_sdk", description=__doc__)
    parser.add_argument("--output", type=Path, default=_OUTPUT, help="the file to write or to check")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels to read, or to download into")
    parser.add_argument("--releases", nargs="+", default=list(releases.VERSIONS), metavar="VERSION")
    parser.add_argument(
        "--python", default="", help="an interpreter with requests and typing_extensions, for the check"
    )
    parser.add_argument("--selftest", action="store_true", help="hold the model against the library; write nothing")
    parser.add_argument("--check", action="store_true", help="fail where the output differs from what is there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
