"""Gets the releases: wheels through the ordinary pip client, or from a folder, unpacked and never installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = (
    "1.84.2",
    "2.76.0",
    "5.5.0",
    "7.14.0",
    "8.11.0",
    "9.12.0",
    "10.12.0",
    "11.6.0",
    "12.5.1",
    "13.2.0",
    "14.4.1",
    "15.0.0",
    "16.1.0",
)
CURRENT = "5.5.0"
"""The oldest release that code is taken to run with which does not say that it runs with an older one."""
_PIP = ("download", "--quiet", "--only-binary=:all:", "--no-deps", "--ignore-requires-python")


def unpack(versions: tuple[str, ...], wheels: Path | None, work: Path) -> dict[str, Path]:
    """Map each version to a folder that holds its package; wheels missing from `wheels` are downloaded into it."""
    store = wheels or work / "wheels"
    return {version: _unpacked(_wheel(version, store), work / version) for version in versions}


def _wheel(version: str, store: Path) -> Path:
    pattern = f"stripe-{version}-*.whl"
    if not list(store.glob(pattern)):
        command = [sys.executable, "-m", "pip", *_PIP, "--dest", str(store), f"stripe=={version}"]
        subprocess.run(command, check=True)
    return min(store.glob(pattern))


def _unpacked(wheel: Path, folder: Path) -> Path:
    if not folder.exists():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder
