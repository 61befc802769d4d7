"""The numbers of every app of the project fixtures add up, and every format tells the same ones."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from leastscope.model import LEVELS
from leastscope.pipeline import scan
from leastscope.report.formats import View, render_state
from leastscope.request import Request
from places import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import AppResult, Report

PROJECTS = sorted(path for path in (FIXTURES / "projects").iterdir() if path.is_dir())
COUNTED = ("granted", "used", "excess", "unknown", "needed", "met", "missing")
LINE = re.compile(
    r"(\d+) granted \((\d+) used, (\d+) excess, (\d+) unknown\), (\d+) needed \((\d+) met, (\d+) missing\)(.*)"
)
APART = re.compile(r"\d+ calls? (?:with your own key not counted|belongs? to no app)")
MORE = re.compile(r"::(?P<command>\w+) title=leastscope::(?P<count>\d+) more")
COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def numbers_of(result: AppResult) -> tuple[int, ...]:
    return tuple(len(getattr(result, name)) for name in COUNTED)


def apart_of(result: AppResult) -> int:
    return bool(result.own) + bool(result.unattributed)


def in_lines(text: str) -> list[tuple[tuple[int, ...], int]]:
    """Read the lines of numbers of a text, each with how many sentences about other calls follow."""
    return [(tuple(map(int, found[:7])), len(APART.findall(found[7]))) for found in LINE.findall(text)]


def in_markdown(text: str) -> list[tuple[tuple[int, ...], int]]:
    """Read the rows of the table of apps; a cell is a number that opens, or names."""
    rows = [line.split(" | ") for line in text.splitlines() if line.count(" | ") == len(COUNTED) + 1]
    apps = [cells for cells in rows if not cells[0].startswith(("| app", "| ---", "| no declaration"))]
    return [(tuple(map(count_of, cells[2:])), len(APART.findall(cells[0]))) for cells in apps]


def count_of(cell: str) -> int:
    opened = re.search(r"<summary>(\d+)</summary>", cell)
    if opened or cell.strip() == "0":
        return int(opened[1]) if opened else 0
    more = re.search(r"and (\d+) more", cell)
    return len(re.findall(r"`[^`]+`", cell)) + (int(more[1]) if more else 0)


@pytest.fixture(scope="module", params=PROJECTS, ids=lambda project: project.name)
def report(request: pytest.FixtureRequest) -> Report:
    project: Path = request.param
    return scan(Request((project,), FIXTURES))


def rendered(form: str, report: Report) -> str:
    return render_state(form, report, View(lambda _: None, width=10_000))


def test_each_grant_is_one_of_three_things_and_each_need_one_of_two(report: Report) -> None:
    for result in report.apps:
        assert sorted((*result.used, *result.excess, *result.unknown)) == list(result.granted)
        assert sorted((*result.met, *result.missing)) == list(result.needed)


def test_text_json_sarif_and_markdown_tell_the_same_numbers(report: Report) -> None:
    wanted = sorted((numbers_of(result), apart_of(result)) for result in report.apps)
    told = json.loads(rendered("json", report))["apps"]
    runs = json.loads(rendered("sarif", report))["runs"]
    descriptions = "\n".join(run["automationDetails"]["description"]["text"] for run in runs)
    assert sorted(in_lines(rendered("text", report))) == wanted
    assert sorted(in_lines(descriptions.replace(".", ".\n"))) == wanted
    assert sorted(in_markdown(rendered("markdown", report))) == wanted
    assert sorted((tuple(len(app[name]) for name in COUNTED), apart_in(app)) for app in told) == wanted


# What each state of a cell of the page says of a permission: granted, needed, met.
CELLS = {
    "missing": ("needed", "missing"),
    "excess": ("granted", "excess"),
    "unknown": ("granted", "unknown"),
    "used": ("granted", "used"),
    "covered": ("needed", "met"),
}


def columns_of(page: str) -> list[Counter[str]]:
    """Read the tables of the page: for each app, how many cells have each state."""
    found: list[Counter[str]] = []
    for body in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL):
        rows = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr .*?</tr>", body, re.DOTALL)]
        states = [[re.search(r'class="state (\w+)"', cell) for cell in row] for row in rows]
        found += [Counter(cell[1] for cell in column if cell) for column in zip(*states, strict=True)]
    return found


def states_of(result: AppResult) -> Counter[str]:
    """Say how many cells of each state an app has: a permission stands in one row, whatever it is called for."""
    states = {}
    for name in {*result.granted, *result.needed}:
        told = [state for state in ("missing", "excess", "unknown", "used") if name in getattr(result, state)]
        states[name] = told[0] if told else "covered"
        assert set(CELLS[states[name]]) <= {part for part in COUNTED if name in getattr(result, part)}
    return Counter(states.values())


def test_the_page_has_a_cell_for_each_permission_of_an_app_in_its_state(report: Report) -> None:
    wanted = [states_of(result) for result in report.apps if {*result.granted, *result.needed}]
    none = [Counter({"needed": len(result.needed)}) for result in report.undeclared if result.needed]
    told = [column for column in columns_of(rendered("html", report)) if column]
    assert sorted(map(in_order, told)) == sorted(map(in_order, [*wanted, *none]))


def in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items())


def test_the_page_and_the_text_count_the_same_findings_gaps_and_requests(report: Report) -> None:
    page, text = rendered("html", report), rendered("text", report)
    counts = dict(re.findall(r"<dt>([\w: ]+)</dt><dd>(\d+)</dd>", page))
    levels = [re.search(rf"^(?:.*, )?(\d+) {level}s?(?:,|;| \(|$)", text, re.MULTILINE) for level in LEVELS]
    assert [counts[f"{level}s"] for level in LEVELS] == [found[1] if found else "0" for found in levels]
    read = re.search(r"read: (\d+) requests?, \d+ events?, (\d+) gaps?", text)
    assert read
    assert (counts["requests"], counts["gaps"]) == (read[1], read[2])
    assert counts["apps"] == str(len(report.apps))
    headings = Counter(re.findall(r'<span class="level (\w+)">\w+</span> ', page))
    assert {level: int(counts[f"{level}s"]) for level in LEVELS if counts[f"{level}s"] != "0"} == {
        level: headings[level] for level in LEVELS if headings[level]
    }


def test_junit_has_a_suite_for_each_app_with_its_permissions_and_findings(report: Report) -> None:
    root = ET.fromstring(rendered("junit", report))  # noqa: S314 - what our own renderer wrote
    cases = {suite.get("name"): list(suite) for suite in root}
    ended = {name: Counter(one.tag for case in suite for one in case) for name, suite in cases.items()}
    for suite in root:
        told = (suite.get("failures"), suite.get("errors"), suite.get("skipped"), suite.get("tests"))
        counts = ended[suite.get("name")]
        numbers = (counts["failure"], counts["error"], counts["skipped"], len(suite))
        assert told == tuple(map(str, numbers))
    shown = [one for one in report.findings if one.suppressed is None]
    total = sum(ended.values(), Counter())
    assert total["failure"] == sum(one.level != "note" for one in shown)
    assert total["system-out"] == sum(one.level == "note" for one in shown)
    inventory = report.inventory
    assert total["skipped"] == len(report.findings) - len(shown) + len(inventory.gaps) + len(inventory.unread)
    assert total["error"] == len(report.errors)
    wanted: Counter[str] = Counter()
    for result in report.apps:
        wanted[f"{result.app.system} {result.app.name}".strip()] += len(result.met)
    granted = {
        name: sum("needed and granted at" in one.get("name", "") for one in suite) for name, suite in cases.items()
    }
    assert {name: count for name, count in granted.items() if count} == {
        n: count for n, count in wanted.items() if count
    }


def test_csv_has_a_row_for_each_finding_gap_and_error_with_its_level(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(rendered("csv", report))))
    told = Counter((row["type"], row["level"], row["kind"], row["app"], row["permission"]) for row in rows)
    wanted: Counter[tuple[str, ...]] = Counter()
    wanted.update(("finding", one.level, one.rule, one.app, one.permission) for one in report.findings)
    wanted.update(("gap", "", gap.kind, "", "") for gap in report.inventory.gaps)
    wanted.update(("error", "error", "", "", "") for _ in report.errors)
    wanted.update(("unread", "", one.reason, "", "") for one in report.inventory.unread)
    assert told == wanted


def apart_in(app: dict[str, list[object]]) -> int:
    return bool(app["own_account_calls"]) + bool(app["unattributed"])


def test_every_format_has_the_same_findings(report: Report) -> None:
    shown = [finding for finding in report.findings if finding.suppressed is None]
    kinds, levels = Counter(one.rule for one in shown), Counter(COMMANDS[one.level] for one in shown)
    annotations = rendered("github", report)
    told = Counter(re.findall(r"^::(\w+) file=", annotations, re.MULTILINE))
    told.update({found["command"]: int(found["count"]) for found in MORE.finditer(annotations)})
    assert told == levels
    unread = Counter({"files-not-read": len(report.inventory.unread)})
    assert Counter(entry["check_name"] for entry in json.loads(rendered("gitlab", report))) == kinds + unread
    told = Counter(one["rule"] for one in json.loads(rendered("json", report))["findings"] if not one["suppressed"])
    assert told == kinds
    rows = csv.DictReader(io.StringIO(rendered("csv", report)))
    assert Counter(row["kind"] for row in rows if row["type"] == "finding" and not row["suppressed"]) == kinds
    assert rendered("junit", report).count(" is needed and granted at ") == sum(len(app.met) for app in report.apps)
    results = [result for run in json.loads(rendered("sarif", report))["runs"] for result in run["results"]]
    assert len(results) == len(shown)


def test_what_is_excess_or_missing_is_told_in_a_finding(report: Report) -> None:
    told = {(one.app, one.system, name) for one in report.findings for name in {one.permission, *one.any_of}}
    messages = "".join(one.message for one in report.findings)
    for result in report.apps:
        for name in (*result.excess, *result.missing):
            # A name that no permission has may be told in the finding about the permission it means.
            meant = name in result.misnamed and f"'{name}'" in messages
            assert meant or (result.app.name, result.app.system, name) in told
