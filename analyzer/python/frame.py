"""One evaluation of a module's body or of a function: statements in order, environments joined at branches.

A frame holds the names of one unit as they are at the statement at hand. It turns statements into changes of that
environment; what expressions mean is in `expressions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from analyzer.model import Step
from analyzer.python import annotations, attributes, carriers, events, ir, names
from analyzer.python.effects import Effect, Fails, Opens, Sends, Site, Summary
from analyzer.python.engine import Engine, Unit
from analyzer.python.program import FunctionInfo, ModuleInfo, last_name
from analyzer.python.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    Dependent,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Param,
    Place,
    Text,
    Union,
    Unknown,
    Value,
    elements,
    join,
    options,
    parameters_in,
    with_step,
)

if TYPE_CHECKING:
    from analyzer.python.ir import Expr, Stmt

Environment = dict[str, Value]


def evaluate_unit(engine: Engine, unit: Unit) -> Summary:
    """Evaluate one unit against the engine's tables."""
    module = engine.module(unit.place.path)
    if module is None:
        return Summary()
    frame = Frame(engine, unit, module)
    if frame.function is None:
        frame.run(module.tree.body)
        for name, value in (frame.env or frame.last).items():
            engine.write(("global", module.path, name), value)
    else:
        frame.enter(frame.function)
        frame.run(frame.function.node.body)
    return frame.summary()


