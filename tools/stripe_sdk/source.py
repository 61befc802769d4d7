"""Reads one release of the library: its modules as syntax trees, and what each name in them stands for.

Nothing is imported or run. Names are followed through imports, star imports, `_import_map` tables (lazy imports) and
plain assignments, whether a type checker or the interpreter sees them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_NOT_API = frozenset({"params", "data", "_object_classes", "object_classes"})


@dataclass(frozen=True, slots=True)
class Imported:
    """A name bound to `name` of `module` (the module itself where `name` is empty)."""

    module: str
    name: str = ""


@dataclass(eq=False)
class Class:
    """A class of the release; `outer` is the class it is written in."""

    node: ast.ClassDef
    module: Module
    outer: Class | None = None

    @cached_property
    def qualname(self) -> str:
        return f"{self.outer.qualname}.{self.node.name}" if self.outer else self.node.name

    @cached_property
    def key(self) -> str:
        """The name of the type in the model: the package below the top one, and the class."""
        package = self.module.package.split(".")[1:]
        return ".".join([*(part for part in package if part not in ("api_resources", "abstract")), self.qualname])

    @cached_property
    def methods(self) -> dict[str, Function]:
        """Functions of the class body by name; of overloads the last one, which has the body."""
        return {node.name: node for node in self.node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}

    @cached_property
    def inner(self) -> dict[str, Class]:
        return {node.name: Class(node, self.module, self) for node in self.node.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def constants(self) -> dict[str, str]:
        """Class attributes that are string literals."""
        found = {}
        for node in self.node.body:
            match assignment(node):
                case (name, ast.Constant(value=str(text))):
                    found[name] = text
                case _:
                    pass
        return found


@dataclass(eq=False)
class Module:
    """One file: its dotted name, its tree, and its top-level bindings."""

    name: str
    is_package: bool
    tree: ast.Module
    bindings: dict[str, Imported | Class] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def passes_names_on(self) -> bool:
        """The names it imports are for others: a package, or a file that defines nothing itself."""
        own = any(isinstance(value, Class) for value in self.bindings.values())
        return self.is_package or not (own or self.functions)


class Release:
    """The modules of one release and the lookups on them."""

    def __init__(self, version: str, modules: Iterable[Module], skipped: Iterable[str] = ()) -> None:
        self.version = version
        self.skipped = tuple(skipped)
        self.modules = {module.name: module for module in modules}

    def classes(self) -> Iterator[Class]:
        """Every top-level class, in the order of the modules' names."""
        for _, module in sorted(self.modules.items()):
            for value in module.bindings.values():
                if isinstance(value, Class):
                    yield value

    def lookup(self, module: Module, name: str, depth: int = 0) -> Class | Module | None:
        """Follow what `name` stands for in `module` to the end; None where it leaves the release."""
        if depth > 12:
            return None
        bound = module.bindings.get(name)
        if isinstance(bound, Class):
            return bound
        if isinstance(bound, Imported):
            return self._follow(bound, depth)
        for star in module.stars:
            target = self.modules.get(star)
            found = self.lookup(target, name, depth + 1) if target else None
            if found:
                return found
        return self.modules.get(f"{module.name}.{name}")

    def _follow(self, bound: Imported, depth: int) -> Class | Module | None:
        if not bound.name:
            return self.modules.get(bound.module)
        target = self.modules.get(bound.module)
        found = self.lookup(target, bound.name, depth + 1) if target else None
        return found or self.modules.get(f"{bound.module}.{bound.name}")

    def find(self, scope: Class | Module, dotted: str) -> Class | Module | None:
        """Find the class or module that a dotted name stands for, seen from inside a class or a module."""
        head, *rest = dotted.split(".")
        found = self._in_scope(scope, head)
        for part in rest:
            if isinstance(found, Class):
                found = found.inner.get(part)
            elif isinstance(found, Module):
                found = self.lookup(found, part)
        return found

    def _in_scope(self, scope: Class | Module, name: str) -> Class | Module | None:
        while isinstance(scope, Class):
            if name in scope.inner:
                return scope.inner[name]
            if name == scope.node.name:
                return scope
            scope = scope.outer or scope.module
        return self.lookup(scope, name)

    def bases(self, cls: Class) -> list[Class]:
        """List the base classes that the release defines itself."""
        found = []
        for node in cls.node.bases:
            target = node.value if isinstance(node, ast.Subscript) else node
            base = self.find(cls.outer or cls.module, dotted_name(target))
            if isinstance(base, Class):
                found.append(base)
        return found

    def lineage(self, cls: Class) -> list[Class]:
        """List the class and its bases in the order in which Python looks attributes up."""
        order = [cls]
        for base in self.bases(cls):
            order += self.lineage(base)
        last = {id(entry): index for index, entry in enumerate(order)}
        return [entry for index, entry in enumerate(order) if last[id(entry)] == index]


def read_release(version: str, root: Path) -> Release:
    """Read the release whose package is the folder `root/stripe`."""
    package = root / "stripe"
    skipped = {_dotted(path, root) for path in package.rglob("*") if path.stem in _NOT_API}
    files = sorted(
        path for path in package.rglob("*.py") if not _NOT_API & {*path.relative_to(package).parts[:-1], path.stem}
    )
    return Release(version, (_read(path, root) for path in files), sorted(skipped))


def parse_module(name: str, text: str, *, is_package: bool = False) -> Module:
    """One module from its text."""
    module = Module(name, is_package, ast.parse(text))
    _bind(module, module.tree.body)
    return module


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for a name or attribute chain, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        front = dotted_name(node.value)
        return f"{front}.{node.attr}" if front else ""
    return ""


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _read(path: Path, root: Path) -> Module:
    return parse_module(_dotted(path, root), path.read_text("utf-8"), is_package=path.stem == "__init__")


def _bind(module: Module, body: list[ast.stmt]) -> None:
    for node in body:
        match node:
            case ast.If() | ast.Try():
                _bind(module, [*node.body, *node.orelse])
            case ast.ImportFrom():
                _bind_import_from(module, node)
            case ast.Import():
                for alias in node.names:
                    module.bindings[alias.asname or alias.name.split(".")[0]] = Imported(
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            case ast.ClassDef():
                module.bindings[node.name] = Class(node, module)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                module.functions.add(node.name)
            case ast.Assign() | ast.AnnAssign():
                _bind_value(module, node)
            case _:
                pass


def _bind_import_from(module: Module, node: ast.ImportFrom) -> None:
    source = node.module or ""
    if node.level:
        parts = module.package.split(".")
        source = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [source])])
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.bindings.setdefault(alias.asname or alias.name, Imported(source, alias.name))


def _bind_value(module: Module, node: ast.Assign | ast.AnnAssign) -> None:
    match assignment(node):
        case ("_import_map", ast.Dict() as table):
            for name, (source, is_module) in ast.literal_eval(table).items():
                module.bindings.setdefault(name, Imported(source, "" if is_module else name))
        case (name, ast.Name(id=other)) if other in module.bindings:
            module.bindings[name] = module.bindings[other]
        case (name, _):
            module.variables.add(name)
        case _:
            pass


def assignment(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """Give the one name that a statement assigns a value to, and the value."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, value
        case _:
            return None
