"""Values that can still send a request and go where no code is read: what is done with them there cannot be told.

A client, a class of resources or the library itself counts, and a session with the server or the headers of a system, also
inside a dict or list; what a response gave does not. A
method of the library that is handed over is no loss: it is taken for called.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from leastscope.library import MODULE
from leastscope.python.domain import contents, servers
from leastscope.python.domain.contents import elements
from leastscope.python.domain.effects import Loses
from leastscope.python.domain.values import (
    BOTTOM,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Unit,
    Unknown,
    Value,
    options,
    parameters_in,
    parts,
)
from leastscope.python.index.program import last_name
from leastscope.python.sending import library_types, sessions, strangers
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.library import LibraryIndex
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.domain.effects import Summary
    from leastscope.python.domain.values import Configuration
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

_SHOWS = frozenset(
    {"critical", "debug", "error", "exception", "info", "log", "print", "trace", "warn", "warning", "isinstance"}
)
"""Last names of functions that do nothing with a value but show or check it, in whatever library they are."""
_PLAIN = (Const, External, Outside)
_DEPTH = 2
"""Levels of dicts and lists that are looked through for something that can send."""
_LEADS = 3
"""Fields from a client to a type with a method that sends."""


_MOST = 60
"""Operations of something that is lost which are told; a client has more, and may send anything."""


class _Lost(NamedTuple):
    """Something that can send: its system, its name in the library, and the operations that it is for, if only these."""

    system: str
    name: str
    operations: tuple[tuple[str, str, str], ...]


def passed(frame: Frame, name: str, arguments: Arguments, node: ir.Node, *, decided: bool = False) -> None:
    """Record what is lost as an argument of a function that is not read, of which nothing is known but its name.

    `decided`: callers decide which function it is.
    """
    several = arguments.given
    if all(_is_nothing(value) for value in several) or not is_unread(frame, name):
        return
    last = name.rpartition(".")[2]
    _leave_to_callers(frame, several, node)
    where = f"'{last}' receives {{}}, and leastscope does not read '{last}'"
    for system, names, sent in _by_system(lost for value in several for lost in _lost(frame, value, _DEPTH)):
        frame.emit(Loses(frame.site(node), system, names, where, sent, decided=decided))
    for function in (option for value in several for option in options(value) if isinstance(option, FunctionValue)):
        if not decided:
            given(frame, name, function, node)


def untold(frame: Frame, arguments: Arguments, node: ir.Node) -> bool:
    """Record what a call hands to a function of which nothing is known, not even one that it can be; whether there is any.

    A function is looked for in a table, and no code that is read puts one there.
    """
    name = callee(frame, node)
    if not name:
        return False
    several = (*arguments.args, arguments.more, arguments.extra, *(value for _, value in arguments.keywords))
    _leave_to_callers(frame, several, node)
    held = (option for value in several for option in options(value))
    inner = (part for option in held for part in (parts(option) if isinstance(option, Instance) else (option,)))
    where = f"'{name}' receives {{}}, and leastscope finds no function that it can be"
    lost = (
        () if frame.module.in_tests else tuple(_by_system(one for part in inner for one in _lost(frame, part, _DEPTH)))
    )
    for system, names, sent in lost:
        frame.emit(Loses(frame.site(node), system, names, where, sent))
    return bool(lost)


def _leave_to_callers(frame: Frame, values: Iterable[Value], node: ir.Node) -> None:
    """Record that callers decide whether something is lost in a call, where parameters are among what it is given."""
    params = frozenset[Param]().union(*(parameters_in(value) for value in values))
    if params:
        frame.emit(Loses(frame.site(node), params=params))


def raised(frame: Frame, value: Value, node: ir.Node) -> None:
    """Record what an exception of the program has that can send, unless somebody catches it."""
    for option in options(value) if not frame.module.in_tests else ():
        if isinstance(option, Instance):
            given = [inner for _, inner in option.made_with or ()]
            where = "the code raises an exception that has {}, and leastscope reads nothing that catches it"
            for system, names, sent in _by_system(lost for inner in given for lost in _lost(frame, inner, _DEPTH)):
                frame.emit(Loses(frame.site(node), system, names, where, sent, taken=option.place))


def given(frame: Frame, name: str, function: FunctionValue, node: ir.Node) -> None:
    """Record what a function gives to a function that is not read and knows it, unless the code calls or reads it itself.

    Of the function that is not read, nothing is known but its name.
    """
    unit, engine = Unit(function.place, function.frame), frame.engine
    # A function of a file that has nothing to do with a library is not evaluated just for that, as in `carriers`.
    if not is_unread(frame, name) or not engine.matters(function.place.path) or not engine.passes(unit, _gives_library):
        return
    summary, own = engine.summary(unit), engine.function(function.place).node
    last = name.rpartition(".")[2]
    where = f"'{last}' receives a function that gives {{}}, and leastscope does not read '{last}'"
    returns = summary.returns if summary is not None else BOTTOM
    returns = elements(returns) if own.generator else returns
    for system, names, sent in _by_system(_lost(frame, returns, _DEPTH)):
        frame.emit(Loses(frame.site(node), system, names, where, sent, field=own.name, taken=function.place))


def _gives_library(_: Engine, summary: Summary) -> bool:
    return contents.of_library(summary.returns)


def stored(frame: Frame, field: str, value: Value, node: ir.Node) -> None:
    """Record what is lost in a field of an object that is not read, unless somebody reads a field of this name."""
    if frame.module.in_tests:
        return
    where = f"an object that leastscope does not know keeps {{}} in '{field}', which nothing reads"
    for system, names, sent in _by_system(_lost(frame, value, 0)):
        frame.emit(Loses(frame.site(node), system, names, where, sent, field=field))


def _by_system(found: Iterable[_Lost]) -> Iterator[tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]]:
    """What is lost at one place for each system: names and operations; what may be for anything makes all of it so."""
    every = sorted(set(found))
    for system in sorted({each.system for each in every}):
        several = [each for each in every if each.system == system]
        sent = sorted({one for each in several for one in each.operations})
        names = tuple(dict.fromkeys(each.name for each in several))
        yield system, names, tuple(sent) if all(each.operations for each in several) else ()


def callee(frame: Frame, node: ir.Node) -> str:
    """The name that a call is written with; none for a method of what stands in for others in tests."""
    if not isinstance(node, ir.Call) or strangers.is_stand_in(frame.engine.knowledge.functions, node.func):
        return ""
    return last_name(node.func)


def is_unread(frame: Frame, name: str) -> bool:
    """Whether a function may send with what it is given: not Python's own, one for tests, or one of a known library."""
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    knowledge = frame.engine.knowledge
    return not (
        frame.module.in_tests
        or not last
        or last in _SHOWS
        or first in sys.stdlib_module_names
        or first in ("builtins", *knowledge.functions.standing_in)
        or frame.engine.index.names_library({first})
    )


