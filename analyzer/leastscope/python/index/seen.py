"""What callers of a function can see of what it calls: in what it returns, yields or stores.

The other calls of a function only serve what it does itself: they log, check, render, save. A pure reading of the IR, which
goes by names and not by their order: a name that is returned anywhere counts wherever it is bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from leastscope.python.index.program import target_names, within
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

Site: TypeAlias = tuple[int, int]


def seen_sites(function: ir.Function) -> frozenset[Site]:
    """The expressions of a function, by start and end, whose values its callers can see, directly or through names."""
    flows: dict[str, list[ir.Expr]] = {}
    todo: list[ir.Expr] = []
    for node in within(function.body):
        for name, value in _flows(node):
            (flows.setdefault(name, []) if name else todo).append(value)
    found: set[Site] = set()
    while todo:
        for node in _inside(todo.pop()):
            if isinstance(node, ir.Name):
                todo += flows.pop(node.id, ())
            else:
                found.add((node.start, node.end))
    return frozenset(found)


def _flows(node: object) -> Iterator[tuple[str, ir.Expr]]:
    """Where values go at a node: the name that takes one (empty: whoever calls), and the expression that gives it."""
    match node:
        case ir.Return(value=returned) | ir.Yield(value=returned) if returned is not None:
            yield "", returned
        case ir.Assign(targets=targets, value=assigned) if assigned is not None:
            for target in targets:
                yield from _taken(target, assigned)
        case ir.Augment(target=target, value=value) | ir.For(target=target, iterable=value):
            yield from _taken(target, value)
        case ir.Walrus(target=name, value=named):
            yield name, named
        case ir.With(items=items):
            for entered, bound in items:
                yield from _taken(bound, entered) if bound is not None else ()
        case ir.Match(subject=subject):
            for case in node.cases:
                for inner in within(case.pattern):
                    if isinstance(inner, ir.CapturePattern) and inner.name:
                        yield inner.name, subject
        # `headers.update(made())` and `rows.append(made())` put what is given into what they are called on.
        case ir.Call(func=ir.Attribute(value=holder), args=arguments):
            for argument in arguments:
                yield holder.id if isinstance(holder, ir.Name) else "", argument.value
        case _:
            return


def _taken(target: ir.Expr, value: ir.Expr) -> Iterator[tuple[str, ir.Expr]]:
    """What takes a value that is assigned: names, or what outlives the function, an attribute or an item of something."""
    names = tuple(target_names(target))
    for name in names:
        yield name, value
    if not isinstance(target, ir.Name) and not (isinstance(target, ir.Display) and len(names) == len(target.items)):
        yield "", value


def _inside(expression: ir.Expr) -> Iterator[ir.Node]:
    """An expression and all expressions in it."""
    stack: list[object] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack += node
        elif isinstance(node, msgspec.Struct):
            if isinstance(node, ir.Node):
                yield node
            stack += [part for part in msgspec.structs.astuple(node) if isinstance(part, tuple | msgspec.Struct)]
