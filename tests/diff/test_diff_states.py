"""Two states of a repository are found, scanned and compared: from any place in it, and without touching anything."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command import run
from leastscope.changes import Compared, Comparison, compare_states
from repositories import CUSTOMERS, MANIFEST, PROJECT, READS, REFUND, REFUNDS, WITH_REFUND, Made, repository

if TYPE_CHECKING:
    from leastscope.python.syntax import ir

Json = dict[str, Any]
NEEDED = [("app", "charge_write", "missing")]


def compared(folder: Path, base: str, head: str | None = None, **options: Any) -> Compared:  # noqa: ANN401
    return compare_states(Comparison(base, head, folder, **options))


def added(found: Compared) -> list[tuple[str, str, str]]:
    """Return what is newly needed: app, permission, standing."""
    return [
        (change.app.name, need.permission, need.standing) for change in found.difference.apps for need in change.added
    ]


def places(found: Compared) -> list[str]:
    """Return the places of what is newly needed."""
    uses = [use for change in found.difference.apps for need in change.added for use in need.uses]
    return sorted({f"{use.span.path}:{use.span.line}" for use in uses})


def everything_in(folder: Path) -> dict[str, str]:
    """Return a digest of each file below a folder, the repository's own files among them."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# which two states


def test_one_revision_is_compared_with_the_work_tree_as_it_is(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.write({"new.py": READS + REFUND, "stripe-app.json": MANIFEST % f"{CUSTOMERS}, {REFUNDS}"})
    found = compared(tmp_path, "main")
    assert added(found) == [("app", "charge_write", "granted")]
    assert places(found) == ["new.py:5"]
    assert found.difference.head.commit == ""


def test_a_change_of_shared_code_is_told_for_each_app_that_runs_it(tmp_path: Path) -> None:
    library = "import stripe\n\nclient = stripe.StripeClient(KEY)\n\n\ndef pay_back():\n    %s\n"
    files = {
        f"{app}/{name}": text
        for app in ("desk", "shop", "site")
        for name, text in {
            "stripe-app.json": MANIFEST.replace('"app"', f'"{app}"') % (REFUNDS if app == "desk" else CUSTOMERS),
            "main.py": "import libs.hooks\n" if app == "site" else "from libs import pay\n\npay.pay_back()\n",
            "own.py": READS,
        }.items()
    }
    before = {**files, "libs/pay.py": library % "return 1", "libs/hooks.py": "NAMES = []\n"}
    made = repository(tmp_path, before)
    made.commit(
        {**before, "libs/pay.py": library % REFUND.strip(), "libs/hooks.py": READS.replace("retrieve", "delete")}
    )
    found = compared(tmp_path, "HEAD~1", "HEAD")
    assert added(found) == [
        ("desk", "charge_write", "granted"),
        ("shop", "charge_write", "missing"),
        ("site", "customer_write", "missing"),
    ]
    assert places(found) == ["libs/hooks.py:4", "libs/pay.py:7"]


def test_two_revisions_are_compared_whatever_stands_in_the_work_tree(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    base, head = made.git("rev-parse", "HEAD"), made.commit(WITH_REFUND)
    made.write({"code.py": "nothing = 1\n"})
    found = compared(tmp_path, base, head)
    assert (added(found), places(found)) == (NEEDED, ["code.py:5"])
    assert (found.difference.base.commit, found.difference.head.commit) == (base, head)


def test_the_base_is_where_the_two_went_apart_unless_it_is_to_be_exact(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.git("checkout", "-q", "-b", "feature")
    made.commit({"README": "words\n"})
    made.git("checkout", "-q", "main")
    made.commit({"code.py": READS + REFUND})
    made.git("checkout", "-q", "feature")
    assert compared(tmp_path, "main").difference.is_empty
    exact = compared(tmp_path, "main", exact=True)
    assert [need.permission for change in exact.difference.apps for need in change.dropped] == ["charge_write"]
    assert [exact.difference.base.merge_base, compared(tmp_path, "main").difference.base.merge_base] == [False, True]


def test_a_base_without_the_project_makes_everything_new(tmp_path: Path) -> None:
    made = repository(tmp_path, {"README": "soon\n"})
    made.commit(WITH_REFUND)
    found = compared(tmp_path, "HEAD~1", "HEAD")
    assert added(found) == [("app", "charge_write", "missing"), ("app", "customer_read", "granted")]
    assert compared(tmp_path, "HEAD", "HEAD~1", exact=True).difference.apps[0].declared == "removed"


def test_both_directions_show_the_lines_of_their_side(tmp_path: Path) -> None:
    made = repository(tmp_path, WITH_REFUND)
    made.commit({"code.py": "# moved down\n" + READS})
    found = compared(tmp_path, "HEAD~1", "HEAD")
    (need,) = found.difference.apps[0].dropped
    assert (need.permission, need.uses[0].span.line) == ("charge_write", 5)
    assert found.texts_before["code.py"] == READS + REFUND
    assert [finding.rule for finding in found.difference.fixed] == ["missing-grant"]


# from where


def test_a_subdirectory_sees_itself_as_the_project(tmp_path: Path) -> None:
    made = repository(tmp_path, {f"shop/{name}": text for name, text in PROJECT.items()})
    made.write({"shop/code.py": READS + REFUND, "elsewhere.py": READS + REFUND})
    found = compared(tmp_path / "shop", "main")
    assert (added(found), places(found)) == (NEEDED, ["code.py:5"])


def test_a_subdirectory_that_the_base_does_not_have_is_new(tmp_path: Path) -> None:
    made = repository(tmp_path, {"README": ""})
    made.write({f"shop/{name}": text for name, text in PROJECT.items()})
    assert added(compared(tmp_path / "shop", "main")) == [("app", "customer_read", "granted")]


def test_a_comparison_in_the_folder_of_the_project_reads_what_a_scan_reads_and_in_a_part_only_the_part(
    tmp_path: Path,
) -> None:
    """A settings file that the change adds to the part makes it no project of its own, either."""
    files = {"app/stripe-app.json": MANIFEST % CUSTOMERS, "backend/code.py": READS}
    made = repository(tmp_path, files)
    made.commit({"backend/code.py": READS + REFUND, "backend/leastscope.yaml": "exclude: [code.py]\n"})
    found = compared(tmp_path, "HEAD~1", "HEAD")
    assert added(found) == NEEDED
    scanned = json.loads(run(tmp_path, "scan", "--format", "json").out)
    (app,) = found.after.apps
    assert [one["needed"] for one in scanned["apps"]] == [list(app.needed)]
    part = compared(tmp_path / "backend", "HEAD~1", "HEAD")
    assert (part.after.apps, part.after.inventory.files_seen) == ((), 1)


def test_only_the_named_paths_count_at_both_sides(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, "a/one.py": READS, "b/two.py": READS})
    made.write({"a/one.py": READS + REFUND, "b/two.py": READS + REFUND, "c/three.py": READS + REFUND})
    found = compared(tmp_path, "main", paths=(Path("a"), Path("c/three.py"), Path("stripe-app.json")))
    assert (added(found), places(found)) == (NEEDED, ["a/one.py:5", "c/three.py:5"])


def test_a_linked_work_tree_is_compared_with_its_own_head(tmp_path: Path) -> None:
    made = repository(tmp_path / "main", PROJECT)
    made.git("worktree", "add", "-q", "-b", "feature", str(tmp_path / "linked"))
    linked = Made(tmp_path / "linked")
    linked.commit(WITH_REFUND)
    assert added(compared(linked.folder, "main")) == NEEDED
    assert compared(made.folder, "main").difference.is_empty


def test_a_bare_repository_is_enough_for_two_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository(tmp_path / "made", PROJECT)
    base, head = made.git("rev-parse", "HEAD"), made.commit(WITH_REFUND)
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert added(compared(tmp_path / "bare", base, head)) == NEEDED
    (tmp_path / "away").mkdir()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "bare"))
    assert added(compared(tmp_path / "away", base, head)) == NEEDED


