"""Methods of texts, called as nobody should call them: the text is not known then, and the scan goes on."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN
from worlds import found


@pytest.mark.parametrize("receiver", ["'/orders'", "f'/orders/{x}'", "'/orders/' + x"])
@pytest.mark.parametrize(
    "call",
    ["removeprefix()", "removesuffix()", "replace()", "replace('a')", "removeprefix('a', 'b')"],
)
def test_a_call_with_a_wrong_number_of_arguments(receiver: str, call: str) -> None:
    assert found(f"found = ({receiver}).{call}\n") == UNKNOWN
