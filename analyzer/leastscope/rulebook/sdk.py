"""Reads the model of a client library (docs/contributing/packs.md, `sdk/*.yaml`) into the types that the evaluator walks.

Everything that the file leaves to defaults is written out here: release ranges become indexes, a type's defaults go to
its members, asynchronous twins become members of their own, and every reference to a type is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from leastscope.document import Fields, Leaf, ListNode, MapNode
from leastscope.library import Library, LibraryType, Member, TypeRef
from leastscope.rulebook.rows import entries, strings, texts, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.document import Entry, Node, Problems
    from leastscope.rulebook.types import Server

LIBRARY_KEYS = (
    *("system", "distribution", "modules", "releases", "current", "check", "options", "settings", "inert", "types", "list"),
)  # fmt: skip
CONTAINERS = frozenset({"list", "iterator", "dict", "class", "$of"})
OPTIONS = ("credential", "key", "account", "headers", "base", "host", "address", "given", "other")
RELATIONS: tuple[Literal["expand", "list", "inline"], ...] = ("expand", "list", "inline")
_TYPE_KEYS = (
    *("names", "object", "args", "items", "keywords", "parameters", "options", "server", "in", "event", "iterates"),
    *("static", "instance", "fields", "subclass"),
)
_MEMBER_KEYS = (
    *(
        "send",
        "read",
        "opens",
        "attribute",
        "returns",
        "args",
        "keywords",
        "parameters",
        "options",
        "server",
        "handles",
    ),
    *("async", "in"),
)
_FIELD_KEYS = (*RELATIONS, "url", "in")
_SUBCLASS_KEYS = ("send", "parameters", "named", "server", "defaults")
_SEND = re.compile(r"(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|\$\w+) (/\S*|\$\w+\S*)")
_TOKEN = re.compile(r"[\w.$-]+|[\[\]|]")
_MAX_NESTING = 8
_MAX_SEND = 1000
_MOST = 20
_TWIN = "_async"


def read_library(fields: Fields, servers: Mapping[str, Server], releases: tuple[str, ...] = ()) -> Library:
    """Read one model; whatever is wrong in it is noted with its place. `releases` are those of a model that names none."""
    rows = {row.key: row for row in entries(fields.node_of("types"), fields.problems)}
    context = _Context(fields.problems, texts(fields, "releases") or releases, frozenset(rows), servers)
    if not context.releases:
        fields.problems.add(fields.span, "expected the releases that the model was read from, oldest first")
    context.list_type = _list_type(fields, rows)
    heads = {name: Fields(row.value, _TYPE_KEYS, fields.problems) for name, row in rows.items()}
    options = dict(_pairs(fields, "options"))
    for name, told in options.items():
        if told.partition(" ")[0] not in OPTIONS or told == "given":
            unknown(fields.problems, fields.node_of("options") or fields.node, f"meaning of {name}", told, OPTIONS)
    # `credential METHOD`: where it is an object of the program, that method of it is given each request.
    signers = {name: told.partition(" ")[2] for name, told in options.items() if told.startswith("credential ")}
    options.update(dict.fromkeys(signers, "credential"))
    types = {name: _type(name, head, context) for name, head in heads.items()}
    current = fields.text("current", "")
    return Library(
        system=fields.text("system"),
        distribution=fields.text("distribution", ""),
        modules=texts(fields, "modules"),
        releases=context.releases,
        types=types,
        names=_names(heads, fields.problems),
        inert=tuple(sorted(texts(fields, "inert"))),
        settings=dict(_pairs(fields, "settings")),
        options=options,
        bases=tuple(sorted(name for name, kind in types.items() if kind.subclass)),
        current=context.release(fields.node_of("current") or fields.node, current) if current else 0,
        signers=signers,
    )


@dataclass(slots=True)
class _Context:
    """What members may refer to. `list_type` is the type of a field that holds a list of objects."""

    problems: Problems
    releases: tuple[str, ...]
    types: frozenset[str]
    servers: Mapping[str, Server]
    list_type: str = "list"
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {release: number for number, release in enumerate(self.releases)}

    def release(self, node: Node, name: str) -> int:
        if name not in self.numbers:
            unknown(self.problems, node, "release", name, self.releases)
        return self.numbers.get(name, 0)

    def span(self, fields: Fields, default: tuple[int, int]) -> tuple[int, int]:
        """Read `in: [first, last]`."""
        found = list(strings(fields, "in"))
        if not found:
            return default
        numbers = [self.release(leaf, name) for leaf, name in found]
        if len(numbers) != 2 or numbers[0] > numbers[1]:
            self.problems.add(fields.place_of("in"), "expected the first and the last release, as in: [1.0.0, 2.0.0]")
        return numbers[0], numbers[-1]

    def server(self, fields: Fields, default: str = "") -> str:
        """Read the server that members send to."""
        name = fields.text("server", default)
        if name != default and self.servers and name not in self.servers:
            unknown(self.problems, fields.node_of("server") or fields.node, "server", name, self.servers)
        return name

    def references(self, fields: Fields, key: str) -> tuple[TypeRef, ...]:
        """Read the alternatives of a type."""
        return tuple(ref for leaf, text in strings(fields, key) for ref in self.reference(leaf, text))

    def reference(self, leaf: Node, text: str) -> tuple[TypeRef, ...]:
        """Read `Type` or `Type[Element|Element]`; nothing where it is malformed."""
        tokens = _TOKEN.findall(text)
        refs, rest = _alternatives(tokens, 0)
        if rest or not refs or _TOKEN.sub("", text).strip():
            self.problems.add(leaf.span, f"malformed type {text[:80]!r}; expected Type or Type[Element|Element]")
            return ()
        for name in sorted(_mentioned(refs) - self.types - CONTAINERS):
            unknown(self.problems, leaf, "type", name, self.types | CONTAINERS)
        return refs


def _alternatives(tokens: list[str], depth: int) -> tuple[tuple[TypeRef, ...], list[str]]:
    """Parse `A | B[C]` from the front of tokens; give the types and the tokens that are left."""
    refs: list[TypeRef] = []
    while tokens and tokens[0] not in {"[", "]", "|"} and depth < _MAX_NESTING:
        name, tokens = tokens[0], tokens[1:]
        of: tuple[TypeRef, ...] = ()
        if tokens[:1] == ["["]:
            of, tokens = _alternatives(tokens[1:], depth + 1)
            if not of or tokens[:1] != ["]"]:
                return (), ["["]
            tokens = tokens[1:]
        refs.append(TypeRef(name, of))
        if tokens[:1] != ["|"]:
            break
        tokens = tokens[1:] or ["|"]
    return tuple(refs), tokens


def _mentioned(refs: tuple[TypeRef, ...]) -> set[str]:
    return {ref.name for ref in refs}.union(*(_mentioned(ref.of) for ref in refs))


def _list_type(fields: Fields, rows: Mapping[str, Entry]) -> str:
    """Give the type of fields that hold lists: the one the file names, else the first that iterates its elements."""
    named = fields.text("list", "")
    if named and named not in rows:
        unknown(fields.problems, fields.node_of("list") or fields.node, "type", named, rows)
    iterating = (name for name, row in sorted(rows.items()) if _iterates_elements(row.value))
    return named or next(iterating, "list")


def _iterates_elements(node: Node) -> bool:
    leaf = node.get("iterates") if isinstance(node, MapNode) else None
    return isinstance(leaf, Leaf) and leaf.value == "$of"


def _pairs(fields: Fields, key: str) -> Iterator[tuple[str, str]]:
    for row in entries(fields.node_of(key), fields.problems):
        yield (
            row.key,
            next(iter(texts(Fields(MapNode(row.value.span, (row,)), (row.key,), fields.problems), row.key)), ""),
        )


def _names(heads: Mapping[str, Fields], problems: Problems) -> dict[str, str]:
    """Give the dotted names of all types; one name cannot stand for two."""
    names: dict[str, str] = {}
    for key, head in heads.items():
        for leaf, name in strings(head, "names"):
            if names.setdefault(name, key) != key:
                problems.add(leaf.span, f"{name!r} is already a name of {names[name]!r}")
    return dict(sorted(names.items()))


def _type(name: str, head: Fields, context: _Context) -> LibraryType:
    first, last = context.span(head, (0, max(len(context.releases) - 1, 0)))
    defaults = _Defaults(
        first,
        last,
        head.flag("keywords", default=False),
        texts(head, "parameters"),
        head.text("options", ""),
        context.server(head),
    )
    members = _members(head.node_of("instance"), defaults, context)
    for row in entries(head.node_of("fields"), head.problems):
        found = tuple(_field(node, defaults, context) for node in _variants(row))
        members[row.key] = (*members.get(row.key, ()), *found)
    return LibraryType(
        name,
        object=head.text("object", ""),
        args=texts(head, "args"),
        statics=_members(head.node_of("static"), defaults, context),
        members=members,
        iterates=context.references(head, "iterates"),
        items=head.flag("items", default=False),
        event=head.text("event", ""),
        first=first,
        last=last,
        subclass=tuple(_subclass(node, context) for node in _forms(head)),
        defaults={name: text for node in _forms(head) for name, text in _pairs(_form(node, context), "defaults")},
    )


def _forms(head: Fields) -> tuple[Node, ...]:
    """The ways in which subclasses make a framework send requests: none, one, or a list."""
    node = head.node_of("subclass")
    forms = () if node is None else node.items if isinstance(node, ListNode) else (node,)
    if len(forms) > _MOST:
        head.problems.add(head.place_of("subclass"), f"expected at most {_MOST} forms, found more")
    return forms[:_MOST]


def _form(node: Node, context: _Context) -> Fields:
    return Fields(node, _SUBCLASS_KEYS, context.problems)


def _subclass(node: Node, context: _Context) -> Member:
    """Read what is sent for a subclass; the names in it are attributes and methods of that class."""
    fields = _form(node, context)
    verb, path = _sent(fields, "send")
    parameters = texts(fields, "parameters")
    if len(parameters) > _MOST:
        fields.problems.add(fields.place_of("parameters"), f"expected at most {_MOST} names, found more")
    named = tuple(_pairs(fields, "named"))
    server = context.server(fields)
    return Member("call", verb, path, server, mapping=parameters, keywords=bool(named), named=named)


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What the members of a type take from it."""

    first: int
    last: int
    keywords: bool
    parameters: tuple[str, ...]
    options: str
    server: str


