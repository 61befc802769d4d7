"""Every fixture gives exactly what its lines claim, and the language of the claims means what it says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from cases import CALLS, cases
from expectations import Claims, MalformedClaimError, differences, facts_of, inventory_of, read_claims
from leastscope.rulebook.compile import available_systems

if TYPE_CHECKING:
    from pathlib import Path

    from cases import Case

CASES = cases()
NONE = Claims({}, silent=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fixture_gives_exactly_what_its_lines_claim(case: Case, tmp_path: Path) -> None:
    program = case.placed(tmp_path)
    facts = facts_of(inventory_of([program], program.parent))
    found = []
    for path in case.files():
        shown = path.relative_to(case.path.parent).as_posix()
        source = path.read_text(encoding="utf-8")
        claims = read_claims(source) if source else NONE
        found += [f"{shown}: {text}" for text in differences(claims.lines, facts.pop(shown, {}))]
    assert found == []
    assert facts == {}


def test_every_fixture_compiles_and_says_what_it_is_about() -> None:
    bare = [
        path.relative_to(CALLS).as_posix()
        for case in CASES
        for path in case.files()
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert bare == []


def test_the_folders_of_fixtures_are_named_after_the_systems() -> None:
    assert {case.name.partition("/")[0] for case in CASES} <= set(available_systems())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'import stripe\nprint "found", stripe.Customer.list()\n', "syntax-error"),
        (b"import stripe\nstripe.Customer.create(\n", "syntax-error"),
        (b'# -*- coding: utf-8 -*-\nname = "\xe9"\nstripe = 1\n', "undecodable"),
        (b"import stripe; " + b"[" * 400 + b"stripe" + b"]" * 400 + b"\n", "too-deep"),
        (b"import stripe; " + b" + ".join([b"1"] * 5000) + b"\n", "too-deep"),
    ],
    ids=["python 2", "unclosed", "not utf-8", "brackets", "a chain"],
)
def test_a_file_that_cannot_be_read_is_one_gap_and_hides_no_other_file(
    content: bytes, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.py").write_bytes(content)
    (tmp_path / "good.py").write_text("import stripe\nstripe.Customer.list()\n", encoding="utf-8")
    inventory = inventory_of([tmp_path], tmp_path)
    assert [(gap.kind, gap.span.path, gap.system) for gap in inventory.gaps] == [(kind, "bad.py", "stripe")]
    assert [need.request.span.path for need in inventory.needs] == ["good.py"]


def test_a_claim_stands_on_the_line_of_the_code_or_alone_before_it() -> None:
    claims = read_claims(
        "x = 1  # expect: customer_read\n# gap: limit\n\n# a remark\ny = (\n    2,\n)  # event: invoice.paid\n"
    )
    assert dict(claims.lines) == {
        1: {("expect", "customer_read")},
        5: {("gap", "limit")},
        7: {("event", "invoice.paid")},
    }


def test_one_comment_can_hold_several_claims() -> None:
    claims = read_claims("x = 1  # expect: customer_read invoice_read op: GET /v1/a GET /v1/b key: env:KEY\n")
    assert claims.lines[1] == {
        ("expect", "customer_read"),
        ("expect", "invoice_read"),
        ("op", "GET /v1/a"),
        ("op", "GET /v1/b"),
        ("key", "env:KEY"),
    }


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # expects: customer_read\n",
        "x = 1  # expect: customer_raed\n",
        "x = 1  # expect: invoice.paid\n",
        "x = 1  # expect:\n",
        "x = 1  # gap: no-such-kind\n",
        "x = 1  # event: invoice.payed\n",
        "x = 1  # missed: nothing\n",
        "x = 1  # op: GET\n",
        "x = 1\n# expect: customer_read\n",
        "x = 1\n",
        "x = 1  # expect: customer_read\n# expect-nothing\n",
    ],
)
def test_a_malformed_claim_fails(source: str) -> None:
    with pytest.raises(ValueError, match=r"line 1|claim|shorter"):
        read_claims(source)


def test_a_string_that_looks_like_a_claim_is_none() -> None:
    assert read_claims('x = "# expect: customer_read"\n# expect-nothing\n').lines == {}


READ = ("expect", "customer_read")


@pytest.mark.parametrize(
    ("claimed", "facts", "said"),
    [
        ({READ}, {READ}, []),
        ({READ}, set(), ["claimed, and not found"]),
        (set(), {READ}, ["found, and not claimed"]),
        ({READ}, {("possible", "customer_read")}, ["claimed, and not found", "found, and not claimed"]),
        ({("missed", "customer_read")}, set(), []),
        ({("missed", "customer_read")}, {READ}, ["found, and not claimed", "paid"]),
        ({("false-alarm", "customer_read")}, {READ}, []),
        ({("false-alarm", "customer_read")}, set(), ["paid"]),
        ({READ}, {READ, ("op", "GET /v1/customers")}, []),
        ({READ, ("op", "GET /v1/charges")}, {READ, ("op", "GET /v1/customers")}, ["claimed", "found"]),
    ],
)
def test_claims_are_exact_both_ways_and_paid_debts_are_told(
    claimed: set[tuple[str, str]], facts: set[tuple[str, str]], said: list[str]
) -> None:
    lines = differences({3: frozenset(claimed)}, {3: frozenset(facts)})
    assert len(lines) == len(said)
    assert all(line.startswith(f"line 3: {text}") for line, text in zip(lines, said, strict=True))


def test_malformed_claims_have_an_error_of_their_own() -> None:
    assert issubclass(MalformedClaimError, ValueError)
