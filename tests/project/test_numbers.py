"""The numbers of every app of the project fixtures add up, and every format tells the same ones."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

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


def apart_in(app: dict[str, list[object]]) -> int:
    return bool(app["own_account_calls"]) + bool(app["unattributed"])


def test_every_format_has_the_same_findings(report: Report) -> None:
    shown = [finding for finding in report.findings if finding.suppressed is None]
    kinds, levels = Counter(one.rule for one in shown), Counter(COMMANDS[one.level] for one in shown)
    annotations = rendered("github", report)
    told = Counter(re.findall(r"^::(\w+) file=", annotations, re.MULTILINE))
    told.update({found["command"]: int(found["count"]) for found in MORE.finditer(annotations)})
    assert told == levels
    assert Counter(entry["check_name"] for entry in json.loads(rendered("gitlab", report))) == kinds
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
