"""Suppressions and exceptions end to end: comments in code and manifests, a day that the command line hands in."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from leastscope.pipeline import scan
from leastscope.report.contracts import render_scan
from leastscope.report.sarif import render_sarif
from leastscope.report.text import render_text
from leastscope.request import Request
from leastscope.verdict import exit_code

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Report

CODE = "import stripe\n\nstripe.Customer.list(stripe_account=account)%s\n"
WHY = "  # leastscope: ignore[missing-grant] the console has it"
MANIFEST = '{"id": "shop", "permissions": [\n%s\n]}\n'
COUPON = '{"permission": "coupon_read", "purpose": "x"}'
CUSTOMER = '{"permission": "customer_read", "purpose": "x"}'
YAML_MANIFEST = """\
id: shop
declarations:
  stripe_api_access:
    permissions:
      - permission: customer_read
        purpose: x
      # leastscope: ignore[excess-grant] wanted
      - permission: coupon_read
        purpose: x
"""
SETTINGS = "apps: [{name: shop, unused: [{permission: coupon_read, reason: the dashboard, until: 2027-03-31}]}]\n"


def report(folder: Path, files: dict[str, str], today: date | None = None, *, tests: bool = False) -> Report:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return scan(Request((folder,), folder, tests=tests, today=today))


def told(found: Report) -> list[tuple[str, str, str | None]]:
    return [(one.rule, f"{one.span.path}:{one.span.line}", one.suppressed) for one in found.findings]


@pytest.mark.parametrize(
    "code",
    [
        CODE % WHY,
        CODE.replace("\n\n", f"\n{WHY.strip()}\n") % "",
        CODE.replace("list(", "list(\n    ").replace(")%s", f"\n){WHY}"),
    ],
    ids=["behind", "above", "behind the last line"],
)
def test_a_comment_in_code_suppresses_and_the_exit_code_is_clean(tmp_path: Path, code: str) -> None:
    found = report(tmp_path, {"a.py": code, "stripe-app.json": MANIFEST % ""})
    assert [(rule, why) for rule, _, why in told(found)] == [("missing-grant", "the console has it")]
    assert exit_code(found.findings, (), (), "note", strict=False) == 0


def test_a_comment_without_a_reason_does_not_count_and_a_note_says_so(tmp_path: Path) -> None:
    found = report(tmp_path, {"a.py": CODE % WHY.removesuffix(" the console has it"), "stripe-app.json": MANIFEST % ""})
    assert told(found) == [("missing-grant", "a.py:3", None), ("unused-suppression", "a.py:3", None)]
    assert exit_code(found.findings, (), (), "error", strict=False) == 1


def test_a_string_that_looks_like_a_comment_suppresses_nothing(tmp_path: Path) -> None:
    code = CODE.replace("account)%s", '"# leastscope: ignore[missing-grant] why")')
    found = report(tmp_path, {"a.py": code, "stripe-app.json": MANIFEST % ""})
    assert told(found) == [("missing-grant", "a.py:3", None)]


@pytest.mark.parametrize(
    ("name", "manifest", "line"),
    [
        ("stripe-app.json", MANIFEST % f"{COUPON}, // leastscope: ignore[excess-grant] wanted\n{CUSTOMER}", 2),
        ("stripe-app.json", MANIFEST % f"// leastscope: ignore[excess-grant] wanted\n{COUPON},\n{CUSTOMER}", 3),
        (
            "stripe-app.yaml",
            YAML_MANIFEST,
            8,
        ),
    ],
    ids=["json, behind", "json, above", "yaml, above"],
)
def test_a_comment_in_a_manifest_suppresses_what_is_said_of_a_grant(
    tmp_path: Path, name: str, manifest: str, line: int
) -> None:
    found = report(tmp_path, {"a.py": CODE % "", name: manifest})
    assert told(found) == [("excess-grant", f"{name}:{line}", "wanted")]


def test_a_comment_in_the_settings_suppresses_what_is_said_of_a_grant_there(tmp_path: Path) -> None:
    settings = (
        "apps:\n  - name: job\n    system: stripe\n    kind: restricted-key\n    grants:\n"
        "      - {permission: customer_read, reason: x}\n"
        "      - {permission: coupon_read, reason: x}  # leastscope: ignore[excess-grant] wanted\n"
    )
    found = report(tmp_path, {"a.py": CODE % "", "leastscope.yaml": settings})
    assert told(found) == [("excess-grant", "leastscope.yaml:7", "wanted")]


def test_comments_in_tests_are_not_called_unused_where_tests_do_not_count(tmp_path: Path) -> None:
    files = {"a.py": CODE % "", "test_a.py": CODE % WHY, "stripe-app.json": MANIFEST % CUSTOMER}
    assert told(report(tmp_path, files)) == []
    assert told(report(tmp_path, files, tests=True)) == [("unused-suppression", "test_a.py:3", None)]


@pytest.mark.parametrize(
    ("today", "suppressed"), [(date(2027, 3, 31), "the dashboard"), (date(2027, 4, 1), None), (None, "the dashboard")]
)
def test_an_exception_of_the_settings_ends_with_its_day(
    tmp_path: Path, today: date | None, suppressed: str | None
) -> None:
    files = {"a.py": CODE % "", "stripe-app.json": MANIFEST % f"{COUPON},\n{CUSTOMER}", "leastscope.yaml": SETTINGS}
    found = report(tmp_path, files, today)
    assert told(found) == [("excess-grant", "stripe-app.json:2", suppressed)]
    assert ("The exception in the settings ended on 2027-03-31" in found.findings[0].message) is (suppressed is None)


def test_reports_count_what_is_suppressed_and_keep_the_justification(tmp_path: Path) -> None:
    found = report(tmp_path, {"a.py": CODE % WHY, "stripe-app.json": MANIFEST % ""})
    text = render_text(found, lambda _: None, color=False)
    assert "(1 suppressed)" in text
    assert "the console has it" not in text
    document: Any = json.loads(render_scan(found))
    assert [one["suppressed"] for one in document["findings"]] == ["the console has it"]
    assert document["summary"]["levels"] == {"error": 0, "warning": 0, "note": 0}
    log: Any = json.loads(render_sarif(found, lambda _: None, include_suppressed=True))
    (result,) = [one for run in log["runs"] for one in run["results"]]
    assert [one["justification"] for one in result["suppressions"]] == ["the console has it"]
