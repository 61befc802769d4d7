"""The SparkPay pack says what its sources say, and plain requests in every spelling reach its operations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.rulebook.compile import rules_root
from leastscope.rulebook.load import load_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from leastscope.rulebook.types import Operation

PACK = load_pack(rules_root() / "sparkpay")
WORDS = PACK.vocabulary
DOCUMENTED = [row for row in PACK.operations if row.covered and row.known == "documented"]
PAIRS = ("catalog", "content", "marketing", "orders", "people")
RESOURCES = {
    "people": "addresses customer_association customer_payment_methods customer_types customers profiles users",
    "orders": (
        "cart_items carts credit_cards order_addresses order_items order_payments order_shipments order_statuses orders "
        "quotes subscriptions wishlists"
    ),
    "catalog": (
        "attribute_groups attributes categories inventory manufacturers notifications price_calculator_rule_modifiers "
        "price_calculator_rules price_calculators product_inactive_in_store product_lists product_pictures "
        "product_pricing product_reviews product_statuses product_variants products shipping_rate_adjustments "
        "variant_groups variant_inventory"
    ),
    "content": "blog_categories blog_posts blogs links pages",
    "marketing": (
        "adcodes affiliates coupon_codes discount_actions discount_methods discount_rules drips email_templates "
        "gift_certificate_transactions gift_certificates mailing_lists"
    ),
    "custom_fields": "custom_field_values custom_fields",
    "settings": (
        "blacklisted_ips custom_shipping_methods external_image_whitelist payment_methods regions "
        "shipping_provider_services shipping_providers store_locations tax_rates url_redirects warehouses"
    ),
    "system": "microstores sessions stores webhooks",
}
READ_ONLY = {"sessions", "stores", "users"}
NOT_CREATED = {*READ_ONLY, "inventory", "shipping_provider_services", "shipping_providers"}
WITHOUT_GENERIC_ROUTES = {"inventory", "webhooks"}


def operation(verb: str, path: str) -> Operation:
    found = PACK.operations.find(verb, path)
    assert found is not None
    return found


def test_the_scopes_of_the_founding_page_are_there_and_two_later_ones() -> None:
    pairs = {name for scope in PAIRS for name in (scope, f"read_{scope}")}
    special = {"email", "custom_fields", "settings", "system", "decrypt", "no_expiry"}
    assert {name for name, row in WORDS.permissions.items() if row.origin == "table"} == pairs | special
    assert set(WORDS.permissions) == pairs | special | {"import", "themes"}
    assert Counter(row.access for row in WORDS.permissions.values()) == {"read": 5, "write": 8, "other": 5}


@pytest.mark.parametrize("scope", PAIRS)
def test_a_scope_that_changes_replaces_its_read_twin_whatever_token_holds_it(scope: str) -> None:
    assert WORDS.permissions[scope].read == f"read_{scope}"
    assert WORDS.closure([scope], write_implies_read=False) == {scope, f"read_{scope}"}
    assert WORDS.closure([f"read_{scope}"], write_implies_read=True) == {f"read_{scope}"}


@pytest.mark.parametrize("scope", ["custom_fields", "settings", "system", "email", "import", "themes"])
def test_a_scope_without_a_read_twin_implies_nothing(scope: str) -> None:
    assert WORDS.permissions[scope].read == ""
    assert WORDS.closure([scope], write_implies_read=True) == {scope}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("order", "orders"),
        ("read_order", "read_orders"),
        ("read_customer", "read_people"),
        ("Read_People", "read_people"),
        ("read-orders", "read_orders"),
        ("catalogue", "catalog"),
        ("custom_field", "custom_fields"),
        ("no_expire", "no_expiry"),
    ],
)
def test_a_wrong_name_leads_to_the_right_one(name: str, meant: str) -> None:
    assert WORDS.resolve(name) is None
    assert WORDS.nearest(name) == meant


def test_a_name_that_one_page_has_by_mistake_is_explained() -> None:
    assert WORDS.resolve("tools") is None
    assert "custom_fields" in WORDS.elsewhere["tools"]


def test_what_changes_a_token_is_sensitive_and_more_so_together() -> None:
    assert {name for name, row in WORDS.permissions.items() if row.sensitive} == {"decrypt", "no_expiry"}
    (both,) = WORDS.together
    assert set(both.of) == {"decrypt", "no_expiry"}
    assert "90 days" in both.note


def test_only_the_scope_that_guards_no_route_is_needed_by_nothing() -> None:
    assert set(WORDS.permissions) - PACK.needed_by_any_operation == {"no_expiry"}


def test_every_operation_is_there_once() -> None:
    assert len(PACK.operations) == 591
    assert (len(DOCUMENTED), sum(row.known == "inferred" for row in PACK.operations)) == (534, 51)
    assert Counter(row.verb for row in PACK.operations if row.covered) == {
        "GET": 354,
        "POST": 87,
        "PUT": 77,
        "DELETE": 67,
    }
    assert all(PACK.operations.find(row.verb, row.path) is row for row in PACK.operations)


def test_only_the_routes_of_tokens_need_no_scope() -> None:
    ungated = {row.path for row in PACK.operations if row.ungated}
    token = ("", "/access_token", "/access_token/signature", "/refresh", "/refresh_token")
    assert ungated == {f"/api/oauth{rest}" for rest in token}
    assert {row.path for row in PACK.operations if not row.covered} == ungated


def test_reading_needs_either_scope_of_a_pair_and_changing_the_one_that_may() -> None:
    for row in PACK.operations:
        for any_of in row.needs:
            scope = any_of[-1]
            both = (f"read_{scope}", scope) if scope in PAIRS and row.verb == "GET" else (scope,)
            assert any_of == both, f"{row.verb} {row.path}"


def test_a_resource_belongs_to_its_scope() -> None:
    by_resource = {resource: scope for scope, names in RESOURCES.items() for resource in names.split()}
    special = {"decrypted": "decrypt", "send": "email"}
    for row in PACK.operations:
        _, _, _, resource, *rest = [*row.path.split("/"), ""]
        if row.covered and resource in by_resource:
            scope = special.get(rest[1] if len(rest) > 1 else "", by_resource[resource])
            assert row.needs[0][-1] == scope, f"{row.verb} {row.path}"
    elsewhere = {row.path for row in PACK.operations if row.covered and row.path.split("/")[3] not in by_resource}
    assert elsewhere == {f"/api/v1/{rest}" for rest in ("import/fetch", "import/file", "themes/import", "upload")}


def test_every_resource_has_the_routes_that_all_have() -> None:
    routes = {(row.verb, row.path) for row in PACK.operations}
    for resource in {name for names in RESOURCES.values() for name in names.split()} - WITHOUT_GENERIC_ROUTES:
        at = f"/api/v1/{resource}"
        wanted = {("GET", f"{at}{rest}") for rest in ("", "/select_many", "/{id}", "/{id}/filled")}
        assert wanted <= routes, resource
        assert (("POST", at) in routes) == (resource not in NOT_CREATED), resource
        assert (("PUT", f"{at}/{{id}}") in routes) == (resource not in {*READ_ONLY, "carts"}), resource


@pytest.mark.parametrize(
    ("verb", "path", "needs", "known"),
    [
        ("GET", "/api/v1/orders/7", (("read_orders", "orders"),), "documented"),
        ("GET", "/api/v1/products/select_many", (("read_catalog", "catalog"),), "documented"),
        ("POST", "/api/v1/email_templates/7/send", (("email",),), "documented"),
        ("GET", "/api/v1/credit_cards/7/decrypted", (("decrypt",),), "documented"),
        ("GET", "/api/v1/custom_field_values", (("custom_fields",),), "documented"),
        ("GET", "/api/v1/customers/7/custom_fields", (("read_people", "people"),), "inferred"),
        ("POST", "/api/v1/orders/7/process_payment", (("orders",),), "inferred"),
        ("POST", "/api/v1/webhooks", (("system",),), "inferred"),
    ],
)
def test_an_operation_needs_what_its_source_says(
    verb: str, path: str, needs: tuple[tuple[str, ...], ...], known: str
) -> None:
    found = operation(verb, path)
    assert (found.needs, found.known, found.covered) == (needs, known, True)


def test_a_webhook_for_orders_needs_orders_as_well_and_others_only_possibly() -> None:
    conditions = operation("POST", "/api/v1/webhooks").conditions
    assert [(row.needs, row.possible) for row in conditions] == [
        ((("orders",),), False),
        ((("orders",),), True),
        ((("read_people", "people"),), True),
        ((("read_catalog", "catalog"),), True),
    ]
    named = Counter(value for row in conditions for value in row.values)
    assert (max(named.values()), "OrderPlaced" in conditions[0].values) == (1, True)


def test_expanding_what_another_scope_guards_is_no_more_than_a_possibility() -> None:
    rows = [row for row in PACK.operations if row.verb == "GET" and row.conditions]
    assert len(rows) == 3 * 8
    assert all(condition.possible for row in rows for condition in row.conditions)
    (condition,) = operation("GET", "/api/v1/products/7").conditions
    assert (condition.parameters, condition.values) == (("expand", "fields"), ("custom_fields",))
    guards = {name: condition.needs for row in rows for condition in row.conditions for name in condition.values}
    assert guards == {
        "custom_fields": (("custom_fields",),),
        "customer_store_locations": (("settings",),),
        "customer_type_payment_methods_availability": (("settings",),),
        "stores": (("system",),),
    }


# requests


def in_f_strings(rows: Iterable[Operation]) -> Iterator[str]:
    """Give the lines of a program that writes each URL where it is sent, with ids that are parameters."""
    yield "def send(domain, id, postalCode):"
    for row in rows:
        yield f"    requests.{row.verb.lower()}(f'https://{{domain}}{row.path}', headers=HEADERS)"


def in_constants(rows: Iterable[Operation]) -> Iterator[str]:
    """Give the lines of a program whose URLs are constants with real ids and an ending, and whose verbs are words."""
    yield "BASE = 'https://shop.example.com'"
    for row in rows:
        path = row.path.replace("{id}", "7")
        yield f"URL = BASE + '{path}.json'; requests.request('{row.verb}', URL, headers={{'x-ac-auth-token': 'token'}})"


def in_a_session(rows: Iterable[Operation]) -> Iterator[str]:
    """Give the lines of a program with a session that was given the header once, and paths with formatted ids."""
    yield "session = requests.Session(); session.headers.update(HEADERS)"
    for row in rows:
        path = row.path.replace("{id}", "%s")
        yield f"session.{row.verb.lower()}('https://shop.example.com{path}'" + (" % input())" if "%s" in path else ")")


@pytest.mark.parametrize("program", [in_f_strings, in_constants, in_a_session])
def test_every_documented_operation_is_recognized_with_its_scopes(
    program: Callable[[Iterable[Operation]], Iterator[str]], tmp_path: Path
) -> None:
    lines = ["import requests", "HEADERS = {'X-AC-Auth-Token': 'token'}", *program(DOCUMENTED), ""]
    inventory = inventory_of_files({"app.py": "\n".join(lines)}, tmp_path)
    found = {
        need.request.span.line: (need.request.verb, need.path, tuple(one.any_of for one in need.requirements))
        for need in inventory.needs
    }
    assert found == {line: (row.verb, row.path, row.needs) for line, row in enumerate(DOCUMENTED, 4)}
    assert len(found) == len(inventory.needs)
    assert {need.request.resolution for need in inventory.needs} == {"resolved"}
    assert (inventory.gaps, {need.request.system for need in inventory.needs}) == ((), {"sparkpay"})
