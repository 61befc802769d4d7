"""Any number of processes gives the same report, and a process that dies costs the file that it was at."""

from __future__ import annotations

import json
import os
import signal
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from command import READS, process, project, refusal, run
from leastscope import workers
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (READS.encode(), b"x = (\n", b"", b"\xff", b"a = 1\n" * 50)
FILES = {sha256(text).digest(): text for text in TEXTS}
DEADLY = b"import stripe  # deadly\n"
REAL = workers.lower_packed


def dies(data: bytes) -> bytes:
    """Lower a file as a parser would that crashes on one of them."""
    if data == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return REAL(data)


def never(_: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def nothing(_: bytes) -> bytes:
    return b""


def many(folder: Path) -> Path:
    """A project large enough for several processes."""
    made = project(folder)
    for number in range(12):
        text = READS.replace("client", f"client_{number}") + "# a comment that only makes the file large\n" * 1_500
        (made / f"part_{number}.py").write_text(text, "utf-8")
    (made / "broken.py").write_text("import stripe\n)\n", "utf-8")
    return made


@pytest.mark.parametrize("jobs", [1, 3])
def test_processes_lower_as_this_one_does(jobs: int) -> None:
    assert dict(workers.lowered(FILES, jobs)) == {key: lower(text) for key, text in FILES.items()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_process_that_dies_costs_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "lower_packed", dies)
    files = {**dict([*FILES.items()][:2]), b"deadly": DEADLY, **dict([*FILES.items()][2:])}
    found = dict(workers.lowered(files, 2))
    lost = found.pop(b"deadly")
    assert isinstance(lost, ir.Unreadable)
    assert lost.kind == "unreadable"
    assert found == {key: lower(text) for key, text in FILES.items()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_where_every_process_dies_no_file_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "lower_packed", never)
    assert dict(workers.lowered(FILES, 2)) == {}


def test_what_cannot_be_sent_back_is_left_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "lower_packed", nothing)
    assert dict(workers.lowered(FILES, 2)) == dict.fromkeys(FILES)


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    made = many(tmp_path / "shop")
    outcomes = [
        process(made, "requests", "--format", "json", "--no-cache", "--jobs", jobs, ".") for jobs in ("1", "2", "auto")
    ]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert b"part_11.py" in outcomes[0].out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_file_that_is_lost_is_a_gap_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    made = many(tmp_path / "shop")
    (made / "deadly.py").write_bytes(DEADLY)
    monkeypatch.setattr(workers, "lower_packed", dies)
    gaps = json.loads(run(made, "requests", "--format", "json", "--jobs", "2", ".").out)["gaps"]
    assert [gap["kind"] for gap in gaps if gap["file"] == "deadly.py"] == ["unreadable"]
    monkeypatch.undo()
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    gaps = json.loads(run(made, "requests", "--format", "json", "--jobs", "1", ".").out)["gaps"]
    assert [gap["file"] for gap in gaps] == ["broken.py"]


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1.5", ""])
def test_a_number_of_jobs_that_is_none_is_refused(tmp_path: Path, jobs: str) -> None:
    assert "is neither a positive number nor 'auto'" in refusal(run(tmp_path, "scan", "--jobs", jobs))