def _is_nothing(value: Value) -> bool:
    """Whether a value is one in which nothing can be lost, as most arguments are."""
    return value.of is None if isinstance(value, Unknown) else isinstance(value, _PLAIN)


def _lost(frame: Frame, value: Value, depth: int) -> Iterator[_Lost]:
    for option in options(value):
        match option:
            case LibraryModule() | LibraryClass() | LibraryObject():
                yield from _of_library(frame, option)
            case LibraryMethod(owner) if depth < _DEPTH:
                yield from _of_library(frame, owner)
            case Items() | Mapping() if depth:
                for part in parts(option):
                    yield from _lost(frame, part, depth - 1)
            case _:
                continue


def _of_library(frame: Frame, value: LibraryModule | LibraryClass | LibraryObject) -> Iterator[_Lost]:
    library = library_types.model(frame, value.library)
    index = frame.engine.knowledge.indexes[value.library]
    if not library_types.is_of_one_system(frame, library):
        if isinstance(value, LibraryObject):
            name = name_of(index, value.type)
            yield from (
                _Lost(system, name, ()) for system in _systems(frame, sessions.fresh(frame.engine, value).configuration)
            )
    elif isinstance(value, LibraryModule):
        if not index.is_inert(value.name):
            yield _Lost(library.system, value.name, ())
    elif isinstance(value, LibraryObject) and library.types[value.type].items:
        return  # the data of a response, which code hands on all the time
    elif sent := library_types.sent_by(library, value.type, _LEADS):
        told = sorted(each for each in sent if "$" not in "".join(each))
        yield _Lost(library.system, name_of(index, value.type), tuple(told) if len(told) <= _MOST else ())


def name_of(index: LibraryIndex, kind: str) -> str:
    """The shortest name that a type of a library has."""
    return min(index.names_of.get(kind, ()), key=lambda each: (len(each), each), default=kind.removeprefix(MODULE))


def _systems(frame: Frame, configuration: Configuration) -> Iterator[str]:
    """The systems whose server a client of any library sends to, by the URL or the headers that it is made with."""
    known = frame.engine.knowledge.servers
    for base in options(configuration.base) if configuration.base is not None else ():
        yield from sorted(servers.systems_of(known, base))
    for header in sorted(servers.names_in(configuration.headers)):
        yield from sorted({server.system for server in known.headers.get(header, ())})