# what of a state counts


def test_nothing_in_the_repository_is_touched(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.commit({"code.py": READS + REFUND})
    made.write({"code.py": READS, "staged.py": READS, "untracked.py": READS})
    made.git("add", "staged.py")
    (tmp_path / "code.py").touch()
    before = everything_in(tmp_path)
    compared(tmp_path, "HEAD~1")
    compared(tmp_path, "HEAD~1", "HEAD")
    assert everything_in(tmp_path) == before


def test_ignored_files_of_each_side_are_left_out_unless_git_tracks_them(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, "sub/old/kept.py": READS, ".gitignore": "old/\n"})
    made.write(
        {"sub/old/generated.py": READS + REFUND, ".git/info/exclude": "mine.py\n", "sub/mine.py": READS + REFUND}
    )
    assert compared(tmp_path, "main").difference.is_empty
    made.write({"sub/old/kept.py": READS + REFUND})
    assert [finding.rule for finding in compared(tmp_path, "main").difference.new] == ["missing-grant"]
    made.git("checkout", "-q", "sub/old/kept.py")
    for path in ("sub/old/generated.py", "sub/mine.py"):
        (tmp_path / path).unlink()
    made.commit({"readme": ""})
    assert compared(tmp_path, "HEAD~1", "HEAD").difference.is_empty
    assert compared(tmp_path / "sub", "HEAD~1", "HEAD").difference.is_empty


