"""The wheel holds everything that a run needs, and runs from anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from leastscope.rulebook.compile import COMPILED_NAME, available_systems, rules_root
from places import ROOT
from tools import quotes

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = "fixtures/projects/example"
PACK_DATA = sorted(path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.yaml"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as pip does, but without an environment of its own for the build."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (built,) = folder.glob("leastscope-*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, cwd: Path, cache: Path, code: str) -> str:
    """Run code with the wheel's content in front of everything else that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "XDG_CACHE_HOME": str(cache), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    assert done.stderr == ""
    return done.stdout


def test_a_checkout_reads_the_packs_beside_the_package() -> None:
    assert rules_root() == ROOT / "rules"


def test_the_wheel_holds_every_file_of_every_pack_and_its_compiled_form(wheel: Path) -> None:
    expected = {f"leastscope/_rules/{name}" for name in PACK_DATA}
    expected |= {f"leastscope/_rules/{system}/{COMPILED_NAME}" for system in available_systems(ROOT / "rules")}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("leastscope/_rules/")}
    assert held == expected
    assert PACK_DATA


def test_the_wheel_holds_the_package_its_license_and_nothing_of_the_checkout(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    code = {
        path.relative_to(ROOT / "analyzer" / "leastscope").as_posix()
        for path in (ROOT / "analyzer" / "leastscope").rglob("*.py")
    }
    assert {f"leastscope/{name}" for name in code} <= set(names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"leastscope"}


def test_the_wheel_finds_its_own_packs_and_does_not_compile_them_again(unpacked: Path, tmp_path: Path) -> None:
    cache, away = tmp_path / "cache", tmp_path / "away"
    away.mkdir()
    code = (
        "from leastscope.rulebook.compile import available_systems, compiled, rules_root\n"
        "print(rules_root())\n"
        "print([compiled(rules_root() / system).system for system in available_systems()])\n"
    )
    systems = list(available_systems(ROOT / "rules"))
    assert run(unpacked, away, cache, code).splitlines() == [str(unpacked / "leastscope" / "_rules"), str(systems)]
    assert not cache.exists()


def test_the_wheel_prints_what_the_checkout_prints(unpacked: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    shutil.copytree(ROOT / EXAMPLE, away / EXAMPLE)
    code = f"from leastscope.cli import main; main(['scan', {EXAMPLE!r}], prog_name='leastscope')"
    assert run(unpacked, away, tmp_path / "cache", code) == quotes.output(f"scan {EXAMPLE}")


def test_the_command_is_the_one_that_the_wheel_installs(unpacked: Path) -> None:
    (entry,) = unpacked.glob("leastscope-*.dist-info/entry_points.txt")
    assert "leastscope = leastscope.cli:main" in entry.read_text("utf-8").splitlines()
