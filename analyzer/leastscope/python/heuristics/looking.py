"""What the evaluation knows of each expression of a line, for whoever asks why a request is, or is not, found there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from leastscope.model import Step
from leastscope.python.domain.values import (
    Bottom,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Missing,
    ModuleValue,
    Outside,
    Param,
    Text,
    Union,
    Unknown,
    Value,
    options,
)
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.interp.statements import evaluate_unit
from leastscope.python.sending import losses
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from leastscope.python.domain.arguments import Call
    from leastscope.python.domain.values import Place, Unit
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

    Told: TypeAlias = tuple[Step, tuple[Step, ...]]
    """What is known of an expression, at its place, and where that comes from."""

_MOST = 3
"""Alternatives of a value that are told one by one."""
_MOST_CALLERS = 5
_LONGEST = 60
_PLAIN = re.compile(r"(https?://[\w.-]+)?/[\w/.:{}-]*|[A-Za-z_.:-]+")
"""Texts that are shown: names and paths, but no key."""


@dataclass(slots=True)
class _Watch:
    """Takes the frame of a unit that is evaluated once more; see `state.frame.Receivers`."""

    frames: list[Frame] = field(default_factory=list)

    def called(self, frame: Frame, call: Call) -> Value:
        self.frames = [frame]
        return RECEIVERS.called(frame, call)

    def read(self, frame: Frame, value: Value, node: ir.Node | None) -> Value:
        return RECEIVERS.read(frame, value, node)


def at_line(engine: Engine, module: ModuleInfo, units: Iterable[Unit], line: int) -> Iterator[Told]:
    """Tell what stands before a dot or as an argument in a line, as it is for any caller of the function around it."""
    for unit in units:
        here = _nodes_at(module, unit, line)
        for frame in _frames(engine, unit) if here else ():
            yield from _known(frame, here)


def by_caller(engine: Engine, module: ModuleInfo, units: Iterable[Unit], line: int) -> Iterator[Step]:
    """Tell which calls of the function around a line give its expressions which values: a few calls, at their places."""
    for unit in units:
        here = _nodes_at(module, unit, line) if unit.place.start >= 0 else {}
        if not here:
            continue
        plain = {site: text for frame in _frames(engine, unit) for site, text in _texts(frame, here)}
        told: dict[tuple[str, tuple[int, int]], dict[str, None]] = {}
        for path, site, context in sorted(_contexts(engine, unit.place), key=lambda each: each[:2]):
            if (path, site) in told or len(told) < _MOST_CALLERS:
                found = (each for frame in _frames(engine, context) for each in _texts(frame, here))
                told.setdefault((path, site), {}).update({text: None for at, text in found if plain.get(at) != text})
        for (path, site), texts in told.items():
            caller = engine.modules[path]
            if caller is not None:
                yield from (Step(caller.span_at(*site), text) for text in texts)


def _contexts(engine: Engine, place: Place) -> Iterator[tuple[str, tuple[int, int], Unit]]:
    """For which arguments a function is evaluated, each with the first call of a file that gives them."""
    for path, units in engine.noted.followed.get(place, {}).items():
        yield from ((path, site, unit) for unit, site in units.items())


def _nodes_at(module: ModuleInfo, unit: Unit, line: int) -> dict[tuple[int, int], ir.Node]:
    """The nodes of a function's or body's own scope that start in a line, by their sites."""
    info = module.functions.get(unit.place.start)
    body = module.tree.body if info is None else info.node.body
    return {(node.start, node.end): node for node in _nodes(body) if module.span(node).line == line}


def _frames(engine: Engine, unit: Unit) -> list[Frame]:
    """A unit evaluated once more, as its frame; nothing where it calls nothing."""
    watch = _Watch()
    evaluate_unit(engine, unit, watch)
    return watch.frames


def _texts(frame: Frame, here: dict[tuple[int, int], ir.Node]) -> Iterator[tuple[tuple[int, int], str]]:
    """What is known of each expression of a line, in words."""
    for site, value in sorted(frame.evaluated.items()):
        node = here.get(site)
        if node is not None and not isinstance(node, ir.Constant):
            yield site, f"'{_written(node)}' is {described(frame, value)}"


def _nodes(body: object) -> Iterator[ir.Node]:
    """Every node of a function's own scope, names too; inner functions and classes are not entered."""
    stack = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, ir.Node):
            yield node
        if isinstance(node, tuple):
            stack += node
        elif isinstance(node, msgspec.Struct) and not isinstance(node, ir.Function | ir.Class | ir.Lambda):
            stack += msgspec.structs.astuple(node)


