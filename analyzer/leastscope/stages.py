"""Where the time of a run goes: seconds of CPU by stage, and how much each stage had to do.

A stage that runs inside of another one has its seconds to itself, so that the seconds of all stages add up to those of the
run. Knows no stage's work; only whoever calls the stages in order names them here.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

Stage: TypeAlias = Literal[
    "start", "walk", "search", "follow", "parse", "index", "evaluate", "net", "require", "compare", "report"
]
"""The stages of a run, in the order of their beginning."""
Count: TypeAlias = Literal[
    "files", "files_loaded", "files_parsed", "files_evaluated", "units", "evaluations", "most_evaluations"
]
"""What is counted."""


class Stages:
    """The seconds of CPU that each stage took, and the counts. What came before the first stage is part of `start`.

    `done` of `to_do` files are through with the step that runs, in the `round` of following names.
    """

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = dict.fromkeys(get_args(Stage), 0.0)
        self.counts: dict[Count, int] = dict.fromkeys(get_args(Count), 0)
        self.done = 0
        self.to_do = 0
        self.round = 0
        self._running: list[Stage] = ["start"]
        self._since = 0.0

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Count the time of the block as a stage's."""
        self.settle()
        self._running.append(name)
        try:
            yield
        finally:
            self.settle()
            self._running.pop()

    @property
    def running(self) -> Stage:
        """The stage that runs."""
        return self._running[-1]

    def begin(self, to_do: int) -> None:
        """Begin a step that goes through some files."""
        self.done, self.to_do = 0, to_do

    def add(self, name: Count, number: int) -> None:
        """Count more of something."""
        self.counts[name] += number

    def raise_to(self, name: Count, number: int) -> None:
        """Count a number that is higher than the one before in its place."""
        self.counts[name] = max(self.counts[name], number)

    def settle(self) -> None:
        """Give the running stage the time since it was settled last."""
        now = time.process_time()
        self.seconds[self._running[-1]] += now - self._since
        self._since = now
