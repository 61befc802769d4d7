"""The command: regenerate the model, or check that the committed one is what the releases give."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.adyen_sdk import emit, releases, selfcheck, servers
from tools.adyen_sdk.describe import describe_release
from tools.stripe_sdk import command, merge
from tools.stripe_sdk.selfcheck import interpreter

if TYPE_CHECKING:
    from tools.stripe_sdk.command import Generated

_OUTPUT = Path("rules/adyen/sdk/adyen.yaml")


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code."""
    options = command.parser("tools.adyen_sdk", __doc__, _OUTPUT, releases.VERSIONS).parse_args(arguments)
    return command.run(options, generate, "adyen-sdk")


def generate(versions: tuple[str, ...], archives: Path | None, python: str, work: Path) -> Generated:
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
    check = {version: command.counts(outcome) for version, outcome in outcomes.items()}
    inert = merge.merge_inert(list(models.values()), types)
    return emit.render(list(versions), types, inert, check), types, outcomes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
