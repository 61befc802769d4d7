"""The same definitions in another module, the same definitions or branches in another order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from tools.metamorphic.edits import Change, Edit, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tools.metamorphic.source import Program, Source

_OF_THE_MODULE = re.compile(r"__(name|file|package|spec|path|loader)__|\bglobal\b")
_LITERALS = (cst.SimpleString, cst.ConcatenatedString, cst.Integer, cst.Float)
_FORWARD = "from __future__ import annotations\n"


def constant_to_import(program: Program) -> Iterator[Change]:
    """`URL = "…"` of a module → the same in a new module, and imported from there."""
    for source in program.sources.values():
        for number, assign in enumerate(source.of(cst.Assign)):
            statement, name = source.statement_of(assign), assign.targets[0].target
            top = statement is not None and source.parents[statement] is source.module
            if not top or not statement or not isinstance(name, cst.Name) or not _constant(source, name.value):
                continue
            if not name.value.startswith("__") and len(assign.targets) == 1 and _literal(assign.value):
                sibling = program.sibling(source, f"constant{number}")
                if sibling:
                    yield _moved(source, statement, name.value, sibling, ())


def _constant(source: Source, name: str) -> bool:
    """True for a global that is bound once."""
    bound = source.scopes.bindings[source.module].get(name, ())
    return len(bound) == 1 and name not in source.scopes.declared


def _literal(value: cst.BaseExpression) -> bool:
    match value:
        case cst.List() | cst.Tuple():
            return all(isinstance(item, cst.Element) and _literal(item.value) for item in value.elements)
        case cst.Dict():
            items = value.elements
            return all(isinstance(one, cst.DictElement) and _literal(one.key) and _literal(one.value) for one in items)
        case cst.FormattedString():
            return False
        case _:
            return isinstance(value, _LITERALS)


def move_helper(program: Program) -> Iterator[Change]:
    """A function that needs only imports and constants → a new module, and imported from there."""
    yield from _definitions_moved(program, cst.FunctionDef, "helper")


def move_class(program: Program) -> Iterator[Change]:
    """A class that needs only imports and constants → a new module, and imported from there."""
    yield from _definitions_moved(program, cst.ClassDef, "class")


def _definitions_moved(program: Program, kind: type[cst.FunctionDef | cst.ClassDef], word: str) -> Iterator[Change]:
    for source in program.sources.values():
        for number, node in enumerate(source.of(kind)):
            plain = not node.decorators and source.parents[node] is source.module
            if not plain or not _constant(source, node.name.value) or _OF_THE_MODULE.search(source.code(node)):
                continue
            needs, sibling = _needs(source, node), program.sibling(source, f"{word}{number}")
            if needs is not None and sibling:
                yield _moved(source, node, node.name.value, sibling, needs)


def _needs(source: Source, node: cst.FunctionDef | cst.ClassDef) -> list[str] | None:
    """The lines that a definition needs before it; None where it needs more than imports and constants."""
    inner = {one for one in source.scopes.unresolved if source.inside(one, node)}
    stars = any(isinstance(one.names, cst.ImportStar) for one in source.of(cst.ImportFrom))
    if stars and inner:
        return None
    lines = set()
    for name, uses in source.scopes.uses[source.module].items():
        if name != node.name.value and any(source.inside(use, node) for use in uses):
            needed = {_need(source, bound) for bound in source.scopes.bindings[source.module][name]}
            if None in needed:
                return None
            lines |= needed
    text = source.code(node)
    quoted = any(source.inside(one, node) for one in source.of(cst.Annotation) if re.search("[\"']", source.code(one)))
    return None if quoted or "yield" in text.split("\n")[0] else sorted(line for line in lines if line)


def _need(source: Source, bound: cst.Name) -> str | None:
    """The statement that binds a global, written alone; None where it is neither an import nor a constant."""
    statement = source.statement_of(bound)
    if statement is None or source.parents[statement] is not source.module:
        return None
    match statement.body[0]:
        case cst.Import() | cst.ImportFrom() as imported:
            return _import_of(source, imported, bound)
        case cst.Assign(value=value) if isinstance(value, _LITERALS) and _constant(source, bound.value):
            return source.code(statement)
        case _:
            return None


def _import_of(source: Source, statement: cst.Import | cst.ImportFrom, bound: cst.Name) -> str | None:
    """One name of an import statement as a statement of its own."""
    if isinstance(statement.names, cst.ImportStar):
        return None
    alias = next(one for one in statement.names if source.inside(bound, one))
    name = source.code(alias).rstrip(", ")
    if isinstance(statement, cst.Import):
        return f"import {name}"
    module = source.code(statement.module) if statement.module else ""
    return f"from {'.' * len(statement.relative)}{module} import {name}"


def _moved(source: Source, node: cst.CSTNode, name: str, sibling: tuple[str, str], needs: Iterable[str]) -> Change:
    """Move a statement into a new module and import its name where it stood."""
    path, module = sibling
    start, end = source.line_start(source.start(node)), source.line_after(source.end(node) - 1)
    place = source.place(node)
    head = "".join(f"{line}\n" for line in needs)
    forward = _FORWARD if _FORWARD in source.text else ""
    fragments = (Fragment(forward + head, place, steps=False), source.piece(start, end))
    imported = Fragment(f"from {module} import {name}\n", place, steps=False)
    return Change((Edit(source.path, start, end, (imported,)),), {path: fragments})


def reorder_functions(program: Program) -> Iterator[Change]:
    """Functions, or methods, that follow each other → the last one first."""
    for source in program.sources.values():
        blocks: list[Sequence[cst.CSTNode]] = [source.module.body]
        blocks += [node.body.body for node in source.of(cst.ClassDef)]
        for block in blocks:
            for run in _runs(source, block):
                yield _reversed(source, run)


def _runs(source: Source, block: Sequence[cst.CSTNode]) -> Iterator[list[cst.FunctionDef]]:
    """Functions without decorators that stand one after the other and whose heads need none of the others."""
    run: list[cst.FunctionDef] = []
    for node in (*block, None):
        if isinstance(node, cst.FunctionDef) and not node.decorators and node.name.value not in _names(run):
            run.append(node)
            continue
        if len(run) > 1 and not any(_names(run) & _words_of_head(source, one) for one in run):
            yield run
        run = []


def _names(run: Iterable[cst.FunctionDef]) -> set[str]:
    return {one.name.value for one in run}


def _words_of_head(source: Source, node: cst.FunctionDef) -> set[str]:
    head = source.text[source.end(node.name) : source.start(node.body)]
    return set(re.findall(r"\w+", head))


def _reversed(source: Source, run: list[cst.FunctionDef]) -> Change:
    """Turn around whole lines; what stands between two functions goes with the upper one."""
    starts = [source.line_start(source.start(one)) for one in run]
    end = source.line_after(source.end(run[-1]) - 1)
    bounds = list(zip(starts, [*starts[1:], end], strict=True))
    fragments: list[Fragment] = []
    for first, last in reversed(bounds):
        piece = source.piece(first, last)
        text = piece.text if piece.text.endswith("\n") else piece.text + "\n"
        fragments.append(Fragment(text, piece.place))
    return Change((Edit(source.path, starts[0], end, tuple(fragments)),))


def mirror_branches(program: Program) -> Iterator[Change]:
    """`if a: … else: …` → `if not (a):` with the branches exchanged."""
    for source in program.sources.values():
        for node in source.of(cst.If):
            other, colon = node.orelse, source.text.index(":", source.end(node.test))
            if (
                isinstance(other, cst.Else)
                and isinstance(node.body, cst.IndentedBlock)
                and isinstance(other.body, cst.IndentedBlock)
                and not isinstance(source.parents[node], cst.If)
                and "#" not in source.text[source.end(node.test) : colon]
            ):
                yield _mirrored(source, node, colon, other)


def _mirrored(source: Source, node: cst.If, colon: int, other: cst.Else) -> Change:
    start, indent = source.line_start(source.start(node)), source.indent_at(node)
    first, middle = source.line_after(colon), source.line_start(source.start(other))
    second, end = source.line_after(source.start(other)), source.line_after(source.end(other) - 1)
    condition = Fragment(f"{indent}if not ({source.code(node.test)}):\n", source.place(node), steps=False)
    otherwise = Fragment(f"{indent}else:\n", source.place(other), steps=False)
    branch = source.piece(second, end)
    ended = branch.text if branch.text.endswith("\n") else branch.text + "\n"
    fragments = (condition, Fragment(ended, branch.place), otherwise, source.piece(first, middle))
    return Change((Edit(source.path, start, end, fragments),))
