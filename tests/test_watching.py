"""`scan --watch`: a process that runs until it is interrupted, and writes when the result changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from command import READS, project, refusal, run
from leastscope.verdict import INTERRUPTED
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REFUND = READS + "client.v1.refunds.create({'charge': 'ch_1'})\n"
SECONDS = 60
_START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from leastscope.cli import main; main(prog_name='leastscope')"
)
"""A job in the background of a shell ignores SIGINT, and so do the processes that it starts."""


@contextmanager
def watching(folder: Path, cache: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the command in a folder; in the end, it is interrupted and has to end as an interrupted command does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "LEASTSCOPE_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", _START, "scan", "--watch", "--quiet", "-o", f"json={folder / 'out.txt'}"]
    started = subprocess.Popen(  # noqa: S603 - the command of this project
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with started:
        yield started
        started.send_signal(signal.SIGINT)
        assert started.wait(SECONDS) == INTERRUPTED


def missing(folder: Path) -> list[str]:
    """Give the missing permissions of the report that is there, which is whole whenever it is read."""
    (app,) = json.loads((folder / "out.txt").read_text("utf-8"))["apps"]
    return list(app["missing"])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_report_follows_the_code(tmp_path: Path) -> None:
    folder = project(tmp_path / "app", READS)
    with watching(folder, tmp_path / "cache"):
        until((folder / "out.txt").is_file)
        assert missing(folder) == []
        (folder / "code.py").write_text(REFUND, "utf-8")
        until(lambda: missing(folder) == ["charge_write"])
        (folder / "code.py").write_text(READS, "utf-8")
        until(lambda: missing(folder) == [])


def test_a_report_is_not_written_again_where_nothing_changes(tmp_path: Path) -> None:
    folder = project(tmp_path / "app", REFUND)
    with watching(folder, tmp_path / "cache"):
        until((folder / "out.txt").is_file)
        before = (folder / "out.txt").stat().st_mtime_ns
        time.sleep(3)
        assert (folder / "out.txt").stat().st_mtime_ns == before


def test_wrong_settings_are_said_and_the_command_goes_on(tmp_path: Path) -> None:
    folder = project(tmp_path / "app", READS)
    with watching(folder, tmp_path / "cache") as started:
        until((folder / "out.txt").is_file)
        (folder / "leastscope.yaml").write_text("nonsense: 1\n", "utf-8")
        assert started.stderr
        assert "nonsense" in started.stderr.readline()
        (folder / "leastscope.yaml").unlink()
        (folder / "code.py").write_text(REFUND, "utf-8")
        until(lambda: missing(folder) == ["charge_write"])


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_it_changes_no_declaration(tmp_path: Path, option: str) -> None:
    assert "--watch writes reports only" in refusal(run(project(tmp_path / "app"), "scan", "--watch", option))
