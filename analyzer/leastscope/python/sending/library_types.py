"""What the model of a library says of its types: which values its members give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.library import Library, Member, TypeRef
from leastscope.python.domain.kept import replace
from leastscope.python.domain.templates import shape
from leastscope.python.domain.values import (
    UNKNOWN,
    Configuration,
    Items,
    LibraryClass,
    LibraryModule,
    LibraryObject,
    Mapping,
    Value,
    join,
    options,
)

if TYPE_CHECKING:
    from leastscope.library import LibraryIndex
    from leastscope.python.state.frame import Frame


def model(frame: Frame, library: str) -> Library:
    """The model of a library by its distribution."""
    return frame.engine.knowledge.libraries[library]


def is_of_one_system(frame: Frame, library: Library) -> bool:
    """Whether a library speaks to one system only; a general HTTP library does not."""
    return library.system in frame.engine.knowledge.events


def operations_of(
    frame: Frame, owner: LibraryModule | LibraryClass | LibraryObject
) -> tuple[tuple[str, str, str], ...]:
    """The operations (server, verb, path) that the methods of a type send; none where they can be for anything."""
    if isinstance(owner, LibraryModule):
        return ()
    kind = model(frame, owner.library).types[owner.type]
    every = (*kind.statics.values(), *kind.members.values())
    sending = [member for several in every for member in several if member.sends != "never"]
    if any("$" in member.path or "$" in member.verb for member in sending):
        return ()
    return tuple(sorted({(member.server, member.verb, member.path) for member in sending}))


def sent_by(library: Library, name: str, depth: int) -> frozenset[tuple[str, str, str]]:
    """The operations (server, verb, path) that the methods of a type send, and (some fields deep) of the types it holds.

    What arguments say has a `$` in it. Fields of a response are not followed.
    """
    kind = library.types.get(name)
    if kind is None:
        return frozenset()
    every = [member for several in (*kind.statics.values(), *kind.members.values()) for member in several]
    sent = {(member.server, member.verb, member.path) for member in every if member.sends != "never"}
    if depth:
        fields = [member for member in every if not member.callable and not member.relation]
        for held in sorted({one.name for member in fields for ref in member.returns for one in (ref, *ref.of)}):
            sent |= sent_by(library, held, depth - 1)
    return frozenset(sent)


ANSWER = "answer"
"""The URL of what came with a response and asks nothing of its own URL: it counts only that there was one."""


def results(
    index: LibraryIndex,
    owner: LibraryObject | LibraryClass,
    variants: tuple[Member, ...],
    sent: str,
    configuration: Configuration,
) -> Value:
    """What a call of any of these members gives."""
    found: list[Value] = []
    for variant in variants:
        given = (
            join(*(_given(index, owner, ref, sent, configuration) for ref in variant.returns))
            if variant.returns
            else UNKNOWN
        )
        found.append(_one_of(given))
    return join(*found) if variants else UNKNOWN


def _one_of(value: Value) -> Value:
    """Mark a value of which only the library knows which of several types it has."""
    if sum(isinstance(option, LibraryObject) for option in options(value)) < 2:
        return value
    return join(
        *(replace(option, one_of=True) if isinstance(option, LibraryObject) else option for option in options(value))
    )


def is_one_of(owner: LibraryModule | LibraryClass | LibraryObject) -> bool:
    """Whether only the library knows which of several types an object has, and nothing else is unsure of it."""
    return isinstance(owner, LibraryObject) and owner.one_of and owner.sure


def is_sure(owner: LibraryModule | LibraryClass | LibraryObject) -> bool:
    """Whether an object is surely of its type."""
    return owner.sure and not is_one_of(owner)


def _given(
    index: LibraryIndex, owner: LibraryObject | LibraryClass, ref: TypeRef, sent: str, configuration: Configuration
) -> Value:
    """A value of a type that a member gives; lists live at the URL that was sent, if they have none of their own."""
    of = owner.of if isinstance(owner, LibraryObject) else ()
    if ref.name == "$of":
        return join(*(_given(index, owner, inner, sent, configuration) for inner in of)) if of else UNKNOWN
    inner = tuple(part for each in ref.of for part in (of if each.name == "$of" else (each,)))
    if ref.name in {"list", "iterator"}:
        at = _element(index, owner) if any(each.name == "$of" for each in ref.of) else ""
        held = _one_of(join(*(_given(index, owner, each, at, configuration) for each in inner)))
        return Items((), held if inner else UNKNOWN)
    if ref.name == "dict":
        return Mapping(
            (), join(*(_given(index, owner, each, "", configuration) for each in inner)) if inner else UNKNOWN
        )
    if ref.name == "class":
        return join(*(LibraryClass(owner.library, each.name, owner.trail, is_sure(owner)) for each in inner))
    url = ref.url or sent
    if url and ref.name not in index.at_own_url and ref.name not in index.at_several_urls:
        url = ANSWER
    return LibraryObject(owner.library, ref.name, inner, url, "", configuration, is_sure(owner), owner.trail)


def reference(value: Value) -> TypeRef:
    """The type of a library object as a reference."""
    return TypeRef(value.type, value.of, value.url) if isinstance(value, LibraryObject) else TypeRef("")


def elements_of(frame: Frame, value: LibraryObject) -> Value:
    """What iterating over a library object gives."""
    kind = model(frame, value.library).types[value.type]
    index = frame.engine.knowledge.indexes[value.library]
    found = [_given(index, value, ref, _element(index, value), value.configuration) for ref in kind.iterates]
    return _one_of(join(*found)) if found else UNKNOWN


def at_origin(owner: Value, variants: tuple[Member, ...]) -> tuple[Member, ...]:
    """Of alternatives the one that is sent to the URL at which an object was read, or below; else all of them."""
    if len(variants) < 2 or not isinstance(owner, LibraryObject) or not owner.url.startswith("/"):
        return variants
    origin = shape(owner.url)
    found = [variant for variant in variants if f"{shape(variant.path)}/".startswith(f"{origin}/")]
    return tuple(found) or variants


def _element(index: LibraryIndex, value: LibraryObject | LibraryClass) -> str:
    """The URL of what a list holds, where it tells at which of several URLs that lives."""
    if not isinstance(value, LibraryObject) or index.at_several_urls.isdisjoint(ref.name for ref in value.of):
        return ""
    return f"{value.url}/{{}}" if value.url.startswith("/") else ""
