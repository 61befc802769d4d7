"""A cache saves time and changes nothing else: what stands in it is believed only where it is what we would write."""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from leastscope import cache as subject
from leastscope.cache import DECIDING, MAX_BYTES, MOST_LEVELS, TreeCache, clear, open_cache
from leastscope.changes import Comparison, compare_states
from leastscope.pipeline import scan
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.report.contracts import render_scan
from leastscope.report.sarif import render_sarif
from leastscope.report.text import render_text
from leastscope.request import Request
from leastscope.store import sealed
from places import FIXTURES, ROOT
from repositories import PROJECT, WITH_REFUND, Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EXAMPLE = FIXTURES / "projects" / "example"
SOURCE = b"import shop\nshop.Client().orders.list(limit=3)  # leastscope: ignore a reason\n"
KEY = sha256(SOURCE).digest()
BROKEN = b"def f(:\n"
DEEPEST = (
    b"a = " + b"-" * 345 + b"b",
    b"a = " + b"[" * 99 + b"]" * 99,
    b"".join(b" " * level + b"if a:\n" for level in range(58)) + b" " * 58 + b"b()",
    b"if a:\n    b\n" + b"elif a:\n    b\n" * 110,
    b"a = " + b"lambda: " * 100 + b"b",
    b"a" + b".b()" * 170,
    b"a = " + b" + ".join([b"b"] * 340),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def filled(folder: Path, *sources: bytes) -> list[Path]:
    """Put files into a cache and give its entries."""
    cache = open_cache(folder)
    for source in sources:
        cache[sha256(source).digest()] = lower(source)
    return entries(folder)


def put(folder: Path, body: bytes) -> None:
    """Put a body of any kind where the entry of the source belongs, sealed as if it were ours."""
    (path,) = entries(folder)
    path.write_bytes(sealed(bytes.fromhex(path.name), body))


def shown(paths: Iterable[Path], cwd: Path, cache: TreeCache | None) -> tuple[str, str, str]:
    """Scan, and give everything that a run can print."""
    report = scan(Request(tuple(paths), cwd), cache)

    def source(path: str) -> str:
        return (cwd / path).read_bytes().decode("utf-8", "replace")

    return render_scan(report), render_sarif(report, source), render_text(report, source, color=False)


def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leastscope.python.syntax.look.parse", lambda _: pytest.fail("a file was parsed again"))


# the same results


@pytest.mark.parametrize("project", ["projects/example", "projects/market", "tokens"])
def test_a_report_is_the_same_without_a_cache_with_an_empty_and_with_a_full_one(
    folder: Path, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = (FIXTURES / project,)
    without = shown(paths, FIXTURES, None)
    assert shown(paths, FIXTURES, open_cache(folder)) == without
    assert entries(folder)
    no_parser(monkeypatch)
    assert shown(paths, FIXTURES, open_cache(folder)) == without


def test_the_gap_of_a_file_that_does_not_parse_comes_from_the_cache_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made(tmp_path / "project").write({**PROJECT, "broken.py": b"import stripe\n" + BROKEN})
    first = shown((made.folder,), tmp_path, open_cache(folder))
    assert "syntax-error" in first[0]
    no_parser(monkeypatch)
    assert shown((made.folder,), tmp_path, open_cache(folder)) == first


def test_a_comparison_of_two_states_parses_nothing_the_second_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "repository").mkdir()
    made = Made(tmp_path / "repository")
    made.git("init", "-q")
    made.commit(PROJECT)
    made.commit(WITH_REFUND)
    wanted = Comparison("HEAD~1", "HEAD", made.folder)
    first = compare_states(wanted, open_cache(folder))
    assert first.difference == compare_states(wanted).difference
    no_parser(monkeypatch)
    assert compare_states(wanted, open_cache(folder)) == first


def test_a_second_run_does_not_import_the_parser(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from leastscope.cache import open_cache\n"
        "from leastscope.pipeline import scan; from leastscope.request import Request\n"
        "scan(Request((Path(sys.argv[1]),), Path(sys.argv[1])), open_cache(Path(sys.argv[2])))\n"
        "sys.exit('libcst' in sys.modules)"
    )
    command = [sys.executable, "-c", program, os.fspath(EXAMPLE), os.fspath(folder)]
    assert [subprocess.run(command, cwd=ROOT, check=False).returncode for _ in range(2)] == [1, 0]  # noqa: S603


@pytest.mark.parametrize("group", sorted(path.name for path in FIXTURES.iterdir() if any(path.rglob("*.py"))))
def test_every_fixture_comes_back_as_it_was_lowered(folder: Path, group: str) -> None:
    sources = [path.read_bytes() for path in sorted((FIXTURES / group).rglob("*.py"))]
    filled(folder, *sources)
    cache = open_cache(folder)
    assert all(cache[sha256(source).digest()] == lower(source) for source in sources)


@pytest.mark.parametrize("source", DEEPEST, ids=lambda source: source[:12].decode())
def test_the_deepest_files_that_are_lowered_come_back(folder: Path, source: bytes) -> None:
    tree = lower(source)
    assert isinstance(tree, ir.Module)
    filled(folder, source)
    assert open_cache(folder)[sha256(source).digest()] == tree


def test_only_what_was_lowered_is_kept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "one.py").write_bytes(PROJECT["code.py"].encode())
    (tmp_path / "project" / "other.py").write_bytes(b"x = 1\n")
    cache = open_cache(folder)
    scan(Request((tmp_path / "project",), tmp_path), cache)
    assert list(cache) == [sha256(PROJECT["code.py"].encode()).digest()]
    assert len(entries(folder)) == len(cache) == 1


