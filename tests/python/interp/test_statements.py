"""What names hold once statements have run: where paths meet, which of them lead on, and what a unit gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.python.domain.values import NONE, Bottom, Const, Items, Mapping, Unknown, Value, join
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.interp import names, statements
from leastscope.python.interp.statements import evaluate_unit
from leastscope.python.state.roots import module_unit
from worlds import APP, found, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

ONE, TWO, THREE = Const.of(1), Const.of(2), Const.of(3)
A, B = Const.of("a"), Const.of("b")
NESTED = Items((), Items((), Items((), Unknown("loop"))))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("if x:\n    found = 1\nelse:\n    found = 2\n", join(ONE, TWO)),
        ("found = 1\nif x:\n    found = 2\n", join(ONE, TWO)),
        ("found = 1\nif x:\n    found = 2\n    raise E\n", ONE),
        ("if True:\n    found = 1\nelse:\n    found = 2\n", ONE),
        ("if False:\n    found = 1\nelse:\n    found = 2\n", TWO),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    found = 1\nelse:\n    found = 2\n", join(ONE, TWO)),
        ("try:\n    found = 1\nexcept E:\n    found = 2\n", join(ONE, TWO)),
        ("try:\n    found = 1\n    f()\n    found = 2\nexcept E:\n    pass\n", join(ONE, TWO)),
        ("try:\n    found = 1\nexcept E:\n    raise\n", ONE),
        ("try:\n    pass\nexcept E:\n    found = 1\nelse:\n    found = 2\n", join(ONE, TWO)),
        ("try:\n    found = 1\nfinally:\n    found = 3\n", THREE),
        ("match x:\n    case 'a':\n        found = 1\n    case _:\n        found = 2\n", join(ONE, TWO)),
        ("match 'a':\n    case found:\n        pass\n", A),
    ],
)
def test_where_paths_meet_a_name_holds_what_each_of_them_gave_it(text: str, value: Value) -> None:
    assert found(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for found in ('a', 'b'):\n    pass\n", join(A, B)),
        ("found = 'a'\nfor y in x:\n    found = 'b'\n", join(A, B)),
        ("found = 'a'\nwhile x:\n    found = 'b'\n", join(A, B)),
        ("while False:\n    found = 1\nelse:\n    found = 2\n", TWO),
        ("for y in x:\n    pass\nelse:\n    found = 1\n", ONE),
        ("for y in x:\n    break\nfound = 1\n", ONE),
        ("for y in x:\n    continue\nfound = 1\n", ONE),
        ("while True:\n    found = 1\n    break\n", ONE),
        ("found = 'a'\nfor y in x:\n    found = 'b'\n    break\n", join(A, B)),
        ("found = 'a'\nfor y in x:\n    found = 'b'\n    raise E\n", A),
        ("for y in x:\n    for z in y:\n        break\n    found = 1\n", ONE),
        ("for y in x:\n    break\nelse:\n    found = 1\n", ONE),
        ("found = ''\nfor c in x:\n    found += 'c'\n", Unknown("loop")),
        ("found = []\nfor c in x:\n    found = [found]\n", NESTED),
        ("found = []\nfor c in x:\n    found.append('a')\n", Items((), A)),
        ("found = {}\nfor c in x:\n    found[c] = 'a'\n", join(Mapping(()), Mapping((), A))),
    ],
)
def test_a_loop_may_run_no_time_and_end_at_a_break_and_what_grows_in_it_is_unknown(text: str, value: Value) -> None:
    assert found(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a, (found, b) = 1, (2, 3)\n", TWO),
        ("a = found = 1\n", ONE),
        ("found: int = 1\n", ONE),
        ("found = [1]\nfound += [2]\n", Items((ONE, TWO))),
        ("d = {}\nd['a'] = 1\nfound = d['a']\n", ONE),
        ("class C: pass\nc = C()\nc.x = 1\nfound = c.x\n", ONE),
        ("class C:\n    x = 1\n    y = x\nfound = C().y\n", ONE),
        ("x = 1\ndef f():\n    global x\n    x = 2\ndef g():\n    return x\nf()\nfound = g()\n", join(ONE, TWO)),
        ("def f():\n    return 1\n    return 2\nfound = f()\n", ONE),
        ("def f(c):\n    if c:\n        return 1\nfound = f(x)\n", join(ONE, NONE)),
        ("def f(c):\n    while c:\n        return 1\n    return 2\nfound = f(x)\n", join(ONE, TWO)),
        ("def f():\n    yield 1\n    yield 2\nfound = f()\n", Items((), join(ONE, TWO))),
        ("def f():\n    raise E\nfound = f()\n", Bottom()),
        ("def f(x=1):\n    return x\nfound = f()\n", ONE),
        ("def f(x):\n    return x\nfound = [f(1), f('a')]\n", Items((ONE, A))),
        ("def f():\n    return f()\nfound, _ = f()\n", Bottom()),
    ],
)
def test_assignments_and_what_functions_give(text: str, value: Value) -> None:
    assert found(text) == value


def test_rows_are_followed_one_by_one_so_that_no_verb_meets_the_url_of_another_row() -> None:
    rows = "(('GET', '/orders'), ('POST', '/hooks'))"
    text = f"import shop\nc = shop.Client('k')\nfor verb, url in {rows}:\n    c.raw(verb, url)\n"
    assert world(text).effects() == ["resolved GET /orders", "resolved POST /hooks"]


UNPACKED = """import shop
def f(x):
    if x == 1:
        return None, "late"
    if x == 2:
        return None, {second}
    return shop.Client("k"), None
