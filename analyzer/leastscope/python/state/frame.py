"""The state of one evaluation: the names of a unit as they are at the statement at hand, and its effects so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.model import Step
from leastscope.python.domain import contents
from leastscope.python.domain.effects import Effect, Fails, Opens, Sends, Site, Summary
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    FunctionValue,
    Items,
    Param,
    Place,
    Unit,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import FunctionInfo, ModuleInfo, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leastscope.library import Member
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.domain.values import LibraryMethod
    from leastscope.python.state.engine import Engine
    from leastscope.python.syntax import ir

Environment = dict[str, Value]


class Frame:
    """The state of one evaluation. `env` is None where no path of the code leads.

    `sent` are calls that made request objects, `pages` the URLs of pages that are built so far.
    """

    def __init__(self, engine: Engine, unit: Unit, module: ModuleInfo) -> None:
        self.engine = engine
        self.unit = unit
        self.module = module
        self.function: FunctionInfo | None = None if unit.place.start < 0 else module.functions[unit.place.start]
        self.env: Environment | None = {}
        self.cls: Place | None = None
        self.inner_names: frozenset[str] = frozenset()
        self.returned: Value = BOTTOM
        self.yielded: Value = BOTTOM
        self.effects: dict[Effect, None] = {}
        self.relevant: set[str] = set()
        self.by_class = False
        self.refines_inside = False
        self.forked = False
        self.exits: list[Environment] = []
        self.pages: dict[Sends, str] = {}
        self.sent: dict[Site, tuple[LibraryMethod, tuple[Member, ...], Arguments, ir.Node]] = {}

    # what a unit gives

    def summary(self) -> Summary:
        """What this evaluation gave, once its statements have run."""
        returns = contents.bounded(self.returned)
        info = self.function
        if info is not None:
            if self.env is not None and not info.node.generator:
                returns = join(returns, NONE)
            if info.node.generator:
                manages = any(last_name(item).endswith("contextmanager") for item in info.node.decorators)
                returns = contents.bounded(self.yielded) if manages else Items((), contents.bounded(self.yielded))
            self.depend(parameters_in(returns))
            if any(isinstance(option, FunctionValue) and option.frame == self.unit for option in options(returns)):
                own = info.node.parameters[info.kind in {"method", "class", "property"} :]
                self.relevant.update(parameter.name for parameter in own)
        hot = (
            self.by_class
            or self.refines_inside
            or contents.is_hot(returns)
            or any(
                (isinstance(effect, Opens) and effect.system) or (isinstance(effect, Sends) and effect.refinable)
                for effect in self.effects
            )
        )
        return Summary(returns, frozenset(self.effects), frozenset(self.relevant), hot, self.by_class)

    def depend(self, params: Iterable[Param]) -> None:
        """Note that callers decide something here through these parameters."""
        info = self.function
        if info is None:
            return
        for param in params:
            if param.function == info.place:
                self.relevant.add(param.name)
            elif info.cls is not None and info.node.parameters and info.kind in {"method", "property", "class"}:
                self.relevant.add(info.node.parameters[0].name)

    def emit(self, effect: Effect) -> None:
        """Record an effect; of two equal ones the first keeps its evidence."""
        if isinstance(effect, Opens):
            self.depend(effect.params)
        elif isinstance(effect, Sends):
            self.depend(effect.refinable)
        self.effects.setdefault(effect)

    def fail(self, node: ir.Node, kind: str, system: str, reason: str) -> None:
        """Record that a call that matters could not be told."""
        self.emit(Fails(self.site(node), kind, system, reason))

    def site(self, node: ir.Node) -> Site:
        return (node.start, node.end)

    def step(self, node: ir.Node, note: str) -> Step:
        """A line of evidence at a node of this file."""
        return Step(self.module.span(node), note)

    # names

    def bind(self, name: str, value: Value) -> None:
        """Let a name have a value from here on."""
        if self.env is None:
            return
        value = contents.bounded(value)
        self.env[name] = value
        if self.function is not None and self.function.has_inner:
            self.engine.write(("local", self.unit, name), value)

    def branch(self, *bodies: Callable[[], None]) -> None:
        """Run alternatives from the same environment and join where they lead."""
        before = self.env
        after: Environment | None = None
        for body in bodies:
            self.env = None if before is None else dict(before)
            body()
            after = merge(after, self.env)
        self.env = after


def merge(one: Environment | None, other: Environment | None) -> Environment | None:
    """The environment after two paths meet; a name that only one of them binds keeps that value."""
    if one is None or other is None:
        return other if one is None else one
    merged = dict(one)
    for name, value in other.items():
        known = merged.get(name)
        merged[name] = value if known is None else join(known, value)
    return merged
