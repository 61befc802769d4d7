"""What an editor is told of a place: the call, the event or the grant there, the smallest region first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from leastscope.editor.answers import findings_at, hover_at
from leastscope.model import Grant, Span
from markup_pages import HOSTILE, faults
from report_samples import EMPTY, EVENT, EVIL, LIST, MISSING, NEEDS, PAYOUT, REFUND, REPORT, RESULT, SHOW, SUPPRESSED


def text_at(span: Span) -> str:
    found = hover_at(REPORT, span.path, span.line, span.column)
    assert found
    assert found[0] == span
    return found[1]


def test_a_call_is_its_operation_and_what_that_needs() -> None:
    assert text_at(SHOW).startswith("**`GET /v1/customers/{customer}`** of `shop`\n\n- needs `customer_read`")
    assert "(one of several)" in text_at(REFUND)
    assert "`charge_write` or `refund_write`" in text_at(REFUND)
    assert "for `data.customer`" in text_at(LIST)
    assert "no permission covers this operation" in text_at(EVIL)


def test_an_event_is_what_receiving_it_needs() -> None:
    assert text_at(EVENT).startswith("Event **`order.paid`** of `shop`\n\n- needs `event_read`")


def test_a_grant_is_how_it_stands() -> None:
    assert "granted to app `billing`: excess\n\nNothing in the code needs it." in text_at(PAYOUT)


def test_elsewhere_nothing_is_said() -> None:
    assert hover_at(REPORT, SHOW.path, SHOW.line, SHOW.end_column) is None
    assert hover_at(REPORT, "other.py", SHOW.line, SHOW.column) is None


def test_the_smallest_region_wins_and_all_that_stand_there_are_told() -> None:
    inner = replace(NEEDS[1], request=replace(NEEDS[1].request, span=replace(SHOW, column=SHOW.column + 2)))
    report = replace(EMPTY, inventory=replace(EMPTY.inventory, needs=(NEEDS[0], inner)))
    found = hover_at(report, SHOW.path, SHOW.line, SHOW.column + 3)
    assert found
    assert found[0].column == SHOW.column + 2
    twice = replace(NEEDS[0], path="/v1/other")
    both = hover_at(
        replace(EMPTY, inventory=replace(EMPTY.inventory, needs=(NEEDS[0], twice))), SHOW.path, SHOW.line, SHOW.column
    )
    assert both
    assert both[1].count("**") == 4


def test_findings_at_lines_are_those_that_count_and_touch_them() -> None:
    report = replace(EMPTY, findings=(MISSING, SUPPRESSED))
    assert findings_at(report, SHOW.path, SHOW.line, SHOW.line) == (MISSING,)
    assert findings_at(report, SHOW.path, SHOW.line + 1, SHOW.line + 9) == ()
    assert findings_at(report, PAYOUT.path, 1, 99) == ()


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE)
def test_names_do_nothing_in_the_text_of_an_editor(words: str) -> None:
    span = Span("a.json", 1, 1, 1, 9)
    app = replace(RESULT.app, name=words, grants=(Grant(words, span),))
    found = hover_at(replace(EMPTY, apps=(replace(RESULT, app=app),)), "a.json", 1, 1)
    assert found
    assert faults(found[1]) == []
