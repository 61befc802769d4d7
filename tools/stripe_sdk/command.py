"""What the commands of the generators have in common: their options, the counts of a check, what becomes of a model."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tools.stripe_sdk import selfcheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.stripe_sdk.emit import Plain
    from tools.stripe_sdk.model import MergedType

Generated: TypeAlias = "tuple[str, dict[str, MergedType], dict[str, selfcheck.Outcome]]"
Generate: TypeAlias = "Callable[[tuple[str, ...], Path | None, str, Path], Generated]"


def run(options: argparse.Namespace, generate: Generate, target: str) -> int:
    """Generate a model and write, check or test it; the result is the exit code. `target` is what makes it anew."""
    with tempfile.TemporaryDirectory() as work:
        text, types, outcomes = generate(tuple(options.releases), options.wheels, options.python, Path(work))
    differing = [f"{version}: {row}" for version, outcome in outcomes.items() for row in outcome.differing]
    differing += [f"leads nowhere in any release: {name}" for name in selfcheck.unreached(types, outcomes.values())]
    if options.selftest:
        print("\n".join([*differing, *(f"{version}: {counts(found)}" for version, found in outcomes.items())]))
        return 1 if differing else 0
    if not options.check:
        options.output.write_text(text, "utf-8")
    elif options.output.read_text("utf-8") != text:
        print(f"{options.output} is not what the releases give; run `make {target}`", file=sys.stderr)
        return 1
    return 0


def counts(outcome: selfcheck.Outcome) -> dict[str, Plain]:
    """Give what a release said as it stands in a model."""
    found: dict[str, Plain] = {"calls": outcome.calls, "equal": outcome.equal}
    found |= {"attributes": outcome.attributes, "attributes_equal": outcome.attributes_equal}
    return found | ({"differing": list(outcome.differing)} if outcome.differing else {})


def parser(program: str, description: str | None, output: Path, versions: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser of a generator's command."""
    made = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    made.add_argument("--output", type=Path, default=output, help="the file to write or to check")
    made.add_argument("--wheels", type=Path, help="a folder of archives to read, or to download into")
    made.add_argument("--releases", nargs="+", default=list(versions), metavar="VERSION")
    made.add_argument("--python", default="", help="an interpreter with requests and typing_extensions, for the check")
    made.add_argument("--selftest", action="store_true", help="hold the model against the library; write nothing")
    made.add_argument("--check", action="store_true", help="fail where the output differs from what is there")
    return made
