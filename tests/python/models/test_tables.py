"""The tables of functions that are not read: each function stands in one, so that which is asked first decides nothing."""

from __future__ import annotations

from itertools import combinations

import pytest

from leastscope.python.models import companions, defaults, externals, records, texts

TABLES = {
    "frameworks": companions._FUNCTIONS,
    "relations": records._RELATIONS | records._LISTS | records._FINDERS,
    "Python": externals._FUNCTIONS,
    "texts": texts._FUNCTIONS,
    "configuration": defaults._READERS,
    "what gives its argument back": externals._SAME,
    "decorators": externals._DECORATORS,
    "runners": externals._RUNNERS,
}


@pytest.mark.parametrize("pair", list(combinations(TABLES, 2)), ids=" and ".join)
def test_no_function_stands_in_two_tables(pair: tuple[str, str]) -> None:
    one, other = (frozenset(TABLES[name]) for name in pair)
    assert one & other == frozenset()
