"""What decides in a method: the class that it is called on, the object, or a name that callers choose.

A method reads an attribute of its own that is something else in another class, or in another object of the class. Then the
class or object that a call names decides what the method sends, and it is evaluated for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents, servers, strings
from leastscope.python.domain.values import (
    Bottom,
    ClassValue,
    FunctionValue,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Unit,
    Value,
    options,
)
from leastscope.python.interp import descriptors
from leastscope.python.state import carriers, hierarchy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.python.domain.effects import Summary
    from leastscope.python.domain.values import Place
    from leastscope.python.state.frame import Frame


def note_own(frame: Frame, place: Place, found: Sequence[Value]) -> None:
    """A method reads an attribute that subclasses set differently: which class it is called on decides something.

    So does the class of a parameter of which an annotation says only a class above it.

    What one class sets does not go with what another one does, so each class is looked at by itself where one of the
    values leads to a request: something of a library, or the URL of a server that is modeled; or where the method sends
    something, or gives something of a library.
    """
    if place not in frame.standing:
        return
    differing = {one for one in found if not isinstance(one, Bottom | FunctionValue)}
    # Most methods are left out of the count: nearly every hierarchy overrides some, and following each class for them
    # would evaluate every method once for each subclass.
    if len(differing) > 1 or any(_tells(frame, one) for one in found):
        frame.differs_by(place)
        frame.by_class = frame.by_class or any(
            contents.of_library(one) or carriers.is_of_server(frame.engine, one) for one in differing
        )


def note_chosen(frame: Frame, owner: Value, key: Value) -> bool:
    """Whether callers of a method choose one of its own attributes by name, and one leads to a request in some class."""
    info, engine = frame.function, frame.engine
    if info is None or info.cls is None or not info.node.parameters or not is_own(frame, owner):
        return False
    for name in hierarchy.names(engine, info.cls, strings.template(key) or servers.HOLE):
        found = (
            hierarchy.class_attribute(engine, info.cls, name),
            *hierarchy.overrides(engine, info.cls, name).values(),
        )
        if any(contents.of_library(one) or carriers.is_of_server(engine, one) for one in found):
            frame.relevant.add(info.node.parameters[0].name)
            frame.by_class = True
            return True
    return False


def is_own(frame: Frame, owner: Value) -> bool:
    """Whether a value may be an object of the class of the running method, or the class itself."""
    cls = frame.function.cls if frame.function is not None else None
    return any(isinstance(one, Instance | ClassValue) and one.place == cls for one in options(owner))


def _tells(frame: Frame, value: Value) -> bool:
    """Whether a method does nothing but name what its class is for: something of a library, or a text."""
    if not isinstance(value, FunctionValue):
        return False
    return frame.engine.told(Unit(value.place, value.frame), _names) or False


def _names(summary: Summary) -> bool:
    return contents.of_library(summary.returns) or contents.is_text(summary.returns)


def note_made(frame: Frame, value: Instance, found: Value) -> None:
    """A method reads what holds other URLs or resources in other instances: which one it is called on decides something."""
    receiver, inside = _receiver_of(frame, value), _is_inside(frame, value)
    if not receiver and not inside:
        return
    held = options(found)
    by_object = sum(isinstance(option, LibraryClass | LibraryMethod | LibraryObject) for option in held) > 1 or (
        len(contents.functions_in(found)) > 1
        and any(isinstance(one, FunctionValue) and carriers.carries(frame.engine, one) for one in held)
    )
    # What a descriptor was told says which one it is, whatever that leads to.
    is_told = len(held) > 1 and descriptors.hears_name(frame.engine, value.place)
    if by_object or is_told or sum(contents.is_url(option) for option in held) > 1:
        frame.relevant |= {receiver} - {""}
        frame.class_differs |= by_object or inside
    frame.by_class |= by_object or (inside and is_told)


def note_member(frame: Frame, value: Instance) -> None:
    """A method of an enumeration reads the value of its member: which one it is called on decides something."""
    receiver = _receiver_of(frame, value)
    if receiver:
        frame.relevant.add(receiver)
        frame.class_differs = frame.by_class = True


def _receiver_of(frame: Frame, value: Instance) -> str:
    """The parameter that a method is called on, where a value is any object of its class; "" elsewhere."""
    info = frame.function
    if info is None or info.cls != value.place or value.made_with is not None or not info.node.parameters:
        return ""
    return info.node.parameters[0].name


def _is_inside(frame: Frame, value: Instance) -> bool:
    """Whether a function that stands in a method reads from any object of the class what the method was called on."""
    info, around = frame.function, frame.unit.frame
    if info is None or info.cls is not None or around is None or value.made_with is not None:
        return False
    return frame.engine.function(around.place).cls == value.place
