"""The locks hold all that is needed, on every system and Python, at versions that pyproject.toml allows, with hashes."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = ROOT / "requirements"
LOCKS = ("action", "dev", "tools")
PINNED = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+( ; .+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
ENVIRONMENTS = [
    {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_machine": "arm64" if platform == "darwin" else "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": "",
    }
    for python in PYTHONS
    for platform, system in SYSTEMS.items()
]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a lock: a requirement and its hashes, or an option."""

    text: str
    hashes: tuple[str, ...]


def rows(name: str) -> list[Row]:
    """Read a lock: without comments, and with the lines together that a backslash joins."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    kept = "\n".join(line for line in lines if line.strip() and not line.strip().startswith("#"))
    joined = kept.replace("\\\n", " ").splitlines()
    return [Row(line.partition(" --hash")[0].strip(), tuple(re.findall(r"--hash=\S*", line))) for line in joined]


def pins(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Give the version of each package that a lock means in an environment; two versions of one are an error."""
    found: dict[str, str] = {}
    for row in rows(name)[1:]:
        pin = Requirement(row.text)
        if pin.marker is None or pin.marker.evaluate(environment):
            package = canonicalize_name(pin.name)
            assert package not in found, f"{package} twice in {name}.txt"
            found[package] = str(pin.specifier).removeprefix("==")
    return found


def project() -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return loaded


def needed(name: str) -> list[str]:
    """Give what a lock is made of: as pyproject.toml says it, or the file beside the lock."""
    of = project()
    if name == "action":
        return [*of["project"]["dependencies"], *of["build-system"]["requires"]]
    if name == "dev":
        return [*of["project"]["dependencies"], *of["project"]["optional-dependencies"]["dev"]]
    lines = (FOLDER / f"{name}.in").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def unmet(name: str, environment: dict[str, str]) -> list[str]:
    pinned = pins(name, environment)
    wanted = [Requirement(text) for text in needed(name)]
    return [
        str(each)
        for each in wanted
        if (each.marker is None or each.marker.evaluate(environment))
        and not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0.dev0"), prereleases=False)
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_hashes_and_nothing_is_built_from_source(name: str) -> None:
    first, *others = rows(name)
    assert first == Row("--only-binary :all:", ())
    assert [row.text for row in others if not PINNED.fullmatch(row.text)] == []
    assert [row.text for row in others if not row.hashes or not all(map(HASH.fullmatch, row.hashes))] == []
    assert others


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_no_folder_of_a_machine(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|(?<![\w.-])/\w+|\w:\\", text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_all_that_is_needed_is_locked_at_a_version_that_is_allowed_on_every_system_and_python(name: str) -> None:
    assert {str(environment): missing for environment in ENVIRONMENTS if (missing := unmet(name, environment))} == {}


def test_what_the_action_installs_is_what_the_tests_run_with() -> None:
    for environment in ENVIRONMENTS:
        tested = pins("dev", environment)
        assert {package: tested.get(package) for package in pins("action", environment)} == pins("action", environment)


def test_the_oldest_python_of_the_locks_is_that_of_the_project() -> None:
    allowed = SpecifierSet(project()["project"]["requires-python"])
    assert PYTHONS[0] in allowed
    assert "3.9" not in allowed
    assert f"--python-version {PYTHONS[0]} " in (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.slow
def test_what_is_locked_builds_and_runs_the_program(tmp_path: Path) -> None:
    """In a new environment, as the action does it; only what is locked is asked for, and only with its hashes."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)  # noqa: S603
    python = str(tmp_path / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    install = [python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", str(FOLDER / "action.txt")], check=True)  # noqa: S603
    subprocess.run([*install, "--no-deps", "--no-build-isolation", str(ROOT)], check=True)  # noqa: S603
    scan = [python, "-I", "-m", "leastscope", "scan", str(ROOT / "fixtures/projects/example")]
    done = subprocess.run(scan, cwd=tmp_path, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
    assert (done.returncode, done.stderr) == (1, "")
    assert "'invoice_read'" in done.stdout
