"""The Markdown of a full scan: the committed sample, how it stands in one line, and calm on hostile values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings

from diff_samples import NOBODY
from diff_samples import result as a_result
from diff_samples import use as a_use
from leastscope.model import Gap, InputError, Inventory, Span, Step
from leastscope.report.markdown import render_markdown
from markup_pages import HOSTILE, faults, link, pages
from report_samples import EMPTY, EXCESS, MISSING, REPORT, RESULT, SUPPRESSED, committed

if TYPE_CHECKING:
    from leastscope.model import Finding, Report

NOTE = replace(MISSING, level="note", rule="uncovered-call")


def a_report(*findings: Finding) -> Report:
    return replace(EMPTY, apps=(RESULT,), findings=findings)


def first_line(report: Report) -> str:
    return render_markdown(report, link).partition("\n")[0]


def nowhere(_: Span) -> str:
    return ""


def test_the_report_of_the_sample_is_the_committed_one() -> None:
    rendered = render_markdown(REPORT, link)
    assert rendered == committed("tests/goldens/scan.md", rendered)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (a_report(), "## ✅ No findings"),
        (a_report(SUPPRESSED), "## ✅ No findings"),
        (a_report(NOTE), "## ✅ 1 note"),
        (a_report(EXCESS, NOTE), "## ⚠️ 1 warning; 1 note"),
        (a_report(MISSING), "## ❌ 1 permission missing: `customer_read`"),
        (a_report(MISSING, MISSING, EXCESS), "## ❌ 1 permission missing: `customer_read`; 1 other warning"),
        (replace(a_report(EXCESS), errors=REPORT.errors), "## ❌ 1 file could not be used; 1 warning"),
        (EMPTY, "## \u2139\ufe0f No grants are declared"),
        (a_report(*(replace(MISSING, permission=f"p{number}") for number in range(7))),
         "## ❌ 7 permissions missing: `p0`, `p1`, `p2`, `p3`, `p4` and 2 more"),
    ],
)  # fmt: skip
def test_the_first_line_says_how_it_stands(report: Report, line: str) -> None:
    assert first_line(report) == line


def test_suppressed_findings_are_counted_only() -> None:
    text = render_markdown(a_report(SUPPRESSED), link)
    assert "excess-grant" not in text
    assert "1 finding suppressed" in text


def test_without_addresses_places_are_words() -> None:
    assert "[`billing" not in render_markdown(REPORT, nowhere)
    assert "`billing/api.py:7`" in render_markdown(REPORT, nowhere)


def test_what_code_needs_of_an_undeclared_system_is_named() -> None:
    undeclared = a_result("", (a_use("x_read"),), of=NOBODY)
    text = render_markdown(replace(EMPTY, undeclared=(undeclared,)), link)
    assert "| no declaration | `shop` |  |  |  |  | <details><summary>1</summary>`x_read`</details> |  |" in text


def test_a_screen_shows_ten_findings_and_opens_to_the_others() -> None:
    report = a_report(*(replace(MISSING, permission=f"p{number:02}") for number in range(25)))
    shown, hidden = render_markdown(report, link).split("<details><summary>15 more findings</summary>")
    assert (shown.count("❌&nbsp;error"), hidden.count("❌&nbsp;error")) == (10, 15)


def test_long_ways_and_many_places_are_cut() -> None:
    steps = tuple(Step(Span("a.py", line, 1, line, 2), "is called") for line in range(1, 40))
    text = render_markdown(a_report(replace(MISSING, evidence=steps, related=steps)), link)
    assert "39 steps, 39 more places" in text
    assert text.count("is called") == 10 + 5
    assert "and 29 more steps" in text
    assert "and 34 more places" in text


def test_the_same_report_in_another_order_gives_the_same_bytes() -> None:
    turned = replace(REPORT, findings=REPORT.findings[::-1], errors=REPORT.errors[::-1], apps=REPORT.apps[::-1])
    assert render_markdown(turned, link) == render_markdown(REPORT, link)


def test_a_report_that_is_too_large_is_cut_at_whole_rows() -> None:
    many = tuple(replace(MISSING, permission=f"größe_{number}") for number in range(3000))
    text = render_markdown(a_report(*many), link, limit=100_000)
    assert 90_000 < len(text.encode()) <= 100_000
    assert "more findings.*" in text
    assert faults(text) == []


@settings(deadline=None, max_examples=50)
@given(HOSTILE, HOSTILE, HOSTILE)
@example("|", "`')", "|")
@example("|", "' ", "`')|")
def test_hostile_names_do_nothing(path: str, name: str, words: str) -> None:
    span = Span(path, 1, 1, 2, 1)
    step = Step(span, f"calls '{name}' {words}")
    finding = replace(
        MISSING, app=name, permission=name, span=span, message=f"The code needs '{name}', {words}.", advice=words,
        evidence=(step, step), related=(step,),
    )  # fmt: skip
    app = replace(RESULT.app, name=name, system=words, span=span)
    names = (name, words)
    report = replace(
        REPORT,
        apps=(replace(RESULT, app=app, granted=names, needed=names, missing=names, excess=names, unknown=names),),
        findings=(finding,),
        errors=(InputError(span, words),),
        inventory=Inventory((), (), (Gap(name, span, "", words),)),
    )
    text = render_markdown(report, link)
    assert faults(text) == []
    assert {tuple(page.tables[0]) for page in pages(text)} == {(9, 9)}
