"""Turns the files of a rule pack into one checked value, or refuses it with everything that is wrong.

docs/contributing/packs.md describes the format. Everything that a row refers to must exist. This module is the only way
from files to a `Pack`. A large pack takes about a second, so `compile` stores the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import msgspec

from leastscope.document import Entry, Fields, Leaf, Limits, ListNode, MapNode, Problems, read_yaml
from leastscope.errors import RulePackError
from leastscope.model import InputError, Span
from leastscope.rulebook.expansion import field_graph
from leastscope.rulebook.operations import HOLE, OperationIndex, index, shape
from leastscope.rulebook.pack import Pack, named_permissions
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.rows import CERTAINTIES, RULE_KEYS, Reader, certainty, entries, leaves, strings, texts, unknown
from leastscope.rulebook.sdk import LIBRARY_KEYS, read_library
from leastscope.rulebook.servers import read_servers
from leastscope.rulebook.types import (
    Access,
    Combination,
    Condition,
    EventRule,
    Events,
    KindRule,
    Objects,
    Operation,
    Over,
    Permission,
    Rule,
    Server,
    Source,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leastscope.document import Node

PACK_FILES = ("pack.yaml", "permissions.yaml", "operations.yaml", "objects.yaml", "events.yaml")
VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
STATUSES = ("api", "legacy", "page", "preview", "sdk-only")
ACCESSES = ("read", "write", "other")
_OPERATION_KEYS = (
    *(*RULE_KEYS, "object", "many", "status", "subscribes", "server", "ungated", "declares", "when"),
    "for",
)
_KIND_KEYS = (*RULE_KEYS, "refused", "advice")
_CONDITION_KEYS = ("needs", "parameter", "is", "unless", "known", "source", "note")
_PERMISSION_KEYS = (
    *("title", "access", "read", "implies", "extends", "sensitive", "keep"),
    *("label", "refused", "url", "origin", "known", "source"),
)
_VOCABULARY_KEYS = ("source", "aliases", "permissions", "holders", "spellings", "variants", "elsewhere", "together")
_LITERAL = re.compile(r"[^{}?#\s]+")
_LIMITS = Limits(size=16_000_000, values=2_000_000)


def load_pack(folder: Path) -> Pack:
    """Read, check and index the pack in a folder; raise a `RulePackError` that lists every wrong row by its place."""
    problems = Problems()
    files = _Files(_read(folder, problems), problems)
    _refuse(problems)
    reader, head = _head(files, folder.resolve().name)
    reader.vocabulary = _vocabulary(files, reader)
    objects = _objects(files, reader)
    servers, operations = _operations(files, reader, objects)
    events = _events(files, reader)
    models = (files.fields(name, LIBRARY_KEYS) for name in sorted(files.nodes) if name not in PACK_FILES)
    libraries = tuple(read_library(fields, servers) for fields in models if fields)
    over = _over(files, reader)
    _refuse(problems)
    graph, of_type = field_graph(libraries)
    objects = msgspec.structs.replace(objects, graph=graph, of_type=of_type)
    needed = named_permissions(operations, objects, events)
    needed = tuple(sorted({*needed, *over.read, *over.write})) if over else needed
    sources, headers = dict(reader.sources), _headers(files)
    known = reader.vocabulary
    return Pack(*head, sources, known, operations, objects, events, libraries, needed, headers, over)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a pack by name, and what is wrong in them."""

    nodes: Mapping[str, Node]
    problems: Problems

    def fields(self, name: str, keys: tuple[str, ...]) -> Fields | None:
        """Give the top of a file; None where the pack has no such file."""
        node = self.nodes.get(name)
        return None if node is None else Fields(node, keys, self.problems)


def _read(folder: Path, problems: Problems) -> dict[str, Node]:
    """Read every file of a pack; only `pack.yaml` has to be there."""
    models = (f"sdk/{path.name}" for path in sorted((folder / "sdk").glob("*.yaml")))
    nodes: dict[str, Node] = {}
    for name in (*PACK_FILES, *models):
        path = folder / name
        place = Span(path.as_posix(), 1, 1, 1, 1)
        try:
            with path.open("rb") as file:
                node = read_yaml(place.path, file.read(_LIMITS.size + 1), _LIMITS)
        except FileNotFoundError:
            if name == "pack.yaml":
                problems.add(place, "the file is missing; every pack needs it")
            continue
        except OSError as error:
            node = InputError(place, f"the file cannot be read: {error.strerror}")
        if isinstance(node, InputError):
            problems.add(node.span, node.message)
        else:
            nodes[name] = node
    return nodes


