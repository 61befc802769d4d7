"""What the server, integrations and the vendor's own pages say an operation needs, held against the pack.

One fact a line: the operation, two blanks, and the permissions any one of which is said to be enough; `refused` where the
server refuses all apps of the kind, `none` where no permission is published, `upload` where asking for it is refused.
Facts were read in public code and public threads up to 2026-11-28. Each agrees with the pack, or has its reason here.
"""

from __future__ import annotations

import pytest

from leastscope.rulebook.compile import rules_root
from leastscope.rulebook.load import load_pack

PACK = load_pack(rules_root() / "stripe")

KEYS_BY_THE_SERVER = """
GET /v1/account  accounts_kyc_id_numbers_read
GET /v1/account  accounts_kyc_basic_read
GET /v1/account  refused
POST /v1/account_links  account_link_write
POST /v1/accounts  connected_account_write
GET /v1/accounts/acct_1  connected_account_read
GET /v1/accounts/acct_1  accounts_kyc_basic_read
POST /v1/accounts/acct_1/login_links  refused
GET /v1/balance  balance_read
GET /v1/balance_transactions  balance_transaction_source_read
POST /v1/billing/meters  billing_meter_write
POST /v1/billing_portal/sessions  customer_portal_write
GET /v1/charges  charge_read
GET /v1/charges/ch_1  charge_read
GET /v1/checkout/sessions  payment_intent_read checkout_session_read
GET /v1/checkout/sessions  checkout_session_read
POST /v1/checkout/sessions  checkout_session_write
POST /v1/coupons  coupon_write
GET /v1/credit_notes  credit_note_read
GET /v1/customers  customer_read
POST /v1/customers  customer_write
GET /v1/customers/cus_1  customer_read
GET /v1/customers/cus_1/payment_methods  payment_method_read
GET /v1/disputes/du_1  dispute_read
POST /v1/ephemeral_keys  ephemeral_key_write
POST /v1/ephemeral_keys  refused
POST /v1/identity/verification_sessions  identity_product_write
GET /v1/invoices/in_1  credit_note_read
POST /v1/invoices/in_1  invoice_write
POST /v1/payment_intents  refused
POST /v1/payment_methods  payment_method_write
GET /v1/payouts  payout_read
POST /v1/plans  plan_write
GET /v1/prices  plan_read
POST /v1/prices  plan_write
POST /v1/prices/price_1  plan_write
POST /v1/products  product_write
POST /v1/products  feature_write product_write
POST /v1/setup_intents  setup_intent_write
GET /v1/setup_intents/seti_1  confirmation_token_client_read setup_intent_read
POST /v1/stripecli/sessions  stripecli_session_write
GET /v1/subscriptions  subscription_read
GET /v1/subscriptions  billing_cadence_read subscription_read
POST /v2/core/accounts  connected_account_write
"""
KEYS_BY_DOCUMENTS = """
GET /v1/account  connected_account_read
GET /v1/accounts  connected_account_read
GET /v1/application_fees  application_fee_read
GET /v1/billing/credit_balance_transactions  none
GET /v1/billing/credit_grants  none
GET /v1/billing/meters  billing_meter_read
GET /v1/coupons  coupon_read
GET /v1/customers/cus_1/balance_transactions  customer_read
GET /v1/disputes  dispute_read
GET /v1/entitlements/active_entitlements  entitlement_read
GET /v1/entitlements/features  entitlement_read
GET /v1/events  event_read
GET /v1/identity/verification_reports/vr_1  none
GET /v1/invoice_payments  invoice_read
GET /v1/invoiceitems  invoice_read
GET /v1/invoiceitems  invoice_item_read
GET /v1/invoices  invoice_read
POST /v1/invoices  invoice_write
GET /v1/payment_intents  payment_intent_read
POST /v1/payment_intents  payment_intent_write
GET /v1/payment_intents/pi_1  payment_intent_read
POST /v1/payment_intents/pi_1/cancel  payment_intent_write
GET /v1/payment_links  payment_links_read
POST /v1/payment_methods/pm_1/attach  payment_method_write
GET /v1/plans  plan_read
GET /v1/products  product_read
GET /v1/products/search  product_read
GET /v1/promotion_codes  promotion_code_read
GET /v1/quotes  quote_read
GET /v1/radar/early_fraud_warnings  none
GET /v1/refunds  charge_read
POST /v1/refunds  refund_write
GET /v1/reviews  review_read
GET /v1/setup_attempts  setup_intent_read
GET /v1/setup_intents  setup_intent_read
POST /v1/setup_intents/seti_1/cancel  setup_intent_write
GET /v1/shipping_rates  shipping_rate_read
GET /v1/subscription_items  subscription_read
GET /v1/subscription_schedules  subscription_read
DELETE /v1/subscriptions/sub_1  subscription_write
GET /v1/tax_ids  none
GET /v1/tax_rates  tax_rate_read
GET /v1/topups  top_up_read
GET /v1/transfers  transfer_read
"""
APPS_BY_THE_SERVER = """
GET /v1/account  refused
GET /v1/accounts  refused
GET /v1/accounts/acct_1  refused
GET /v1/billing/credit_grants  refused
GET /v1/checkout/sessions/cs_1  checkout_session_read
GET /v1/checkout/sessions/cs_1/line_items  checkout_session_read
POST /v1/coupons  coupon_write
POST /v1/payment_methods  payment_method_write
POST /v1/webhook_endpoints  upload
"""
APPS_BY_DOCUMENTS = """
GET /v1/entitlements/active_entitlements  entitlement_read
GET /v1/reviews  review_read
POST /v1/reviews/prv_1/approve  review_write
"""
DISAGREEMENTS = {
    ("restricted-key", "GET /v1/account", "refused"): "of 2019; since 2023 the server names permissions for it",
    ("restricted-key", "GET /v1/account", "connected_account_read"): (
        "an unnamed account permission was added to a link; a key with this one was refused, and another one named"
    ),
    (
        "restricted-key",
        "POST /v1/ephemeral_keys",
        "refused",
    ): "of 2022; since then the server names ephemeral_key_write",
    ("restricted-key", "POST /v1/payment_intents", "refused"): (
        "one answer of production; the server names payment_intent_write to other keys"
    ),
    ("restricted-key", "POST /v1/stripecli/sessions", "stripecli_session_write"): (
        "an operation of the vendor's own command line tool, which no library sends and no page publishes"
    ),
    ("restricted-key", "POST /v1/refunds", "refund_write"): (
        "a table of an integration; no list of names has it, and the server calls charge_write 'Charges and Refunds'"
    ),
    ("restricted-key", "GET /v1/invoiceitems", "invoice_item_read"): (
        "one report, withdrawn; no list of names has it, and a later table of the same integration says invoice_read"
    ),
    ("restricted-key", "GET /v1/radar/early_fraud_warnings", "none"): (
        "the table of events lists charge_read for its events; the pack says that it is inferred"
    ),
}


