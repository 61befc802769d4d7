"""The work of a scan has a bound, and grows no faster than the program, in each of its dimensions.

Work is counted, never timed: files, evaluations, and calls of functions, Python's own included.
"""

from __future__ import annotations

import math
import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from applications import DIMENSIONS, handed_on
from leastscope.pipeline import requests
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import FrameType

    from applications import Files
    from leastscope.stages import Count

MOST = 1.1
"""The exponent: 16 times as much may take 21 times the work."""
BOUNDS = {
    "files": (21, 21, 80),
    "call sites": (1, 1, 55),
    "callers": (21, 21, 90),
    "subclasses": (1, 1, 120),
    "providers": (2, 3, 42),
    "wrapper depth": (1, 1, 650),
    "chained classes": (1, 1, 400),
    "registered classes": (1, 1, 60),
    "branches": (1, 1, 2),
    "plain functions": (1, 1, 55),
    "unrelated code": (1, 2, 90),
    "models": (1, 1, 110),
    "packages of an application": (32, 48, 260),
}
"""For four times the smallest program of each kind: files evaluated, files loaded, evaluations."""


def inventory(folder: Path, files: Files) -> Mapping[Count, int]:
    """How much work the inventory of some files takes."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    request = Request((folder,), folder)
    assert requests(request).inventory.needs
    return request.stages.counts


def work(folder: Path, files: Files) -> tuple[int, int]:
    """How many calls of functions, and how many evaluations, an inventory of some files takes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    threading.setprofile(count)  # parsing and evaluation run in a thread of their own
    try:
        counts = inventory(folder, files)
    finally:
        threading.setprofile(None)
    return calls, counts["evaluations"]


@pytest.mark.parametrize("what", DIMENSIONS)
def test_a_scan_takes_no_more_work_than_it_should(tmp_path: Path, what: str) -> None:
    make, smallest = DIMENSIONS[what]
    counts = inventory(tmp_path, make(4 * smallest))
    found = (counts["files_evaluated"], counts["files_loaded"], counts["evaluations"])
    assert all(one <= most for one, most in zip(found, BOUNDS[what], strict=True)), found


@pytest.mark.slow
@pytest.mark.parametrize("what", DIMENSIONS)
def test_work_grows_with_the_size_and_no_faster(tmp_path: Path, what: str) -> None:
    make, smallest = DIMENSIONS[what]
    work(tmp_path / "before", make(2))  # what is loaded once for all
    sizes = (1, 4, 16)
    found = [work(tmp_path / str(size), make(smallest * size)) for size in sizes]
    for unit, *counts in zip(("calls", "evaluations"), *found, strict=True):
        steps = [math.log(more / less) / math.log(4) for less, more in pairwise(counts)]
        assert max(steps) <= MOST, f"{unit}: {dict(zip(sizes, counts, strict=True))}"


def test_a_chain_of_modules_that_hand_a_name_on_takes_no_cubic_work(tmp_path: Path) -> None:
    calls = [work(tmp_path / str(count), handed_on(count))[0] for count in (2, 40, 80)]
    assert calls[2] - calls[0] < 4 * (calls[1] - calls[0])
