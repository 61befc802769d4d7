"""Event types that code compares with, dispatches on, or checks the class of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.contents import constants
from leastscope.python.domain.effects import Handles
from leastscope.python.domain.values import LibraryClass, Value, options

if TYPE_CHECKING:
    from leastscope.model import How
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def compared(frame: Frame, value: Value, node: ir.Node) -> None:
    """A value stands in a comparison, a membership test or a `case`: event types among its literals are handled."""
    for constant in constants(value):
        if isinstance(constant, str) and "." in constant:
            named(frame, constant, node, "handled")


def keyed(frame: Frame, key: Value, node: ir.Node) -> None:
    """A key of a dict display: a dispatch table where it is an event type."""
    compared(frame, key, node)


def registered(frame: Frame, arguments: Arguments, node: ir.Node) -> None:
    """A decorator's arguments, or those of a call that is given a function: event types among them are handled."""
    for value in arguments.given:
        for constant in constants(value):
            if isinstance(constant, str) and "." in constant:
                named(frame, constant, node, "handled")


def checked(frame: Frame, kind: Value, node: ir.Node) -> None:
    """A class in `isinstance` or a class pattern: the event it stands for is handled."""
    for option in options(kind):
        if isinstance(option, LibraryClass):
            library = frame.engine.knowledge.libraries[option.library]
            event = library.types[option.type].event
            if event:
                frame.emit(Handles(frame.site(node), library.system, event, "handled"))


def named(frame: Frame, name: str, node: ir.Node, how: How) -> None:
    """Record the use of an event type of a system that this file speaks of, or that led to the file."""
    engine = frame.engine
    for system, names in engine.knowledge.events.items():
        if name in names and (system in frame.module.speaks_of or engine.is_added(frame.module.path)):
            frame.emit(Handles(frame.site(node), system, name, how))
