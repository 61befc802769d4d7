"""How often units are evaluated."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import Place, Unit, trail_of
from worlds import APP, world


def test_a_unit_is_evaluated_once_where_nothing_that_it_read_has_grown() -> None:
    engine = world("def a():\n    return b() or c\ndef b():\n    return c()\ndef c():\n    return 1\n").engine
    assert engine.spent == len(engine.units) == 4


def test_a_unit_is_evaluated_again_where_what_it_read_has_grown() -> None:
    engine = world("x = 1\ndef a():\n    return x\ndef b():\n    global x\n    x = 2\n").engine
    assert engine.spent == len(engine.units) + 1


@pytest.mark.parametrize(
    "text",
    [
        "import shop\nclass A:\n    def f(self):\n        return x\nx = 1\n",
        "import shop\nimport unread\n@unread.seen\ndef f():\n    return x\nx = 1\n",
    ],
    ids=["method", "decorated"],
)
def test_a_function_waits_for_the_names_of_its_file_where_the_body_only_asks_where_it_leads(text: str) -> None:
    engine = world(text).engine
    assert engine.spent == len(engine.units) == 2


def test_the_callers_of_a_function_wait_until_what_it_gives_itself_has_stopped_to_grow() -> None:
    nest = "def nest(x):\n    if x:\n        return 'a'\n    return [nest(x)]\n"
    engine = world(f"def far():\n    return nest(1)\ndef farther():\n    return far()\n{nest}").engine
    assert engine.spent - len(engine.units) <= 10
    assert engine.most > 5


FLATTENED = """def flatten(prefix, value, out):
    if isinstance(value, dict):
        for key, item in value.items():
            flatten(f"{prefix}[{key}]", item, out)
    else:
        out.append((prefix, value))
"""


def test_a_function_that_puts_ever_longer_texts_into_what_it_is_given_settles_soon() -> None:
    engine = world(FLATTENED).engine
    unit = Unit(Place(APP, 0))
    assert len(engine.units[unit].writes) == 9
    assert engine.spent <= 15


CHANGING = """import shop
made = None
def low():
    made.nothing()
    return {given}
def high():
    low()
def later():
    global made
    made = shop.Client('k')
"""


@pytest.mark.parametrize(("given", "again"), [("made", 2), ("1", 1)])
def test_a_caller_is_evaluated_again_for_what_it_gets_and_not_for_what_else_happens(given: str, again: int) -> None:
    engine = world(CHANGING.format(given=given)).engine
    assert engine.spent - len(engine.units) == again


GIVEN = """import shop
kind = shop.Client('k')
other = None
def used():
    return work(kind)
def work(given):
    return given, other
def later():
    global kind
    kind = shop.Other('k')
def last():
    global other
    other = 1
{beside}"""


@pytest.mark.parametrize(
    ("beside", "again"), [("", 2), ("def beside():\n    return work(shop.Client('k'))\n", 5)], ids=["left", "given"]
)
def test_arguments_that_no_caller_gives_any_more_are_not_evaluated_again(beside: str, again: int) -> None:
    engine = world(GIVEN.format(beside=beside)).engine
    contexts = [unit for unit in engine.units if unit.arguments is not None]
    assert (len(contexts), engine.spent - len(engine.units)) == (2, again)


WAYS = """import shop
def far():
    global kept, made
    made = shop.Client('k')
    kept = made
def reader():
    return {read}
def near():
    global kept
    kept = shop.Client('k')
"""


@pytest.mark.parametrize(("read", "again"), [("kept", 1), ("made", 0)])
def test_a_shorter_way_to_what_was_read_is_taken_in_once_all_values_are_known(read: str, again: int) -> None:
    engine = world(WAYS.format(read=read)).engine
    before, reader = engine.spent, Unit(Place(APP, WAYS.index("def reader")))
    engine.trace()
    assert engine.spent - before == again
    assert [step.span.line for step in trail_of(engine.units[reader].returns)] == [1, *([10, 10] if again else [4, 4])]
    engine.trace()
    assert engine.spent - before == again
