"""Which statement of a module alone defines a name.

Whoever asks a file for such a name needs that statement and nothing else of the file. A pure reading of the IR.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.python.index.program import ModuleInfo

_FIXED = frozenset((ir.Name, ir.Constant, ir.Attribute))
"""Values of which nothing can change: who has the name has the value."""
_SIMPLE = (ir.Assign, ir.Define, ir.DefineClass, ir.Evaluate, ir.Import, ir.ImportFrom)


class Definitions:
    """The statements of a module's body by the names that they define."""

    def __init__(self, module: ModuleInfo) -> None:
        self._body = module.tree.body
        self._found: dict[str, ir.Stmt] = {}
        # Names that functions assign, that several statements bind, or that a statement with others inside may bind.
        self._several = set(module.assigned_inside)
        # Names that something mentions which runs with the body.
        self._mentioned: set[str] = set()
        for statement in self._body:
            defined = _defined(statement)
            self._several.update(name for name in defined if name in self._found)
            self._found.update(dict.fromkeys(defined, statement))
            names = frozenset(_names(_run_by(statement)))
            self._mentioned |= names
            if not isinstance(statement, _SIMPLE) or (isinstance(statement, ir.Assign) and not defined):
                self._several |= names

    def of(self, name: str) -> ir.Stmt | None:
        """The import, function, class or assignment that alone decides a name; None where there is none.

        No other statement binds the name, and nothing that runs with the body mentions it, but for an import, which stands
        for what another file has: a call could change what the name holds, a decorator could register something in it.
        """
        found = None if name in self._several else self._found.get(name)
        if isinstance(found, ir.Import | ir.ImportFrom):
            return found
        if name in self._mentioned or (isinstance(found, ir.Assign) and self._is_changed(name, found)):
            return None
        return found

    def _is_changed(self, name: str, assigned: ir.Assign) -> bool:
        """Whether functions of the module that run with the body may change what a name holds."""
        return type(assigned.value) not in _FIXED and self._runs_inside and name in self._inside

    @cached_property
    def _runs_inside(self) -> bool:
        """Whether the body may run functions or methods of the module."""
        own = (name for name, one in self._found.items() if isinstance(one, ir.Define | ir.DefineClass))
        return not self._mentioned.isdisjoint(own)

    @cached_property
    def _inside(self) -> frozenset[str]:
        """The names in functions and classes, which may change what these hold."""
        bodies = (one.function.body for one in self._body if isinstance(one, ir.Define))
        classes = (one.definition.body for one in self._body if isinstance(one, ir.DefineClass))
        return frozenset(_names((*bodies, *classes)))


def _defined(statement: ir.Stmt) -> tuple[str, ...]:
    """The names that a statement gives values to, if it does nothing else."""
    match statement:
        case ir.Assign(targets=(ir.Name(id=name),), value=value) if value is not None:
            return (name,)
        case ir.Import(module=module, alias=alias):
            return (alias or module.partition(".")[0],)
        case ir.ImportFrom(names=names):
            return tuple(alias for _, alias in names)
        case ir.Define(function=function):
            return (function.name,)
        case ir.DefineClass(definition=definition) if not _sees_subclasses(definition):
            return (definition.name,)
        case _:
            return ()


def _sees_subclasses(definition: ir.Class) -> bool:
    """Whether a class may change when others are based on it."""
    methods = (one.function.name for one in definition.body if isinstance(one, ir.Define))
    return any(base.keyword for base in definition.bases) or "__init_subclass__" in methods


def _run_by(statement: ir.Stmt) -> object:
    """The part of a statement that runs with the body and may change what it names: of a definition its decorators."""
    match statement:
        case ir.Import() | ir.ImportFrom():
            return ()
        case ir.Define(function=function):
            return (function.decorators, tuple(parameter.default for parameter in function.parameters))
        case ir.DefineClass(definition=definition):
            return definition.decorators
        case ir.Assign(targets=(ir.Name(),), value=value):
            return value
        case _:
            return statement


def _names(parts: object) -> Iterator[str]:
    """Every name in a part of the code: those that it reads and binds, and those of attributes, which do no harm."""
    stack = [parts]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, tuple):
            stack += node
        elif isinstance(node, msgspec.Struct) and not isinstance(node, ir.Constant):
            stack += msgspec.structs.astuple(node)
