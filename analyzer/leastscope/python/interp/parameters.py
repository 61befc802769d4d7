"""What the parameters of a function of the program get in a call: an argument, or their default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Const,
    Items,
    Mapping,
    Object,
    Place,
    Value,
    join,
)
from leastscope.python.interp import objects
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine


def bound(engine: Engine, info: FunctionInfo, receiver: Value | None, arguments: Arguments) -> dict[str, Value]:
    """The value of each parameter; one that is not given has its default where that is a literal."""
    found: dict[str, Value] = {}
    positional = list(arguments.args)
    if receiver is not None:
        positional.insert(0, receiver)
    keywords = dict(arguments.keywords)
    for parameter in info.node.parameters:
        if parameter.kind == "*":
            found[parameter.name] = Items(tuple(positional), arguments.more)
            positional = []
        elif parameter.kind == "**":
            found[parameter.name] = Mapping(tuple(keywords.items()), arguments.extra)
        elif parameter.kind != "keyword" and positional:
            found[parameter.name] = positional.pop(0)
        elif parameter.kind != "positional" and parameter.name in keywords:
            found[parameter.name] = keywords.pop(parameter.name)
        else:
            found[parameter.name] = _default(engine, info, parameter, arguments)
    return found


def _default(engine: Engine, info: FunctionInfo, parameter: ir.Parameter, arguments: Arguments) -> Value:
    default = parameter.default
    if isinstance(default, ir.Constant) and default.value is not None:
        value: Value = Const.of(default.value)
    elif isinstance(default, ir.Dict) and not default.items:
        value = objects.freshened(engine, Mapping((), BOTTOM, Object(Place(info.place.path, default.start))))
    elif isinstance(default, ir.Display) and not default.items:
        value = objects.freshened(engine, Items((), BOTTOM, Object(Place(info.place.path, default.start))))
    else:
        # Other code may set another one: `function.__defaults__ = (client,)`.
        kept = engine.read(cells.Default(info.place, parameter.name))
        value = UNKNOWN if default is None and isinstance(kept, Bottom) else kept
    open_ended = join(arguments.extra, arguments.more if parameter.kind != "keyword" else BOTTOM)
    if isinstance(open_ended, Bottom):
        return value
    return open_ended if default is None else join(value, open_ended)
