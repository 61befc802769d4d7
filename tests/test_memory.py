"""What a run keeps of a large tree is bounded, and what it leaves out is a gap."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leastscope.discover import File
from leastscope.pipeline import scan
from leastscope.python.syntax import prescan
from leastscope.python.syntax.prescan import MOST_FOR_LIBCST
from leastscope.python.syntax.prescan import scan as scan_tokens
from leastscope.report.source import Sources as Lines
from leastscope.request import Request, Room
from leastscope.sources import Sources

PEAK = """
import sys
from leastscope.cli import main
try:
    main(sys.argv[1:], prog_name='leastscope')
finally:
    told = open('/proc/self/status').read()
    print(int(told.partition('VmHWM:')[2].split()[0]) // 1024, file=sys.stderr)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell the peak like this")
CALL = "import stripe\nstripe.Refund.create(charge='ch')\n"


def peak_of(folder: Path) -> tuple[dict[str, Any], int]:
    """Scan a folder in a process of its own; gives the report, and the most memory of the process in MiB."""
    command = [sys.executable, "-c", PEAK, "scan", "--no-cache", "--jobs", "1", "--format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - our own program
    return json.loads(done.stdout), int(done.stderr.split()[-1])


@LINUX
def test_a_tree_of_large_files_is_scanned_in_300_mebibytes(tmp_path: Path) -> None:
    line = "b" * 70 + "\n"
    for number in range(40):
        text = f"{CALL}X{number} = '''\n{line * (3_990_000 // len(line))}'''\n"
        (tmp_path / f"m{number:03}.py").write_text(text, "utf-8")
    report, peak = peak_of(tmp_path)
    assert (report["summary"]["files_seen"], report["summary"]["files_read"]) == (40, 16)
    assert {gap["kind"] for gap in report["gaps"]} == {"too-large"}
    assert peak < 300


# The densest shapes: lines of one name each take the most of both parsers.
@LINUX
@pytest.mark.parametrize("unit", ["a\n", "[a,a,a,a,a,a,a,a]\n"])
@pytest.mark.parametrize("most", [MOST_FOR_LIBCST, prescan._MOST_TOKENS])
def test_files_of_many_tokens_are_scanned_in_300_mebibytes(tmp_path: Path, unit: str, most: int) -> None:
    count = most // scan_tokens(unit).tokens - 10
    for number in range(6):
        text = f"{CALL}{unit * count}# {'b' * (3_900_000 - len(unit) * count)}{number}"
        (tmp_path / f"m{number}.py").write_text(text, "utf-8")
    report, peak = peak_of(tmp_path)
    assert report["summary"]["files_read"] >= 2
    assert {gap["kind"] for gap in report["gaps"]} <= {"too-large"}
    assert peak < 300


def test_files_beyond_the_room_of_a_run_are_gaps_and_smaller_ones_are_still_read(tmp_path: Path) -> None:
    for name, more in (("a", 0), ("b", 500), ("c", 0)):
        (tmp_path / f"{name}.py").write_text(CALL + "#" * more, "utf-8")
    report = scan(Request((tmp_path,), tmp_path, room=Room(bytes=3 * len(CALL))))
    assert {need.request.span.path for need in report.inventory.needs} == {"a.py", "c.py"}
    assert [(gap.kind, gap.span.path) for gap in report.inventory.gaps] == [("too-large", "b.py")]
    assert [(one.reason, one.paths) for one in report.inventory.unread] == [("large", ("b.py",))]


def test_what_is_kept_of_files_is_bounded_and_the_rest_is_read_anew(tmp_path: Path) -> None:
    size = 4_000_000
    files = [File(f"{number}.py", str(tmp_path / f"{number}.py")) for number in range(12)]
    for file in files:
        Path(file.absolute).write_bytes(b"#" * size)
    sources = Sources(files, size)
    first = [sources.bytes_of(file.path) for file in files]
    for file in files:
        Path(file.absolute).write_bytes(b"!" * size)
    again = [sources.bytes_of(file.path) for file in files]
    kept = [one is other for one, other in zip(first, again, strict=True)]
    assert kept == [True] * 8 + [False] * 4
    assert {one[:1] for one in again[8:] if one} == {b"!"}


def test_a_report_forgets_lines_when_they_become_too_many_and_reads_them_again() -> None:
    asked: list[str] = []

    def read(path: str) -> str:
        asked.append(path)
        return f"{path}\n" + "x" * 5_000_000

    lines = Lines(read)
    shown = [lines.line(path, 1) for path in "aabcdda"]
    assert shown == [*"aabcdda"]
    assert asked == [*"abcda"]
