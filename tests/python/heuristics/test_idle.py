"""A project that uses a library or a server, and of which no request is found, is never called clean in silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from command import run
from expectations import inventory_of_files
from leastscope.report.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Inventory

IMPORT = "import stripe\n"


def overlooked(inventory: Inventory) -> list[tuple[str, str, int]]:
    return [(gap.system, gap.span.path, gap.span.line) for gap in inventory.gaps if gap.kind == "no-request"]


def of(text: str, tmp_path: Path, name: str = "app.py") -> Inventory:
    return inventory_of_files({name: text}, tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (IMPORT + "kept = {'sdk': stripe.Customer}\n", 2),
        (IMPORT + "class Held(stripe.Customer): ...\n", 2),
        (IMPORT + "def f():\n    return stripe.never_heard_of\n", 3),
        (IMPORT + "def f(kind: stripe.Event = stripe.Customer): ...\n", 2),
        ("# stripe\nhttp = pool('https://api.stripe.com/v1')\n", 2),
        ("# stripe\nhttp = pool(f'https://api.stripe.com/{version}')\n", 2),
    ],
)
def test_a_use_that_can_send_and_no_request_is_a_gap(text: str, line: int, tmp_path: Path) -> None:
    inventory = of(text, tmp_path)
    assert overlooked(inventory) == [("stripe", "app.py", line)]
    assert inventory.idle == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (IMPORT + "queue.put(stripe)\n", 2),
        (IMPORT + "register(stripe.StripeClient('k'))\n", 2),
        (IMPORT + "client = stripe.StripeClient('k')\nqueue.put(client)\n", 3),
        (IMPORT + "client = stripe.StripeClient('k')\nqueue.put(client.v1.customers)\n", 3),
        (IMPORT + "held.client = stripe.StripeClient('k')\n", 2),
        ("from stripe import Customer as C\nexport(C)\n", 2),
        ("import stripe.webhook\nqueue.put(stripe)\n", 2),
    ],
)
def test_a_use_that_is_lost_at_its_place_is_told_there_alone(text: str, line: int, tmp_path: Path) -> None:
    inventory = of(text, tmp_path)
    assert [(gap.kind, gap.system, gap.span.line) for gap in inventory.gaps] == [("lost-client", "stripe", line)]
    assert inventory.idle == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (IMPORT + "stripe.Webhook.construct_event(a, b, c)\n", ["stripe.Webhook.construct_event"]),
        (
            IMPORT + "try: ...\nexcept (stripe.error.CardError, stripe.StripeError): ...\n",
            ["stripe.StripeError", "stripe.error.CardError"],
        ),
        ("from stripe.error import CardError\nclass Refused(CardError): ...\n", ["stripe.error.CardError"]),
        ("from stripe import Customer\ndef f(one: Customer) -> 'Customer': ...\n", ["stripe.Customer"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import stripe\nx: 'stripe.Charge'\n", ["stripe"]),
        (
            IMPORT + "client = stripe.StripeClient('k')\nclient.construct_event(a, b, c)\n",
            ["stripe.StripeClient", "stripe.StripeClient.construct_event"],
        ),
        (IMPORT + "def f():\n    raise E\n    queue.put(stripe.Charge)\nstripe.Webhook\n", ["stripe.Webhook"]),
        (IMPORT + "kinds = {stripe.Customer: 1}\n", ["stripe.Customer"]),
        (IMPORT + "isinstance(x, stripe.Customer)\n", ["stripe.Customer"]),
        (IMPORT + "match x:\n    case stripe.Customer(): ...\n", ["stripe.Customer"]),
        (IMPORT + "stripe.api_key = 'sk'\n", ["stripe.api_key"]),
    ],
)
def test_uses_that_send_nothing_are_told(text: str, names: list[str], tmp_path: Path) -> None:
    inventory = of(text, tmp_path)
    assert overlooked(inventory) == []
    assert [(one.system, list(one.names)) for one in inventory.idle] == [("stripe", names)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (IMPORT, "app.py"),
        (IMPORT + "queue.put(stripe)\nstripe.Customer.list()\n", "app.py"),
        (IMPORT + "queue.put(stripe)\n", "tests/test_app.py"),
        ("import braintree\nqueue.put(braintree)\n# stripe\n", "app.py"),
        ("# stripe\nlogger.info('https://api.stripe.com/v1')\nurl.startswith('https://api.stripe.com')\n", "app.py"),
        ("# stripe\nCSP = ['https://api.stripe.com']\nopen('https://js.stripe.com')\n", "app.py"),
        ("# stripe\nopen('https://example.com/v1')\n", "app.py"),
        ("# adyen\nopen('https://docs.adyen.com/online-payments')\n", "app.py"),
    ],
)
def test_nothing_is_told_where_nothing_was_overlooked(text: str, name: str, tmp_path: Path) -> None:
    inventory = of(text, tmp_path, name)
    assert overlooked(inventory) == []
    assert inventory.idle == ()


def test_a_name_that_a_package_hands_on_may_be_used_anywhere(tmp_path: Path) -> None:
    inventory = of("from stripe import Customer\nfrom stripe.error import CardError\n", tmp_path, "sdk/__init__.py")
    assert overlooked(inventory) == [("stripe", "sdk/__init__.py", 1)]


def test_of_several_places_the_first_is_told(tmp_path: Path) -> None:
    kept = "kept = {'sdk': stripe.Customer}\n"
    files = {"b.py": IMPORT + kept, "a.py": f"{IMPORT}\n{kept}{kept}"}
    assert overlooked(inventory_of_files(files, tmp_path)) == [("stripe", "a.py", 3)]


def test_no_format_calls_a_project_clean_whose_requests_were_overlooked(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(IMPORT + "kept = {'sdk': stripe.Customer}\n", "utf-8")
    outcome = run(tmp_path, "scan", "--strict", ".")
    assert (outcome.code, b"no findings" in outcome.out) == (3, False)
    for name in FORMATS:
        assert re.search(rb"the code uses|1 gap", run(tmp_path, "scan", "--format", name, ".").out)


def test_a_project_that_only_checks_webhooks_is_clean_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(IMPORT + "stripe.Webhook.construct_event(body, signature, secret)\n", "utf-8")
    outcome = run(tmp_path, "scan", "--strict", ".")
    assert (outcome.code, b"no findings" in outcome.out) == (0, True)
    assert b"stripe is used without a request: stripe.Webhook.construct_event" in b" ".join(outcome.out.split())


def test_many_names_are_counted(tmp_path: Path) -> None:
    text = IMPORT + "".join(f"stripe.error.{name}Error\n" for name in "ABCDE")
    (tmp_path / "app.py").write_text(text, "utf-8")
    assert b"stripe.error.CError and 2 more" in b" ".join(run(tmp_path, "requests", ".").out.split())
