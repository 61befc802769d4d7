"""Turns the library's annotations into type expressions of the model (`ListObject[BankAccount|Card]`)."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.stripe_sdk.source import Class, Module, Release, dotted_name

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTAINERS = {
    "AnyIterator": "iterator",
    "AsyncIterator": "iterator",
    "Dict": "dict",
    "Iterator": "iterator",
    "List": "list",
    "Sequence": "list",
    "Type": "class",
    "UntypedStripeObject": "dict",
    "list": "list",
}
_WRAPPERS = frozenset({"Optional", "Union", "ClassVar", "ExpandableField", "Awaitable"})
# The library's name for the union of all notification classes; the two stand for what all of them have.
_ANY_NOTIFICATION = "ALL_EVENT_NOTIFICATIONS"
_NOTIFICATIONS = ("v2.core.EventNotification", "v2.core.UnknownEventNotification")
PAGES = frozenset({"ListObject", "SearchResultObject", "v2.ListObject", "v2.SearchResultObject"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads annotations written in one scope.

    is_type   whether a class is a type of the model
    own       what `Self` stands for
    variable  what a type variable stands for
    """

    release: Release
    scope: Class | Module
    is_type: Callable[[Class], bool]
    own: str = ""
    variable: str = ""

    def types(self, node: ast.expr | None) -> tuple[str, ...]:
        """Give the alternatives of an annotation that are types of the model, in order."""
        return tuple(dict.fromkeys(self._types(parsed(node)))) if node else ()

    def _types(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(value=str()):
                return self._types(parsed(node))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return [*self._types(left), *self._types(right)]
            case ast.Subscript():
                return self._subscript(node)
            case ast.Name() | ast.Attribute():
                return self._named(dotted_name(node))
            case _:
                return []

    def _named(self, name: str) -> list[str]:
        if name in ("Self", "T"):
            return list(filter(None, [self.own if name == "Self" else self.variable]))
        if name == _ANY_NOTIFICATION:
            return list(_NOTIFICATIONS)
        found = self.release.find(self.scope, name)
        return [found.key] if isinstance(found, Class) and self.is_type(found) else []

    def _subscript(self, node: ast.Subscript) -> list[str]:
        name = dotted_name(node.value).rpartition(".")[2]
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name in _WRAPPERS:
            return [found for part in inside for found in self._types(part)]
        container = _CONTAINERS.get(name) or next(
            (key for key in self._named(dotted_name(node.value)) if key in PAGES), ""
        )
        elements = self._types(inside[-1]) if container else []
        return [f"{container}[{'|'.join(dict.fromkeys(elements))}]"] if elements else []


def parsed(node: ast.expr) -> ast.expr:
    """Give the annotation as an expression, also where it is written as a string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value.strip(), mode="eval").body
    return node
