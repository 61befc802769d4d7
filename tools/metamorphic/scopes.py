"""Which names each scope of a file binds, and which names in the code mean them, by Python's rules.

The order of statements does not count. Names that are declared `global` or `nonlocal` anywhere are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPREHENSIONS = (cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp)
_TARGETS = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr, cst.AsName)
_GROUPS = (cst.Tuple, cst.List, cst.Element, cst.StarredElement)
_NAMED = (cst.FunctionDef, cst.ClassDef, cst.Param, cst.MatchAs, cst.MatchStar, cst.TypeVar, cst.ParamSpec)


class Scopes:
    """Bindings and uses of names, by the scope (a node) that binds them."""

    def __init__(self, module: cst.Module, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        self._module = module
        self._parents = parents
        self.bindings: dict[cst.CSTNode, dict[str, list[cst.Name]]] = defaultdict(lambda: defaultdict(list))
        self.uses: dict[cst.CSTNode, dict[str, list[cst.Name]]] = defaultdict(lambda: defaultdict(list))
        self.unresolved: list[cst.Name] = []
        names = [node for node in parents if isinstance(node, cst.Name)]
        self.declared = {name.value for name in names if isinstance(parents[name], cst.NameItem)}
        for name in names:
            if self._binds(name):
                self.bindings[self._binder(name)][name.value].append(name)
        for name in names:
            if self._reads(name):
                self._resolve(name)

    def _resolve(self, name: cst.Name) -> None:
        scope: cst.CSTNode | None = self.scope_of(name)
        first = True
        while scope is not None:
            if name.value in self.bindings.get(scope, {}) and (first or not isinstance(scope, cst.ClassDef)):
                self.uses[scope][name.value].append(name)
                return
            scope, first = None if scope is self._module else self.scope_of(scope), False
        self.unresolved.append(name)

    def scope_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The scope a node is in; what a function or class binds itself to is outside of it."""
        child = node
        skipped = False
        while child in self._parents:
            parent = self._parents[child]
            match parent:
                case cst.Param():
                    skipped = child is not parent.name
                case cst.FunctionDef() | cst.Lambda():
                    if child is parent.body or (child is parent.params and not skipped):
                        return parent
                    skipped = False
                case cst.ClassDef() if child is parent.body:
                    return parent
                case cst.CompFor() if child is parent.iter and isinstance(self._parents[parent], _COMPREHENSIONS):
                    skipped = True
                case _ if isinstance(parent, _COMPREHENSIONS):
                    if not skipped:
                        return parent
                    skipped = False
                case _:
                    pass
            child = parent
        return self._module

    def _binder(self, name: cst.Name) -> cst.CSTNode:
        """The scope a binding is for; what `:=` binds in a comprehension is bound around it."""
        scope = self.scope_of(name)
        while isinstance(self._parents[name], cst.NamedExpr) and isinstance(scope, _COMPREHENSIONS):
            scope = self.scope_of(scope)
        return scope

    def _binds(self, name: cst.Name) -> bool:
        child: cst.CSTNode = name
        parent = self._parents[name]
        while isinstance(parent, _GROUPS):
            child, parent = parent, self._parents[parent]
        if isinstance(parent, (cst.AsName, *_NAMED)):
            return getattr(parent, "name", None) is child
        if isinstance(parent, _TARGETS):
            return getattr(parent, "target", None) is child
        return isinstance(parent, cst.Del) or self._imports(name)

    def _imports(self, name: cst.Name) -> bool:
        """True for the part of an import that becomes a name here: `a` of `import a.b`."""
        child: cst.CSTNode = name
        parent = self._parents[name]
        while isinstance(parent, cst.Attribute) and parent.value is child:
            child, parent = parent, self._parents[parent]
        return isinstance(parent, cst.ImportAlias) and parent.name is child and parent.asname is None

    def _reads(self, name: cst.Name) -> bool:
        child: cst.CSTNode = name
        parent = self._parents[name]
        match parent:
            case cst.Attribute():
                if parent.attr is name:
                    return False
                while isinstance(parent, cst.Attribute):
                    child, parent = parent, self._parents[parent]
                return not isinstance(parent, (cst.ImportAlias, cst.ImportFrom))
            case cst.Arg() | cst.MatchKeywordElement():
                return getattr(parent, "keyword", getattr(parent, "key", None)) is not child
            case cst.ImportAlias() | cst.ImportFrom() | cst.NameItem():
                return False
            case _:
                return not self._binds(name)