def _known(frame: Frame, here: dict[tuple[int, int], ir.Node]) -> Iterator[Told]:
    for site, value in sorted(frame.evaluated.items()):
        node = here.get(site)
        if node is not None and not isinstance(node, ir.Constant):
            lost = (
                "; it is lost here, for leastscope knows what stands before it" if _is_lost(frame, node, value) else ""
            )
            trail = next((each.trail for each in options(value) if isinstance(each, _OF_LIBRARY)), ())
            yield Step(frame.module.span(node), f"'{_written(node)}' is {described(frame, value)}{lost}"), trail


_OF_LIBRARY = (LibraryModule, LibraryClass, LibraryObject)


def _is_lost(frame: Frame, node: ir.Node, value: Value) -> bool:
    """Whether nothing is known of an expression, and something is of the one that it is made of."""
    match node:
        case ir.Attribute(value=inner) | ir.Subscript(value=inner) | ir.Call(func=ir.Attribute(value=inner)):
            before = frame.evaluated.get(frame.site(inner))
            return isinstance(value, Unknown) and before is not None and not isinstance(before, Unknown)
        case _:
            return False


def _written(node: ir.Node) -> str:
    """An expression as it is written, as far as that is short."""
    match node:
        case ir.Name(id=name):
            return name
        case ir.Attribute(value=inner, name=name):
            return f"{_written(inner)}.{name}"
        case ir.Call(func=func):
            return f"{_written(func)}(…)"
        case ir.Subscript(value=inner):
            return f"{_written(inner)}[…]"
        case ir.Await(value=inner):
            return f"await {_written(inner)}"
        case _:
            return "…"


def described(frame: Frame, value: Value) -> str:
    """A value in words."""
    match value:
        case Union(options=several):
            told = sorted({described(frame, option) for option in several})
            more = f" or one of {len(told) - _MOST} more" if len(told) > _MOST else ""
            return " or ".join(told[:_MOST]) + more
        case LibraryModule(name=name):
            return f"the module '{name}'"
        case LibraryClass(library, kind):
            return f"the class '{_name(frame, library, kind)}'"
        case LibraryObject(library, kind):
            return f"a '{_name(frame, library, kind)}'"
        case LibraryMethod(owner, name):
            return f"the method '{name}' of {described(frame, owner)}"
        case FunctionValue(place):
            return f"the function '{frame.engine.function(place).qualname}'"
        case ClassValue(place):
            return f"the class '{frame.engine.cls(place).qualname}'"
        case Instance(place):
            return f"a '{frame.engine.cls(place).qualname}'"
        case ModuleValue(path):
            return f"the module '{path}'"
        case _:
            return _of_other(value)


def _name(frame: Frame, library: str, kind: str) -> str:
    return losses.name_of(frame.engine.knowledge.indexes[library], kind)


def _of_other(value: Value) -> str:
    """A value that is nothing of the program or of a library, in words."""
    match value:
        case Const(value=str(text)):
            return f"the text '{text}'" if len(text) <= _LONGEST and _PLAIN.fullmatch(text) else "a text"
        case Const(value=plain):
            return f"{plain!r}"
        case Text():
            return "a text of which a part is not known"
        case Outside(origin):
            return f"what '{origin}' says outside of the code"
        case Items():
            return "a list of values"
        case Mapping():
            return "a dict"
        case External(name):
            return f"'{name}', which leastscope does not read"
        case Param(name=name):
            return f"what callers pass as '{name}'"
        case Dependent(params):
            names = sorted({f"'{each.name}'" for each in params})
            return f"what callers decide by {' and '.join(names)}"
        case Missing(name=name):
            return f"a member '{name}' that the rule pack does not list"
        case Dynamic(why=why):
            return "a member that the code chooses at run time" + (f", and {why}" if why else "")
        case Unknown(reason="library" | "limit"):
            return "one of more values than leastscope follows"
        case Unknown(origin=origin) if origin:
            return "an object of code that leastscope does not read"
        case Unknown():
            return "not known"
        case Bottom():
            return "nothing, for no path of the code leads here"
        case _:
            return "a value of Python"
