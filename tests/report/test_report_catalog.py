"""The catalog is complete, unambiguous and within what services accept, and the pages are rendered from it."""

from __future__ import annotations

import re

import pytest

from leastscope.kinds import FINDINGS, GAPS, FindingKind, GapKind
from leastscope.report.catalog import advice, help_markdown, help_text, render_findings_page, render_gaps_page
from report_samples import committed

DESIGNED_FINDINGS = {
    "missing-grant", "excess-grant", "write-not-needed", "redundant-grant", "incomplete-grant", "unknown-grant",
    "sensitive-grant", "missing-purpose", "duplicate-grant", "scope-mismatch", "uncovered-call", "unresolved-call",
    "undeclared-system", "own-account-calls",
    "unused-suppression",
}  # fmt: skip


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def test_every_kind_of_the_design_is_in_the_catalog() -> None:
    assert {kind.name for kind in FINDINGS} == DESIGNED_FINDINGS


def test_ids_and_names_are_never_used_twice() -> None:
    kinds: list[FindingKind | GapKind] = [*FINDINGS, *GAPS]
    assert len({kind.id for kind in kinds}) == len({kind.name for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", [*FINDINGS, *GAPS], ids=lambda kind: kind.name)
def test_titles_are_the_names_in_pascal_case_and_ids_have_their_form(kind: FindingKind | GapKind) -> None:
    assert kind.title == pascal(kind.name)
    assert re.fullmatch(r"LS[12]\d{3}", kind.id)
    assert kind.url.endswith(f"#{kind.name}")


@pytest.mark.parametrize("kind", FINDINGS, ids=lambda kind: kind.name)
def test_descriptions_are_sentences_that_services_accept(kind: FindingKind) -> None:
    for text in (kind.short, kind.full, kind.action, kind.limits):
        assert 0 < len(text) <= 1024
        assert text.endswith(".")
    assert len(kind.tags) <= 10


@pytest.mark.parametrize("kind", FINDINGS, ids=lambda kind: kind.name)
def test_security_rules_have_a_severity_and_only_they(kind: FindingKind) -> None:
    assert bool(kind.severity) == ("security" in kind.tags)
    assert not kind.severity or 0 < float(kind.severity) <= 10


@pytest.mark.parametrize("kind", FINDINGS, ids=lambda kind: kind.name)
def test_help_shows_a_wrong_and_a_right_example(kind: FindingKind) -> None:
    for text in (help_text(kind), help_markdown(kind)):
        assert kind.wrong in text
        assert kind.right in text
        assert "{permission}" not in text
        assert "{manifest}" not in text


@pytest.mark.parametrize("kind", GAPS, ids=lambda kind: kind.name)
def test_a_gap_is_documented_in_one_sentence(kind: GapKind) -> None:
    assert kind.text.endswith(".")
    assert kind.text.count(". ") == 0


def test_advice_names_the_permission_and_the_manifest_and_takes_no_orders_from_them() -> None:
    kind = next(kind for kind in FINDINGS if kind.name == "missing-grant")
    assert advice(kind, "{manifest}", "app.json") == "Grant '{manifest}' in app.json, or remove the call."
    assert advice(kind) == "Grant the permission in the manifest, or remove the call."


def test_the_committed_page_of_findings_is_the_rendered_one() -> None:
    assert committed("docs/findings.md", render_findings_page()) == render_findings_page()


def test_the_committed_page_of_gaps_is_the_rendered_one() -> None:
    assert committed("docs/gaps.md", render_gaps_page()) == render_gaps_page()
