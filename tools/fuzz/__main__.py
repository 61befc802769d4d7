"""The fuzzer as a program; the package's docstring says what it tries. The same seed makes the same inputs.

Without `--only`, two thirds of the time go to projects. What fails is written into the folder that `--keep` names.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tools.fuzz import documents, projects, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLOW = 20.0
"""Seconds after which one small input counts as a failure."""
SHARES = {"projects": 0.7, "documents": 0.15, "texts": 0.15}
"""What is tried, with its share of the time."""
_Input = TypeVar("_Input")
_MOST = 50
"""Failures after which a kind is not tried any more."""


@dataclass
class Tally:
    """How many inputs were tried in how many seconds, the slowest in seconds, and what failed, with its files."""

    tried: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: list[tuple[str, dict[str, bytes]]] = field(default_factory=list)


def fuzz(kind: str, seconds: float, seed: int, count: int = 0) -> Tally:
    """Try inputs of one kind for some seconds, or so many of them."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    match kind:
        case "projects":
            return _run(projects.projects(chance), projects.tried, dict, seconds, count)
        case "documents":
            return _run(documents.documents(chance), documents.tried, lambda one: dict([one]), seconds, count)
        case _:
            as_files: Callable[[str], dict[str, bytes]] = lambda one: {"word": one.encode("utf-8", "surrogatepass")}  # noqa: E731
            return _run(texts.words(chance), texts.tried, as_files, seconds, count)


def _run(
    give: Callable[[], _Input],
    attempt: Callable[[_Input], str],
    files: Callable[[_Input], dict[str, bytes]],
    seconds: float,
    count: int,
) -> Tally:
    tally, start = Tally(), time.monotonic()
    with suppress(KeyboardInterrupt):  # a long run that is ended tells what it has found
        while len(tally.failures) < _MOST and (tally.tried < count if count else time.monotonic() - start < seconds):
            one, began = give(), time.monotonic()
            wrong = attempt(one)
            took = time.monotonic() - began
            tally.tried += 1
            tally.slowest = max(tally.slowest, took)
            if wrong or took > SLOW:
                tally.failures.append((wrong or f"took {took:.0f} s", files(one)))
    tally.seconds = time.monotonic() - start
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=tuple(SHARES))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", type=int, default=0, help="how many inputs of each kind; the time is then open")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    asked = parser.parse_args(arguments)
    failed = False
    for kind in [asked.only] if asked.only else SHARES:
        tally = fuzz(kind, asked.seconds * (1 if asked.only else SHARES[kind]), asked.seed, asked.count)
        sys.stdout.write(f"{tally.tried} {kind}, {tally.tried / max(tally.seconds, 0.001):.1f} a second, ")
        sys.stdout.write(f"slowest {tally.slowest:.1f} s; {len(tally.failures)} failures\n")
        for number, (wrong, files) in enumerate(tally.failures):
            sys.stdout.write(f"{wrong}\n")
            for name, data in files.items() if asked.keep else ():
                (asked.keep / kind / str(number)).mkdir(parents=True, exist_ok=True)
                (asked.keep / kind / str(number) / name).write_bytes(data)
        failed |= bool(tally.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
