"""A run that takes too long ends with an error and leaves nothing behind; whoever waits for one sees that it works."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from command import Outcome, process, project, run
from leastscope.cli.life import line
from leastscope.stages import Stages
from places import ROOT
from repositories import PROJECT, WITH_REFUND, repository

if TYPE_CHECKING:
    from pathlib import Path

LATE = "the run took longer than 1 seconds and was ended"
SLOW = """
import time
from leastscope import deep, inventory
def slow(run):
    def work():
        while True:
            time.sleep(0.01)
    return deep.run_deep(work)
inventory_of, inventory.inventory_of = inventory.inventory_of, slow
from leastscope import pipeline
pipeline.inventory_of = slow
from leastscope.cli import main
main(prog_name='leastscope')
"""
COMMANDS = (
    ["scan", "."],
    ["scan", "--strict", "--format", "json", "."],
    ["scan", "--exit-zero", "."],
    ["scan", "--fix", "."],
    ["requests", "."],
    ["infer", "."],
)


def late(folder: Path, *arguments: str) -> Outcome:
    return process(folder, *arguments, "--time-limit", "1", code=f"exec({SLOW!r})")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_the_limit_ends_a_run_with_3_and_one_line_and_nothing_is_written(tmp_path: Path, arguments: list[str]) -> None:
    made = project(tmp_path / "shop", grants="")
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    outcome = late(made, *arguments)
    assert (outcome.code, outcome.out) == (3, b"")
    assert outcome.err.count("\n") == 1
    assert LATE in outcome.err
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


def test_what_was_ended_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    made = project(tmp_path / "shop", grants="")
    assert late(made, "scan", ".").code == 3
    assert not (tmp_path / "cache" / "answers").exists()
    assert run(made, "scan", ".") == run(made, "scan", "--no-cache", ".")


def test_a_comparison_that_is_ended_leaves_no_copy_of_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = repository(tmp_path / "repository", PROJECT)
    made.commit(WITH_REFUND)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    assert late(made.folder, "diff", "HEAD~1", "HEAD").code == 3
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("limit", ["0", "60"])
def test_a_run_within_the_limit_is_as_one_without(tmp_path: Path, limit: str) -> None:
    made = project(tmp_path / "shop", grants="")
    assert run(made, "scan", ".") == run(made, "scan", "--time-limit", limit, ".")


def test_only_ci_has_a_limit_by_itself(tmp_path: Path) -> None:
    limits = {name: run(tmp_path, name, "--help").out.split(b"0 is no limit.", 1)[1] for name in ("scan", "diff", "ci")}
    shown = {name: text.split(b"]")[0].split(b":")[1].strip() for name, text in limits.items()}
    assert shown == {"scan": b"none", "diff": b"none", "ci": b"600"}


# the sign of life


WAITING = SLOW.replace("while True:", "end = time.monotonic() + 2\n        while time.monotonic() < end:").replace(
    "return deep.run_deep(work)", "deep.run_deep(work)\n    return inventory_of(run)"
)


def seen(folder: Path, *arguments: str) -> str:
    """Run the command with standard error at a terminal, and give all that appeared there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "TERM": "xterm"}
    command = [sys.executable, "-c", WAITING, *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs) as started:  # noqa: S603
        os.close(theirs)
        found = b""
        while chunk := _read(ours):
            found += chunk
        started.communicate()
    os.close(ours)
    return found.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1000)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_a_terminal_sees_after_a_second_what_the_run_is_at_and_no_trace_in_the_end(tmp_path: Path) -> None:
    shown = seen(project(tmp_path / "shop"), "scan", "--no-cache", ".")
    assert "leastscope: reading settings and rule packs" in shown or "leastscope: searching files" in shown
    assert shown.endswith("\r\033[K")
    assert "\n" not in shown


def test_quiet_shows_no_sign_of_life(tmp_path: Path) -> None:
    assert seen(project(tmp_path / "shop"), "scan", "--quiet", "--no-cache", ".") == ""


def test_what_is_piped_shows_no_sign_of_life(tmp_path: Path) -> None:
    assert process(project(tmp_path / "shop"), "scan", "--no-cache", ".", code=f"exec({WAITING!r})").err == ""


def test_the_line_names_the_stage_the_files_and_the_round() -> None:
    stages = Stages()
    assert line(stages) == "leastscope: reading settings and rule packs"
    with stages.stage("evaluate"):
        stages.begin(1_200)
        stages.done, stages.round = 35, 2
        assert line(stages) == "leastscope: evaluating, 35 of 1,200 files, round 2"
