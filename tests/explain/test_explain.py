"""One thing is explained from the catalog, the rule packs and the report of a scan."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from command import EXAMPLE, refusal, run
from leastscope import kinds
from leastscope.explain import file_of, kind_of
from leastscope.report.catalog import help_text

if TYPE_CHECKING:
    from pathlib import Path

EVERY_KIND = [*kinds.FINDINGS, *kinds.GAPS]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def told(folder: Path, *what: str) -> str:
    outcome = run(folder, "explain", *what)
    assert outcome.code == 0, outcome.err
    return outcome.out.decode()


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.name)
def test_a_kind_is_found_by_its_name_and_by_its_id(kind: kinds.FindingKind | kinds.GapKind) -> None:
    assert kind_of(kind.name) is kind
    assert kind_of(f" {kind.id.lower()}") is kind


def test_the_page_of_a_finding_is_that_of_sarif_and_of_the_documentation(tmp_path: Path) -> None:
    text = told(tmp_path, "LS1001")
    kind = kinds.FINDING_BY_NAME["missing-grant"]
    assert text.startswith("finding missing-grant (LS1001, error)\n")
    assert text.endswith(f"{kind.url}\n")
    assert " ".join(help_text(kind).split()) in " ".join(text.split())
    assert told(tmp_path, "dynamic-operation").startswith("gap dynamic-operation (LS2001)\n")


def test_a_permission_says_what_it_allows_and_who_needs_it() -> None:
    text = told(EXAMPLE, "invoice_read")
    for line in (
        "permission 'invoice_read' (stripe)",
        "  in the vendor's dashboard: Invoices",
        "  invoice_write: Create and change invoices and invoice items",
        "  GET /v1/invoices/{invoice}",
        "  invoice.paid",
        "  app 'com.example.dunning-desk' (not granted by this name)",
        "      a 'StripeClient' is made (backend/billing.py:28:24)",
    ):
        assert f"\n{line}\n" in f"\n{text}", line
    assert "(granted)" in told(EXAMPLE, "subscription_write")
    assert told(EXAMPLE, "coupon_write").endswith("needed in this project by\n  nothing that was found\n")


def test_a_permission_of_several_systems_can_be_asked_for_one() -> None:
    assert "(stripe-connect)" in told(EXAMPLE, "read_only", "--system", "stripe-connect")
    assert "did you mean 'stripe-connect'?" in refusal(run(EXAMPLE, "explain", "x", "--system", "stripe-conect"))


def test_an_operation_says_what_it_needs_and_where_it_is_sent() -> None:
    text = told(EXAMPLE, "post", "/v1/subscriptions/sub_1")
    assert text.startswith(
        "POST /v1/subscriptions/{subscription_exposed_id} (stripe)\n  needs 'subscription_write' (docu"
    )
    assert text.count("  sent (backend/billing.py:") == 2
    assert "  nowhere that was found\n" in told(EXAMPLE, "GET /v1/customers/{id}")


def test_a_line_says_what_was_found_there() -> None:
    text = told(EXAMPLE / "backend", "billing.py:37")
    for line in (
        "'billing.py' line 37",
        "  the file was read",
        "request GET /v1/subscriptions/{subscription_exposed_id} (stripe, resolved)",
        "  needs invoice_read (documented, sure)",
        "    a 'StripeClient' is made (billing.py:28:24)",
        "error missing-grant",
        "  Grant 'invoice_read' in '../app/stripe-app.json', or remove the call.",
    ):
        assert f"\n{line}\n" in f"\n{text}", line
    assert "event customer.subscription.updated (stripe, handled)" in told(EXAMPLE, "backend/webhooks.py:27:26")
    assert "  no request, event, gap or finding\n" in told(EXAMPLE, "backend/billing.py:1")


def test_a_line_outside_of_a_repository_is_read_with_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pay").mkdir()
    (tmp_path / "pay" / "client.py").write_text("import stripe\n\nclient = stripe.StripeClient(KEY)\n", "utf-8")
    (tmp_path / "pay" / "use.py").write_text("from pay.client import client\n\nclient.v1.refunds.create({})\n", "utf-8")
    assert "\nrequest POST /v1/refunds (stripe, resolved)\n" in told(tmp_path, "pay/use.py:3")


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("quiet.py", "x = 1\n", "the file was not read: it names no API that leastscope knows"),
        ("broken.py", "import stripe\ndef (:\n", "the file was not read: "),
        (".venv/lib.py", "import stripe\n", "the file was read"),
        ("stripe-app.json", "{}\n", "the file was read, and is no Python"),
    ],
)
def test_a_file_that_was_not_read_says_why(tmp_path: Path, name: str, text: str, status: str) -> None:
    shutil.copytree(EXAMPLE / "backend", tmp_path / "backend")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "leastscope.yaml").write_text("exclude: [legacy]\n", "utf-8")
    assert f"\n  {status}" in told(tmp_path, f"{name}:1")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("invoice_raed", "did you mean 'invoice_read'?"),
        ("mising-grant", "did you mean 'missing-grant'?"),
        ("GET /v1/customer/x", "did you mean 'GET /v1/customers'?"),
        ("PATCH /v1/customers/x", "there is DELETE '/v1/customers/x', GET '/v1/customers/x', POST '/v1/customers/x'"),
        ("nope.py:3", "nope.py: no such file"),
        ("qqqqqqqqqq", "name a kind of finding or gap, a permission"),
    ],
)
def test_what_does_not_exist_is_an_error_that_names_the_nearest(what: str, said: str) -> None:
    assert said in refusal(run(EXAMPLE, "explain", what))


def test_a_place_is_told_from_a_name() -> None:
    assert file_of("a/b.py:12") == file_of("a/b.py:12:3") == "a/b.py"
    assert file_of("customer_read") is file_of("GET /v1/x") is None
