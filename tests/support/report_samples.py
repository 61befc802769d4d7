"""A report as the stages before the renderers would make it: a small project with every kind of trouble, as values."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from leastscope.model import (
    ApiRequest,
    App,
    AppResult,
    Definition,
    Edit,
    EventNeed,
    EventUse,
    Finding,
    Fix,
    Gap,
    Grant,
    InputError,
    Inventory,
    Need,
    Report,
    Requirement,
    Span,
    Step,
    Unread,
    UnreadPart,
    Why,
)
from places import ROOT

UPDATE = "UPDATE_GOLDENS"
HOSTILE_PATH = "billing/evil\x1b[31m\u202e\n[click](http:x)\udcff.py"

FILES = {
    "shop-app.json": (
        '{\n  "id": "billing",\n  "permissions": [\n    {"permission": "order_read", "purpose": "Lists orders"},\n'
        '    {"permission": "payout_write", "purpose": ""},\n    {"permission": "ordr_write", "purpose": "Ships"}\n'
        "  ]\n}\n"
    ),
    "billing/client.py": 'import os\n\nimport shop\n\nclient = shop.Client(os.environ["SHOP_KEY"])\n',
    "billing/api.py": (
        '"""What the pages show."""\n\nfrom billing.client import client\n\n\ndef show(customer_id):\n'
        "\treturn client.customers.retrieve(customer_id)\n\n\ndef refund(order):\n    return client.refunds.create(\n"
        '        order=order,\n        note="Gutschrift 🧾",\n    )\n\n\ndef act(name, order):\n'
        "    return getattr(client.orders, name)(order)\n"
    ),
    "billing/jobs.py": (
        "from billing.client import client\n\n\nfor kunde in ():\n"
        '    print("顧客 🧾", client.customers.retrieve(kunde))\n    print(client.orders.list())\n'
        '    if kunde.type == "order.paid":\n        pass\n'
    ),
    HOSTILE_PATH: "x = '\x1b[2J\u202e'; client.disputes.list()\n",
    "broken/shop-app.json": '{"id": "other",\n "permissions": [}\n',
}


def source(path: str) -> str | None:
    """Return the text of a sample file."""
    return FILES.get(path)


def at(path: str, text: str, nth: int = 0) -> Span:
    """Return the region of the nth occurrence of a text in a sample file."""
    content = FILES[path]
    start = [match.start() for match in re.finditer(re.escape(text), content)][nth]
    before, inside = content[:start], content[start : start + len(text)]
    line, column = before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
    end_line = line + inside.count("\n")
    end_column = len(inside) - inside.rfind("\n") if "\n" in inside else column + len(inside)
    return Span(path, line, column, end_line, end_column)


CLIENT = at("billing/client.py", 'shop.Client(os.environ["SHOP_KEY"])')
SHOW = at("billing/api.py", "client.customers.retrieve(customer_id)")
REFUND = at("billing/api.py", 'client.refunds.create(\n        order=order,\n        note="Gutschrift 🧾",\n    )')
ACT = at("billing/api.py", "getattr(client.orders, name)(order)")
JOB = at("billing/jobs.py", "client.customers.retrieve(kunde)")
LIST = at("billing/jobs.py", "client.orders.list()")
EVENT = at("billing/jobs.py", '"order.paid"')
EVIL = at(HOSTILE_PATH, "client.disputes.list()")
PAYOUT = at("shop-app.json", '"payout_write"')
MISSPELT = at("shop-app.json", '"ordr_write"')
GRANTS = at("shop-app.json", '"permissions"')
BROKEN = at("broken/shop-app.json", "}")

MADE_HERE = Step(CLIENT, "the client is made here")
CUSTOMER = Requirement(("customer_read",), "documented", "operation", "object-table")
REFUNDS = Requirement(("charge_write", "refund_write"), "inferred", "operation", "object-table")
ORDERS = Requirement(("order_read",), "documented", "operation", "object-table")
EXPANDED = Requirement(
    ("customer_read", "contact_read"), "documented", "expand", "object-table", detail="data.customer"
)
PAID = (
    Requirement(("event_read",), "documented", "event", "event-table", detail="order.paid"),
    Requirement(("order_read",), "documented", "event", "event-table", detail="order.paid"),
)


def request(span: Span, verb: str, path: str, **changes: str) -> ApiRequest:
    """Return a request of the sample system."""
    made = ApiRequest(
        span,
        "shop",
        verb,
        path,
        "api",
        "resolved",
        "own",
        "env:SHOP_KEY",
        False,
        (),
        True,
        (MADE_HERE, Step(span, "sent")),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def need(span: Span, verb: str, path: str, *requirements: Requirement, **changes: str) -> Need:
    """Return a request of the sample system with what it requires."""
    return Need(request(span, verb, path, **changes), path, bool(requirements), requirements)


NEEDS = (
    need(SHOW, "GET", "/v1/customers/{customer}", CUSTOMER),
    need(JOB, "GET", "/v1/customers/{customer}", CUSTOMER),
    need(REFUND, "POST", "/v1/refunds", REFUNDS, resolution="possible"),
    need(LIST, "GET", "/v1/orders", ORDERS, EXPANDED, account="connected"),
    need(EVIL, "GET", "/v1/disputes"),
)
EVENTS = (EventNeed(EventUse(EVENT, "shop", "order.paid", "handled", False), PAID),)
GAPS = (
    Gap("dynamic-operation", ACT, "shop", "the name of the method is not known"),
    Gap("unreadable", Span("billing/locked.py", 1, 1, 1, 1), "", "permission denied"),
)
APP = App(
    name="billing",
    root=".",
    system="shop",
    kind="manifest",
    declared_in=("shop-app.json",),
    grants=(Grant("order_read", at("shop-app.json", '"order_read"')), Grant("payout_write", PAYOUT)),
    unread=(UnreadPart("a user interface", GRANTS),),
    span=GRANTS,
)
RESULT = AppResult(
    app=APP,
    granted=("order_read", "payout_write"),
    needed=("customer_read", "order_read"),
    missing=("customer_read",),
    excess=("payout_write",),
    unknown=(),
    own=(Step(LIST, "GET /v1/orders"),),
    unattributed=2,
)

MISSING = Finding(
    rule="missing-grant",
    level="error",
    certainty="certain",
    app="billing",
    system="shop",
    permission="customer_read",
    any_of=("customer_read",),
    span=SHOW,
    message="'GET /v1/customers/{customer}' needs 'customer_read', which 'billing' does not grant",
    evidence=(
        MADE_HERE,
        Step(at("billing/api.py", "client"), "and imported here"),
        Step(SHOW, "the request is sent here"),
    ),
    related=(Step(JOB, "also needed here"),),
    fingerprint="missing-grant:customer_read:billing/api.py",
    advice="Grant 'customer_read' in 'shop-app.json', or remove the call.",
    fix=Fix(
        "Grant 'customer_read' in 'shop-app.json'.",
        (Edit(Span("shop-app.json", 6, 53, 6, 53), ',\n    {"permission": "customer_read", "purpose": ""}'),),
    ),
    inside=Definition("billing.api.show", "function"),
    why=Why("GET /v1/customers/{customer}", CUSTOMER),
)
MISSING_INFERRED = replace(
    MISSING,
    level="warning",
    certainty="probable",
    permission="charge_write",
    any_of=("charge_write", "refund_write"),
    span=REFUND,
    message="'POST /v1/refunds' probably needs one of 'charge_write' and 'refund_write'.",
    evidence=(MADE_HERE,),
    related=(),
    fingerprint="missing-grant:charge_write:billing/api.py",
    advice="",
    fix=None,
    inside=Definition("billing.api.refund", "function"),
    why=Why("POST /v1/refunds", REFUNDS),
)
EXCESS = Finding(
    rule="excess-grant",
    level="warning",
    certainty="certain",
    app="billing",
    system="shop",
    permission="payout_write",
    any_of=(),
    span=PAYOUT,
    message="No request of 'billing' uses 'payout_write'.",
    evidence=(Step(PAYOUT, "granted here"),),
    fingerprint="excess-grant:payout_write:shop-app.json",
    fix=Fix("Remove 'payout_write' from 'shop-app.json'.", (Edit(Span("shop-app.json", 4, 61, 5, 51), ""),)),
)
UNKNOWN = replace(
    EXCESS,
    rule="unknown-grant",
    level="error",
    permission="ordr_write",
    span=MISSPELT,
    message="There is no permission 'ordr_write'; did you mean 'order_write'?",
    evidence=(),
    fingerprint="unknown-grant:ordr_write:shop-app.json",
    fix=None,
)
UNCOVERED = replace(
    EXCESS,
    rule="uncovered-call",
    level="note",
    certainty="possible",
    app="",
    permission="",
    span=EVIL,
    message="No permission covers 'GET /v1/disputes' in 'evil\x1b[31m\u202e\n[click](http:x)\udcff.py'",
    evidence=(Step(EVIL, "sent\nhere\x9b"),),
    fingerprint="",
    fix=None,
)
SUPPRESSED = replace(
    EXCESS,
    permission="order_write",
    suppressed="asked for by support",
    fingerprint="excess-grant:order_write:",
    fix=None,
)

UNREAD = (Unread("excluded", ("legacy", "old.py")),)
REPORT = Report(
    version="0.1.0",
    inventory=Inventory(NEEDS, EVENTS, GAPS, files_read=4, files_seen=9, unread=UNREAD),
    apps=(RESULT,),
    findings=(UNCOVERED, MISSING_INFERRED, SUPPRESSED, MISSING, EXCESS, UNKNOWN),
    errors=(InputError(BROKEN, "expected a value, found '}'"),),
)
EMPTY = Report("0.1.0", Inventory((), (), ()))


def committed(path: str, rendered: str) -> str:
    """Return the committed text of a file; with UPDATE_GOLDENS=1 in the environment, write it first."""
    file = ROOT / path
    if os.environ.get(UPDATE):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered, encoding="utf-8", newline="\n")
    return file.read_text(encoding="utf-8")
