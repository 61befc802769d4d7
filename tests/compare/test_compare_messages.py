"""What findings say: what is wrong, what is not sure about it, what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compare_samples import Part, app, event, gap, need, require, run, unread_part
from leastscope.kinds import GAP_BY_NAME

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
                "The code needs 'customer_read', which app 'shop' is not granted. That the call needs it is inferred, "
                "not documented."
            ),
            "Grant 'customer_read' in the settings, or remove the call.",
        ),
        (
            [need("a.py:1", "customer_read", account="unknown"), app(**PLATFORM)],
            (
                "The code needs 'customer_read', which app 'shop' is not granted. It is not known whether the call "
                "acts on a connected account."
            ),
            "Grant 'customer_read' in 'app.json', or remove the call.",
        ),
        (
            [event("a.py:1", ("event_read",)), app()],
            (
                "The code handles events that need 'event_read', which app 'shop' is not granted. Whether the app "
                "receives them is not known: a handler is no subscription."
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
                "The code may need 'customer_read', which app 'shop' is not granted. Which of several operations the "
                "code calls is not known."
            ),
            "Grant 'customer_read' in 'app.json' if the code calls this one.",
        ),
        (
            [need("a.py:1", require("customer_read", maybe=("link_read",))), app("link_read")],
            (
                "The code needs 'customer_read', for which app 'shop' is only granted 'link_read'. That it suffices "
                "is inferred."
            ),
            "Test the call, or grant 'customer_read' in 'app.json'.",
        ),
        (
            [READ, WRITE, app("customer_write", **PLATFORM)],
            (
                "The code needs 'customer_read', and app 'shop' is only granted 'customer_write'. That writing "
                "includes reading is not documented here."
            ),
            "Test the call, or grant 'customer_read' in 'app.json'.",
        ),
        (
            [READ, need("a.py:2", require("customer_write", certainty="inferred")), app(**KEY)],
            (
                "The code needs 'customer_write', which app 'shop' is not granted. It includes 'customer_read', which "
                "is needed here."
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
                "App 'shop' is granted 'link_read', which nothing in the code needs. It is a note because of a part "
                "that is not read: its views ('app.json' line 9)."
            ),
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, gap("limit", "b.py:4"), gap("limit", "b.py:5"), app("customer_read", "link_read")],
            (
                "App 'shop' is granted 'link_read', which nothing in the code needs. It is a note because 2 places "
                "could not be told (limit at 'b.py' line 4)."
            ),
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, app("customer_read", "email_read")],
            (
                "App 'shop' is granted 'email_read', which nothing in the code needs. It is a note because no known "
                "operation needs it, so no code can show that it is used."
            ),
            "Remove 'email_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, need("t.py:3", "link_read", in_tests=True), app("customer_read", "link_read")],
            "App 'shop' is granted 'link_read', which the code that runs under it does not need. Only tests use it.",
            "Remove 'link_read' from 'app.json' if nothing else uses it.",
        ),
        (
            [READ, app("customer_write", **KEY)],
            "App 'shop' is granted 'customer_write', and the code only reads.",
            "Replace 'customer_write' by 'customer_read' in 'app.json'.",
        ),
        (
            [need("a.py:1", "link_read"), app("link_read", "product_read")],
            "App 'shop' is granted 'product_read', which 'link_read' includes.",
            "Remove one of them from 'app.json'.",
        ),
        (
            [app("hook_write")],
            "App 'shop' is granted 'hook_write', which deserves a second look. The reason: It can redirect data.",
            "Check that 'hook_write' is wanted in 'app.json'.",
        ),
        (
            [need("a.py:1", covered=False), app()],
            "The code calls 'GET /things', which no permission covers; app 'shop' cannot be granted it.",
            "Use another operation or another credential.",
        ),
        (
            [gap("dynamic-operation", "a.py:1")],
            "Which request the code sends here cannot be told: the name is not a literal.",
            GAP_BY_NAME["dynamic-operation"].action,
        ),
        (
            [READ, need("a.py:2", "link_read"), need("a.py:3", "product_read")],
            (
                "The code calls 'acme', and nothing declares what it is granted. The code needs 'customer_read' and "
                "'link_read'."
            ),
            "Add a manifest, or name the grants in the settings.",
        ),
        (
            [need("a.py:1", covered=False)],
            (
                "The code calls 'acme', and nothing declares what it is granted. No permission is needed for the "
                "calls that are known."
            ),
            "Add a manifest, or name the grants in the settings.",
        ),
    ],
)
def test_messages_say_what_is_wrong_and_why_and_the_advice_what_to_do(
    parts: list[Part], message: str, advice: str
) -> None:
    assert (message, advice) in [(found.message, found.advice) for found in run(*parts)[1]]
