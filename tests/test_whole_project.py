"""A run reads the whole project, and reports what is in the paths it was given."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command import MANIFEST, READS, refusal, run
from leastscope.discover import walk
from leastscope.ignore import moved_pattern
from leastscope.pipeline import scan
from leastscope.project import Project, find_project
from leastscope.report.moved import seen_from
from leastscope.request import Request

if TYPE_CHECKING:
    from command import Outcome

COUPONS = '{"permission": "coupon_write", "purpose": "Offers discounts"}'
WRITES = "import stripe\n\nclient = stripe.StripeClient(KEY)\nclient.v1.coupons.create({})\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with the manifest in one folder, and the code that needs its grants in two others."""
    root = tmp_path / "shop"
    for name, text in {
        ".git/HEAD": "ref: refs/heads/main\n",
        "app/stripe-app.json": MANIFEST % COUPONS,
        "backend/customers.py": READS,
        "jobs/coupons.py": WRITES,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def findings(outcome: Outcome) -> list[tuple[str, str]]:
    return [(one["rule"], one["file"]) for one in json.loads(outcome.out)["findings"]]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((), [("missing-grant", "backend/customers.py")]),
        (("backend",), [("missing-grant", "backend/customers.py")]),
        (("backend/customers.py",), [("missing-grant", "backend/customers.py")]),
        (("backend", "app"), [("missing-grant", "backend/customers.py")]),
        (("app",), []),
        (("jobs/coupons.py",), []),
    ],
)
def test_a_part_gives_the_answer_of_the_project(
    shop: Path, paths: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert findings(run(shop, "scan", *paths, "--format", "json")) == expected


def test_in_a_folder_of_the_project_paths_are_as_seen_from_there(shop: Path) -> None:
    outcome = run(shop / "backend", "scan")
    text = outcome.out.decode()
    assert outcome.code == 1
    assert "--> customers.py:4:1" in text
    assert "Grant 'customer_read' in '../app/stripe-app.json'" in text
    assert "2 of 2 files of the project read: 1 request, 0 events, 0 gaps in '.'" in text


def test_the_inventory_is_that_of_the_paths(shop: Path) -> None:
    found = json.loads(run(shop, "requests", "jobs", "--format", "json").out)
    assert [one["file"] for one in found["requests"]] == ["jobs/coupons.py"]


def test_the_least_set_of_an_app_is_for_all_of_its_code_and_that_of_a_system_for_the_paths(shop: Path) -> None:
    assert b"coupon_write" in run(shop, "infer", "backend", "--as", "stripe-app.json").out
    (shop / "app/stripe-app.json").unlink()
    alone = run(shop, "infer", "backend", "--as", "stripe-app.json").out
    assert b"customer_read" in alone
    assert b"coupon_write" not in alone


def test_a_system_that_nothing_declares_is_told_where_it_is_used(shop: Path) -> None:
    (shop / "app/stripe-app.json").unlink()
    assert findings(run(shop, "scan", "jobs", "--format", "json")) == [("undeclared-system", "jobs/coupons.py")]


def test_fixing_a_part_adds_what_it_lacks_and_removes_nothing(shop: Path) -> None:
    (shop / "jobs/coupons.py").unlink()
    outcome = run(shop / "backend", "scan", "--fix")
    assert outcome.code == 0
    assert "in '../app/stripe-app.json'" in outcome.err
    text = (shop / "app/stripe-app.json").read_text("utf-8")
    assert "customer_read" in text
    assert "coupon_write" in text


def test_an_excluded_path_is_meant_as_seen_from_the_working_directory(shop: Path) -> None:
    assert findings(run(shop / "backend", "scan", "--exclude", "/customers.py", "--format", "json")) == []
    found = findings(run(shop / "jobs", "scan", "..", "--exclude", "customers.py", "--format", "json"))
    assert ("missing-grant", "../backend/customers.py") in found


@pytest.mark.parametrize("pattern", ["a.py", "/a.py", "x/a.py", "x/", "*.py", "!x", "**/a.py", "x/*.py"])
def test_a_moved_pattern_matches_the_same_files(tmp_path: Path, pattern: str) -> None:
    files = [f"{top}{name}" for top in ("", "[in]/", "[in]/x/", "[in]/y/x/") for name in ("a.py", "b.py")]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    inside = tmp_path / "[in]"
    alone = {os.fspath(file.absolute) for file in walk([inside], inside, [pattern]).python}
    whole = {os.fspath(file.absolute) for file in walk([inside], tmp_path, [moved_pattern(pattern, "[in]")]).python}
    assert alone == whole


def test_the_nearest_settings_above_a_path_end_the_project(shop: Path) -> None:
    (shop / "backend/leastscope.yaml").write_text("fail-on: note\n", "utf-8")
    assert find_project([Path("backend")], shop) == Project(shop / "backend", (Path(),))
    assert find_project([Path("jobs")], shop) == Project(shop, (Path(), Path("jobs")), ("jobs",))
    assert find_project([Path("jobs"), Path("backend")], shop).root == shop
    assert find_project([], shop) == Project(shop, (Path(),))


def test_a_named_settings_file_makes_its_folder_the_project(shop: Path) -> None:
    (shop / "other.yaml").write_text("tests: true\n", "utf-8")
    (shop / "backend/leastscope.yaml").write_text("tests: true\n", "utf-8")
    assert find_project([Path("backend")], shop, Path("other.yaml")).root == shop


def test_outside_of_a_repository_nothing_above_the_working_directory_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "work/part").mkdir(parents=True)
    (tmp_path / "leastscope.yaml").write_text("tests: true\n", "utf-8")
    assert find_project([Path("part")], tmp_path / "work") == Project(tmp_path / "work", (Path("part"),))
    assert find_project([Path("work/part")], tmp_path).root == tmp_path


def test_paths_of_several_projects_are_all_that_is_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / "part").mkdir()
    asked = (Path("one/part"), Path("two/part"))
    assert find_project(asked, tmp_path) == Project(tmp_path, asked)


def test_a_path_that_does_not_exist_is_named_as_the_user_wrote_it(shop: Path) -> None:
    assert "nowhere/x.py" in refusal(run(shop / "backend", "scan", "nowhere/x.py"))


def test_a_broken_settings_file_above_is_an_error(shop: Path) -> None:
    (shop / "leastscope.yaml").write_text("levls: {}\n", "utf-8")
    assert "levels" in refusal(run(shop / "backend", "scan"))


def test_a_report_seen_from_its_own_root_is_as_it_was_and_moving_it_there_and_back_changes_nothing(shop: Path) -> None:
    report = scan(Request((Path(),), shop))
    same, words = seen_from(report, shop, shop)
    assert same is report
    assert words("in 'app/stripe-app.json'") == "in 'app/stripe-app.json'"
    moved, _ = seen_from(report, shop, shop / "backend")
    assert moved != report
    assert replace(seen_from(moved, shop / "backend", shop)[0]) == report
