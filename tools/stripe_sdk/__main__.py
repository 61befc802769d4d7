"""The command: regenerate the model, or check that the committed one is what the releases give."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.stripe_sdk import command, emit, merge, releases, selfcheck
from tools.stripe_sdk.describe import describe_release
from tools.stripe_sdk.source import read_release

if TYPE_CHECKING:
    from tools.stripe_sdk.command import Generated

_OUTPUT = Path("rules/stripe/sdk/stripe.yaml")


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code."""
    options = command.parser("tools.stripe_sdk", __doc__, _OUTPUT, releases.VERSIONS).parse_args(arguments)
    return command.run(options, generate, "sdk")


def generate(versions: tuple[str, ...], wheels: Path | None, python: str, work: Path) -> Generated:
    """Give the model of these releases as YAML and as types, and what the releases themselves said to it."""
    folders = releases.unpack(versions, wheels, work)
    models = [describe_release(read_release(version, folder)) for version, folder in folders.items()]
    types = merge.merge(models)
    python = python or selfcheck.interpreter(work)
    outcomes = {
        version: selfcheck.check(python, index, folder, types)
        for index, (version, folder) in enumerate(folders.items())
    }
    check = {version: command.counts(outcome) for version, outcome in outcomes.items()}
    return emit.render(list(versions), types, merge.merge_inert(models, types), check), types, outcomes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