def _variants(row: Entry) -> tuple[Node, ...]:
    return row.value.items if isinstance(row.value, ListNode) else (row.value,)


def _members(node: Node | None, defaults: _Defaults, context: _Context) -> dict[str, tuple[Member, ...]]:
    """Read a table of members, and put the asynchronous twin of each behind it."""
    members: dict[str, tuple[Member, ...]] = {}
    for row in entries(node, context.problems):
        read = [_member(variant, defaults, context) for variant in _variants(row)]
        members[row.key] = (*members.get(row.key, ()), *(member for member, _ in read))
        twins = tuple(twin for _, twin in read if twin)
        if twins:
            members[row.key + _TWIN] = (*members.get(row.key + _TWIN, ()), *twins)
    return members


_SENDING = frozenset({"send", "read", "opens"})


def _member(node: Node, defaults: _Defaults, context: _Context) -> tuple[Member, Member | None]:
    """Read one variant of a member, with its twin where it has one."""
    fields = Fields(node, _MEMBER_KEYS, context.problems)
    kinds = [key for key in ("send", "read", "opens", "attribute") if fields.node_of(key) is not None]
    if len(kinds) > 1:
        context.problems.add(fields.span, f"expected one of send, read, opens, attribute; found {', '.join(kinds)}")
    kind = kinds[0] if kinds else "helper"
    verb, path = _sent(fields, kind) if kind in _SENDING else ("", "")
    first, last = context.span(fields, (defaults.first, defaults.last))
    sending = kind in {"send", "opens"}
    member = Member(
        sends="call" if sending else "read" if kind == "read" else "never",
        verb=verb,
        path=path,
        server=context.server(fields, defaults.server if kind in _SENDING else ""),
        args=texts(fields, "args"),
        returns=context.references(fields, "attribute" if kind == "attribute" else "returns"),
        callable=sending or kind == "helper",
        mapping=texts(fields, "parameters") or (defaults.parameters if sending else ()),
        options=fields.text("options", defaults.options if sending else ""),
        keywords=fields.flag("keywords", default=defaults.keywords and sending),
        handles=fields.text("handles", ""),
        opens=kind == "opens",
        first=first,
        last=last,
    )
    return member, _twin(fields, member, context)


