"""The catalog is complete, unambiguous and within what services accept, and the pages are rendered from it."""

from __future__ import annotations

import ast
import re

import pytest

from leastscope.kinds import FINDINGS, GAPS, HOME, FindingKind, GapKind
from leastscope.report.catalog import advice, gap_help_text, help_markdown, help_text, render_pages
from places import ROOT
from report_samples import committed

DESIGNED_FINDINGS = {
    "missing-grant", "excess-grant", "write-not-needed", "redundant-grant", "incomplete-grant", "unknown-grant",
    "sensitive-grant", "missing-purpose", "duplicate-grant", "scope-mismatch", "uncovered-call", "unresolved-call",
    "undeclared-system", "own-account-calls",
    "unused-suppression", "second-declaration",
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
    assert kind.url.endswith(f"/{kind.name}.md")


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


@pytest.mark.parametrize("name", render_pages())
def test_the_committed_pages_are_the_rendered_ones(name: str) -> None:
    rendered = render_pages()[name]
    assert committed(f"docs/{name}", rendered) == rendered


def test_every_kind_has_a_page_and_every_page_a_kind() -> None:
    for folder, kinds in (("findings", FINDINGS), ("gaps", GAPS)):
        assert {path.stem for path in (ROOT / "docs" / folder).iterdir()} == {kind.name for kind in kinds}


@pytest.mark.parametrize("kind", [*FINDINGS, *GAPS], ids=lambda kind: kind.name)
def test_the_address_of_a_kind_is_that_of_its_page(kind: FindingKind | GapKind) -> None:
    assert kind.url.startswith(f"{HOME}/blob/main/")
    page = (ROOT / kind.url.removeprefix(f"{HOME}/blob/main/")).read_text("utf-8")
    assert page.startswith(f"# {kind.name}\n")
    text = kind.full if isinstance(kind, FindingKind) else kind.text
    assert text in page
    assert kind.id in page


@pytest.mark.parametrize("kind", GAPS, ids=lambda kind: kind.name)
def test_the_examples_of_a_gap_are_code_and_in_its_help(kind: GapKind) -> None:
    for code in (kind.before, kind.after):
        assert code in gap_help_text(kind)
        if kind.name != "syntax-error" or code is kind.after:
            ast.parse(code)
    assert kind.before or not kind.after
