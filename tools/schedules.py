"""Evaluates packages in other orders, and says what then differs: `python -m tools.schedules --folder CODE`.

The evaluator takes files, functions and what waits for its turn in one order. No order may decide what is found: a
request, an event, a gap or evidence that another order changes is a bug.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import OrderedDict
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from unittest.mock import patch

from leastscope.pipeline import requests
from leastscope.python.evaluate import Program
from leastscope.python.state import engine
from leastscope.report.contracts import render_requests
from leastscope.request import Request
from tools import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.python.domain.values import Unit
    from leastscope.request import Trees

REVERSE = 1
"""The seed of the reverse order; 0 is the usual one, and each above is a shuffle."""
_NEAR = 64
"""How far ahead in the queue a shuffle looks for the next unit."""


Facts: TypeAlias = "Mapping[str, str]"
"""Requests, events and gaps as JSON says them, with the evidence of each."""


@contextmanager
def schedule(seed: int) -> Iterator[None]:
    """Let programs be evaluated in another order."""
    chance = random.Random(seed)  # noqa: S311 - nobody has to be kept from guessing it
    in_turn = Program._in_turn  # noqa: SLF001

    def turned(program: Program) -> Iterator[Unit]:
        units = [*in_turn(program)]
        if seed == REVERSE:
            units.reverse()
        elif seed:
            chance.shuffle(units)
        return iter(units)

    class Queue(OrderedDict[int, None]):
        """What waits: in a shuffle, any of the first ones is the next."""

        def popitem(self, last: bool = True) -> tuple[int, None]:
            if seed <= REVERSE:
                return super().popitem(last)
            number = chance.choice([*islice(self, _NEAR)])
            return number, self.pop(number)

    with ExitStack() as patches:
        patches.enter_context(patch.object(engine, "OrderedDict", Queue))
        patches.enter_context(patch.object(Program, "_in_turn", turned))
        yield


def facts_in(seed: int, folder: Path, trees: Trees | None = None) -> Facts:
    """Say what is found in a folder in the order of a seed."""
    with schedule(seed):
        found = json.loads(render_requests(requests(Request((folder,), folder), trees)))
    facts: dict[str, str] = {}
    for kind in ("requests", "events", "gaps"):
        for one in found[kind]:
            evidence = [f"{step['file']}:{step['line']} {step['note']}" for step in one.pop("evidence", ())]
            place = f"{one.pop('file')}:{one.pop('line')}:{one.pop('column')}"
            for each in one.get("permissions") or ():
                if kind != "gaps":
                    del each["because"], each["source"]
            told = ", ".join(str(each) for each in one.values())
            facts[f"{kind.removesuffix('s')} at {place}: {told}"] = "; ".join(evidence)
    return facts


def differences(before: Facts, after: Facts) -> list[str]:
    """Say what is lost, what is added, and what has other evidence."""
    lost = [f"lost {fact}" for fact in before if fact not in after]
    added = [f"added {fact}" for fact in after if fact not in before]
    same = before.keys() & after.keys()
    other = [f"evidence {fact}\n    {before[fact]}\n    {after[fact]}" for fact in same if before[fact] != after[fact]]
    return sorted((*lost, *added, *other))


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code: 1 where anything differs."""
    options = _parser().parse_args(arguments)
    differing = 0
    for folder in _folders(options):
        trees: Trees = {}
        before = facts_in(0, folder, trees)
        for seed in options.seeds:
            started = time.monotonic()
            found = differences(before, facts_in(seed, folder, trees))
            seconds = time.monotonic() - started
            print(f"{folder} {seed}: {len(before)} facts, {len(found)} differences, {seconds:.1f} s", flush=True)
            print(*(f"  {one}\n" for one in found), sep="", end="", flush=True)
            differing += len(found)
    return 1 if differing else 0


def _folders(options: argparse.Namespace) -> Iterator[Path]:
    if options.source:
        yield from options.source
        return
    for package in corpus.read_labels(corpus.LABELS):
        folder = options.folder / package.name / "src"
        if folder.is_dir() and options.package in {"", package.name}:
            yield folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.schedules", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(), help="unpacked packages of the corpus, as NAME/src")
    parser.add_argument("--package", default="", help="only this one")
    parser.add_argument("--source", type=Path, nargs="+", help="folders of code, in place of the corpus")
    parser.add_argument("--seeds", type=int, nargs="+", default=[REVERSE, 2, 3, 4, 5], help="1 is the reverse order")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
