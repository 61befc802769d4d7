"""Finds scopes that Python modules of settings assign: a framework asks for a token with what stands under a known name.

A name is written as the names of a framework's settings are in a rule pack: the variable, then the keys of dicts, with dots.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from leastscope.grants.tokens import MAX_NAMES, AskingPlace
from leastscope.model import Grant
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leastscope.grants.declarations import ScopeSettings, TokenForm
    from leastscope.python.index.program import ModuleInfo

MAX_FOUND = 100
_MAX_DEPTH = 6
_MAX_ITEMS = 10_000
_Named: TypeAlias = "tuple[str, ir.Expr]"


def asked_in_module(
    module: ModuleInfo, settings: Mapping[str, tuple[TokenForm, ScopeSettings]]
) -> tuple[AskingPlace, ...]:
    """Read what the body of a module assigns, in branches and class bodies too.

    A value that is not written as literals is a request whose scopes cannot be told.
    """
    named = list(islice(_assigned(module.tree.body), _MAX_ITEMS))
    found = (
        _asked(module, system, form, value)
        for system, (form, how) in sorted(settings.items())
        for name, value in named
        if how.is_assigned(name)
    )
    return tuple(islice((one for one in found if one), MAX_FOUND))


def _asked(module: ModuleInfo, system: str, form: TokenForm, value: ir.Expr) -> AskingPlace | None:
    """Make the request for a token that one value stands for; None where nothing is asked for there."""
    span = module.span(value)
    items = value.items if isinstance(value, ir.Display) else (value,)
    literals = [item for item in items if isinstance(item, ir.Constant)]
    if len(literals) < len(items):
        return AskingPlace(system, form, span, None, in_tests=module.in_tests)
    grants: dict[str, Grant] = {}
    for literal in literals:
        for name in form.names_in(literal.value) if isinstance(literal.value, str) else ():
            grants.setdefault(name, Grant(name, module.span(literal)))
    chosen = tuple(islice(grants.values(), MAX_NAMES))
    return AskingPlace(system, form, span, chosen, in_tests=module.in_tests) if chosen else None


def _assigned(body: Iterable[ir.Stmt]) -> Iterator[_Named]:
    """Give every value that some statements assign to a name, or to keys of what a name holds, in order."""
    for statement in body:
        match statement:
            case ir.Assign(targets=targets, value=value) if value is not None:
                for target in targets:
                    name = _dotted(target)
                    if name:
                        yield from _below(name, value, 0)
            case ir.If(body=inner, orelse=other):
                yield from _assigned((*inner, *other))
            case ir.Try(body=inner, orelse=other):
                yield from _assigned((*inner, *other))
            case ir.DefineClass(definition=definition):
                yield from _assigned(definition.body)
            case _:
                pass


def _dotted(target: ir.Expr) -> str:
    """Write a target as a name with constant keys behind it; empty where it is something else."""
    keys: list[str] = []
    while isinstance(target, ir.Subscript) and isinstance(target.index, ir.Constant) and len(keys) < _MAX_DEPTH:
        keys.append(str(target.index.value))
        target = target.value
    return ".".join((target.id, *reversed(keys))) if isinstance(target, ir.Name) else ""


def _below(name: str, value: ir.Expr, depth: int) -> Iterator[_Named]:
    """Give a value, and those under the constant keys of a dict."""
    yield name, value
    if isinstance(value, ir.Dict) and depth < _MAX_DEPTH:
        for key, inner in value.items:
            if isinstance(key, ir.Constant) and isinstance(key.value, str):
                yield from _below(f"{name}.{key.value}", inner, depth + 1)
