"""Every project fixture is judged exactly as its lines claim."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from leastscope.pipeline import scan
from leastscope.request import Request
from places import FIXTURES
from project_claims import MalformedClaimError, claims_in, claims_of, differences, facts_of

if TYPE_CHECKING:
    from pathlib import Path

PROJECTS = sorted(path for path in (FIXTURES / "projects").iterdir() if path.is_dir() and path.name != "example")


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_project_is_judged_exactly_as_its_lines_claim(project: Path) -> None:
    report = scan(Request((project,), FIXTURES))
    assert differences(claims_of(project, FIXTURES), facts_of(report)) == []
    assert report.errors == ()


def test_the_example_of_the_readme_is_judged_like_this() -> None:
    report = scan(Request((FIXTURES / "projects/example",), FIXTURES))
    assert [
        (one.span.path.removeprefix("projects/example/"), one.span.line, one.rule, one.permission, one.level)
        for one in report.findings
    ] == [
        ("app/stripe-app.json", 19, "excess-grant", "coupon_write", "warning"),
        ("backend/billing.py", 37, "missing-grant", "invoice_read", "error"),
        ("backend/webhooks.py", 27, "missing-grant", "event_read", "note"),
    ]


MARKET = {
    ("desk", "stripe"): ("desk/app", {"coupon_write", "customer_read"}, {"charge_write"}),
    ("nightly", "stripe"): (".", {"dispute_read", "payout_read"}, {"balance_read"}),
    ("connect", "stripe-connect"): ("connect", {"read_only"}, {"read_write"}),
    ("pay", "adyen"): ("pay", {"psp.accountsettings:write", "psp.onlinepayment:write"}, {"psp:paybylink:write"}),
    ("store", "sparkpay"): ("store", {"content", "read_orders"}, {"read_people"}),
}
CODE = {"desk": "desk/", "nightly": "jobs/", "connect": "connect/", "pay": "pay/", "store": "store/"}


def test_all_systems_of_one_repository_are_kept_apart() -> None:
    report = scan(Request((FIXTURES / "projects/market",), FIXTURES))
    assert {
        (one.app.name, one.app.system): (
            one.app.root.removeprefix("projects/market").lstrip("/") or ".",
            set(one.granted),
            set(one.missing),
        )
        for one in report.apps
    } == MARKET
    needed = [one for one in report.findings if one.rule == "missing-grant"]
    assert len(needed) == len(MARKET)
    for finding in needed:
        assert finding.span.path.startswith(f"projects/market/{CODE[finding.app]}")
        assert all(step.span.path.startswith(f"projects/market/{CODE[finding.app]}") for step in finding.related)


@pytest.mark.parametrize("part", ["desk", "connect", "pay", "store"])
def test_a_part_of_a_repository_scanned_alone_misses_the_same(part: str) -> None:
    folder = FIXTURES / "projects/market" / part
    report = scan(Request((folder, FIXTURES / "projects/market/libs"), FIXTURES / "projects/market"))
    alone = {(one.app.name, one.app.system): set(one.missing) for one in report.apps if one.app.name == part}
    assert alone == {key: missing for key, (_, _, missing) in MARKET.items() if key[0] == part}


def test_what_an_environment_leaves_open_a_file_of_settings_tells(tmp_path: Path) -> None:
    code = (
        "import os\nPAGE = 'https://connect.stripe.com/oauth/authorize'\n"
        "URL = f\"{PAGE}?client_id=ca_1&scope={os.environ['CONNECT_SCOPE']}\"\n"
    )
    (tmp_path / "app.py").write_text(code, "utf-8")
    assert [gap.kind for gap in scan(Request((tmp_path,), tmp_path)).inventory.gaps] == ["unknown-scope"]
    (tmp_path / ".env").write_text("STRIPE_CONNECT_SCOPE=read_only\n", "utf-8")
    report = scan(Request((tmp_path,), tmp_path))
    assert report.inventory.gaps == ()
    assert [app.granted for app in report.apps] == [("read_only",)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conf.yaml", "pay:\n  hello: [read_only]\n"),
        ("conf.toml", "hello = 'read_only'\n"),
        ("conf.json", '{"a": [{"Hello": "read_only"}]}'),
        ("conf.ini", "[pay]\nhello = read_only\n"),
        ("page.html", '<a href="https://connect.stripe.com/oauth/authorize?client_id=c&scope=read_only">'),
        ("page.jinja2", "<a href='https://connect.stripe.com/oauth/authorize?client_id={{ id }}&amp;scope=read_only'>"),
    ],
)
def test_scopes_stand_in_text_files_under_keys_that_the_settings_name(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import stripe\nstripe.Charge.create(stripe_account=ACCOUNT)\n", "utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "leastscope.yaml").write_text("scopes: {stripe-connect: [hel*]}\n", "utf-8")
    report = scan(Request((tmp_path,), tmp_path))
    assert [(app.app.system, app.granted, app.app.declared_in) for app in report.apps] == [
        ("stripe-connect", ("read_only",), (name,))
    ]
    assert [one.rule for one in report.findings] == ["missing-grant"]


# the language of the claims


def test_a_claim_stands_on_its_line_or_alone_before_it() -> None:
    text = (
        "a = 1  # finding: missing-grant people error\n\n// finding: uncovered-call note; excess-grant a warning\n"
        '# gap: limit\n\n# a remark\n<a>  <!-- finding: excess-grant b suppressed -->\n"url": "https://a/#b"\n'
    )
    assert claims_in(text) == [
        (1, "finding: missing-grant people error"),
        (7, "finding: excess-grant b suppressed"),
        (7, "finding: uncovered-call note"),
        (7, "finding: excess-grant a warning"),
        (7, "gap: limit"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # finding: missing-grants people error",
        "x = 1  # finding: missing-grant people",
        "x = 1  # finding: missing-grant people bad",
        "x = 1  # finding: missing-grant people and error",
        "x = 1  # gap: no-such-kind",
        "# finding: uncovered-call note\n",
    ],
)
def test_a_malformed_claim_fails(text: str) -> None:
    with pytest.raises(MalformedClaimError):
        claims_in(text)


def test_claims_are_exact_both_ways_and_count() -> None:
    one, other = ("a.py", 1, "finding: uncovered-call note"), ("a.py", 2, "gap: limit")
    assert differences(Counter([one]), Counter([one])) == []
    assert differences(Counter([one, one]), Counter([one])) == [
        "a.py:1: claimed, and not found: finding: uncovered-call note"
    ]
    assert differences(Counter(), Counter([other])) == ["a.py:2: found, and not claimed: gap: limit"]
