"""The words the generator's stages share: one release as types with members, and all of them merged."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Member:
    """A method, attribute or field of a type, as one release has it.

    send         "VERB /path", or "" for what sends nothing
    opens        "GET /path" for what builds the URL of a page that a browser opens
    args         positional parameters, without the receiver
    returns      type expressions, alternatives of one another (for an attribute or field: its types)
    kind         `method`, `attribute`, or a field's relation: `expand`, `list`, `inline`
    asynchronous there is a twin with `_async` at the end of its name that sends the same
    """

    send: str = ""
    args: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    kind: str = "method"
    asynchronous: bool = False
    server: str = ""
    handles: str = ""
    url: str = ""
    keywords: bool = False
    opens: str = ""


Members = dict[str, tuple[Member, ...]]


@dataclass(slots=True)
class TypeModel:
    """One class of one release. `style` says where its members take parameters: `keywords`, `params`, or nowhere."""

    key: str
    names: set[str] = field(default_factory=set)
    object: str = ""
    event: str = ""
    args: tuple[str, ...] = ()
    style: str = ""
    items: bool = False
    iterates: str = ""
    static: Members = field(default_factory=dict)
    instance: Members = field(default_factory=dict)
    fields: Members = field(default_factory=dict)


@dataclass(slots=True)
class ReleaseModel:
    """All types of one release, and the dotted names that never lead to a request."""

    version: str
    types: dict[str, TypeModel]
    inert: set[str]


@dataclass(frozen=True, slots=True)
class Variant:
    """A member as it is from release `first` to release `last` (indexes, inclusive), with its first async release."""

    member: Member
    first: int
    last: int
    async_from: int | None = None


@dataclass(slots=True)
class MergedType:
    """One class over all releases. The members' tables are name -> variants, oldest first."""

    key: str
    first: int
    last: int
    newest: TypeModel
    names: set[str]
    static: dict[str, tuple[Variant, ...]]
    instance: dict[str, tuple[Variant, ...]]
    fields: dict[str, tuple[Variant, ...]]
