"""A function called with nothing but parameters of its caller does what it does for any caller, under other names.

Evaluated for such arguments again, each of n wrappers around each other would be evaluated for the parameters of all those
around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.effects import Loses, Opens, Outcome, Sends, outcome_of
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import BOTTOM, Instance, Param, Unit, Value, parameters_in

if TYPE_CHECKING:
    from leastscope.python.domain.effects import Effect, Summary
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.engine import Engine


def renamed(engine: Engine, info: FunctionInfo, key: tuple[tuple[str, Value], ...]) -> Outcome | None:
    """What a function gives for arguments that say no more than its parameters; None where they may say more.

    A function that keeps what callers decide is evaluated for each of them: whoever reads it may close it.
    """
    unit = Unit(info.place)
    named = None if info.has_inner else engine.told(unit, _symbols)
    if named is None:
        return None
    symbols = {param.name: param for param in named}
    given: dict[Param, Param] = {}
    for name, value in key:
        symbol = symbols.get(name)
        if symbol is None and value == _receiver(info, name):
            continue
        if (
            symbol is None
            or not isinstance(value, Param)
            or value.kind is not None
            or value.optional != symbol.optional
        ):
            return None
        given[symbol] = value
    root = engine.told(unit, outcome_of) if given else None
    returns = BOTTOM if root is None else contents.substitute(root.returns, given.get)
    if root is None or root.writes or given.keys() & parameters_in(returns) or engine.keeps(unit):
        return None
    return Outcome(returns, frozenset(_renamed(effect, given) for effect in root.effects), ())


def _symbols(summary: Summary) -> frozenset[Param]:
    """The parameters that stand for whatever callers give."""
    return summary.symbols


def _receiver(info: FunctionInfo, name: str) -> Value | None:
    """What a method takes its first parameter for."""
    first = info.cls is not None and info.kind not in {"static", "class"} and info.node.parameters[:1]
    return Instance(info.cls) if first and info.cls is not None and first[0].name == name else None


def _renamed(effect: Effect, given: dict[Param, Param]) -> Effect:
    match effect:
        case Opens(params=params) | Loses(params=params):
            return replace(effect, params=frozenset(given.get(param, param) for param in params))
        case Sends(refinable=params):
            return replace(effect, refinable=frozenset(given.get(param, param) for param in params))
        case _:
            return effect
