"""Calls on receivers whose class cannot be told: ORM relations, registries, values of code that is not there.

Where exactly one class of the whole program defines a method of that name, and its callers decide a request or it gives
something of a library, that method is taken. All that is found this way is only possible, and says so. Which methods
these are is known once everything else has settled; until then no name leads anywhere.
"""

from __future__ import annotations

import datetime as dt
import decimal
import io
import logging
import pathlib
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments, Call
from leastscope.python.domain.effects import Fails, Sends
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Value,
    options,
)
from leastscope.python.index.program import within
from leastscope.python.interp import calls, expressions
from leastscope.python.models import records
from leastscope.python.state import cells
from leastscope.python.state.notes import Calling
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.library import Knowledge
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame

_DATA_TYPES = (
    object, str, bytes, int, float, complex, list, tuple, dict, set, frozenset, type, BaseException, memoryview, property,
    dt.datetime, dt.timedelta, decimal.Decimal, io.BytesIO, io.StringIO, pathlib.Path, logging.Logger,
    threading.Thread,
)  # fmt: skip
_PLAIN_CLASSES = frozenset(f"builtins.{name}" for name in ("object", "str", "bytes", "int", "float", "complex"))


@lru_cache(maxsize=1)
def _plain_names() -> frozenset[str]:
    return frozenset(name for kind in _DATA_TYPES for name in dir(kind))


def is_telling(knowledge: Knowledge, name: str) -> bool:
    """Whether a method's name says something of its class: no built-in type, record or modeled library has it."""
    return is_own_name(knowledge, name) and not any(name in index.members for index in knowledge.indexes.values())


def is_own_name(knowledge: Knowledge, name: str) -> bool:
    """Whether an attribute's name is the program's own: no built-in type or record has it."""
    # Python itself calls `__enter__` and its like, on any class; `get` or `save` is what most receivers have anyway.
    return not (name.startswith("__") or name in _plain_names() or name in knowledge.functions.common)


def called(frame: Frame, call: Call) -> Value:
    """What a call of a method gives whose class only its name tells; Bottom where the name tells nothing."""
    if call.receiver is None or not all(contents.says_nothing(option) for option in options(call.function)):
        return BOTTOM
    # The name is looked up before the receiver is looked at: it is one set lookup, and nearly always says no.
    info = _only(frame, call.method) or _of_record(frame, call.receiver, call.method)
    if info is None or info.kind == "property" or _is_elsewhere(frame, call.receiver):
        return BOTTOM
    return _taken(frame, info, call.arguments, call.node)


def read(frame: Frame, value: Value, node: ir.Node | None) -> Value:
    """What reading a property gives whose class only its name tells; Bottom where the name tells nothing."""
    if not isinstance(node, ir.Attribute) or not contents.says_nothing(value):
        return BOTTOM
    info = _only(frame, node.name)
    if info is None or info.kind != "property" or _is_elsewhere(frame, node.value):
        return BOTTOM
    return _taken(frame, info, Arguments(), node)


def _only(frame: Frame, name: str) -> FunctionInfo | None:
    """The only method of the program with this name, if it is one that matters."""
    # Not monotone, hence filled between two rounds only, once everything else has settled. A file that is read later
    # may define the name again; the answer is not taken back, and that is one reason why it is only possible.
    found = frame.engine.members(cells.OnlyMethod(name))
    return frame.engine.function(next(iter(found))) if len(found) == 1 else None


def _of_record(frame: Frame, receiver: ir.Expr, name: str) -> FunctionInfo | None:
    """The only method of the program with this name, if a record of joined classes has it and a field of a record is asked.

    Such a field holds a record, so that a name tells more here, even one that other objects have as well.
    """
    found = frame.engine.members(cells.OnlyRecordMethod(name))
    if len(found) != 1 or not isinstance(receiver, ir.Attribute):
        return None
    owners = options(frame.value_before(receiver.value))
    if not any(isinstance(owner, Instance) and records.is_registered(frame.engine, owner.place) for owner in owners):
        return None
    return frame.engine.function(next(iter(found)))