def test_nothing_is_written_below_what_is_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    before = {path: path.read_bytes() for path in entries(project)}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.chdir(project)
    (project / ".cache" / "leastscope" / "trees").mkdir(parents=True)
    scan(Request((Path(),), project), open_cache())
    assert {path: path.read_bytes() for path in entries(project)} == before
    assert {path.parent for path in entries(tmp_path / "user")} >= {tmp_path / "user" / "leastscope" / "trees"}


# what is damaged, old or made up


def nested(levels: int) -> bytes:
    """Write a module that holds one expression inside as many others."""
    name = b"\x94\xa1n\x00\x00\xa1x"
    return b"\x92\x93\x91\x00\x91\x94\xa1E\x00\x00" + b"\x95\xa1u\x00\x00\xa1-" * levels + name + b"\x90\xc0"


def test_the_nested_entries_of_these_tests_are_well_formed(folder: Path) -> None:
    filled(folder, SOURCE)
    put(folder, nested(3))
    tree = open_cache(folder)[KEY]
    assert isinstance(tree, ir.Module)
    assert isinstance(tree.body[0], ir.Evaluate)


BODIES = {
    "nothing": b"",
    "another type": msgspec.msgpack.encode({"module": 1}),
    "neither of the two": msgspec.msgpack.encode([None, None]),
    "an unknown node": b"\x92\x93\x91\x00\x91\x94\xa1Z\x00\x00\x90\xc0",
    "no lines": msgspec.msgpack.encode([[[], []], None]),
    "a first line that begins late": msgspec.msgpack.encode([[[7], []], None]),
    "an import from a thousand folders above": msgspec.msgpack.encode([[[0], [["m", 0, 1, "x", 2**40, []]]], None]),
    "a comment before the first line": msgspec.msgpack.encode([[[0], [], [[-5, "leastscope:"]]], None]),
    "an unknown reason not to read": msgspec.msgpack.encode([None, ["because", 1, 1, "x"]]),
    "a place before the first": msgspec.msgpack.encode([None, ["too-deep", 0, 1, "x"]]),
    "more items than bytes": b"\x92\x93\xdd\xff\xff\xff\xff\x00",
    "more than one": msgspec.msgpack.encode([None, ["too-deep", 1, 1, "x"]]) * 2,
    "deeper than anything lowered": nested(MOST_LEVELS),
    "deeper than any stack": nested(300_000),
}
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut in the header": lambda data: data[:20],
    "cut in the body": lambda data: data[:-1],
    "one bit": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "longer": lambda data: data + b"\0",
    "not ours": lambda data: b"X" + data[1:],
    "of another file": lambda data: sealed(b"\0" * 32, data[44:]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_a_miss_and_is_written_anew(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    (path,) = filled(folder, SOURCE)
    right = path.read_bytes()
    path.write_bytes(damage(right))
    assert KEY not in open_cache(folder)
    filled(folder, SOURCE)
    assert path.read_bytes() == right


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_made_up_entry_is_a_miss(folder: Path, body: bytes) -> None:
    filled(folder, SOURCE)
    assert KEY in open_cache(folder)
    put(folder, body)
    assert KEY not in open_cache(folder)
    with pytest.raises(KeyError):
        open_cache(folder)[KEY]


@pytest.mark.parametrize(
    "replace",
    [
        pytest.param(lambda path: path.mkdir(), id="a folder"),
        pytest.param(lambda path: path.symlink_to(ROOT / "pyproject.toml"), id="a link"),
        pytest.param(getattr(os, "mkfifo", Path.mkdir), id="a pipe, where the system has them"),
    ],
)
def test_what_is_no_regular_file_is_a_miss(folder: Path, replace: Callable[[Path], None]) -> None:
    (path,) = filled(folder, SOURCE)
    path.unlink()
    replace(path)
    assert KEY not in open_cache(folder)


def test_an_entry_that_is_too_large_is_neither_read_nor_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = filled(folder, SOURCE)
    monkeypatch.setattr(subject, "MAX_ENTRY", path.stat().st_size - 1)
    assert KEY not in open_cache(folder)
    path.unlink()
    monkeypatch.setattr(subject, "MAX_ENTRY", 40)
    assert filled(folder, SOURCE) == []


@pytest.mark.parametrize("value", [2**70, "\ud800"])
def test_what_cannot_be_encoded_is_not_kept(folder: Path, value: int | str) -> None:
    cache = open_cache(folder)
    cache[KEY] = ir.Module((0,), (ir.Evaluate(0, 1, ir.Constant(0, 1, value)),))
    assert KEY in cache
    assert entries(folder) == []


@pytest.mark.parametrize("seed", range(12))
def test_no_scan_fails_on_entries_with_made_up_places(folder: Path, seed: int) -> None:
    source = (EXAMPLE / "backend" / "billing.py").read_bytes()
    (path,) = filled(folder, source)
    chosen = random.Random(seed)  # noqa: S311 - any numbers will do

    def changed(value: object) -> object:
        if isinstance(value, list):
            return [changed(item) for item in value]
        if type(value) is int and chosen.random() < 0.2:
            return chosen.choice((-1, 0, 1, -(2**40), 2**40, value + 1, value - 50))
        return value

    module, _ = msgspec.msgpack.decode(path.read_bytes()[44:])
    lines, *rest = module
    path.write_bytes(sealed(bytes.fromhex(path.name), msgspec.msgpack.encode([[lines, *map(changed, rest)], None])))
    assert shown((EXAMPLE,), FIXTURES, open_cache(folder))


def other_python(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))


def other_parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "libcst").mkdir()
    (tmp_path / "libcst" / "_version.py").write_text("version = '99'")
    monkeypatch.syspath_prepend(tmp_path)


