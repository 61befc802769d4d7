"""Every format counts what was not read, by reason."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from leastscope.kinds import UNREAD
from leastscope.model import Inventory, Report, Unread
from leastscope.report.formats import FORMATS, View, render_state
from report_samples import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

NONE = Report("0.1.0", Inventory((), (), ()))


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
    unread = Unread(reason, count, ("a", "b")[:count])
    counted = f"{count} {UNREAD[reason][count - 1]}"
    assert counted in READ_BACK[form](render_state(form, with_unread(NONE, unread), View(str)))
    assert counted not in render_state(form, NONE, View(str))


def test_github_shows_no_more_notices_than_it_has_room_for() -> None:
    notes = tuple(replace(REPORT.findings[-1], level="note", message=f"{n}", suppressed=None) for n in range(30))
    text = render_state("github", replace(with_unread(NONE, Unread("links", 1, ("a",))), findings=notes), View(str))
    lines = text.splitlines()
    assert len(lines) == 10
    assert lines[-2:] == [
        "::notice title=leastscope::22 more notes: see the job summary",
        "::notice title=leastscope::Not read: 1 symbolic link",
    ]
