"""What the evaluator knows of a client library: types, their members, and which members send a request.

These are the small types through which `python` and `rulebook` meet: the rule book reads them from data, the evaluator
walks them. Nothing here knows YAML, a vendor, or a syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping  # noqa: TC003 - msgspec reads the annotations
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Literal

import msgspec

from leastscope.functions import FunctionModels


class TypeRef(msgspec.Struct, frozen=True, array_like=True):
    """A type of the library, with its element types where it is a container, and the URL its contents live at.

    `name` is a key of `Library.types`, a built-in container (`list`, `iterator`, `dict`), or `$of`, which stands for
    the element types of the object at hand.
    """

    name: str
    of: tuple[TypeRef, ...] = ()
    url: str = ""


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One attribute or method of a type, as it is from release `first` to release `last` (indexes, inclusive).

    sends       a request is sent: never, when it is called, or when it is read
    verb, path  what is sent; `$name` means the argument of that name says, `$url` the URL of the object at hand
    args        names of the positional parameters after `self`
    returns     what a call gives (for a plain attribute: what reading it gives)
    callable    a method, to be called; otherwise an attribute
    mapping     the arguments that hold the request's parameters as mappings
    options     the argument that holds the request's options as a mapping, or ""
    keywords    keyword arguments are parameters and options of the request
    relation    for a field of a response object: `expand` (an id, or the object when expanded), `list`, `inline`
    handles     the event type that a registration handles, or ""
    opens       it sends nothing, but builds the URL of a page
    named       attributes of a subclass -> the parameters of the request that they are
    """

    sends: Literal["never", "call", "read"] = "never"
    verb: str = ""
    path: str = ""
    server: str = ""
    args: tuple[str, ...] = ()
    returns: tuple[TypeRef, ...] = ()
    callable: bool = True
    mapping: tuple[str, ...] = ()
    options: str = ""
    keywords: bool = False
    relation: Literal["", "expand", "list", "inline"] = ""
    handles: str = ""
    opens: bool = False
    named: tuple[tuple[str, str], ...] = ()
    first: int = 0
    last: int = 0


class LibraryType(msgspec.Struct, frozen=True, array_like=True):
    """One class of the library.

    object    the system's name of the object the class stands for (`customer`), or ""
    args      names of the constructor's positional parameters
    statics   members of the class itself; an instance has them too
    members   members of an instance; dotted names are fields of plain nested objects (`transfer_data.destination`)
    iterates  what iterating over an instance gives
    items     `x["name"]` reads the same as `x.name`
    event     the event type that the class stands for, or ""
    subclass  what a framework sends for a class of the program below this one; `$name` is what that class has for it
    defaults  what such a class has for a name that it does not set
    """

    name: str
    object: str = ""
    args: tuple[str, ...] = ()
    statics: dict[str, tuple[Member, ...]] = {}
    members: dict[str, tuple[Member, ...]] = {}
    iterates: tuple[TypeRef, ...] = ()
    items: bool = False
    event: str = ""
    first: int = 0
    last: int = 0
    subclass: tuple[Member, ...] = ()
    defaults: dict[str, str] = {}


class Library(msgspec.Struct, frozen=True, array_like=True):
    """A model of one client library over all the releases it was read from.

    names     dotted name, as it can be imported or reached from the top module -> key of `types` (the class)
    inert     dotted names that never lead to a request (exceptions, helpers, type modules); a prefix covers its insides
    settings  dotted module attributes that configure every request -> the option they set (`shop.api_key`: `api_key`)
    bases     keys of `types` that tell what is sent for their subclasses
    current   the index of the oldest release that code is taken to run with which does not say with which it runs
    options   names of request options -> what they tell: `credential`, `key` (a credential that is no token of an
              account), `account`, `headers`, `base` (the URL that others are relative to), `host` (the same, without a
              scheme), `address` (the URL of a server, or a dict of them, to which the library sends instead), `given
              NAME` (it is the argument NAME of pages that are built later), or `other`
    signers   names of options that can be objects of the program -> their method that each request is given to be signed
    """

    system: str
    distribution: str
    modules: tuple[str, ...]
    releases: tuple[str, ...]
    types: Mapping[str, LibraryType]
    names: dict[str, str]
    inert: tuple[str, ...] = ()
    settings: dict[str, str] = {}
    options: dict[str, str] = {}
    bases: tuple[str, ...] = ()
    current: int = 0
    signers: dict[str, str] = {}


MODULE = "module "
"""What the name of a type starts with that stands for a module's functions."""
CONFIGURING = frozenset({"headers", "base", "host", "credential", "key", "account"})
"""What an option can tell that a client is given after it was made."""


def tells_nothing(kind: LibraryType) -> bool:
    """Whether a type of a library stands for none of its objects, and sends only what it is told: a client."""
    members = (member for several in (*kind.statics.values(), *kind.members.values()) for member in several)
    return not (kind.object or kind.items) and all(
        member.sends == "never" or member.path.startswith("$") for member in members
    )


