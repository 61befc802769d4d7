"""What a change does to the permissions: the pure comparison of two reports, as a table and one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from diff_samples import COST, NOBODY, PLACE, app, compared, missing, report, result, use
from leastscope.diff import Files
from leastscope.model import AppResult, Gap, Span

if TYPE_CHECKING:
    from leastscope.diff import AppChange, Difference

READ, WRITE = use("order_read"), use("order_write", PLACE, "POST /v1/things")
ELSEWHERE = Span("other.py", 9, 1, 9, 5)


def only(difference: Difference) -> AppChange:
    """Return the one app that changes."""
    (change,) = difference.apps
    return change


def told(difference: Difference) -> dict[str, list[str]]:
    """Return what changes for the one app, as words."""
    change = only(difference)
    words = {
        "added": [f"{need.permission} {need.standing}" for need in change.added],
        "lost": [f"{need.permission} {need.standing}" for need in change.lost],
        "dropped": [f"{need.permission} {need.standing}" for need in change.dropped],
        "granted": [grant.name for grant in change.granted],
        "revoked": [grant.name for grant in change.revoked],
    }
    return {key: value for key, value in words.items() if value}


TABLE = [
    ("a need that is granted already", result("order_read"), result("order_read", (READ,)),
     {"added": ["order_read granted"]}),
    ("a need that the change grants", result(), result("order_read", (READ,)),
     {"added": ["order_read granted"], "granted": ["order_read"]}),
    ("a need that is not granted", result(), result("", (READ,), "order_read"), {"added": ["order_read missing"]}),
    ("a need that another grant includes", result("order_write", (WRITE,)), result("order_write", (READ, WRITE)),
     {"added": ["order_read included"]}),
    ("a need that is gone", result("order_read", (READ,)), result("order_read"), {"dropped": ["order_read granted"]}),
    ("a need that is gone with its grant", result("order_read", (READ,)), result(),
     {"dropped": ["order_read missing"], "revoked": ["order_read"]}),
    ("a grant that is taken away while it is needed", result("order_read", (READ,)),
     result("", (READ,), "order_read"), {"lost": ["order_read missing"], "revoked": ["order_read"]}),
    ("a grant without a need", result(), result("order_read"), {"granted": ["order_read"]}),
    ("another permission that meets the same request", result("a", (use("a", PLACE, "GET /", "a", "b"),)),
     result("b", (use("b", PLACE, "GET /", "a", "b"),)), {"granted": ["b"], "revoked": ["a"]}),
    ("the same need at another place", result("order_read", (READ,)),
     result("order_read", (use("order_read", ELSEWHERE),)), None),
    ("the same need at one place more", result("order_read", (READ,)),
     result("order_read", (READ, use("order_read", ELSEWHERE))), None),
    ("a lack that was there before", result("", (READ,), "order_read"), result("", (READ,), "order_read"), None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_change_of_one_app_is_told_in_these_words(
    before: AppResult, after: AppResult, words: dict[str, list[str]] | None
) -> None:
    lacks = [tuple(missing(name) for name in one.missing) for one in (before, after)]
    difference = compared(report(before, findings=lacks[0]), report(after, findings=lacks[1]))
    assert (told(difference) if difference.apps else None) == words


@pytest.mark.parametrize(("before", "after"), [row[1:3] for row in TABLE], ids=[row[0] for row in TABLE])
def test_turned_around_what_was_added_is_dropped_and_what_was_granted_is_revoked(
    before: AppResult, after: AppResult
) -> None:
    there, back = compared(report(before), report(after)), compared(report(after), report(before))
    for change, turned in zip(there.apps, back.apps, strict=True):
        assert [need.permission for need in change.added] == [need.permission for need in turned.dropped]
        assert [grant.name for grant in change.granted] == [grant.name for grant in turned.revoked]


def test_the_same_report_twice_is_no_difference() -> None:
    one = report(result("order_read", (READ, WRITE), "order_write"), findings=(missing("order_write"),))
    difference = compared(one, one)
    assert (difference.is_empty, difference.unchanged, difference.needs_more) == (True, 1, False)


def test_each_need_has_the_places_that_cause_it_and_no_others() -> None:
    wider = use("order_write", ELSEWHERE, "GET /v1/things", "order_read", "order_write")
    before = report(result("order_read", (use("order_read", PLACE, "GET /v1/things", "order_read", "order_write"),)))
    change = only(compared(before, report(result("order_write", (WRITE, wider)))))
    assert [need.uses for need in change.added] == [(WRITE,)]


def test_a_read_permission_that_is_enough_now_is_named() -> None:
    reading = use("order_write", ELSEWHERE, "GET /v1/things", "order_read")
    before = report(result("order_write", (WRITE, reading)))
    change = only(compared(before, report(result("order_write", (use("order_read", ELSEWHERE),)))))
    assert [(need.permission, need.instead) for need in change.dropped] == [("order_write", ("order_read",))]
    assert change.added == ()


# what counts as needing more


def test_a_lack_that_somebody_accepted_does_not_count() -> None:
    after = result("", (READ,), "order_read")
    accepted = missing("order_read", suppressed="agreed")
    difference = compared(report(result()), report(after, findings=(accepted,)))
    assert told(difference) == {"added": ["order_read accepted"]}
    assert (difference.needs_more, difference.new) == (False, ())


def test_a_lack_that_the_settings_made_a_note_does_not_count() -> None:
    after = report(result("", (READ,), "order_read"), findings=(missing("order_read", level="note"),))
    assert not compared(report(result()), after).needs_more


def test_a_lack_that_was_accepted_before_and_is_no_more_counts() -> None:
    lacks = result("", (READ,), "order_read")
    before = report(lacks, findings=(missing("order_read", suppressed="agreed"),))
    difference = compared(before, report(lacks, findings=(missing("order_read"),)))
    assert (difference.needs_more, len(difference.new)) == (True, 1)


@pytest.mark.parametrize(
    ("after", "needs_more", "new_findings", "none"),
    [
        ((), False, False, False),
        ((missing("x", level="note"),), False, False, False),
        ((missing("x", level="warning", rule="excess-grant"),), False, True, False),
        ((missing("order_read"),), True, True, False),
    ],
)
def test_a_check_fails_on_what_it_is_told_to(
    after: tuple[object, ...], needs_more: bool, new_findings: bool, none: bool
) -> None:
    head = replace(report(result("", (READ,), "order_read")), findings=after)  # type: ignore[arg-type]
    difference = compared(report(result()), head)
    assert difference.fails(["needs-more"]) is needs_more
    assert difference.fails(["new-findings"]) is new_findings
    assert difference.fails(["none"]) is none


def test_what_adding_costs_is_said_where_something_is_added_or_has_to_be() -> None:
    added = compared(report(result()), report(result("order_read")))
    lacked = compared(report(result()), report(result("", (READ,), "order_read"), findings=(missing("order_read"),)))
    used = compared(report(result("order_read")), report(result("order_read", (READ,))))
    revoked = compared(report(result("order_read")), report(result()))
    other_kind = compared(report(result(of=app(kind="key"))), report(result("a", of=app(kind="key"))))
    misspelt = compared(report(result()), report(replace(result("ordr_read"), misnamed=("ordr_read",))))
    costs = [only(each).cost for each in (added, lacked, used, revoked, other_kind, misspelt)]
    assert costs == [COST, COST, None, None, None, None]


def test_a_new_app_costs_nothing_for_nobody_has_it_yet() -> None:
    difference = compared(report(), report(result("order_read", (READ,))))
    assert (only(difference).declared, only(difference).cost) == ("added", None)


# which app is which


def test_an_app_that_was_renamed_or_moved_is_the_same_one() -> None:
    before, after = result("a", of=app("old")), result("a b", of=app("new", "billing"))
    change = only(compared(report(before), report(after)))
    assert (change.app.name, change.before, change.declared) == ("new", "old", "same")
    assert [grant.name for grant in change.granted] == ["b"]


def test_apps_of_one_name_in_several_folders_are_told_apart() -> None:
    one, two = app("shop", "a"), app("shop", "b")
    before = report(result("x", of=one), result("y", of=two))
    after = report(result("x", of=one), result("y z", of=two))
    change = only(compared(before, after))
    assert (change.app.root, [grant.name for grant in change.granted]) == ("b", ["z"])


def test_code_that_nothing_declares_has_needs_and_no_grants() -> None:
    after = report(result("", (READ,), of=NOBODY))
    difference = compared(report(), after)
    assert told(difference) == {"added": ["order_read undeclared"]}
    assert (only(difference).declared, difference.needs_more) == ("never", False)


def test_the_first_manifest_adds_a_declaration_and_no_need() -> None:
    before = report(result("", (READ, WRITE), of=NOBODY))
    lacks = (missing("order_write"),)
    change = only(compared(before, report(result("order_read", (READ, WRITE), "order_write"), findings=lacks)))
    assert (change.declared, change.before) == ("added", "")
    assert [need.permission for need in change.added] == []
    assert [need.permission for need in change.lost] == ["order_write"]


def test_a_second_app_of_a_system_needs_all_that_its_own_code_does() -> None:
    before = report(result("order_read", (READ,)))
    after = report(result("order_read", (READ,)), result("order_read", (READ,), of=app("second", "second")))
    change = only(compared(before, after))
    assert (change.app.name, [need.permission for need in change.added]) == ("second", ["order_read"])


def test_code_that_several_new_apps_share_out_drops_nothing() -> None:
    before = report(result("", (READ, WRITE), of=NOBODY))
    after = report(
        result("order_read", (READ,), of=app("one", "one")), result("order_write", (WRITE,), of=app("two", "two"))
    )
    difference = compared(before, after)
    assert [(change.app.name, change.added, change.dropped) for change in difference.apps] == [
        ("one", (), ()),
        ("two", (), ()),
    ]


# findings and gaps


def test_equal_findings_are_counted_and_moved_lines_change_nothing() -> None:
    line = [replace(missing("x", Span("a.py", n, 1, n, 2)), fingerprint="same") for n in range(1, 5)]
    difference = compared(report(findings=tuple(line[:3])), report(findings=tuple(line[1:])))
    assert (difference.new, difference.fixed, difference.unchanged) == ((), (), 3)
    fewer = compared(report(findings=tuple(line[:3])), report(findings=tuple(line[:1])))
    assert (len(fewer.fixed), fewer.unchanged) == (2, 1)


def test_a_finding_whose_file_moved_is_as_it_was() -> None:
    before, after = missing("x", Span("old.py", 1, 1, 1, 2)), missing("x", Span("new.py", 5, 1, 5, 2))
    sides = (report(findings=(before,)), report(findings=(after,)))
    moved = compared(*sides, Files(frozenset({"old.py"}), frozenset({"new.py"})))
    assert (moved.new, moved.fixed, moved.unchanged) == ((), (), 1)
    copied = compared(*sides, Files(frozenset(), frozenset({"new.py"})))
    assert (copied.new, copied.fixed, copied.unchanged) == ((after,), (before,), 0)


def test_gaps_are_matched_by_what_they_say_and_counted() -> None:
    gaps = [Gap("dynamic-operation", Span("a.py", n, 1, n, 2), "shop", "no name") for n in range(1, 4)]
    other = Gap("dynamic-operation", Span("b.py", 1, 1, 1, 2), "shop", "no name")
    difference = compared(report(gaps=tuple(gaps[:2])), report(gaps=(gaps[2], other)))
    assert (len(difference.new_gaps), len(difference.gone_gaps)) == (1, 1)
    assert difference.new_gaps == (other,)


def test_the_order_of_the_reports_decides_nothing() -> None:
    apps = [result("x", of=app(name, name)) for name in ("b", "a", "c")]
    more = [result("x y", (READ,), of=app(name, name)) for name in ("b", "a", "c")]
    findings = tuple(missing(name) for name in "cab")
    one = compared(report(*apps), report(*more, findings=findings))
    other = compared(report(*apps[::-1]), report(*more[::-1], findings=findings[::-1]))
    assert one.apps == other.apps
    assert set(one.new) == set(other.new)
