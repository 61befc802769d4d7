"""GitLab's Code Quality document: the fields that it asks for, and fingerprints of which none is twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from leastscope.report.escape import is_hidden
from leastscope.report.gitlab import render_gitlab
from markup_pages import HOSTILE
from report_samples import EXCESS, HOSTILE_PATH, MISSING, REPORT, SHOW, SUPPRESSED, UNCOVERED, committed

if TYPE_CHECKING:
    from leastscope.model import Finding, Level


def entries(*findings: Finding) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(render_gitlab(findings))
    return read


def test_the_document_of_the_sample_is_the_committed_one() -> None:
    rendered = render_gitlab(REPORT.findings)
    assert rendered == committed("tests/goldens/scan.gitlab.json", rendered)


def test_without_findings_it_is_an_empty_list() -> None:
    assert render_gitlab(()) == "[]\n"
    assert render_gitlab((SUPPRESSED,)) == "[]\n"


def test_an_entry_has_the_fields_that_gitlab_asks_for_and_no_other() -> None:
    (entry,) = entries(MISSING)
    assert list(entry) == ["description", "check_name", "fingerprint", "severity", "location"]
    assert entry["location"] == {"path": "billing/api.py", "lines": {"begin": SHOW.line}}
    assert entry["check_name"] == "missing-grant"
    assert entry["description"].endswith("Grant 'customer_read' in 'shop-app.json', or remove the call.")


@pytest.mark.parametrize(("level", "severity"), [("error", "critical"), ("warning", "major"), ("note", "info")])
def test_levels_become_severities(level: Level, severity: str) -> None:
    assert entries(replace(MISSING, level=level))[0]["severity"] == severity


def test_a_path_starts_at_the_root_without_a_dot() -> None:
    assert entries(replace(MISSING, span=replace(SHOW, path="./a.py")))[0]["location"]["path"] == "a.py"


def test_fingerprints_are_never_the_same_even_where_those_of_the_findings_are() -> None:
    bare = replace(MISSING, fingerprint="")
    found = entries(MISSING, replace(MISSING, app="other"), bare, bare, replace(bare, permission="order_read"))
    assert len({entry["fingerprint"] for entry in found}) == 5


def test_a_fingerprint_stays_when_lines_move_or_other_findings_come() -> None:
    moved = replace(MISSING, span=replace(SHOW, line=99, end_line=99))
    assert entries(EXCESS, moved)[0]["fingerprint"] == entries(MISSING)[0]["fingerprint"]


def test_the_order_of_the_findings_changes_nothing() -> None:
    assert render_gitlab(REPORT.findings) == render_gitlab(REPORT.findings[::-1])


@given(HOSTILE, HOSTILE)
def test_nothing_hidden_reaches_the_reader(path: str, words: str) -> None:
    (entry,) = entries(replace(UNCOVERED, span=replace(UNCOVERED.span, path=path), message=words, fingerprint=words))
    assert [text for text in (entry["description"], entry["location"]["path"]) if any(map(is_hidden, text))] == []


def test_hostile_paths_of_the_sample_are_visible() -> None:
    (entry,) = entries(UNCOVERED)
    assert entry["location"]["path"] == HOSTILE_PATH.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace(
        "\n", "\\x0a"
    ).replace("\udcff", "\\udcff")
