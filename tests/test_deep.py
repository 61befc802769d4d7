"""Deep work runs with room, and leaves the interpreter as it was."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest

from leastscope.deep import run_deep

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def kept() -> Iterator[None]:
    """Put the collector back as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("before", "within"), [(700, 500_000), (900_000, 900_000), (0, 0)])
def test_cycles_are_looked_for_less_often_and_as_before_afterwards(before: int, within: int) -> None:
    gc.set_threshold(before, 11, 12)
    assert run_deep(gc.get_threshold)[0] == within
    with pytest.raises(ZeroDivisionError):
        run_deep(lambda: 1 // 0)
    assert gc.get_threshold()[0] == before


def test_deep_recursion_has_room_and_the_limit_is_put_back() -> None:
    def depth(left: int) -> int:
        return 0 if not left else 1 + depth(left - 1)

    limit = sys.getrecursionlimit()
    assert run_deep(lambda: depth(20_000)) == 20_000
    assert sys.getrecursionlimit() == limit
