"""The first settings declare what no file declares, key by key, and a scan with them is clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from command import CUSTOMERS, MANIFEST, refusal, run
from leastscope.settings import parse_settings

if TYPE_CHECKING:
    from pathlib import Path

KEYS = """
import os, stripe

billing = stripe.StripeClient(os.environ["STRIPE_RK_BILLING"])
billing.v1.customers.list()
billing.v1.invoices.create({})
reports = stripe.StripeClient(os.environ["STRIPE_RK_REPORT"])
reports.v1.balance.retrieve()
"""
HANDED_IN = "\n\ndef make(key):\n    stripe.StripeClient(key).v1.refunds.create({})\n"
ONE_KEY = "import os, stripe\n\nstripe.StripeClient(os.environ['KEY']).v1.customers.list()\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "code.py").write_text(KEYS, "utf-8")
    return tmp_path


def test_each_key_is_an_app_with_what_its_calls_need_and_the_scan_is_clean(shop: Path) -> None:
    outcome = run(shop, "init")
    assert outcome.code == 0
    assert "wrote leastscope.yaml" in outcome.err
    settings = parse_settings("leastscope.yaml", (shop / "leastscope.yaml").read_bytes())
    assert settings is not None
    assert [(app.name, app.credentials, [one.permission for one in app.grants]) for app in settings.apps] == [
        ("stripe-rk-billing", ("env:STRIPE_RK_BILLING",), ["customer_read", "invoice_write"]),
        ("stripe-rk-report", ("env:STRIPE_RK_REPORT",), ["balance_read"]),
    ]
    scanned = run(shop, "scan", "--fail-on", "note", "--strict")
    assert scanned.code == 0, scanned.out.decode()


def test_one_key_is_one_app_without_credentials(shop: Path) -> None:
    (shop / "code.py").write_text(ONE_KEY, "utf-8")
    text = run(shop, "init", "--stdout").out.decode()
    assert '  - name: "stripe"\n    system: stripe\n' in text
    assert "credentials" not in text
    assert not (shop / "leastscope.yaml").exists()


def test_what_uses_another_key_is_told(shop: Path) -> None:
    (shop / "code.py").write_text(KEYS + HANDED_IN, "utf-8")
    text = run(shop, "init", "--stdout").out.decode()
    assert "  # 1 more request to stripe with a key that leastscope cannot tell: name the code with `paths`.\n" in text


def test_a_manifest_needs_no_settings(shop: Path) -> None:
    (shop / "stripe-app.json").write_text(MANIFEST % CUSTOMERS, "utf-8")
    text = run(shop, "init", "--stdout").out.decode()
    assert '# Found without settings: app "app" in "stripe-app.json"\n' in text
    assert "\napps:" not in text


def test_settings_that_are_there_are_never_overwritten(shop: Path) -> None:
    (shop / "part").mkdir()
    (shop / "pyproject.toml").write_text("[tool.leastscope]\ntests = true\n", "utf-8")
    assert "../pyproject.toml: there are settings already" in refusal(run(shop / "part", "init"))
    assert not (shop / "leastscope.yaml").exists()
