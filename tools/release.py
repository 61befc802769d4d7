"""Says as what this checkout can be released: `python -m tools.release`, in a clone with all tags.

Prints the version, its tag and the tag that moves with it (`version=1.2.3`, `tag=v1.2.3`, `moving=v1`), as steps of a
workflow take them. Where something stands in the way, prints what, and the exit code is 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
_VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)
_PLAIN = re.compile(r"\d+\.\d+\.\d+")
_NOT_YET = re.compile(r"no\s+release\s+yet|not\s+released\s+yet")


def obstacles(version: str, tags: Iterable[str], changelog: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Give what stands in the way of a release: `tags` are of other commits, `pages` are texts by their paths."""
    if not _PLAIN.fullmatch(version):
        yield f"{version} is not a version such as 1.2.3"
        return
    newer = [tag for tag in tags if _PLAIN.fullmatch(tag[1:]) and Version(tag[1:]) >= Version(version)]
    yield from (f"{version} is not newer than the tag {tag}" for tag in newer)
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no section '## [{version}] - YYYY-MM-DD'"
    yield from (
        f"{path} says that there is no release" for path, text in sorted(pages.items()) if _NOT_YET.search(text)
    )


def names_of(version: str) -> dict[str, str]:
    """Give what the steps of the workflow need to know of a version."""
    return {"version": version, "tag": f"v{version}", "moving": f"v{version.partition('.')[0]}"}


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    return done.stdout.splitlines()


def main() -> int:
    """Look at this checkout."""
    (version,) = _VERSION.findall((ROOT / "pyproject.toml").read_text("utf-8"))
    tags = sorted(set(_git("tag", "--list", "v*")) - set(_git("tag", "--points-at", "HEAD")))
    pages = {path: (ROOT / path).read_text("utf-8") for path in _git("ls-files", "README.md", "docs/*.md")}
    found = list(obstacles(version, tags, (ROOT / "CHANGELOG.md").read_text("utf-8"), pages))
    for line in found:
        print(f"::error::{line}", file=sys.stderr)
    for key, value in names_of(version).items() if not found else ():
        print(f"{key}={value}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
