"""What can send and goes where no code is read is lost; what shows it, checks it or finds it again loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Gap

HEAD = "import stripe\nimport framework\nclient = stripe.StripeClient('k')\n"
LOST = {
    "a client": "framework.register(client)",
    "a class of resources": "framework.register(stripe.Refund)",
    "a service": "framework.register(client.v1.refunds)",
    "the library": "framework.register(stripe)",
    "by a keyword": "framework.register(name='x', client=client)",
    "in a dict": "framework.register({'pay': client})",
    "in a list": "framework.register([client])",
    "to a method of an object from outside": "framework.App().register(client)",
    "to a class from outside": "framework.App(client)",
    "in a field of an object from outside": "framework.state.till = client",
    "under a key of an object from outside": "framework.state['till'] = client",
    "as a method in such a field": "framework.state.till = client.v1.refunds.create",
    "a session with our server": "import httpx\nframework.register(httpx.Client(base_url='https://api.stripe.com/v1'))",
    "through a function of the program": "def f(thing):\n    framework.register(thing)\n    return 1\nf(client)",
    "through two functions": "def g(it):\n    framework.add(it)\ndef f(thing):\n    g(thing)\nf(client)",
    "through a function that keeps it": "def f(app, thing):\n    app.till = thing\nf(framework.app, client)",
    "through a method": "class A:\n    def f(self, thing):\n        framework.register(thing)\nA().f(client)",
    "in a field of a parameter": "def f(app):\n    app.till = client",
    "to a method of a parameter": "def f(app):\n    app.register(client)",
    "in a field that is only written": "framework.state.till = client\ndef f(app):\n    app.till = None",
}
KEPT = {
    "what a response gave": "framework.register(client.v1.refunds.retrieve('r'))",
    "what an old response gave": "framework.register(stripe.Refund.retrieve('r'))",
    "an exception": "framework.register(stripe.error.CardError, stripe.StripeError)",
    "the check of webhooks": "framework.register(stripe.Webhook)",
    "a function of Python": "print(client)\nisinstance(client, stripe.StripeClient)\nrepr(client)\nstr(client)",
    "a log": "import logging\nlogging.getLogger().info('%s', client)\nframework.log.debug(client)",
    "a library for tests": "import respx\nrespx.mock(client)",
    "the library itself": "stripe.helper(client)",
    "a field that is read": "framework.state.till = client\ndef f(request):\n    return request.till",
    "a field that is read by its name in a text": "framework.state.till = client\nname = 'till'",
    "a response through a function": "def f(it):\n    framework.show(it)\nf(client.v1.refunds.retrieve('r'))",
    "a session with another server": "import httpx\nframework.register(httpx.Client(base_url='https://example.com'))",
    "a client of no system": "import requests\nframework.register(requests.Session())",
    "a function that callers give": "def f(receive):\n    receive(client)\nf(print)",
    "a method that is called there": "framework.register(client.v1.refunds.create)",
    "a plain value": "framework.register('client')",
}


def lost(text: str, folder: Path, name: str = "app.py") -> list[Gap]:
    found = inventory_of_files({name: HEAD + text + "\n"}, folder).gaps
    return [gap for gap in found if gap.kind == "lost-client"]


@pytest.mark.parametrize("what", LOST)
def test_what_can_send_is_lost(what: str, tmp_path: Path) -> None:
    (gap,) = lost(LOST[what], tmp_path)
    assert (gap.span.line >= 4, gap.system, gap.in_tests) == (True, "stripe", False)


@pytest.mark.parametrize("what", KEPT)
def test_nothing_is_lost(what: str, tmp_path: Path) -> None:
    assert lost(KEPT[what], tmp_path) == []


def test_what_callers_hand_in_is_lost_once_where_the_function_loses_it(tmp_path: Path) -> None:
    text = "def f(it):\n    framework.get(it, 1)\nf(stripe.Refund)\nf(stripe.Coupon)\nf(stripe.Coupon)"
    (gap,) = lost(text, tmp_path)
    assert (gap.span.line, gap.permissions) == (5, ("charge_read", "charge_write", "coupon_read", "coupon_write"))
    assert gap.reason.startswith("'get' receives 'stripe.Coupon' and 'stripe.Refund', and")


def test_a_caller_in_a_test_loses_nothing(tmp_path: Path) -> None:
    files = {
        "app.py": HEAD + "def f(it):\n    framework.get(it, 1)\n",
        "tests/test_app.py": "import stripe\nfrom app import f\nf(stripe.Refund)\n",
    }
    assert [gap.kind for gap in inventory_of_files(files, tmp_path).gaps if gap.kind == "lost-client"] == []


def test_a_field_may_have_braces_in_its_name(tmp_path: Path) -> None:
    (gap,) = lost("framework.state['{}{x'] = client", tmp_path)
    assert "keeps 'stripe.StripeClient' in '{}{x'" in gap.reason


def test_a_session_with_a_header_of_a_system_is_lost(tmp_path: Path) -> None:
    text = "import requests\ns = requests.Session()\ns.headers['X-AC-Auth-Token'] = 'a'\nframework.register(s)"
    assert [gap.system for gap in lost(text, tmp_path)] == ["sparkpay"]


def test_a_test_loses_nothing(tmp_path: Path) -> None:
    assert lost(LOST["a client"], tmp_path, "tests/test_app.py") == []


def test_only_what_the_lost_value_sends_is_in_doubt(tmp_path: Path) -> None:
    (refund,) = lost("framework.register(stripe.Refund)", tmp_path)
    assert refund.permissions == ("charge_read", "charge_write")
    (client,) = lost("framework.register(client, stripe.Refund)", tmp_path)
    assert client.permissions is None


def test_one_place_has_one_gap(tmp_path: Path) -> None:
    (gap,) = lost("framework.register([stripe.Refund, stripe.Coupon, stripe.Price])", tmp_path)
    assert gap.reason == (
        "'register' receives 'stripe.Coupon' and 'stripe.Price' and 1 more, and leastscope does not read 'register'"
    )
