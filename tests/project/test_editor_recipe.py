"""The recipe for editors: the task does what the page says, and the page shows the task that we have."""

from __future__ import annotations

import json
import re
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from command import run
from places import ROOT
from repositories import WITH_REFUND
from sarif_logs import scan

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs/editor.md").read_text("utf-8")
HERE = "fixtures/projects"
LOG = ".sarif/leastscope.sarif"


def tasks(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["tasks"]
    return found


def task() -> dict[str, Any]:
    (found,) = tasks((ROOT / ".vscode/tasks.json").read_text("utf-8"))
    return found


def test_the_page_shows_our_task_without_the_path_that_is_ours() -> None:
    (block,) = re.findall(r"```json\n( +\{\n +\"version\".*?)```", PAGE, re.DOTALL)
    ours = task()
    ours["args"].remove(HERE)
    assert tasks(dedent(block)) == [ours]


@pytest.mark.parametrize("path", [".vscode/extensions.json", ".vscode/settings.json"])
def test_the_other_files_can_be_read(path: str) -> None:
    assert json.loads((ROOT / path).read_text("utf-8"))


def test_the_page_names_the_extension_that_is_recommended() -> None:
    (extension,) = json.loads((ROOT / ".vscode/extensions.json").read_text("utf-8"))["recommendations"]
    assert f"--install-extension {extension}`" in PAGE


def test_the_task_writes_the_log_that_the_viewer_opens_and_findings_do_not_fail_it(tmp_path: Path) -> None:
    for name, content in WITH_REFUND.items():
        (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / LOG).parent.mkdir()
    ours = [argument for argument in task()["args"] if argument != HERE]
    assert run(tmp_path, *ours).code == 0
    assert json.loads((tmp_path / LOG).read_text("utf-8")) == scan("written", tmp_path).log


def test_the_folder_for_logs_is_there_and_git_ignores_what_is_in_it() -> None:
    assert (ROOT / ".sarif/.gitignore").read_text("utf-8").split() == ["*", "!.gitignore"]
    assert "`.sarif/.gitignore` with the two lines `*` and\n   `!.gitignore`" in PAGE
