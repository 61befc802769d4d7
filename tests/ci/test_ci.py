"""`leastscope ci` where it is not GitHub that runs it, and what it makes of the variables of a service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from leastscope.ci.job import Change, Job, read_job
from leastscope.ci.links import links_to
from leastscope.errors import UsageError
from leastscope.model import Span
from repositories import CUSTOMERS, MANIFEST, PROJECT, WITH_REFUND, repository
from runner import merged, pull_request, push

if TYPE_CHECKING:
    from pathlib import Path

    from runner import Merged

GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_URL": "https://gitlab.example/shop/backend",
    "CI_PIPELINE_SOURCE": "merge_request_event",
}
BASE, HEAD = "a" * 40, "b" * 40


def run(cwd: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    command = [sys.executable, "-I", "-m", "leastscope", "ci", *arguments]
    return subprocess.run(command, cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


@pytest.fixture
def made(tmp_path: Path) -> Merged:
    """A pull request that needs more than is granted."""
    return merged(repository(tmp_path / "origin", PROJECT), WITH_REFUND, {"other.txt": "meanwhile"})


TWICE = ", ".join(['{"permission": "coupon_read", "purpose": "Coupons"}'] * 2)
"""Whether it is excess is known only when its twin is gone: it takes two rounds to remove both."""


@pytest.mark.parametrize("mode", ["compare", "full"])
def test_the_suggested_patch_has_what_the_first_fix_uncovers(tmp_path: Path, mode: str) -> None:
    made = repository(tmp_path / "shop", PROJECT)
    made.commit({"stripe-app.json": MANIFEST % f"{CUSTOMERS}, {TWICE}"})
    page = tmp_path / "page.md"
    done = run(made.folder, "--mode", mode, "--base", "HEAD~1", "-o", f"markdown={page}")
    assert done.returncode == 0, done.stderr
    (patch,) = re.findall(r"```diff\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    made.git("apply", "-", stdin=patch.encode())
    assert (made.folder / "stripe-app.json").read_text("utf-8") == PROJECT["stripe-app.json"]


def test_the_suggested_patch_leaves_what_was_there_before(tmp_path: Path) -> None:
    made = repository(tmp_path / "shop", {**PROJECT, "stripe-app.json": MANIFEST % f"{CUSTOMERS}, {TWICE}"})
    made.commit({"code.py": WITH_REFUND["code.py"]})
    page = tmp_path / "page.md"
    run(made.folder, "--base", "HEAD~1", "-o", f"markdown={page}")
    (patch,) = re.findall(r"```diff\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    made.git("apply", "-", stdin=patch.encode())
    fixed = (made.folder / "stripe-app.json").read_text("utf-8")
    assert (fixed.count("coupon_read"), fixed.count("charge_write")) == (2, 1)


def test_a_merge_request_is_held_against_its_base(tmp_path: Path, made: Merged) -> None:
    made.made.git("checkout", "-q", made.head)
    base = made.made.git("merge-base", "main", made.head)
    report = tmp_path / "quality.json"
    variables = {**GITLAB, "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    done = run(made.made.folder, "-o", f"gitlab={report}", "-o", f"markdown={tmp_path / 'page.md'}", **variables)
    assert done.returncode == 1, done.stderr
    assert (
        "leastscope: This change makes 'app' need permissions that the app is not granted: 'charge_write'.\n"
        in done.stdout
    )
    assert "::" not in done.stdout
    (issue,) = json.loads(report.read_text("utf-8"))
    assert (issue["location"]["path"], issue["location"]["lines"]["begin"]) == ("code.py", 5)
    assert f"https://gitlab.example/shop/backend/-/blob/{made.head}/code.py#L5" in (tmp_path / "page.md").read_text(
        "utf-8"
    )


def test_a_merged_result_is_held_against_the_target_branch(made: Merged) -> None:
    variables = {**GITLAB, "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": made.base}
    done = run(made.made.folder, **variables, CI_MERGE_REQUEST_DIFF_BASE_SHA=BASE)
    assert (done.returncode, "1 new" in done.stdout) == (1, True)


def test_a_merge_request_whose_base_was_not_fetched_says_how_to_get_it(tmp_path: Path, made: Merged) -> None:
    place = made.checkout(tmp_path / "ws", made.head, depth=1)
    done = run(place, **GITLAB, CI_MERGE_REQUEST_IID="1", CI_MERGE_REQUEST_DIFF_BASE_SHA=made.base)
    assert done.returncode == 2
    assert "to fetch it, set `GIT_DEPTH: 0` in the variables of the job" in done.stderr


def test_a_branch_is_scanned_in_full(made: Merged) -> None:
    done = run(made.made.folder, **GITLAB)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "leastscope: 1 error; the check fails on 'error'.")


def test_elsewhere_the_base_can_be_named(made: Merged) -> None:
    made.made.git("checkout", "-q", made.head)
    assert run(made.made.folder, "--base", "main").returncode == 1
    assert run(made.made.folder, "--base", "HEAD").returncode == 0
    assert run(made.made.folder).returncode == 1


def test_elsewhere_a_comparison_without_a_base_is_refused(made: Merged) -> None:
    done = run(made.made.folder, "--mode", "compare")
    assert (done.returncode, done.stderr) == (
        2,
        "leastscope: there is no base to compare with, because this run does not report one; set --base\n",
    )


def test_no_repository_is_needed_for_a_full_scan_only(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(PROJECT["code.py"], "utf-8")
    assert run(tmp_path).returncode == 0
    done = run(tmp_path, "--base", "main")
    assert (done.returncode, "check out the repository first" in done.stderr) == (2, True)


def test_options_can_be_variables_and_what_is_written_out_wins(made: Merged) -> None:
    made.made.git("checkout", "-q", made.head)
    variables = {"LEASTSCOPE_CI_FAIL_ON": "never", "LEASTSCOPE_CI_BASE": "main"}
    assert run(made.made.folder, **variables).returncode == 0
    assert run(made.made.folder, "--fail-on", "needs-more", **variables).returncode == 1


# what the variables mean


def github(name: str, event: object, tmp_path: Path, **variables: str) -> Job:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    own = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "shop/backend",
    }
    return read_job(own | variables)


@pytest.mark.parametrize(
    ("visibility", "fork", "variables", "words"),
    [
        ("public", False, {}, ""),
        ("private", False, {}, "code scanning needs a license in a repository that is private"),
        ("internal", False, {}, "code scanning needs a license in a repository that is internal"),
        ("public", True, {}, "a fork"),
        ("public", False, {"GITHUB_ACTOR": "dependabot[bot]"}, "Dependabot"),
        ("public", False, {"GITHUB_SERVER_URL": "https://github.example"}, "this server"),
    ],
)
def test_results_are_for_code_scanning_where_it_takes_them(
    tmp_path: Path, visibility: str, *, fork: bool, variables: dict[str, str], words: str
) -> None:
    job = github("pull_request", pull_request(BASE, HEAD, fork=fork, visibility=visibility), tmp_path, **variables)
    assert (words in job.private, bool(job.private)) == (True, bool(words))


def test_a_repository_without_a_visibility_is_public_only_if_it_is_not_private(tmp_path: Path) -> None:
    for private, words in ((False, ""), (True, "code scanning needs a license in a repository that is private")):
        event = {"repository": {"full_name": "shop/backend", "private": private}}
        assert github("push", event, tmp_path).private == words
    assert github("push", {}, tmp_path).private == words


def test_a_push_is_compared_only_if_that_is_asked_for(tmp_path: Path) -> None:
    job = github("push", push(BASE), tmp_path)
    assert (job.change, job.before) == (None, Change(BASE, exact=True, depth="`fetch-depth: 0` in the checkout step"))
    assert github("push", push("0" * 40), tmp_path).before is None


@pytest.mark.parametrize(
    ("server", "repository", "home"),
    [
        ("https://github.com", "shop/backend", "https://github.com/shop/backend"),
        ("https://git.example:8443", "shop/back.end", "https://git.example:8443/shop/back.end"),
        ("javascript:alert(1)//", "shop/backend", ""),
        ("https://github.com", "shop/backend)[x](http://evil.example", ""),
        ("https://github.com", "", ""),
    ],
)
def test_only_what_is_an_address_becomes_one(tmp_path: Path, server: str, repository: str, home: str) -> None:
    job = github("push", push(BASE), tmp_path, GITHUB_SERVER_URL=server, GITHUB_REPOSITORY=repository)
    assert job.home == home
    assert bool(links_to(job, HEAD)(Span("a.py", 1, 1, 1, 2))) is bool(home)


@pytest.mark.parametrize(
    ("files", "to_line", "span", "address"),
    [
        ("https://x.example/blob/", "-L", Span("a b/ü.py", 3, 1, 3, 9), "https://x.example/blob/C/a%20b/%C3%BC.py#L3"),
        ("https://x.example/blob/", "-L", Span("a.py", 3, 1, 5, 9), "https://x.example/blob/C/a.py#L3-L5"),
        ("https://x.example/-/blob/", "-", Span("a.py", 3, 1, 5, 9), "https://x.example/-/blob/C/a.py#L3-5"),
        ("https://x.example/blob/", "-L", Span("../a.py", 3, 1, 5, 9), ""),
        ("", "-L", Span("a.py", 3, 1, 5, 9), ""),
        ("https://x.example/blob/", "-L", Span("a\udcff).py", 1, 1, 1, 2), "https://x.example/blob/C/a%FF%29.py#L1"),
    ],
)
def test_a_place_has_an_address_at_its_service(files: str, to_line: str, span: Span, address: str) -> None:
    assert links_to(Job(files=files, to_line=to_line), "C")(span) == address
    assert links_to(Job(files=files, to_line=to_line), "")(span) == ""


def test_a_merge_request_that_names_no_base_is_an_error() -> None:
    with pytest.raises(UsageError, match="is not a commit"):
        read_job({**GITLAB, "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "--all"})


def test_an_event_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"}
    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH is not set"):
        read_job(variables)
    with pytest.raises(UsageError, match="cannot read the event"):
        read_job({**variables, "GITHUB_EVENT_PATH": str(tmp_path / "nothing")})
