"""Every format counts what was not read, by reason, and names what a change adds to it."""

from __future__ import annotations

import csv
import html
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from leastscope.diff import State, diff
from leastscope.kinds import UNREAD
from leastscope.model import Inventory, Report, Unread
from leastscope.report.formats import FORMATS, View, render_change, render_state
from report_samples import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

NONE = Report("0.1.0", Inventory((), (), ()))
BASE, HEAD = State("main", "1" * 40), State("")


def with_unread(report: Report, *unread: Unread) -> Report:
    return replace(report, inventory=replace(report.inventory, unread=unread))


def notifications(text: str) -> str:
    (run,) = json.loads(text)["runs"]
    return " ".join(one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"])


def summary(text: str) -> str:
    counts = json.loads(text)["summary"]["unread"]
    return " ".join(f"{one['count']} {UNREAD[one['reason']][one['count'] != 1]}" for one in counts)


READ_BACK: dict[str, Callable[[str], str]] = {
    "text": lambda text: " ".join(text.split()),
    "concise": str,
    "markdown": lambda text: text.replace("`", ""),
    "html": str,
    "github": lambda text: " ".join(line for line in text.splitlines() if line.startswith("::notice ")),
    "json": summary,
    "sarif": notifications,
    "gitlab": lambda text: " ".join(one["description"] for one in json.loads(text)),
    "csv": lambda text: " ".join(row["message"] for row in csv.DictReader(StringIO(text)) if row["type"] == "unread"),
    "junit": lambda text: " ".join(one.attrib["message"] for one in ET.fromstring(text).iter("skipped")),  # noqa: S314
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("reason", UNREAD)
@pytest.mark.parametrize("count", [1, 2])
def test_every_format_counts_what_was_not_read_for_each_reason(form: str, reason: str, count: int) -> None:
    unread = Unread(reason, ("a", "b")[:count])
    counted = f"{count} {UNREAD[reason][count - 1]}"
    assert counted in READ_BACK[form](render_state(form, with_unread(NONE, unread), View(str)))
    assert counted not in render_state(form, NONE, View(str))


def test_github_shows_no_more_notices_than_it_has_room_for() -> None:
    notes = tuple(replace(REPORT.findings[-1], level="note", message=f"{n}", suppressed=None) for n in range(30))
    text = render_state("github", replace(with_unread(NONE, Unread("links", ("a",))), findings=notes), View(str))
    lines = text.splitlines()
    assert len(lines) == 10
    assert lines[-2:] == [
        "::notice title=leastscope::22 more notes: see the job summary",
        "::notice title=leastscope::Not read: 1 symbolic link",
    ]


CHANGED: dict[str, Callable[[str], str]] = {
    **READ_BACK,
    "json": lambda text: " ".join(
        f"{one['count']} {UNREAD[one['reason']][one['count'] != 1]} (new: {', '.join(map(repr, one['new']))})"
        for one in json.loads(text)["unread"]
    ),
    "markdown": lambda text: re.sub("`(b c|aa)`", r"'\1'", text).replace("`", ""),
    "html": html.unescape,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("reason", UNREAD)
def test_every_format_of_a_change_counts_what_is_not_read_and_names_what_is_new(form: str, reason: str) -> None:
    before, after = with_unread(NONE, Unread(reason, ("a",))), with_unread(NONE, Unread(reason, ("a", "b c")))
    written = CHANGED[form](render_change(form, diff(before, after, BASE, HEAD), after, View(str)))
    assert f"2 {UNREAD[reason][1]} (new: 'b c')" in written


@pytest.mark.parametrize("form", FORMATS)
def test_a_change_that_adds_nothing_unread_names_nothing(form: str) -> None:
    report = with_unread(NONE, Unread("links", ("aa",)))
    written = CHANGED[form](render_change(form, diff(report, report, BASE, HEAD), report, View(str)))
    assert "1 symbolic link" in written
    assert "(new: 'aa'" not in written


def test_of_many_new_paths_the_first_are_named() -> None:
    after = with_unread(NONE, Unread("links", tuple("abcde")))
    text = render_change("text", diff(NONE, after, BASE, HEAD), after, View(str, width=200))
    assert "not read: 5 symbolic links (new: 'a', 'b', 'c' and 2 more)" in text


def test_a_path_that_is_no_longer_read_is_a_change() -> None:
    read, left = with_unread(NONE, Unread("links", ("a",))), with_unread(NONE, Unread("links", ("a", "b")))
    assert not diff(read, left, BASE, HEAD).is_empty
    assert diff(left, read, BASE, HEAD).is_empty