class LibraryIndex:
    """What follows from the model of one library, worked out when it is asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def is_inert(self, name: str) -> bool:
        """Whether a dotted name, or what it is inside of, never leads to a request."""
        while name:
            if name in self._inert:
                return True
            name = name.rpartition(".")[0]
        return False

    @cached_property
    def _inert(self) -> frozenset[str]:
        return frozenset(self._library.inert)

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules of the library that its names are in, and those that have functions."""
        library = self._library
        outer = {above for name in library.names for above in _outer(name)}
        functions = {kind.removeprefix(MODULE) for kind in library.types if kind.startswith(MODULE)}
        return frozenset((outer | functions) - library.names.keys())

    @cached_property
    def at_own_url(self) -> frozenset[str]:
        """The types with a member that is sent to the URL at which an object lives."""
        return frozenset(
            kind.name
            for kind in self._library.types.values()
            for several in (*kind.statics.values(), *kind.members.values())
            if any(
                member.path.startswith("$") and member.path[1:].partition("/")[0] not in member.args
                for member in several
            )
        )

    @cached_property
    def at_several_urls(self) -> frozenset[str]:
        """The types whose objects can live at several URLs: a member of theirs is sent to one of several paths."""
        return frozenset(
            kind.name
            for kind in self._library.types.values()
            for several in kind.members.values()
            if any(_is_alternative(one, other) for one, other in combinations(several, 2))
        )

    @cached_property
    def configured(self) -> frozenset[str]:
        """The types whose objects work under options that code can set on them."""
        if CONFIGURING.isdisjoint(kind.partition(" ")[0] for kind in self._library.options.values()):
            return frozenset()
        return frozenset(kind.name for kind in self._library.types.values() if not (kind.object or kind.items))

    @cached_property
    def signed(self) -> str:
        """A type whose objects have headers, as requests do; "" where there is none."""
        options = self._library.options
        types = self._library.types.values()
        return min(
            (kind.name for kind in types if any(options.get(name) == "headers" for name in kind.members)), default=""
        )

    @cached_property
    def headers(self) -> frozenset[str]:
        """The types of what clients and requests give as their headers."""
        options = self._library.options
        return frozenset(
            ref.name
            for kind in self._library.types.values()
            for name, several in kind.members.items()
            if options.get(name) == "headers"
            for member in several
            for ref in member.returns
        )

    @cached_property
    def names_of(self) -> Mapping[str, tuple[str, ...]]:
        """Key of `types` -> the names it can be reached under."""
        found: dict[str, list[str]] = {}
        for name, kind in self._library.names.items():
            found.setdefault(kind, []).append(name)
        return {kind: tuple(names) for kind, names in found.items()}

    @cached_property
    def nested(self) -> Mapping[str, frozenset[str]]:
        """Key of `types` -> its plain nested objects, which have no type of their own."""
        found = {
            kind.name: frozenset(above for field in kind.members for above in _outer(field))
            for kind in self._library.types.values()
        }
        return {name: fields for name, fields in found.items() if fields}

    @cached_property
    def members(self) -> frozenset[str]:
        """The names of all members of all types."""
        return frozenset(name for kind in self._library.types.values() for name in (*kind.statics, *kind.members))

    @cached_property
    def clients(self) -> tuple[str, ...]:
        """The types that are clients: they hold others, are held by none, and send only what they are told."""
        types = self._library.types
        holds = {kind.name: _held_by(kind) for kind in types.values()}
        held = frozenset[str]().union(*holds.values())
        named = frozenset(self._library.names.values())
        return tuple(
            name for name in sorted(holds) if holds[name] and name in named - held and tells_nothing(types[name])
        )

    @cached_property
    def near_clients(self) -> tuple[str, ...]:
        """The clients among what the library's modules themselves have: they hold others, and none of those."""
        types, names = self._library.types, self._library.names
        near = [types[kind] for kind in sorted({kind for name, kind in names.items() if name.count(".") == 1})]
        holds = {kind.name: self._held(kind) for kind in near if tells_nothing(kind)}
        held = frozenset[str]().union(*holds.values())
        return tuple(name for name, inner in holds.items() if inner and name not in held)

    def _held(self, kind: LibraryType) -> frozenset[str]:
        every = (*kind.members.values(), *kind.statics.values())
        members = (member for several in every for member in several if not member.callable)
        return frozenset(ref.name for member in members for ref in member.returns if ref.name in self._library.types)


def _is_alternative(one: Member, other: Member) -> bool:
    """Whether two variants of a member send to different paths in the same release."""
    return one.path != other.path and one.args == other.args and one.first <= other.last and other.first <= one.last


