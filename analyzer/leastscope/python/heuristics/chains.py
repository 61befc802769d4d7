"""How calls of a library end: `.payments.create(`, `.Payment.create(`. Read from the models of the libraries alone.

Nothing here looks at a value: what a call ends like is in its text, whatever the evaluator knows of its receiver.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.library import Knowledge, Library, LibraryType, Member

_LONGEST = 8
"""Names at the end of a chain that are looked at; the longest of a library has six."""
_WORDS = re.compile(r"[A-Z][a-z]+")
_TELLING = 3
"""Names of a chain from which on no other library is likely to have it."""


class Ending(msgspec.Struct, frozen=True):
    """The end of a chain that is one of a library: how many names of it, and the members that such a call sends.

    A telling one is long, or has a class name of several words, so that hardly anything else is called so.
    """

    library: Library
    length: int
    members: tuple[Member, ...]
    telling: bool


class Chain(msgspec.Struct, frozen=True):
    """`root.name.name(`: the names behind the root, and what stands before each of them (the root itself first)."""

    names: tuple[str, ...]
    owners: tuple[ir.Expr, ...]

    def before(self, length: int) -> ir.Expr:
        """Give the expression that stands before the last `length` names."""
        return self.owners[len(self.names) - length]


def chain_of(node: ir.Expr) -> Chain | None:
    """Give the names that an expression, as what is called, ends with; None where it is no attribute.

    A plain name at the root is the first of the names too, with itself before it: it may be the library's.
    """
    names: list[str] = []
    owners: list[ir.Expr] = []
    # A call or an index ends the chain: what it gives is not in the text.
    while isinstance(node, ir.Attribute) and len(names) < _LONGEST:
        names.append(node.name)
        node = node.value
        owners.append(node)
    if not names:
        return None
    if isinstance(node, ir.Name):
        names.append(node.id)
        owners.append(node)
    return Chain(tuple(reversed(names)), tuple(reversed(owners)))


def endings(knowledge: Knowledge, names: tuple[str, ...]) -> tuple[Ending, ...]:
    """Give what a chain of names ends like, for each library the longest."""
    found = (
        _ending(library, knowledge.indexes[name].near_clients, names)
        for name, library in knowledge.libraries.items()
        if library.system in knowledge.events and names[-1] in knowledge.indexes[name].members
    )
    return tuple(each for each in found if each is not None)


def telling(library: Library, clients: tuple[str, ...]) -> frozenset[str]:
    """Give the last names, joined by dots, of the calls of a library that hardly anything else has.

    Where a class has several names, the shortest one counts: the others name files of the library.
    """
    classes: dict[str, tuple[str, ...]] = {}
    for name, kind in sorted(library.names.items(), key=lambda item: (item[0].count("."), item[0])):
        classes.setdefault(kind, tuple(name.split(".")[1:]))
    named = ((library.types[kind], path) for kind, path in classes.items() if kind in library.types)
    served = (each for kind in clients for each in _services(library, library.types[kind]))
    return frozenset(
        ".".join((*path, name)[-_TELLING:])
        for kind, path in (*named, *served)
        for name, members in (*kind.statics.items(), *kind.members.items())
        if path and any(_sending(members)) and _is_telling((*path, name))
    )


def _services(library: Library, client: LibraryType) -> Iterator[tuple[LibraryType, tuple[str, ...]]]:
    """The types that attributes of a client lead to, each with the names of the attributes; objects of the API end a way."""
    ways: list[tuple[LibraryType, tuple[str, ...]]] = [(client, ())]
    while ways:
        kind, path = ways.pop()
        yield kind, path
        if len(path) < _LONGEST and not kind.object:
            names = dict.fromkeys((*kind.members, *kind.statics))
            ways += [(inner, (*path, name)) for name in names for inner in _attribute(library, kind, name)]


def _is_telling(names: Sequence[str]) -> bool:
    """Whether hardly anything else than the library has calls that end with these names."""
    *owners, method = names
    if any(name[:1].isupper() for name in owners) and "_" in method.strip("_"):
        return True
    return len(names) >= _TELLING or any(len(_WORDS.findall(name)) > 1 for name in owners)


def _ending(library: Library, clients: tuple[str, ...], names: tuple[str, ...]) -> Ending | None:
    # The longest ending comes first, since it fits the fewest members. One name alone is never enough: `.create(` is
    # in every program.
    for length in range(len(names), 1, -1):
        members = tuple(dict.fromkeys(members_of(library, clients, names[-length:])))
        if members:
            return Ending(library, length, members, _is_telling(names[-length:]))
    return None


def members_of(library: Library, clients: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Member]:
    """Give the members that `X.names(` calls, where X is the library's module or a client of it, if they send something."""
    *path, last = names
    for module in library.modules:
        kind = library.names.get(".".join((module, *path)))
        if kind is not None:
            yield from _sending(library.types[kind].statics.get(last, ()))
    for kind in clients:
        for inner in reached(library, kind, path):
            yield from _sending((*inner.members.get(last, ()), *inner.statics.get(last, ())))


def _sending(members: Iterable[Member]) -> Iterator[Member]:
    return (member for member in members if member.sends == "call")


def reached(library: Library, kind: str, path: Sequence[str]) -> tuple[LibraryType, ...]:
    """Give the types that attributes lead to, from one type on."""
    at: tuple[LibraryType, ...] = (library.types[kind],)
    for name in path:
        at = tuple(each for one in at for each in _attribute(library, one, name))
    return at


def _attribute(library: Library, kind: LibraryType, name: str) -> Iterator[LibraryType]:
    for member in (*kind.members.get(name, ()), *kind.statics.get(name, ())):
        if not member.callable and member.sends == "never":
            yield from (library.types[ref.name] for ref in member.returns if ref.name in library.types)