class Frame:
    """The state of one evaluation. `env` is None where no path of the code leads."""

    def __init__(self, engine: Engine, unit: Unit, module: ModuleInfo) -> None:
        self.engine = engine
        self.unit = unit
        self.module = module
        self.function: FunctionInfo | None = None if unit.place.start < 0 else module.functions[unit.place.start]
        self.env: Environment | None = {}
        self.last: Environment = {}
        self.cls: Place | None = None
        self.returned: Value = BOTTOM
        self.yielded: Value = BOTTOM
        self.effects: dict[Effect, None] = {}
        self.relevant: set[str] = set()
        self._exits: list[Environment] = []

    # what a unit gives

    def summary(self) -> Summary:
        """What this evaluation gave, once its statements have run."""
        returns = self.returned
        info = self.function
        if info is not None:
            if self.env is not None and not info.node.generator:
                returns = join(returns, NONE)
            if info.node.generator:
                manages = any(last_name(item).endswith("contextmanager") for item in info.node.decorators)
                returns = self.yielded if manages else Items((), self.yielded)
            self.depend(parameters_in(returns))
        hot = carriers.is_hot(returns) or any(
            isinstance(effect, Opens) and effect.system or isinstance(effect, Sends) and effect.refinable
            for effect in self.effects
        )
        return Summary(returns, frozenset(self.effects), frozenset(self.relevant), hot)

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

    # entering a function

    def enter(self, info: FunctionInfo) -> None:
        """Bind the parameters: to the unit's arguments, or to themselves and what their annotations say."""
        given = dict(self.unit.arguments or ())
        for index, parameter in enumerate(info.node.parameters):
            if parameter.name in given:
                self.bind(parameter.name, given[parameter.name])
            else:
                self.bind(parameter.name, self._any_caller(info, index, parameter))

    def _any_caller(self, info: FunctionInfo, index: int, parameter: ir.Parameter) -> Value:
        if index == 0 and info.cls is not None and info.kind != "static":
            return ClassValue(info.cls, generic=True) if info.kind == "class" else Instance(info.cls)
        symbol = Param(info.place, parameter.name)
        if parameter.kind == "*":
            return Items((), Dependent(frozenset((symbol,))))
        if parameter.kind == "**":
            return Mapping((), Dependent(frozenset((symbol,))))
        annotated = annotations.resolve(self, parameter.annotation)
        return symbol if isinstance(annotated, Unknown | Bottom) else annotated

    # names

    def bind(self, name: str, value: Value) -> None:
        """Let a name have a value from here on."""
        if self.env is None:
            return
        self.env[name] = value
        if self.function is not None and self.function.has_inner:
            self.engine.write(("local", self.unit, name), value)

    def assign(self, target: Expr, value: Value) -> None:
        """Assign to any kind of target."""
        match target:
            case ir.Name(id=name):
                self._assign_name(target, name, value)
            case ir.Attribute(value=owner, name=name):
                attributes.store(self, self.value(owner), name, value, target)
            case ir.Subscript(value=owner, index=index):
                self._assign_item(owner, self.value(index), value)
            case ir.Display(items=items):
                self._unpack(items, value)
            case ir.Starred(value=inner):
                self.assign(inner, value)
            case _:
                self.value(target)

    def _assign_name(self, target: ir.Node, name: str, value: Value) -> None:
        if self.function is None or name in self.function.locals or self.cls is not None:
            self.bind(name, value)
        elif self.env is not None:
            place = names.home(self, name)
            self.engine.write(place, with_step(value, self.step(target, f"kept in '{name}'")))

    def _assign_item(self, owner: Expr, key: Value, value: Value) -> None:
        """`owner[key] = value` for a dict that a name or an attribute of `self` holds."""
        if not isinstance(owner, ir.Name) or self.env is None:
            self.value(owner)
            return
        known = self.env.get(owner.id)
        if isinstance(known, Mapping):
            self.bind(owner.id, with_item(known, key, value))

    def _unpack(self, targets: tuple[Expr, ...], value: Value) -> None:
        for index, target in enumerate(targets):
            plain = not any(isinstance(item, ir.Starred) for item in targets[: index + 1])
            if isinstance(target, ir.Starred):
                self.assign(target.value, Items((), join(*(elements(option) for option in options(value)))))
            else:
                self.assign(target, join(*(_item_of(option, index if plain else None) for option in options(value))))

    # statements

    def run(self, body: Iterable[Stmt]) -> None:
        """Run statements in order, as long as a path of the code leads there."""
        for statement in body:
            if self.env is None:
                return
            _STATEMENTS[type(statement)](self, statement)

    def value(self, expression: Expr) -> Value:
        """What an expression is, here."""
        from analyzer.python.expressions import value_of  # noqa: PLC0415 - expressions need frames, frames need them

        return value_of(self, expression)

    def branch(self, *bodies: Callable[[], None]) -> None:
        """Run alternatives from the same environment and join where they lead."""
        before = self.env
        after: Environment | None = None
        for body in bodies:
            self.env = None if before is None else dict(before)
            body()
            after = merge(after, self.env)
        self.env = after

    def _evaluate(self, statement: ir.Evaluate) -> None:
        value = statement.value
        if isinstance(value, ir.Constant):
            return
        self.value(value)

    def _assign(self, statement: ir.Assign) -> None:
        if statement.value is None:
            if statement.annotation is not None:
                self._declare(statement)
            return
        value = self.value(statement.value)
        if statement.annotation is not None and isinstance(value, Unknown | Bottom | Param | Dependent):
            annotated = annotations.resolve(self, statement.annotation)
            value = value if isinstance(annotated, Unknown) else annotated
        for target in statement.targets:
            self.assign(target, value)

    def _declare(self, statement: ir.Assign) -> None:
        """`name: annotation` without a value: what the annotation says, for class attributes and locals."""
        value = annotations.resolve(self, statement.annotation)
        if not isinstance(value, Unknown):
            self.assign(statement.targets[0], value)

    def _augment(self, statement: ir.Augment) -> None:
        from analyzer.python.expressions import operate  # noqa: PLC0415 - see `value`

        result = operate(self, statement.op, self.value(statement.target), self.value(statement.value))
        self.assign(statement.target, result)

    def _return(self, statement: ir.Return) -> None:
        value = NONE if statement.value is None else self.value(statement.value)
        self.returned = join(self.returned, value)
        self.env = None

    def _leave(self, statement: ir.Leave) -> None:
        if statement.kind != "raise" and self.env is not None:
            self._exits.append(self.env)
        self.env = None

    def _if(self, statement: ir.If) -> None:
        self.value(statement.test)

        def then() -> None:
            self._narrow(statement.test)
            self.run(statement.body)

        self.branch(then, lambda: self.run(statement.orelse))

    def _narrow(self, test: Expr) -> None:
        """In the branch where `name == literal` or `name in (literals)` holds, the name is one of the literals."""
        if isinstance(test, ir.Operation) and test.op == "and":
            self._narrow(test.left)
            self._narrow(test.right)
        elif (
            isinstance(test, ir.Compare)
            and len(test.rest) == 1
            and isinstance(test.left, ir.Name)
            and self.env is not None
            and test.left.id in self.env
        ):
            operator, other = test.rest[0]
            known, right = self.env[test.left.id], self.value(other)
            wanted = right if operator == "==" else elements(right) if operator == "in" else UNKNOWN
            if all(isinstance(option, Const) for option in options(wanted)) and _is_text(known):
                self.bind(test.left.id, wanted)

    def _for(self, statement: ir.For) -> None:
        iterable = self.value(statement.iterable)
        element = attributes.iterate(self, iterable, statement.iterable)

        def once() -> None:
            self.assign(statement.target, element)
            self.run(statement.body)

        self._loop(once, statement.orelse)

    def _while(self, statement: ir.While) -> None:
        def once() -> None:
            self.value(statement.test)
            self.run(statement.body)

        self._loop(once, statement.orelse)

    def _loop(self, once: Callable[[], None], orelse: tuple[Stmt, ...]) -> None:
        """Run a loop's body until its environment is stable; what still grows at the third pass is widened."""
        exits, self._exits = self._exits, []
        for attempt in range(4):
            before = self.env
            if before is None:
                break
            self.env = dict(before)
            once()
            after = merge(before, self.env)
            for left in self._exits:
                after = merge(after, left)
            self._exits = []
            if after == before:
                break
            self.env = after if attempt < 1 else _widen(before, after)
        self._exits = exits
        self.run(orelse)

    def _try(self, statement: ir.Try) -> None:
        before = self.env
        reached = None if before is None else dict(before)
        for inner in statement.body:
            self.run((inner,))
            reached = merge(reached, self.env)
        self.run(statement.orelse)
        after = self.env
        for handler in statement.handlers:
            self.env = None if reached is None else dict(reached)
            if handler.type is not None:
                self.value(handler.type)
            if handler.name:
                self.bind(handler.name, UNKNOWN)
            self.run(handler.body)
            after = merge(after, self.env)
        self.env = after
        if statement.final:
            unreachable = after is None
            if unreachable:
                self.env = None if reached is None else dict(reached)
            self.run(statement.final)
            if unreachable:
                self.env = None

    def _with(self, statement: ir.With) -> None:
        for expression, target in statement.items:
            entered = attributes.entered(self, self.value(expression), expression)
            if target is not None:
                self.assign(target, entered)
        self.run(statement.body)

    def _define(self, statement: ir.Define) -> None:
        node = statement.function
        for decorator in node.decorators:
            self.value(decorator)
        for parameter in node.parameters:
            if parameter.default is not None:
                self.value(parameter.default)
        place = Place(self.module.path, node.start)
        frame = self.unit if self.function is not None else None
        kind = self.module.functions[node.start].kind
        if kind != "setter":
            self.assign(ir.Name(node.start, node.end, node.name), FunctionValue(place, None, frame))

    def _define_class(self, statement: ir.DefineClass) -> None:
        node = statement.definition
        place = Place(self.module.path, node.start)
        for base in node.bases:
            value = self.value(base.value)
            if not base.keyword and not base.star:
                self.engine.write(("bases", place, ""), value)
                for option in options(value):
                    if isinstance(option, ClassValue):
                        self.engine.write(("subclasses", option.place, ""), ClassValue(place))
        for decorator in node.decorators:
            self.value(decorator)
        self._class_body(place, node)
        self.assign(ir.Name(node.start, node.end, node.name), ClassValue(place))

    def _class_body(self, place: Place, node: ir.Class) -> None:
        """Run a class body with its own names, which become the class's attributes."""
        outer, cls = self.env, self.cls
        self.env, self.cls = dict(outer or {}), place
        self.run(node.body)
        inner = self.env
        self.env, self.cls = outer, cls
        for name in sorted(self.module.classes[node.start].bound):
            if inner is not None and name in inner:
                self.engine.write(("class", place, name), inner[name])
                if carriers.of_library(inner[name]):
                    carriers.mark(self.engine, place)

    def _import(self, statement: ir.Import) -> None:
        step = self.step(statement, f"'{statement.module}' is imported")
        if statement.alias:
            self.bind(statement.alias, with_step(names.imported(self, statement.module), step))
        else:
            names.imported(self, statement.module)
            top = statement.module.partition(".")[0]
            self.bind(top, with_step(names.imported(self, top), step))

    def _import_from(self, statement: ir.ImportFrom) -> None:
        names.import_from(self, statement)

    def _declare_scope(self, statement: ir.Declare) -> None:
        """`global` and `nonlocal` are part of the function's scope already."""

    def _match(self, statement: ir.Match) -> None:
        subject = self.value(statement.subject)

        def run(case: ir.Case) -> None:
            self._match_pattern(case.pattern, subject, statement.subject)
            if case.guard is not None:
                self.value(case.guard)
            self.run(case.body)

        self.branch(*(lambda case=case: run(case) for case in statement.cases), lambda: None)  # type: ignore[misc]

    def _match_pattern(self, pattern: ir.Pattern, subject: Value, node: Expr | None) -> None:
        match pattern:
            case ir.ValuePattern(value=value):
                known = self.value(value)
                events.compared(self, known, value)
                if isinstance(node, ir.Name) and isinstance(known, Const) and _is_text(subject):
                    self.bind(node.id, known)
            case ir.CapturePattern(name=name, inner=inner):
                if inner is not None:
                    self._match_pattern(inner, subject, node)
                if name:
                    self.bind(name, subject)
            case ir.SequencePattern(items=items):
                for item in items:
                    self._match_pattern(item, UNKNOWN, None)
            case ir.MappingPattern(items=entries, rest=rest):
                for _, entry in entries:
                    self._match_pattern(entry, UNKNOWN, None)
                if rest:
                    self.bind(rest, UNKNOWN)
            case ir.ClassPattern(cls=cls, args=args, keywords=keywords):
                kind = self.value(cls)
                events.checked(self, kind, cls)
                for item in (*args, *(entry for _, entry in keywords)):
                    self._match_pattern(item, UNKNOWN, None)
            case ir.OrPattern(options=alternatives):
                for item in alternatives:
                    self._match_pattern(item, subject, None)


