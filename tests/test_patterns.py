"""No pattern of the product takes more than linear time, whatever a hostile file holds.

The product once hung for days on a line of 65 characters. A process of its own runs the patterns, so that one that never
comes back is a failure, and not the end of the tests.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import patterns
from patterns import Found
from places import ROOT


@pytest.mark.parametrize(
    ("length", "timeout"), [(5_000, 120), pytest.param(50_000, 900, marks=pytest.mark.slow)], ids=["short", "long"]
)
def test_runs_of_any_two_characters_take_linear_time(length: int, timeout: int) -> None:
    command = [sys.executable, str(ROOT / "tests/support/patterns.py"), str(length)]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        env={"PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1"},
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
    )
    assert [line for line in done.stdout.splitlines() if line.startswith(" ")] == []
    assert (done.returncode, done.stderr) == (0, "")


def test_the_patterns_of_every_room_are_found_also_inside_of_mappings() -> None:
    found = {one.place: one for one in patterns.patterns()}
    assert len(found) > 90
    assert found["leastscope.python.syntax.prescan._TOKEN"].methods == ("search",)
    assert found["leastscope.lines.LINE_BREAK"].methods == ("match", "fullmatch", "search")
    assert "leastscope.grants.rows._COMMENTS['json']" in found


@pytest.mark.parametrize(
    ("written", "method"),
    [
        (r"(?:[ \t]+)*x", "match"),
        (r"[ \t]+$", "search"),
        (r"(?:'[^']*'|[^']*)*x", "fullmatch"),
        (r"%0*[0-9]*[a-z]", "search"),
    ],
)
def test_a_pattern_that_is_worse_than_linear_is_told(written: str, method: str) -> None:
    """The first and the third would never come back for long runs."""
    length = 24 if method != "search" else 20_000
    limit, patterns.LIMIT = patterns.LIMIT, 0.1 * 50_000 / length
    try:
        assert list(patterns.slow(Found("here", re.compile(written), (method,)), length))
    finally:
        patterns.LIMIT = limit
