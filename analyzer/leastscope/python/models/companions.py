"""What frameworks do with the functions and classes they are given: make them later, run them elsewhere, hand them in.

A lazy object is what its function gives, a task runs its function, a dependency is given by its provider. Only what
leads to a value or a call is modeled here; Python's own functions are in `externals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Builtin,
    Const,
    ContextVar,
    FunctionValue,
    Future,
    Items,
    Mapping,
    Namespace,
    Partial,
    Query,
    ReadsByName,
    Unknown,
    Value,
    join,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.models import records, rows
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame


def called(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """What a function gives that makes an object with methods of its own; None where it is none of those."""
    handler = _FUNCTIONS.get(name)
    return None if handler is None else handler(frame, arguments, node)


# handed in


def injected(frame: Frame, info: FunctionInfo, parameter: ir.Parameter) -> Value:
    """What a framework gives for a parameter, by its default; Bottom where none does or it is not known."""
    default = parameter.default
    if isinstance(default, ir.Call | ir.Subscript):
        named = default.value if isinstance(default, ir.Subscript) else default
        if last_name(named) in frame.engine.knowledge.functions.injecting:
            value = frame.engine.read(cells.Default(info.place, parameter.name))
            return BOTTOM if isinstance(value, Unknown) else value
    return BOTTOM


def annotated(frame: Frame, parts: tuple[ir.Expr, ...]) -> Value:
    """What a framework gives for a parameter, by what stands beside its type in `Annotated[..]`."""
    for part in parts:
        if isinstance(part, ir.Call) and last_name(part) in frame.engine.knowledge.functions.injecting and part.args:
            return frame.interpreter.value_of(frame, part)
    return UNKNOWN


# run elsewhere


def attribute(frame: Frame, value: FunctionValue | Partial, name: str) -> Value:
    """An attribute that a framework gives to a function it made a task of."""
    return Builtin(value, name) if name in frame.engine.knowledge.functions.tasks else UNKNOWN


def call_task(frame: Frame, task: Builtin, arguments: Arguments, node: ir.Node) -> Value:
    """Call such an attribute: the function runs with what is given."""
    row = frame.engine.knowledge.functions.tasks[task.name]
    if row.listed:
        args, kwargs = rows.taken(arguments, row.args), rows.taken(arguments, row.kwargs)
        arguments = rows.listed(frame, args, kwargs, node)
    if row.binds:
        return Partial(task.receiver, arguments.args, arguments.keywords)
    return frame.interpreter.call(frame, task.receiver, arguments, node)


def is_given_itself(frame: Frame, info: FunctionInfo) -> bool:
    """Whether a task gets itself as its first argument (`@task(bind=True)`)."""
    keywords = frame.engine.knowledge.functions.receiving
    return any(
        argument.keyword in keywords and isinstance(argument.value, ir.Constant) and argument.value.value is True
        for decorator in info.node.decorators
        if isinstance(decorator, ir.Call)
        for argument in decorator.args
    )


# variables of a context


def _variable(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`ContextVar(name, default=..)`: what is set anywhere is what it may give."""
    key = f"{frame.module.path}:{node.start}"
    frame.store(cells.ContextVariable(key), arguments.keyword("default") or BOTTOM)
    return ContextVar(key)


def _call_variable(frame: Frame, variable: ContextVar, name: str, arguments: Arguments) -> Value:
    cell = cells.ContextVariable(variable.key)
    first = arguments.at(0)
    if name == "get":
        return join(frame.engine.read(cell), first or BOTTOM)
    if name == "set" and first is not None:
        frame.store(cell, first)
    return UNKNOWN


# reading by name


def _later(reads: Literal["attribute", "method", "item"]) -> Callable[[Frame, Arguments, ir.Node], Value]:
    """A function that is given names first and the object last."""
    return lambda _frame, arguments, _node: Partial(ReadsByName(reads), arguments.args, arguments.keywords)


def read_by_name(frame: Frame, reader: ReadsByName, arguments: Arguments, node: ir.Node) -> Value:
    """What such a function gives for the names and the object."""
    match reader.reads:
        case "attribute":
            return _attributes_of(frame, arguments, node)
        case "method":
            return _method_of(frame, arguments, node)
        case "item":
            return _item_of(frame, arguments, node)


def _attributes_of(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`attrgetter(*paths)(value)`."""
    *paths, value = arguments.args or (UNKNOWN,)
    found = [_dotted(frame, value, path, node) for path in paths]
    return found[0] if len(found) == 1 else Items(tuple(found))


def _dotted(frame: Frame, value: Value, path: Value, node: ir.Node) -> Value:
    if not isinstance(path, Const) or not isinstance(path.value, str):
        return frame.interpreter.dynamic(frame, value, path, node)
    for name in path.value.split("."):
        value = frame.interpreter.get(frame, value, name, node)
    return value


def _method_of(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`methodcaller(name, *args)(value)`."""
    if len(arguments.args) < 2:
        return UNKNOWN
    name, *given, value = arguments.args
    method = frame.interpreter.dynamic(frame, value, name, node)
    return frame.interpreter.call(frame, method, Arguments(tuple(given), arguments.keywords), node)


def _item_of(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    *keys, value = arguments.args or (UNKNOWN,)
    found = [frame.interpreter.item(frame, value, key, node) for key in keys]
    return found[0] if len(found) == 1 else Items(tuple(found))


def _namespace_of(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`vars(value)`."""
    return Namespace(arguments.at(0) or UNKNOWN)


def _call_namespace(frame: Frame, owner: Value, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A method of `value.__dict__`."""
    if name == "get":
        return frame.interpreter.dynamic(frame, owner, arguments.at(0) or UNKNOWN, node)
    if name == "update":
        given, rest = spread(arguments.at(0) or Mapping(()))
        frame.depend(parameters_in(rest) | parameters_in(arguments.extra))
        for key, value in (*given.items(), *arguments.keywords):
            frame.interpreter.store(frame, owner, key, value, node)
    return UNKNOWN


# results that come later


def awaited(value: Value) -> Value:
    """What waiting for a value gives: the result of a future, the results of several, else the value."""
    match value:
        case Future(result):
            return result
        case Items(items, rest) if any(isinstance(item, Future) for item in (*items, rest)):
            return Items(tuple(awaited(item) for item in items), awaited(rest))
        case _:
            return value


def call_builtin(frame: Frame, method: Builtin, arguments: Arguments, node: ir.Node) -> Value | None:
    """Call a method of something that a framework gives, or of a task; None where it is a built-in value's."""
    match method.receiver:
        case FunctionValue() | Partial():
            return call_task(frame, method, arguments, node)
        case Query() as query:
            return records.call_query(frame, query, method.name)
        case Namespace(owner):
            return _call_namespace(frame, owner, method.name, arguments, node)
        case Future() as future:
            then = arguments.at(0) if method.name == "add_done_callback" else None
            return UNKNOWN if then is None else frame.interpreter.call(frame, then, Arguments((future,)), node)
        case ContextVar() as variable:
            return _call_variable(frame, variable, method.name, arguments)
        case _:
            return None


_FUNCTIONS: dict[str, Callable[[Frame, Arguments, ir.Node], Value]] = {
    "contextvars.ContextVar": _variable,
    "operator.attrgetter": _later("attribute"),
    "operator.methodcaller": _later("method"),
    "operator.itemgetter": _later("item"),
    "builtins.vars": _namespace_of,
}
