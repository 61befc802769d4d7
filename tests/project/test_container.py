"""The container file, as far as it can be checked without an engine: what it says, and that what it copies can be built."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from leastscope import cli
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (ROOT / "Containerfile").read_text("utf-8")
BASE = re.compile(r"docker\.io/library/python:\d+\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?")


class Instruction(NamedTuple):
    """A line of a container file: its word, and the rest."""

    word: str
    text: str


def instructions(text: str) -> list[Instruction]:
    """Read a container file: without comments, lines joined that a backslash joins."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [Instruction(*line.split(" ", 1)) for line in joined]


def stages() -> list[list[Instruction]]:
    """Give the instructions of each stage."""
    found: list[list[Instruction]] = []
    for one in instructions(TEXT):
        if one.word == "FROM":
            found.append([])
        found[-1].append(one)
    return found


def texts(stage: list[Instruction], word: str) -> list[str]:
    return [one.text for one in stage if one.word == word]


def test_every_stage_starts_from_the_same_exact_release() -> None:
    bases = [texts(stage, "FROM")[0].split(" ")[0] for stage in stages()]
    assert len(set(bases)) == 1
    assert BASE.fullmatch(bases[0])


def test_what_runs_is_not_root_and_nothing_is_written_after_that() -> None:
    last = stages()[-1]
    (user,) = texts(last, "USER")
    name, _, group = user.partition(":")
    assert int(name) > 0
    assert int(group) > 0
    after = [one.word for one in last[last.index(Instruction("USER", user)) + 1 :]]
    assert set(after) == {"WORKDIR", "ENTRYPOINT", "CMD"}


def test_the_entry_point_is_the_command_that_is_installed_and_scans_by_default() -> None:
    last = stages()[-1]
    (entry,) = json.loads(texts(last, "ENTRYPOINT")[0])
    assert json.loads(texts(last, "CMD")[0]) == ["scan"]
    assert "scan" in cli.NAMES
    (copied,) = texts(last, "COPY")
    assert copied == "--from=build /opt/leastscope /opt/leastscope"
    assert entry == "/opt/leastscope/bin/leastscope"


def test_all_that_pip_installs_is_locked_with_hashes_or_is_this_checkout() -> None:
    installs = [run for stage in stages() for run in texts(stage, "RUN") if "pip install" in run]
    locked, own = (shlex.split(run.split("pip install")[1]) for run in installs)
    assert {"--require-hashes", "-r", "requirements/action.txt"} <= set(locked)
    assert [word for word in locked if not word.startswith("-")] == ["requirements/action.txt"]
    assert {"--no-deps", "--no-build-isolation"} <= set(own)
    assert [word for word in own if not word.startswith("-")] == ["."]
    assert not re.search(r"curl|wget|\bADD\b", TEXT)


def test_what_is_copied_is_enough_to_build_the_program(tmp_path: Path) -> None:
    for copy in texts(stages()[0], "COPY"):
        *sources, target = copy.split(" ")
        for source in sources:
            to = tmp_path / (source if target == "./" else target)
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, to)
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"leastscope/cli/door.py", "leastscope/_rules/stripe/pack.yaml"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_page_runs_the_image_without_a_network_and_reads_the_code_only() -> None:
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    assert "podman build --file Containerfile --tag leastscope ." in page
    (run,) = re.findall(r"^podman run .*$", page, re.MULTILINE)
    assert '--network none --user "$(id -u):$(id -g)" --volume "$PWD:/code:ro" leastscope' in run
