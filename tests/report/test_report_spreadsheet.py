"""CSV for spreadsheets: every finding, gap and error is a row, and no cell is a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

from hypothesis import given

from leastscope.report.escape import is_hidden
from leastscope.report.spreadsheet import COLUMNS, render_csv
from markup_pages import HOSTILE
from report_samples import EMPTY, GAPS, MISSING, REPORT, SUPPRESSED, UNCOVERED, committed

if TYPE_CHECKING:
    from leastscope.model import Report


def rows(report: Report) -> list[dict[str, str]]:
    text = render_csv(report.findings, report.inventory.gaps, report.errors)
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_the_table_of_the_sample_is_the_committed_one() -> None:
    rendered = render_csv(REPORT.findings, GAPS, REPORT.errors)
    assert rendered.replace("\r\n", "\n") == committed("tests/goldens/scan.csv", rendered.replace("\r\n", "\n"))


def test_every_error_finding_and_gap_is_a_row() -> None:
    assert [row["type"] for row in rows(REPORT)] == ["error", *(["finding"] * 6), *(["gap"] * 2)]
    assert rows(EMPTY) == []


def test_the_first_line_names_the_columns_even_where_nothing_follows() -> None:
    assert render_csv((), (), ()) == ",".join(COLUMNS) + "\r\n"


def test_a_suppressed_finding_has_its_reason_in_a_column() -> None:
    found = {row["permission"]: row["suppressed"] for row in rows(REPORT) if row["kind"] == "excess-grant"}
    assert found == {"payout_write": "", "order_write": "asked for by support"}
    (silent,) = rows(replace(EMPTY, findings=(replace(SUPPRESSED, suppressed=""),)))
    assert silent["suppressed"] == "yes"


def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    for start in "=+-@":
        (row,) = rows(replace(EMPTY, findings=(replace(MISSING, app=f'{start}HYPERLINK("http://x")'),)))
        assert row["app"] == f'\'{start}HYPERLINK("http://x")'


@given(HOSTILE)
def test_no_value_adds_a_row_or_a_column_or_hides_anything(words: str) -> None:
    hostile = replace(UNCOVERED, message=words, app=words, span=replace(UNCOVERED.span, path=words), advice=words)
    report = replace(EMPTY, findings=(hostile,))
    (row,) = rows(report)
    assert set(row) == set(COLUMNS)
    assert not any(is_hidden(char) for cell in row.values() for char in cell)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
