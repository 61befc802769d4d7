"""The program under analysis: its modules, and their functions and classes by place.

Built from the IR of each file alone; resolves nothing. Knows scopes: which names a function binds, what encloses it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from leastscope.python.domain.values import Place
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from leastscope.model import Span

FunctionKind = Literal["function", "method", "class", "static", "property", "setter"]


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """A function and what encloses it. `locals` are the names it binds; `captured` those that inner functions may read."""

    place: Place
    node: ir.Function
    kind: FunctionKind
    cls: Place | None
    outer: Place | None
    qualname: str
    locals: frozenset[str]
    has_inner: bool


@dataclass(frozen=True, slots=True)
class ClassInfo:
    place: Place
    node: ir.Class
    outer: Place | None
    qualname: str
    bound: frozenset[str]


@dataclass(slots=True)
class ModuleInfo:
    """One file.

    `speaks_of` are the systems whose triggers it holds, `imports` the top-level names that it imports, `loads` the imports;
    `bound` are its globals, and `assigned_inside` those of them that functions assign.
    """

    path: str
    tree: ir.Module
    in_tests: bool
    speaks_of: frozenset[str]
    bound: frozenset[str]
    stars: tuple[ir.ImportFrom, ...]
    assigned_inside: frozenset[str] = frozenset()
    functions: dict[int, FunctionInfo] = field(default_factory=dict)
    classes: dict[int, ClassInfo] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    loads: list[ir.Import | ir.ImportFrom] = field(default_factory=list)

    def span(self, node: ir.Node) -> Span:
        """The region of a node of this file."""
        return ir.span_of(self.tree.lines, self.path, node.start, node.end)

    def span_at(self, start: int, end: int) -> Span:
        """The region between two offsets of this file."""
        return ir.span_of(self.tree.lines, self.path, start, end)


def module_info(path: str, tree: ir.Module, *, in_tests: bool, speaks_of: frozenset[str] = frozenset()) -> ModuleInfo:
    """Index a module's names, functions and classes."""
    found = _Indexing(tree)
    # The last one first: it replaces what those before it bring.
    stars = tuple(sorted(found.stars, key=lambda star: -star.start))
    assigned = frozenset(found.declared_global)
    info = ModuleInfo(path, tree, in_tests, speaks_of, found.top.names() | assigned, stars, assigned)
    info.loads = sorted(found.loads, key=lambda load: load.start)
    info.imports = {load.module.partition(".")[0] for load in info.loads}
    for scope in sorted(found.scopes, key=lambda scope: scope.node.start):
        _add(info, scope)
    return info


def names_read(modules: Iterable[ModuleInfo | None]) -> frozenset[str]:
    """The names that some modules read of any object, as an attribute or in a text.

    A target of an assignment is not read, nor is a function by asking the module for it that defines it.
    """
    known = [module for module in modules if module is not None]
    stems = frozenset(PurePosixPath(module.path.removesuffix("/__init__.py")).stem for module in known)
    return frozenset(name for module in known for name in _names_read_in(module, frozenset(_modules_in(module, stems))))


def _modules_in(module: ModuleInfo, stems: Container[str]) -> Iterator[str]:
    """The names under which a module imports others whole, of which the last names are given."""
    for load in module.loads:
        if isinstance(load, ir.ImportFrom):
            yield from (alias for name, alias in load.names if name in stems)
        elif load.module.rpartition(".")[2] in stems:
            yield load.alias or load.module.partition(".")[0]


def _names_read_in(module: ModuleInfo, modules: Container[str]) -> set[str]:
    found: set[str] = set()
    stack: list[object] = [module.tree.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Assign):
            stack += [part for target in node.targets for part in _read_of(target)]
            stack.append(node.value)
            continue
        if isinstance(node, ir.Attribute) and not (isinstance(node.value, ir.Name) and node.value.id in modules):
            found.add(node.name)
        elif isinstance(node, ir.Constant) and isinstance(node.value, str):
            found.add(node.value)
        inner = node if isinstance(node, tuple) else ()
        stack += msgspec.structs.astuple(node) if isinstance(node, msgspec.Struct) else inner
    return found


def _read_of(target: ir.Expr) -> tuple[object, ...]:
    """What storing under a target reads: not the name or the literal key that it is stored under."""
    match target:
        case ir.Attribute(value=owner) | ir.Subscript(value=owner, index=ir.Constant()):
            return (owner,)
        case _:
            return (target,)


def function_at(module: ModuleInfo, offset: int) -> Place | None:
    """Give the innermost function around an offset; None where it is in the body of the module or of a class."""
    around = [info for info in module.functions.values() if info.node.start <= offset < info.node.end]
    return max(around, key=lambda info: info.node.start).place if around else None


def functions_inside(module: ModuleInfo | None, place: Place) -> Iterator[FunctionInfo]:
    """Give the functions that stand directly in another one."""
    if module is not None:
        yield from (info for info in module.functions.values() if info.outer == place)


_LEAVES = frozenset((str, int, float, bool, type(None), ir.Name, ir.Constant))


