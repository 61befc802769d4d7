"""What units lead to, and whose calls ask for a function with too many different arguments."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import Const, Place, Unit
from leastscope.python.state.standing import led_to, too_many

PLACE, OTHER = Place("app.py", 0), Place("app.py", 1)


@pytest.mark.parametrize(
    ("first", "asked", "found"),
    [
        ((), {1: (2,)}, set()),
        ((1,), {}, {1}),
        ((1,), {1: (2, 3), 3: (4,), 5: (1,)}, {1, 2, 3, 4}),
        ((1,), {1: (1,), 2: (3,), 3: (2,)}, {1}),
    ],
    ids=["nothing", "itself", "through others", "not what only leads to itself"],
)
def test_what_units_lead_to(first: tuple[int, ...], asked: dict[int, tuple[int, ...]], found: set[int]) -> None:
    assert led_to(first, asked) == found


@pytest.mark.parametrize(
    ("by_caller", "cut"),
    [
        ({"a": "12", "b": "345"}, []),
        ({"a": "12", "b": "3456"}, ["b"]),
        ({"a": "123", "b": "345"}, []),
        ({"a": "123", "b": "456", "c": "7"}, ["b"]),
        ({"a": "1", "b": "1234", "c": "23"}, ["b"]),
    ],
    ids=["few", "in one file", "the same in two", "in all", "others stay"],
)
def test_whose_calls_are_too_many(by_caller: dict[str, str], cut: list[str]) -> None:
    units = {path: {called_with(text): (0, 1) for text in texts} for path, texts in by_caller.items()}
    assert too_many({PLACE: units, OTHER: {"a": units["a"]}}, 3, 5) == {(PLACE, path) for path in cut}


def called_with(text: str) -> Unit:
    return Unit(PLACE, None, (("name", Const(text, "str")),))