def _sent(fields: Fields, key: str) -> tuple[str, str]:
    text = fields.text(key)
    found = _SEND.fullmatch(text) if len(text) <= _MAX_SEND else None
    if not found:
        message = f"malformed request {text[:80]!r}; expected a verb and a path, as in GET /customers/{{customer}}"
        fields.problems.add(fields.place_of(key), message)
        return "", ""
    return found[1], found[2]


def _twin(fields: Fields, member: Member, context: _Context) -> Member | None:
    """Give the asynchronous twin: from the member's first release on, or from the one that `async` names."""
    node = fields.node_of("async")
    if node is None:
        return None
    since = node.value if isinstance(node, Leaf) else None
    if isinstance(since, str):
        first = max(member.first, context.release(node, since))
    else:
        first = member.first if fields.flag("async", default=False) else member.last + 1
    if first > member.last:
        return None
    parts = {name: getattr(member, name) for name in member.__struct_fields__}
    return Member(**{**parts, "first": first})


def _field(node: Node, defaults: _Defaults, context: _Context) -> Member:
    """Read a field of a response object that leads to other objects."""
    fields = Fields(node, _FIELD_KEYS, context.problems)
    relation = next((key for key in RELATIONS if fields.node_of(key) is not None), None)
    first, last = context.span(fields, (defaults.first, defaults.last))
    if relation is None:
        context.problems.add(fields.span, "expected expand, list or inline with the types that the field leads to")
        return Member(callable=False, first=first, last=last)
    refs = context.references(fields, relation)
    if relation == "list":
        refs = (TypeRef(context.list_type, refs, fields.text("url", "")),)
    return Member(returns=refs, callable=False, relation=relation, first=first, last=last)
