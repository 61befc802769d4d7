"""Classes of the program that a modeled framework calls: what they set and override says which request it sends.

The framework's base class is in a model, with the names of the attributes and methods that its subclasses bring. A class
that lacks one of them is abstract. What only the makers of instances know is told where they make one. Without a model of
such a base no class is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, templates
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Const,
    FunctionValue,
    Instance,
    LibraryMethod,
    LibraryObject,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.sending import library_types, requests
from leastscope.python.state import cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.library import Member
    from leastscope.python.domain.values import LibraryClass, Place
    from leastscope.python.state.frame import Frame


def defined(frame: Frame, place: Place, definition: ir.Class) -> None:
    """Record what a framework sends for a class, at its name, unless that is for the makers of its instances to tell."""
    if not _is_asked(frame):
        return
    head = ir.Name(definition.start, definition.start + len(f"class {definition.name}"), definition.name)
    for form in _forms(frame, place):
        given = _given(frame, Instance(place, ()), form, head)
        if given and not (_is_left_open(form, given) and frame.engine.holds(cells.MakerAsked(place))):
            _send(frame, place, form, given, head)


def made(frame: Frame, value: Value, node: ir.Node) -> None:
    """Record what a framework sends for instances that are made here, where their class leaves that to their makers."""
    if not _is_asked(frame):
        return
    for instance in (option for option in options(value) if isinstance(option, Instance)):
        for form in _forms(frame, instance.place):
            of_class = _given(frame, Instance(instance.place, ()), form, node)
            if of_class and _is_left_open(form, of_class):
                frame.engine.confirm(cells.MakerAsked(instance.place))
                given = _given(frame, instance, form, node) if instance.made_with else of_class
                _send(frame, instance.place, form, given or of_class, node)


def _is_asked(frame: Frame) -> bool:
    return any(library.bases for library in frame.engine.knowledge.libraries.values())


@dataclass(frozen=True, slots=True)
class _Form:
    """What a modeled class says of its subclasses: the names that decide a request, and what stands for those not set."""

    base: LibraryClass
    member: Member
    defaults: Mapping[str, str]

    @property
    def decisive(self) -> tuple[str, ...]:
        """The names without which nothing is sent."""
        return (*templates.names_in(self.member.verb), *templates.names_in(self.member.path))


def _forms(frame: Frame, place: Place) -> Iterator[_Form]:
    """What the modeled classes above a class say of their subclasses."""
    for base in dict.fromkeys(hierarchy.library_bases(frame.engine, place)):
        kind = library_types.model(frame, base.library).types[base.type]
        yield from (_Form(base, member, kind.defaults) for member in kind.subclass)


def _is_left_open(form: _Form, given: Mapping[str, Value]) -> bool:
    return any(parameters_in(given[name]) for name in form.decisive)


def _given(frame: Frame, instance: Instance, form: _Form, node: ir.Node) -> Mapping[str, Value] | None:
    """What an instance has for the names of a form; None where it lacks one that decides what is sent."""
    found: dict[str, Value] = {}
    for name in (*form.decisive, *form.member.mapping, *(name for name, _ in form.member.named)):
        value = _value(frame, instance, name, node)
        if isinstance(value, Bottom) and name in form.defaults:
            value = Const.of(form.defaults[name])
        if not isinstance(value, Bottom):
            found[name] = value
    return found if all(name in found for name in form.decisive) else None


def _value(frame: Frame, instance: Instance, name: str, node: ir.Node) -> Value:
    """What an attribute is, or what calling the method of this name gives; Bottom where the program sets neither.

    Of a name with a dot it is the attribute of what the first part is.
    """
    name, _, further = name.partition(".")
    if further:
        return frame.interpreter.get(frame, _value(frame, instance, name, node), further, node)
    engine = frame.engine
    stored = hierarchy.stored_above(engine, instance.place, name)
    if not stored and isinstance(hierarchy.class_attribute(engine, instance.place, name), Bottom):
        return BOTTOM
    found: list[Value] = []
    for option in options(frame.interpreter.get(frame, instance, name, node)):
        if isinstance(option, FunctionValue):
            found.append(frame.interpreter.call(frame, option, Arguments(), node))
        else:
            found.append(option)
    return join(*(option for option in options(join(*found)) if option != NONE))


def _send(frame: Frame, place: Place, form: _Form, given: Mapping[str, Value], node: ir.Node) -> None:
    """Record the request; what is open still is not known."""
    names = dict(form.member.named)
    known = {names.get(name, name): contents.substitute(value, lambda _: UNKNOWN) for name, value in given.items()}
    owner = LibraryObject(form.base.library, form.base.type, trail=form.base.trail)
    sent = LibraryMethod(owner, frame.engine.cls(place).node.name)
    requests.send(frame, sent, (form.member,), Arguments(keywords=tuple(known.items())), node)
