"""The ways on which other files reach a place, by the calls that the evaluation followed."""

from __future__ import annotations

import pytest

from leastscope.model import Span
from leastscope.python.state.ways import Ways
from worlds import world

LIB = """\
import shop
def pay():
    shop.Order.create()
def outer():
    def inner():
        shop.Order.create()
    inner()
def indirect():
    pay()
"""


def ways(line: int, **files: str) -> list[list[str]]:
    """The ways to a line of `lib.py`, each as the places and notes of its steps."""
    known = world({f"{name}.py": text for name, text in files.items()} | {"lib.py": LIB})
    found = Ways(known.engine.noted.calls, known.engine.modules, known.engine.index).to(
        Span("lib.py", line, 1, line, 2)
    )
    return [[f"{step.span.path}:{step.span.line} {step.note}" for step in way] for way in found]


@pytest.mark.parametrize(
    ("app", "line", "found"),
    [
        ("import lib\nlib.pay()\n", 3, [["app.py:2 'pay' is called"]]),
        ("import lib\ndef f():\n    lib.pay()\n", 3, [["app.py:3 'pay' is called"]]),
        ("import lib\nlib.pay()\nlib.pay()\n", 3, [["app.py:2 'pay' is called"]]),
        ("import lib\nlib.outer()\n", 6, [["app.py:2 'outer' is called", "lib.py:7 'outer.inner' is called"]]),
        ("import lib\nlib.indirect()\n", 3, [["app.py:2 'indirect' is called", "lib.py:9 'pay' is called"]]),
        ("import lib\n", 3, []),
        ("import lib\nlib.pay()\n", 1, [["app.py:1 'lib' is imported"]]),
        ("import lib\nlib.pay()\n", 99, []),
    ],
)
def test_the_shortest_way_from_another_file(app: str, line: int, found: list[list[str]]) -> None:
    assert ways(line, app=app) == found


def test_each_file_that_reaches_the_place_has_its_way() -> None:
    middle = "import lib\ndef go():\n    lib.pay()\n"
    assert ways(3, app="import middle\nmiddle.go()\n", middle=middle) == [
        ["middle.py:3 'pay' is called"],
        ["app.py:2 'go' is called", "middle.py:3 'pay' is called"],
    ]


def test_functions_that_call_each_other_end() -> None:
    loop = "import lib\ndef a(n):\n    b(n)\n    lib.pay()\ndef b(n):\n    a(n)\na(1)\n"
    assert ways(3, app=loop) == [["app.py:4 'pay' is called"]]


def test_a_place_in_a_file_that_was_not_read_has_no_way() -> None:
    known = world("import shop\n")
    assert (
        list(Ways(known.engine.noted.calls, known.engine.modules, known.engine.index).to(Span("other.py", 1, 1, 1, 2)))
        == []
    )
