"""What becomes of dicts and lists that a function is given, as its callers are told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from leastscope.python.domain.changes import Change
from leastscope.python.domain.contents import SIZE_LIMIT
from leastscope.python.domain.shapes import shape_of
from leastscope.python.domain.values import Const, Items
from leastscope.python.state.frame import Frame

LARGE = Items(tuple(Const.of(number) for number in range(SIZE_LIMIT + 1)))
SMALL = Items((Const.of(1),))


@pytest.mark.parametrize(("key", "value"), [(LARGE, SMALL), (SMALL, LARGE), (LARGE, LARGE)])
def test_what_a_function_puts_into_an_argument_is_no_larger_than_any_other_value(key: Items, value: Items) -> None:
    """Functions that put what they are given into each other's arguments would tell of more at each evaluation."""
    frame: Any = SimpleNamespace(writes={})
    Frame.tell_callers(frame, "into", Change("item", value, key))
    (told,) = frame.writes
    assert told.parameter == "into"
    assert max(shape_of(told.change.value).size, shape_of(told.change.key).size) <= SIZE_LIMIT
    assert (told.change.value == value) == (value is SMALL)
