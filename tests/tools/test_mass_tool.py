"""Scans of foreign code: what raises, dies or loses the added call is told, and so is what stands in a gap for the call."""

from __future__ import annotations

import signal
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tools import mass

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tool measures as Unix does")


@pytest.mark.parametrize(
    ("code", "wrong", "gap"),
    [
        ("def f(x):\n    return x", "", ""),
        ("def f(x:", "", "syntax-error"),
        ("raise SystemExit", "the added call is not found", ""),
    ],
    ids=["found", "a gap", "lost: nothing runs after the first line"],
)
def test_the_added_call_is_found_or_a_gap_stands_for_it(tmp_path: Path, code: str, wrong: str, gap: str) -> None:
    (tmp_path / "code.py").write_text(code, "utf-8")
    scanned = mass.alone(tmp_path / "code.py")
    assert (scanned.wrong, scanned.gap) == (wrong, gap)
    assert scanned.memory > 10


def test_wheels_and_folders_are_scanned_whole_and_file_by_file_and_the_same_bytes_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.py").write_text("a = 1\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "some-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("some/a.py", "a = 1\n")
        wheel.writestr("some/b.py", "raise SystemExit\n")
    assert mass.main([str(tmp_path / "tree"), str(tmp_path / "some-1.0-py3-none-any.whl")]) == 1
    said = capsys.readouterr().out
    assert "2 folders in " in said
    assert "some-1.0-py3-none-any\n" in said.replace("  \n", "\n")
    assert "2 files in " in said
    assert "some/b.py  the added call is not found" in said
    assert "1 went wrong" in said


def test_a_file_that_takes_too_long_is_told_and_the_next_is_scanned(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: None)  # as what ran in this process may have left it
    many = "\n".join(f"def f{n}(x): return [f{m}(x) for m in (x, {n})]" for n in range(3000) for m in (n + 1,))
    (tmp_path / "a.py").write_text(many, "utf-8")
    (tmp_path / "b.py").write_text("b = 1\n", "utf-8")
    try:
        slow, quick = mass.each_alone([tmp_path / "a.py", tmp_path / "b.py"], limit=1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert slow.wrong == "the process died, or was ended after 1 s of CPU time"
    assert quick.path.endswith("b.py")


def test_a_scan_that_ends_in_an_error_is_told_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "leastscope.yaml").write_text("no: such key\n", "utf-8")
    scanned = mass.whole(tmp_path, "broken")
    assert scanned.wrong.startswith("exit code 2: ")
    assert "no" in scanned.wrong


def test_nothing_of_a_folder_is_imported(tmp_path: Path) -> None:
    for module in ("click", "inspect", "leastscope"):
        (tmp_path / f"{module}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", "utf-8")
    assert mass.whole(tmp_path, "hostile").wrong == ""
    assert not (tmp_path / "ran").exists()
