"""Finds out whether the client libraries have newer releases than those their models are made of, and lists them.

Which releases there are is asked of the package index through the ordinary pip client; nothing is downloaded or run.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from packaging.version import Version

LISTS = {"stripe": Path("tools/stripe_sdk/releases.py"), "Adyen": Path("tools/adyen_sdk/releases.py")}
_BLOCK = re.compile(r"^VERSIONS = \((?P<rows>.*?)^\)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r'"(?P<version>[^"]+)"')
_NEWEST = re.compile(r"^\S+ \((?P<version>[^()\s]+)\)", re.MULTILINE)


def main() -> int:
    """Bring each list of releases up to date; the result is the exit code."""
    for package, path in LISTS.items():
        listed = path.read_text("utf-8")
        renewed = with_release(listed, newest(package))
        path.write_text(renewed, "utf-8")
        print(f"{package}: {'a newer release is listed now' if renewed != listed else 'nothing new'}")
    return 0


def newest(package: str) -> str:
    """Ask the package index for the newest final release of a package."""
    command = [sys.executable, "-m", "pip", "index", "versions", "--disable-pip-version-check", package]
    return named(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def named(answer: str) -> str:
    """Give the release that the answer of `pip index versions` names first; `ValueError` if it names none."""
    found = _NEWEST.search(answer)
    if not found:
        raise ValueError(f"pip names no release: {answer!r}")
    return str(Version(found["version"]))


def with_release(module: str, newest: str) -> str:
    """Give the text of a module whose VERSIONS end in the newest release.

    One release stands for a major version, so that it takes the place of the last one if both have the same.
    `ValueError` if the module has no VERSIONS.
    """
    block = _BLOCK.search(module)
    rows = list(_ROW.finditer(block["rows"])) if block else []
    if not block or not rows:
        raise ValueError("the module lists no VERSIONS")
    last = rows[-1]["version"]
    if Version(newest) <= Version(last):
        return module
    at = block.start("rows") + rows[-1].start("version")
    text = newest if Version(newest).major == Version(last).major else f'{last}",\n    "{newest}'
    return module[:at] + text + module[at + len(last) :]


if __name__ == "__main__":
    sys.exit(main())