def facts() -> list[tuple[str, str, str]]:
    """Give the kind of app, the operation and the permissions of every fact."""
    tables = {
        "restricted-key": KEYS_BY_THE_SERVER + KEYS_BY_DOCUMENTS,
        "app": APPS_BY_THE_SERVER + APPS_BY_DOCUMENTS,
    }
    rows = [(kind, *line.split("  ")) for kind, lines in tables.items() for line in lines.split("\n") if line]
    return [(kind, operation, named) for kind, operation, named in rows]


def agrees(kind: str, operation: str, named: str) -> bool:
    """Whether an app of the kind that holds any one of the permissions is let in, as the pack sees it."""
    found = PACK.operations.find(*operation.split(" "))
    if found is None:
        return False
    rule = found.under(kind)
    if named == "upload":
        return all(PACK.vocabulary.permissions[name].refused.get(kind) for any_of in rule.needs for name in any_of)
    if named in {"refused", "none"}:
        return not rule.covered or any(one.refused for one in found.kinds if one.kind == kind)
    held = [PACK.vocabulary.closure([name], write_implies_read=True) for name in named.split(" ")]
    enough = (not own.isdisjoint((*any_of, *rule.maybe)) for own in held for any_of in rule.needs)
    return rule.covered and all(held) and all(enough)


@pytest.mark.parametrize(("kind", "operation", "named"), facts())
def test_a_fact_agrees_with_the_pack_or_has_its_reason(kind: str, operation: str, named: str) -> None:
    assert agrees(kind, operation, named) is ((kind, operation, named) not in DISAGREEMENTS)


def test_every_reason_is_about_a_fact() -> None:
    assert set(DISAGREEMENTS) <= set(facts())


@pytest.mark.parametrize(
    ("operation", "named", "lacking"),
    [
        ("GET /v1/account", "accounts_kyc_basic_read", "connected_account_read"),
        ("POST /v1/accounts", "connected_account_write", "connected_account_read"),
        ("GET /v1/balance_transactions", "balance_transaction_source_read", "payout_read"),
        ("GET /v1/checkout/sessions", "checkout_session_read", "setup_intent_read"),
        ("POST /v1/identity/verification_sessions", "identity_product_write", "file_write"),
    ],
)
def test_a_key_needs_first_what_the_server_names_and_nothing_less(operation: str, named: str, lacking: str) -> None:
    rule = PACK.operations.find(*operation.split(" "))
    assert rule is not None
    assert rule.under("restricted-key").needs[0][0] == named
    assert not agrees("restricted-key", operation, lacking)


def test_what_the_pack_says_of_kinds_does_not_touch_the_others() -> None:
    """Rows for keys leave what apps need as the table has it."""
    for operation in PACK.operations:
        if not any(rule.kind == "app" and rule.decides for rule in operation.kinds):
            assert operation.under("app") is operation


def test_permissions_of_keys_are_for_keys_alone() -> None:
    words = PACK.vocabulary
    assert not words.is_for("connected_account_write", "app")
    assert words.is_for("connected_account_write", "restricted-key")
    assert words.is_for("elements_write", "app")
    assert all(
        words.is_for(name, kind)
        for name, row in words.permissions.items()
        if row.origin == "table"
        for kind in ("app", "restricted-key")
    )
