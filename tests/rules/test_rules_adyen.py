"""The Adyen pack says what its sources say, and plain requests to every host reach its operations."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.rulebook.compile import rules_root
from leastscope.rulebook.load import load_pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leastscope.rulebook.types import Condition, Operation

PACK = load_pack(rules_root() / "adyen")
WORDS = PACK.vocabulary
PAY = "psp.onlinepayment:write"
STORE = "psp.onlinepayment.tokenization:write"
RAW = "psp.rawcarddata:write"
LINK = "psp:paybylink:write"
WEBHOOKS = "/merchants/{merchantId}/webhooks"


def operation(verb: str, path: str, server: str = "checkout") -> Operation:
    found = PACK.operations.find(verb, path, server)
    assert found is not None
    return found


def test_the_seven_scopes_of_the_founding_page_are_there() -> None:
    assert {name: row.access for name, row in WORDS.permissions.items()} == {
        "psp.webhook:read": "read",
        "psp.webhook:write": "write",
        PAY: "write",
        STORE: "write",
        RAW: "write",
        LINK: "write",
        "psp.accountsettings:write": "write",
    }


def test_writing_webhooks_includes_reading_them() -> None:
    assert WORDS.permissions["psp.webhook:write"].read == "psp.webhook:read"
    held = WORDS.closure(["psp.webhook:write"], write_implies_read=False)
    assert held == {"psp.webhook:write", "psp.webhook:read"}


def test_storing_details_and_raw_card_data_extend_payments_and_do_not_contain_them() -> None:
    assert {name: row.extends for name, row in WORDS.permissions.items() if row.extends} == {STORE: PAY, RAW: PAY}
    assert WORDS.closure([STORE, RAW], write_implies_read=True) == {STORE, RAW}


def test_only_raw_card_data_is_sensitive() -> None:
    assert [name for name, row in WORDS.permissions.items() if row.sensitive] == [RAW]


def test_the_two_spellings_of_payment_links_are_one_scope() -> None:
    assert WORDS.variants == {"psp.paybylink:write": LINK}
    assert WORDS.resolve("psp.paybylink:write") == LINK


def test_names_of_open_banking_are_of_another_kind() -> None:
    assert sorted(WORDS.elsewhere) == ["bank.aisp:read", "bank.pisp:write"]
    assert WORDS.resolve("bank.aisp:read") is None


def test_a_wrong_name_leads_to_the_right_one() -> None:
    assert WORDS.nearest("psp.onlinepayment.rawcarddata:write") == RAW
    assert WORDS.nearest("psp.webhooks:read") == "psp.webhook:read"


def test_the_scopes_open_requests_of_checkout_and_management_alone() -> None:
    covered = Counter(server for row in PACK.operations if row.covered for server in row.servers)
    assert covered == {"checkout": 27, "management": 9}
    assert len(PACK.operations) == 376
    assert Counter(row.status for row in PACK.operations) == {"api": 370, "legacy": 5, "page": 1}


def test_each_request_takes_the_scope_of_its_group() -> None:
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in PACK.operations:
        for any_of in row.needs:
            found[any_of].add(f"{row.verb} {row.path}")
    payments = {
        *("POST /cardDetails", "POST /paymentMethods", "POST /payments", "POST /payments/details", "POST /sessions"),
        *("GET /sessions/{sessionId}", "PATCH /sessions/{sessionId}"),
    }
    modifications = {"POST /cancels"} | {
        f"POST /payments/{{paymentPspReference}}/{name}"
        for name in ("amountUpdates", "cancels", "captures", "refunds", "reversals")
    }
    orders = {"POST /orders", "POST /orders/cancel", "POST /paymentMethods/balance"}
    utility = {
        *("POST /applePay/sessions", "POST /originKeys", "POST /paypal/updateOrder", "POST /validateShopperId"),
        *("POST /me/allowedOrigins", "POST /me/generateClientKey"),
    }
    tokens = {"POST /forward", "POST /storedPaymentMethods", "DELETE /storedPaymentMethods/{storedPaymentMethodId}"}
    one = f"{WEBHOOKS}/{{webhookId}}"
    assert found == {
        (PAY,): payments | modifications | orders | utility,
        (PAY, STORE): {"GET /storedPaymentMethods"},
        (STORE,): tokens,
        (LINK,): {"POST /paymentLinks", "GET /paymentLinks/{linkId}", "PATCH /paymentLinks/{linkId}"},
        ("psp.webhook:read",): {f"GET {WEBHOOKS}", f"GET {one}", f"POST {one}/test"},
        ("psp.webhook:write",): {f"POST {WEBHOOKS}", f"PATCH {one}", f"DELETE {one}"},
        ("psp.accountsettings:write",): {"GET /merchants/{merchantId}"},
    }


@pytest.mark.parametrize(
    ("verb", "path", "server"),
    [
        ("POST", "/donations", "checkout"),
        ("POST", "/paymentSession", "checkout"),
        ("POST", f"{WEBHOOKS}/{{webhookId}}/generateHmac", "management"),
        ("GET", "/companies/{companyId}/webhooks", "management"),
        ("GET", "/me/allowedOrigins", "management"),
        ("GET", "/merchants", "management"),
        ("POST", "/authorise", "payment"),
        ("POST", "/disable", "recurring"),
        ("POST", "/grants", "capital"),
        ("POST", "/grants", "transfers"),
    ],
)
def test_a_request_that_no_scope_lists_is_uncovered(verb: str, path: str, server: str) -> None:
    row = operation(verb, path, server)
    assert (row.covered, row.needs, bool(row.note), row.ungated) == (False, (), True, False)


def test_one_path_takes_different_things_on_its_servers() -> None:
    found = {
        server: operation("POST", "/sessions", server).covered
        for server in ("checkout", "pos_mobile", "session_authentication")
    }
    assert found == {"checkout": True, "pos_mobile": False, "session_authentication": False}


def told(condition: Condition) -> tuple[set[str], tuple[object, ...], str, tuple[tuple[str, ...], ...]]:
    known = "possible" if condition.possible else condition.known
    return set(condition.parameters), condition.values, known, condition.needs


STORING = {"storePaymentMethod", "enableRecurring", "enableOneClick"}
CARD = {"paymentMethod.number", "paymentMethod.cvc", "paymentMethod.expiryMonth", "paymentMethod.expiryYear"}
MODES = ("askForConsent", "enabled")
BOTH = ((PAY,), (STORE,))


@pytest.mark.parametrize(
    ("path", "conditions"),
    [
        (
            "/payments",
            [
                (STORING, (True,), "inferred", ((STORE,),)),
                ({"enablePayOut"}, (True,), "possible", ((STORE,),)),
                ({"recurringProcessingModel"}, (), "possible", ((STORE,),)),
                (
                    {
                        "paymentMethod.storedPaymentMethodId",
                        "paymentMethod.recurringDetailReference",
                        "recurringDetailReference",
                    },
                    (),
                    "possible",
                    ((STORE,),),
                ),
                ({"shopperInteraction"}, ("ContAuth",), "possible", ((STORE,),)),
                (CARD, (), "inferred", ((RAW,),)),
            ],
        ),
        (
            "/sessions",
            [
                ({"storePaymentMethodMode"}, MODES, "inferred", ((STORE,),)),
                (STORING, (True,), "inferred", ((STORE,),)),
                ({"enablePayOut"}, (True,), "possible", ((STORE,),)),
                ({"recurringProcessingModel"}, (), "possible", ((STORE,),)),
            ],
        ),
        (
            "/paymentLinks",
            [
                ({"storePaymentMethodMode"}, MODES, "inferred", BOTH),
                ({"storePaymentMethod"}, (True,), "inferred", BOTH),
                ({"recurringProcessingModel"}, (), "possible", BOTH),
            ],
        ),
        ("/cardDetails", [({"cardNumber"}, (), "inferred", ((RAW,),))]),
        ("/storedPaymentMethods", [(CARD, (), "inferred", ((RAW,),))]),
        ("/forward", [(CARD, (), "possible", ((RAW,),))]),
    ],
)
def test_a_body_takes_more_as_surely_as_the_facts_say(path: str, conditions: list[object]) -> None:
    assert [told(condition) for condition in operation("POST", path).conditions] == conditions


def test_no_other_request_takes_more_for_its_body_and_no_encrypted_field_counts() -> None:
    rows = [row for row in PACK.operations if row.conditions]
    assert len(rows) == 6
    named = {name for row in rows for condition in row.conditions for name in condition.parameters}
    assert [name for name in named if "encrypted" in name] == []


def requests() -> Iterator[tuple[Operation, str]]:
    """Give a URL for every operation on every host and behind every prefix of its servers."""
    for row in PACK.operations:
        for name in row.servers if row.status != "page" else ():
            server = PACK.operations.servers[name]
            for host in server.hosts:
                for prefix in server.prefixes:
                    base = f"https://{host.replace('*', 'shop')}{prefix.replace('#', '7')}"
                    yield row, base + row.path.replace("{", "ID").replace("}", "")


def test_a_plain_request_to_any_host_reaches_its_operation(tmp_path: Path) -> None:
    asked = list(requests())
    lines = ["import requests", *(f'requests.request("{row.verb}", "{url}")' for row, url in asked)]

    inventory = inventory_of_files({"adyen.py": "\n".join(lines) + "\n"}, tmp_path)

    found = {need.request.span.line: (need.request.verb, need.path, need.covered) for need in inventory.needs}
    assert inventory.gaps == ()
    assert len(asked) > 900
    wrong = {
        url: found.get(line)
        for line, (row, url) in enumerate(asked, start=2)
        if found.get(line) != (row.verb, row.path, row.covered or row.ungated)
    }
    assert wrong == {}


def test_what_a_service_sends_goes_to_its_server() -> None:
    (library,) = PACK.libraries
    found = {
        key: {
            member.server
            for table in (kind.statics, kind.members)
            for variants in table.values()
            for member in variants
            if member.sends != "never"
        }
        for key, kind in library.types.items()
    }
    assert found["AdyenClient"] == {"", "checkout", "hpp"}
    assert found["checkout.PaymentsApi"] == {"checkout"}
    assert found["posMobile"] == found["posMobile.PosMobileApi"] == {"pos_mobile"}
    assert found["paymentsApp.PaymentsAppApi"] == found["management.UsersMerchantLevelApi"] == {"management"}
    assert [key for key, servers in found.items() if "" in servers] == ["AdyenClient"]
