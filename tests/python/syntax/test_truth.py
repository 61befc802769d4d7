"""Conditions that are decided before the code runs."""

from __future__ import annotations

import pytest

from leastscope.python.syntax import ir, truth
from leastscope.python.syntax.lower import lower


def condition(text: str) -> ir.Expr:
    module = lower(f"if {text}: pass\n".encode())
    assert isinstance(module, ir.Module)
    (statement,) = module.body
    assert isinstance(statement, ir.If)
    return statement.test


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("True", True),
        ("0", False),
        ("''", False),
        ("'x'", True),
        ("None", False),
        ("TYPE_CHECKING", False),
        ("typing.TYPE_CHECKING", False),
        ("a.typing.TYPE_CHECKING", None),
        ("not TYPE_CHECKING", True),
        ("not x", None),
        ("x", None),
        ("x and False", False),
        ("False and x", False),
        ("x and True", None),
        ("True and 1", True),
        ("x or True", True),
        ("x or False", None),
        ("False or 0", False),
        ("not (x or 1)", False),
        ("x if y else False", None),
        ("1 == 2", None),
    ],
)
def test_a_condition_is_decided_by_its_text_alone(text: str, always: bool | None) -> None:
    assert truth.of(condition(text)) is always


@pytest.mark.parametrize(
    ("text", "types"),
    [("False", False), ("0", False), ("TYPE_CHECKING", True), ("not True", False), ("x is None", False)],
)
def test_a_condition_without_the_constant_is_never_for_a_type_checker(text: str, types: bool) -> None:
    assert truth.for_types(condition(text)) is types
