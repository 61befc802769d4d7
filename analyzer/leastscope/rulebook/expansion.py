"""What expanding a path of fields in a response requires: one walk over the objects that the fields lead to.

The fields come from the library models, all releases together; the objects' permissions from the pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leastscope.model import Requirement
from leastscope.rulebook.types import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.library import Library, TypeRef
    from leastscope.rulebook.pack import Pack
    from leastscope.rulebook.types import Objects, Rule

MAX_SEGMENTS = 16
_PART = Edge("inline", ())


@dataclass(frozen=True, slots=True)
class UnknownExpansion:
    """A path that cannot be followed further: `reached` could be, and `reason` says why no more."""

    path: str
    reached: str
    reason: str


Expansion: TypeAlias = Requirement | UnknownExpansion


def expansion(pack: Pack, names: Iterable[str], path: str, *, many: bool = False) -> tuple[Expansion, ...]:
    """Give what one expansion path requires in a response that holds objects (or library types) of these names.

    With `many` the response is a list of them. Every object along the path counts. What no permission covers requires
    nothing. Where no object of the response has the field, the answer holds an `UnknownExpansion`.
    """
    walk = _Walk(pack.objects, path)
    segments = tuple(path.split("."))
    if len(segments) > MAX_SEGMENTS:
        return (UnknownExpansion(path, "", "the path is too long"),)
    if many:
        segments = walk.below_list(segments)
    starts = {key for name in names for key in pack.objects.of_type.get(name, (name,))}
    if not starts:
        return (UnknownExpansion(path, "", "which object the response holds is not known"),)
    walk.follow(sorted(starts), segments)
    return tuple(dict.fromkeys(walk.found))


class _Walk:
    """One walk down a path; `found` grows, `seen` keeps it linear where ways meet."""

    def __init__(self, objects: Objects, path: str) -> None:
        self.objects = objects
        self.path = path
        self.found: list[Expansion] = []
        self.seen: set[tuple[str, int]] = set()

    def below_list(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out the segment between a list and its elements."""
        return segments[1:] if segments[0] == self.objects.list_prefix else segments

    def follow(self, nodes: Iterable[str], segments: tuple[str, ...]) -> None:
        """Follow the rest of the path from any of some objects; note it where none has such a field."""
        if not segments:
            return
        fresh = [node for node in nodes if (node, len(segments)) not in self.seen]
        self.seen.update((node, len(segments)) for node in fresh)
        steps = [step for node in fresh for step in self.steps(node, segments)]
        for rules, detail, edge, rest in steps:
            self.found.extend(_requirements(rules, detail))
            self.follow(edge.targets, self.below_list(rest) if edge.relation == "list" and rest else rest)
        if fresh and not steps:
            reached = self.path[: len(self.path) - len(".".join(segments))].rstrip(".")
            self.found.append(UnknownExpansion(self.path, reached, f"leastscope knows no field {segments[0]!r} there"))

    def steps(self, node: str, segments: tuple[str, ...]) -> Iterator[tuple[list[Rule], str, Edge, tuple[str, ...]]]:
        """Give the edges under the longest field of an object that the path goes on with."""
        fields = self.objects.graph.get(node, {})
        for length in range(len(segments), 0, -1):
            name, rest = ".".join(segments[:length]), segments[length:]
            if name not in fields and f"{node}.{name}" not in self.objects.fields:
                continue
            tail = ".".join(rest)
            detail = self.path[: len(self.path) - len(tail)].rstrip(".")
            # A field that leads to no object is a part of its own object that is sent on demand.
            for edge in fields.get(name, (_PART,)):
                yield self.rules(node, name, edge), detail, edge, rest
            return

    def rules(self, node: str, name: str, edge: Edge) -> list[Rule]:
        """Give the rules of what an edge leads to; a rule of the field itself stands for all of them."""
        if edge.relation == "inline":
            return []
        special = self.objects.fields.get(f"{node}.{name}")
        if special is not None:
            return [special]
        return [self.objects.rules[target] for target in edge.targets if target in self.objects.rules]


def _requirements(rules: list[Rule], detail: str) -> Iterator[Requirement]:
    """Give what the targets of one field require; where they differ, any of them may be the one, so it is inferred."""
    needs = list(dict.fromkeys(rule.needs for rule in rules if rule.needs))
    if len(needs) == 1:
        rule = min((rule for rule in rules if rule.needs), key=lambda rule: rule.known != "documented")
        yield from rule.requirements("expand", detail)
    elif needs:
        any_of = tuple(dict.fromkeys(name for sets in needs for names in sets for name in names))
        source = next(rule.source for rule in rules if rule.needs)
        yield Requirement(any_of, "inferred", "expand", source, (), detail)


def field_graph(
    libraries: Iterable[Library],
) -> tuple[dict[str, dict[str, tuple[Edge, ...]]], dict[str, tuple[str, ...]]]:
    """Give where the fields of every object lead, and the objects of the libraries' types."""
    graph: dict[str, dict[str, dict[Edge, None]]] = {}
    of_type: dict[str, dict[str, None]] = {}
    for library in libraries:
        for name, kind in library.types.items():
            key = kind.object or name
            of_type.setdefault(name, {})[key] = None
            fields = graph.setdefault(key, {})
            for field, variants in kind.members.items():
                for member in variants:
                    if member.relation:
                        targets = tuple(dict.fromkeys(_targets(member.returns, library)))
                        fields.setdefault(field, {})[Edge(member.relation, targets)] = None
    table = {key: {field: tuple(edges) for field, edges in fields.items()} for key, fields in graph.items() if fields}
    return table, {name: tuple(keys) for name, keys in of_type.items() if tuple(keys) != (name,)}


def _targets(refs: Iterable[TypeRef], library: Library) -> Iterator[str]:
    """Give the objects that a field can hold, those in containers included."""
    for ref in refs:
        kind = library.types.get(ref.name)
        if ref.of:
            yield from _targets(ref.of, library)
        elif kind is not None:
            yield kind.object or ref.name