def _refuse(problems: Problems) -> None:
    if problems:
        raise RulePackError(problems.lines())


def _head(files: _Files, folder: str) -> tuple[Reader, tuple[str, str, tuple[str, ...]]]:
    """Read what identifies the system, and the sources."""
    keys = ("system", "title", "triggers", "headers", "over", "kinds", "sources")
    fields = Fields(files.nodes["pack.yaml"], keys, files.problems)
    system = fields.text("system")
    if system and system != folder:
        files.problems.add(fields.place_of("system"), f"expected the folder's name {folder!r}, found {system!r}")
    sources = {
        entry.key: Source(row.text("url", ""), row.text("read"), row.text("note", ""))
        for entry in entries(fields.node_of("sources"), files.problems)
        for row in (Fields(entry.value, ("url", "read", "note"), files.problems),)
    }
    triggers = tuple(word.lower() for word in texts(fields, "triggers"))
    reader = Reader(files.problems, sources, Vocabulary(), kinds=texts(fields, "kinds"))
    return reader, (system, fields.text("title"), triggers)


def _headers(files: _Files) -> dict[str, str]:
    """Read which headers of a plain HTTP request tell its credential and account."""
    fields = Fields(files.nodes["pack.yaml"], None, Problems())
    headers = Fields(fields.node_of("headers") or MapNode(fields.span, ()), None, files.problems)
    return {name.lower(): headers.choice(name, ("account", "credential", "key")) for name in headers.names}


def _over(files: _Files, reader: Reader) -> Over | None:
    """Read whether the pack is a vocabulary over the operations of another system."""
    node = Fields(files.nodes["pack.yaml"], None, Problems()).node_of("over")
    if node is None:
        return None
    fields = Fields(node, ("system", "read", "write"), files.problems)
    over = Over(fields.text("system"), reader.permissions(fields, "read"), reader.permissions(fields, "write"))
    for key in ("read", "write"):
        if not tuple(strings(fields, key)):
            files.problems.add(fields.span, f"expected the key {key!r} with the permissions that are enough")
    return over


def _vocabulary(files: _Files, reader: Reader) -> Vocabulary:
    fields = files.fields("permissions.yaml", _VOCABULARY_KEYS)
    if fields is None:
        return Vocabulary()
    reader.inherit(fields)
    rows = entries(fields.node_of("permissions"), files.problems)
    reader.vocabulary = Vocabulary({row.key: Permission(row.key, "", "other") for row in rows})
    permissions = {row.key: _permission(row, reader) for row in rows}
    aliases = fields.node_of("aliases") or MapNode(fields.span, ())
    prefix = Fields(aliases, ("prefix",), files.problems).text("prefix", "")
    spellings, variants = (_spellings(fields, key, reader) for key in ("spellings", "variants"))
    foreign = Fields(fields.node_of("elsewhere") or MapNode(fields.span, ()), None, files.problems)
    elsewhere = {name: foreign.text(name) for name in foreign.names if _is_free(name, foreign.place_of(name), reader)}
    together = tuple(_combination(node, reader) for node in fields.nodes("together"))
    holders = _holders(fields, permissions, reader)
    return Vocabulary(permissions, prefix, spellings, variants, elsewhere, together, holders)


def _holders(fields: Fields, permissions: Mapping[str, Permission], reader: Reader) -> dict[str, tuple[str, ...]]:
    """Read which kinds of apps can be granted the names of an origin."""
    origins = {permission.origin for permission in permissions.values()}
    found: dict[str, tuple[str, ...]] = {}
    for row in entries(fields.node_of("holders"), reader.problems):
        if row.key not in origins:
            unknown(reader.problems, MapNode(row.key_span, ()), "origin", row.key, origins)
        kinds = tuple(leaves(row.value, reader.problems))
        for leaf, kind in kinds:
            if kind not in reader.kinds:
                unknown(reader.problems, leaf, "kind of app", kind, reader.kinds)
        found[row.key] = tuple(kind for _, kind in kinds)
    return found


def _by_kind(fields: Fields, key: str, reader: Reader) -> dict[str, str]:
    """Read a text for each of some kinds of apps."""
    table = Fields(fields.node_of(key) or MapNode(fields.span, ()), reader.kinds, reader.problems)
    return {kind: table.text(kind) for kind in table.names}


def _spellings(fields: Fields, key: str, reader: Reader) -> dict[str, str]:
    """Read other names of permissions."""
    return {
        row.key: target
        for row in entries(fields.node_of(key), reader.problems)
        for target in (str(getattr(row.value, "value", "")),)
        if _is_free(row.key, row.key_span, reader) and reader.known_permission(row.value, target)
    }


