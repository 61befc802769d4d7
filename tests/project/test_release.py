"""What can be released, and what the workflow does with it: the tags it makes, and what the README's line then leads to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from leastscope import __version__
from places import ROOT
from repositories import Made, clone, repository
from runner import BASH
from tools.release import names_of, obstacles

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n"
GH = """#!/bin/sh
# In the place of GitHub's program: keeps what it is asked to do.
echo "$@" >> "$RUNNER_TEMP/asked"
"""
needs_bash = pytest.mark.skipif(sys.platform == "win32", reason="the job runs on Linux")


@pytest.mark.parametrize(
    ("version", "tags", "changes", "pages", "expected"),
    [
        ("1.2.0", ["v1.1.9", "v1", "v0.9.0"], CHANGES, {"README.md": "`@v1`"}, []),
        ("1.2.0", ["v1.10.0"], CHANGES, {}, ["1.2.0 is not newer than the tag v1.10.0"]),
        ("1.2.0", ["v1.2.0"], CHANGES, {}, ["1.2.0 is not newer than the tag v1.2.0"]),
        ("1.2.0rc1", [], CHANGES, {}, ["1.2.0rc1 is not a version such as 1.2.3"]),
        ("1.3.0", [], CHANGES, {}, ["CHANGELOG.md has no section '## [1.3.0] - YYYY-MM-DD'"]),
        ("1.2.0", [], "## [1.2.0]\n", {}, ["CHANGELOG.md has no section '## [1.2.0] - YYYY-MM-DD'"]),
        (
            "1.2.0",
            [],
            CHANGES,
            {"b.md": "1.2.0 is not\nreleased yet.", "a.md": "There is no release yet."},
            ["a.md says that there is no release", "b.md says that there is no release"],
        ),
    ],
    ids=[
        "ready",
        "older",
        "there already",
        "no plain version",
        "not in the changes",
        "no day",
        "pages that say otherwise",
    ],
)
def test_what_stands_in_the_way_of_a_release(
    version: str, tags: list[str], changes: str, pages: dict[str, str], expected: list[str]
) -> None:
    assert list(obstacles(version, tags, changes, pages)) == expected


def test_the_names_of_a_version() -> None:
    assert names_of("1.2.3") == {"version": "1.2.3", "tag": "v1.2.3", "moving": "v1"}


def ready() -> dict[str, str]:
    """Give the files that the program looks at, as they are in a commit that can be released."""
    kept = ("README.md", "action.yml", "CHANGELOG.md", "pyproject.toml", "tools/__init__.py", "tools/release.py")
    files = {name: (ROOT / name).read_text("utf-8") for name in kept}
    files["README.md"] = re.sub(r"no\s+release\s+yet", "", files["README.md"])
    files["CHANGELOG.md"] += f"\n## [{__version__}] - 2026-12-01\n"
    return files


def asked(made: Made) -> tuple[int, str, str]:
    """Run the program in a checkout: its exit code, and what it prints."""
    command = [sys.executable, "-B", "-m", "tools.release"]
    done = subprocess.run(command, cwd=made.folder, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    return done.returncode, done.stdout, done.stderr


def released(made: Made, temp: Path) -> list[str]:
    """Ask for the names as the first job does, and run the step that tags; gives what GitHub's program was asked to do."""
    code, said, wrong = asked(made)
    assert (code, wrong) == (0, "")
    names = dict(line.split("=") for line in said.splitlines())
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]
    (step,) = [step for step in jobs["release"]["steps"] if "run" in step]
    assert step["env"]["TAG"] == "${{ needs.version.outputs.tag }}"
    assert step["env"]["MOVING"] == "${{ needs.version.outputs.moving }}"
    (temp / "bin").mkdir(exist_ok=True)
    (temp / "bin" / "gh").write_text(GH, "utf-8")
    (temp / "bin" / "gh").chmod(0o755)
    (temp / "files").mkdir(exist_ok=True)
    (temp / "files" / "leastscope.whl").touch()
    environment = {**os.environ, "RUNNER_TEMP": str(temp), "TAG": names["tag"], "MOVING": names["moving"]}
    environment["PATH"] = f"{temp / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([BASH, "-eo", "pipefail", "-c", step["run"]], cwd=made.folder, env=environment, check=True)  # noqa: S603
    return (temp / "asked").read_text("utf-8").splitlines()


@needs_bash
def test_a_release_is_tagged_and_the_line_of_the_readme_leads_to_it(tmp_path: Path) -> None:
    repository(tmp_path / "server").git("config", "core.bare", "true")
    made = repository(tmp_path / "here", ready())
    made.git("remote", "add", "origin", str(tmp_path / "server"))
    tag = f"v{__version__}"
    expected = ["auth setup-git", f"release create {tag} --verify-tag --generate-notes --title {tag} "]
    done = released(made, tmp_path)
    assert [line.startswith(start) for line, start in zip(done, expected, strict=True)] == [True, True]
    assert done[-1].endswith("leastscope.whl")
    first = made.git("rev-parse", "HEAD")
    assert released(made, tmp_path) == done * 2  # where a job is started again

    (used,) = re.findall(r"uses: leastscope/leastscope@(\S+)", ready()["README.md"])
    there = clone(Made(tmp_path / "server"), tmp_path / "there", "--no-checkout")
    assert (there.git("rev-parse", f"{used}^{{commit}}"), there.git("rev-parse", f"{tag}^{{commit}}")) == (first, first)
    assert there.git("show", f"{used}:action.yml") == (ROOT / "action.yml").read_text("utf-8").strip()

    later = f"{__version__.rpartition('.')[0]}.99"
    files = ready()
    files["CHANGELOG.md"] += f"\n## [{later}] - 2026-12-02\n"
    files["pyproject.toml"] = files["pyproject.toml"].replace(f'"{__version__}"', f'"{later}"')
    second = made.commit(files)
    released(made, tmp_path)
    there.git("fetch", "--quiet", "--tags", "--force")
    found = [there.git("rev-parse", f"{name}^{{commit}}") for name in (used, tag, f"v{later}")]
    assert found == [second, first, second]


def test_a_checkout_that_cannot_be_released_names_nothing_and_says_why(tmp_path: Path) -> None:
    made = repository(tmp_path / "here", ready())
    made.git("tag", f"v{__version__}")
    assert asked(made)[0] == 0
    made.commit({"README.md": "There is no release\nyet.\n"})
    why = (f"{__version__} is not newer than the tag v{__version__}", "README.md says that there is no release")
    assert asked(made) == (
        1,
        "",
        "".join(f"::error::{line}\n" for line in why),
    )