def _parts(node: object) -> list[object]:
    """Give what a node or tuple is made of, without what holds nothing itself: most of a file, and walked often."""
    inner = (
        node if isinstance(node, tuple) else msgspec.structs.astuple(node) if isinstance(node, msgspec.Struct) else ()
    )
    return [part for part in inner if type(part) not in _LEAVES]


def _add(info: ModuleInfo, scope: _Scope) -> None:
    """Record a class or function of a module."""
    node, outer = scope.node, None if scope.outer is None else Place(info.path, scope.outer)
    place, cls = Place(info.path, node.start), None if scope.cls is None else Place(info.path, scope.cls)
    if isinstance(node, ir.Class):
        info.classes[node.start] = ClassInfo(place, node, outer, scope.qualname, scope.names())
        return
    kind: FunctionKind = "function" if cls is None else _method_kind(node)
    names = scope.names().union([parameter.name for parameter in node.parameters])
    info.functions[node.start] = FunctionInfo(place, node, kind, cls, outer, scope.qualname, names, scope.has_inner)


def _method_kind(node: ir.Function) -> FunctionKind:
    """What a function in a class body is, by its decorators' last names, and by the convention that `cls` is a class."""
    for decorator in node.decorators:
        name = last_name(decorator)
        if name == "staticmethod":
            return "static"
        if name == "classmethod":
            return "class"
        if name in {"setter", "deleter"}:
            return "setter"
        if name.lower().endswith("property"):
            return "property"
    first = node.parameters[0].name if node.parameters else ""
    return "class" if node.name in {"__init_subclass__", "__class_getitem__"} or first == "cls" else "method"


def last_name(expression: ir.Expr) -> str:
    """The last name of a dotted expression or of what is called: `functools.partial(..)` gives `partial`."""
    while isinstance(expression, ir.Call):
        expression = expression.func
    if isinstance(expression, ir.Attribute):
        return expression.name
    return expression.id if isinstance(expression, ir.Name) else ""


class _Scope:
    """What binds names: a class, a function, or (around all) the module.

    `outer` is where the innermost function around it starts, `cls` the class that it is a method of.
    """

    __slots__ = ("bound", "cls", "declared", "has_inner", "node", "outer", "qualname")

    def __init__(self, node: ir.Class | ir.Function, outer: int | None, cls: int | None, qualname: str) -> None:
        self.node = node
        self.outer = outer
        self.cls = cls
        self.qualname = qualname
        self.bound: set[str] = set()
        self.declared: set[str] = set()
        self.has_inner = False

    def names(self) -> frozenset[str]:
        """The names that the scope binds itself."""
        return frozenset(self.bound - self.declared - {""})