def _taken(frame: Frame, info: FunctionInfo, arguments: Arguments, node: ir.Node) -> Value:
    """Call the method: what that settles is possible; an operation that does not exist tells against the guess."""
    assert info.cls is not None  # noqa: S101 - only methods are taken
    bound: Value | None = Instance(info.cls) if info.kind in {"method", "property"} else None
    if info.kind == "class":
        bound = ClassValue(info.cls, generic=True)
    outer, frame.effects = frame.effects, {}
    value = calls.call(frame, FunctionValue(info.place, bound), arguments, node)
    found, frame.effects = frame.effects, outer
    note = f"the class of the receiver is not known; only '{info.qualname}' has a method of this name"
    step = frame.step(node, note)
    for effect in found:
        if isinstance(effect, Sends):
            if frame.engine.knowledge.is_known(effect.system, effect.server, effect.verb, effect.path):
                frame.emit(replace(effect, resolution="possible", evidence=(step, *effect.evidence)))
        elif not (isinstance(effect, Fails) and effect.kind == "unknown-member"):
            frame.emit(effect)
    # A guess that leads to no request must not count as a caller, or the method would no longer be reported as open.
    if not any(isinstance(effect, Sends) for effect in found):
        frame.engine.retract(Calling(info.place, frame.site(node)))
    return contents.unsure(value, step)


# receivers whose class is known to be another


def _is_elsewhere(frame: Frame, receiver: ir.Expr) -> bool:
    """Whether the receiver's class is known after all: one of the program without the method, or one from outside."""
    # `super()` means a base of the class around it: a base that is not there has the method, not some other class.
    if isinstance(receiver, ir.Call) and isinstance(receiver.func, ir.Name) and receiver.func.id == "super":
        return True
    for option in options(frame.value_before(receiver)):
        if isinstance(option, Instance | ClassValue) and not records.is_registered(frame.engine, option.place):
            return True
        if not isinstance(option, Instance | ClassValue) and not contents.says_nothing(option):
            # `None` is what a field holds before its object is put there: it says nothing of that object's class.
            return not (isinstance(option, Const) and option.value is None)
    return is_made_outside(frame, receiver)


def is_made_outside(frame: Frame, receiver: ir.Expr) -> bool:
    """Whether an expression makes an instance of a class that is not of the program, or a name or attribute is given one."""
    return any(_makes_outside(frame, value) for value in (receiver, *givers(frame, receiver)))


def givers(frame: Frame, receiver: ir.Expr) -> Iterator[ir.Expr]:
    """The expressions that a name, or an attribute of `self`, is given in this function or its class."""
    info = frame.function
    bodies: list[object] = [info.node.body if info is not None else frame.module.tree.body]
    # An attribute of `self` may be given in any method of the class; a local name only in its own function.
    if isinstance(receiver, ir.Attribute) and info is not None and info.cls is not None:
        bodies = [each.node.body for each in frame.module.functions.values() if each.cls == info.cls]
    elif not isinstance(receiver, ir.Name):
        return
    for node in within(tuple(bodies)):
        if (
            isinstance(node, ir.Assign)
            and node.value is not None
            and any(_same(each, receiver) for each in node.targets)
        ):
            yield node.value
        elif isinstance(node, ir.With):
            yield from (value for value, target in node.items if target is not None and _same(target, receiver))


def _same(target: ir.Expr, receiver: ir.Expr) -> bool:
    match target, receiver:
        case ir.Name(id=one), ir.Name(id=other):
            return one == other
        case ir.Attribute(value=ir.Name(), name=one), ir.Attribute(value=ir.Name(), name=other):
            return one == other
        case _:
            return False


def _makes_outside(frame: Frame, value: ir.Expr) -> bool:
    """Whether an expression makes an instance of a class that is not of the program: `other.Client(..)`."""
    while isinstance(value, ir.Await):
        value = value.value
    if not isinstance(value, ir.Call) or not _is_dotted(value.func):
        return False
    made = expressions.value_of(frame, value.func)
    return isinstance(made, External) and (made.name in _PLAIN_CLASSES or made.name.rpartition(".")[2][:1].isupper())


def _is_dotted(node: ir.Expr) -> bool:
    while isinstance(node, ir.Attribute):
        node = node.value
    return isinstance(node, ir.Name)
