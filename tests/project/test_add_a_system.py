"""A system is added with a folder of rules alone: no line of the engine knows it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from leastscope.errors import RulePackError
from leastscope.pipeline import scan
from leastscope.request import Request
from leastscope.rulebook.compile import rules_root
from places import ROOT
from project_claims import claims_of, differences, facts_of

if TYPE_CHECKING:
    from pathlib import Path

ADDED = ROOT / "fixtures" / "added_system"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with the packs of general libraries and of the added system."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "rules"
    shutil.copytree(rules_root() / "http", folder / "http")
    shutil.copytree(ADDED / "rules" / "kiosk", folder / "kiosk")
    return folder


def test_a_program_is_judged_by_the_added_rules_exactly_as_its_lines_claim(rules: Path) -> None:
    report = scan(Request((ADDED / "program",), ADDED, rules=rules))
    assert differences(claims_of(ADDED / "program", ADDED), facts_of(report)) == []
    assert report.errors == ()
    assert {(app.app.name, app.app.kind, app.missing, app.excess) for app in report.apps} == {
        ("Kiosk client", "oauth", ("sales.read", "sales.write"), ("papers.read", "sale.read")),
        ("nightly", "token", ("papers.write",), ("sales.write",)),
    }


def test_without_the_added_rules_nothing_is_found() -> None:
    report = scan(Request((ADDED / "program" / "web",), ADDED))
    assert (report.apps, report.findings, report.inventory.needs) == ((), (), ())


def test_an_operation_that_declares_a_request_nobody_has_is_refused(rules: Path) -> None:
    file = rules / "kiosk" / "operations.yaml"
    file.write_text(file.read_text("utf-8").replace("declares: authorize", "declares: authorise"), "utf-8")
    with pytest.raises(RulePackError, match=r"GET /authorize declares 'kiosk/authorise', .* 'kiosk/authorize'\?"):
        scan(Request((ADDED / "program",), ADDED, rules=rules))
