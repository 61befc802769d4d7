"""Which names of a loop's body hold, where they are read, what the pass before may have left in them.

Where a pass changes none of them, the next one would do the same again. A pure reading of the IR, in the order of the
statements: a name that each pass binds before it reads it is none of these.
Beside them, whether a loop keeps something under the names that it goes through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from leastscope.python.index.program import last_name, target_names, within
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from leastscope.python.syntax.ir import Stmt

    Names: TypeAlias = frozenset[str]

_NONE: Names = frozenset()


def carried(loop: ir.For | ir.While) -> frozenset[str]:
    """The names that the body of a loop, or its test, may read before the same pass has bound them."""
    if isinstance(loop, ir.For):
        return _read_in(loop.body, frozenset(target_names(loop.target)))[0] | _targeted(loop.target)
    return _named(loop.test) | _read_in(loop.body, _NONE)[0]


def keeps_by_target(loop: ir.For) -> bool:
    """Whether a loop sets attributes, or items to something that it makes, whose names its target decides."""
    names = frozenset(target_names(loop.target))
    return any(not names.isdisjoint(_named(_key_of(node))) for node in within(loop.body))


def _key_of(node: object) -> object:
    """The name under which a node sets an attribute, or an item to what it makes; nothing for any other node."""
    match node:
        case ir.Call(args=(_, key, _)) if last_name(node) == "setattr":
            return key
        case ir.Assign(targets=(ir.Subscript(index=index),), value=ir.Call() | ir.Lambda()):
            return index
        case _:
            return ()


def _read_in(body: Iterable[Stmt], bound: Names) -> tuple[Names, Names]:
    """The names that statements read before they are bound, and those that are bound behind them."""
    read = _NONE
    for statement in body:
        first, binds = _of(statement, bound)
        read |= first
        bound |= binds
    return read, bound


def _of(statement: Stmt, bound: Names) -> tuple[Names, Names]:
    match statement:
        case ir.Assign(targets=targets, value=value, annotation=annotation):
            read = _named((value, annotation)).union(*(_targeted(target) for target in targets))
            names = frozenset(name for target in targets for name in target_names(target))
            return read - bound, _NONE if value is None else names
        case ir.With(items=items, body=body):
            read = _named(tuple(entered for entered, _ in items))
            names = frozenset(name for _, target in items if target is not None for name in target_names(target))
            inner, behind = _read_in(body, bound | names)
            held = _NONE.union(*(_targeted(target) for _, target in items if target is not None))
            return (read | held) - bound | inner, behind
        case ir.If(test=test, body=body, orelse=orelse):
            first, second = _read_in(body, bound), _read_in(orelse, bound)
            return _named(test) - bound | first[0] | second[0], _behind([(body, first[1]), (orelse, second[1])])
        case ir.For(iterable=iterable, orelse=orelse) | ir.While(test=iterable, orelse=orelse):
            return (_named(iterable) | carried(statement)) - bound | _read_in(orelse, bound)[0], _NONE
        case ir.Try():
            return _of_try(statement, bound)
        case _:
            return _named(statement) - bound, _NONE


def _of_try(statement: ir.Try, bound: Names) -> tuple[Names, Names]:
    """The same for `try`: a handler may run after any statement of the body, so it starts with what was bound before."""
    read, done = _read_in((*statement.body, *statement.orelse), bound)
    ends = [((*statement.body, *statement.orelse), done)]
    for handler in statement.handlers:
        inner, behind = _read_in(handler.body, bound | {handler.name})
        read |= inner | _named(handler.type) - bound
        ends.append((handler.body, behind))
    return read | _read_in(statement.final, bound)[0], _behind(ends)


def _behind(ends: list[tuple[tuple[Stmt, ...], Names]]) -> Names:
    """The names that are bound where alternatives meet; one that leaves does not get there."""
    meeting = [bound for body, bound in ends if not (body and isinstance(body[-1], ir.Leave | ir.Return))]
    return meeting[0].intersection(*meeting[1:]) if meeting else _NONE


def _targeted(target: ir.Expr) -> Names:
    """The names that assigning to a target reads: of `rows[index].price` all of them, of `price` none."""
    return _named(target) - frozenset(target_names(target))


def _named(node: object) -> Names:
    """All names in a part of the IR, whatever is done with them, those in inner functions included."""
    return frozenset(_names(node))


def _names(node: object) -> Iterator[str]:
    stack = [node]
    while stack:
        inner = stack.pop()
        if isinstance(inner, ir.Name):
            yield inner.id
        elif isinstance(inner, tuple):
            stack += inner
        elif isinstance(inner, msgspec.Struct):
            stack += msgspec.structs.astuple(inner)