def test_both_sides_are_judged_by_the_settings_of_the_base(tmp_path: Path) -> None:
    made = repository(tmp_path, {**WITH_REFUND, "leastscope.yaml": "exclude: [code.py]\n"})
    made.commit({"leastscope.yaml": "tests: false\n"})
    assert added(compared(tmp_path, "HEAD~1", "HEAD")) == []
    made.commit({"leastscope.yaml": "exclude: [code.py]\n"})
    assert compared(tmp_path, "HEAD~1", "HEAD").difference.fixed == ()


def test_a_settings_file_that_is_named_is_looked_up_at_each_side(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", WITH_REFUND)
    made.write({"conf/ci.yaml": "exclude: [/code.py, ../code.py]\nlevels: {missing-grant: 'off'}\n"})
    found = compared(made.folder, "main", settings_file=Path("conf/ci.yaml")).difference
    assert (found.fixed, found.new, len(found.loosened)) == ((), (), 3)
    outside = tmp_path / "ci.yaml"
    outside.write_text("levels: {missing-grant: 'off'}\n", "utf-8")
    assert compared(made.folder, "main", settings_file=outside).difference.is_empty


def test_a_manifest_is_read_with_what_it_extended_at_its_time(tmp_path: Path) -> None:
    child = {"stripe-app.dev.json": '{"extends": "conf/stripe-app.json"}\n', "code.py": READS, ".gitignore": "conf/\n"}
    made = repository(tmp_path, {**child, "conf/stripe-app.json": MANIFEST % ""})
    made.commit({"conf/stripe-app.json": MANIFEST % CUSTOMERS})
    made.write({"conf/stripe-app.json": MANIFEST % REFUNDS})
    difference = compared(tmp_path, "HEAD~1", "HEAD").difference
    assert [[grant.name for grant in change.granted] for change in difference.apps] == [["customer_read"]]


def test_a_submodule_belongs_to_neither_side(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"code.py": READS + REFUND})
    made = repository(tmp_path / "made", PROJECT)
    made.git("submodule", "add", "-q", inner.folder.as_uri(), "lib[1]")
    made.git("commit", "-q", "-m", "with a submodule")
    assert (made.folder / "lib[1]/code.py").is_file()
    assert compared(made.folder, "HEAD~1").difference.is_empty


def test_what_a_sparse_checkout_leaves_out_is_not_gone(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, "big/code.py": READS + REFUND, "small/code.py": READS})
    made.git("sparse-checkout", "set", "small")
    assert not (tmp_path / "big").exists()
    assert compared(tmp_path, "main").difference.is_empty