class _Indexing:
    """One pass over a module: each statement once, and of the expressions those in which `lambda` or `:=` stands.

    No other expression binds a name or holds a function, and expressions are most of a file.
    """

    def __init__(self, tree: ir.Module) -> None:
        self.top = _Scope(ir.Class(0, 0, "", (), tree.body), None, None, "")
        self.scopes: list[_Scope] = []
        self.stars: list[ir.ImportFrom] = []
        self.loads: list[ir.Import | ir.ImportFrom] = []
        self.declared_global: set[str] = set()
        self._inner = tree.inner
        self._todo: list[tuple[tuple[ir.Stmt, ...], _Scope, int | None]] = [(tree.body, self.top, None)]
        while self._todo:
            body, scope, cls = self._todo.pop()
            for node in body:
                _INDEXED[type(node)](self, node, scope, cls)

    def _holds(self, start: int, end: int) -> bool:
        """Whether `lambda` or `:=` stands between two offsets."""
        at = bisect_left(self._inner, start)
        return at < len(self._inner) and self._inner[at] < end

    def plain(self, node: ir.Stmt, scope: _Scope, _cls: int | None) -> None:
        if self._inner and self._holds(node.start, node.end):
            self._expressions(node, scope)

    def assign(self, node: ir.Assign, scope: _Scope, _cls: int | None) -> None:
        for target in node.targets:
            scope.bound.update(target_names(target))
        self.plain(node, scope, None)

    def augment(self, node: ir.Augment, scope: _Scope, _cls: int | None) -> None:
        scope.bound.update(target_names(node.target))
        self.plain(node, scope, None)

    def import_(self, node: ir.Import, scope: _Scope, _cls: int | None) -> None:
        self.loads.append(node)
        scope.bound.add(node.alias or node.module.partition(".")[0])

    def import_from(self, node: ir.ImportFrom, scope: _Scope, _cls: int | None) -> None:
        self.loads.append(node)
        if node.names == (("*", "*"),):
            self.stars += [node] if scope is self.top else ()
        else:
            scope.bound.update([alias for _, alias in node.names])

    def declare(self, node: ir.Declare, scope: _Scope, _cls: int | None) -> None:
        scope.declared.update(node.names)
        if node.kind == "global":
            self.declared_global.update(node.names)

    def if_(self, node: ir.If, scope: _Scope, cls: int | None) -> None:
        self._head(node, (node.test,), scope)
        self._todo += ((node.body, scope, cls), (node.orelse, scope, cls))

    def for_(self, node: ir.For, scope: _Scope, _cls: int | None) -> None:
        scope.bound.update(target_names(node.target))
        self._head(node, (node.target, node.iterable), scope)
        self._todo += ((node.body, scope, None), (node.orelse, scope, None))

    def while_(self, node: ir.While, scope: _Scope, _cls: int | None) -> None:
        self._head(node, (node.test,), scope)
        self._todo += ((node.body, scope, None), (node.orelse, scope, None))

    def try_(self, node: ir.Try, scope: _Scope, cls: int | None) -> None:
        for handler in node.handlers:
            scope.bound.add(handler.name)
            self._head(node, (handler.type,), scope)
            self._todo.append((handler.body, scope, cls))
        self._todo += ((node.body, scope, cls), (node.orelse, scope, cls), (node.final, scope, cls))

    def with_(self, node: ir.With, scope: _Scope, cls: int | None) -> None:
        for _, target in node.items:
            scope.bound.update(target_names(target) if target is not None else ())
        self._head(node, node.items, scope)
        self._todo.append((node.body, scope, cls))

    def match_(self, node: ir.Match, scope: _Scope, _cls: int | None) -> None:
        self._expressions(node.subject, scope)
        for case in node.cases:
            self._expressions((case.pattern, case.guard), scope)
            self._todo.append((case.body, scope, None))

    def define(self, node: ir.Define, scope: _Scope, cls: int | None) -> None:
        self._function(node.function, scope, cls)

    def class_(self, node: ir.DefineClass, scope: _Scope, _cls: int | None) -> None:
        definition = node.definition
        inner = self._enter(definition, scope, None)
        self._head(definition, (definition.decorators, definition.bases), scope)
        self._todo.append((definition.body, inner, definition.start))

    def _function(self, node: ir.Function, scope: _Scope, cls: int | None) -> None:
        inner = self._enter(node, scope, cls)
        self._head(node, (node.decorators, node.parameters), scope)
        self._todo.append((node.body, inner, None))

    def _enter(self, node: ir.Class | ir.Function, scope: _Scope, cls: int | None) -> _Scope:
        """Begin what a class or function binds itself."""
        scope.has_inner = True
        scope.bound.add(node.name)
        around = scope.node.start if isinstance(scope.node, ir.Function) else scope.outer
        prefix = f"{scope.qualname}." if scope.qualname else ""
        self.scopes.append(_Scope(node, around, cls, prefix + (node.name or "<lambda>")))
        return self.scopes[-1]

    def _head(self, node: ir.Node, parts: tuple[object, ...], scope: _Scope) -> None:
        """Go through the expressions of a statement with a body; decorators stand before its place."""
        if self._inner and (isinstance(node, ir.Class | ir.Function) or self._holds(node.start, node.end)):
            self._expressions(parts, scope)

    def _expressions(self, parts: object, scope: _Scope) -> None:
        """Go through all that expressions or patterns hold; an explicit stack, since expressions can nest deeply."""
        stack = [parts]
        while stack:
            node = stack.pop()
            match node:
                case ir.Lambda(function=function):
                    self._function(function, scope, None)
                    continue
                case ir.Walrus(target=name) | ir.CapturePattern(name=name) | ir.MappingPattern(rest=name):
                    scope.bound.add(name)
                case _:
                    pass
            stack += _parts(node)


_INDEXED: dict[type[ir.Node], Callable[[_Indexing, Any, _Scope, int | None], None]] = {
    ir.Assign: _Indexing.assign,
    ir.Augment: _Indexing.augment,
    ir.Declare: _Indexing.declare,
    ir.Define: _Indexing.define,
    ir.DefineClass: _Indexing.class_,
    ir.Evaluate: _Indexing.plain,
    ir.For: _Indexing.for_,
    ir.If: _Indexing.if_,
    ir.Import: _Indexing.import_,
    ir.ImportFrom: _Indexing.import_from,
    ir.Leave: _Indexing.plain,
    ir.Match: _Indexing.match_,
    ir.Return: _Indexing.plain,
    ir.Try: _Indexing.try_,
    ir.While: _Indexing.while_,
    ir.With: _Indexing.with_,
}


def target_names(target: ir.Expr) -> Iterator[str]:
    """The plain names that an assignment to this target binds."""
    match target:
        case ir.Name(id=name):
            yield name
        case ir.Display(items=items):
            for item in items:
                yield from target_names(item)
        case ir.Starred(value=value):
            yield from target_names(value)
        case _:
            return


def within(nodes: object) -> Iterator[object]:
    """Every node of a function's own scope but names and constants; inner functions and classes are not entered."""
    stack = [nodes]
    while stack:
        node = stack.pop()
        if not isinstance(node, tuple):
            yield node
        if type(node) not in _CLOSED:
            stack += _parts(node)


_CLOSED = frozenset((ir.Function, ir.Class, ir.Lambda))
