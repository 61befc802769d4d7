"""Calls: of the program's functions and classes, of library methods, of what Python itself brings.

A call of a function of the program takes the function's summary for any caller. Where parameters decide something in it,
the function is evaluated for the arguments at hand, and what that settles belongs to the place of the call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.model import Step
from analyzer.python import attributes, carriers, expressions, externals, hierarchy, ir, libraries
from analyzer.python.effects import Effect, Fails, Opens, Sends, Summary, in_order
from analyzer.python.engine import Unit
from analyzer.python.values import (
    BOTTOM,
    NESTING_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Inert,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    Mapping,
    Missing,
    Param,
    Partial,
    Place,
    Union,
    Unknown,
    Value,
    depth_of,
    join,
    options,
    parameters_in,
    spread,
    with_step,
)

if TYPE_CHECKING:
    from analyzer.python.engine import Engine
    from analyzer.python.frame import Frame
    from analyzer.python.program import FunctionInfo


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call.

    `more` is what further positional ones can be, `extra` what further keyword ones can be (Bottom: there are none).
    """

    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    more: Value = BOTTOM
    extra: Value = BOTTOM

    def keyword(self, name: str) -> Value | None:
        """The value of a keyword argument that is given by name."""
        return next((value for key, value in self.keywords if key == name), None)

    def at(self, index: int, name: str = "") -> Value | None:
        """The argument at a position or of a name."""
        return self.args[index] if index < len(self.args) else self.keyword(name)


def call_expression(frame: Frame, node: ir.Call) -> Value:
    """The value of a call, with its effects."""
    function = expressions.value_of(frame, node.func)
    arguments = _arguments(frame, node)
    if isinstance(node.func, ir.Attribute) and isinstance(node.func.value, ir.Name):
        externals.mutate(frame, node.func.value.id, node.func.name, arguments)
    return call(frame, function, arguments, node)


def _arguments(frame: Frame, node: ir.Call) -> Arguments:
    args: list[Value] = []
    keywords: dict[str, Value] = {}
    more: Value = BOTTOM
    extra: Value = BOTTOM
    for argument in node.args:
        value = expressions.value_of(frame, argument.value)
        if argument.star == "*":
            if isinstance(value, Items) and isinstance(more, Bottom):
                args.extend(value.items)
                more = value.rest
            else:
                more = join(more, attributes.iterate(frame, value, argument.value))
        elif argument.star == "**":
            entries, rest = spread(value)
            keywords.update(entries)
            extra = join(extra, rest)
        elif argument.keyword:
            keywords[argument.keyword] = value
        else:
            args.append(value)
    return Arguments(tuple(args), tuple(keywords.items()), more, extra)


