"""Systems of which the code has the library, and sends nothing as far as anybody can see: what it uses the library for.

A use that cannot send a request (an exception, a type, the check of a webhook) explains itself. Any other one says that a
request was overlooked, and so does a call that receives the URL of a server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from leastscope.library import MODULE
from leastscope.model import Gap, Idle
from leastscope.python.domain import servers
from leastscope.python.domain.values import Const
from leastscope.python.index.program import last_name
from leastscope.python.syntax import ir, truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leastscope.library import Knowledge, Library, LibraryType
    from leastscope.python.index.program import ModuleInfo

_CHECKS = frozenset({"isinstance", "issubclass"})
_READERS = re.compile(
    r"print|log|debug|info|warn|warning|error|exception|critical|write|\w*(?:with|sub|replace|match|search)"
)
"""Functions that do nothing with a URL but show or compare it."""
_NONE = frozenset[str]()
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
_ENDS = frozenset({ir.Return, ir.Leave})
_LEAVES = frozenset({ir.Name, ir.Constant})
_APART = frozenset(
    {ir.Assign, ir.Attribute, ir.Call, ir.ClassPattern, ir.Conditional, ir.Dict, ir.Function, ir.Handler}
)
_APART |= {ir.If, ir.Operation, ir.Parameter, ir.While}
"""Nodes whose parts do not all stand where the node does; see `_inside`."""
_WORD = re.compile(r"[A-Za-z_]\w*")
_USES = 20
"""Names of a library that are listed."""


class Use(NamedTuple):
    """A name of a library as the code uses it; a type is used where nothing is called on it."""

    name: str
    node: ir.Node
    as_type: bool = False


@dataclass(frozen=True, slots=True)
class Unused:
    """What is to be told of the systems of which no request was found."""

    gaps: tuple[Gap, ...] = ()
    idle: tuple[Idle, ...] = ()


def unused(knowledge: Knowledge, modules: Iterable[ModuleInfo], told: frozenset[str]) -> Unused:
    """Look at what the modules use of each system but those of which something was told already; tests do not count."""
    gaps: dict[str, Gap] = {}
    names: dict[str, set[str]] = {}
    for module in modules:
        if module.in_tests:
            continue
        for library in knowledge.libraries.values():
            if library.system in told or library.system not in knowledge.events:
                continue
            for use in sorted(uses(module, library), key=lambda use: use.node.start):
                names.setdefault(library.system, set()).add(use.name)
                if not use.as_type and not is_inert(knowledge, library, use.name):
                    reason = f"the code uses '{use.name}', and leastscope found no request to this system"
                    gap = Gap("no-request", module.span(use.node), library.system, reason)
                    gaps.setdefault(library.system, gap)
        for system, node in sorted(_urls(knowledge, module), key=lambda url: (url[0], url[1].start)):
            if system not in told:
                reason = "a call receives the URL of a server, and leastscope found no request to this system"
                gaps.setdefault(system, Gap("no-request", module.span(node), system, reason))
    idle = (Idle(system, tuple(sorted(used)[:_USES])) for system, used in sorted(names.items()) if system not in gaps)
    return Unused(tuple(gaps[system] for system in sorted(gaps)), tuple(idle))


# names of a library


def uses(module: ModuleInfo, library: Library) -> list[Use]:
    """The names of a library that a module uses, by dots; a name that is only imported is handed on to other modules."""
    if module.imports.isdisjoint(library.modules):
        return []
    bound = dict(_imported(module.tree.body, library.modules))
    made = dict(_made(module.tree.body, bound, library))
    # An object that is made and given a name is used where the name is.
    named = {node.start for _, node in made.values()}
    every = (use for each in nodes(module.tree.body) for use in _use_of(each, {**bound, **made}))
    found = [use._replace(as_type=use.as_type or use.node.start in named) for use in every]
    used = {use.name for use in found}
    exported = (
        Use(name, node)
        for name, node in bound.values()
        if module.path.endswith("__init__.py") and not any(f"{each}.".startswith(f"{name}.") for each in used)
    )
    return [*found, *exported]


def _imported(body: object, modules: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ir.Node]]]:
    """The names that imports of a library bind: each with the dotted name it stands for, and the import."""
    for node, _ in nodes(body):
        match node:
            case ir.Import(module=name, alias=alias) if name.partition(".")[0] in modules:
                top = name.partition(".")[0]
                yield (alias, (name, node)) if alias else (top, (top, node))
            case ir.ImportFrom(module=name, level=0, names=names) if name.partition(".")[0] in modules:
                yield from ((alias, (f"{name}.{each}", node)) for each, alias in names)
            case _:
                continue


def _made(
    body: object, bound: Mapping[str, tuple[str, ir.Node]], library: Library
) -> Iterator[tuple[str, tuple[str, ir.Node]]]:
    """The names that are given an object of a class of the library: what is used of them is used of the class."""
    for node, _ in nodes(body):
        match node:
            case ir.Assign(targets=(ir.Name(id=name),), value=ir.Call(func=func)):
                root, names = _taken_apart(func)
                if isinstance(root, ir.Name) and root.id in bound:
                    dotted = ".".join((bound[root.id][0], *names))
                    if dotted in library.names:
                        yield name, (dotted, func)
            case _:
                continue


def _use_of(found: tuple[object, bool], bound: Mapping[str, tuple[str, ir.Node]]) -> Iterator[Use]:
    node, as_type = found
    match node:
        case ir.Name(id=name) if name in bound:
            yield Use(bound[name][0], node, as_type)
        case ir.Attribute():
            root, names = _taken_apart(node)
            if isinstance(root, ir.Name) and root.id in bound:
                yield Use(".".join((bound[root.id][0], *names)), node, as_type)
        case ir.Constant(value=str(text)) if as_type:
            yield from (Use(bound[word][0], node, as_type) for word in _WORD.findall(text) if word in bound)
        case _:
            return


def _taken_apart(node: ir.Expr) -> tuple[ir.Expr, list[str]]:
    """What a chain of attributes starts with, and the names behind it."""
    names: list[str] = []
    while isinstance(node, ir.Attribute):
        names.insert(0, node.name)
        node = node.value
    return node, names


def nodes(body: object) -> Iterator[tuple[object, bool]]:
    """Every node of a module, and whether it stands where only types do; of a chain of attributes only the whole."""
    stack: list[tuple[object, bool]] = [(body, False)]
    while stack:
        node, as_type = stack.pop()
        if isinstance(node, tuple):
            for part in node:
                if type(part) not in _PLAIN:
                    stack.append((part, as_type))
                    if type(part) in _ENDS:
                        break
        elif isinstance(node, msgspec.Struct):
            yield node, as_type
            if type(node) in _APART:
                stack += [(part, as_type or is_type) for part, is_type in _inside(node)]
            elif type(node) not in _LEAVES:
                stack.append((msgspec.structs.astuple(node), as_type))


def _inside(node: msgspec.Struct) -> Iterator[tuple[object, bool]]:
    """What a node is made of, each with whether it is a type there."""
    match node:
        case ir.Attribute():
            root, _ = _taken_apart(node)
            yield (() if isinstance(root, ir.Name) else root), False
        case ir.Parameter(default=default, annotation=annotation):
            yield from ((default, False), (annotation, True))
        case ir.Function(parameters=parameters, body=body, decorators=decorators, returns=returns):
            yield from (((parameters, body, decorators), False), (returns, True))
        # What is stored on an object configures it.
        case ir.Assign(targets=targets, value=value, annotation=annotation):
            yield from (((targets, annotation), True), (value, False))
        case ir.Dict(items=items):
            yield from ((tuple(key for key, _ in items), True), (tuple(value for _, value in items), False))
        case ir.Handler(type=kind, body=body):
            yield from ((kind, True), (body, False))
        case ir.ClassPattern(cls=cls, args=args, keywords=keywords):
            yield from ((cls, True), ((args, keywords), False))
        case ir.Call(func=ir.Name(id=name), args=(first, *rest)) if name in _CHECKS:
            yield from ((first, False), (tuple(rest), True))
        case ir.If(test=test, body=body, orelse=orelse) | ir.Conditional(test=test, body=body, orelse=orelse):
            yield from _branches(test, body, orelse)
        case ir.While(test=test, body=body, orelse=orelse):
            yield from ((test, False), (body, truth.of(test) is False), (orelse, False))
        case ir.Operation(op="and" | "or" as op, left=left, right=right):
            yield from ((left, False), (right, truth.of(left) is (op == "or")))
        case _:
            yield msgspec.structs.astuple(node), False


def _branches(test: ir.Expr, body: object, orelse: object) -> Iterator[tuple[object, bool]]:
    """Two branches: what is never run, or only read by a type checker, sends nothing."""
    always = truth.of(test)
    yield from ((test, False), (body, always is False), (orelse, always is True))


def is_inert(knowledge: Knowledge, library: Library, dotted: str) -> bool:
    """Whether a name of a library cannot lead to a request, whatever is done with it."""
    index = knowledge.indexes[library.distribution]
    last = dotted.rpartition(".")[2]
    if index.is_inert(dotted) or dotted in library.settings or last.isupper() or last.startswith("__"):
        return True
    owner, rest = dotted, list[str]()
    while owner and owner not in library.names and MODULE + owner not in library.types:
        owner, _, last = owner.rpartition(".")
        rest.insert(0, last)
    if not owner:
        return False
    if owner not in library.names:
        return bool(rest) and (rest[0].isupper() or _sends_nothing(library.types[MODULE + owner], rest[0]))
    kind = library.types[library.names[owner]]
    return _sends_nothing(kind, rest[0]) if rest else all(_sends_nothing(kind, name) for name in _members(kind))


def _members(kind: LibraryType) -> Iterable[str]:
    return (*kind.statics, *kind.members)


def _sends_nothing(kind: LibraryType, name: str) -> bool:
    """Whether a type has a member that is a function which sends nothing, or plain data; a class inside it is a type."""
    if name[:1].isupper() and name not in _members(kind):
        return True
    several = (*kind.statics.get(name, ()), *kind.members.get(name, ()))
    return bool(several) and all(each.sends == "never" and (each.callable or not each.returns) for each in several)


# URLs


def _urls(knowledge: Knowledge, module: ModuleInfo) -> Iterator[tuple[str, ir.Node]]:
    """The systems whose servers a literal URL among the arguments of a call names."""
    if not module.speaks_of:
        return
    for node, as_type in nodes(module.tree.body):
        if isinstance(node, ir.Call) and not as_type and not _READERS.fullmatch(last_name(node.func).lower()):
            for argument in node.args:
                text = _beginning(argument.value)
                if "://" in text:
                    for system in {
                        one.server.system for one in servers.reached(knowledge.servers, Const.of(text), _NONE)
                    }:
                        yield system, argument.value


def _beginning(node: ir.Expr) -> str:
    """The literal that an expression begins with."""
    match node:
        case ir.Constant(value=str(text)):
            return text
        case ir.FString(parts=(ir.Constant(value=str(text)), *_)):
            return text
        case ir.Operation(left=ir.Constant(value=str(text))):
            return text
        case _:
            return ""
