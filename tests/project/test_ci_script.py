"""`.ci/run` runs a check of few files if a change touches them, skips it if not, and says so if it cannot know."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from places import ROOT
from repositories import Made, clone, repository

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = (ROOT / ".ci/run").read_text("utf-8")
BASH = shutil.which("bash") or ""
needs_bash = pytest.mark.skipif(sys.platform == "win32", reason="the script runs where Python is called python3")


def functions() -> str:
    """Give the functions of the script, without what it runs."""
    return "\n".join(re.findall(r"^\w+\(\) \{\n.*?^\}\n", SCRIPT, re.MULTILINE | re.DOTALL))


def answers(folder: Path, *paths: str, **variables: str) -> list[str]:
    """Ask the script in a checkout whether something has changed in each of some paths."""
    asked = "\n".join(f"changed {path}" for path in paths)
    code = f"set -euo pipefail\n{functions()}\nbase=$(base_commit)\n{asked}\n"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    done = subprocess.run([BASH, "-c", code], cwd=folder, env=environment, check=True, capture_output=True)  # noqa: S603
    return done.stdout.decode().split()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = repository(tmp_path / "there", {"rules/a.yaml": "a", "tools/b.py": "b", "docs/c.md": "c"})
    made.commit({"rules/a.yaml": "2"})
    made.commit({"docs/c.md": "2"})
    return made


@needs_bash
def test_a_branch_is_held_against_where_it_left_the_default_branch(made: Made, tmp_path: Path) -> None:
    here = clone(made, tmp_path / "here")
    here.git("checkout", "-q", "-b", "change")
    here.commit({"rules/a.yaml": "3"})
    here.commit({"docs/c.md": "3"})
    assert answers(here.folder, "rules", "tools", "docs") == ["yes", "no", "yes"]
    here.write({"tools/b.py": "not committed"})
    assert answers(here.folder, "tools") == ["yes"]


@needs_bash
def test_on_the_default_branch_itself_the_last_commit_can_only_say_yes(made: Made, tmp_path: Path) -> None:
    here = clone(made, tmp_path / "here")
    assert answers(here.folder, "rules", "docs") == ["unknown", "yes"]
    assert answers(here.folder, "rules", "tools", CI_BASE="HEAD~2") == ["yes", "no"]
    assert answers(here.folder, "rules", CI_BASE="0" * 40) == ["unknown"]
    assert answers(here.folder, "tools", CI_ALL="1") == ["yes"]


@needs_bash
def test_a_clone_of_one_commit_knows_nothing(made: Made, tmp_path: Path) -> None:
    here = clone(made, tmp_path / "here", "--depth=1")
    assert answers(here.folder, "rules", "docs") == ["unknown", "unknown"]