def call(frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """Call a value."""
    if isinstance(function, Union):
        known = [option for option in function.options if not isinstance(option, Missing)]
        follow = known if any(isinstance(option, LibraryMethod) for option in known) else function.options
        return join(*(call(frame, option, arguments, node) for option in follow))
    match function:
        case Bottom():
            return BOTTOM
        case FunctionValue():
            return _call_function(frame, function, arguments, node)
        case ClassValue():
            return _construct(frame, function, arguments, node)
        case Instance():
            return call(frame, attributes.of_instance(frame, function, "__call__", None), arguments, node)
        case LibraryMethod():
            return libraries.call_method(frame, function, arguments, node)
        case LibraryClass():
            return libraries.construct(frame, function, arguments, node)
        case Partial(inner, args, keywords):
            given = {**dict(keywords), **dict(arguments.keywords)}
            merged = Arguments((*args, *arguments.args), tuple(given.items()), arguments.more, arguments.extra)
            return call(frame, inner, merged, node)
        case Builtin():
            return externals.call_method(frame, function, arguments, node)
        case External(name):
            return externals.call_external(frame, name, arguments, node)
        case _:
            return _call_other(frame, function, arguments, node)


def _call_other(frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """Call what is no callable that can be followed."""
    match function:
        case Param() | Dependent() if externals.is_run(frame, arguments, node):
            return UNKNOWN
        case Param() | Dependent():
            decided = parameters_in(function).union(
                *(parameters_in(value) for value in (*arguments.args, arguments.more, arguments.extra)),
                *(parameters_in(value) for _, value in arguments.keywords),
            )
            hot = carriers.is_hot(function)
            system, reason = ("", "") if not hot else (_any_system(frame), "parameters decide which method is called")
            frame.emit(Opens(frame.site(node), decided, system, "open-parameter", reason))
            return Dependent(decided, hot)
        case Missing(library, name):
            system = frame.engine.knowledge.libraries[library].system
            frame.fail(node, "unknown-member", system, f"the model of the library has no '{name}'")
        case Dynamic(owner, why):
            system = frame.engine.knowledge.libraries[owner.library].system
            frame.fail(node, "dynamic-operation", system, f"the method is chosen at run time, and {why}")
        case Unknown(reason="library"):
            frame.fail(node, "limit", _any_system(frame), "it is chosen from more values than are followed")
        case Inert(_, name):
            return externals.call_external(frame, name, arguments, node)
        case _:
            externals.escape(frame, arguments, node)
    return UNKNOWN


# functions of the program


def _call_function(frame: Frame, function: FunctionValue, arguments: Arguments, node: ir.Node) -> Value:
    engine = frame.engine
    info = engine.function(function.place)
    closure = function.frame if isinstance(function.frame, Unit) else None
    bound = _bind(engine, info, function.bound, arguments)
    return _evaluate(frame, info, closure, bound, node)


def _evaluate(frame: Frame, info: FunctionInfo, closure: Unit | None, bound: dict[str, Value], node: ir.Node) -> Value:
    """The value of a function for these arguments; what they settle becomes an effect of the call."""
    engine = frame.engine
    root = engine.summary(Unit(info.place, closure))
    engine.called.add(info.place)
    if root is None:
        return BOTTOM
    if not root.relevant:
        return root.returns
    if not (root.hot or any(carriers.carries(engine, bound[name]) for name in sorted(root.relevant & bound.keys()))):
        place = info.place
        _pass_on(frame, root, place, bound, node)
        return carriers.substitute(
            root.returns, lambda param: bound.get(param.name, UNKNOWN) if param.function == place else None
        )
    key = tuple((name, simple(bound[name])) for name in sorted(root.relevant & bound.keys()))
    unit = Unit(info.place, closure, key)
    if not engine.context(unit):
        frame.fail(node, "limit", "", f"'{info.qualname}' is called in too many ways to follow each")
        return UNKNOWN
    summary = engine.summary(unit)
    if summary is None:
        return BOTTOM
    _settle(frame, info, root, summary, node)
    return summary.returns


def _pass_on(frame: Frame, root: Summary, place: Place, bound: dict[str, Value], node: ir.Node) -> None:
    """What is open in a called function is open here, where the arguments come from this function's own parameters."""
    asked = {
        param.name
        for effect in root.effects
        if isinstance(effect, Opens)
        for param in effect.params
        if param.function == place
    }
    params = frozenset[Param]().union(*(parameters_in(bound[name]) for name in asked if name in bound))
    if params:
        frame.emit(Opens(frame.site(node), params))


def _bind(engine: Engine, info: FunctionInfo, receiver: Value | None, arguments: Arguments) -> dict[str, Value]:
    """The value of each parameter; one that is not given has its default where that is a literal."""
    bound: dict[str, Value] = {}
    positional = list(arguments.args)
    if receiver is not None:
        positional.insert(0, receiver)
    keywords = dict(arguments.keywords)
    for parameter in info.node.parameters:
        if parameter.kind == "*":
            bound[parameter.name] = Items(tuple(positional), arguments.more)
            positional = []
        elif parameter.kind == "**":
            bound[parameter.name] = Mapping(tuple(keywords.items()), arguments.extra)
        elif parameter.kind != "keyword" and positional:
            bound[parameter.name] = positional.pop(0)
        elif parameter.kind != "positional" and parameter.name in keywords:
            bound[parameter.name] = keywords.pop(parameter.name)
        else:
            bound[parameter.name] = _default(engine, info, parameter, arguments)
    return bound


def _default(engine: Engine, info: FunctionInfo, parameter: ir.Parameter, arguments: Arguments) -> Value:
    default = parameter.default
    value: Value = UNKNOWN
    if isinstance(default, ir.Constant):
        value = Const.of(default.value)
    elif isinstance(default, ir.Dict) and not default.items:
        value = Mapping(())
    elif isinstance(default, ir.Display) and not default.items:
        value = Items(())
    elif default is not None:
        value = engine.read(("default", info.place, parameter.name))
    open_ended = join(arguments.extra, arguments.more if parameter.kind != "keyword" else BOTTOM)
    return value if isinstance(open_ended, Bottom) else join(value, open_ended)


def simple(value: Value) -> Value:
    """A value as a key: what nests too deep is Unknown."""
    return carriers.bounded(value) if depth_of(value) <= NESTING_LIMIT else Unknown("limit")


def _settle(frame: Frame, info: FunctionInfo, root: Summary, summary: Summary, node: ir.Node) -> None:
    """Take over what a call's arguments settle: effects at sites that are open for any caller."""
    open_sites = {effect.site for effect in root.effects if isinstance(effect, Opens)}
    closed = {(effect.site, effect.operation) for effect in root.effects if isinstance(effect, Sends)}
    for effect in in_order(summary.effects):
        if isinstance(effect, Sends) and (effect.site, effect.operation) in closed:
            frame.engine.refine(info.place.path, effect.site, effect.operation, effect.passed)
            if effect.refinable:
                frame.depend(effect.refinable)
        elif effect.site in open_sites:
            frame.emit(_moved(frame, info, effect, node))


def _moved(frame: Frame, info: FunctionInfo, effect: Effect, node: ir.Node) -> Effect:
    """An effect of a called function as an effect of the call."""
    site = frame.site(node)
    module = frame.engine.modules[info.place.path]
    if isinstance(effect, Opens):
        return Opens(site, effect.params, effect.system, effect.kind, effect.reason)
    if module is None or not isinstance(effect, Sends | Fails):
        return effect
    step = frame.step(node, f"'{info.qualname}' is called")
    inner = effect.evidence
    if not isinstance(effect, Fails) or not inner:
        inner = (*inner, Step(module.span_at(*effect.site), f"in '{info.qualname}'"))
    return replace(effect, site=site, evidence=(step, *inner))


# classes of the program


def _construct(frame: Frame, cls: ClassValue, arguments: Arguments, node: ir.Node) -> Value:
    """Make an instance: its constructor is evaluated for these arguments."""
    constructor = hierarchy.class_attribute(frame.engine, cls.place, "__init__")
    found = [
        _with_constructor(frame, cls.place, option, arguments, node)
        for option in options(constructor)
        if isinstance(option, FunctionValue)
    ]
    if found:
        return join(*found)
    inherited = hierarchy.library_bases(frame.engine, cls.place)
    if inherited:
        for base in inherited:
            libraries.construct(frame, base, arguments, node)
        return Instance(cls.place)
    return _from_fields(frame, cls.place, arguments, node)


def _with_constructor(
    frame: Frame, place: Place, constructor: FunctionValue, arguments: Arguments, node: ir.Node
) -> Value:
    engine = frame.engine
    info = engine.function(constructor.place)
    closure = constructor.frame if isinstance(constructor.frame, Unit) else None
    root = engine.summary(Unit(info.place, closure))
    if root is None or not info.node.parameters:
        return BOTTOM if root is None else Instance(place)
    receiver = info.node.parameters[0].name
    bound = _bind(engine, info, Instance(place), arguments)
    decisive = [name for name in sorted(root.relevant & bound.keys()) if name != receiver]
    for name in decisive:
        engine.write(("flow", info.place, name), bound[name])
    carrying = any(carriers.carries(engine, bound[name]) for name in decisive)
    engine.called.add(info.place)
    if not (root.hot or carrying):
        textual = any(carriers.is_text(bound[name]) for name in decisive)
        return Instance(place, tuple((name, simple(bound[name])) for name in decisive)) if textual else Instance(place)
    made_with = tuple((name, simple(bound[name])) for name in decisive)
    instance = Instance(place, made_with)
    bound[receiver] = instance
    key = tuple((name, simple(bound[name])) for name in sorted((root.relevant | {receiver}) & bound.keys()))
    unit = Unit(info.place, closure, key)
    if not engine.context(unit):
        return Instance(place)
    summary = engine.summary(unit)
    if summary is not None:
        _settle(frame, info, root, summary, node)
    return instance


def _from_fields(frame: Frame, place: Place, arguments: Arguments, node: ir.Node) -> Value:
    """Make an instance of a class without a constructor of its own: declared fields take the arguments (dataclasses)."""
    fields = [
        statement.targets[0].id
        for current in reversed(hierarchy.mro(frame.engine, place))
        for statement in frame.engine.cls(current).node.body
        if isinstance(statement, ir.Assign)
        and statement.annotation is not None
        and isinstance(statement.targets[0], ir.Name)
    ]
    given = dict(zip(fields, arguments.args, strict=False)) | dict(arguments.keywords)
    made_with = tuple((name, simple(value)) for name, value in sorted(given.items()) if name in fields)
    instance = Instance(place, made_with)
    for name, value in made_with:
        kept = with_step(value, frame.step(node, f"kept in '.{name}'"))
        frame.engine.add_member(("stored", name), place)
        frame.engine.write(("inst", instance, name), kept)
        if not parameters_in(value):
            frame.engine.write(("made", place, name), kept)
        carriers.mark(frame.engine, place, value)
    after = hierarchy.class_attribute(frame.engine, place, "__post_init__")
    for option in options(after):
        call(frame, FunctionValue(option.place, instance), Arguments(), node) if isinstance(
            option, FunctionValue
        ) else None
    return instance


def _any_system(frame: Frame) -> str:
    """The system that a file speaks of, for a call that is known to be one of a library's."""
    systems = {library.system for library in frame.engine.knowledge.libraries.values()}
    return min(frame.module.speaks_of & systems or systems, default="")
