"""What is read of an object or class that stands for all below its class: which of them it is, nobody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import (
    ClassValue,
    FunctionValue,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Union,
    Value,
    join,
    options,
)
from leastscope.python.state import hierarchy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_LIBRARY = (LibraryClass, LibraryMethod, LibraryObject)


def told_of(frame: Frame, owner: Instance | ClassValue, name: str, found: Value, node: ir.Node | None) -> Value:
    """What was found under a name of an owner: of what several classes hold there of a library, nothing is sure."""
    if node is None or not contents.is_any_of(owner) or not _is_several(found) or _is_own(frame, owner):
        return found
    return _unsure(frame, found, node) if hierarchy.overrides(frame.engine, owner.place, name) else found


def given_by(frame: Frame, functions: Sequence[Value], given: Value, node: ir.Node) -> Value:
    """What several functions gave: of what overrides of one method gave of a library, nothing is sure."""
    if not _is_several(given):
        return given
    methods = [one for one in functions if isinstance(one, FunctionValue)]
    bound = [one.bound for one in methods if isinstance(one.bound, Instance | ClassValue)]
    above = [one for one in bound if all(one.place in hierarchy.mro(frame.engine, each.place) for each in bound)]
    if len(bound) < len(functions) or len({one.place for one in methods}) < 2 or not above or _is_own(frame, above[0]):
        return given
    return _unsure(frame, given, node)


def _is_several(value: Value) -> bool:
    """Whether a value is one of several things of a library."""
    return isinstance(value, Union) and sum(isinstance(option, _LIBRARY) for option in options(value)) > 1


def _is_own(frame: Frame, owner: Instance | ClassValue) -> bool:
    """Whether a method of the class itself asks, or a function of its parameter: these are evaluated for each class."""
    if owner.place in frame.deciding:
        return True
    return frame.function is not None and frame.function.cls in hierarchy.mro(frame.engine, owner.place)


def _unsure(frame: Frame, value: Value, node: ir.Node) -> Value:
    step = frame.step(node, "nobody says which class it is")
    return join(
        *(contents.unsure(option, step) if isinstance(option, _LIBRARY) else option for option in options(value))
    )
