"""The Stripe Connect pack is a vocabulary of two levels over the operations of another system."""

from __future__ import annotations

import pytest

from leastscope.rulebook.compile import rules_root
from leastscope.rulebook.load import load_pack

PACK = load_pack(rules_root() / "stripe-connect")
WORDS = PACK.vocabulary


def test_reading_needs_either_scope_and_everything_else_the_wider_one() -> None:
    assert PACK.over is not None
    assert (PACK.over.system, PACK.over.read, PACK.over.write) == (
        "stripe",
        ("read_only", "read_write"),
        ("read_write",),
    )
    assert load_pack(rules_root() / PACK.over.system).operations.find("GET", "/v1/customers") is not None
    assert len(PACK.operations) == 0
    assert PACK.needed_by_any_operation == set(WORDS.permissions)


def test_the_wider_scope_replaces_the_other_and_has_to_be_kept_by_platforms() -> None:
    assert set(WORDS.permissions) == {"read_only", "read_write"}
    assert WORDS.closure(["read_write"], write_implies_read=False) == {"read_only", "read_write"}
    assert WORDS.closure(["read_only"], write_implies_read=True) == {"read_only"}
    assert WORDS.permissions["read_write"].read == "read_only"
    assert "extensions" in WORDS.permissions["read_write"].keep


@pytest.mark.parametrize(
    ("name", "meant"), [("read-write", "read_write"), ("READ_ONLY", "read_only"), ("readonly", "read_only")]
)
def test_a_wrong_name_leads_to_the_right_one(name: str, meant: str) -> None:
    assert WORDS.resolve(name) is None
    assert WORDS.nearest(name) == meant


def test_the_scope_of_apps_is_none_of_these() -> None:
    assert WORDS.resolve("stripe_apps") is None
    assert "manifest" in WORDS.elsewhere["stripe_apps"]
