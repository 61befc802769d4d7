"""Other names for the same things: imports and locals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from tools.metamorphic.edits import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.metamorphic.edits import Edit
    from tools.metamorphic.source import Program, Source


def alias_import(program: Program) -> Iterator[Change]:
    """`import a` → `import a as b`, `from m import a` → `from m import a as b`, with every use of the name."""
    for source in program.sources.values():
        for number, alias in enumerate(source.of(cst.ImportAlias)):
            change = None if source.dynamic else _aliased(program, source, alias, source.fresh("renamed", number))
            if change:
                yield change


def _aliased(program: Program, source: Source, alias: cst.ImportAlias, new: str) -> Change | None:
    bound = alias.asname.name if alias.asname else alias.name
    if not isinstance(bound, cst.Name) or source.path.endswith("__init__.py"):
        return None
    scope = source.scopes.scope_of(bound)
    outside = isinstance(scope, cst.Module) and program.used_from_outside(source, bound.value)
    if outside or isinstance(scope, cst.ClassDef) or _future(source, alias):
        return None
    uses = _renaming(source, scope, bound, new)
    if uses is None:
        return None
    first = source.replaced(bound, new) if alias.asname else source.inserted(source.end(bound), f" as {new}")
    return Change((first, *uses))


def _future(source: Source, alias: cst.ImportAlias) -> bool:
    statement = source.parents[alias]
    return isinstance(statement, cst.ImportFrom) and getattr(statement.module, "value", None) == "__future__"


def rename_locals(program: Program) -> Iterator[Change]:
    """`def f(): x = 1; return x` → the same with another name for `x`; parameters keep theirs."""
    for source in program.sources.values():
        if source.dynamic:
            continue
        number = 0
        for scope, names in source.scopes.bindings.items():
            if not isinstance(scope, (cst.FunctionDef, cst.GeneratorExp, cst.ListComp, cst.DictComp, cst.SetComp)):
                continue
            for bound in names.values():
                number += 1
                change = _renamed_local(source, scope, bound, source.fresh("local", number))
                if change:
                    yield change


def _renamed_local(source: Source, scope: cst.CSTNode, bound: list[cst.Name], new: str) -> Change | None:
    kept = (cst.Param, cst.FunctionDef, cst.ClassDef, cst.ImportAlias, cst.AsName)
    if any(isinstance(source.parents[name], kept) and not _as_target(source, name) for name in bound):
        return None
    uses = _renaming(source, scope, bound[0], new, len(bound))
    return None if uses is None else Change((*(source.replaced(name, new) for name in bound), *uses))


def _as_target(source: Source, name: cst.Name) -> bool:
    """True for the name in `with … as x` and `except … as x`."""
    parent = source.parents[name]
    return isinstance(parent, cst.AsName) and not isinstance(source.parents[parent], cst.ImportAlias)


def _renaming(source: Source, scope: cst.CSTNode, bound: cst.Name, new: str, bindings: int = 1) -> list[Edit] | None:
    """The edits of all uses of a name that `scope` binds so often; None where it may be used in other ways."""
    name = bound.value
    if len(source.scopes.bindings[scope][name]) != bindings or name in source.scopes.declared:
        return None
    if name.startswith("__") or re.search(rf"""["'][^"'\n]*\b{name}\b[^"'\n]*["']""", _annotations(source)):
        return None
    if f'"{name}"' in source.text and "__all__" in source.text:
        return None
    uses = source.scopes.uses[scope][name]
    return None if any(_shown(source, use) for use in uses) else [source.replaced(use, new) for use in uses]


def _annotations(source: Source) -> str:
    return "\n".join(source.code(node) for node in source.of(cst.Annotation))


def _shown(source: Source, use: cst.Name) -> bool:
    """True in `f"{use=}"`, which writes the name."""
    expressions = (one for one in source.around(use) if isinstance(one, cst.FormattedStringExpression))
    return any(one.equal is not None for one in expressions)
