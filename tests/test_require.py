"""What requests require: where releases of a library differ, and which subscriptions cannot be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from compare_samples import at, need
from leastscope.model import (
    ApiRequest,
    Because,
    EventNeed,
    EventUse,
    Gap,
    How,
    Idle,
    Inventory,
    Need,
    Parameter,
    Refusal,
    Requirement,
    Ruling,
    Step,
    TokenRequest,
)
from leastscope.pipeline import scan
from leastscope.python.collect import Evaluated
from leastscope.request import Request
from leastscope.require import _settled, overlaid, require
from leastscope.rulebook.operations import index
from leastscope.rulebook.pack import Pack
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import (
    Condition,
    Edge,
    EventRule,
    Events,
    KindRule,
    Objects,
    Operation,
    Over,
    Permission,
    Rule,
    Server,
)


def test_where_releases_ask_for_different_permissions_at_one_place_none_is_certain() -> None:
    old, new = need("a.py:1", "customer_read"), need("a.py:1", "invoice_read", operation="POST /things")
    elsewhere = need("a.py:2", "customer_read")
    variants = frozenset({old.request, new.request, elsewhere.request})
    settled = list(_settled([old, new, elsewhere], variants))
    assert [one.request.resolution for one in settled] == ["possible", "possible", "resolved"]


def test_where_releases_ask_for_the_same_or_only_one_is_meant_it_stays_certain() -> None:
    old, new = need("a.py:1", "customer_read"), need("a.py:1", "customer_read", operation="POST /things")
    assert list(_settled([old, new], frozenset({old.request, new.request}))) == [old, new]
    other = need("a.py:1", "invoice_read", operation="POST /things")
    assert list(_settled([old, other], frozenset({old.request}))) == [old, other]


@pytest.mark.parametrize(("event", "kinds"), [("customer.created", []), ("customer.creatd", ["unknown-event"])])
def test_a_subscription_to_an_event_that_no_pack_lists_is_a_gap(event: str, kinds: list[str], tmp_path: Path) -> None:
    code = f"import stripe\nstripe.WebhookEndpoint.create(url='https://example.com', enabled_events=['{event}'])\n"
    (tmp_path / "hooks.py").write_text(code, "utf-8")
    gaps = scan(Request((Path(),), tmp_path, tracked=list)).inventory.gaps
    assert [gap.kind for gap in gaps] == kinds
    assert all(f"'{event}'" in gap.reason for gap in gaps)


CUSTOMER_READ = Rule((("customer_read",),), source="https://shop.example/objects")
SHOP = Pack(
    "shop",
    "Shop",
    vocabulary=Vocabulary(
        {
            "reach_read": Permission("reach_read", "", "read", source="https://shop.example/reach"),
            "reach_write": Permission("reach_write", "", "write"),
        }
    ),
    operations=index(
        (
            Operation((("order_read",),), verb="GET", path="/orders", servers=("api",), object=("order",), source="s"),
            Operation((("file_read",),), verb="GET", path="/orders", servers=("files",)),
            Operation(
                (("order_write",), ("item_read", "item_write")),
                verb="POST",
                path="/orders/{id}",
                servers=("api",),
                conditions=(Condition((("refund_write",),), maybe=("refund_all",), parameters=("refund",)),),
                object=("order",),
                kinds=(
                    KindRule((("order_all",),), kind="key", source="https://shop.example/keys"),
                    KindRule(kind="app", note="apps are told to wait", source="https://shop.example/apps"),
                    KindRule(kind="old", covered=False, note="old ones cannot", source="o", advice="Make a new one."),
                    KindRule(kind="web", refused=True, note="the web is refused", source="w"),
                    KindRule(kind="silent", refused=True),
                ),
            ),
            Operation(verb="GET", path="/login", servers=("api",), status="page", declares="form"),
            Operation(verb="POST", path="/token", servers=("api",), covered=False, declares="other/form"),
            Operation((("hook_write",),), verb="POST", path="/hooks", servers=("api",), subscribes="events"),
            Operation(verb="GET", path="/free", servers=("api",), covered=False, ungated=True),
        ),
        (Server("api", default=True), Server("files")),
    ),
    objects=Objects(
        rules={"customer": CUSTOMER_READ},
        graph={"order": {"customer": (Edge("expand", ("customer",)),), "note": (Edge("inline", ("note",)),)}},
        parameter="expand",
        list_prefix="data",
        kinds=(
            KindRule(kind="key", refused=True, note="keys see ids alone", source="https://shop.example/expand"),
            KindRule((("x",),), kind="other", note="this one may"),
        ),
    ),
    events=Events({"order.paid": EventRule((("order_read",),), type="order.paid")}, always="event_read", all="*"),
)
OVER = Pack(
    "reach", "Reach", vocabulary=SHOP.vocabulary, over=Over("shop", ("reach_read", "reach_write"), ("reach_write",))
)
PACKS = {"shop": SHOP, "reach": OVER}


def sent(operation: str, *parameters: Parameter, line: int = 1, closed: bool = True, server: str = "") -> ApiRequest:
    verb, _, path = operation.partition(" ")
    place = at(f"a.py:{line}")
    how = (Step(place, "calls it"),)
    return ApiRequest(place, "shop", verb, path, server, "resolved", "own", "env:KEY", True, parameters, closed, how)


def passed(key: str, value: str | int | None, *, known: bool = True, line: int = 1) -> Parameter:
    return Parameter(key, value, known, at(f"a.py:{line}", 20))


def required(*requests: ApiRequest, gaps: tuple[Gap, ...] = (), events: tuple[EventUse, ...] = ()) -> Inventory:
    return require(Evaluated(requests, frozenset(), events, gaps, (Idle("shop", ("Webhook",)),)), PACKS)


def expanded(*names: str, because: Because = "operation", detail: str = "", source: str = "") -> Requirement:
    return Requirement(names, "documented", because, source, (), detail)


def test_a_request_requires_what_its_operation_does_on_its_server() -> None:
    """A server that the request names decides; else the default one comes first."""
    found = required(sent("GET /orders"), sent("GET /orders", line=2, server="files"))
    assert found.needs == (
        Need(sent("GET /orders"), "/orders", True, (expanded("order_read", source="s"),)),
        Need(sent("GET /orders", line=2, server="files"), "/orders", True, (expanded("file_read"),)),
    )
    assert (found.events, found.gaps, found.tokens) == ((), (), ())
    assert found.idle == (Idle("shop", ("Webhook",)),)


def test_what_no_permission_covers_and_what_is_not_gated_are_two_things() -> None:
    token, free = required(sent("POST /token"), sent("GET /free", line=2)).needs
    assert (token.covered, token.requirements, free.covered, free.requirements) == (False, (), True, ())


def test_an_operation_that_no_pack_lists_is_a_gap_and_the_requests_after_it_count() -> None:
    found = required(sent("GET /unknown"), sent("GET /orders", line=2))
    reason = "the rule pack lists no operation GET /unknown"
    assert found.gaps == (Gap("unknown-operation", at("a.py:1"), "shop", reason, in_tests=True),)
    assert [one.path for one in found.needs] == ["/orders"]


def test_a_request_for_a_token_is_set_apart_and_a_page_is_no_request() -> None:
    page, token = sent("GET /login", passed("scope", "a")), sent("POST /token", line=2, closed=False)
    found = required(page, token, sent("GET /orders", line=3))
    assert found.tokens == (
        TokenRequest(page.span, "shop", "form", page.parameters, True, True, page.evidence),
        TokenRequest(token.span, "other", "form", (), False, True, token.evidence),
    )
    assert [one.path for one in found.needs] == ["/token", "/orders"]


def test_parameters_require_more_and_the_kinds_of_apps_differ() -> None:
    """A rule of a kind decides about the operation; what parameters require stays, unless nothing covers the operation."""
    request = sent("POST /orders/{id}", passed("refund.amount", 1), passed("expand", "customer"))
    (found,) = required(request).needs
    operation = (expanded("order_write"), expanded("item_read", "item_write"))
    customer = expanded("customer_read", because="expand", detail="customer", source="https://shop.example/objects")
    refund = Requirement(("refund_write",), "documented", "parameter", "", ("refund_all",), "refund")
    assert found.requirements == (*operation, customer, refund)
    assert found.rulings == (
        Ruling("key", True, (expanded("order_all", source="https://shop.example/keys"), customer, refund)),
        Ruling("old", False, ()),
    )
    assert found.refusals == (
        Refusal("old", "old ones cannot", "o", advice="Make a new one."),
        Refusal("web", "the web is refused", "w"),
        Refusal("key", "keys see ids alone", "https://shop.example/expand", "customer"),
    )


def test_what_is_asked_for_twice_counts_once() -> None:
    twice = sent("GET /orders", passed("expand", "customer"), passed("expand", "customer", line=2))
    (found,) = required(twice).needs
    assert [one.any_of for one in found.requirements] == [("order_read",), ("customer_read",)]


@pytest.mark.parametrize("parameter", [passed("expand", None, known=False), passed("expand.0", 7)])
def test_an_expansion_that_is_no_literal_is_a_gap(parameter: Parameter) -> None:
    found = required(sent("GET /orders", parameter, passed("other", "customer")))
    reason = f"the value of '{parameter.key}' is not a literal"
    assert found.gaps == (Gap("unknown-expansion", parameter.span, "shop", reason, in_tests=True),)
    assert [one.requirements for one in found.needs] == [(expanded("order_read", source="s"),)]


def test_an_expansion_that_no_pack_lists_is_a_gap_unless_it_fits_another_operation_of_the_call() -> None:
    wrong = passed("expand", "owner")
    reason = "the request expands 'owner', and leastscope knows no field 'owner' there"
    gap = Gap("unknown-expansion", wrong.span, "shop", reason, in_tests=True)
    assert required(sent("GET /orders", wrong)).gaps == (gap,)
    more = [passed("expand", name) for name in ("owner", "maker", "mender", "seller")]
    (found,) = required(sent("GET /orders", *more)).gaps
    assert found.reason == "the request expands 'owner', 'maker' and 2 more, and leastscope knows no such fields there"
    fits, not_known = sent("GET /orders", passed("expand", "customer")), sent("GET /free", passed("expand", "customer"))
    assert required(fits, not_known).gaps == required(not_known, fits).gaps == ()
    assert [one.kind for one in required(fits, sent("GET /free", passed("expand", "customer", line=2))).gaps] == [
        "unknown-expansion"
    ]


def test_an_expansion_below_a_list_names_its_elements() -> None:
    many = msgspec.structs.replace(
        SHOP,
        operations=index(
            [Operation(verb="GET", path="/o", servers=("api",), object=("order",), many=True)], [Server("api")]
        ),
    )
    request = sent("GET /o", passed("expand", "data.customer"))
    found = require(Evaluated((request,), frozenset(), (), ()), {"shop": many})
    assert [one.any_of for one in found.needs[0].requirements] == [("customer_read",)]
    assert found.gaps == ()


def test_a_subscription_requires_what_its_events_do() -> None:
    request = sent("POST /hooks", passed("url", "order.made"), passed("events", "order.paid"))
    found = required(request)
    asked = (
        expanded("event_read", because="event", detail="order.paid"),
        expanded("order_read", because="event", detail="order.paid"),
    )
    assert found.needs == (Need(request, "/hooks", True, (expanded("hook_write"), *asked)),)
    use = EventUse(at("a.py:1", 20), "shop", "order.paid", "subscribed", True, request.evidence)
    assert found.events == (EventNeed(use, asked),)
    assert found.gaps == ()


def test_a_subscription_is_as_sure_as_the_request_that_asks_for_it() -> None:
    request = replace(sent("POST /hooks", passed("url", "a"), passed("events", "order.paid")), resolution="possible")
    assert [one.use.resolution for one in required(request).events] == ["possible"]


@pytest.mark.parametrize(
    ("parameter", "kind", "reason", "events"),
    [
        (
            passed("events.0", None, known=False),
            "unknown-event",
            "the value of 'events.0' is not a literal, so leastscope does not know the events",
            1,
        ),
        (
            passed("events", 7),
            "unknown-event",
            "the value of 'events' is not a literal, so leastscope does not know the events",
            1,
        ),
        (
            passed("events", "*"),
            "all-events",
            "the code subscribes to all events, and leastscope does not know which events it needs",
            2,
        ),
        (passed("events", "order.gone"), "unknown-event", "the rule pack lists no event 'order.gone'", 2),
    ],
)
def test_a_subscription_that_cannot_be_told_is_a_gap(parameter: Parameter, kind: str, reason: str, events: int) -> None:
    """The other events of the request count all the same."""
    found = required(sent("POST /hooks", parameter, passed("events", "order.paid", line=2)))
    assert found.gaps == (Gap(kind, parameter.span, "shop", reason, in_tests=True),)
    assert len(found.events) == events


def test_a_handled_event_requires_what_a_subscription_to_it_would() -> None:
    use = EventUse(at("a.py:3"), "shop", "order.paid", "handled", False)
    found = required(events=(use,))
    assert found.events == (EventNeed(use, SHOP.events.requirements("order.paid")),)


def test_what_a_gap_may_hide_is_what_all_its_operations_need() -> None:
    """Conditions count, as nothing speaks against them, and so do the rules for kinds of apps."""
    gap = Gap(
        "lost-client", at("a.py:1"), "shop", "r", operations=(("", "GET", "/orders"), ("api", "POST", "/orders/{id}"))
    )
    (found,) = required(gaps=(gap,)).gaps
    both = ("item_read", "item_write", "order_all", "order_read", "order_write", "refund_all", "refund_write")
    assert found == replace(gap, permissions=both)
    (on_files,) = required(gaps=(replace(gap, operations=(("files", "GET", "/orders"),)),)).gaps
    assert on_files.permissions == ("file_read",)


@pytest.mark.parametrize("other", [("", "GET", "/unknown"), ("", "POST", "/hooks")])
def test_a_gap_that_may_hide_what_is_not_known_may_hide_anything(other: tuple[str, str, str]) -> None:
    gap = Gap("lost-client", at("a.py:1"), "shop", "r", operations=(("", "GET", "/orders"), other))
    assert required(gaps=(gap,)).gaps == (gap,)
    bare = Gap("syntax-error", at("a.py:2"), "", "r")
    assert required(gaps=(bare,)).gaps == (bare,)


def test_everything_is_in_the_order_of_its_places() -> None:
    """At one place: by system, path and verb; events by name; gaps by kind and reason."""
    requests = [sent("GET /orders", line=2), sent("POST /orders/{id}"), sent("GET /orders"), sent("GET /free")]
    requests += [
        replace(requests[2], credential="env:A"),
        replace(requests[2], account="connected", credential="env:Z"),
    ]
    handled: list[tuple[int, str, How]] = [
        (2, "a", "handled"),
        (1, "b", "handled"),
        (1, "a", "subscribed"),
        (1, "a", "handled"),
    ]
    uses = [EventUse(at(f"a.py:{line}"), "shop", name, how, False) for line, name, how in handled]
    gaps = [
        Gap(kind, at(f"a.py:{line}"), system, reason)
        for line, kind, system, reason in (
            (2, "a", "shop", "a"),
            (1, "b", "shop", "a"),
            (1, "a", "shop", "b"),
            (1, "a", "shop", "a"),
            (1, "a", "reach", "c"),
        )
    ]
    tokens = [sent("GET /login", line=2), sent("POST /token"), sent("GET /login")]
    found = required(*requests, *tokens, events=tuple(uses), gaps=tuple(gaps))
    assert [(one.request.span.line, one.path, one.request.account, one.request.credential) for one in found.needs] == [
        (1, "/free", "own", "env:KEY"),
        (1, "/orders", "connected", "env:Z"),
        (1, "/orders", "own", "env:A"),
        (1, "/orders", "own", "env:KEY"),
        (1, "/orders/{id}", "own", "env:KEY"),
        (1, "/token", "own", "env:KEY"),
        (2, "/orders", "own", "env:KEY"),
    ]
    assert [one.use for one in found.events] == [uses[3], uses[2], uses[1], uses[0]]
    assert list(found.gaps) == [gaps[4], gaps[3], gaps[2], gaps[1], gaps[0]]
    assert [(one.span.line, one.system) for one in found.tokens] == [(1, "other"), (1, "shop"), (2, "shop")]


def test_a_vocabulary_over_the_operations_of_another_system_asks_for_reading_or_for_changing() -> None:
    """What is not gated asks for nothing. What no permission of the other system covers is asked for here."""
    requests = (sent("GET /orders"), sent("HEAD /orders"), sent("POST /orders/{id}", line=2), sent("GET /free", line=3))
    own = tuple(
        Need(one, "/as-listed", one.path == "/free", (() if one.path == "/free" else (expanded("x"),)))
        for one in requests
    )
    uncovered = Need(sent("POST /token", line=4), "/token", False, ())
    elsewhere = Need(replace(sent("GET /orders", line=5), system="reach"), "/orders", True, (expanded("y"),))
    inventory = Inventory((*own, uncovered, elsewhere), (), ())
    found = overlaid(inventory, PACKS, ["shop", "reach"])
    read = Requirement(("reach_read", "reach_write"), "documented", "operation", "https://shop.example/reach")
    write = Requirement(("reach_write",), "documented", "operation", "")
    assert found.needs == (
        *inventory.needs,
        *(Need(replace(one.request, system="reach"), "/as-listed", True, (read,)) for one in own[:2]),
        Need(replace(own[2].request, system="reach"), "/as-listed", True, (write,)),
        Need(replace(uncovered.request, system="reach"), "/token", True, (write,)),
    )