def _is_free(name: str, place: Span, reader: Reader) -> bool:
    """Note a name that is said to be no permission and is one."""
    if name in reader.vocabulary.permissions:
        reader.problems.add(place, f"{name!r} is a permission, so it cannot be a wrong spelling of one")
    return name not in reader.vocabulary.permissions


def _combination(node: Node, reader: Reader) -> Combination:
    fields = Fields(node, ("of", "note"), reader.problems)
    return Combination(reader.permissions(fields, "of"), fields.text("note"))


def _permission(entry: Entry, reader: Reader) -> Permission:
    fields = Fields(entry.value, _PERMISSION_KEYS, reader.problems)
    twin = next(iter(reader.permissions(fields, "read")), "")
    access = cast("Access", fields.choice("access", ACCESSES))
    if twin and access != "write":
        reader.problems.add(fields.place_of("read"), "only a write permission has a read twin; drop it")
    return Permission(
        entry.key,
        fields.text("title"),
        access,
        twin,
        reader.permissions(fields, "implies"),
        fields.text("sensitive", ""),
        fields.text("url", ""),
        fields.text("origin", "table"),
        certainty(fields),
        reader.source_of(fields),
        next(iter(reader.permissions(fields, "extends")), ""),
        fields.text("keep", ""),
        fields.text("label", ""),
        _by_kind(fields, "refused", reader),
    )


def _objects(files: _Files, reader: Reader) -> Objects:
    fields = files.fields("objects.yaml", ("source", "objects", "fields", "expand"))
    if fields is None:
        return Objects()
    reader.inherit(fields)
    rules = _rules(fields.node_of("objects"), reader)
    exceptions = _rules(fields.node_of("fields"), reader)
    for row in entries(fields.node_of("fields"), files.problems):
        owners = {row.key[:at] for at, char in enumerate(row.key) if char == "."}
        if not owners & rules.keys():
            owner = row.key.rpartition(".")[0]
            unknown(files.problems, MapNode(row.key_span, ()), "object", owner, rules)
    expand = fields.node_of("expand") or MapNode(fields.span, ())
    how = Fields(expand, ("parameter", "list_prefix", "for"), files.problems)
    return Objects(
        rules,
        exceptions,
        parameter=how.text("parameter", ""),
        list_prefix=how.text("list_prefix", ""),
        kinds=_kinds(how.node_of("for"), reader),
    )


def _rules(node: Node | None, reader: Reader) -> dict[str, Rule]:
    rows = entries(node, reader.problems)
    return {row.key: Rule(**reader.rule(Fields(row.value, RULE_KEYS, reader.problems), bare=True)) for row in rows}


def _operations(files: _Files, reader: Reader, objects: Objects) -> tuple[dict[str, Server], OperationIndex]:
    fields = files.fields("operations.yaml", ("source", "servers", "paths"))
    if fields is None:
        return {}, OperationIndex()
    reader.inherit(fields)
    servers = read_servers(fields, files.problems)
    operations: list[Operation] = []
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    for path in entries(fields.node_of("paths"), files.problems):
        well_formed = _check_path(path, files.problems)
        taken: set[tuple[str, str]] = set()
        for verb in _rows_of(path, files.problems):
            operation = _operation(path.key, verb, reader, servers, objects)
            operations.append(operation)
            for server in operation.servers if well_formed else ():
                first = seen.setdefault((server, shape(path.key)), path.key)
                if first != path.key:
                    files.problems.add(path.key_span, f"the path is the same as {first!r}; write both as one")
                if (verb.key, server) in taken:
                    files.problems.add(
                        verb.value.span, f"another row already defines {verb.key} on {server!r}; keep one of them"
                    )
                taken.add((verb.key, server))
    return servers, index(operations, servers.values())


def _rows_of(path: Entry, problems: Problems) -> Iterator[Entry]:
    """Give the rows of a path by verb; a verb has several where its servers take different things."""
    for verb in entries(path.value, problems):
        rows = verb.value.items if isinstance(verb.value, ListNode) else (verb.value,)
        yield from (Entry(verb.key, verb.key_span, row) for row in rows)


def _check_path(path: Entry, problems: Problems) -> bool:
    """Note a path template that is not made of literal segments and whole `{names}`; tell whether it is."""
    first, *segments = path.key.split("/")
    well_formed = not first and bool(segments) and all(_is_hole(s) or _LITERAL.fullmatch(s) for s in segments)
    if not well_formed:
        problems.add(path.key_span, f"malformed path {path.key!r}; expected segments like /customers/{{customer}}")
    if not entries(path.value, problems):
        problems.add(path.key_span, f"the path {path.key!r} has no verbs; expected one of {', '.join(VERBS)}")
    return well_formed


