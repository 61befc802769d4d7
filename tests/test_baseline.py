"""A baseline keeps what was found before from counting, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from command import CUSTOMERS, MANIFEST, READS, project, refusal, run
from leastscope.baseline import Baseline, Known, in_baseline, parse_baseline, render_baseline, without_known
from leastscope.errors import UsageError
from leastscope.model import Finding, Level, Span, Step
from repositories import PROJECT, WITH_REFUND, repository

if TYPE_CHECKING:
    from pathlib import Path

FILE = "leastscope-baseline.json"
COUPONS = '{"permission": "coupon_write", "purpose": "Offers discounts"}'
EMPTY = '{"schema": 1, "findings": []}'
PLACE = Span("a.py", 1, 1, 1, 5)


def finding(fingerprint: str, level: Level = "warning") -> Finding:
    evidence = (Step(PLACE, "here"),)
    return Finding(
        "excess-grant", level, "certain", "app", "shop", "read", (), PLACE, "Said.", evidence, (), fingerprint
    )


def baseline(*findings: Finding) -> Baseline:
    return parse_baseline(FILE, render_baseline(findings).encode())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop", grants=COUPONS)


def test_what_was_written_does_not_count_and_what_is_new_does(shop: Path) -> None:
    assert run(shop, "scan").code == 1
    written = run(shop, "baseline")
    assert written.code == 0
    assert "wrote 2 findings to leastscope-baseline.json" in written.err
    known = run(shop, "scan", "--baseline", FILE)
    assert known.code == 0
    assert "no findings (2 in the baseline)" in known.out.decode()
    (shop / "more.py").write_text(READS.replace("customers.retrieve('cus_1')", "refunds.list()"), "utf-8")
    assert run(shop, "scan", "--baseline", FILE).code == 1


def test_the_settings_name_the_baseline_and_it_is_the_same_from_every_folder(shop: Path) -> None:
    (shop / "leastscope.yaml").write_text("baseline: known/findings.json\n", "utf-8")
    (shop / "known").mkdir()
    assert "'known/findings.json'" in refusal(run(shop, "scan")).replace(
        "known/findings.json:", "'known/findings.json'"
    )
    assert "findings.json" in run(shop / "known", "baseline", "..").err
    assert run(shop, "scan").code == 0
    (shop / "part").mkdir()
    (shop / "code.py").rename(shop / "part/code.py")
    assert run(shop, "baseline").code == 0
    assert run(shop / "part", "scan").code == 0


@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "gitlab", "markdown", "sarif"])
def test_in_every_format_a_known_finding_does_not_count(shop: Path, form: str) -> None:
    run(shop, "baseline")
    outcome = run(shop, "scan", "--baseline", FILE, "--format", form)
    assert outcome.code == 0
    needle = {"sarif": b'"ruleId"', "json": b'"missing-grant": 1', "markdown": b"1 permission missing"}.get(
        form, b"missing-grant"
    )
    assert needle in run(shop, "scan", "--format", form).out
    assert needle not in outcome.out


def test_sarif_says_what_is_new(shop: Path) -> None:
    run(shop, "baseline")
    (shop / "more.py").write_text(READS.replace("customers.retrieve('cus_1')", "refunds.list()"), "utf-8")
    log = json.loads(run(shop, "scan", "--baseline", FILE, "--format", "sarif", "--show-suppressed").out)
    results = [result for one in log["runs"] for result in one["results"]]
    states = {(one["baselineState"], "suppressions" in one) for one in results}
    assert states == {("new", False), ("unchanged", True)}


def test_a_baseline_hides_no_error_in_a_file(shop: Path) -> None:
    run(shop, "baseline")
    (shop / "stripe-app.json").write_text("{", "utf-8")
    assert run(shop, "scan", "--baseline", FILE).code == 2


def test_entries_that_match_nothing_are_told_once_and_writing_again_removes_them(shop: Path) -> None:
    run(shop, "baseline")
    (shop / "stripe-app.json").write_text(MANIFEST % CUSTOMERS, "utf-8")
    text = run(shop, "scan", "--baseline", FILE).out.decode()
    assert "note[unused-suppression]: The baseline has 2 findings that are gone." in text
    assert f"--> {FILE}:" in text
    run(shop, "baseline")
    assert "no findings\n" in run(shop, "scan", "--baseline", FILE).out.decode()


def test_a_finding_that_became_worse_counts_again() -> None:
    (found,), stale = without_known([finding("f", "error")], baseline(finding("f", "note")))
    assert found.suppressed is None
    assert "The baseline has it as a note." in found.message
    assert stale == ()
    (found,), _ = without_known([finding("f", "note")], baseline(finding("f", "error")))
    assert in_baseline(found, FILE)


def test_what_is_suppressed_keeps_its_reason_and_is_not_written() -> None:
    one = replace(finding("f"), suppressed="by hand")
    assert without_known([one], baseline(finding("f")))[0] == (one,)
    assert baseline(one).findings == ()


def test_equal_findings_are_counted() -> None:
    """The fingerprint of an equal finding has its number, so that a further one is new."""
    found, _ = without_known([finding("f1"), finding("f2")], baseline(finding("f1")))
    assert [one.suppressed is None for one in found] == [False, True]


def test_writing_and_reading_gives_what_was_written_in_a_stable_order() -> None:
    several = [finding("b"), finding("a", "error")]
    assert render_baseline(several) == render_baseline(reversed(several))
    known = baseline(*several).findings
    assert [(one.fingerprint, one.level, one.rule, one.file) for one in known] == [
        ("a", "error", "excess-grant", "a.py"),
        ("b", "warning", "excess-grant", "a.py"),
    ]
    assert isinstance(known[0], Known)
    assert known[1].span.line == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", f"{FILE}:1:"),
        ("[]", "expected a baseline"),
        ('{"findings": [{"level": "error"}]}', "fingerprint"),
        ('{"findings": [{"fingerprint": "a", "level": "bad"}]}', "expected error or warning or note"),
        ('{"findings": {}}', "expected a list"),
        ('{"found": []}', "findings"),
    ],
)
def test_a_broken_baseline_is_an_error_that_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_baseline(FILE, text.encode())
    assert said in str(error.value)


def test_a_change_cannot_hide_its_findings_in_the_baseline(tmp_path: Path) -> None:
    made = repository(tmp_path / "shop", {**PROJECT, "leastscope.yaml": f"baseline: {FILE}\n", FILE: EMPTY})
    made.write(WITH_REFUND)
    run(made.folder, "baseline")
    assert run(made.folder, "scan").code == 0
    outcome = run(made.folder, "diff", "main")
    assert outcome.code == 1
    assert b"missing-grant" in outcome.out


@pytest.mark.parametrize("grants", [CUSTOMERS, ""])
def test_a_baseline_that_is_named_is_written_again(tmp_path: Path, grants: str) -> None:
    """It is what the command itself wrote, with findings or without."""
    project(tmp_path, grants=grants)
    for _ in range(2):
        assert run(tmp_path, "baseline", "--output", "known.json").code == 0
