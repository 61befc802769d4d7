"""JUnit's XML: what a test dashboard counts as passed, failed and skipped, and that any text stays XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from leastscope.model import Gap, InputError, Inventory, Report, Span
from leastscope.report.escape import is_hidden
from leastscope.report.junit import render_junit
from markup_pages import HOSTILE
from report_samples import EMPTY, EXCESS, MISSING, REPORT, RESULT, SUPPRESSED, UNCOVERED, committed

NOTE = replace(EXCESS, level="note")


def read(report: Report) -> ET.Element:
    return ET.fromstring(render_junit(report))  # noqa: S314 - made here


def ends(report: Report) -> list[str]:
    """Return how each case ended."""
    return [case[0].tag if len(case) else "passed" for case in read(report).iter("testcase")]


def test_the_document_of_the_sample_is_the_committed_one() -> None:
    rendered = render_junit(REPORT)
    assert rendered == committed("tests/goldens/scan.junit.xml", rendered)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (EMPTY, ["passed"]),
        (replace(EMPTY, apps=(RESULT,)), ["passed"]),
        (replace(EMPTY, findings=(MISSING,)), ["failure"]),
        (replace(EMPTY, findings=(EXCESS,)), ["failure"]),
        (replace(EMPTY, findings=(NOTE,)), ["system-out"]),
        (replace(EMPTY, findings=(SUPPRESSED,)), ["skipped"]),
        (replace(EMPTY, errors=REPORT.errors), ["error"]),
        (replace(EMPTY, inventory=REPORT.inventory), ["skipped", "skipped", "skipped"]),
    ],
)
def test_how_a_case_ends_follows_what_it_is(report: Report, expected: list[str]) -> None:
    assert ends(report) == expected


def test_the_counts_are_those_of_the_cases() -> None:
    root = read(REPORT)
    for suite in (root, *root.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(attribute) == str(sum(case.find(tag) is not None for case in cases))


def test_each_app_has_a_suite_and_what_belongs_to_none_has_one_more() -> None:
    assert [suite.get("name") for suite in read(REPORT).iter("testsuite")] == ["shop billing", "shop", "other"]


def test_cases_at_different_places_have_different_names() -> None:
    moved = replace(MISSING, span=replace(MISSING.span, line=99))
    names = [case.get("name") for case in read(replace(EMPTY, findings=(MISSING, moved))).iter("testcase")]
    assert len(set(names)) == 2


@given(HOSTILE)
def test_any_text_stays_in_its_element(text: str) -> None:
    span = Span(text, 1, 1, 1, 1)
    finding = replace(UNCOVERED, message=text, app=text, system=text, span=span, advice=text)
    gap = Gap("limit", span, text, text)
    report = Report("0.1.0", Inventory((), (), (gap,)), findings=(finding,), errors=(InputError(span, text),))
    root = read(report)
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "system-out", "skipped", "error"),
    }
    words = "".join([*root.itertext(), *(value for element in root.iter() for value in element.attrib.values())])
    assert not any(is_hidden(char) for char in words.replace("\n", ""))


@pytest.mark.parametrize("bad", ["\ufffe", "\uffff", "\x00", "\x0b", "\ud800"])
def test_characters_that_xml_does_not_have_are_replaced(bad: str) -> None:
    root = read(replace(EMPTY, findings=(replace(MISSING, message=f"a{bad}b"),)))
    assert "a" in "".join(root.itertext())
