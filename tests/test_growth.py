"""The work of a scan grows no faster than the program, in each of its dimensions.

Work is counted, never timed: calls of functions, Python's own included, and evaluations.
"""

from __future__ import annotations

import math
import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from applications import DIMENSIONS
from leastscope.pipeline import requests
from leastscope.request import Request

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from applications import Files

MOST = 1.1
"""The exponent: 16 times as much may take 21 times the work."""


def work(folder: Path, files: Files) -> tuple[int, int]:
    """How many calls of functions, and how many evaluations, an inventory of some files takes."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    request, calls = Request((folder,), folder), 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    threading.setprofile(count)  # parsing and evaluation run in a thread of their own
    try:
        found = requests(request).inventory
    finally:
        threading.setprofile(None)
    assert found.needs
    return calls, request.stages.counts["evaluations"]


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