def test_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(READS + REFUND, "utf-8")
    made = repository(tmp_path / "made", PROJECT)
    (made.folder / "link.py").symlink_to(tmp_path / "secret.py")
    (made.folder / "folder").symlink_to(tmp_path)
    (made.folder / "sub").mkdir()
    (made.folder / "sub/stripe-app.json").symlink_to("../stripe-app.json")
    made.commit({"README": ""})
    gaps = [compared(made.folder, "HEAD~1", head).difference.new_gaps for head in ("HEAD", None)]
    assert [[gap.span.path for gap in some] for some in gaps] == [["link.py", "sub/stripe-app.json"]] * 2
    made.commit({"README": "more"})
    assert compared(made.folder, "HEAD~1").difference.is_empty


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="names are text there")
def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    names = [
        b"caf\xe9.py",
        b"two\nlines.py",
        b"-dash.py",
        b" blank .py",
        b"[a]*?.py",
        b"\x1b[2J.py",
        "größe.py".encode(),
    ]
    made = repository(tmp_path, PROJECT)
    made.write({os.fsdecode(name): READS + REFUND for name in names})
    made.commit({"README": ""})
    made.commit({os.fsdecode(name): "# down\n" + READS + REFUND for name in names})
    found = compared(tmp_path, "HEAD~1")
    assert (found.difference.is_empty, found.difference.unchanged) == (True, len(names))
    assert len(places(compared(tmp_path, "HEAD~2", "HEAD"))) == len(names)


def test_a_finding_in_a_file_that_moved_is_not_new(tmp_path: Path) -> None:
    made = repository(tmp_path, {**WITH_REFUND, "other.py": "x = 1\n"})
    made.git("mv", "code.py", "moved.py")
    assert compared(tmp_path, "main").difference.is_empty
    made.commit({})
    assert compared(tmp_path, "HEAD~1", "HEAD").difference.is_empty


def test_a_file_that_both_sides_have_is_parsed_once(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, "same.py": READS + "# the same\n"})
    made.commit({"code.py": READS + REFUND})
    trees: dict[bytes, ir.Module | ir.Unreadable] = {}
    compare_states(Comparison("HEAD~1", "HEAD", tmp_path), trees)
    assert len(trees) == 3
    known = dict(trees)
    compare_states(Comparison("HEAD~1", None, tmp_path), trees)
    assert trees == known


def test_two_commits_that_differ_in_nothing_that_is_read_are_scanned_once(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.commit({"docs/page.md": "words\n", "image.png": b"\x89"})
    same = compared(tmp_path, "HEAD~1", "HEAD")
    assert (same.difference.is_empty, same.before is same.after) == (True, True)
    made.commit({".gitignore": "/code.py\n"})
    other = compared(tmp_path, "HEAD~1", "HEAD")
    assert (other.difference.is_empty, other.before is other.after) == (True, False)


# the command


def test_the_command_says_what_an_app_needs_more_and_fails(tmp_path: Path) -> None:
    repository(tmp_path, PROJECT).write(WITH_REFUND)
    outcome = run(tmp_path, "diff", "main")
    assert (outcome.code, outcome.err) == (1, "")
    said = outcome.out.decode()
    assert "+ charge_write  newly needed, not granted" in said
    assert "= cost: Every account that has the app installed must authorize it again" in said
    assert "5 | client.v1.refunds.create({'charge': 'ch_1'})" in said


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [
        (PROJECT, [], 0),
        (WITH_REFUND, [], 1),
        (WITH_REFUND, ["--fail-on", "new-findings"], 1),
        (WITH_REFUND, ["--fail-on", "none"], 0),
        (WITH_REFUND, ["--format", "json"], 1),
        ({"stripe-app.json": MANIFEST % f"{CUSTOMERS}, {REFUNDS}"}, [], 0),
        ({"stripe-app.json": MANIFEST % f"{CUSTOMERS}, {REFUNDS}"}, ["--fail-on", "new-findings"], 1),
        ({"stripe-app.json": "{"}, [], 2),
        ({"stripe-app.json": "{"}, ["--fail-on", "none"], 2),
        (WITH_REFUND, ["--", "stripe-app.json"], 0),
        (WITH_REFUND, ["--exclude", "code.py"], 0),
    ],
)
def test_the_exit_code_says_how_it_ended(tmp_path: Path, files: dict[str, str], options: list[str], code: int) -> None:
    repository(tmp_path, PROJECT).write(files)
    outcome = run(tmp_path, "diff", "main", *options)
    assert outcome.code == code, outcome.err


