"""A rule pack: everything that is known of one system, ready to be asked."""

from __future__ import annotations

import msgspec

from leastscope.library import Library  # noqa: TC001 - msgspec reads the annotations
from leastscope.rulebook.operations import OperationIndex
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Events, Objects, Over, Source


class Pack(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The knowledge of one system.

    triggers   words that make a file worth reading, in lower case
    headers    lower-case names of request headers -> what they tell: `credential`, `key` or `account`
    over       the system whose operations this vocabulary is about, where it has none of its own
    needed_by  the permissions that some operation, object or event names, sorted
    """

    system: str
    title: str
    triggers: tuple[str, ...] = ()
    sources: dict[str, Source] = {}
    vocabulary: Vocabulary = Vocabulary()
    operations: OperationIndex = OperationIndex()
    objects: Objects = Objects()
    events: Events = Events()
    libraries: tuple[Library, ...] = ()
    needed_by: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    over: Over | None = None

    @property
    def needed_by_any_operation(self) -> frozenset[str]:
        """The permissions that something needs; the others can never be called unused with certainty."""
        return frozenset(self.needed_by)

    @property
    def parameters(self) -> frozenset[str]:
        """The top-level parameters of requests whose values some rule asks for."""
        names = {self.objects.parameter, *(operation.subscribes for operation in self.operations)}
        for operation in self.operations:
            for condition in operation.conditions:
                names.update(name.partition(".")[0] for name in (*condition.parameters, *condition.unless))
        return frozenset(names - {""})


def named_permissions(operations: OperationIndex, objects: Objects, events: Events) -> tuple[str, ...]:
    """Give every permission that a rule names, sorted."""
    conditions = (condition for operation in operations for condition in operation.conditions)
    kinds = (rule for operation in operations for rule in operation.kinds)
    rules = (
        *operations,
        *conditions,
        *kinds,
        *objects.rules.values(),
        *objects.fields.values(),
    )
    return tuple(sorted({*events.permissions()}.union(*(rule.permissions() for rule in rules))))
