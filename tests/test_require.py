"""What requests require: where releases of a library differ, and which subscriptions cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from compare_samples import need
from leastscope.pipeline import scan
from leastscope.request import Request
from leastscope.require import _settled


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
