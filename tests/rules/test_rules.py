"""The packs that come with us are complete, agree with themselves, and say what their sources say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from leastscope.grants.declarations import check_declares, read_declarations
from leastscope.rulebook.compile import available_systems, rules_root
from leastscope.rulebook.expansion import UnknownExpansion, expansion
from leastscope.rulebook.load import load_pack

if TYPE_CHECKING:
    from leastscope.rulebook.pack import Pack
    from leastscope.rulebook.types import Rule

PACKS = {system: load_pack(rules_root() / system) for system in available_systems()}
DECLARATIONS = {
    system: read_declarations(path.name, path.read_bytes())
    for system in PACKS
    if (path := rules_root() / system / "declarations.yaml").is_file()
}
STRIPE = PACKS["stripe"]
EXTRA = set(STRIPE.vocabulary.permissions) - {
    name for name, row in STRIPE.vocabulary.permissions.items() if row.origin == "table"
}
NEVER_NEEDED = {
    "issuing_credit_ledger_read",
    "issuing_credit_ledger_write",
    "issuing_token_network_data_read",
    "provisioning_account_request_read",
    "provisioning_account_request_write",
    "provisioning_project_read",
    "provisioning_project_write",
    "provisioning_resource_read",
    "provisioning_resource_write",
    "tax_enrollment_information_read",
    "tax_liability_read",
    "user_email_read",
}


def rules(pack: Pack) -> list[Rule]:
    """Give every rule of a pack."""
    return [*pack.operations, *pack.objects.rules.values(), *pack.objects.fields.values(), *pack.events.types.values()]


@pytest.mark.parametrize("system", sorted(PACKS))
def test_every_rule_has_a_source_and_needs_something_or_is_uncovered(system: str) -> None:
    pack = PACKS[system]
    unsourced = [rule for rule in rules(pack) if not rule.source]
    assert unsourced == []
    assert [rule for rule in rules(pack) if not rule.covered and (rule.needs or rule.maybe)] == []
    silent = [operation for operation in pack.operations if operation.covered and not operation.needs]
    assert silent == []


@pytest.mark.parametrize("system", sorted(PACKS))
def test_every_permission_that_a_rule_names_is_declared(system: str) -> None:
    pack = PACKS[system]
    assert pack.needed_by_any_operation <= set(pack.vocabulary.permissions)


@pytest.mark.parametrize("system", sorted(PACKS))
def test_every_source_is_used(system: str) -> None:
    text = "\n".join(path.read_text() for path in sorted((rules_root() / system).rglob("*.yaml")))
    used = set(re.findall(r"source: ([\w-]+)", text))
    assert set(PACKS[system].sources) - used == set()


def test_every_request_for_a_token_is_declared_by_an_operation_and_the_other_way_round() -> None:
    declared = {system: pack.operations.declared() for system, pack in PACKS.items()}
    check_declares(DECLARATIONS, declared)
    used = {name if "/" in name else f"{system}/{name}" for system, rows in declared.items() for _, name in rows}
    assert used == {f"{system}/{form.name}" for system, one in DECLARATIONS.items() for form in one.tokens}
    pages = [row for pack in PACKS.values() for row in pack.operations if row.status == "page"]
    assert [row.source for row in pages if not row.declares] == [PACKS["stripe"].sources["connect-oauth"].url]


def test_every_default_and_every_shape_of_scopes_is_of_the_vocabulary() -> None:
    for system, declarations in DECLARATIONS.items():
        words = PACKS[system].vocabulary
        assert [name for form in declarations.tokens for name in form.default if name not in words.permissions] == []
        shape = declarations.scopes.shape if declarations.scopes else None
        assert [name for name in (words.permissions if shape else ()) if shape and not re.fullmatch(shape, name)] == []


def test_a_vocabulary_over_another_system_is_over_one_that_there_is() -> None:
    over = {system: pack.over.system for system, pack in PACKS.items() if pack.over}
    assert over == {"stripe-connect": "stripe"}
    assert set(over.values()) <= set(PACKS)


def test_the_founding_table_is_there_whole() -> None:
    table = [row for row in STRIPE.vocabulary.permissions.values() if row.origin == "table"]
    assert Counter(row.access for row in table) == {"read": 72, "write": 60}
    assert len(EXTRA) == 43
    assert {"elements_write", "mandate_read", "mandate_write", "connected_account_write"} <= EXTRA
    assert not any("transfer" in name and "balance" in name for name in STRIPE.vocabulary.permissions)


@pytest.mark.parametrize(
    ("name", "read", "implies"),
    [
        ("invoice_write", "invoice_read", ("credit_note_read",)),
        ("transfer_read", "", ("payout_read",)),
        ("customer_read", "", ("billing_clock_read",)),
        ("payment_intent_write", "payment_intent_read", ("product_read", "sku_read")),
        ("edit_link_write", "", ()),
        (
            "balance_transaction_source_read",
            "",
            (
                "application_fee_read",
                "balance_read",
                "capital_for_platforms_financing_transaction_read",
                "payout_read",
                "transfer_read",
            ),
        ),
    ],
)
def test_a_permission_implies_what_the_table_says(name: str, read: str, implies: tuple[str, ...]) -> None:
    permission = STRIPE.vocabulary.permissions[name]
    assert (permission.read, permission.implies) == (read, implies)


def test_titles_are_there_and_distinct() -> None:
    titles = Counter(row.title for row in STRIPE.vocabulary.permissions.values())
    assert [title for title, count in titles.items() if count > 1 or not title] == []


def test_only_webhooks_are_sensitive() -> None:
    sensitive = {name for name, row in STRIPE.vocabulary.permissions.items() if row.sensitive}
    assert sensitive == {"webhook_read", "webhook_write"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("webhook_endpoint_write", "webhook_write"),
        ("apply_pay_domain_read", "apple_pay_domain_read"),
        ("shpping_rate_write", "shipping_rate_write"),
        ("rak_price_read", "plan_read"),
        ("Customer_Read", "customer_read"),
    ],
)
def test_a_wrong_name_leads_to_the_right_one(name: str, meant: str) -> None:
    assert STRIPE.vocabulary.resolve(name) is None
    assert STRIPE.vocabulary.nearest(name) == meant


@pytest.mark.parametrize(
    "name",
    [
        *("tax_id_read", "rak_tax_id_read", "payment_read", "credit_grant_read", "discount_read", "card_read"),
        *("meter_read", "session_read", "event_write", "balance_write", "customer_balance_read", "nonsense"),
    ],
)
def test_a_wrong_name_of_another_resource_leads_to_none(name: str) -> None:
    assert STRIPE.vocabulary.resolve(name) is None
    assert STRIPE.vocabulary.nearest(name) is None


@pytest.mark.parametrize("name", sorted(STRIPE.vocabulary.permissions))
def test_a_slip_in_a_name_leads_back_to_it(name: str) -> None:
    stem, _, access = name.rpartition("_")
    for slip in (f"{stem}s_{access}", name.replace("_", "-"), name.upper(), f"rak_{stem}{stem[-1]}_{access}"):
        assert STRIPE.vocabulary.nearest(slip) == name


def test_a_key_names_the_same_permissions() -> None:
    assert STRIPE.vocabulary.resolve("rak_customer_read") == "customer_read"


def test_permissions_that_nothing_needs_are_these() -> None:
    table = set(STRIPE.vocabulary.permissions) - EXTRA
    assert table - STRIPE.needed_by_any_operation == NEVER_NEEDED


def test_every_operation_is_there_once() -> None:
    assert len(STRIPE.operations) == 811
    assert Counter(operation.status for operation in STRIPE.operations) == {
        "api": 657,
        "page": 2,
        "preview": 60,
        "sdk-only": 39,
        "legacy": 53,
    }
    assert sum(not operation.covered for operation in STRIPE.operations) == 318
    assert sorted(operation.path for operation in STRIPE.operations if operation.ungated) == [
        "/express/oauth/authorize",
        "/oauth/authorize",
        "/oauth/deauthorize",
        "/oauth/token",
        "/v1/oauth/token",
    ]
    assert all(STRIPE.operations.find(row.verb, row.path, row.servers[0]) is row for row in STRIPE.operations)


def test_what_satisfies_an_operation_is_sound() -> None:
    """An alternative in `needs` implies the primary permission; that is why it stands there and not in `maybe`."""
    closure = STRIPE.vocabulary.closure
    unsound = {
        (operation.verb, operation.path, name)
        for operation in STRIPE.operations
        for any_of in operation.needs
        for name in any_of[1:]
        if any_of[0] not in closure([name], write_implies_read=False)
    }
    assert unsound == set()


def test_reading_needs_read_and_changing_needs_write_with_one_exception() -> None:
    access = {name: row.access for name, row in STRIPE.vocabulary.permissions.items()}
    odd = {
        (operation.verb, operation.path)
        for operation in STRIPE.operations
        for any_of in operation.needs
        if access[any_of[0]] != ("read" if operation.verb == "GET" else "write")
    }
    assert odd == {("POST", "/v1/reporting/report_runs")}


@pytest.mark.parametrize(
    ("verb", "path", "needs", "maybe", "known"),
    [
        ("GET", "/v1/customers/cus_1", (("customer_read",),), (), "documented"),
        ("DELETE", "/v1/customers/{id}", (("customer_write",),), (), "documented"),
        ("GET", "/v1/invoices", (("invoice_read", "credit_note_read"),), ("quote_read",), "documented"),
        ("POST", "/v1/refunds", (("charge_write",),), (), "documented"),
        ("GET", "/v1/prices/search", (("plan_read",),), (), "documented"),
        ("POST", "/v1/reporting/report_runs", (("report_runs_and_report_types_read",),), (), "documented"),
        ("GET", "/v1/subscription_items", (("subscription_read",),), ("quote_read",), "inferred"),
        ("POST", "/v1/accounts", (), (), "documented"),
        ("GET", "/v1/billing/credit_grants", (), (), "documented"),
    ],
)
def test_an_operation_needs_what_its_source_says(
    verb: str, path: str, needs: tuple[tuple[str, ...], ...], maybe: tuple[str, ...], known: str
) -> None:
    operation = STRIPE.operations.find(verb, path)
    assert operation is not None
    assert (operation.needs, operation.maybe, operation.known, operation.covered) == (needs, maybe, known, bool(needs))


def test_event_types_are_subscribed_to_in_four_places() -> None:
    places = {(row.verb, row.path) for row in STRIPE.operations if row.subscribes == "enabled_events"}
    assert places == {
        ("POST", "/v1/webhook_endpoints"),
        ("POST", "/v1/webhook_endpoints/{webhook_endpoint}"),
        ("POST", "/v2/core/event_destinations"),
        ("POST", "/v2/core/event_destinations/{id}"),
    }


@pytest.mark.parametrize(
    ("host", "verb", "path"),
    [
        ("files", "POST", "/v1/files"),
        ("api", "POST", "/v1/files"),
        ("files", "GET", "/v1/quotes/qt_1/pdf"),
        ("connect", "POST", "/oauth/token"),
        ("meter_events", "POST", "/v2/billing/meter_event_stream"),
    ],
)
def test_some_operations_have_a_server_of_their_own(host: str, verb: str, path: str) -> None:
    operation = STRIPE.operations.find(verb, path, host)
    assert operation is not None
    assert host in operation.servers


def test_every_event_is_there() -> None:
    events = STRIPE.events
    assert (len(events.types), events.always, events.all) == (601, "event_read", "*")
    assert sum(not rule.covered for rule in events.types.values()) == 171
    assert [r.any_of for r in events.requirements("payment_intent.succeeded")] == [
        ("event_read",),
        ("payment_intent_read", "checkout_session_read"),
    ]


def test_every_field_with_a_rule_of_its_own_exists() -> None:
    graph = STRIPE.objects.graph
    known = {f"{owner}.{field}" for owner, fields in graph.items() for field in fields}
    assert {name for name, rule in STRIPE.objects.fields.items() if rule.needs} - known == set()


def test_parts_that_are_sent_on_demand_lead_to_no_object_and_need_no_more_than_their_own() -> None:
    graph = STRIPE.objects.graph
    parts = [name for name, rule in STRIPE.objects.fields.items() if not rule.needs]
    assert "price.tiers" in parts
    assert [name for name in parts if name in {f"{o}.{f}" for o, fields in graph.items() for f in fields}] == []
    assert expansion(STRIPE, ["price"], "data.tiers", many=True) == ()
    assert expansion(STRIPE, ["checkout.session"], "line_items.data.discounts")[1:] == ()
    (unknown,) = expansion(STRIPE, ["price"], "tires")
    assert "no field 'tires'" in str(unknown)


def test_every_object_that_can_be_expanded_has_a_rule() -> None:
    expandable = {
        target
        for owner, fields in STRIPE.objects.graph.items()
        for field, edges in fields.items()
        for edge in edges
        for target in edge.targets
        if edge.relation == "expand" and f"{owner}.{field}" not in STRIPE.objects.fields
    }
    unknown = {name for name in expandable if name not in STRIPE.objects.rules}
    assert unknown == set()


@pytest.mark.parametrize(
    ("start", "path", "many", "needed"),
    [
        ("charge", "data.customer", True, [("customer_read",)]),
        ("balance_transaction", "source", False, [("balance_transaction_source_read",)]),
        ("invoice", "payments.data.payment.payment_intent", False, [("invoice_read",), ("payment_intent_read",)]),
        ("customer", "default_source", False, [("customer_read", "source_read")]),
        ("checkout.session", "line_items", False, [("checkout_session_read",)]),
        ("application_fee", "application", False, []),
    ],
)
def test_expanding_requires_every_object_on_the_way(
    start: str, path: str, many: bool, needed: list[tuple[str, ...]]
) -> None:
    found = expansion(STRIPE, [start], path, many=many)
    assert [answer.any_of for answer in found if not isinstance(answer, UnknownExpansion)] == needed
    assert len(found) == len(needed)


@pytest.mark.parametrize("system", sorted(system for system, pack in PACKS.items() if len(pack.operations)))
def test_every_request_of_a_library_reaches_an_operation(system: str) -> None:
    """What a method sends with a verb and a path of its own is an operation of the pack, on the server it names."""
    pack = PACKS[system]
    missing = {
        (member.verb, member.path, member.server)
        for library in pack.libraries
        for kind in library.types.values()
        for table in (kind.statics, kind.members)
        for variants in table.values()
        for member in variants
        if member.sends != "never" and "$" not in member.verb + member.path
        if pack.operations.find(member.verb, member.path, member.server or None) is None
    }
    assert missing == set()
