"""What expressions give, as far as it matters which operation a call is for: texts, containers, choices."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import NONE, UNKNOWN, Const, Items, Mapping, Outside, Text, Value, join
from leastscope.python.interp.expressions import item, operate
from worlds import found, world

ONE, TWO = Const.of(1), Const.of(2)
A, B = Const.of("a"), Const.of("b")
BOTH = Mapping((("a", ONE), ("b", TWO)))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' 'b'", Const.of("ab")),
        ("'a' + 'b'", Const.of("ab")),
        ("'/%s/%s' % ('a', x)", Text(("/a/", UNKNOWN))),
        ("'/{}'.format('a')", Const.of("/a")),
        ("f'{1}-{x}'", Text(("1-", UNKNOWN))),
        ("'a' + x", Text(("a", UNKNOWN))),
        ("x + 1", UNKNOWN),
        ("1 if x else 2", join(ONE, TWO)),
        ("x or 'a'", join(UNKNOWN, A)),
        ("None or 'a'", A),
        ("not 1", UNKNOWN),
        ("1 == 2", UNKNOWN),
        ("(y := 1)", ONE),
        ("(lambda z: z)('a')", A),
    ],
)
def test_texts_and_choices(expression: str, value: Value) -> None:
    assert found(f"found = {expression}\n") == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[1, *[2]]", Items((ONE, TWO))),
        ("[1] + [2]", Items((ONE, TWO))),
        ("{'a': 1, **{'b': 2}}", BOTH),
        ("{'a': 1} | {'b': 2}", BOTH),
        ("dict(a=1, b=2)", BOTH),
        ("{'a': 1, **{'a': 2}}['a']", TWO),
        ("{'a': 1}['a']", ONE),
        ("{'a': 1, 'b': 2}[x]", join(ONE, TWO)),
        ("('a', 'b')[0]", A),
        ("('a', 'b')[x]", join(A, B)),
        ("(1, 2)[5]", UNKNOWN),
        ("[1, 2][1:]", Items((), join(ONE, TWO))),
        ("[c for c in ['a', 'b']]", Items((A, B))),
        ("[f'{c}' for c in ['a', 'b']]", Items((A, B))),
        ("{k: 1 for k in ('a',)}", Mapping((("a", ONE),))),
        ("[k + v for k, v in (('a', 'b'), ('b', 'a'))]", Items((Const.of("ab"), Const.of("ba")))),
    ],
)
def test_containers_hold_what_they_are_given(expression: str, value: Value) -> None:
    assert found(f"found = {expression}\n") == value


@pytest.mark.parametrize(
    ("op", "left", "right", "value"),
    [
        ("+", A, B, Const.of("ab")),
        ("+", ONE, TWO, UNKNOWN),
        ("+", join(A, B), A, join(Const.of("aa"), Const.of("ba"))),
        ("%", Const.of("/%s"), A, Const.of("/a")),
        ("|", Mapping((("a", ONE),)), Mapping((("a", TWO),)), Mapping((("a", TWO),))),
        ("*", Items((ONE,)), TWO, Items((ONE,), ONE)),
    ],
)
def test_an_operator_joins_texts_lists_and_dicts(op: str, left: Value, right: Value, value: Value) -> None:
    assert operate(op, left, right) == value


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("import os\nfound = os.environ['KEY']\n", Outside("env:KEY")),
        ("from os import environ\nfound = environ['KEY']\n", Outside("env:KEY")),
        ("import os\nfound = os.getenv('KEY')\n", Outside("env:KEY", optional=True)),
    ],
)
def test_an_environment_variable_is_from_outside(text: str, origin: Value) -> None:
    assert found(text) == origin


@pytest.mark.parametrize(
    ("owner", "key", "value"),
    [
        (BOTH, A, ONE),
        (BOTH, Const.of("c"), UNKNOWN),
        (join(BOTH, Mapping((("a", NONE),))), A, join(ONE, NONE)),
        (Items((A, B)), ONE, B),
        (Items((A,), B), Const.of(3), join(A, B)),
        (UNKNOWN, A, UNKNOWN),
    ],
)
def test_an_entry_of_a_value(owner: Value, key: Value, value: Value) -> None:
    frame = world("x\n").frame
    assert item(frame, owner, key, frame.module.tree.body[0]) == value
