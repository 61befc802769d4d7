"""The programs in `fixtures/calls/SYSTEM/`: each file there is a case, and each folder is one of several files.

A folder whose calls depend on a release or on settings says so in `case.yaml`, with one or both of these keys:

    requirements: [stripe==7.14.0]  # the lines of a requirements file
    settings: {models: [model.yaml]}  # the settings of the project

`placed` writes them beside the code as a user would, so that the case is read as a project is.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from places import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

CALLS = FIXTURES / "calls"
_KEYS = {"requirements", "settings"}


@dataclass(frozen=True, slots=True)
class Case:
    """One program: a file, or a folder of files with what its `case.yaml` says."""

    name: str
    path: Path
    told: dict[str, Any] = field(default_factory=dict)

    def files(self) -> list[Path]:
        """Give the Python files of the program."""
        return [self.path] if self.path.is_file() else sorted(self.path.rglob("*.py"))

    def placed(self, folder: Path) -> Path:
        """Give the program as it can be scanned; `folder` is where it is written if it needs more than its code."""
        if not self.told:
            return self.path
        project = folder / self.path.name
        shutil.copytree(self.path, project, ignore=shutil.ignore_patterns("case.yaml"))
        for name, text in _written(self.told).items():
            (project / name).write_text(text, "utf-8")
        return project


def _written(told: dict[str, Any]) -> dict[str, str]:
    files = {}
    if "requirements" in told:
        files["requirements.txt"] = "".join(f"{line}\n" for line in told["requirements"])
    if "settings" in told:
        files["leastscope.yaml"] = yaml.safe_dump(told["settings"])
    return files


def cases() -> list[Case]:
    """Find all cases, by name; raises `ValueError` where something stands below `fixtures/calls/` that is no case."""
    found = []
    for path in sorted(CALLS.glob("*/*")):
        if path.name == "__pycache__":
            continue
        if path.is_dir() or path.suffix == ".py":
            found.append(Case(path.relative_to(CALLS).with_suffix("").as_posix(), path, _told(path / "case.yaml")))
        else:
            raise ValueError(f"{path} is neither a program nor a folder with one")
    if stray := [path.name for path in CALLS.iterdir() if not path.is_dir()]:
        raise ValueError(f"{stray} in fixtures/calls/ stand in no folder of a system")
    return found


def _told(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    told: dict[str, Any] = yaml.safe_load(path.read_bytes())
    if not told or not told.keys() <= _KEYS:
        raise ValueError(f"{path} has keys other than {sorted(_KEYS)}, or none")
    return told