def _outer(name: str) -> Iterator[str]:
    """What a dotted name is inside of."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _held_by(kind: LibraryType) -> frozenset[str]:
    members = (member for several in kind.members.values() for member in several)
    return frozenset(ref.name for member in members if not member.callable for ref in member.returns)


@dataclass(frozen=True, slots=True, order=True)
class KnownServer:
    """A server of a system, as plain HTTP requests name it.

    hosts      names it answers on; one that begins with `*` stands for every name with that end
    prefixes   what stands before the paths of its operations in a URL (`#`: a number; "": nothing)
    headers    lower-case request headers that are for this server alone
    suffixes   what may stand at the end of a path
    """

    system: str
    name: str
    hosts: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ("",)
    headers: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class KnownPage:
    """A page that asks for a token.

    hosts     see `KnownServer`
    path      that of the operation, and `whole` the paths that stand in URLs
    anywhere  the parameters by which the path is known on any host; empty: only the hosts count
    """

    system: str
    server: str
    hosts: tuple[str, ...]
    path: str
    whole: tuple[str, ...]
    anywhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSignature:
    """A signature over a text in which scopes stand: the names that are scopes, and the operation that says so.

    `parameter` is what they are called; `separators` are the characters between them.
    """

    system: str
    server: str
    path: str
    parameter: str
    names: frozenset[str]
    separators: str

    def holds(self, text: str) -> bool:
        """Whether a text is nothing but scopes."""
        for separator in self.separators:
            text = text.replace(separator, " ")
        return bool(text.split()) and self.names.issuperset(text.split())


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of all systems: by whole host, by the end of a host, by header, and by system."""

    hosts: Mapping[str, tuple[KnownServer, ...]]
    ends: tuple[tuple[str, KnownServer], ...]
    headers: Mapping[str, tuple[KnownServer, ...]]
    systems: Mapping[str, tuple[KnownServer, ...]]

    @classmethod
    def of(cls, servers: Iterable[KnownServer]) -> Servers:
        """Index servers."""
        hosts: dict[str, list[KnownServer]] = {}
        headers: dict[str, list[KnownServer]] = {}
        systems: dict[str, list[KnownServer]] = {}
        ends: list[tuple[str, KnownServer]] = []
        for server in sorted(servers):
            systems.setdefault(server.system, []).append(server)
            for host in server.hosts:
                if host.startswith("*"):
                    ends.append((host[1:].lower(), server))
                else:
                    hosts.setdefault(host.lower(), []).append(server)
            for header in server.headers:
                headers.setdefault(header.lower(), []).append(server)
        return cls(_frozen(hosts), tuple(ends), _frozen(headers), _frozen(systems))

    def words(self) -> frozenset[str]:
        """Give lower-case words of which code that names a server in any way holds one: headers, domains of hosts."""
        domains = {host: host.partition(".")[2] for host in (*self.hosts, *(end for end, _ in self.ends))}
        return frozenset(domain if "." in domain else host for host, domain in domains.items()) | self.headers.keys()


def _frozen(rows: Mapping[str, list[KnownServer]]) -> dict[str, tuple[KnownServer, ...]]:
    return {key: tuple(servers) for key, servers in sorted(rows.items())}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that the evaluator is told of the outside.

    libraries    distribution -> model
    events       system -> its event types
    triggers     system -> lower-case bytes that a file must hold for event types in it to be the system's
    parameters   top-level request parameters whose values matter to some rule
    servers      the servers of all systems, by host and by header
    headers      system -> lower-case names of request headers -> what they tell: `credential`, `key` or `account`
    pages        the pages that ask for a token
    signatures   the signatures in which scopes stand
    indexes      distribution -> what follows from the model
    configuring  the names of options that a client can be given after it was made
    telling_headers  the lower-case names of request headers that tell of a server, a credential or an account
    functions    what functions do that are not read
    receiving    system -> the names of functions that give an event that was sent to the code
    is_known     whether a system has an operation, by system, server, verb and path (holes in braces)
    """

    libraries: Mapping[str, Library]
    events: Mapping[str, frozenset[str]]
    triggers: Mapping[str, tuple[str, ...]]
    parameters: frozenset[str]
    servers: Servers
    headers: Mapping[str, Mapping[str, str]]
    is_known: Callable[[str, str, str, str], bool]
    pages: tuple[KnownPage, ...] = ()
    signatures: tuple[KnownSignature, ...] = ()
    functions: FunctionModels = FunctionModels()  # noqa: RUF009 - it is frozen
    receiving: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: Mapping[str, LibraryIndex] = field(init=False, compare=False)
    configuring: frozenset[str] = field(init=False, compare=False)
    telling_headers: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        told = (option for library in self.libraries.values() for option in library.options.items())
        object.__setattr__(self, "indexes", {name: LibraryIndex(library) for name, library in self.libraries.items()})
        object.__setattr__(self, "configuring", frozenset(name for name, kind in told if kind in CONFIGURING))
        telling = frozenset(self.servers.headers).union(*self.headers.values())
        object.__setattr__(self, "telling_headers", telling)
