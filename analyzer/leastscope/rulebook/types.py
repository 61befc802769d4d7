"""The rows of a rule pack as plain frozen values: permissions, operations, objects, events.

No vendor's name and no file format here. The structs are written to and read from the compiled form as they stand, so a
change of their fields changes that form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import msgspec

from leastscope.model import Because, Certainty, Requirement

Access = Literal["read", "write", "other"]
Status = Literal["api", "legacy", "page", "preview", "sdk-only"]
Relation = Literal["expand", "list", "inline"]


class Source(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a fact was read: an address, the day it was read, and what the page says in short."""

    url: str = ""
    read: str = ""
    note: str = ""


class Permission(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One name of the vocabulary.

    read       the read twin of a write permission, or ""
    implies    what else a holder may do
    extends    the permission without which this one is of no use, or ""
    sensitive  why asking for it deserves a second look, or ""
    keep       why one who only needs its read twin may have to hold it all the same, or ""
    origin     `table` for the founding table, else where the name was found
    label      what the vendor's own pages call it, without the access, or ""
    refused    kinds of apps that are refused it though it is listed -> how that shows, in a sentence
    """

    id: str
    title: str
    access: Access
    read: str = ""
    implies: tuple[str, ...] = ()
    sensitive: str = ""
    url: str = ""
    origin: str = "table"
    known: Certainty = "documented"
    source: str = ""
    extends: str = ""
    keep: str = ""
    label: str = ""
    refused: dict[str, str] = {}


class Combination(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Permissions that deserve a second look where one app holds all of them, and why."""

    of: tuple[str, ...]
    note: str


class Rule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What something requires: all of several *any of* sets, each with its primary permission first.

    `covered` is false where no permission of the system covers it. Without needs and covered, nothing is known.
    `source` is an address, or words where a fact has no address.
    """

    needs: tuple[tuple[str, ...], ...] = ()
    maybe: tuple[str, ...] = ()
    known: Certainty = "documented"
    covered: bool = True
    source: str = ""
    note: str = ""

    def requirements(self, because: Because, detail: str = "") -> tuple[Requirement, ...]:
        """Give one requirement for each *any of* set; `maybe` belongs to the first."""
        return tuple(
            Requirement(any_of, self.known, because, self.source, () if index else self.maybe, detail)
            for index, any_of in enumerate(self.needs)
        )

    def permissions(self) -> frozenset[str]:
        """Give every permission that the rule names."""
        return frozenset(self.maybe).union(*self.needs)


class KindRule(Rule, frozen=True, array_like=True, gc=False):
    """What a row says of the apps of one kind, where that is not what it says of all.

    kind     a kind of app, or a way in which an app may call the API
    refused  whether the server is known to refuse such an app what a permission is said to cover; `note` tells it
    advice   what to do about it, in a sentence; empty: what holds for every refusal

    Without needs, and covered, such an app needs what the row says of all.
    """

    kind: str = ""
    refused: bool = False
    advice: str = ""

    @property
    def decides(self) -> bool:
        """Whether it says what such an app needs."""
        return bool(self.needs) or not self.covered


class Server(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A server of the system.

    hosts     names it answers on; one that begins with `*` stands for every name with that end
    prefixes  what stands before the paths of its operations in a URL (`#`: a number; "": nothing)
    headers   lower-case request headers that are for this server alone
    suffixes  what may stand at the end of a path
    """

    name: str
    hosts: tuple[str, ...] = ()
    default: bool = False
    prefixes: tuple[str, ...] = ("",)
    headers: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()


class Condition(Rule, frozen=True, array_like=True, gc=False):
    """What a parameter of a request requires beside its operation.

    parameters  dotted names; any of them is enough
    values      the values that matter; empty: any
    unless      dotted names; where one of them is passed, the condition does not hold
    possible    it is never more than a possibility
    """

    parameters: tuple[str, ...] = ()
    values: tuple[str | int | float | bool | None, ...] = ()
    unless: tuple[str, ...] = ()
    possible: bool = False


class Operation(Rule, frozen=True, array_like=True, gc=False):
    """A verb and a path template with what they require.

    object      the objects that a response holds (several where it can be one of them)
    many        the response is a list of them
    ungated     no permission is asked for at all
    subscribes  the parameter that lists event types, or ""
    declares    the token request that this is (a row of `declarations.yaml`), or ""
    conditions  what parameters require beside
    kinds       what holds for the apps of one kind
    """

    verb: str = ""
    path: str = ""
    servers: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    many: bool = False
    ungated: bool = False
    status: Status = "api"
    subscribes: str = ""
    declares: str = ""
    conditions: tuple[Condition, ...] = ()
    kinds: tuple[KindRule, ...] = ()

    def under(self, kind: str) -> Rule:
        """Give what the operation requires of an app of one kind."""
        return next((rule for rule in self.kinds if rule.kind == kind and rule.decides), self)


class EventRule(Rule, frozen=True, array_like=True, gc=False):
    """What receiving one type of event requires, beside what every event requires."""

    type: str = ""


class Over(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A vocabulary over the operations of another system: what reading and what changing anything of it requires."""

    system: str
    read: tuple[str, ...]
    write: tuple[str, ...]


class Events(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The event types of the system.

    always  the permission that every subscription needs, or ""; `source` is where that was read
    all     the literal that subscribes to everything, or ""
    only    the kinds of apps whose permissions decide about events; empty: all
    received  the names of functions that give an event that was sent to the code
    """

    types: dict[str, EventRule] = {}
    always: str = ""
    all: str = ""
    source: str = ""
    only: tuple[str, ...] = ()
    received: tuple[str, ...] = ()

    def find(self, event: str) -> EventRule | None:
        """Look an event type up by its exact name."""
        return self.types.get(event)

    def permissions(self) -> tuple[str, ...]:
        """Give every permission that an event can ask for, sorted."""
        always = {self.always} if self.always else set()
        return tuple(sorted(always.union(*(rule.permissions() for rule in self.types.values()))))

    def requirements(self, event: str) -> tuple[Requirement, ...]:
        """Give what subscribing to an event requires; a type nobody knows requires what every event does."""
        rule = self.find(event)
        own = rule.requirements("event", event) if rule else ()
        base = Requirement((self.always,), "documented", "event", self.source, (), event)
        asked = (r for r in (base, *own) if r.any_of != ("",) and (r is base or r.any_of != base.any_of))
        return tuple(replace(requirement, only=self.only) for requirement in asked)


class Edge(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A field that leads to other objects; `targets` are keys of `Objects.graph` or `Objects.rules`."""

    relation: Relation
    targets: tuple[str, ...]


class Objects(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The objects of the system, and how their fields lead to each other.

    rules        object -> what seeing it in full requires when it is expanded
    fields       `object.field` -> what expanding this one field requires instead
    graph        object (or a type without one) -> field, dotted where nested -> where it leads, over all releases
    of_type      type of a library -> its key in `graph`
    parameter    the request parameter that lists expansions, or ""
    list_prefix  the segment between a list and its elements
    kinds        what expanding means for the apps of one kind
    """

    rules: dict[str, Rule] = {}
    fields: dict[str, Rule] = {}
    graph: dict[str, dict[str, tuple[Edge, ...]]] = {}
    of_type: dict[str, tuple[str, ...]] = {}
    parameter: str = ""
    list_prefix: str = ""
    kinds: tuple[KindRule, ...] = ()