def test_what_only_tests_do_counts_when_asked_for(tmp_path: Path) -> None:
    repository(tmp_path, PROJECT).write({"tests/test_code.py": READS + REFUND})
    assert run(tmp_path, "diff", "main").code == 0
    assert run(tmp_path, "diff", "main", "--tests").code == 1


def test_json_is_written_to_a_file_and_is_the_same_every_time(tmp_path: Path) -> None:
    made = repository(tmp_path / "made", PROJECT)
    made.commit(WITH_REFUND)
    texts = []
    for name in ("one.json", "two.json"):
        outcome = run(made.folder, "diff", "HEAD~1", "HEAD", "--format", "json", "--output", f"../{name}")
        assert (outcome.code, outcome.out) == (1, b"")
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]
    document: Json = json.loads(texts[0])
    assert (document["needs_more"], document["apps"][0]["lacking"]) == (True, ["charge_write"])
    assert str(tmp_path) not in texts[0].decode()


def test_paths_stand_behind_two_dashes(tmp_path: Path) -> None:
    made = repository(tmp_path, PROJECT)
    made.commit(WITH_REFUND)
    assert run(tmp_path, "diff", "HEAD~1", "HEAD", "--", "code.py", "stripe-app.json").code == 1
    assert "[-- PATHS...]" in run(tmp_path, "diff", "--help").out.decode()


# what is not read


def unread(found: Compared) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return what is not read at the head: the reason, the paths, and those that the change adds."""
    return [(one.reason, one.paths, one.new) for one in found.difference.unread]


LEFT_OUT = {
    "leastscope.yaml": "exclude: [old*.py]\n",
    "old.py": READS,
    "code.pyi": "x: int\n",
    "large.py": "#" * (5 << 20),
    "node_modules/a.py": "x = 1\n",
    "test_code.py": READS,
}
MORE_LEFT_OUT = {
    "old2.py": READS,
    "more.pyi": "x: int\n",
    "larger.py": "#" * (5 << 20),
    "venv/b.py": "x = 1\n",
    "test_more.py": READS,
}


@pytest.mark.parametrize("is_committed", [True, False])
def test_what_a_change_adds_to_what_is_not_read_is_named_by_reason(tmp_path: Path, *, is_committed: bool) -> None:
    made = repository(tmp_path, {**PROJECT, **LEFT_OUT})
    if is_committed:
        made.commit(MORE_LEFT_OUT)
    else:
        made.write(MORE_LEFT_OUT)
        made.git("add", "-f", "venv/b.py")
    assert unread(compared(tmp_path, *(("HEAD~1", "HEAD") if is_committed else ("HEAD",)))) == [
        ("excluded", ("old.py", "old2.py"), ("old2.py",)),
        ("tools", ("node_modules", "venv"), ("venv",)),
        ("stubs", ("code.pyi", "more.pyi"), ("more.pyi",)),
        ("large", ("large.py", "larger.py"), ("larger.py",)),
        ("tests", ("test_code.py", "test_more.py"), ("test_more.py",)),
    ]


def test_files_and_environments_that_git_does_not_track_are_no_part_of_a_change(tmp_path: Path) -> None:
    made = repository(tmp_path, {**PROJECT, ".gitignore": "/made/\n/out.py\n"})
    made.write({"made/a.py": READS, "out.py": READS, ".venv/lib.py": READS})
    assert compared(tmp_path, "HEAD").difference.is_empty
