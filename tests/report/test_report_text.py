"""The reports for people, on the sample project."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from leastscope.model import Gap, Inventory, Requirement, Span, Step, Why
from leastscope.report.escape import is_hidden
from leastscope.report.snippet import display_width
from leastscope.report.text import render_requests_text, render_text
from report_samples import (
    APP,
    CLIENT,
    EMPTY,
    FILES,
    GAPS,
    HOSTILE_PATH,
    JOB,
    MISSING,
    NEEDS,
    REFUND,
    REPORT,
    RESULT,
    SHOW,
    at,
    committed,
    source,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Because, Finding, Report

COLOR = re.compile("\x1b\\[[0-9;]*m")


def with_findings(*findings: Finding) -> Report:
    return replace(REPORT, findings=findings, errors=(), inventory=replace(REPORT.inventory, gaps=()))


def test_the_scan_of_the_sample_is_the_committed_one() -> None:
    rendered = render_text(REPORT, source, color=False)
    assert rendered == committed("tests/goldens/scan.txt", rendered)


def test_the_inventory_of_the_sample_is_the_committed_one() -> None:
    rendered = render_requests_text(REPORT, source, color=False)
    assert rendered == committed("tests/goldens/requests.txt", rendered)


@pytest.mark.parametrize("render", [render_text, render_requests_text])
def test_colors_change_nothing_but_colors(render: Callable[..., str]) -> None:
    colored = render(REPORT, source, color=True)
    assert "\x1b[" in colored
    assert COLOR.sub("", colored) == render(REPORT, source, color=False)


@pytest.mark.parametrize("render", [render_text, render_requests_text])
def test_nothing_hidden_reaches_the_terminal(render: Callable[..., str]) -> None:
    rendered = render(REPORT, source, color=False)
    assert not [char for char in rendered if is_hidden(char) and char != "\n"]
    assert "evil\\x1b[31m\\u202e\\x0a" in rendered


@pytest.mark.parametrize("width", [60, 80, 120])
def test_only_words_that_cannot_be_broken_are_wider_than_asked(width: int) -> None:
    for line in render_text(REPORT, source, color=False, width=width).splitlines():
        assert display_width(line) <= width or "evil" in line


def test_the_order_of_the_report_does_not_change_the_text() -> None:
    turned = replace(
        REPORT,
        findings=REPORT.findings[::-1],
        inventory=replace(REPORT.inventory, needs=REPORT.inventory.needs[::-1], gaps=GAPS[::-1]),
    )
    assert render_text(turned, source, color=False) == render_text(REPORT, source, color=False)
    assert render_requests_text(turned, source, color=False) == render_requests_text(REPORT, source, color=False)


def test_errors_come_before_warnings_and_warnings_before_notes() -> None:
    levels = re.findall(r"^(error|warning|note)\[", render_text(REPORT, source, color=False), re.MULTILINE)
    assert levels == ["error", "error", "warning", "warning", "note"]


def test_a_report_without_anything_says_so() -> None:
    assert (
        render_text(EMPTY, source, color=False)
        == "nothing was checked\n0 of 0 files read: 0 requests, 0 events, 0 gaps\n"
    )


def test_a_suppressed_finding_is_counted_and_not_shown() -> None:
    rendered = render_text(with_findings(replace(MISSING, suppressed="because")), source, color=False)
    assert "no findings (1 suppressed)" in rendered
    assert "missing-grant" not in rendered


def test_the_caret_stands_under_the_place_after_wide_characters() -> None:
    lines = render_text(with_findings(replace(MISSING, span=JOB)), source, color=False).splitlines()
    code = next(index for index, line in enumerate(lines) if line.startswith("5 |"))
    before, _, _ = lines[code].partition("client.customers")
    assert lines[code + 1].index("^") == display_width(before)


def test_a_place_of_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    lines = render_text(with_findings(replace(MISSING, span=REFUND)), source, color=False).splitlines()
    code = next(index for index, line in enumerate(lines) if line.startswith("11 |"))
    assert lines[code + 1].endswith("^…")
    assert lines[code + 1].count("^") == len("client.refunds.create(")


def test_how_the_permission_is_known_is_said() -> None:
    rendered = render_text(with_findings(MISSING), source, color=False)
    assert "= why: GET /v1/customers/{customer} needs customer_read (documented," in rendered


@pytest.mark.parametrize(
    ("because", "words"),
    [
        ("operation", "GET /v1/x needs contact_read (documented, table)"),
        ("expand", "expanding data.owner needs contact_read (documented, table)"),
        ("event", "the event data.owner needs contact_read (documented, table)"),
        ("parameter", "the parameter data.owner of GET /v1/x needs contact_read (documented, table)"),
    ],
)
def test_why_names_the_missing_permission_and_its_reason(because: Because, words: str) -> None:
    requirement = Requirement(("customer_read", "contact_read"), "documented", because, "table", detail="data.owner")
    why = Why("GET /v1/x", requirement)
    finding = replace(MISSING, permission="contact_read", any_of=("contact_read", "customer_read"), why=why)
    rendered = render_text(with_findings(finding), source, color=False)
    assert f"= why: {words}" in " ".join(rendered.split())


def test_why_names_an_event_without_a_detail_of_its_own() -> None:
    paid = Why("event 'order.paid'", Requirement(("event_read",), "documented", "event", "table"))
    rendered = render_text(with_findings(replace(MISSING, permission="event_read", why=paid)), source, color=False)
    assert "= why: the event order.paid needs event_read (documented, table)" in rendered


def test_what_to_do_is_said_once_in_text() -> None:
    rendered = " ".join(render_text(with_findings(MISSING), source, color=False).split())
    assert rendered.count("or remove the call") == 1
    assert "= help: Grant 'customer_read' in 'shop-app.json', or remove the call." in rendered


def test_a_step_in_the_file_of_the_finding_is_a_line_and_one_source_line_is_shown_once() -> None:
    line = Span("billing/api.py", 3, 1, 3, 5)
    twice = (Step(line, "imported"), Step(replace(line, column=9), "kept"), Step(CLIENT, "made"), Step(SHOW, "sent"))
    rendered = render_text(with_findings(replace(MISSING, evidence=twice)), source, color=False)
    assert "= 1. line 3: imported\n       | from billing.client import client\n  = 2. line 3: kept\n" in rendered
    assert "= 3. billing/client.py:5:10: made\n" in rendered


def test_one_step_at_the_place_itself_is_not_repeated() -> None:
    assert "= 1. " not in render_text(
        with_findings(replace(MISSING, evidence=MISSING.evidence[2:])), source, color=False
    )


@pytest.mark.parametrize(
    ("path", "consequence"),
    [
        ("broken/shop-app.json", "leastscope did not compare the app of this file."),
        ("shop-app.json", "leastscope compared the app without this part of the file."),
    ],
)
def test_an_error_says_what_follows_for_the_app(path: str, consequence: str) -> None:
    error = replace(REPORT.errors[0], span=replace(REPORT.errors[0].span, path=path))
    rendered = render_text(replace(REPORT, errors=(error,)), source, color=False)
    assert f"= note: {consequence}\n" in rendered
    assert "; 1 file with errors, see above\n" in rendered


def test_many_other_places_are_counted() -> None:
    related = tuple(Step(Span("billing/api.py", line, 1, line, 2), "") for line in range(1, 10))
    rendered = render_text(with_findings(replace(MISSING, related=related)), source, color=False)
    assert "billing/api.py:5:1 and 4 more" in " ".join(rendered.split())


def test_many_steps_and_many_kinds_of_other_places_are_counted() -> None:
    steps = tuple(Step(SHOW, f"step {number}") for number in range(14))
    rendered = render_text(with_findings(replace(MISSING, evidence=steps, related=steps)), source, color=False)
    assert "and 4 more steps" in rendered
    assert "and 9 more\n" in rendered


def test_gaps_are_grouped_and_the_rest_is_counted() -> None:
    gaps = tuple(Gap("limit", SHOW, "shop", f"reason {number:02}") for number in range(14)) + (GAPS[0],) * 3
    rendered = render_text(replace(REPORT, inventory=replace(REPORT.inventory, gaps=gaps)), source, color=False)
    assert (
        "gaps: 17 places could not be analyzed\n  dynamic-operation: The name of the method is not known.\n" in rendered
    )
    assert "  5 more, --format json lists all\n" in rendered


def test_with_several_apps_each_finding_names_its_own() -> None:
    other = replace(RESULT, app=replace(APP, name="shipping", declared_in=("shipping/shop-app.json",)))
    rendered = render_text(replace(with_findings(MISSING), apps=(RESULT, other)), source, color=False)
    assert "= app: billing (shop-app.json)" in rendered
    assert "app 'shipping' (shop): 2 granted (1 used, 1 excess, 0 unknown), 2 needed (1 met" in rendered


@pytest.mark.parametrize("span", [SHOW, replace(SHOW, line=99, end_line=99), replace(SHOW, path="gone.py")])
def test_a_source_that_is_gone_or_shorter_still_gives_the_place(span: Span) -> None:
    rendered = render_text(with_findings(replace(MISSING, span=span)), source, color=False)
    assert f" --> {span.path}:{span.line}:9\n" in rendered
    assert ("^" in rendered) == (span == SHOW)


def test_a_line_of_a_megabyte_costs_no_megabyte() -> None:
    line = "x" * 500_000 + "call()" + "y" * 500_000
    finding = replace(MISSING, span=Span("big.py", 1, 500_001, 1, 500_007), message="m" * 500_000, evidence=())
    rendered = render_text(with_findings(finding), lambda _: line, color=False)
    assert "call()" in rendered
    assert len(rendered) < 2_000


def test_a_permission_set_of_several_is_in_brackets() -> None:
    rendered = render_requests_text(REPORT, source, color=False)
    assert "order_read and (customer_read or contact_read)" in " ".join(rendered.split())
    assert "(charge_write or refund_write) (inferred)" in " ".join(rendered.split())


def test_the_permissions_of_a_file_stand_in_one_column() -> None:
    rendered = render_requests_text(REPORT, source, color=False)
    block = rendered.partition("billing/jobs.py\n")[2].partition("\n\n")[0]
    permissions = re.compile(r"(?<=  )(customer|order|event)_read")
    found = [match.start() for line in block.splitlines() if (match := permissions.search(line))]
    assert len(found) == 3
    assert len(set(found)) == 1


def test_what_differs_only_in_what_the_inventory_does_not_show_is_one_row() -> None:
    needs = tuple(
        replace(NEEDS[0], request=replace(NEEDS[0].request, credential=name)) for name in ("literal", "unknown")
    )
    rendered = render_requests_text(replace(REPORT, inventory=Inventory(needs, (), ())), source, color=False)
    assert rendered.count("GET /v1/customers/{customer}") == 1


def test_a_request_that_is_only_possible_says_so() -> None:
    assert "POST /v1/refunds (possible)" in render_requests_text(REPORT, source, color=False)


def test_the_sample_spans_are_what_they_claim() -> None:
    assert at("billing/api.py", "client", 1) == Span("billing/api.py", 3, 28, 3, 34)
    assert (REFUND.line, REFUND.end_line, REFUND.end_column) == (11, 14, 6)
    assert HOSTILE_PATH in FILES
