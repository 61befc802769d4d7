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


CONNECT = """
import os, stripe
from urllib.parse import urlencode

stripe.api_key = os.environ["STRIPE_SECRET_KEY"]

def begin(scope):
    form = {"response_type": "code", "client_id": os.environ["CLIENT"], "scope": %s}
    return "https://connect.stripe.com/oauth/authorize?" + urlencode(form)

def refund(account):
    stripe.Refund.create(charge="ch_1", stripe_account=account)
"""
OWN = """
def own():
    stripe.Customer.create(email="a@example.com")
"""
ADYEN = """
import os, Adyen
adyen = Adyen.Adyen(xapikey=os.environ["ADYEN_KEY"])
adyen.checkout.payments_api.payments({})
"""
ADYEN_CLIENT = """
import os, requests
from urllib.parse import urlencode

def begin(scope):
    form = {"client_id": os.environ["ADYEN_CLIENT"], "response_type": "code", "scope": scope}
    return "https://ca-live.adyen.com/ca/ca/oauth/connect.shtml?" + urlencode(form)

def pay(token):
    url = "https://checkout-test.adyen.com/v71/payments"
    return requests.post(url, json={}, headers={"Authorization": f"Bearer {token}"})
"""
STORE = """
import os, requests

def orders():
    header = {"X-AC-Auth-Token": os.environ["STORE_TOKEN"]}
    return requests.get("https://shop.americommerce.com/api/v1/orders", headers=header)
"""
PLATFORM_KEY = ("stripe", "restricted-key", ["charge_write", "customer_write"])


@pytest.mark.parametrize(
    ("code", "apps"),
    [
        (CONNECT % "'read_write'", []),
        (CONNECT % "'read_write'" + OWN, [PLATFORM_KEY]),
        (CONNECT % "scope" + OWN, [PLATFORM_KEY, ("stripe-connect", "oauth", ["read_write"])]),
        (ADYEN, []),
        (ADYEN_CLIENT, [("adyen", "oauth", ["psp.onlinepayment:write"])]),
        (STORE, [("sparkpay", "oauth", ["read_orders"])]),
    ],
    ids=["platform", "platform-with-own-calls", "platform-without-scope", "api-key", "oauth-client", "store-token"],
)
def test_oauth_clients_and_store_tokens_are_apps_where_no_request_declares_them(
    shop: Path, code: str, apps: list[tuple[str, str, list[str]]]
) -> None:
    """What grants would not bind is no app: an API key has roles, and a scope of the client says nothing of them."""
    (shop / "code.py").write_text(code, "utf-8")
    assert run(shop, "init").code == 0
    settings = parse_settings("leastscope.yaml", (shop / "leastscope.yaml").read_bytes())
    assert settings is not None
    found = [(app.system, app.kind, [one.permission for one in app.grants]) for app in settings.apps]
    assert found == apps
    assert run(shop, "scan", "--fail-on", "warning").code == 0


def test_what_is_found_or_cannot_be_told_of_a_token_stands_in_a_comment(shop: Path) -> None:
    (shop / "code.py").write_text(CONNECT % "'read_write'", "utf-8")
    text = run(shop, "init", "--stdout").out.decode()
    assert '# Found without settings: OAuth client "Stripe Connect platform" in "code.py"\n' in text
    (shop / "code.py").write_text(ADYEN_CLIENT, "utf-8")
    assert (
        '  # "code.py:7" asks for a token; leastscope cannot tell its scopes.\n'
        in run(shop, "init", "--stdout").out.decode()
    )
    (shop / "code.py").write_text(ADYEN, "utf-8")
    assert "\n# Not written: adyen. An API key has roles" in run(shop, "init", "--stdout").out.decode()


def test_settings_that_are_there_are_never_overwritten(shop: Path) -> None:
    (shop / "part").mkdir()
    (shop / "pyproject.toml").write_text("[tool.leastscope]\ntests = true\n", "utf-8")
    assert "../pyproject.toml: there are settings already" in refusal(run(shop / "part", "init"))
    assert not (shop / "leastscope.yaml").exists()
