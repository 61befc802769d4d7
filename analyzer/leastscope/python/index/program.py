"""The program under analysis: its modules, and their functions and classes by place.

Built from the IR of each file alone; resolves nothing. Knows scopes: which names a function binds, what encloses it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import msgspec

from leastscope.python.domain.values import Place
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

    `speaks_of` are the systems whose triggers it holds, `imports` the top-level names that it imports, `loads` the imports.
    """

    path: str
    tree: ir.Module
    in_tests: bool
    speaks_of: frozenset[str]
    bound: frozenset[str]
    stars: tuple[ir.ImportFrom, ...]
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
    nodes = tuple(within(tree.body))
    stars = tuple(node for node in nodes if isinstance(node, ir.ImportFrom) and node.names == (("*", "*"),))
    info = ModuleInfo(path, tree, in_tests, speaks_of, _bound(nodes) | _global_names(tree.body), stars)
    _index(info, tree.body, None, None, "")
    return info


def names_read(modules: Iterable[ModuleInfo | None]) -> frozenset[str]:
    """The names that some modules read of anything, as an attribute or in a text; a target of an assignment is not read."""
    found: set[str] = set()
    stack: list[object] = [module.tree.body for module in modules if module is not None]
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Assign):
            stack += [part for target in node.targets for part in _read_of(target)]
            stack.append(node.value)
            continue
        if isinstance(node, ir.Attribute):
            found.add(node.name)
        elif isinstance(node, ir.Constant) and isinstance(node.value, str):
            found.add(node.value)
        inner = node if isinstance(node, tuple) else ()
        stack += msgspec.structs.astuple(node) if isinstance(node, msgspec.Struct) else inner
    return frozenset(found)


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


def _index(info: ModuleInfo, nodes: object, cls: Place | None, outer: Place | None, prefix: str) -> None:
    """Record every function and class below some nodes; an explicit stack, since expressions can nest deeply."""
    stack: list[tuple[object, Place | None, Place | None, str]] = [(nodes, cls, outer, prefix)]
    while stack:
        node, inside, around, name = stack.pop()
        if isinstance(node, ir.Class):
            place = Place(info.path, node.start)
            qualname = name + node.name
            info.classes[node.start] = ClassInfo(place, node, around, qualname, bound_names(node.body))
            stack.append((node.bases, inside, around, name))
            stack.append((node.decorators, inside, around, name))
            stack.append((node.body, place, around, qualname + "."))
        elif isinstance(node, ir.Function):
            function = _function(info.path, node, inside, around, name)
            info.functions[node.start] = function
            stack.append((node.parameters, None, around, name))
            stack.append((node.decorators, None, around, name))
            stack.append((node.body, None, function.place, function.qualname + "."))
        elif isinstance(node, ir.Import | ir.ImportFrom):
            info.imports.add(node.module.partition(".")[0])
            info.loads.append(node)
        else:
            keep = inside if type(node) in _TRANSPARENT else None
            stack += [(part, keep, around, name) for part in _parts(node)]


_TRANSPARENT = frozenset((tuple, ir.Define, ir.DefineClass, ir.If, ir.Try, ir.With, ir.Handler))
"""Statements of a class body whose functions are still its methods."""
_LEAVES = frozenset((str, int, float, bool, type(None), ir.Name, ir.Constant))


def _parts(node: object) -> list[object]:
    """Give what a node or tuple is made of, without what holds nothing itself: most of a file, and walked often."""
    inner = (
        node if isinstance(node, tuple) else msgspec.structs.astuple(node) if isinstance(node, msgspec.Struct) else ()
    )
    return [part for part in inner if type(part) not in _LEAVES]


def _function(path: str, node: ir.Function, cls: Place | None, outer: Place | None, prefix: str) -> FunctionInfo:
    is_lambda = not node.name
    kind: FunctionKind = "function" if cls is None or is_lambda else _method_kind(node)
    bound, inner = _scope(node)
    return FunctionInfo(
        Place(path, node.start),
        node,
        kind,
        None if is_lambda else cls,
        outer,
        prefix + (node.name or "<lambda>"),
        bound,
        inner,
    )


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


def _scope(function: ir.Function) -> tuple[frozenset[str], bool]:
    """The names a function binds itself, and whether there are functions inside it."""
    nodes = tuple(within(function.body))
    inner = any(type(node) in _CLOSED for node in nodes)
    return _bound(nodes) | {parameter.name for parameter in function.parameters}, inner


def bound_names(body: tuple[ir.Stmt, ...]) -> frozenset[str]:
    """The names that statements bind in their own scope."""
    return _bound(within(body))


def _bound(nodes: Iterable[object]) -> frozenset[str]:
    bound: set[str] = set()
    outside: set[str] = set()
    for node in nodes:
        if isinstance(node, ir.Declare):
            outside.update(node.names)
        elif type(node) in _BINDING:
            bound.update(_binds(node))
    return frozenset(bound - outside - {""})


_DEFINING = (ir.Function, ir.Class, ir.Import, ir.ImportFrom)
_BINDING = frozenset(
    (*_DEFINING, ir.Assign, ir.Augment, ir.CapturePattern, ir.For, ir.Handler, ir.MappingPattern, ir.Walrus, ir.With)
)


def _binds(node: object) -> Iterator[str]:
    """The names that one node binds."""
    match node:
        case ir.Function(name=name) | ir.Class(name=name):
            yield name
        case ir.Import(module=module, alias=alias):
            yield alias or module.partition(".")[0]
        case ir.ImportFrom(names=names):
            yield from (alias for _, alias in names if alias != "*")
        case ir.Walrus(target=name) | ir.Handler(name=name) | ir.CapturePattern(name=name):
            yield name
        case ir.MappingPattern(rest=rest):
            yield rest
        case ir.Assign(targets=targets):
            for target in targets:
                yield from target_names(target)
        case ir.Augment(target=target) | ir.For(target=target):
            yield from target_names(target)
        case ir.With(items=items):
            for _, bound in items:
                yield from target_names(bound) if bound else ()
        case _:
            return


def _global_names(body: tuple[ir.Stmt, ...]) -> frozenset[str]:
    """The names that functions anywhere below declare `global`."""
    found: set[str] = set()
    stack: list[object] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, ir.Declare) and node.kind == "global":
            found.update(node.names)
        elif isinstance(node, ir.Define):
            stack.append(node.function.body)
        elif isinstance(node, ir.DefineClass):
            stack.append(node.definition.body)
        elif isinstance(node, _BLOCKS):
            stack.extend(getattr(node, part) for part in node.__struct_fields__)
    return frozenset(found)


_BLOCKS = (ir.If, ir.For, ir.While, ir.Try, ir.With, ir.Handler, ir.Match, ir.Case)


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
