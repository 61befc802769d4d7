"""Applies rows: what a function that is not read makes of its arguments, calls, or keeps (`leastscope.functions`).

An argument that a row is about and a call does not give: the row says nothing of this call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import (
    Calls,
    Declares,
    Decorates,
    Delegates,
    Enters,
    Enumerates,
    Injects,
    Like,
    Makes,
    Manages,
    Provides,
    Queries,
    Reads,
    Registered,
    Returns,
    Runs,
    Stores,
    Supplied,
    Supplies,
)
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    Dependent,
    External,
    FunctionValue,
    Future,
    Giver,
    GivesBack,
    Instance,
    Items,
    LibraryMethod,
    Mapping,
    Outside,
    Param,
    Partial,
    Unknown,
    Value,
    join,
    options,
    over,
)
from leastscope.python.models import copies, records

if TYPE_CHECKING:
    from leastscope.functions import Argument, Form, Row
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def method_called(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """What a method of an object that is not followed gives of what it calls, enters or makes; None where it does not."""
    row = frame.engine.knowledge.functions.methods.get(name)
    match row:
        case Enters(argument):
            given = taken(arguments, argument)
            return None if given is None else frame.interpreter.entered(frame, given, node)
        case Calls(function):
            given = taken(arguments, function)
            return _call(frame, row, arguments, node) if given is not None and is_callable(given) else None
        case Makes("object"):
            return Unknown(origin=f"{frame.module.path}:{node.start}")
        case Returns():
            return _returned(frame, row, arguments, node)
        case _:
            return None


def is_callable(value: Value) -> bool:
    """Whether a value is something that is called, and is followed when it is, or that callers decide."""
    return any(isinstance(option, _CALLABLE) for option in options(value))


CALL = "operator.call"
"""The function of Python that calls what it is given."""
_CALLABLE = (ClassValue, Dependent, FunctionValue, Instance, LibraryMethod, Param, Partial)


def applied(frame: Frame, row: Row, arguments: Arguments, node: ir.Node) -> Value | None:
    """What a row makes of the arguments of a call; None where the call does not give what the row is about."""
    match row:
        case Returns():
            return _returned(frame, row, arguments, node)
        case Calls():
            return _call(frame, row, arguments, node)
        case Decorates(function):
            return _decorator(taken(arguments, function))
        case Provides():
            return _provider(frame, row, arguments, node)
        case Reads(key, default, required):
            return _read(taken(arguments, key), taken(arguments, default), required=required)
        case Declares(factory, default):
            made = taken(arguments, factory)
            given = taken(arguments, default) or UNKNOWN
            return given if made is None else frame.interpreter.call(frame, made, Arguments(), node)
        case Injects(argument):
            return _call(frame, Calls(argument, "no arguments"), arguments, node)
        case Stores(argument, key, into):
            return _stored(frame, taken(arguments, into), taken(arguments, key), taken(arguments, argument), node)
        case Makes("decorator"):
            return GivesBack()
        case Makes("caller"):
            return External(CALL)
        case Supplies() | Supplied():
            return GivesBack()  # what becomes of the function that it decorates is in `supplied`
        case Like() | Makes() | Runs() | Enumerates() | Delegates() | Queries() | Manages() | Registered():
            return None  # the function of Python is called in its place; `foreign` makes objects, for it knows more of them


def taken(arguments: Arguments, argument: Argument) -> Value | None:
    """The argument of a call that a row is about."""
    if 0 <= argument.position < len(arguments.args):
        return arguments.args[argument.position]
    given = (arguments.keyword(name) for name in argument.names)
    return next((value for value in given if value is not None), None)


def _stored(frame: Frame, into: Value | None, key: Value | None, value: Value | None, node: ir.Node) -> Value | None:
    """Keep a value in another argument; gives an element of that one, as far as the function gives something."""
    if into is None or value is None:
        return None
    frame.interpreter.put(frame, into, key, value, node)
    return join(value, frame.interpreter.iterate(frame, into, node))


# made of an argument


def _returned(frame: Frame, row: Returns, arguments: Arguments, node: ir.Node) -> Value | None:
    given = taken(arguments, row.argument)
    if given is None:
        return _WITHOUT.get(row.form)
    match row.form:
        case "argument" | "text":
            return given
        case "copy":
            return copied(given)
        case "list":
            return copied(sequence(frame, given, node))
        case "element":
            return frame.interpreter.iterate(frame, given, node)
        case "elements":
            return Items((), frame.interpreter.iterate(frame, given, node))
        case "changed":
            fields = dict(arguments.keywords)
            return over(
                given, lambda one: copies.changed(frame, one, fields, node) if isinstance(one, Instance) else UNKNOWN
            )
        case "pair":
            shared = Items((), frame.interpreter.iterate(frame, given, node))
            return Items((shared, shared))
        case "future":
            return given if isinstance(given, Bottom) else Future(given)
        case "secret":
            # Where its text comes from is still known.
            return over(given, lambda value: UNKNOWN if isinstance(value, Const) else value)
        case "credentials":
            return Items((given,))
        case "headers":
            return Mapping((("authorization", given),))
        case "record":
            return join(*(records.record_of(option) for option in options(given)))
        case "registered":
            return records.registered(frame, given)
        case "relation" | "relations":
            return records.related(frame, given, several=row.form == "relations")


_WITHOUT: dict[Form, Value] = {"list": Items(()), "elements": Items(()), "headers": Mapping((), UNKNOWN)}
"""What some forms give without the argument."""


def copied(value: Value) -> Value:
    """A value whose dict or list is an object of its own."""
    return join(*(replace(one, made=None) if isinstance(one, Items | Mapping) else one for one in options(value)))


def sequence(frame: Frame, value: Value, node: ir.Node) -> Value:
    """A list of what iterating over a value gives."""
    known = (Items, Param, Dependent, Unknown, Bottom)
    return join(
        *(
            option if isinstance(option, known) else Items((), frame.interpreter.iterate(frame, option, node))
            for option in options(value)
        )
    )


def _read(key: Value | None, default: Value | None, *, required: bool) -> Value:
    optional = default == NONE or (default is None and not required)
    origin = Outside(f"env:{key.value}" if isinstance(key, Const) else "env:?", optional)
    return origin if default is None else join(origin, default)


# called


def _call(frame: Frame, row: Calls, arguments: Arguments, node: ir.Node) -> Value | None:
    function = taken(arguments, row.function)
    if function is None:
        return None
    if row.given == "no arguments":
        result = made_by(frame, function, node)
    else:
        result = frame.interpreter.call(frame, function, _given(frame, row, arguments, node), node)
    match row.gives:
        case "result":
            return result
        case "nothing":
            return UNKNOWN
        case "future":
            return Future(result)
        case "list":
            return Items((), result)


def _given(frame: Frame, row: Calls, arguments: Arguments, node: ir.Node) -> Arguments:
    """What an argument is called with."""
    behind = following(arguments, row.function)
    match row.given:
        case "listed arguments":
            return listed(frame, taken(arguments, row.args), taken(arguments, row.kwargs), node)
        case "elements":
            return Arguments(tuple(frame.interpreter.iterate(frame, value, node) for value in behind.args))
        case "unpacked elements":
            each = frame.interpreter.iterate(frame, behind.at(0) or UNKNOWN, node)
            return Arguments(each.items if isinstance(each, Items) else (each,))
        case "no arguments":
            return Arguments()
        case "following arguments":
            return behind


def following(arguments: Arguments, argument: Argument) -> Arguments:
    """The arguments behind one of them."""
    return Arguments(arguments.args[argument.position + 1 :], arguments.keywords, arguments.more, arguments.extra)


def listed(frame: Frame, args: Value | None, kwargs: Value | None, node: ir.Node) -> Arguments:
    """Arguments that are given as a list and a dict."""
    given, extra = spread(kwargs) if kwargs is not None else ({}, BOTTOM)
    if args is None:
        return Arguments((), tuple(given.items()), BOTTOM, extra)
    if isinstance(args, Items):
        return Arguments(args.items, tuple(given.items()), args.rest, extra)
    return Arguments((), tuple(given.items()), frame.interpreter.iterate(frame, args, node), extra)


def made_by(frame: Frame, function: Value, node: ir.Node) -> Value:
    """What calling a function without arguments gives; of a generator, what it yields."""
    found: list[Value] = []
    for option in options(function):
        result = frame.interpreter.call(frame, option, Arguments(), node)
        yields = isinstance(option, FunctionValue) and frame.engine.function(option.place).node.generator
        found += [elements(each) if yields and isinstance(each, Items) else each for each in options(result)]
    return join(*found)


def _decorator(given: Value | None) -> Value:
    is_function = isinstance(given, FunctionValue | LibraryMethod | Partial)
    return given if given is not None and is_function else GivesBack()


# given by a container


def provided(value: Value) -> Value:
    """What a provider of a container gives."""
    return join(*(option.result if isinstance(option, Giver) else option for option in options(value)))


def _provider(frame: Frame, row: Provides, arguments: Arguments, node: ir.Node) -> Value | None:
    """A provider: calling it gives what its class or function does with what other providers give."""
    given = taken(arguments, row.argument)
    if given is None:
        return None
    if not row.called:
        return Giver(given)
    behind = following(arguments, row.argument)
    keywords = tuple((name, provided(value)) for name, value in behind.keywords)
    inner = Arguments(tuple(provided(value) for value in behind.args), keywords)
    made = frame.interpreter.call(frame, given, inner, node)
    if isinstance(given, FunctionValue) and isinstance(made, Items):
        made = elements(made) if frame.engine.function(given.place).node.generator else made
    return UNKNOWN if isinstance(made, Unknown | Bottom) else Giver(made)
