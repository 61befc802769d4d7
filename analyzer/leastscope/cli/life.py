"""A sign of life for whoever waits at a terminal: what the run is at, and how much is done of how much.

It appears on standard error after a second, and is gone when the run has ended.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leastscope.cli.printing import is_terminal, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.stages import Stage, Stages

_PATIENCE = 1.0
"""Seconds after which the sign appears."""
_STEP = 0.2
_ERASED = "\r\033[K"
_WORDS: dict[Stage, str] = {
    "start": "reading settings and rule packs",
    "walk": "finding files",
    "search": "searching files",
    "follow": "following names",
    "parse": "parsing",
    "index": "parsing",
    "evaluate": "evaluating",
    "net": "checking calls",
    "require": "looking up permissions",
    "compare": "comparing",
    "report": "writing the report",
}


@contextmanager
def sign_of_life(stages: Stages, *, quiet: bool = False) -> Iterator[None]:
    """Show what the stages are at while the block runs, if somebody can see it and did not ask for quiet."""
    if quiet or not is_terminal(err=True):
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(stages, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show(stages: Stages, ended: threading.Event) -> None:
    if ended.wait(_PATIENCE):
        return
    while True:
        say(f"{_ERASED}{line(stages)}", err=True, nl=False)
        if ended.wait(_STEP):
            break
    say(_ERASED, err=True, nl=False)


def line(stages: Stages) -> str:
    """Say in one line what a run is at."""
    text = f"leastscope: {_WORDS[stages.running]}"
    if stages.to_do:
        text += f", {stages.done:,} of {stages.to_do:,} files"
    return f"{text}, round {stages.round}" if stages.round > 1 else text
