"""Compares what two revisions find: the JSON of `requests` and `scan` over all fixtures, and over real packages.

It is the proof that a change of structure changes no result. `python -m tools.compare_revisions BASE` holds the working
tree as it stands against a commit, on the fixtures of the working tree. Sentences are set aside (anybody may reword them),
and keys that only the newer revision has, if they are named. What differs is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROOT = Path(__file__).parents[1]
_FIXTURES = _ROOT / "fixtures"
_KEPT = _ROOT / "build" / "compare_revisions"
_SHOWN = 12
"""Lines printed for one list of which elements differ."""
SENTENCES = frozenset({"message", "note", "reason", "remedy", "help", "description", "title", "purpose"})
"""Keys whose values are prose."""

Json: TypeAlias = Any


_SCANS = """
import contextlib, importlib, io, json, sys

def scan(main, target, command):
    written = io.BytesIO()
    printed = io.TextIOWrapper(written, "utf-8", newline="", write_through=True)
    with contextlib.redirect_stdout(printed):
        try:
            main([command, target, "--format", "json", "--no-cache"], prog_name="leastscope")
        except SystemExit as end:
            code = end.code
    text = written.getvalue().decode()
    return {"exit": code, "json": json.loads(text) if text else None}

main = importlib.import_module(sys.argv[1] + ".cli").main
found = {target: {command: scan(main, target, command) for command in ("requests", "scan")} for target in sys.argv[2:]}
json.dump(found, sys.stdout)
"""
"""What a process of a revision runs: both commands over some targets, which share what it takes to load the rules."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one process scans: paths below the folder that it runs in."""

    name: str
    folder: Path
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """Code that can be run: where its package can be imported from, and how the package is called.

    `commit` is empty for a working tree, whose results are never kept for another run.
    """

    importable: Path
    package: str
    commit: str


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code: 1 where something differs."""
    options = _parser().parse_args(arguments)
    aside = SENTENCES | frozenset(options.new_keys.split(",")) - {""}
    batches = [fixtures(_FIXTURES), *(packages(options.folder) if options.folder else ())]
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(options.jobs) as pool:
        base, head = _checked_out(options.base, Path(work)), _working_tree(options.head, Path(work))
        pairs = [
            (batch, *(pool.submit(_result, one, batch, options.timeout) for one in (base, head))) for batch in batches
        ]
        lines = [
            f"{batch.name}{line}"
            for batch, before, after in pairs
            for line in differences(before.result(), after.result(), aside)
        ]
    print(*lines, f"{sum(len(batch.paths) for batch in batches)} targets, {len(lines)} differences", sep="\n")
    return 1 if lines else 0


# what is scanned


def fixtures(folder: Path) -> Batch:
    """Every folder of fixtures as a whole; of calls each system and each case that is a folder, and each project."""
    grouped = {"corpus", "calls", "projects"}
    found = [path for path in folder.iterdir() if path.name not in grouped]
    found += [path for pattern in ("calls/*", "calls/*/*", "projects/*") for path in folder.glob(pattern)]
    paths = sorted(path.relative_to(folder).as_posix() for path in found if path.is_dir())
    return Batch("fixtures", folder, tuple(path for path in paths if not path.endswith("__pycache__")))


def packages(folder: Path) -> list[Batch]:
    """The packages unpacked below a folder, as NAME-VERSION/src."""
    return [Batch(path.parent.name, path, (".",)) for path in sorted(folder.glob("*/src")) if path.is_dir()]


# what is run


def _checked_out(revision: str, work: Path) -> Revision:
    """Unpack a commit; a worktree of git would be in the way of others who work in the same repository."""
    commit = _git("rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
    folder = work / commit
    with tarfile.open(fileobj=BytesIO(_git("archive", commit, "analyzer", "rules", "pyproject.toml"))) as archive:
        archive.extractall(folder)  # noqa: S202 - it is our own
    # It was `analyzer`, at the root, before it was given a name of its own.
    if (folder / "analyzer" / "leastscope").is_dir():
        return Revision(folder / "analyzer", "leastscope", commit)
    return Revision(folder, "analyzer", commit)


def _working_tree(revision: str, work: Path) -> Revision:
    return _checked_out(revision, work) if revision else Revision(_ROOT / "analyzer", "leastscope", "")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=_ROOT, check=True, capture_output=True).stdout


def _result(revision: Revision, batch: Batch, timeout: float) -> Json:
    """What a revision says of a batch; read from an earlier run where the commit and the scanned files are the same."""
    if not revision.commit:
        return _run(revision, batch, timeout)
    kept = _KEPT / f"{revision.commit}-{_digest(batch)}.json"
    if kept.is_file():
        return json.loads(kept.read_bytes())
    found = _run(revision, batch, timeout)
    if "failed" not in found:  # a busy machine says nothing of the next run
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")
    return found


def _run(revision: Revision, batch: Batch, timeout: float) -> Json:
    """Run both commands in one process: exit code and JSON for each path, or why there is none."""
    environment = {**os.environ, "PYTHONPATH": str(revision.importable), "PYTHONHASHSEED": "0"}
    environment["PYTHONSAFEPATH"] = "1"  # nothing of the folder is imported
    line = [sys.executable, "-c", _SCANS, revision.package, *batch.paths]
    try:
        done = subprocess.run(
            line, cwd=batch.folder, env=environment, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {timeout:.0f} s"}
    if done.returncode:
        return {"failed": done.stderr.decode(errors="replace").splitlines()[-1:]}
    return json.loads(done.stdout)


def _digest(batch: Batch) -> str:
    """A digest of the names and contents of what is scanned."""
    digest = hashlib.sha256(str(batch).encode())
    for root in (batch.folder / path for path in batch.paths):
        for path in sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(f"\0{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


# what differs


def differences(before: Json, after: Json, aside: frozenset[str] = SENTENCES) -> list[str]:
    """Say what differs between two JSON documents but for the keys that are set aside; nothing where they agree.

    A run that failed agrees with nothing, not even with one that failed in the same way.
    """
    failed = [f" {side}: {found['failed']}" for side, found in (("base", before), ("head", after)) if "failed" in found]
    return failed or list(_differences("", without(before, aside), without(after, aside)))


def without(document: Json, aside: frozenset[str]) -> Json:
    """A document without the keys that are set aside, at any depth."""
    if isinstance(document, dict):
        return {key: without(value, aside) for key, value in document.items() if key not in aside}
    return [without(value, aside) for value in document] if isinstance(document, list) else document


def _differences(path: str, before: Json, after: Json) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _differences(f"{path} {key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(path, before, after)
    else:
        yield f"{path}: {_written(before)} -> {_written(after)}"


def _of_lists(path: str, before: list[Json], after: list[Json]) -> Iterator[str]:
    """Elements that only one side has, each as often as it has them more; else it is only their order."""
    old, new = Counter(map(_written, before)), Counter(map(_written, after))
    lines = [*_marked("-", old - new), *_marked("+", new - old)]
    if not lines:
        yield f"{path}: the same elements in another order"
    yield from (f"{path}: {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"{path}: and {len(lines) - _SHOWN} more"


def _marked(mark: str, elements: Counter[str]) -> Iterable[str]:
    return (f"{mark} {text}" for text in sorted(elements.elements()))


def _written(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.compare_revisions", description=__doc__)
    parser.add_argument("base", help="the commit to compare with")
    parser.add_argument("--head", default="", help="the commit that is compared; without it, the working tree")
    parser.add_argument("--folder", type=Path, help="unpacked packages, as NAME-VERSION/src; scanned as well")
    parser.add_argument("--new-keys", default="", help="keys of the JSON to set aside, separated by commas")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for a package, or for all the fixtures")
    parser.add_argument("--jobs", type=int, default=2, help="scans at the same time")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
