"""Event types that code compares with, dispatches on, or checks the class of are handled."""

from __future__ import annotations

import pytest

from worlds import world


@pytest.mark.parametrize(
    "text",
    [
        "x == 'order.paid'",
        "x != 'order.paid'",
        "'order.paid' == x",
        "x in ('order.paid', 'nothing')",
        "x in ['order.paid']",
        "match x:\n    case 'order.paid': pass",
        "match x:\n    case 'a' | 'order.paid': pass",
        "@register('order.paid')\ndef f(): pass",
        "register('order.paid', lambda event: event)",
        "register(kind='order.paid', handler=lambda event: event)",
        "T = {'order.paid': lambda event: event}",
    ],
)
def test_an_event_is_handled(text: str) -> None:
    assert world(f"import shop\n{text}\n").effects() == ["handled order.paid"]


@pytest.mark.parametrize(
    "text",
    [
        "y = 'order.paid'",
        "print('order.paid')",
        "x == 'order'",
        "x == 'order.lost'",
        "x == y",
        "x.startswith('order.')",
        "T = {'order.paid': 1}",
        "isinstance(x, shop.Order)",
    ],
)
def test_no_event_is_handled(text: str) -> None:
    assert world(f"import shop\n{text}\n").effects() == []


def test_each_event_of_a_comparison_counts() -> None:
    assert world("import shop\nx in ('parcel.sent', 'order.paid')\n").effects() == [
        "handled order.paid",
        "handled parcel.sent",
    ]