def _is_text(value: Value) -> bool:
    """Whether a comparison with a literal can tell more of a value."""
    return isinstance(value, Unknown | Param | Dependent | Text | Union)


def _item_of(value: Value, index: int | None) -> Value:
    """One item of a sequence that is unpacked (index None: any of them)."""
    if isinstance(value, Items) and index is not None and isinstance(value.rest, Bottom):
        return value.items[index] if index < len(value.items) else BOTTOM
    if isinstance(value, Bottom):
        return BOTTOM
    return elements(value)


def with_item(known: Mapping, key: Value, value: Value) -> Mapping:
    """A mapping after `known[key] = value`."""
    if isinstance(key, Const):
        kept = tuple(entry for entry in known.items if not (entry[0] == key.value and type(entry[0]) is type(key.value)))
        return Mapping((*kept, (key.value, value)), known.rest)
    return Mapping(known.items, join(known.rest, value, UNKNOWN))


def merge(one: Environment | None, other: Environment | None) -> Environment | None:
    """The environment after two paths meet; a name that only one of them binds keeps that value."""
    if one is None or other is None:
        return other if one is None else one
    merged = dict(one)
    for name, value in other.items():
        known = merged.get(name)
        merged[name] = value if known is None else join(known, value)
    return merged


def _widen(before: Environment, after: Environment | None) -> Environment | None:
    """What a loop still changes after its second pass can be anything that depends on the same parameters."""
    if after is None:
        return None
    return {
        name: value if before.get(name, value) == value else _widened(before[name], value)
        for name, value in after.items()
    }


