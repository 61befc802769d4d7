"""What the evaluator knows of a client library: types, their members, and which members send a request.

These are the small types through which `python` and `rulebook` meet: the rule book reads them from data, the evaluator
walks them. Nothing here knows YAML, a vendor, or a syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping  # noqa: TC003 - msgspec reads the annotations
from dataclasses import dataclass
from typing import Literal

import msgspec


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
    options   names of request options -> what they tell: `credential`, `account`, `headers`, `base` (the URL that others
              are relative to), `host` (the same, without a scheme), `given NAME` (it is the argument NAME of pages that
              are built later), or `other`
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
    headers      system -> lower-case names of request headers -> what they tell: `credential` or `account`
    pages        the pages that ask for a token
    signatures   the signatures in which scopes stand
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
