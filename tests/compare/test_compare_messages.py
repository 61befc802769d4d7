"""What findings say: what is wrong, what is not sure about it, what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compare_samples import TERMS, Part, app, event, gap, need, require, run, unread_part
from leastscope.compare import Options, compare
from leastscope.kinds import GAP_BY_NAME
from leastscope.model import Inventory
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

PLATFORM: dict[str, Any] = {"bound": "connected", "write_implies_read": "assumed"}
KEY: dict[str, Any] = {"write_implies_read": "documented"}
READ = need("a.py:1", "customer_read")
WRITE = need("a.py:2", "customer_write")


@pytest.mark.parametrize(
    ("parts", "message", "advice"),
    [
        (
            [need("a.py:1", require("invoice_read", "customer_read")), app()],
            "The code needs 'invoice_read', which app 'shop' is not granted.",
            "Grant 'invoice_read' or 'customer_read' in 'app.json', or remove the call.",
        ),
        (
            [need("a.py:1", require("customer_read", certainty="inferred")), replace(app(), declared_in=())],
            (
                "The code needs 'customer_read', which app 'shop' is not granted. That the call needs this "
                "permission is inferred, not documented."
            ),
            "Grant 'customer_read' in the settings, or remove the call.",
        ),
        (
            [need("a.py:1", "customer_read", account="unknown"), app(**PLATFORM)],
            (
                "The code needs 'customer_read', which app 'shop' is not granted. leastscope cannot determine "
                "whether the call acts on a connected account."
            ),
            "Grant 'customer_read' in 'app.json', or remove the call.",
        ),
        (
            [event("a.py:1", ("event_read",)), app()],
            (
                "The code handles events that need 'event_read', which app 'shop' is not granted. leastscope found "
                "no subscription, so the app may not receive these events."
            ),
            "Grant 'event_read' in 'app.json' if the app receives these events.",
        ),
        (
            [event("a.py:1", ("event_read",), how="subscribed"), app()],
            "The code needs 'event_read', which app 'shop' is not granted.",
            "Grant 'event_read' in 'app.json', or do not subscribe to the event.",
        ),
        (
            [need("a.py:1", "customer_read", resolution="possible"), app()],
            (
                "The code may need 'customer_read', which app 'shop' is not granted. The code calls one of several "
                "operations, and leastscope cannot determine which one."
            ),
            "Grant 'customer_read' in 'app.json' if the code calls this operation.",
        ),
        (
            [need("a.py:1", require("customer_read", maybe=("link_read",))), app("link_read")],
            (
                "The code needs 'customer_read', and app 'shop' is granted only 'link_read'. Whether 'link_read' "
                "is enough is inferred, not documented."
            ),
            "Test the call, or grant 'customer_read' in 'app.json'.",
        ),
        (
            [READ, WRITE, app("customer_write", **PLATFORM)],
            (
                "The code needs 'customer_read', and app 'shop' is granted only 'customer_write'. The vendor does "
                "not document that writing includes reading."
            ),
            "Test the call, or grant 'customer_read' in 'app.json'.",
        ),
        (
            [READ, need("a.py:2", require("customer_write", certainty="inferred")), app(**KEY)],
            (
                "The code needs 'customer_write', which app 'shop' is not granted. The call here needs "
                "'customer_read', which 'customer_write' includes."
            ),
            "Grant 'customer_write' in 'app.json', or remove the call.",
        ),
        (
            [READ, app("customer_read", "link_read")],
            "App 'shop' is granted 'link_read', which nothing in the code needs.",
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, app("customer_read", "link_read", unread=(unread_part("its views", "app.json:9"),))],
            (
                "App 'shop' is granted 'link_read', which nothing in the code needs. This is a note because "
                "leastscope does not read everything that may use the grant: its views ('app.json' line 9)."
            ),
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, gap("limit", "b.py:4"), gap("limit", "b.py:5"), app("customer_read", "link_read")],
            (
                "App 'shop' is granted 'link_read', which nothing in the code needs. This is a note because "
                "leastscope could not analyze 2 places (limit at 'b.py' line 4)."
            ),
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, app("customer_read", "email_read")],
            (
                "App 'shop' is granted 'email_read', which nothing in the code needs. This is a note because "
                "the rule pack lists no operation that needs this permission."
            ),
            "Remove 'email_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, need("t.py:3", "link_read", in_tests=True), app("customer_read", "link_read")],
            "App 'shop' is granted 'link_read', which nothing in the code needs. Only test code uses it.",
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, need("a.py:7", "link_read", account="own"), app("customer_read", "link_read", **PLATFORM)],
            (
                "1 call uses your own key, which the permissions of app 'shop' do not limit. Nothing else would need "
                "'link_read'."
            ),
            "Name the account.",
        ),
        (
            [READ, gap("limit", "b.py:4"), app("customer_read", "link_read", "product_read")],
            (
                "App 'shop' is granted 2 permissions that nothing in the code needs: 'link_read', 'product_read'. This "
                "is a note because leastscope could not analyze a place (limit at 'b.py' line 4)."
            ),
            "Remove each of them that nothing else uses.",
        ),
        (
            [READ, app("customer_write", **KEY)],
            "App 'shop' is granted 'customer_write', but the code only reads.",
            "Replace 'customer_write' with 'customer_read' in 'app.json'.",
        ),
        (
            [need("a.py:1", "link_read"), app("link_read", "product_read")],
            "App 'shop' is granted 'product_read', which 'link_read' already includes.",
            "Remove 'product_read' or 'link_read' from 'app.json'.",
        ),
        (
            [app("hook_write")],
            "App 'shop' is granted 'hook_write', which needs a review: It can redirect data.",
            "Check that the app needs 'hook_write' in 'app.json'.",
        ),
        (
            [need("a.py:1", covered=False), app()],
            "The code calls 'GET /things', which no permission allows, so app 'shop' cannot be granted one.",
            "Use another operation, or send the request with another credential.",
        ),
        (
            [gap("dynamic-operation", "a.py:1")],
            "leastscope cannot determine which request the code sends here: the name is not a literal.",
            GAP_BY_NAME["dynamic-operation"].action,
        ),
        (
            [READ, need("a.py:2", "link_read"), need("a.py:3", "product_read")],
            (
                "The code calls 'acme', but no manifest, settings or token request declares its permissions. The code "
                "needs 'customer_read' and 'link_read'."
            ),
            "Run 'leastscope infer --system acme', and paste what it prints into a manifest or the settings.",
        ),
        (
            [READ, need("a.py:2", "link_read", resolution="possible")],
            (
                "The code calls 'acme', but no manifest, settings or token request declares its permissions. The code "
                "needs 'customer_read' and may need 'link_read'."
            ),
            "Run 'leastscope infer --system acme', and paste what it prints into a manifest or the settings.",
        ),
        (
            [need("a.py:1", "link_read", resolution="possible")],
            (
                "The code calls 'acme', but no manifest, settings or token request declares its permissions. The code "
                "may need 'link_read'."
            ),
            "Run 'leastscope infer --system acme', and paste what it prints into a manifest or the settings.",
        ),
        (
            [need("a.py:1", covered=False)],
            (
                "The code calls 'acme', but no manifest, settings or token request declares its permissions. The "
                "calls that leastscope found need no permission."
            ),
            "Run 'leastscope infer --system acme', and paste what it prints into a manifest or the settings.",
        ),
    ],
)
def test_messages_say_what_is_wrong_and_why_and_the_advice_what_to_do(
    parts: list[Part], message: str, advice: str
) -> None:
    assert (message, advice) in [(found.message, found.advice) for found in run(*parts)[1]]


def test_a_reason_that_says_what_is_not_known_is_the_whole_message() -> None:
    unclear = replace(
        gap("dynamic-operation", "a.py:1"), reason="leastscope cannot determine the path that 'list' reads"
    )
    (found,) = run(unclear)[1]
    assert found.message == "leastscope cannot determine the path that 'list' reads."


def test_of_many_permissions_a_sentence_names_a_few() -> None:
    names = [f"part{number}_read" for number in range(10)]
    vocabulary = Vocabulary({name: Permission(name, "", "read") for name in names})
    terms = {"acme": replace(TERMS["acme"], vocabulary=vocabulary)}
    code = Inventory(tuple(need(f"a.py:{line}", name) for line, name in enumerate(names, 1)), (), ())
    (found,) = compare(code, (), terms, Options())[1]
    assert "'part0_read', 'part1_read'" in found.message
    assert found.message.endswith("'part7_read' and 2 more.")
