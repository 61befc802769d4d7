"""Git is asked safely, and what it cannot give is said in plain words with what would help."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING

import pytest

from command import refusal, run
from leastscope.changes import Comparison, compare_states
from leastscope.errors import GitError
from leastscope.git import Repository, Unwritten, read_snapshot, write_snapshot
from leastscope.git.command import Git, git_in
from repositories import PROJECT, READS, REFUND, WITH_REFUND, Made, clone, repository

if TYPE_CHECKING:
    from pathlib import Path

FILE, FOLDER, LINK = "100644", "40000", "120000"


def said(folder: Path, *arguments: str) -> str:
    """Return what the command says when it refuses to compare."""
    return refusal(run(folder, "diff", *arguments))


def written(made: Made, commit: str, folder: Path, limit: int = 1000) -> tuple[Unwritten, ...]:
    """Write all of a commit into a folder."""
    found = Repository.find(made.folder)
    return write_snapshot(found, read_snapshot(found, commit, "it"), folder, lambda _: True, limit)


# what is refused, and in which words


def test_a_folder_without_a_repository_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "this folder is in no git repository" in said(tmp_path, "main")


def test_without_git_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, PROJECT)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in said(tmp_path, "main")


def test_git_is_never_taken_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ("git.exe" if sys.platform == "win32" else "git")
    program.write_bytes(b"#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", os.pathsep, f".{os.pathsep}bin"):
        with pytest.raises(GitError, match="not installed"):
            git_in(tmp_path, path)
    assert git_in(tmp_path, str(tmp_path)).program == str(program)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mian", "'mian' names no commit; did you mean 'main'?"),
        ("feature", "did you mean 'topic/feature'?"),
        (
            "nothing-like-it",
            "'nothing-like-it' names no commit; a branch of another repository has to be fetched first",
        ),
        ("", "the name of a revision is empty"),
        ("   ", "the name of a revision is empty"),
        ("0" * 40, "stands for no commit: the branch was new"),
        ("main..topic/feature", "is a range; write the two revisions apart"),
        ("main...topic/feature", "is a range; write the two revisions apart"),
        (
            "deadbeef" * 5,
            f"there is no commit '{'deadbeef' * 5}' here; get it with `git fetch origin {'deadbeef' * 5}`",
        ),
        ("main:code.py", "'main:code.py' names no commit"),
        ("main\x1b[2J", "'main?[2J' cannot be the name of a revision"),
        ("x" * 5000, "cannot be the name of a revision"),
        ("code.py", "'code.py' names no commit but a file or folder; write paths behind two dashes: `-- code.py`"),
        ("$(touch hurt)", "'$(touch hurt)' names no commit"),
        ("main;touch hurt", "names no commit"),
    ],
)
def test_a_revision_that_names_no_commit_is_refused_with_the_nearest_one(tmp_path: Path, name: str, words: str) -> None:
    made = repository(tmp_path, PROJECT)
    made.git("branch", "topic/feature")
    for arguments in ((name,), ("main", name)):
        message = said(tmp_path, *arguments)
        assert words in message
        assert message.removesuffix("\n").isprintable()
    assert not (tmp_path / "hurt").exists()


@pytest.mark.parametrize("name", ["--output=hurt", "-c", "--upload-pack=touch hurt"])
def test_an_option_is_no_revision_wherever_it_stands(tmp_path: Path, name: str) -> None:
    repository(tmp_path, PROJECT)
    said(tmp_path, name)
    with pytest.raises(GitError, match="does not begin with '-'"):
        compare_states(Comparison(name, None, tmp_path))
    with pytest.raises(GitError, match="does not begin with '-'"):
        compare_states(Comparison("main", name, tmp_path))


def test_a_branch_that_only_another_repository_has_is_suggested(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.git("checkout", "-q", "-b", "feature")
    here = clone(origin, tmp_path / "here")
    assert "did you mean 'origin/main'?" in said(here.folder, "main")


def test_a_branch_without_commits_has_no_head(tmp_path: Path) -> None:
    repository(tmp_path)
    assert "HEAD names no commit: nothing has been committed" in said(tmp_path, "HEAD")


def test_histories_without_a_common_commit_can_only_be_compared_exactly(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.git("checkout", "-q", "--orphan", "other")
    made.commit(WITH_REFUND)
    assert "'main' and 'HEAD' have no commit in common; compare them as they are with --exact" in said(tmp_path, "main")
    assert run(tmp_path, "diff", "main", "--exact").code == 1


def test_a_bare_repository_has_no_work_tree_to_compare(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", PROJECT)
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert "this repository has no work tree; name two revisions" in said(tmp_path / "bare", "main")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["main", "--", "nowhere"], "The path 'nowhere' exists at neither side."),
        (["main", "--", ".."], "is outside of the repository"),
        (["main", "HEAD", "--", "nowhere"], "The path 'nowhere' exists at neither side."),
        (["main", "--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["main", "HEAD", "--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        ([], "Missing argument 'BASE'"),
        (["main", "HEAD", "HEAD"], "unexpected extra argument"),
        (["main", "--fail-on", "error"], "'error' is not one of"),
    ],
)
def test_wrong_usage_is_refused(tmp_path: Path, arguments: list[str], words: str) -> None:
    repository(tmp_path / "made", PROJECT)
    assert words in said(tmp_path / "made", *arguments)


def test_settings_that_were_wrong_at_the_base_are_named_with_their_side(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, "leastscope.yaml": "tets: true\n"})
    made.write({"leastscope.yaml": "tests: true\n"})
    assert "at 'main': leastscope.yaml:1:1: unknown key 'tets'" in said(tmp_path, "main")


# clones that do not hold everything


def test_a_shallow_clone_without_the_base_says_which_fetch_is_missing(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    base = origin.git("rev-parse", "HEAD")
    origin.commit(WITH_REFUND)
    here = clone(origin, tmp_path / "here", "--depth=1")
    message = said(here.folder, base)
    assert "this clone is shallow and does not hold the commit" in message
    assert f"`git fetch --depth=1 origin {base}`" in message
    assert "`fetch-depth: 0`" in message
    here.git("fetch", "-q", "--depth=1", "origin", base)
    assert run(here.folder, "diff", base, "--exact").code == 1


def test_a_shallow_clone_that_does_not_reach_the_merge_base_says_so(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.git("checkout", "-q", "-b", "feature")
    origin.commit(WITH_REFUND)
    origin.git("checkout", "-q", "main")
    origin.commit({"README": ""})
    here = clone(origin, tmp_path / "here", "--depth=1", "--no-single-branch", "--branch=feature")
    message = said(here.folder, "origin/main")
    assert "does not reach back to where 'origin/main' and 'HEAD' went apart" in message
    assert "`git fetch --unshallow origin`" in message
    here.git("fetch", "-q", "--unshallow", "origin")
    assert run(here.folder, "diff", "origin/main").code == 1


def test_a_partial_clone_is_an_error_and_fetches_nothing(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.commit(WITH_REFUND)
    origin.git("config", "uploadpack.allowFilter", "true")
    for options in (["--filter=blob:none"], ["--filter=tree:0"]):
        here = clone(origin, tmp_path / options[0][-1], *options)
        before = here.git("count-objects", "-v")
        message = said(here.folder, "HEAD~1")
        assert "this clone is partial and does not hold all files of 'HEAD~1'" in message
        assert here.git("count-objects", "-v") == before


# repositories that mean harm


@pytest.mark.skipif(sys.platform == "win32", reason="the trap is a shell script")
def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", PROJECT)
    trap, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch '{sprung}'\ncat\n", "utf-8")
    trap.chmod(0o755)
    made.write({".gitattributes": "* filter=trap diff=trap\n", "code.py": READS + REFUND})
    for name in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        made.write({f".git/hooks/{name}": trap.read_bytes()})
        (made.folder / ".git/hooks" / name).chmod(0o755)
    settings = (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external", "diff.trap.textconv"),
        *("diff.trap.command", "filter.trap.smudge", "filter.trap.clean", "filter.trap.process", "gpg.program"),
        *("credential.helper", "core.alternateRefsCommand", "uploadpack.packObjectsHook"),
    )
    for name in settings:
        made.git("config", name, str(trap))
    for alias in ("rev-parse", "ls-tree", "cat-file", "merge-base"):
        made.git("config", f"alias.{alias}", f"!{trap}")
    made.git("config", "remote.origin.url", f"ext::{trap}")
    made.git("config", "remote.origin.promisor", "true")
    made.git("status")
    assert sprung.exists(), "the trap has to work"
    sprung.unlink()
    assert run(made.folder, "diff", "main").code == 1
    assert run(made.folder, "diff", "main", "HEAD").code == 0
    said(made.folder, "deadbeef" * 5)
    assert not sprung.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="other names are refused there")
@pytest.mark.parametrize(
    "name", [b"..", b".", b".git", b".GIT", b"../hurt.py", b"/hurt.py", b"a/../../hurt.py", b"a//b.py"]
)
def test_no_name_in_a_commit_leads_out_of_the_folder(tmp_path: Path, name: bytes) -> None:
    made = repository(tmp_path / "made")
    found = made.blob(b"hurt = 1\n")
    inner = made.tree((FILE, b"hurt.py", found))
    entry = (FOLDER, name, inner) if b"/" not in name else (FILE, name, found)
    commit = made.commit_of(made.tree(entry, (FILE, b"good.py", found)))
    target = tmp_path / "outer" / "target"
    failed = written(made, commit, target)
    assert [one.reason for one in failed] == ["its name is not safe to write"]
    assert [path.relative_to(tmp_path / "outer").as_posix() for path in (tmp_path / "outer").rglob("*")] == [
        "target",
        "target/good.py",
    ]


def test_a_name_that_stands_twice_or_is_too_long_is_a_file_less_and_no_error(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")
    one, two = made.blob(b"one = 1\n"), made.blob(b"two = 2\n")
    inner = made.tree((FILE, b"deep.py", two))
    entries = ((FILE, b"a.py", one), (FOLDER, b"a.py", inner), (FILE, b"l" * 300 + b".py", one))
    failed = written(made, made.commit_of(made.tree(*entries)), tmp_path / "target")
    assert [one.path[:6] for one in failed] == ["a.py/d", "llllll"]
    assert all("cannot be written" in one.reason for one in failed)


def test_what_could_not_be_written_is_a_gap(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    inner = made.tree((FILE, b"code.py", made.blob(WITH_REFUND["code.py"].encode())))
    commit = made.commit_of(made.tree((FOLDER, b"..", inner)))
    found = compare_states(Comparison("main", commit, tmp_path, exact=True))
    assert [(gap.kind, gap.reason) for gap in found.difference.new_gaps] == [
        ("unreadable", "its name is not safe to write")
    ]
    assert [(one.reason, one.count, one.new) for one in found.difference.unread] == [("broken", 1, ("../code.py",))]


def test_links_lead_nowhere_and_submodules_are_left_out(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")
    found = made.blob(b"/etc/passwd")
    commit = made.commit_of(made.tree((LINK, b"link.py", found), ("160000", b"module", "ab" * 20)))
    assert written(made, commit, tmp_path / "target") == ()
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["link.py"]
    assert not (tmp_path / "target/link.py").exists()
    assert read_snapshot(Repository.find(made.folder), commit, "it").submodules == ("module",)


def test_of_a_file_that_is_too_large_only_the_size_is_written(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", {"large.py": b"x" * 5000, "small.py": b"x = 1\n"})
    assert written(made, "HEAD", tmp_path / "target") == ()
    assert (tmp_path / "target/large.py").stat().st_size == 1001
    assert (tmp_path / "target/small.py").read_bytes() == b"x = 1\n"


def test_trees_that_hold_each_other_a_million_times_are_refused(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")
    found, mode = made.blob(b""), FILE
    for _ in range(8):
        found, mode = made.tree(*((mode, b"%d" % number, found) for number in range(10))), FOLDER
    with pytest.raises(GitError, match="more than 1000000 files"):
        read_snapshot(Repository.find(made.folder), made.commit_of(found), "it")


def test_hundreds_of_files_are_read_without_a_standstill(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"f{number}.py": b"%d\n" % number * number * 50 for number in range(300)}
    made = repository(tmp_path / "made", files)
    assert written(made, "HEAD", tmp_path / "target", 1_000_000) == ()
    assert {name: (tmp_path / "target" / name).read_bytes() for name in files} == files


def test_git_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    stuck = _Sleeper(sys.executable, tmp_path, seconds=0.3)
    with pytest.raises(GitError, match=r"git rev-parse took longer than 0\.3 seconds"):
        stuck.ask("rev-parse")
    with pytest.raises(GitError, match=r"git ls-tree took longer than 0\.3 seconds"):
        list(stuck.records("ls-tree"))


class _Sleeper(Git):
    """A git that answers after a minute."""

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        del arguments
        return [self.program, "-c", "import time; time.sleep(60)"]


def test_a_program_that_cannot_be_run_is_an_error_in_words(tmp_path: Path) -> None:
    nothing = Git(str(tmp_path / "no-git"), tmp_path)
    with pytest.raises(GitError, match="git cannot be run: No such file"):
        nothing.ask("version")
    with pytest.raises(GitError, match="git cannot be run: No such file"):
        list(nothing.records("ls-tree"))


# what a repository says of its own history


def test_replaced_objects_do_not_count(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    base = made.git("rev-parse", "HEAD")
    made.commit(WITH_REFUND)
    made.git("replace", "HEAD", base)
    assert run(tmp_path, "diff", base, "HEAD").code == 1


def test_grafts_do_not_count(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.git("checkout", "-q", "-b", "topic")
    needy = made.commit(WITH_REFUND)
    made.commit({"readme": ""})
    made.git("checkout", "-q", "main")
    main = made.commit({"other": ""})
    (tmp_path / ".git" / "info" / "grafts").write_text(f"{main} {needy}\n", "utf-8")
    assert made.git("merge-base", "main", "topic") == needy
    assert run(tmp_path, "diff", "main", "topic").code == 1


def test_a_clone_that_borrows_its_objects_is_read(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.commit(WITH_REFUND)
    (tmp_path / "here").mkdir()
    here = Made(tmp_path / "here")
    here.git("clone", "-q", "--shared", str(origin.folder), ".")
    assert run(here.folder, "diff", "HEAD~1", "HEAD").code == 1


def test_a_protocol_that_the_environment_allows_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.commit(WITH_REFUND)
    origin.git("config", "uploadpack.allowFilter", "true")
    here = clone(origin, tmp_path / "here", "--filter=blob:none")
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    monkeypatch.setenv("GIT_NO_LAZY_FETCH", "0")
    before = here.git("count-objects", "-v")
    assert "this clone is partial" in said(here.folder, "HEAD~1")
    assert here.git("count-objects", "-v") == before


@pytest.mark.parametrize("allowed", ["protocol.allow", "protocol.file.allow"])
def test_a_protocol_that_the_repository_allows_is_not_used(tmp_path: Path, allowed: str) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.commit(WITH_REFUND)
    origin.git("config", "uploadpack.allowFilter", "true")
    here = clone(origin, tmp_path / "here", "--filter=blob:none")
    here.git("config", allowed, "always")
    before = here.git("count-objects", "-v")
    assert "this clone is partial" in said(here.folder, "HEAD~1")
    assert here.git("count-objects", "-v") == before


def test_a_repository_of_another_user_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository(tmp_path, PROJECT)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "this repository belongs to another user, and git does not trust it" in said(made.folder, "HEAD")


def test_objects_that_a_repository_borrows_and_that_are_gone_are_an_error_in_words(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", PROJECT)
    origin.commit(WITH_REFUND)
    (tmp_path / "here").mkdir()
    here = Made(tmp_path / "here")
    here.git("clone", "-q", "--shared", str(origin.folder), ".")
    head = here.git("rev-parse", "HEAD")
    (here.folder / ".git" / "objects" / "info" / "alternates").write_text("/dev/null\n../nowhere\n", "utf-8")
    assert "there is no commit" in said(here.folder, head)


def test_a_history_of_ten_thousand_commits_is_compared(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    base = made.git("rev-parse", "HEAD")
    author = "A <a@example.com> 1700000000 +0000"
    commits = (
        f"commit refs/heads/long\ncommitter {author}\ndata 1\n.\n"
        f"{'' if number else f'from {base}' + chr(10)}M 644 inline n.txt\ndata {len(str(number))}\n{number}\n"
        for number in range(10_000)
    )
    made.git("fast-import", "--quiet", stdin="".join(commits).encode())
    made.git("checkout", "-q", "long")
    made.commit(WITH_REFUND)
    assert made.git("rev-list", "--count", "HEAD") == "10002"
    began = time.monotonic()
    assert run(tmp_path, "diff", "main", "HEAD").code == 1
    assert time.monotonic() - began < 30
