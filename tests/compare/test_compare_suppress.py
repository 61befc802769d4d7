"""Findings that were decided about keep the justification and do not count; a decision without effect is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compare_samples import Compared, app, at, lines, need, run
from leastscope.comments import Suppression
from leastscope.compare import Options
from leastscope.model import Expected, Finding, Span

READ = need("a.py:1", "customer_read")
SETTINGS = at("leastscope.yaml:9")


def comment(place: str, *kinds: str, reason: str = "agreed", problem: str = "") -> Suppression:
    span = at(place)
    return Suppression(span, span.line, frozenset(kinds), reason, problem)


def expected(permission: str, until: str = "", *, ended: bool = False, reason: str = "agreed") -> Expected:
    return Expected(permission, reason, SETTINGS, until, ended)


def decided(compared: Compared) -> list[tuple[str, str, str | None]]:
    """Write each finding with its justification."""
    return [(found.rule, found.permission, found.suppressed) for found in compared[1]]


def notes(compared: Compared) -> list[tuple[str, str]]:
    """Write each note about a decision: its place and what it says."""
    found = [one for one in compared[1] if one.rule == "unused-suppression"]
    assert {(one.level, one.suppressed, bool(one.fingerprint)) for one in found} <= {("note", None, True)}
    return [(f"{one.span.path}:{one.span.line}", one.message) for one in found]


# comments


@pytest.mark.parametrize("kinds", [("missing-grant",), (), ("excess-grant", "missing-grant")])
def test_a_comment_of_the_kind_suppresses_what_is_found_on_its_line(kinds: tuple[str, ...]) -> None:
    done = run(READ, app(), options=Options(suppressions=(comment("a.py:1", *kinds),)))
    assert decided(done) == [("missing-grant", "customer_read", "agreed")]


@pytest.mark.parametrize("place", ["a.py:2", "b.py:1"])
def test_a_comment_elsewhere_suppresses_nothing_and_is_told(place: str) -> None:
    done = run(READ, app(), options=Options(suppressions=(comment(place, "missing-grant"),)))
    assert ("missing-grant", "customer_read", None) in decided(done)
    message = "The suppression has no effect: there is no finding of 'missing-grant' here."
    assert notes(done) == [(place, message)]


def test_a_comment_of_another_kind_suppresses_nothing() -> None:
    done = run(READ, app(), options=Options(suppressions=(comment("a.py:1", "excess-grant"),)))
    assert [found for found in decided(done) if found[2]] == []
    assert len(notes(done)) == 1


def test_a_comment_behind_the_last_line_of_the_place_counts_too() -> None:
    request = replace(READ.request, span=Span("a.py", 1, 1, 4, 2))
    for line, suppressed in ((4, "agreed"), (3, None)):
        done = run(replace(READ, request=request), app(), options=Options(suppressions=(comment(f"a.py:{line}"),)))
        assert decided(done)[0] == ("missing-grant", "customer_read", suppressed)


def test_a_comment_that_does_not_count_says_so_and_the_finding_stays() -> None:
    wrong = (comment("a.py:1", problem="expected a reason after it, found none"), comment("b.py:1", problem="what?"))
    done = run(READ, app(), options=Options(suppressions=wrong))
    assert ("missing-grant", "customer_read", None) in decided(done)
    assert notes(done) == [
        ("a.py:1", "The suppression is invalid: expected a reason after it, found none."),
        ("b.py:1", "The suppression is invalid: what?"),
    ]


def test_a_comment_on_a_grant_suppresses_what_is_said_of_the_grant() -> None:
    options = Options(suppressions=(comment("app.json:3", "excess-grant", reason="the dashboard"),))
    done = run(READ, app("customer_read", "link_read"), options=options)
    assert decided(done) == [("excess-grant", "link_read", "the dashboard")]


def test_without_an_app_no_comment_is_called_unused() -> None:
    assert notes(run(READ, options=Options(suppressions=(comment("a.py:9", "missing-grant"),)))) == []


def test_a_comment_about_a_kind_that_is_off_is_not_called_unused() -> None:
    comments = (comment("a.py:9", "missing-grant"), comment("a.py:8"), comment("a.py:7", "uncovered-call"))
    options = Options(levels={"missing-grant": "off"}, suppressions=comments)
    assert [place for place, _ in notes(run(READ, app(), options=options))] == ["a.py:7"]


def test_notes_about_suppressions_can_be_turned_off() -> None:
    options = Options(levels={"unused-suppression": "off"}, suppressions=(comment("a.py:9"),))
    assert lines(run(READ, app("customer_read"), options=options)) == []


def test_suppressing_changes_no_fingerprint() -> None:
    before = run(READ, app("link_read"))[1]
    after = run(READ, app("link_read"), options=Options(suppressions=(comment("a.py:1"), comment("app.json:2"))))[1]
    assert {found.suppressed for found in after} == {"agreed"}
    assert [replace(found, suppressed=None, suppressed_at=None) for found in after] == list(before)


# exceptions in the settings

WRITE = need("a.py:2", "customer_write")
HOLDS = {
    "excess-grant": ("link_read", READ, app("customer_read", "link_read")),
    "write-not-needed": ("customer_write", READ, app("customer_write", write_implies_read="documented")),
    "redundant-grant": (
        "customer_read",
        WRITE,
        app("customer_write", "customer_read", write_implies_read="documented"),
    ),
}


def with_exception(rule: str, *exceptions: Expected) -> list[Finding]:
    _, code, held = HOLDS[rule]
    return [found for found in run(code, replace(held, expected=exceptions))[1] if found.rule == rule]


@pytest.mark.parametrize("rule", HOLDS)
def test_an_exception_suppresses_every_kind_that_a_grant_nothing_needs_can_have(rule: str) -> None:
    assert [found.suppressed for found in with_exception(rule, expected(HOLDS[rule][0]))] == ["agreed"]
    assert [found.suppressed for found in with_exception(rule, expected("email_read"))] == [None]


def test_an_exception_that_has_ended_is_told_with_the_finding() -> None:
    (found,) = with_exception("excess-grant", expected("link_read", "2027-03-31", ended=True))
    assert (found.suppressed, found.level) == (None, "warning")
    assert found.message.endswith("The exception in the settings ended on 2027-03-31.")
    assert [(step.span, step.note) for step in found.related] == [(SETTINGS, "the exception ended on 2027-03-31")]


def test_of_several_exceptions_one_that_stands_is_enough() -> None:
    both = (expected("link_read", "2027-03-31", ended=True), expected("link_read", reason="still"))
    assert [found.suppressed for found in with_exception("excess-grant", *both)] == ["still"]


def test_an_exception_is_for_its_own_app() -> None:
    mine = replace(app("link_read", name="a", root="a"), expected=(expected("link_read"),))
    done = run(need("a/x.py:1", "customer_read"), need("b/x.py:1", "customer_read"), mine, app("link_read", root="b"))
    assert [(found.span.path, found.suppressed) for found in done[1] if found.rule == "excess-grant"] == [
        ("a/app.json", "agreed"),
        ("b/app.json", None),
    ]


@pytest.mark.parametrize(
    ("grants", "name", "why"),
    [
        (("customer_read",), "link_read", "app 'shop' is not granted 'link_read'"),
        (("customer_read",), "customer_read", "the code needs 'customer_read'"),
        ((), "customer_read", "app 'shop' is not granted 'customer_read'"),
    ],
)
def test_an_exception_that_has_nothing_to_except_is_told(grants: tuple[str, ...], name: str, why: str) -> None:
    done = run(READ, replace(app(*grants), expected=(expected(name),)))
    assert notes(done) == [("leastscope.yaml:9", f"The exception has no effect: {why}.")]
    assert [(one.app, one.permission) for one in done[1] if one.rule == "unused-suppression"] == [("shop", name)]


def test_nothing_is_said_of_an_exception_whose_grant_may_be_needed() -> None:
    maybe = need("a.py:1", "link_read", resolution="possible")
    assert notes(run(READ, maybe, replace(app("customer_read", "link_read"), expected=(expected("link_read"),)))) == []
    assert notes(run(replace(app("link_read"), expected=(expected("link_read"),)))) == []


def test_a_comment_without_kinds_that_matches_nothing_says_so() -> None:
    done = run(READ, app("customer_read"), options=Options(suppressions=(comment("a.py:1"),)))
    assert notes(done) == [("a.py:1", "The suppression has no effect: there is no finding of any kind here.")]
