"""Reports are written in one step, and never where a scanned tree leads a write astray."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from command import EXAMPLE, READS, run
from leastscope.errors import UsageError
from leastscope.outputs import append_output, check_output, replace_file, trees_of, write_output
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
LIMITED = """
import resource, signal, sys
from pathlib import Path
from leastscope.errors import UsageError
from leastscope.outputs import append_output, write_output
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
path = Path(sys.argv[2])
try:
    append_output(path, b"n" * 5000) if sys.argv[1] == "append" else write_output(path, b"n" * 5000, Path.cwd(), ())
except UsageError as error:
    print(error)
"""


def full_disk(how: str, path: Path) -> str:
    """Write more than the system takes; returns what is said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    command = [sys.executable, "-c", LIMITED, how, str(path)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)  # noqa: S603
    return done.stdout.decode()


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640 or sys.platform == "win32"
    assert os.listdir(tmp_path) == ["report.json"]  # noqa: PTH208 - names are enough


@posix_only
def test_a_new_file_has_the_permissions_that_the_user_gives_to_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "report.json", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


@posix_only
def test_a_full_disk_leaves_the_old_report_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    assert f"{path}: cannot be written" in full_disk("write", path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


@posix_only
def test_a_full_disk_adds_nothing_to_a_file_that_others_write_to(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"old\n")
    assert "cannot be written" in full_disk("append", path)
    assert path.read_bytes() == b"old\n"


def test_what_is_appended_comes_after_what_is_there(tmp_path: Path) -> None:
    append_output(tmp_path / "summary.md", b"one\n")
    append_output(tmp_path / "summary.md", b"two\n")
    assert (tmp_path / "summary.md").read_bytes() == b"one\ntwo\n"


@posix_only
@pytest.mark.parametrize("name", ["planted.json", "planted/report.json"], ids=["file", "folder"])
def test_a_link_inside_the_scanned_tree_is_refused(tmp_path: Path, name: str) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    (tree / ".git").mkdir(parents=True)
    outside.mkdir()
    (outside / "report.json").write_bytes(b"precious")
    target = outside / "report.json" if name == "planted.json" else outside
    (tree / name.partition("/")[0]).symlink_to(target)
    (tree / "src").mkdir()
    for scanned in (tree, tree / "src"):
        with pytest.raises(UsageError, match="symbolic link 'planted"):
            write_output(tree / name, b"report", tmp_path, trees_of([scanned], tmp_path))
    assert (outside / "report.json").read_bytes() == b"precious"


@posix_only
def test_a_link_of_the_user_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "latest.json").symlink_to("kept/today.json")
    write_output(tmp_path / "latest.json", b"report", tmp_path, trees_of([tmp_path / "tree"], tmp_path))
    assert (tmp_path / "latest.json").is_symlink()
    assert (tmp_path / "kept/today.json").read_bytes() == b"report"


@posix_only
def test_a_pipe_is_written_where_the_user_made_it_and_refused_inside_the_tree(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    trees = trees_of([tmp_path / "tree"], tmp_path)
    os.mkfifo(tmp_path / "tree/report.json")
    with pytest.raises(UsageError, match="pipe or device inside the scanned tree"):
        check_output(tmp_path / "tree/report.json", tmp_path, trees)
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_output(tmp_path / "pipe", b"report" * 50_000, tmp_path, trees)
    reader.join(30)
    assert read == [b"report" * 50_000]


@posix_only
def test_an_open_file_named_as_a_device_is_written_where_it_is_open(tmp_path: Path) -> None:
    """A rename would leave whoever has `/dev/stdout` open with an empty file."""
    with (tmp_path / "out.txt").open("wb") as out:
        code = "from pathlib import Path; from leastscope.outputs import write_output; "
        code += "write_output(Path('/dev/stdout'), b'report', Path.cwd(), ())"
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
        subprocess.run([sys.executable, "-c", code], stdout=out, env=environment, check=True, timeout=60)  # noqa: S603
        inode = os.fstat(out.fileno()).st_ino
    assert (tmp_path / "out.txt").read_bytes() == b"report"
    assert (tmp_path / "out.txt").stat().st_ino == inode


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/report.json", "the folder 'nowhere' does not exist"),
        ("folder", "it is a folder"),
        ("code.py", "refusing to overwrite a file that the scan reads"),
        ("stripe-app.json", "refusing to overwrite a file that the scan reads"),
        ("requirements.txt", "refusing to overwrite a file that the scan reads"),
        ("leastscope.yaml", "refusing to overwrite a file that the scan reads"),
        ("config.json", "refusing to overwrite a file that the scan reads"),
    ],
)
@pytest.mark.parametrize("option", ["--output", "-o"])
def test_where_a_report_cannot_go_is_said_before_the_scan(
    tmp_path: Path, name: str, said: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    for file in ("code.py", "stripe-app.json", "requirements.txt", "leastscope.yaml", "config.json"):
        (tmp_path / file).write_text("{}")
    monkeypatch.setattr("leastscope.pipeline.scan", None)
    outcome = run(tmp_path, "scan", ".", option, name if option == "--output" else f"json={name}")
    assert (outcome.code, said in outcome.err) == (2, True)
    assert (tmp_path / "config.json").read_text() == "{}"


def test_a_report_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(READS)
    names = {
        "json": "report.json",
        "sarif": "sarif.json",
        "gitlab": "quality.json",
        "markdown": "report.md",
        "text": "report",
    }
    arguments = [f"-o{form}={name}" for form, name in names.items()]
    first = run(tmp_path, "scan", ".", *arguments)
    again = run(tmp_path, "scan", ".", *arguments)
    assert (first.code, again.code, again.out) == (0, 0, first.out)


def test_two_reports_do_not_go_to_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("")
    outcome = run(tmp_path, "scan", str(EXAMPLE), "--output", "a.json", "-o", "sarif=./a.json")
    assert (outcome.code, "two reports cannot go to the same file" in outcome.err) == (2, True)
