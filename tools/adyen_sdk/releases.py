"""Gets the releases: archives through the ordinary pip client, or from a folder, unpacked and never installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from tools.stripe_sdk.source import Release, parse_module

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = (
    "1.4.0",
    "2.3.0",
    "3.1.0",
    "4.0.0",
    "5.1.0",
    "6.0.0",
    "7.1.2",
    "8.0.1",
    "9.0.2",
    "9.1.0",
    "10.0.1",
    "11.2.0",
    "12.8.0",
    "13.4.0",
    "14.0.0",
    "15.0.2",
    "16.0.0",
)
PACKAGE = "Adyen"
_PIP = ("download", "--quiet", "--no-deps", "--ignore-requires-python")


def unpack(versions: tuple[str, ...], archives: Path | None, work: Path) -> dict[str, Path]:
    """Map each version to a folder that holds its package; archives missing from `archives` are downloaded into it."""
    store = archives or work / "archives"
    return {version: _unpacked(_archive(version, store), work / version) for version in versions}


def read_release(version: str, root: Path) -> Release:
    """Read the release whose package is in the folder `root`."""
    files = sorted((root / PACKAGE).rglob("*.py"))
    return Release(
        version,
        (
            parse_module(_dotted(path, root), path.read_text("utf-8"), is_package=path.stem == "__init__")
            for path in files
        ),
    )


def _archive(version: str, store: Path) -> Path:
    """Find the wheel of a release, or the source archive of one that has no wheel."""
    patterns = (f"[Aa]dyen-{version}-*.whl", f"[Aa]dyen-{version}.tar.gz")
    found = [path for pattern in patterns for path in sorted(store.glob(pattern))]
    if not found:
        command = [sys.executable, "-m", "pip", *_PIP, "--dest", str(store), f"{PACKAGE}=={version}"]
        subprocess.run(command, check=True)
        found = [path for pattern in patterns for path in sorted(store.glob(pattern))]
    return found[0]


def _unpacked(archive: Path, folder: Path) -> Path:
    """Unpack an archive; a source archive has its package in a folder of its own."""
    if not folder.exists():
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(folder)  # noqa: S202 - what the registry gave
        else:
            with tarfile.open(archive) as source:
                source.extractall(folder, filter="data")
    return folder if (folder / PACKAGE).is_dir() else next(folder.glob(f"*/{PACKAGE}")).parent


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
