"""Which app a piece of code runs under."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compare_samples import Part, app, at, event, gap, lines, need, run
from leastscope.compare.attribution import is_inside, is_matched

if TYPE_CHECKING:
    from leastscope.model import App


def owner(place: str, *apps: App, credential: str = "unknown") -> str:
    """Give the name of the app that misses what the code needs, or the reason why none does."""
    _, findings, gaps = run(need(place, "customer_read", credential=credential), *apps)
    return gaps[0].reason if gaps else next((found.app for found in findings if found.rule == "missing-grant"), "")


TOP, A, DEEP = app(name="top"), app(name="a", root="a"), app(name="deep", root="a/b")
BILLING = app(name="billing", paths=("x/billing",))
SHOP = app(name="shop", paths=("x",))
KEYED = app(name="keyed", paths=("x",), credentials=("env:KEY",))


@pytest.mark.parametrize(
    ("place", "apps", "expected"),
    [
        ("a/b/x.py", (TOP, A, DEEP), "deep"),
        ("a/x.py", (TOP, A, DEEP), "a"),
        ("ab/x.py", (TOP, A, DEEP), "top"),
        ("backend/x.py", (A,), "a"),
        ("x/billing/y.py", (SHOP, BILLING), "billing"),
        ("x/y.py", (SHOP, BILLING), "shop"),
        ("a/x.py", (A, app(name="named", paths=("a/x.py",))), "named"),
        ("a/x.py", (A, app(name="other", paths=("b",))), "a"),
        ("../other/x.py", (app(name="outside", root="../other"), A), "outside"),
    ],
)
def test_code_belongs_to_one_app(place: str, apps: tuple[App, ...], expected: str) -> None:
    assert owner(place, *apps) == expected
    assert owner(place, *reversed(apps)) == expected


@pytest.mark.parametrize(
    ("credential", "expected"),
    [
        ("env:KEY", "keyed"),
        ("env:OTHER", "shop"),
        ("unknown", "shop"),
    ],
)
def test_a_credential_decides_between_apps_of_one_path(credential: str, expected: str) -> None:
    assert owner("x/y.py", KEYED, SHOP, credential=credential) == expected


@pytest.mark.parametrize(
    ("place", "apps", "expected"),
    [
        ("z.py", (A, DEEP), "no manifest is in a folder above this code, and there are several manifests: 'a', 'deep'"),
        ("a/z.py", (A, app(name="b", root="a")), "'a', 'b' are declared in the same folder"),
        (
            "z.py",
            (SHOP, BILLING),
            "the settings assign paths or credentials to every app, and none of them fits this code",
        ),
        ("z.py", (SHOP,), "the settings assign paths or credentials to every app, and none of them fits this code"),
        ("z.py", (A, SHOP), "no manifest is in a folder above this code, and there are several manifests: 'a', 'shop'"),
        ("x/z.py", (KEYED,), "the settings assign code to 'keyed' by credential, and the credential here is not known"),
    ],
)
def test_what_nothing_decides_is_a_gap_and_no_guess(place: str, apps: tuple[App, ...], expected: str) -> None:
    assert owner(place, *apps) == expected


def test_the_gap_stands_once_for_each_folder_at_its_first_place() -> None:
    parts: list[Part] = [need(f"z/{name}.py:{line}", "customer_read") for name in "ab" for line in (3, 7)]
    _, findings, gaps = run(*reversed(parts), need("y.py", "customer_read", in_tests=True), A, DEEP)
    assert [(one.kind, one.span, one.system, one.in_tests) for one in gaps] == [
        ("several-apps", at("y.py"), "acme", True),
        ("several-apps", at("z/a.py:3"), "acme", False),
    ]
    assert findings == ()


def test_events_are_attributed_too() -> None:
    assert lines(run(event("a/x.py:1", ("event_read",)), A, TOP)) == ["missing-grant note event_read a/x.py:1"]


def test_code_that_may_be_the_apps_makes_its_excess_doubtful() -> None:
    used = need("a/x.py:1", "customer_read")
    apps = (app("customer_read", "link_read", name="a", root="a"), app(name="b", root="b"))
    assert lines(run(used, *apps)) == ["excess-grant warning link_read a/app.json:3"]
    assert lines(run(used, need("z.py:1", "link_read"), *apps)) == ["excess-grant note link_read a/app.json:3"]


def test_a_gap_doubts_only_the_app_it_belongs_to() -> None:
    parts: list[Part] = [
        need("a/x.py:1", "customer_read"),
        need("b/x.py:1", "customer_read"),
        app("customer_read", "link_read", name="a", root="a"),
        app("customer_read", "link_read", name="b", root="b"),
        gap("limit", "b/x.py:9"),
    ]
    assert lines(run(*parts)) == [
        "excess-grant warning link_read a/app.json:3",
        "excess-grant note link_read b/app.json:3",
    ]


def test_an_unresolved_call_names_its_app_where_it_has_one() -> None:
    assert [found.app for found in run(gap("dynamic-operation", "a/x.py:1"), A)[1]] == ["a"]
    assert [found.app for found in run(gap("dynamic-operation", "z.py:1"), A, DEEP)[1]] == [""]


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a/b.py", "", True),
        ("a/b.py", ".", True),
        ("a/b.py", "a", True),
        ("a/b.py", "./a/", True),
        ("a/b.py", "a/b.py", True),
        ("ab/c.py", "a", False),
        ("a.py", "a/b", False),
    ],
)
def test_a_path_is_inside_a_folder_by_whole_names(path: str, folder: str, expected: bool) -> None:
    assert is_inside(path, folder) is expected


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("jobs/report_a.py", "jobs/report_*.py", True),
        ("jobs/x/report_a.py", "jobs/report_*.py", False),
        ("jobs/x/y/report_a.py", "jobs/**/report_?.py", True),
        ("jobs/report_a.py", "jobs/**/report_[ab].py", True),
        ("a/jobs/b.py", "**/jobs", True),
        ("a/jobs.py", "**/jobs", False),
        ("a/b.py", "**", True),
        ("a/b.py", "*", True),
        ("jobs", "jobs/*", False),
        ("jobs/a.py", "jobs/a.py/*", False),
    ],
)
def test_a_pattern_names_folders_and_files_name_by_name(path: str, pattern: str, expected: bool) -> None:
    assert is_matched(path, pattern) is expected


def test_code_below_a_pattern_of_the_settings_belongs_to_its_app() -> None:
    parts: list[Part] = [
        need("jobs/report_x.py:1", "customer_read"),
        need("jobs/other.py:1", "customer_read"),
        app(name="a", root="a", paths=("jobs/report_*.py",)),
        app(name="b", root="b"),
    ]
    assert [line for line in lines(run(*parts)) if line.startswith("missing-grant")] == [
        "missing-grant error customer_read jobs/report_x.py:1"
    ]