def g(x):
    made, {told} = f(x)
    return made
"""


@pytest.mark.parametrize(
    ("second", "told", "walked"),
    [
        ("'early'", "why", 2),
        ("'late'", "why", 2),
        ("x", "why", 2),
        ("'early'", "_", 0),
    ],
)
def test_rows_that_differ_in_one_part_are_walked_together(
    monkeypatch: pytest.MonkeyPatch, second: str, told: str, walked: int
) -> None:
    rows: list[Value] = []
    run_row = statements._run_row

    def counted(frame: Frame, statement: ir.Assign, row: Value, rest: tuple[ir.Stmt, ...]) -> None:
        rows.append(row)
        run_row(frame, statement, row, rest)

    monkeypatch.setattr(statements, "_run_row", counted)
    world(UNPACKED.format(second=second, told=told))
    assert len(rows) == walked


def test_what_is_unpacked_is_evaluated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    lookup = names.lookup

    def counted(frame: Frame, name: str) -> Value:
        asked.append(name)
        return lookup(frame, name)

    monkeypatch.setattr(names, "lookup", counted)
    world("def f(x):\n    a, b = x\n    return a\n")
    assert asked == ["x", "a"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for y in x:\n    break\n", ["resolved POST /orders"]),
        ("while True:\n    if x:\n        break\n", ["resolved POST /orders"]),
        ("while True:\n    f()\n    break\n", ["resolved POST /orders"]),
        ("while x:\n    raise E\n", ["resolved POST /orders"]),
        ("raise E\n", []),
        ("if x:\n    raise E\nelse:\n    raise E\n", []),
    ],
)
def test_a_call_counts_where_some_path_leads_to_it(before: str, after: list[str]) -> None:
    assert world(f"import shop\n{before}shop.Order.create()\n").effects() == after


def test_a_module_that_is_not_there_gives_nothing_known() -> None:
    engine = world("").engine
    engine.modules["gone.py"] = None
    assert evaluate_unit(engine, module_unit("gone.py"), RECEIVERS).effects == frozenset()
    assert isinstance(evaluate_unit(engine, module_unit("gone.py"), RECEIVERS).returns, Unknown)
    assert evaluate_unit(engine, module_unit(APP), RECEIVERS).effects == frozenset()


def test_a_loop_whose_passes_hand_nothing_on_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walked twice each, eight loops in one another would be walked 256 times."""
    walked: list[int] = []
    loop = statements._loop

    def counted(frame: Frame, once: Callable[[], None], node: ir.For | ir.While) -> None:
        walked.append(node.start)
        loop(frame, once, node)

    lines = [f"{'    ' * depth}for x{depth} in rows:" for depth in range(8)]
    body = [*lines, f"{'    ' * 8}found = x0", "found = 1"]
    monkeypatch.setattr(statements, "_loop", counted)
    world("def f(rows):\n    " + "\n    ".join(body) + "\n")
    assert len(walked) == len(set(walked)) == 8


def test_what_a_pass_hands_to_the_next_is_seen_by_it() -> None:
    loop = "for row in rows:\n        made.get(row)\n        made = shop.Client('k')\n"
    assert world(f"import shop\ndef f(rows):\n    made = None\n    {loop}").effects() == [
        "resolved GET /orders/{order}"
    ]
