"""The tables of functions that are not read: each function stands in one, so that which is asked first decides nothing."""

from __future__ import annotations

from itertools import combinations

import pytest

from leastscope.functions import Like
from leastscope.python.models import companions, externals, standard, texts
from leastscope.rulebook.compile import compiled_functions

ROWS = compiled_functions()
TABLES = {
    "objects": frozenset(companions._FUNCTIONS),
    "Python": frozenset(externals._FUNCTIONS),
    "standard library": frozenset(standard._FUNCTIONS),
    "texts": frozenset(texts._FUNCTIONS),
    "rows": frozenset(ROWS.functions),
}
COMPUTED = frozenset[str]().union(*(names for table, names in TABLES.items() if table != "rows"))


@pytest.mark.parametrize("pair", list(combinations(TABLES, 2)), ids=" and ".join)
def test_no_function_stands_in_two_tables(pair: tuple[str, str]) -> None:
    one, other = (TABLES[name] for name in pair)
    assert one & other == frozenset()


def test_a_row_that_names_a_function_of_python_names_one_that_is_computed() -> None:
    every = [*ROWS.functions.values(), *(row for several in ROWS.anywhere.values() for _, row in several)]
    assert {row.name for row in every if isinstance(row, Like)} <= COMPUTED