def other_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "analyzer" / "leastscope" / "python", tmp_path / "leastscope" / "python")
    (tmp_path / "leastscope" / "python" / "syntax" / "literals.py").write_text("changed")
    monkeypatch.setattr(subject, "__file__", str(tmp_path / "leastscope" / "cache.py"))


def other_release(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr(subject, "__version__", "0.0.0")


@pytest.mark.parametrize("change", [other_python, other_parser, other_code, other_release])
def test_what_another_version_wrote_is_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch, Path], None]
) -> None:
    tree = lower(SOURCE)
    open_cache(folder)[KEY] = tree
    change(monkeypatch, tmp_path)
    assert KEY not in open_cache(folder)
    open_cache(folder)[KEY] = tree
    assert len(entries(folder)) == 2


def no_parser_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere"])


def no_sources_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "__file__", "/nowhere/analyzer/cache.py")


@pytest.mark.parametrize("change", [no_parser_found, no_sources_found])
def test_where_the_version_cannot_be_told_nothing_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch], None]
) -> None:
    change(monkeypatch)
    assert filled(folder, SOURCE) == []


def test_the_modules_that_decide_are_all_that_the_lowering_imports() -> None:
    found, pending = set[str](), ["look", "lower"]
    while pending:
        name = pending.pop()
        found.add(name)
        tree = ast.parse((ROOT / "analyzer" / "leastscope" / "python" / "syntax" / f"{name}.py").read_bytes())
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        inner = [node.module for node in froms if (node.module or "").startswith("leastscope.python.syntax.")]
        inner += [
            f"leastscope.python.syntax.{one.name}"
            for node in froms
            if node.module == "leastscope.python.syntax"
            for one in node.names
        ]
        pending += [short for module in inner if module and (short := module.rpartition(".")[2]) not in found]
    assert tuple(sorted(found)) == DECIDING