def _is_hole(segment: str) -> bool:
    return segment[:1] + segment[-1:] == HOLE and segment[1:-1].isidentifier()


def _operation(path: str, entry: Entry, reader: Reader, servers: Mapping[str, Server], objects: Objects) -> Operation:
    fields = Fields(entry.value, _OPERATION_KEYS, reader.problems)
    if entry.key not in VERBS:
        unknown(reader.problems, MapNode(entry.key_span, ()), "verb", entry.key, VERBS)
    default = tuple(server.name for server in servers.values() if server.default)
    named = _references(fields, "server", servers, reader.problems)
    operation = Operation(
        **reader.rule(fields),
        verb=entry.key,
        path=path,
        servers=named or default,
        object=_references(fields, "object", objects.rules, reader.problems),
        many=fields.flag("many", default=False),
        ungated=fields.flag("ungated", default=False),
        status=cast("Status", fields.choice("status", STATUSES, "api")),
        subscribes=fields.text("subscribes", ""),
        declares=fields.text("declares", ""),
        conditions=tuple(_condition(node, reader) for node in fields.nodes("when")),
        kinds=_kinds(fields.node_of("for"), reader),
    )
    if operation.ungated and operation.covered:
        reader.problems.add(fields.place_of("ungated"), "an ungated operation also needs the key uncovered: true")
    return operation


def _kinds(node: Node | None, reader: Reader) -> tuple[KindRule, ...]:
    """Read what holds for the apps of one kind."""
    rules = []
    for row in entries(node, reader.problems):
        if row.key not in reader.kinds:
            unknown(reader.problems, MapNode(row.key_span, ()), "kind of app", row.key, reader.kinds)
        fields = Fields(row.value, _KIND_KEYS, reader.problems)
        rule = KindRule(
            **reader.rule(fields, bare=True),
            kind=row.key,
            refused=fields.flag("refused", default=False),
            advice=fields.text("advice", ""),
        )
        if not rule.decides and not rule.refused and fields.node_of("needs") is None:
            reader.problems.add(
                row.key_span, "the row has no requirement; add needs, uncovered: true, or refused: true"
            )
        if rule.refused and not rule.note:
            reader.problems.add(fields.place_of("refused"), "expected the key 'note', which says how that shows")
        rules.append(rule)
    return tuple(rules)


def _condition(node: Node, reader: Reader) -> Condition:
    """Read what a parameter requires."""
    fields = Fields(node, _CONDITION_KEYS, reader.problems)
    values = [value.value for value in fields.nodes("is") if isinstance(value, Leaf)]
    if len(values) != len(fields.nodes("is")):
        reader.problems.add(fields.place_of("is"), "expected literals")
    parameters = texts(fields, "parameter")
    if not parameters:
        reader.problems.add(fields.span, "expected the key 'parameter', which names what the condition is about")
    if fields.node_of("needs") is None:
        reader.problems.add(fields.span, "the condition has no requirement; add needs")
    known = fields.choice("known", (*CERTAINTIES, "possible"), "documented")
    return Condition(
        reader.needs(fields),
        known="documented" if known == "documented" else "inferred",
        source=reader.source_of(fields),
        note=fields.text("note", ""),
        parameters=parameters,
        values=tuple(values),
        unless=texts(fields, "unless"),
        possible=known == "possible",
    )


def _references(fields: Fields, key: str, allowed: Mapping[str, object], problems: Problems) -> tuple[str, ...]:
    """Read names that have to exist; unknown ones are noted and left out."""
    found = tuple(strings(fields, key))
    for leaf, name in found:
        if name not in allowed:
            unknown(problems, leaf, key, name, allowed)
    return tuple(name for _, name in found if name in allowed)


def _events(files: _Files, reader: Reader) -> Events:
    fields = files.fields("events.yaml", ("source", "always", "always_source", "all", "only", "received", "events"))
    if fields is None:
        return Events()
    reader.inherit(fields)
    rules = {
        row.key: EventRule(**reader.rule(Fields(row.value, RULE_KEYS, files.problems)), type=row.key)
        for row in entries(fields.node_of("events"), files.problems)
    }
    always = next(iter(reader.permissions(fields, "always")), "")
    for leaf, kind in strings(fields, "only"):
        if kind not in reader.kinds:
            unknown(files.problems, leaf, "kind of app", kind, reader.kinds)
    source = reader.source_of(fields, "always_source")
    return Events(rules, always, fields.text("all", ""), source, texts(fields, "only"), texts(fields, "received"))
