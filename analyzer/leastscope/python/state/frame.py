"""The state of one evaluation: the names of a unit as they are at the statement at hand, and its effects so far."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from leastscope.model import Step
from leastscope.python.domain import contents
from leastscope.python.domain.changes import Change, objects_in, without_objects
from leastscope.python.domain.effects import (
    Effect,
    Fails,
    Loses,
    Opens,
    Sends,
    Site,
    Summary,
    Write,
    opened_by,
    writes_in_order,
)
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Dependent,
    FunctionValue,
    Items,
    LibraryObject,
    Object,
    Param,
    Place,
    Unit,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import FunctionInfo, ModuleInfo, last_name
from leastscope.python.state import carriers, cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leastscope.python.domain.arguments import Arguments, Call
    from leastscope.python.domain.values import Instance
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.prepared import Prepared
    from leastscope.python.syntax import ir

Environment = dict[str, Value]
_WRITES = 40
"""Changes of arguments that a function tells its callers; beyond that, anything may be in them."""


class Interpreter(Protocol):
    """What the rooms below `interp` ask of it: they model functions that call, read and store in turn.

    Handed in with the frame, since whoever imported it from there would close a circle.
    """

    def held(self, frame: Frame, name: str) -> Value | None:
        """What a name of the unit holds at the statement at hand; None where it holds nothing here."""

    def value_of(self, frame: Frame, node: ir.Expr) -> Value:
        """The value of an expression."""

    def call(self, frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
        """What calling a value gives; `node` is where its effects belong."""

    def get(self, frame: Frame, value: Value, name: str, node: ir.Node | None) -> Value:
        """`value.name`; without a node no property is called."""

    def dynamic(self, frame: Frame, value: Value, key: Value, node: ir.Node) -> Value:
        """`getattr(value, key)`."""

    def store(self, frame: Frame, owner: Value, name: str, value: Value, target: ir.Node) -> None:
        """`owner.name = value`."""

    def item(self, frame: Frame, owner: Value, key: Value, node: ir.Node) -> Value:
        """`owner[key]`."""

    def put(self, frame: Frame, owner: Value, key: Value | None, value: Value, node: ir.Node) -> None:
        """Keep a value in a container, under a key or (None) anywhere."""

    def iterate(self, frame: Frame, value: Value, node: ir.Node) -> Value:
        """What iterating over a value gives."""

    def entered(self, frame: Frame, value: Value, node: ir.Node) -> Value:
        """What `with value as name` binds."""

    def annotated(self, frame: Frame, annotation: ir.Expr) -> Value:
        """A value of an annotated type; Unknown where the type is of no interest."""

    def imported(self, frame: Frame, module: str) -> Value:
        """The module of a dotted name."""

    def global_of(self, frame: Frame, path: str, name: str) -> Value:
        """A global of a module of the program."""


class Receivers(Protocol):
    """Readings of receivers of which nothing is known; what follows from them is only possible."""

    def called(self, frame: Frame, call: Call) -> Value:
        """What a call of their method gives; Bottom where nothing tells."""

    def read(self, frame: Frame, value: Value, node: ir.Node | None) -> Value:
        """What reading their property gives; Bottom where nothing tells."""


class Frame:
    """The state of one evaluation. `env` is None where no path of the code leads.

    `allocated` are the dicts, lists and clients that this unit made, `shared` those of them that other units can reach,
    `holders` the names that hold one, and `writes` what becomes of those that it was given.
    `evaluated` has the latest values of what stood before a dot or as an argument: whoever asks for the receiver of a call
    must not evaluate it again, since a chain of n calls would be evaluated 2^n times. `prepared` are request objects that
    are sent when the unit ends, `pages` the URLs of pages that are built so far. `calling` are the instances whose call is
    being followed.
    `symbols` are the parameters that hold nothing but themselves on entry; `row_names` hold the row of a table at hand.
    `flagged`: a parameter with a default of true or false decides a branch; `standing` are the parameters that stand for
    any object of a class or of those below it, what a method is called on among them, by that class, and `deciding` those
    whose class decides. `class_differs`: the class decides what some attribute holds; `stores_way`: what other methods
    send, or whom they ask, is stored.
    """

    def __init__(
        self, engine: Engine, unit: Unit, module: ModuleInfo, interpreter: Interpreter, receivers: Receivers
    ) -> None:
        self.engine = engine
        self.interpreter = interpreter
        self.receivers = receivers
        self.unit = unit
        self.module = module
        self.function: FunctionInfo | None = None if unit.place.start < 0 else module.functions[unit.place.start]
        self.env: Environment | None = {}
        self.cls: Place | None = None
        self.inner_names: frozenset[str] = frozenset()
        self.symbols: frozenset[Param] = frozenset()
        self.returned: Value = BOTTOM
        self.yielded: Value = BOTTOM
        self.effects: dict[Effect, None] = {}
        self.evaluated: dict[Site, Value] = {}
        self.calling: set[Instance] = set()
        self.relevant: set[str] = set()
        self.inner: dict[Unit, None] = {}
        self.by_class = False
        self.passed_over = False
        self.waits = False
        self.looked_at: dict[int, Value] = {}
        self.class_differs = False
        self.standing: dict[Place, tuple[str, Value]] = {}
        self.deciding: set[Place] = set()
        self.stores_way = False
        self.refines_inside = False
        self.lets_send = False
        self.flagged = False
        self.forked = False
        self.row_names: frozenset[str] = frozenset()
        self.handed: set[str] = set()
        self.kept: set[str] = set()
        self.importing: set[str] = set()
        self.exits: list[Environment] = []
        self.allocated: set[Object] = set()
        self.shared: set[Object] = set()
        self.holders: dict[Object, set[str]] = {}
        self.writes: dict[Write, None] = {}
        self.pages: dict[Sends, str] = {}
        self.prepared: dict[Object, Prepared] = {}

    # what a unit gives

    def summary(self) -> Summary:
        """What this evaluation gave, once its statements have run."""
        returns = contents.bounded(self.returned)
        info = self.function
        if info is not None:
            # An environment that is left means that some path reaches the end of the body without `return`.
            if self.env is not None and not info.node.generator:
                returns = join(returns, NONE)
            if info.node.generator and info.node.name != "__await__":
                # A context manager is a generator whose single value `with` hands on, not something to iterate over.
                manages = any(last_name(item).endswith("contextmanager") for item in info.node.decorators)
                yielded = contents.bounded(self.yielded)
                if not manages and returns not in (BOTTOM, NONE):
                    self.store(cells.OfGenerators(info.place, at_end=True), returns)
                returns = yielded if manages else Items((), yielded, Object(info.place))
            self.depend(parameters_in(returns))
            self.relevant.update(self._closed_over(returns))
            self._hear_of_inner(info)
        by_class = self.by_class or (
            self.class_differs
            and (
                self.stores_way
                or contents.of_library(returns)
                or contents.is_text(returns)
                or any(isinstance(effect, Opens | Sends) and effect.system for effect in self.effects)
            )
        )
        # Only a hot function is evaluated for the arguments of each call; most functions are not, and are evaluated
        # once.
        by_argument = (
            self.refines_inside
            or self.lets_send
            or contents.is_hot(returns)
            or (self.flagged and contents.of_library(returns))
            or any(
                (isinstance(effect, Opens) and effect.system) or (isinstance(effect, Sends) and effect.refinable)
                for effect in self.effects
            )
        )
        # An object that only this unit knows is another one at each call.
        returns = without_objects(returns, lambda made: made in self.allocated and made not in self.shared)
        told = frozenset(self.effects), frozenset(self.relevant)
        return Summary(
            returns,
            *told,
            self.by_class or by_argument,
            by_argument,
            by_class,
            tuple(sorted((self.standing[one] for one in self.deciding), key=itemgetter(0))) if by_class else (),
            writes_in_order(self.writes),
            self.symbols,
            frozenset(self.handed),
            frozenset(self.kept),
            frozenset(self.importing),
        )

    def differs_by(self, place: Place) -> None:
        """Note that something differs between a class and those below it, if a parameter stands for any of these."""
        if place in self.standing:
            self.relevant.add(self.standing[place][0])
            self.deciding.add(place)
            self.class_differs = True

    def depend(self, params: Iterable[Param]) -> None:
        """Note that callers decide something here through these parameters."""
        self.relevant.update(self._own(params))

    def import_by(self, name: Value) -> Value:
        """What is imported by a name, as far as callers give it: these are to say what it is."""
        params = parameters_in(name)
        own = self._own(params)
        self.relevant.update(own)
        self.importing.update(own)
        return Dependent(params) if params else BOTTOM

    def hand_on(self, value: Value) -> None:
        """Note that a value goes into a call that was passed over: what its parameters decide there is not known."""
        names = self._own(parameters_in(value)) | self._closed_over(value)
        self.relevant.update(names)
        self.handed.update(names)

    def meets(self, left_open: Iterable[Value], value: Value) -> None:
        """Note that what arguments of a call leave open decides what becomes of a value that leads to a library.

        The function is then evaluated for all arguments of the call.
        """
        if self.unit.arguments is None or self.refines_inside:
            return
        params = frozenset[Param]().union(*(parameters_in(one) for one in left_open))
        own = any(param.function == self.unit.place for param in params)
        self.refines_inside = own and carriers.carries(self.engine, value)

    def store(self, cell: cells.Cell, value: Value) -> None:
        """Put a value where other units find it: the one way of code under evaluation into the tables.

        The function is evaluated for what each caller puts there, what other units do to an object in it is seen, and a
        class that holds something of a library is known for it.
        """
        self.keep(value)
        self.meets((value,), value)
        self.shared.update(objects_in(value))
        if isinstance(cell, cells.OfObject):
            # These are one cell for all callers: what a parameter of the function is, is known to each of them only.
            value = contents.bounded(contents.known_to_all(value))
        self.engine.write(cell, value)
        if isinstance(cell, cells.OfClass):
            carriers.mark(self.engine, cell.cls, value)
        elif isinstance(cell, cells.InstanceAttribute):
            carriers.mark(self.engine, cell.instance.place, value)
        elif isinstance(cell, cells.HeldOutside) and carriers.carries(self.engine, value, urls=False):
            self.engine.confirm(cells.Holds(cell.owner))

    def share(self, values: Iterable[Value]) -> None:
        """Note that other units can reach the clients among some values."""
        for option in (option for value in values for option in options(value)):
            if isinstance(option, LibraryObject) and option.configuration.made is not None:
                self.shared.add(option.configuration.made)

    def tell_callers(self, parameter: str, change: Change) -> None:
        """Note that a function changes what it is given."""
        # A function that calls itself with what it has changed would tell of more at each evaluation.
        kept = replace(change, value=contents.bounded(change.value), key=contents.bounded(change.key))
        self.writes.setdefault(Write(parameter, kept if len(self.writes) < _WRITES else Change("item", UNKNOWN)))

    def keep(self, value: Value) -> None:
        """Note that a value is put where other functions find it: what callers give the parameters in it, is."""
        names = self._own(parameters_in(value)) | self._closed_over(value)
        self.relevant.update(names)
        self.kept.update(names)

    def closure(self, node: ir.Function) -> FunctionValue:
        """A function that is defined here."""
        around = None if self.function is None else self.unit
        if around is not None and contents.is_inside_itself(around):
            around = around.for_any_caller()
        unit = Unit(Place(self.module.path, node.start), around)
        self.inner[unit] = None
        return FunctionValue(unit.place, None, unit.frame)

    def _hear_of_inner(self, info: FunctionInfo) -> None:
        """Note that the object that a method is called on decides something, where it does so in a function inside."""
        if info.cls is None or self.unit.arguments is not None or not info.node.parameters:
            return
        if any(self.engine.told(one, _is_by_class) for one in self.inner):
            self.relevant.add(info.node.parameters[0].name)
            self.by_class = True
        asked = {param.function for one in self.inner for param in self.engine.told(one, opened_by) or ()}
        # What a constructor is given is reached through the object.
        if any(self.engine.maker_of(one) == info.cls for one in asked - {info.place}):
            self.relevant.add(info.node.parameters[0].name)

    def _closed_over(self, value: Value) -> set[str]:
        """The unit's own parameters, where a value has a closure of it: nobody sees which it uses before it is called."""
        info = self.function
        if info is None or self.unit not in contents.units_around(value):
            return set()
        return {parameter.name for parameter in info.node.parameters[info.kind in {"method", "class", "property"} :]}

    def _own(self, params: Iterable[Param]) -> set[str]:
        """The unit's own parameters through which callers reach some parameters."""
        info, names = self.function, set[str]()
        if info is None:
            return names
        for param in params:
            if param.function == info.place:
                names.add(param.name)
            # A parameter of a constructor is reached through the instance that was made with it, that is through
            # `self`.
            elif info.cls is not None and info.node.parameters and info.kind in {"method", "property", "class"}:
                names.add(info.node.parameters[0].name)
        return names

    def emit(self, effect: Effect) -> None:
        """Record an effect; of two equal ones the first keeps its evidence."""
        if isinstance(effect, Opens | Loses):
            self.depend(effect.params)
        elif isinstance(effect, Sends):
            self.depend(effect.refinable)
        self.effects.setdefault(effect)

    def fail(self, node: ir.Node, kind: str, system: str, reason: str) -> None:
        """Record that a call that matters could not be told."""
        self.emit(Fails(self.site(node), kind, system, reason))

    def site(self, node: ir.Node) -> Site:
        return (node.start, node.end)

    def value_before(self, node: ir.Expr) -> Value:
        """The value that a receiver or argument had when it was evaluated last."""
        return self.evaluated[self.site(node)]

    def step(self, node: ir.Node, note: str) -> Step:
        """A line of evidence at a node of this file."""
        return Step(self.module.span(node), note)

    # names

    def bind(self, name: str, value: Value) -> None:
        """Let a name have a value from here on."""
        if self.env is None:
            return
        # Bounded at each binding, not only in summaries: a loop that nests a value in itself grows it at every pass.
        value = contents.bounded(value)
        self.env[name] = value
        for made in objects_in(value):
            self.holders.setdefault(made, set()).add(name)
        # Only functions with functions inside pay for cells of their variables.
        if self.function is not None and self.function.has_inner:
            self.engine.write(cells.Local(self.unit, name), value)

    def home(self, name: str) -> cells.Variable:
        """The cell that assigning to a `global` or `nonlocal` name changes."""
        unit = self.binding(name)
        return cells.Global(self.module.path, name) if unit is None else cells.Local(unit, name)

    def binding(self, name: str) -> Unit | None:
        """The innermost function around this one that binds a name; None where none does."""
        around = contents.outward(self.unit.frame)
        return next((unit for unit in around if name in self.engine.function(unit.place).locals), None)

    def branch(self, *bodies: Callable[[], None]) -> None:
        """Run alternatives from the same environment and join where they lead."""
        before = self.env
        after: Environment | None = None
        for body in bodies:
            self.env = None if before is None else dict(before)
            body()
            after = join_environments(after, self.env)
        self.env = after


def join_environments(one: Environment | None, other: Environment | None) -> Environment | None:
    """The environment after two paths meet; a name that only one of them binds keeps that value."""
    if one is None or other is None:
        return other if one is None else one
    merged = dict(one)
    for name, value in other.items():
        known = merged.get(name)
        if known is not value:  # most names are none of those that a path has bound
            merged[name] = value if known is None else join(known, value)
    return merged


def _is_by_class(summary: Summary) -> bool:
    """Whether the class or object of the method around a function decides something in it."""
    return summary.by_class
