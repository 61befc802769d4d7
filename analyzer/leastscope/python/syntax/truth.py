"""Conditions that the text of the code decides, so that what stands behind them never runs."""

from __future__ import annotations

from leastscope.python.syntax import ir

_OLDEST = 3
"""The first number of the oldest release of Python that code is taken to run with."""
_PYTHON = "sys"
"""The module that says which release of Python runs the code; those of others say which release they are."""
_CHECKING = "TYPE_CHECKING"
"""The name of the constant that is true only while types are checked."""


def of(test: ir.Expr) -> bool | None:
    """What a condition always is when the code runs; None where that depends on anything."""
    match test:
        case ir.Constant(value=value):
            return bool(value)
        case ir.Name(id=name) | ir.Attribute(value=ir.Name(), name=name):
            return False if name == _CHECKING else None
        case ir.Compare(left=left, rest=((operator, right),)) if _is_release(left):
            return _of_release(operator, right)
        case ir.Unary(op="not", operand=operand):
            inner = of(operand)
            return None if inner is None else not inner
        case ir.Operation(op="and", left=left, right=right):
            return _either(False, of(left), of(right))
        case ir.Operation(op="or", left=left, right=right):
            return _either(True, of(left), of(right))
        case _:
            return None


def _is_release(node: ir.Expr) -> bool:
    """Whether an expression is the release of Python that runs the code, or its first number."""
    if isinstance(node, ir.Subscript) and isinstance(node.index, ir.Constant) and node.index.value == 0:
        node = node.value
    if not isinstance(node, ir.Attribute) or node.name != "version_info":
        return False
    return isinstance(node.value, ir.Name) and node.value.id == _PYTHON


def _of_release(operator: str, right: ir.Expr) -> bool | None:
    """What comparing the release gives: Python 2 is never what runs the code. None where a later number decides."""
    first = right.items[0] if isinstance(right, ir.Display) and right.items else right
    alone = not isinstance(right, ir.Display) or all(
        isinstance(each, ir.Constant) and each.value == 0 for each in right.items[1:]
    )
    number = first.value if isinstance(first, ir.Constant) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    if number < _OLDEST:
        return {"<": False, "<=": False, "==": False, ">": True, ">=": True, "!=": True}.get(operator)
    return {"<": False, ">=": True}.get(operator) if number == _OLDEST and alone else None


def names(test: ir.Expr) -> tuple[ir.Expr, ...]:
    """Give the places of a condition that name the constant which is only true while types are checked."""
    match test:
        case ir.Name(id=name) | ir.Attribute(value=ir.Name(), name=name):
            return (test,) if name == _CHECKING else ()
        case ir.Unary(op="not", operand=operand):
            return names(operand)
        case ir.Operation(op="and" | "or", left=left, right=right):
            return (*names(left), *names(right))
        case _:
            return ()


def _either(decisive: bool, left: bool | None, right: bool | None) -> bool | None:
    """`and` (decided by False) or `or` (decided by True) of two conditions."""
    if decisive in {left, right}:
        return decisive
    return None if None in {left, right} else not decisive


def for_types(test: ir.Expr) -> bool:
    """Whether a condition that never holds may be there for a type checker, whose imports still bind names."""
    return bool(names(test))
