"""A run that somebody ends leaves with one line and the right code, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from places import ROOT
from repositories import CUSTOMERS, MANIFEST, PROJECT, WITH_REFUND, repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
DEEP = """
import sys
from leastscope import pipeline
from leastscope.deep import run_deep
def down(depth):
    if depth == 20_000:
        print('ready', flush=True)
        while True:
            up(1)
    down(depth + 1)
def up(depth):
    if depth < 5_000:
        up(depth + 1)
"""
WAITING = """
import time
def down(depth):
    print('ready', flush=True)
    time.sleep(60)
"""
INVENTORY = "pipeline.inventory_of = lambda run: run_deep(lambda: down(1))"
SCAN = "from leastscope import changes; changes.scan_to_fix = lambda *_: down(1)"


def ended(cwd: Path, code: str, number: int, *arguments: str, after: float = 0.0) -> tuple[int, str, float]:
    """Start the command, send it a signal once it is at work; returns the code, what it said, and how long it took."""
    (cwd / "shop.py").write_text("import stripe\n", "utf-8")  # where nothing names a system, nothing is evaluated
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "TMPDIR": str(cwd / "temporary")}
    (cwd / "temporary").mkdir(exist_ok=True)
    code = f"{code}\nfrom leastscope.cli import main; main(prog_name='leastscope')"
    command = [sys.executable, "-c", code, *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after)
    process.send_signal(number)
    start = time.monotonic()
    said = process.communicate(timeout=60)[1]
    return process.returncode, said.decode(), time.monotonic() - start


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.2])
def test_an_interruption_ends_with_130_and_one_line_however_deep_the_work_is(tmp_path: Path, after: float) -> None:
    """It aborted with SIGABRT: the recursion limit was reset under the thread that was deeper than that."""
    code, said, seconds = ended(tmp_path, DEEP + INVENTORY, signal.SIGINT, "scan", ".", after=after)
    assert (code, said) == (130, "leastscope: interrupted\n")
    assert seconds < 20


def test_a_request_to_end_ends_with_143_and_one_line(tmp_path: Path) -> None:
    code, said, _ = ended(tmp_path, DEEP + INVENTORY, signal.SIGTERM, "scan", ".")
    assert (code, said) == (143, "leastscope: terminated\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_copy_of_the_sources_stays_in_the_temporary_folder(tmp_path: Path, number: int) -> None:
    made = repository(tmp_path / "repository", PROJECT)
    made.commit(WITH_REFUND)
    code, _, _ = ended(made.folder, WAITING + SCAN, number, "diff", "HEAD~1", "HEAD")
    assert code in {130, 143}
    assert list((made.folder / "temporary").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("path", "old", "arguments"),
    [
        ("report.json", "[]", ["scan", ".", "--output", "report.json"]),
        ("stripe-app.json", MANIFEST % f"{CUSTOMERS}, {CUSTOMERS}", ["scan", "--fix", "."]),
        ("leastscope-baseline.json", "{}", ["baseline", "."]),
        ("leastscope.yaml", None, ["init", "."]),
    ],
    ids=["report", "fix", "baseline", "init"],
)
def test_a_file_that_was_being_written_is_the_old_one(
    tmp_path: Path, path: str, old: str | None, arguments: list[str], number: int
) -> None:
    file = tmp_path / path
    if old is not None:
        file.write_text(old)
    slow_disk = WAITING + "import os; os.fsync = down"
    code, said, _ = ended(tmp_path, slow_disk, number, *arguments)
    ends = {signal.SIGINT: (130, "leastscope: interrupted\n"), signal.SIGTERM: (143, "leastscope: terminated\n")}
    assert (code, said) == ends[signal.Signals(number)]
    assert (file.read_text() if file.exists() else None) == old
    assert {entry.name for entry in tmp_path.iterdir()} <= {path, "shop.py", "temporary"}