def _widened(before: Value, after: Value) -> Value:
    grown = [option for option in options(after) if option not in options(before)]
    if any(isinstance(option, Text | Const | Items | Mapping) for option in grown):
        params = parameters_in(after)
        return Dependent(params) if params else Unknown("loop")
    return after


_STATEMENTS: dict[type, Callable[[Frame, object], None]] = {
    ir.Evaluate: Frame._evaluate,  # type: ignore[dict-item]
    ir.Assign: Frame._assign,  # type: ignore[dict-item]
    ir.Augment: Frame._augment,  # type: ignore[dict-item]
    ir.Return: Frame._return,  # type: ignore[dict-item]
    ir.Leave: Frame._leave,  # type: ignore[dict-item]
    ir.If: Frame._if,  # type: ignore[dict-item]
    ir.For: Frame._for,  # type: ignore[dict-item]
    ir.While: Frame._while,  # type: ignore[dict-item]
    ir.Try: Frame._try,  # type: ignore[dict-item]
    ir.With: Frame._with,  # type: ignore[dict-item]
    ir.Define: Frame._define,  # type: ignore[dict-item]
    ir.DefineClass: Frame._define_class,  # type: ignore[dict-item]
    ir.Import: Frame._import,  # type: ignore[dict-item]
    ir.ImportFrom: Frame._import_from,  # type: ignore[dict-item]
    ir.Declare: Frame._declare_scope,  # type: ignore[dict-item]
    ir.Match: Frame._match,  # type: ignore[dict-item]
}
