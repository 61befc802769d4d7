"""The function, method or class around a place, by its full name."""

from __future__ import annotations

import pytest

from leastscope.model import Definition, Span
from leastscope.python.index.enclosing import definition_finder
from leastscope.python.index.program import module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower

TEXT = """\
top = 1


@decorated(here=2)
def outer(a=3):
    def inner():
        return [x for x in 4]
    return lambda: 5


class Desk:
    limit = 6

    async def show(self):
        class Row:
            def cell(self):
                return 7
        return 8

    @staticmethod
    def made():
        return 9


end = 0
"""


def around(number: int, path: str = "shop/desk.py") -> Definition | None:
    tree = lower(TEXT.encode())
    assert isinstance(tree, ir.Module)
    find = definition_finder(module_info(path, tree, in_tests=False))
    before = TEXT[: TEXT.rindex(str(number))]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return find(Span(path, line, column, line, column + 1))


@pytest.mark.parametrize(
    ("number", "name", "kind"),
    [
        (3, "shop.desk.outer", "function"),
        (4, "shop.desk.outer.inner", "function"),
        (5, "shop.desk.outer", "function"),
        (6, "shop.desk.Desk", "class"),
        (7, "shop.desk.Desk.show.Row.cell", "method"),
        (8, "shop.desk.Desk.show", "method"),
        (9, "shop.desk.Desk.made", "method"),
    ],
)
def test_the_innermost_definition_with_a_name_is_given(number: int, name: str, kind: str) -> None:
    assert around(number) == Definition(name, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, 1])
def test_what_stands_in_the_module_itself_has_none(number: int) -> None:
    assert around(number) is None


def test_a_place_behind_the_last_line_has_none() -> None:
    tree = lower(TEXT.encode())
    assert isinstance(tree, ir.Module)
    find = definition_finder(module_info("a.py", tree, in_tests=False))
    assert find(Span("a.py", 999, 1, 999, 2)) is None


@pytest.mark.parametrize(
    ("path", "name"), [("desk.py", "desk.outer"), ("shop/__init__.py", "shop.outer"), ("__init__.py", "outer")]
)
def test_the_name_begins_with_the_module(path: str, name: str) -> None:
    assert around(3, path) == Definition(name, "function")
