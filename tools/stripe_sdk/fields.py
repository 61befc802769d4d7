"""The fields of a response object that are or hold other objects of the API, nested plain objects included."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tools.stripe_sdk.annotations import PAGES, Reader, parsed
from tools.stripe_sdk.model import Member
from tools.stripe_sdk.source import Class, Release, dotted_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_DEPTH = 8


def describe_fields(release: Release, cls: Class, is_type: Callable[[Class], bool]) -> dict[str, tuple[Member, ...]]:
    """Dotted field -> what it holds. A list in the way adds nothing to the name, as in expansion paths."""
    return dict(_fields(_Scope(release, is_type), cls, "", ()))


class _Scope:
    def __init__(self, release: Release, is_type: Callable[[Class], bool]) -> None:
        self.release = release
        self.is_type = is_type

    def reader(self, cls: Class) -> Reader:
        return Reader(self.release, cls, self.is_type)


def _fields(
    scope: _Scope, cls: Class, prefix: str, path: tuple[Class, ...]
) -> Iterator[tuple[str, tuple[Member, ...]]]:
    for node in cls.node.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if not name.startswith("_"):
                yield from _field(scope, cls, f"{prefix}{name}", annotation, path)
            case _:
                pass


def _field(
    scope: _Scope, cls: Class, name: str, annotation: ast.expr, path: tuple[Class, ...]
) -> Iterator[tuple[str, tuple[Member, ...]]]:
    found = scope.reader(cls).types(annotation)
    if found:
        yield name, (Member(kind=_relation(annotation, found), returns=_bare(found)),)
    for inner in _plain(scope, cls, parsed(annotation)):
        if inner.node not in {entry.node for entry in path} and len(path) < _MAX_DEPTH:
            yield from _fields(scope, inner, f"{name}.", (*path, inner))


def _relation(annotation: ast.expr, found: tuple[str, ...]) -> str:
    if any(isinstance(node, ast.Name) and node.id == "ExpandableField" for node in _walk(annotation)):
        return "expand"
    return "list" if found[0].partition("[")[0] in PAGES else "inline"


def _bare(found: tuple[str, ...]) -> tuple[str, ...]:
    """`ListObject[X]` as `X`; `list[X]` of expandable or inline objects stays."""
    container, _, elements = found[0].partition("[")
    return tuple(elements[:-1].split("|")) if container in PAGES else found


def _walk(annotation: ast.expr) -> Iterator[ast.AST]:
    for node in ast.walk(parsed(annotation)):
        yield node
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "[" in node.value:
            yield from _walk(node)


def _plain(scope: _Scope, cls: Class, annotation: ast.expr) -> Iterator[Class]:
    """Find the nested plain objects that an annotation names."""
    match annotation:
        case ast.Subscript(value=value, slice=inside) if dotted_name(value).rpartition(".")[2] != "Literal":
            for part in inside.elts if isinstance(inside, ast.Tuple) else [inside]:
                yield from _plain(scope, cls, parsed(part))
        case ast.Name() | ast.Attribute():
            found = scope.release.find(cls, dotted_name(annotation))
            if isinstance(found, Class) and found.outer and not scope.is_type(found):
                yield found
        case _:
            pass
