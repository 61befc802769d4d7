"""What requests require: where releases of a library differ, and which subscriptions cannot be told."""

from __future__ import annotations

from compare_samples import need
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
