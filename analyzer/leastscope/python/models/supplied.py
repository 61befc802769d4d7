"""Parameters that a framework gives something by their names alone, as rows tell it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from leastscope.functions import Asks, Supplied, Supplies
from leastscope.python.domain.contents import elements
from leastscope.python.domain.values import (
    BOTTOM,
    Const,
    External,
    FunctionValue,
    Unit,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.models import foreign, rows
from leastscope.python.state import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def decorated(frame: Frame, decorator: Value, arguments: Arguments, value: Value) -> None:
    """Note what parameters are given by a function under a decorator, of which the name and the arguments are known."""
    row = frame.engine.knowledge.functions.of(decorator.name) if isinstance(decorator, External) else None
    if not isinstance(row, Supplies):
        return
    named = rows.taken(arguments, row.name)
    for option in options(value):
        if isinstance(option, FunctionValue):
            name = named.value if isinstance(named, Const) else frame.engine.function(option.place).node.name
            frame.store(cells.Given(str(name), _scope(frame.module.path, row)), _result(frame, option))


def keyed(frame: Frame, key: str, value: Value) -> None:
    """Note what is given to parameters of a name by an entry of a dict that says who makes it."""
    frame.store(cells.Given(key), value)


def _scope(path: str, row: Supplies) -> str:
    """Where what a file makes is given: below its folder, in the file, or anywhere if it is a file of makers alone."""
    file = PurePosixPath(path)
    if file.stem == row.shared:
        return _folder(file.parent)
    return "/" if row.shared and row.to and not file.stem.startswith(row.to) else path


def _folder(path: PurePosixPath) -> str:
    return "/" if path == PurePosixPath() else f"{path}/"


def _result(frame: Frame, function: FunctionValue) -> Value:
    """What a framework gets of a function that it calls; of a generator what it yields.

    What is not known is left out: what the function is given by its own parameters may be known later.
    """
    summary = frame.engine.summary(Unit(function.place, function.frame))
    made = summary.returns if summary is not None else BOTTOM
    if frame.engine.function(function.place).node.generator:
        made = join(*(elements(option) for option in options(made) if not parameters_in(option)))
    found = (option for option in options(made) if not isinstance(option, Unknown) and not parameters_in(option))
    return join(BOTTOM, *found)


def given(frame: Frame, info: FunctionInfo, name: str) -> Value:
    """What a framework gives to a parameter of a function by its name; Bottom where none does."""
    supplying = frame.engine.knowledge.functions.supplying
    told = [supplying[last_name(one)] for one in _decorators(frame, info) if last_name(one) in supplying]
    owners = [External(row.owner) for row in told if isinstance(row, Supplied)]
    found = [foreign.read_item(frame, owner, Const.of(name)) for owner in owners]
    takes = any(isinstance(row, Supplies) for row in told) or any(
        isinstance(row, Supplies) and row.to and info.node.name.startswith(row.to) for row in supplying.values()
    )
    if takes:
        found += [frame.engine.read(cells.Given(name, scope)) for scope in _scopes(frame.module.path)]
    if info.node.decorators:
        found.append(frame.engine.read(cells.Given(name)))
    return join(BOTTOM, *found)


def asked(frame: Frame, method: str, arguments: Arguments) -> Value:
    """What a method gives that asks a framework for a name: what parameters of the name get; Bottom for other methods."""
    row = frame.engine.knowledge.functions.methods.get(method)
    name = rows.taken(arguments, row.name) if isinstance(row, Asks) else None
    if not isinstance(name, Const):
        return BOTTOM
    return join(BOTTOM, *(frame.engine.read(cells.Given(str(name.value), one)) for one in _scopes(frame.module.path)))


def _decorators(frame: Frame, info: FunctionInfo) -> Iterator[ir.Expr]:
    """The decorators of a function; of a constructor those of its class, too."""
    yield from info.node.decorators
    if info.cls is not None and info.node.name == "__init__":
        yield from frame.engine.cls(info.cls).node.decorators


def _scopes(path: str) -> Iterator[str]:
    yield path
    yield from map(_folder, PurePosixPath(path).parents)
