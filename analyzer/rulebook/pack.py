"""A rule pack: everything that is known of one system, ready to be asked."""

from __future__ import annotations

import msgspec

from analyzer.library import Library  # noqa: TC001 - msgspec reads the annotations
from analyzer.rulebook.operations import OperationIndex
from analyzer.rulebook.permissions import Vocabulary
from analyzer.rulebook.types import Events, Objects, Source


class Pack(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The knowledge of one system.

    triggers   words that make a file worth reading, in lower case
    headers    lower-case names of request headers -> what they tell: `credential` or `account`
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

    @property
    def needed_by_any_operation(self) -> frozenset[str]:
        """The permissions that something needs; the others can never be called unused with certainty."""
        return frozenset(self.needed_by)


def named_permissions(operations: OperationIndex, objects: Objects, events: Events) -> tuple[str, ...]:
    """Give every permission that a rule names, sorted."""
    rules = (*operations, *objects.rules.values(), *objects.fields.values(), *events.types.values())
    always = {events.always} if events.always else set()
    return tuple(sorted(always.union(*(rule.permissions() for rule in rules))))
