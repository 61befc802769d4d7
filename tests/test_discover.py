"""Which files a scan looks at."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from leastscope.discover import File, Tree, Wanted, has_trigger, is_test, looked_at, read, walk
from leastscope.errors import UsageError
from leastscope.model import Gap, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WANTED = Wanted(manifests=("app.json", "app.*.json"), locks=("requirements*.txt", "requirements/*.txt", "uv.lock"))
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names and files")


def build(root: Path, files: dict[str, str] | Iterable[str]) -> Path:
    contents = files if isinstance(files, dict) else dict.fromkeys(files, "")
    for name, text in contents.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def scan(root: Path, *paths: str, excluded: tuple[str, ...] = ()) -> Tree:
    return walk([root / path for path in paths or (".",)], root, excluded, WANTED)


def python(tree: Tree) -> list[str]:
    return [file.path for file in tree.python]


def test_files_are_sorted_by_what_they_may_hold(tmp_path: Path) -> None:
    build(
        tmp_path,
        [
            *("a/b.py", "a.pyw", "a.pyi", "a/app.json", "app.dev.json", "a/other.json", "ui/x.tsx", "y.mjs", "z.css"),
            *("uv.lock", "requirements/base.txt", "requirements-dev.txt", "notes.txt"),
        ],
    )
    tree = scan(tmp_path)
    assert python(tree) == ["a.pyw", "a/b.py"]
    assert [file.path for file in tree.manifests] == ["a/app.json", "app.dev.json"]
    assert [file.path for file in tree.others] == ["ui/x.tsx", "y.mjs"]
    assert [file.path for file in tree.locks] == ["requirements-dev.txt", "requirements/base.txt", "uv.lock"]
    assert tree.python[1] == File("a/b.py", str(tmp_path.resolve() / "a" / "b.py"))


@pytest.mark.parametrize("order", [1, -1])
def test_files_are_sorted_whatever_the_order_in_which_paths_are_named_and_folders_listed(
    tmp_path: Path, order: int
) -> None:
    """A folder is walked before the file that sorts before its content: the last word has the whole path."""
    build(tmp_path, ["b/c.py", "b-d.py", "b.py", "a/z.py", "a/y/x.py"])
    named = ["b", "b-d.py", "a", "b.py"][::order]
    assert python(scan(tmp_path, *named)) == ["a/y/x.py", "a/z.py", "b-d.py", "b.py", "b/c.py"]


def test_a_script_without_suffix_is_python_by_its_first_line(tmp_path: Path) -> None:
    build(
        tmp_path,
        {
            "bin/run": "#!/usr/bin/env python3\n",
            "bin/sh": "#!/bin/sh\n# python\n",
            "LICENSE": "python",
            "x.sh": "#!/usr/bin/python\n",
        },
    )
    assert python(scan(tmp_path)) == ["bin/run"]


@pytest.mark.parametrize(
    "folder", [".git", "node_modules", ".venv", "venv", "__pycache__", ".build", ".tox", "lib/site-packages"]
)
def test_tool_folders_are_skipped_below_a_path_but_scanned_when_named(tmp_path: Path, folder: str) -> None:
    build(tmp_path, [f"{folder}/inside.py", "own.py"])
    assert python(scan(tmp_path)) == ["own.py"]
    assert python(scan(tmp_path, folder)) == [f"{folder}/inside.py"]
    assert python(scan(tmp_path, ".", folder)) == sorted([f"{folder}/inside.py", "own.py"])


def test_a_virtual_environment_of_any_name_is_skipped(tmp_path: Path) -> None:
    build(tmp_path, {"env310/pyvenv.cfg": "home = /usr/bin\n", "env310/lib/x.py": "", "env/settings.py": ""})
    tree = scan(tmp_path)
    assert python(tree) == ["env/settings.py"]
    assert tree.unread == (Unread("tools", ("env310",)),)


def test_a_file_that_only_has_the_name_of_an_environment_s_mark_hides_nothing(tmp_path: Path) -> None:
    build(tmp_path, ["backend/pyvenv.cfg", "backend/pay.py"])
    assert python(scan(tmp_path)) == ["backend/pay.py"]


def tracked_scan(root: Path, *names: str, excluded: tuple[str, ...] = ()) -> Tree:
    return walk([root], root, excluded, WANTED, tracked=lambda: [str(root / name) for name in names])


def test_no_ignore_file_hides_what_is_tracked(tmp_path: Path) -> None:
    build(
        tmp_path, {".gitignore": "pay.py\nout/\n", "pay.py": "", "out/deep/a.py": "", "out/b.py": "", "out/x.json": ""}
    )
    assert python(tracked_scan(tmp_path)) == []
    tree = tracked_scan(tmp_path, "pay.py", "out/deep/a.py", "gone.py", "out/gone.py")
    assert python(tree) == ["out/deep/a.py", "pay.py"]
    assert tree.unread == (Unread("ignored", ("out",)),)
    assert python(tracked_scan(tmp_path, "pay.py", "out/b.py", excluded=("out/",))) == ["pay.py"]


@pytest.mark.parametrize("folder", ["node_modules", "venv", ".build", "__pycache__", "out/site-packages", "env"])
def test_what_is_tracked_in_a_folder_of_a_tool_is_suspect(tmp_path: Path, folder: str) -> None:
    build(tmp_path, {"env/pyvenv.cfg": "home = /usr/bin\n", ".gitignore": "out/\n", f"{folder}/x/pay.py": ""})
    tree = tracked_scan(tmp_path, f"{folder}/x/pay.py")
    assert [file.path for file, _ in tree.suspects] == [f"{folder}/x/pay.py"]
    assert python(tree) == []


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    build(
        tmp_path,
        {".gitignore": "gen.py\nlog.txt\n", "gen.py": "", "log.txt": "", "a.pyi": "", "b.pyx": "", "c.ipynb": ""},
    )
    build(tmp_path, ["old/x.py", "old.py", "node_modules/x.js", "__pycache__/x.pyc", "d.ipynb"])
    tree = scan(tmp_path, excluded=("old/", "old.py"))
    assert [(one.reason, one.count, one.paths) for one in tree.unread] == [
        ("excluded", 2, ("old", "old.py")),
        ("ignored", 1, ("gen.py",)),
        ("tools", 1, ("node_modules",)),
        ("stubs", 1, ("a.pyi",)),
        ("cython", 1, ("b.pyx",)),
    ]
    assert [file.path for file, _ in tree.suspects] == ["b.pyx"]
    assert python(tree) == ["c.ipynb", "d.ipynb"]


@posix_only
def test_a_link_to_python_under_another_name_is_read_and_one_that_leads_out_is_told(tmp_path: Path) -> None:
    build(tmp_path, ["outside.py", "tree/pay.txt", "tree/real.py"])
    for name, target in (
        ("pay.py", "pay.txt"),
        ("same.py", "real.py"),
        ("out.py", "../outside.py"),
        ("gone.py", "nowhere"),
    ):
        (tmp_path / "tree" / name).symlink_to(target)
    tree = scan(tmp_path, "tree")
    assert [(file.path, file.absolute.rpartition("/")[2]) for file in tree.python] == [
        ("tree/pay.py", "pay.txt"),
        ("tree/real.py", "real.py"),
    ]
    assert [(gap.kind, gap.span.path) for gap in tree.gaps] == [
        ("not-read", "tree/gone.py"),
        ("not-read", "tree/out.py"),
    ]
    assert tree.unread == (Unread("links", ("tree/gone.py", "tree/out.py")),)


def test_the_nearest_ignore_file_decides(tmp_path: Path) -> None:
    build(
        tmp_path,
        {
            ".gitignore": "*.gen.py\n/out/\n",
            "sub/.gitignore": "!keep.gen.py\nlocal.py\n",
            ".git/info/exclude": "secret.py\n",
            **dict.fromkeys(("a.gen.py", "out/x.py", "sub/keep.gen.py", "sub/b.gen.py", "sub/out/x.py"), ""),
            **dict.fromkeys(("sub/local.py", "local.py", "sub/secret.py"), ""),
        },
    )
    assert python(scan(tmp_path)) == ["local.py", "sub/keep.gen.py", "sub/out/x.py"]


def test_ignore_files_above_a_named_path_hold_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    build(
        tmp_path,
        {
            ".gitignore": "*.py\n",
            "repo/.git/HEAD": "",
            "repo/.gitignore": "gen.py\n",
            "repo/a/gen.py": "",
            "repo/a/b.py": "",
        },
    )
    assert python(scan(tmp_path, "repo/a")) == ["repo/a/b.py"]


def test_a_named_path_that_is_ignored_is_scanned(tmp_path: Path) -> None:
    build(tmp_path, {".git/HEAD": "", ".gitignore": "out/\n", "out/a.py": "", "out/deep/b.py": ""})
    assert python(scan(tmp_path, "out")) == ["out/a.py", "out/deep/b.py"]
    assert python(scan(tmp_path, "out/deep")) == ["out/deep/b.py"]
    assert python(scan(tmp_path, "out/a.py")) == ["out/a.py"]


@pytest.mark.parametrize("everywhere", [False, True], ids=["one-file", "every-folder"])
@pytest.mark.parametrize("pattern", ["**/a*b/**/c*d/**/e{}", "*a*a*a*a{}", "name{}", "*/d*/d*/*x{}"])
def test_hostile_ignore_files_cost_no_more_than_their_size(tmp_path: Path, pattern: str, *, everywhere: bool) -> None:
    """These are 64 KB of patterns over 100 nested folders with 2,000 files; matched one by one they take minutes."""
    rules = "\n".join(pattern.format(number) for number in range(7000))[:64_000]
    folders = ["d/" * depth for depth in range(1, 101)]
    build(tmp_path, {f"{folder}{'a' * 20}{number}.py": "" for folder in folders for number in range(20)})
    build(tmp_path, {".git/HEAD": "", ".gitignore": rules})
    build(tmp_path, {f"{folder}.gitignore": rules for folder in folders[::10] if everywhere})
    start = time.process_time()
    tree = scan(tmp_path)
    assert time.process_time() - start < 10
    assert len(tree.python) == 2000
    assert {gap.kind for gap in tree.gaps} == {"limit"}


def test_patterns_beyond_the_cost_that_is_allowed_are_not_used_and_told(tmp_path: Path) -> None:
    build(tmp_path, {".git/HEAD": "", ".gitignore": "x.py\n", "a/x.py": "", "a/y.py": "", "b/y.py": ""})
    build(tmp_path, {"a/.gitignore": "y.py\n" + "\n".join(f"*{number}/*/*" for number in range(900))})
    tree = scan(tmp_path)
    assert python(tree) == ["a/y.py", "b/y.py"]
    (gap,) = tree.gaps
    assert (gap.kind, gap.span.path) == ("limit", "a/.gitignore")
    assert "not used" in gap.reason


def test_settled_patterns_hold_below_their_folder_and_yield_to_the_others(tmp_path: Path) -> None:
    for path in ("work/x.py", "shop/x.py", "shop/legacy/a.py", "shop/legacy/b.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("", "utf-8")
    work = tmp_path / "work"
    everything = walk([tmp_path], work, (), WANTED, ("../shop", ("/x.py", "legacy/*.py")))
    assert python(everything) == ["../work/x.py"]
    kept = walk([tmp_path], tmp_path, ("!a.py",), WANTED, ("shop", ("legacy/*.py",)))
    assert python(kept) == ["shop/legacy/a.py", "shop/x.py", "work/x.py"]
    named = walk([tmp_path / "shop/legacy/b.py"], work, (), WANTED, ("../shop", ("legacy/",)))
    assert python(named) == []


def test_excluded_patterns_hold_for_named_files_too(tmp_path: Path) -> None:
    build(tmp_path, ["a.py", "legacy/b.py", "c_pb2.py"])
    assert python(scan(tmp_path, excluded=("legacy/", "*_pb2.py"))) == ["a.py"]
    assert python(scan(tmp_path, "a.py", "legacy/b.py", excluded=("legacy/",))) == ["a.py"]


def test_a_file_named_twice_or_below_a_named_folder_is_found_once(tmp_path: Path) -> None:
    build(tmp_path, ["a/b.py", "a/c.py"])
    assert python(scan(tmp_path, "a", "a/b.py", ".", "a/../a/b.py")) == ["a/b.py", "a/c.py"]


def test_a_named_file_is_python_unless_its_name_says_otherwise(tmp_path: Path) -> None:
    build(tmp_path, ["run.script", "app.json", "x.ts"])
    tree = scan(tmp_path, "run.script", "app.json", "x.ts")
    assert python(tree) == ["run.script"]
    assert [file.path for file in tree.manifests] == ["app.json"]


def test_a_path_outside_the_working_directory_is_shown_relative_to_it(tmp_path: Path) -> None:
    build(tmp_path, ["work/x.py", "other/y.py"])
    tree = walk([tmp_path / "other"], tmp_path / "work")
    assert python(tree) == ["../other/y.py"]


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The path '.*nowhere' does not exist\."):
        scan(tmp_path, "nowhere")


@posix_only
def test_links_are_not_followed_below_a_named_path(tmp_path: Path) -> None:
    build(tmp_path, ["root/a/x.py", "outside/y.py"])
    (tmp_path / "root/loop").symlink_to(tmp_path / "root")
    (tmp_path / "root/out").symlink_to(tmp_path / "outside")
    (tmp_path / "root/z.py").symlink_to(tmp_path / "outside/y.py")
    (tmp_path / "root/.gitignore").symlink_to(tmp_path / "outside/y.py")
    assert python(scan(tmp_path, "root")) == ["root/a/x.py"]


@posix_only
def test_a_manifest_that_is_a_link_is_told(tmp_path: Path) -> None:
    build(tmp_path, ["outside/app.json"])
    (tmp_path / "app.json").symlink_to(tmp_path / "outside/app.json")
    (tmp_path / "other.json").symlink_to(tmp_path / "outside/app.json")
    tree = walk([tmp_path], tmp_path, (), Wanted(manifests=("app.json",)))
    assert [(gap.kind, gap.span.path) for gap in tree.gaps] == [("unreadable", "app.json")]
    assert [file.path for file in tree.manifests] == ["outside/app.json"]


@posix_only
def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    build(tmp_path, ["real/x.py"])
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert python(scan(tmp_path, "link", "real")) == ["real/x.py"]


@posix_only
def test_pipes_are_neither_listed_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / ".gitignore")
    assert scan(tmp_path) == Tree()
    gap = read(scan(tmp_path, "pipe.py").python[0], 100)
    assert isinstance(gap, Gap)
    assert gap.kind == "unreadable"


@posix_only
def test_a_name_that_is_no_text_gets_a_form_that_can_be_shown_and_still_opens(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    with open(os.fsencode(tmp_path) + b"/caf\xe9/\xff.py", "wb") as stream:  # noqa: PTH123 - the name is bytes
        stream.write(b"x = 1")
    (file,) = scan(tmp_path).python
    assert file.path == "caf\\xe9/\\xff.py"
    file.path.encode("utf-8")
    assert read(file, 100) == b"x = 1"


@posix_only
def test_a_folder_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    """The name of the deepest folder is longer than the system takes, which holds for root too."""
    origin = os.getcwd()  # noqa: PTH109 - to go back to
    os.chdir(tmp_path)
    try:
        for _ in range(20):
            os.mkdir("d" * 250)  # noqa: PTH102 - relative to a folder that has no short name
            os.chdir("d" * 250)
    finally:
        os.chdir(origin)
    build(tmp_path, ["a.py"])
    tree = scan(tmp_path)
    assert python(tree) == ["a.py"]
    (gap,) = tree.gaps
    assert gap.kind == "unreadable"
    assert gap.reason == "the folder cannot be read: file name too long"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.py", True),
        ("b.pyw", True),
        ("view.tsx", True),
        ("bin/tool", True),
        ("app.json", True),
        ("a/app.json", True),
        ("requirements/dev.txt", True),
        ("sub/.gitignore", True),
        ("env/pyvenv.cfg", True),
        ("other.json", False),
        ("notes/dev.txt", False),
        ("b.pyc", False),
        ("image.png", False),
    ],
)
def test_a_name_alone_tells_whether_a_file_is_looked_at(path: str, expected: bool) -> None:
    assert looked_at(Wanted(("app.json",), ("requirements/*.txt",)))(path) is expected


def test_reading_gives_bytes_or_says_why_not(tmp_path: Path) -> None:
    build(tmp_path, {"a.py": "12345"})
    file = File("a.py", str(tmp_path / "a.py"))
    assert read(file, 5) == b"12345"
    assert isinstance(large := read(file, 4), Gap)
    assert (large.kind, large.reason) == ("too-large", "the file is larger than 4 bytes")
    assert isinstance(gone := read(File("b.py", str(tmp_path / "b.py")), 4), Gap)
    assert (gone.kind, gone.reason) == ("unreadable", "the file cannot be read: no such file or directory")


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"import acme", True), (b"ACME_KEY = 1", True), (b"X-Auth-token", True), (b"import ac_me", False), (b"", False)],
)
def test_a_trigger_is_found_without_regard_to_case(data: bytes, expected: bool) -> None:
    assert has_trigger(data, [b"acme", b"x-auth-token"]) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"class AcmError(Exception): ...", False),
        (b"acmEntry AcmEntry", False),
        (b"zebra_acmes = ACMES, Acmed", False),
        (b"acmes", False),
        (b"AcmError\nimport acme", True),
        (b"acmes\nacme's", True),
        (b"acmesdk", True),
        (b"acme_s", True),
        (b"https://api.AcmE.com", True),
        (b"acmE", True),
        (b"AcmE_KEY", True),
        (b"ACMError", True),
        (b"MyAcmeError", True),
    ],
)
def test_a_trigger_that_is_a_part_of_another_word_names_nothing(data: bytes, expected: bool) -> None:
    """For a class `StripError`, and for `striped` in a comment, sympy and mypy were evaluated for minutes."""
    assert has_trigger(data, [b"acme"]) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", True),
        ("x/test/a.py", True),
        ("x/test_a.py", True),
        ("x/a_test.py", True),
        ("conftest.py", True),
        ("shop/tests.py", True),
        ("x/testing/a.py", False),
        ("contest.py", False),
        ("latest/a.py", False),
        ("test_data/a.py", False),
        ("test_a.txt", False),
    ],
)
def test_the_path_says_whether_a_file_holds_tests(path: str, expected: bool) -> None:
    assert is_test(path) is expected
