"""Annotations: the runner reads from each line exactly what was meant, and no more than it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from leastscope.model import InputError, Span
from leastscope.report.escape import is_hidden, visible
from leastscope.report.github import render_github
from markup_pages import HOSTILE
from report_samples import BROKEN, EXCESS, JOB, MISSING, REFUND, REPORT, SHOW, SUPPRESSED, committed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import Finding

ERROR = InputError(BROKEN, "expected a value, found '}'")


@dataclass(frozen=True)
class Read:
    """What the runner makes of a line."""

    command: str
    properties: dict[str, str]
    data: str


def read(line: str) -> Read:
    """Read a line as the runner does: the command up to the second pair of colons, properties by commas."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    command, _, pairs = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in pairs.split(",") if pair)
    for mark, code in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        properties = {key: value.replace(code, mark) for key, value in properties.items()}
        data = data if mark in ":," else data.replace(code, mark)
    return Read(command, properties, data)


def lines(
    findings: Sequence[Finding], errors: Sequence[InputError] = (), changed: Sequence[Span] = (), reserved: int = 0
) -> list[Read]:
    text = render_github(findings, errors, lambda span: span in changed, reserved=reserved)
    assert text == "" or text.endswith("\n")
    return [read(line) for line in text.split("\n")[:-1]]


def many(count: int, finding: Finding = MISSING) -> list[Finding]:
    return [replace(finding, span=Span("a.py", line, 1, line, 5)) for line in range(1, count + 1)]


def test_the_annotations_of_the_sample_are_the_committed_ones() -> None:
    rendered = render_github(REPORT.findings, REPORT.errors, lambda span: span == EXCESS.span)
    assert rendered == committed("tests/goldens/scan.github.txt", rendered)


def test_nothing_found_is_nothing_written() -> None:
    assert render_github((), (), lambda _: True) == ""
    assert render_github((SUPPRESSED,), (), lambda _: True) == ""


def test_a_finding_says_what_is_wrong_what_to_do_and_where() -> None:
    (one,) = lines([MISSING])
    assert one.command == "error"
    assert one.properties == {
        "file": "billing/api.py", "line": "7", "endLine": "7", "col": "9", "endColumn": "47",
        "title": "leastscope: missing-grant customer_read",
    }  # fmt: skip
    assert one.data.split("\n") == [
        f"{MISSING.message}. {MISSING.advice}",
        "The request is sent here.",
        f"Also at billing/jobs.py:{JOB.line}:{JOB.column}.",
    ]


def test_a_place_of_several_lines_has_no_columns_for_github_refuses_them() -> None:
    (one,) = lines([replace(MISSING, span=REFUND)])
    assert {key: one.properties[key] for key in ("line", "endLine")} == {"line": "11", "endLine": "14"}
    assert one.properties.keys().isdisjoint({"col", "endColumn"})


def test_what_could_not_be_read_comes_first_as_an_error() -> None:
    first, second = lines([MISSING], [ERROR])
    assert (first.command, first.properties["file"]) == ("error", "broken/shop-app.json")
    assert first.data == "Expected a value, found '}'."
    assert second.properties["title"].startswith("leastscope: missing-grant")


def test_lines_that_the_change_touches_come_first_then_what_weighs_most() -> None:
    note = replace(MISSING, level="note", span=SHOW)
    ordered = lines([EXCESS, MISSING, note], changed=[EXCESS.span])
    assert [one.command for one in ordered] == ["warning", "error", "notice"]


def test_ten_of_each_level_are_written_and_the_last_counts_the_others() -> None:
    found = lines([*many(12), *many(10, EXCESS), *many(30, replace(EXCESS, level="note"))])
    counts = {command: [one.command for one in found].count(command) for command in ("error", "warning", "notice")}
    assert counts == {"error": 10, "warning": 10, "notice": 10}
    assert [one.data for one in found if "more" in one.data] == [
        "3 more errors: see the job summary", "21 more notes: see the job summary",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reserved", "written", "last"),
    [
        (0, 10, "3 more errors: see the job summary"),
        (1, 9, "4 more errors: see the job summary"),
        (9, 1, "12 more errors: see the job summary"),
        (10, 0, ""),
        (99, 0, ""),
        (-1, 10, "3 more errors: see the job summary"),
    ],
)
def test_errors_that_the_caller_writes_leave_less_room(reserved: int, written: int, last: str) -> None:
    found = lines(many(11), [ERROR], reserved=reserved)
    assert len(found) == written
    assert [one.data for one in found][-1:] == ([last] if last else [])


@given(HOSTILE, HOSTILE, HOSTILE)
def test_the_runner_reads_back_what_was_meant_whatever_the_words_are(path: str, name: str, message: str) -> None:
    finding = replace(MISSING, span=Span(path, 1, 1, 1, 2), permission=name, message=message, evidence=(), related=())
    (one,) = lines([finding])
    assert one.command == "error"
    assert one.properties.keys() == {"file", "line", "endLine", "col", "endColumn", "title"}
    assert one.properties["file"] == visible(path)
    assert one.properties["title"] == f"leastscope: missing-grant {visible(name)}".rstrip()
    assert not any(map(is_hidden, one.data))
