"""Two ways to one request become one, and results stand in the order of their places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leastscope.model import ApiRequest, Span
from leastscope.python.collect import _surest, request_order

SPAN = Span("app.py", 3, 1, 3, 9)
SURE = ApiRequest(SPAN, "shop", "GET", "/v1/items", "api", "resolved", "own", "env:KEY", False, (), True, ())
POSSIBLE = replace(SURE, resolution="possible")
MERGED = {
    "the surer resolution wins": (POSSIBLE, SURE),
    "an unknown credential does not hide the known one": (replace(SURE, credential="unknown"), SURE),
    "two credentials are no single one": (
        replace(SURE, credential="env:OTHER"),
        replace(SURE, credential="unknown"),
    ),
    "a connected account is not lost": (replace(SURE, account="connected"), replace(SURE, account="connected")),
    "an unknown account makes the account unknown": (
        replace(SURE, account="unknown"),
        replace(SURE, account="unknown"),
    ),
    "parameters that may be more stay open": (replace(SURE, closed=False), replace(SURE, closed=False)),
}


@pytest.mark.parametrize("what", MERGED)
def test_two_ways_to_one_request_are_one(what: str) -> None:
    other, merged = MERGED[what]
    assert _surest(SURE, other) == merged
    assert _surest(other, SURE) == merged


def test_requests_stand_by_place_before_anything_else() -> None:
    first = replace(SURE, verb="POST", path="/v1/zebras")
    later = replace(SURE, span=replace(SPAN, line=4, end_line=4))
    elsewhere = replace(SURE, span=replace(SPAN, path="b.py", line=1, end_line=1))
    same_place = replace(SURE, verb="DELETE")
    assert sorted([elsewhere, later, first, SURE, same_place], key=request_order) == [
        same_place,
        SURE,
        first,
        later,
        elsewhere,
    ]
