"""The profile of a run: where its time goes, in the published form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from command import project, refusal, run
from leastscope.stages import Stages
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = ROOT / "schemas/profile.schema.json"


def profile_of(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> dict[str, Any]:
    written = folder.parent / "profile.json"
    monkeypatch.setenv("LEASTSCOPE_PROFILE", str(written))
    outcome = run(folder, *arguments)
    assert outcome.err == ""
    found: dict[str, Any] = json.loads(written.read_text("utf-8"))
    return found


@pytest.mark.parametrize("command", ["scan", "requests"])
def test_a_profile_has_the_published_form_and_its_stages_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    found = profile_of(monkeypatch, project(tmp_path / "app"), command, "--no-cache")
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(found)
    assert sum(found["stages"].values()) == pytest.approx(found["cpu_seconds"], abs=0.01)


def test_every_stage_of_a_scan_that_has_work_takes_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that nobody counts would show as 0 and hide in `start`."""
    body = "def f_%d(client):\n    return client.v1.customers.retrieve(str(%d))\n\n\n"
    code = "import stripe\n\n\n" + "".join(body % (number, number) for number in range(60))
    found = profile_of(monkeypatch, project(tmp_path / "app", code), "scan", "--no-cache")
    assert {name for name, seconds in found["stages"].items() if not seconds} <= {"follow", "search", "walk"}


def test_counts_tell_files_that_matter_from_those_that_are_only_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(tmp_path / "app")
    (folder / "other.py").write_text("print('nothing of interest')\n", "utf-8")
    counts = profile_of(monkeypatch, folder, "scan", "--no-cache")["counts"]
    assert counts == {
        "files": 2, "files_loaded": 1, "files_parsed": 1, "files_evaluated": 1, "units": 1, "evaluations": 1,
        "most_evaluations": 1,
    }  # fmt: skip


def test_a_file_from_the_cache_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    folder = project(tmp_path / "app")
    parsed = [profile_of(monkeypatch, folder, "scan")["counts"]["files_parsed"] for _ in range(2)]
    assert parsed == [1, 0]


def test_a_profile_that_cannot_be_written_is_refused_before_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEASTSCOPE_PROFILE", "nowhere/profile.json")
    assert "nowhere/profile.json" in refusal(run(project(tmp_path / "app"), "scan"))


def test_a_profile_does_not_replace_a_file_that_is_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project(tmp_path / "app")
    monkeypatch.setenv("LEASTSCOPE_PROFILE", "code.py")
    assert "refusing to overwrite" in refusal(run(folder, "scan"))


def test_a_stage_inside_of_another_has_its_time_to_itself() -> None:
    stages = Stages()
    with stages.stage("evaluate"):
        before = dict(stages.seconds)
        with stages.stage("parse"):
            sum(range(300_000))
        assert stages.seconds["evaluate"] - before["evaluate"] < stages.seconds["parse"]
    assert stages.seconds["parse"] > 0
