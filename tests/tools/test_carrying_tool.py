"""What calls are made on is carried through plain Python in every way, and no request is lost without a word.

Held without the net: what is not found has a gap on its line. The debts are requests of which nothing is said.
"""

from __future__ import annotations

import pytest

from leastscope.evaluations import WITHOUT_NET
from places import FIXTURES
from tools.carrying.__main__ import WAYS, carried, main, requests_of, scanned
from tools.carrying.way import Way

CALLS = FIXTURES / "calls"
PROGRAM = """import stripe

stripe.Customer.create()


class Gateway:
    def __init__(self, key):
        self.client = stripe.StripeClient(key)

    def pay(self, amount):
        return self.client.payouts.create({"amount": amount})


def refund(api, charge):
    return api.create(charge=charge)


refund(stripe.Refund, "ch_1")
"""
DEBTS = {
    # The client is in a dict that was made of an object, or in a context that runs a function.
    "dataclass, as a dict": [3, 11, 18],
    "copied context": [11, 18],
    # A module that is asked for by its name.
    "module, by name": [11],
    # What only callers of the function around it say, where an object keeps it under a name that is not written there.
    "dataclass, replaced": [18],
    "future": [18],
    "elsewhere: settings": [18],
    "elsewhere: injection by keyword": [18],
}
"""The lines of the program of which nothing is said, by way."""
SEVERAL = (
    "stripe/wrappers",
    "stripe/class_in_subclass",
    "stripe/callable_annotations",
    "adyen/ways",
    "sparkpay/cart",
)
"""Fixtures of different shapes: wrappers, classes that say the resource, objects of callables, a library, plain HTTP."""
HANDED = ("callback", "callback that keeps", "decorator of a class", "made by type")
"""Ways to hand on a callable of an object that callers decide, or a method that only subclasses have."""
DEBTS_OF = {
    "stripe/wrappers": {**{way: {51} for way in HANDED}, "decorator of a class": {51, 65}},
    "stripe/callable_annotations": {
        **{way: {18, 22, 49, 62} for way in HANDED},
        "elsewhere: retries": {62},
        "elsewhere: injection by a decorator": {62},
        "elsewhere: async helper": {62},
    },
}
"""The lines of these fixtures of which nothing is said, by way, beside `DEBTS`."""


@pytest.fixture(autouse=True)
def _without_net(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WITHOUT_NET, "1")


def test_ways_have_their_placeholders() -> None:
    for way in WAYS.values():
        assert "VALUE" in way.before + way.after
        assert ("HELPER" in way.before + way.after) == bool(way.helper)


def test_a_client_a_resource_and_a_parameter_are_found_in_every_way() -> None:
    files = {"app.py": PROGRAM}
    before = scanned(files)
    assert len(requests_of(before)) == 3

    found = {name: carried(files, way, before) for name, way in WAYS.items()}

    assert {name for name, one in found.items() if one.requests != 3} == set()
    silent = {name: [place.line for place, _, _ in one.silent] for name, one in found.items() if one.silent}
    assert silent == DEBTS


def test_what_is_lost_without_a_word_is_told() -> None:
    files = {"app.py": PROGRAM}
    dropped = Way("NAME = [VALUE]\nNAME.clear()\nNAME = object()", "NAME")
    found = carried(files, dropped, scanned(files))
    assert [place.line for place, _, _ in found.silent] != []


def test_the_command_ends_with_1_where_a_request_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = CALLS / "stripe" / "accounts.py"
    assert main(["--way", "dict", str(file)]) == 0
    assert capsys.readouterr().out.endswith("requests are silent\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", SEVERAL)
def test_no_fixture_loses_a_request_without_a_word(name: str) -> None:
    text = (CALLS / f"{name}.py").read_text(encoding="utf-8")
    files = {"app.py": text}
    before = scanned(files)
    silent = {way: carried(files, one, before).silent for way, one in WAYS.items() if way not in DEBTS}
    found = {way: {place.line for place, _, _ in lines} for way, lines in silent.items() if lines}
    assert found == DEBTS_OF.get(name, {})
