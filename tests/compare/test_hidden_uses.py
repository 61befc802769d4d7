"""A gap keeps from being called excess only the grants that the request behind it may use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command import project, run

if TYPE_CHECKING:
    from pathlib import Path

GRANTS = ", ".join(
    f'{{"permission": "{name}", "purpose": "p"}}' for name in ("customer_read", "charge_write", "payout_write")
)
CLIENT = "import stripe\nclient = stripe.StripeClient(key)\nclient.v1.customers.list()\n"


def judged(folder: Path, code: str) -> tuple[list[str], list[str], list[object]]:
    """The grants that are excess for certain, those of which that is unknown, and what the gaps may need."""
    told = json.loads(run(project(folder, CLIENT + code, GRANTS), "scan", "--format", "json", ".").out)
    (app,) = told["apps"]
    return app["excess"], app["unknown"], [gap["permissions"] for gap in told["gaps"]]


@pytest.mark.parametrize(
    "code",
    [
        "getattr(client.v1.refunds, name)(charge)\n",
        "call = getattr(client.v1.refunds, name)\ncall({'charge': charge})\n",
    ],
)
def test_a_method_of_one_resource_leaves_grants_of_others_certain(code: str, tmp_path: Path) -> None:
    excess, unknown, hidden = judged(tmp_path, code)
    assert (excess, unknown) == (["payout_write"], ["charge_write"])
    assert hidden == [["charge_read", "charge_write"]]


@pytest.mark.parametrize(
    "code",
    [
        "getattr(client.v1, name).list()\n",
        "getattr(client.v1.refunds, name).more(charge)\n",
        "getattr(client.v1.refunds, name)(charge, {'expand': ['charge']})\n",
        "getattr(client.v1.refunds, name)(charge, expand=['charge'])\n",
        "getattr(stripe, name).list()\n",
        "getattr(stripe.Refund, name)()\n",
        "client.v1.never_heard_of()\n",
    ],
)
def test_what_can_be_anything_leaves_nothing_certain(code: str, tmp_path: Path) -> None:
    excess, unknown, hidden = judged(tmp_path, code)
    assert (excess, unknown) == ([], ["charge_write", "payout_write"])
    assert hidden == [None]


def test_a_read_that_is_hidden_may_go_by_a_grant_that_writes(tmp_path: Path) -> None:
    grants = GRANTS.replace("charge_write", "setup_intent_write")
    code = CLIENT + "getattr(client.v1.setup_attempts, name)(attempt)\n"
    told = json.loads(run(project(tmp_path, code, grants), "scan", "--format", "json", ".").out)
    assert told["gaps"][0]["permissions"] == ["checkout_session_read", "setup_intent_read"]
    assert (told["apps"][0]["excess"], told["apps"][0]["unknown"]) == (["payout_write"], ["setup_intent_write"])


def test_a_resource_that_needs_no_permission_hides_none(tmp_path: Path) -> None:
    excess, unknown, hidden = judged(tmp_path, "getattr(client.v1.country_specs, name)(country)\n")
    assert (excess, unknown, hidden) == (["charge_write", "payout_write"], [], [[]])
