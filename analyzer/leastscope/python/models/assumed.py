"""Calls that code which is not followed makes, as far as anybody can assume: of functions that it was given.

`library.resource(function)(arguments)` calls the function with these arguments, `library.run(function, argument)` with that
one. What follows from it is only possible. Where arguments leave a choice of operations they fix none of them, and the
request stands where it is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.effects import Fails, Sends, nature_of
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    FunctionValue,
    Instance,
    Unit,
    Value,
    Wrapped,
    join,
    options,
)
from leastscope.python.state.notes import Assumption

if TYPE_CHECKING:
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_FUNCTIONS = ("function", "func", "fn", "f", "callable", "callback")
"""Keywords that wrappers take a function under."""


def call_perhaps(frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """Call a function as code that is not followed may do."""
    outer, frame.effects = frame.effects, {}
    value = frame.interpreter.call(frame, function, arguments, node)
    found, frame.effects = frame.effects, outer
    for effect in found:
        if not isinstance(effect, Sends):
            frame.emit(effect)
        elif effect.within and len(effect.within[0].operations) > 1:
            inner = effect.within[0]
            sent = replace(effect, site=inner.site, resolution="possible", within=(), refinable=frozenset())
            frame.engine.note(Assumption(inner.unit, sent))
        else:
            frame.emit(replace(effect, resolution="possible"))
    return value


def read_perhaps(frame: Frame, owner: Instance, name: str, node: ir.Node | None) -> Value:
    """An attribute of an object that may be the one at hand: what it gives is as little sure."""
    outer, frame.effects = frame.effects, {}
    value = frame.interpreter.get(frame, owner, name, node)
    found, frame.effects = frame.effects, outer
    for effect in found:
        frame.emit(replace(effect, resolution="possible") if isinstance(effect, Sends) else effect)
    if node is None:
        return value
    step = frame.step(node, f"'{name}' of the only object that is kept under the name")
    return join(
        *(
            Wrapped(option) if isinstance(option, FunctionValue | Instance) else contents.unsure(option, step)
            for option in options(value)
        )
    )


def called_elsewhere(frame: Frame, function: FunctionValue, node: ir.Node) -> None:
    """Call a function that stands in another one as code that is not followed may: for what it closes over.

    What its own arguments decide is judged where it stands.
    """
    outer, frame.effects = frame.effects, {}
    frame.interpreter.call(frame, function, Arguments(more=UNKNOWN, extra=UNKNOWN), node)
    found, frame.effects = frame.effects, outer
    for effect in found:
        if not isinstance(effect, Fails):
            frame.emit(effect)


def made_of(arguments: Arguments) -> Value:
    """What something from outside makes of the function that it is given first: calling it may call the function."""
    given = [arguments.at(0), *(arguments.keyword(name) for name in _FUNCTIONS)]
    found = [
        Wrapped(option)
        for value in given
        for option in (options(value) if value is not None else ())
        if isinstance(option, FunctionValue)
    ]
    return join(BOTTOM, *found)


def handed_over(frame: Frame, arguments: Arguments, node: ir.Node) -> None:
    """A function that callers complete goes to code that is not followed, with arguments behind it that may do so."""
    for index, value in enumerate(arguments.args):
        behind = arguments.args[index + 1 :]
        for option in options(value):
            if not isinstance(option, FunctionValue):
                continue
            info = frame.engine.function(option.place)
            nature = frame.engine.told(Unit(option.place, option.frame), nature_of)
            if nature is not None and nature.relevant:
                taken = {parameter.name for parameter in info.node.parameters}
                keywords = tuple((name, each) for name, each in arguments.keywords if name in taken)
                given = (*behind, *(each for _, each in keywords))
                if given and (nature.hot or any(contents.of_library(each) for each in given)):
                    call_perhaps(frame, option, Arguments(behind, keywords, arguments.more), node)
