"""What the receiver of a call is known as, once all facts are settled: something else than a library's, or nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import (
    NONE,
    UNKNOWN,
    Bottom,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Instance,
    Missing,
    Param,
    Unknown,
    Value,
    options,
)
from leastscope.python.heuristics import guesses
from leastscope.python.index.program import last_name
from leastscope.python.sending import strangers
from leastscope.python.state import cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame

_PLAIN = frozenset({"Any", "object", "Optional", "Union", "Annotated", "Final", "ClassVar", "None"})
"""Names in annotations that say nothing of a class."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """What a receiver may be: something called after one of these modules; a telling call is hardly anything else's."""

    modules: frozenset[str]
    telling: bool


def is_known(frame: Frame, function: Value, receiver: ir.Expr, suspect: Suspect) -> bool:
    """Whether the evaluator knows what a call calls, or its receiver is something that no library's call ends with."""
    if not all(_may_be_any(option) for option in options(function)):
        return True
    if strangers.is_stand_in(frame.engine.knowledge.functions, receiver) or _is_annotated_otherwise(
        frame, receiver, suspect
    ):
        return True
    if any(_is_decorated(frame, one) for one in (receiver, *guesses.givers(frame, receiver))):
        return False
    found = options(frame.value_before(receiver))
    if isinstance(receiver, ir.Name | ir.Attribute) and any(_is_made(option) for option in found):
        return True
    # A local name that is None is never given anything else; other code may fill an attribute or a global.
    if _is_local(frame, receiver) and found == (NONE,):
        return True
    return any(_is_other(frame, option, suspect) for option in found) or guesses.is_made_outside(frame, receiver)


def _is_decorated(frame: Frame, node: ir.Expr) -> bool:
    """Whether an expression begins with a function whose decorator is not read: it may be, or give, whatever that makes."""
    while isinstance(node, ir.Attribute | ir.Call | ir.Subscript | ir.Await):
        if isinstance(node, ir.Attribute | ir.Call) and _holds_decorated(frame, node):
            return True
        node = node.func if isinstance(node, ir.Call) else node.value
    return isinstance(node, ir.Name) and _holds_decorated(frame, node)


def _holds_decorated(frame: Frame, node: ir.Expr) -> bool:
    """Whether an expression holds such a function."""
    known = frame.evaluated.get(frame.site(node))
    if known is None and isinstance(node, ir.Name):
        known = frame.interpreter.value_of(frame, node)
    return any(
        isinstance(option, FunctionValue) and frame.engine.holds(cells.Decorated(option.place))
        for option in options(known or UNKNOWN)
    )


def _is_local(frame: Frame, node: ir.Expr) -> bool:
    """Whether an expression is a name that nothing outside its function can give a value."""
    return isinstance(node, ir.Name) and frame.function is not None and node.id in frame.function.locals


def _may_be_any(value: Value) -> bool:
    """Whether a value that is called can be a library's method, for all that is known."""
    match value:
        case Unknown() | Dependent() | Param(kind=None) | External() | Missing() | Dynamic() | Bottom():
            return True
        case _:
            return contents.says_nothing(value)


def _is_other(frame: Frame, value: Value, suspect: Suspect) -> bool:
    match value:
        case Unknown() | Dependent() | Bottom() | Missing() | Dynamic() | Param(kind=None) | Const(None):
            return False
        case Param(kind=place) if place is not None:
            return not hierarchy.is_protocol(frame.engine, place)
        case Instance(place):
            # An unread base may give a class of the program the library's attributes. Only a telling ending is reason
            # to think so: `self.items.list(` is a method of many classes.
            return not (suspect.telling and _has_unread_base(frame, value)) and not hierarchy.is_protocol(
                frame.engine, place
            )
        case External(name):
            return not _may_hold(name, suspect)
        case _:
            return not contents.says_nothing(value)


def _is_made(value: Value) -> bool:
    """Whether a value is an object of a class that is not read, made in this file or another; not what is inside of one."""
    return isinstance(value, Unknown) and value.origin != "" and "." not in value.origin.rpartition(":")[2]


def _has_unread_base(frame: Frame, value: Instance) -> bool:
    """Whether a class has a base of code that is not there, which may give its instances anything."""
    return any(
        isinstance(base, External | Unknown)
        for current in hierarchy.mro(frame.engine, value.place)
        for base in options(frame.engine.read(cells.Bases(current)))
    )


def _may_hold(name: str, suspect: Suspect) -> bool:
    """Whether a name from code that is not there may stand for the library: it is called so, or is an object itself."""
    owner, _, last = name.rpartition(".")
    if suspect.modules.intersection(last.lower().split("_")):
        return True
    # By convention a lower-case name is an object or a function, which may give a client; an upper-case one is a class.
    return suspect.telling and owner != "" and last[:1].islower()


def _is_annotated_otherwise(frame: Frame, node: ir.Expr, suspect: Suspect) -> bool:
    """Whether a parameter is annotated with a class that is not there to be read, and not the library's."""
    info: FunctionInfo | None = frame.function
    node = node.func if isinstance(node, ir.Call) else node
    while isinstance(node, ir.Name) and info is not None:
        for parameter in info.node.parameters:
            if parameter.name == node.id:
                return _names_class(frame, parameter.annotation, suspect)
        # A closure sees the parameters of the functions around it.
        info = frame.engine.function(info.outer) if info.outer is not None else None
    return False


def _names_class(frame: Frame, annotation: ir.Expr | None, suspect: Suspect) -> bool:
    match annotation:
        case ir.Constant(value=str(text)) if text.isidentifier():
            return _names_class(frame, ir.Name(annotation.start, annotation.end, text), suspect)
        case ir.Name() | ir.Attribute() if last_name(annotation) not in _PLAIN:
            found = options(frame.interpreter.value_of(frame, annotation))
            return bool(found) and all(_is_of_another(option, suspect) for option in found)
        case ir.Operation(op="|", left=left, right=right):
            return _names_class(frame, left, suspect) or _names_class(frame, right, suspect)
        case ir.Subscript(index=ir.Display(items=items)) if items:
            return _names_class(frame, items[-1], suspect)
        case ir.Subscript(index=index):
            return _names_class(frame, index, suspect)
        case _:
            return False


def _is_of_another(value: Value, suspect: Suspect) -> bool:
    """Whether a class is from code that is not there, and neither it nor its module is called after the library."""
    if not isinstance(value, External):
        return False
    words = set(value.name.lower().replace(".", "_").split("_"))
    return words.isdisjoint(suspect.modules)