# places, sizes and several processes


@pytest.mark.parametrize("place", ["a file", "relative"])
def test_without_a_folder_the_run_goes_on_in_memory(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / place) if place == "a file" else place)
    monkeypatch.chdir(tmp_path)
    cache = open_cache()
    cache[KEY] = lower(SOURCE)
    assert cache[KEY] == lower(SOURCE)
    assert clear() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a file"]


def test_a_folder_that_cannot_be_written_is_still_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(folder, SOURCE)
    tries: list[Path] = []

    def fails(path: Path, _: bytes) -> bool:
        tries.append(path)
        return False

    monkeypatch.setattr(subject, "keep", fails)
    cache = open_cache(folder)
    for source in (BROKEN, b"x = 1"):
        cache[sha256(source).digest()] = lower(source)
    assert len(tries) == 1
    assert cache[KEY] == lower(SOURCE)


def test_two_processes_fill_one_folder_at_once(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from leastscope.cache import open_cache\n"
        "from leastscope.pipeline import scan; from leastscope.request import Request\n"
        "scan(Request((Path(sys.argv[1]),), Path(sys.argv[1])), open_cache(Path(sys.argv[2])))\n"
    )
    command = [sys.executable, "-c", program, os.fspath(FIXTURES / "projects" / "market"), os.fspath(folder)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]  # noqa: S603
    assert [one.wait(timeout=120) for one in running] == [0, 0]
    cache = open_cache(folder)
    scan(Request((FIXTURES / "projects" / "market",), FIXTURES / "projects" / "market"), cache)
    # A file that was only looked at is kept in that form beside the whole one, which a later run takes for both.
    assert len(entries(folder)) >= len(cache) > 3


def test_the_entries_that_were_not_used_for_longest_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [b"x = %d" % number for number in range(8)]
    filled(folder, *sources)
    size = entries(folder)[0].stat().st_size
    for path in entries(folder):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    used = sha256(sources[3]).digest()
    assert used in open_cache(folder)
    monkeypatch.setattr(subject, "_ROOM", size)
    monkeypatch.setattr(subject, "MAX_BYTES", 4 * size)
    filled(folder, b"x = 9")
    assert len(entries(folder)) == 4
    cache = open_cache(folder)
    assert used in cache
    assert sha256(b"x = 9").digest() in cache


def test_the_size_stays_below_the_bound_while_a_run_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_ROOM", 200)
    monkeypatch.setattr(subject, "MAX_BYTES", 1000)
    filled(folder, *(b"x = %d" % number for number in range(60)))
    assert 500 < sum(path.stat().st_size for path in entries(folder)) <= 1000


def test_a_run_that_writes_nothing_does_not_look_at_the_size(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(folder, SOURCE)
    monkeypatch.setattr(subject, "remove_oldest", lambda *_: pytest.fail("the folder was listed"))
    assert KEY in open_cache(folder)


def test_the_bound_leaves_room_for_what_is_written_before_it_is_looked_at_again() -> None:
    assert subject.MAX_ENTRY + subject._ROOM < MAX_BYTES


def test_clearing_removes_our_entries_and_nothing_else(folder: Path) -> None:
    paths = filled(folder, SOURCE, BROKEN)
    trees = paths[0].parent
    strangers = [folder / "notes.txt", trees / "notes.txt", trees / ("0" * 65)]
    for stranger in strangers:
        stranger.write_text("mine")
    (trees / ("f" * 64)).mkdir()
    rest = trees / (paths[0].name + "abc.part")
    rest.write_bytes(b"123")
    size = sum(path.stat().st_size for path in (*paths, rest))
    assert clear(folder) == size
    assert entries(folder) == sorted(strangers)
    assert clear(folder) == 0


def test_an_entry_can_be_taken_out(folder: Path) -> None:
    filled(folder, SOURCE)
    cache = open_cache(folder)
    assert cache.pop(KEY) == lower(SOURCE)
    assert entries(folder) == []
    with pytest.raises(KeyError):
        del cache[KEY]
