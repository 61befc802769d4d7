"""Changes programs in their tree, so that what comes out is Python more often than after a change of tokens."""

from __future__ import annotations

import ast
import copy
import warnings
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

_Slot: TypeAlias = "tuple[list[ast.stmt], int]"
"""A block of statements, and one place in it."""
_Part = TypeVar("_Part", bound=ast.AST)


def regrown(text: str, donor: str, chance: random.Random) -> str:
    """Exchange, move, wrap and repeat parts of a program, also with those of a donor; what does not parse stays as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree, given = ast.parse(text), ast.parse(donor)
        for _ in range(chance.randint(1, 8)):
            _change(tree, given, chance)
        return ast.unparse(ast.fix_missing_locations(tree))
    except (SyntaxError, ValueError, RecursionError, AttributeError, TypeError):  # an odd tree cannot be written
        return text


def _change(tree: ast.Module, given: ast.Module, chance: random.Random) -> None:
    source = given if chance.random() < 0.4 else tree
    if chance.random() < 0.6:
        holes, parts = list(_expressions(tree)), [part for part in ast.walk(source) if isinstance(part, ast.expr)]
        if holes and parts:
            parent, field, at = chance.choice(holes)
            _put(parent, field, at, _copied(chance.choice(parts)))
        return
    slots = [slot for slot in _blocks(tree) if slot[0]]
    block, at = chance.choice(slots) if slots else ([], 0)
    parts_of = [part for part in ast.walk(source) if isinstance(part, ast.stmt)]
    if not block or not parts_of:
        return
    match chance.randrange(4):
        case 0:
            block[at] = _copied(chance.choice(parts_of))
        case 1:
            block[at:at] = [_copied(chance.choice(parts_of)) for _ in range(chance.randint(1, 5))]
        case 2:
            block[at] = _wrapped(block[at], chance)
        case _:
            chance.shuffle(block)


def _expressions(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int]]:
    """Give every place of an expression: its parent, the field, and the place in a list or -1."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, ast.expr):
                yield parent, name, -1
            elif isinstance(value, list):
                yield from ((parent, name, at) for at, item in enumerate(value) if isinstance(item, ast.expr))


def _blocks(tree: ast.AST) -> Iterator[_Slot]:
    for parent in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list):
                yield from ((block, at) for at in range(len(block)))


def _put(parent: ast.AST, field: str, at: int, part: ast.AST) -> None:
    if at < 0:
        setattr(parent, field, part)
    else:
        getattr(parent, field)[at] = part


def _copied(part: _Part) -> _Part:
    """Copy a part, so that a tree never holds itself."""
    return copy.deepcopy(part)


_WRAPPERS = (
    "def f(stripe, *args, **kwargs):\n    pass",
    "async def f():\n    pass",
    "class C(Base):\n    pass",
    "for x in x:\n    pass",
    "while True:\n    pass",
    "with f() as x:\n    pass",
    "try:\n    pass\nexcept E as e:\n    pass\nfinally:\n    pass",
    "if x:\n    pass\nelse:\n    pass",
    "match x:\n    case {'a': [*rest]} | C(y=rest):\n        pass",
)


def _wrapped(statement: ast.stmt, chance: random.Random) -> ast.stmt:
    wrapper = ast.parse(chance.choice(_WRAPPERS)).body[0]
    block = wrapper.cases[0].body if isinstance(wrapper, ast.Match) else getattr(wrapper, "body", [])
    block[:] = [statement]
    return wrapper
