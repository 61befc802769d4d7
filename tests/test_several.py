"""Many repositories in one run: the report of each, one document, and no work done twice after a kill."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import jsonschema
import pytest

from command import CUSTOMERS, process, project, refusal, run
from leastscope.cli import scanning
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((ROOT / "schemas/repositories.schema.json").read_text("utf-8"))
KILLED = """
import os
from leastscope import pipeline
from leastscope.cli import main
scan = pipeline.scan
def once(*given):
    with open(os.environ['SCANNED'], 'a') as file:
        print(given[0].cwd.name, file=file)
    if given[0].cwd.name == os.environ['DEADLY']:
        os._exit(9)
    return scan(*given)
pipeline.scan = once
main(prog_name='leastscope')
"""


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of three repositories, one of which lacks a grant, and one folder that is not there."""
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    project(tmp_path / "one", grants=CUSTOMERS)
    project(tmp_path / "two", grants="")
    project(tmp_path / "three", grants=CUSTOMERS)
    (tmp_path / "repos.txt").write_text("# ours\none\n\ntwo\ngone\nthree\none\n", "utf-8")
    return tmp_path


def test_each_repository_is_reported_as_by_a_scan_inside_of_it(listed: Path) -> None:
    outcome = run(listed, "scan", "--repos", "repos.txt", "--format", "json")
    document = json.loads(outcome.out)
    jsonschema.validate(document, SCHEMA)
    found = {one["repository"]: one for one in document["repositories"]}
    assert [*found] == ["one", "two", "gone", "three"]
    assert {name: one["exit_code"] for name, one in found.items()} == {"one": 0, "two": 1, "gone": 2, "three": 0}
    for name in ("one", "two", "three"):
        assert found[name]["scan"] == json.loads(run(listed / name, "scan", "--format", "json").out)
    assert found["gone"]["error"] == "the folder does not exist"
    assert (outcome.code, outcome.err) == (2, "gone: the folder does not exist\n")


def test_the_log_holds_the_runs_of_all_under_their_names(listed: Path) -> None:
    (listed / "repos.txt").write_text("one\ntwo\n", "utf-8")
    outcome = run(listed, "scan", "--repos", "repos.txt", "--format", "sarif", "-o", "text=all.txt")
    runs = json.loads(outcome.out)["runs"]
    assert {one["automationDetails"]["id"].partition("/")[0] for one in runs} == {"one", "two"}
    assert sum(len(one["results"]) for one in runs) == 1
    assert outcome.code == 1
    text = (listed / "all.txt").read_text("utf-8")
    assert text.startswith("== one\n")
    assert "\n== two\n" in text
    assert "client.v1.customers.retrieve('cus_1')" in text


WATCHED = """
from leastscope import pipeline
from leastscope.cli import main
def never(*given):
    raise AssertionError(given)
pipeline.scan = never
main(prog_name='leastscope')
"""


def test_processes_find_the_answers_and_the_report_is_the_same(listed: Path) -> None:
    """The process that writes the report finds no answer itself: it could not."""
    (listed / "broken").mkdir()
    (listed / "broken" / "leastscope.yaml").write_text("fail-on: never-heard-of\n", "utf-8")
    (listed / "repos.txt").write_text("one\nbroken\ntwo\ngone\nthree\n", "utf-8")
    command = ("scan", "--repos", "repos.txt", "--format", "json", "--jobs")
    several = process(listed, *command, "2", code=f"exec({WATCHED!r})")
    assert several == run(listed, *command, "1", "--no-cache")
    assert json.loads(several.out)["repositories"][1]["exit_code"] == 2


def test_a_process_that_dies_costs_time_and_nothing_else(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "find_answer", die)
    command = ("scan", "--repos", "repos.txt", "--format", "json", "--jobs")
    assert run(listed, *command, "2") == run(listed, *command, "1", "--no-cache")


def die(_: object) -> None:
    os._exit(9)


def test_after_a_kill_nothing_that_was_finished_is_done_again(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANNED", str(listed / "scanned"))
    monkeypatch.setenv("DEADLY", "two")
    command = ("scan", "--repos", "repos.txt", "--format", "json", "--jobs", "1")
    assert process(listed, *command, code=f"exec({KILLED!r})").code == 9
    monkeypatch.setenv("DEADLY", "")
    after = process(listed, *command, code=f"exec({KILLED!r})")
    assert (listed / "scanned").read_text().split() == ["one", "two", "two", "three"]
    assert after.out == run(listed, *command, "--no-cache").out


def test_settings_that_are_wrong_cost_their_repository(listed: Path) -> None:
    (listed / "one" / "leastscope.yaml").write_text("exclud: [x]\n", "utf-8")
    document = json.loads(run(listed, "scan", "--repos", "repos.txt", "--format", "json").out)
    assert "exclud" in document["repositories"][0]["error"]
    assert document["repositories"][1]["exit_code"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one"], "cannot be used with PATHS"),
        (["--fix"], "cannot be used with PATHS"),
        (["--format", "github"], "--repos cannot be written as github; use one of text, json, sarif"),
    ],
)
def test_what_does_not_go_together_is_refused(listed: Path, arguments: list[str], said: str) -> None:
    assert said in refusal(run(listed, "scan", "--repos", "repos.txt", *arguments))


def test_a_list_that_cannot_be_read_or_is_empty_is_refused(listed: Path) -> None:
    assert "missing.txt: cannot be read" in refusal(run(listed, "scan", "--repos", "missing.txt"))
    (listed / "repos.txt").write_text("# none\n", "utf-8")
    assert "names no folder" in refusal(run(listed, "scan", "--repos", "repos.txt"))
