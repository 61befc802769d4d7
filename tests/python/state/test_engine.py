"""How often units are evaluated."""

from __future__ import annotations

from worlds import world


def test_a_unit_is_evaluated_once_where_nothing_that_it_read_has_grown() -> None:
    engine = world("def a():\n    return b() or c\ndef b():\n    return c()\ndef c():\n    return 1\n").engine
    assert engine.spent == len(engine.units) == 4


def test_a_unit_is_evaluated_again_where_what_it_read_has_grown() -> None:
    engine = world("x = 1\ndef a():\n    return x\ndef b():\n    global x\n    x = 2\n").engine
    assert engine.spent == len(engine.units) + 1
