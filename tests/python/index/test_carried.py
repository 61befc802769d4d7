"""Which names a pass of a loop may read as the pass before left them."""

from __future__ import annotations

import pytest

from leastscope.python.index.carried import carried, keeps_by_target
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower


@pytest.mark.parametrize(
    ("loop", "names"),
    [
        ("for row in rows:\n    send(row)", "send"),
        ("for row in rows:\n    made = row.id\n    send(made)", "send"),
        ("for row in rows:\n    send(made)\n    made = row.id", "made send"),
        ("for row in rows:\n    path += row", "path"),
        ("for row in rows:\n    made: str\n    send(made)", "made send str"),
        ("for row in rows:\n    first, *rest = row\n    send(first, rest)", "send"),
        ("for row in rows:\n    found[row] = made = row\n    send(made)", "found send"),
        ("for index[0] in rows:\n    pass", "index"),
        ("for row in rows:\n    if row:\n        made = 1\n    else:\n        made = 2\n    send(made)", "send"),
        ("for row in rows:\n    if row:\n        made = 1\n    send(made)", "made send"),
        ("for row in rows:\n    if row:\n        continue\n    else:\n        made = 2\n    send(made)", "send"),
        ("for row in rows:\n    if row:\n        return 1\n    else:\n        return 2\n    send(made)", "made send"),
        ("for row in rows:\n    try:\n        made = row()\n    except E:\n        continue\n    send(made)", "E send"),
        (
            "for row in rows:\n    try:\n        made = row()\n    except E:\n        pass\n    send(made)",
            "E made send",
        ),
        (
            "for row in rows:\n    try:\n        made = row()\n    except E as error:\n        send(made, error)",
            "E made send",
        ),
        ("for row in rows:\n    try:\n        made = row()\n    finally:\n        send(made)", "made send"),
        ("for row in rows:\n    with row() as made, made.b as other.c:\n        send(made)", "made other send"),
        ("for row in rows:\n    with row():\n        made = 1\n    send(made)", "send"),
        ("for row in rows:\n    for made in row:\n        send(made)\n    send(made)", "made send"),
        ("for row in rows:\n    for inner in row:\n        send(made)\n        made = inner", "made send"),
        ("for row in rows:\n    for inner in row:\n        pass\n    else:\n        send(inner)", "inner send"),
        ("for row in rows:\n    def inner():\n        return made\n    made = inner", "inner made"),
        ("for row in rows:\n    calls.append(lambda: made)\n    made = row", "calls made"),
        ("while made:\n    made = made.next", "made"),
        ("while True:\n    made = send()\n    send(made)", "send"),
    ],
)
def test_names_that_a_pass_hands_to_the_next(loop: str, names: str) -> None:
    tree = lower(
        f"def f():\n    {loop}\n".replace("\n    ", "\n        ")
        .replace("def f():\n        ", "def f():\n    ")
        .encode()
    )
    assert not isinstance(tree, ir.Unreadable)
    (define,) = tree.body
    assert isinstance(define, ir.Define)
    (statement,) = define.function.body
    assert isinstance(statement, ir.For | ir.While)
    assert " ".join(sorted(carried(statement))) == names


@pytest.mark.parametrize(
    ("loop", "keeps"),
    [
        ("for name in names:\n    setattr(shop, name, Part(name))", True),
        ("for name in names:\n    setattr(shop, 'all_' + name, made)", True),
        ("for name, kind in rows:\n    if kind:\n        table[f'{kind}'] = make(name)", True),
        ("for name in names:\n    table[name] = lambda: name", True),
        ("for name in names:\n    table[name] = data[name]", False),
        ("for name in names:\n    table['first'] = make(name)", False),
        ("for name in names:\n    setattr(shop, 'name', name)", False),
        ("for name in names:\n    def inner():\n        setattr(shop, name, 1)", False),
    ],
)
def test_a_loop_keeps_what_it_makes_under_the_names_of_its_target(loop: str, keeps: bool) -> None:
    tree = lower(loop.encode())
    assert isinstance(tree, ir.Module)
    (statement,) = tree.body
    assert isinstance(statement, ir.For)
    assert keeps_by_target(statement) is keeps
