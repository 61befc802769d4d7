"""Calls: of the program's functions and classes, of library methods, of what Python itself brings.

A call of a function of the program takes the function's summary for any caller. Where parameters decide something in it,
the function is evaluated for the arguments at hand, and what that settles belongs to the place of the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Like, Returns
from leastscope.python.domain import contents
from leastscope.python.domain.arguments import Arguments, Call, named_in
from leastscope.python.domain.effects import Fails, Opens, Sends, nature_of, returns_of
from leastscope.python.domain.kept import replace
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Dynamic,
    External,
    FunctionValue,
    Giver,
    GivesBack,
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
    Query,
    ReadsByName,
    Union,
    Unit,
    Unknown,
    Value,
    Wrapped,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.interp import (
    attributes,
    descriptors,
    expressions,
    following,
    members,
    names,
    objects,
    parameters,
    settling,
    stored,
    unnamed,
)
from leastscope.python.models import (
    assumed,
    companions,
    defaults,
    enums,
    externals,
    foreign,
    inherited,
    records,
    rows,
    supplied,
)
from leastscope.python.sending import (
    events,
    libraries,
    library_types,
    losses,
    pages,
    sessions,
    strangers,
    subclasses,
    untold,
)
from leastscope.python.state import carriers, cells, demand, hierarchy
from leastscope.python.state.notes import Calling, Waiting
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leastscope.python.state.frame import Frame


def call_expression(frame: Frame, node: ir.Call) -> Value:
    """The value of a call, with its effects."""
    function = frame.evaluated[frame.site(node.func)] = expressions.value_of(frame, node.func)
    arguments = arguments_of(frame, node)
    if frame.module.speaks_of and not isinstance(function, Builtin):
        behind = (*arguments.args[1:], *(value for _, value in arguments.keywords))
        if any(isinstance(value, FunctionValue) for value in behind):
            events.registered(frame, arguments, node)
    # `Class.__new__(Class)` makes an instance without running the constructor.
    if isinstance(node.func, ir.Attribute) and node.func.name == "__new__" and arguments.args:
        return contents.instance_of(arguments.args[0])
    if isinstance(node.func, ir.Attribute):
        objects.method_called(frame, node.func.value, node.func.name, arguments)
    _note_table(frame, node, arguments)
    receiver = (function.receiver,) if isinstance(function, Builtin) else ()
    untold.put_together(frame, (*receiver, *arguments.given))
    called = Call(node, function, arguments)
    # Three readings of one call. The other two answer only where nothing is known of the receiver, so that what the
    # code says is never mixed with a guess.
    strangers.method_called(frame, called)
    value = join(
        call(frame, function, arguments, node), frame.receivers.called(frame, called), _of_foreign(frame, called)
    )
    return pages.of_call(frame, called, value)


def _of_foreign(frame: Frame, called: Call) -> Value:
    """What a method of an object from outside gives of what the program put into it."""
    if called.receiver is None or called.method not in frame.engine.knowledge.functions.methods:
        return BOTTOM
    held = options(frame.value_before(called.receiver))
    return join(*(foreign.called(frame, option, called.method, called.arguments, called.node) for option in held))


def arguments_of(frame: Frame, node: ir.Call) -> Arguments:
    """The values of the arguments of a call."""
    args: list[Value] = []
    keywords: dict[str, Value] = {}
    more: Value = BOTTOM
    extra: Value = BOTTOM
    for argument in node.args:
        value = expressions.value_of(frame, argument.value)
        frame.evaluated[frame.site(argument.value)] = value
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
        # A member that one variant of a type lacks is no gap as long as another has it: the code calls it on the one
        # that has.
        known = [option for option in function.options if not isinstance(option, Missing)]
        follow = known if any(isinstance(option, LibraryMethod) for option in known) else function.options
        if all(isinstance(one, LibraryMethod) and library_types.is_one_of(one.owner) for one in follow):
            return _call_one_of(frame, follow, arguments, node)
        several = join(*(call(frame, option, arguments, node) for option in follow))
        return unnamed.given_by(frame, follow, several, node)
    frame.share(arguments.given)
    match function:
        case Bottom():
            demand.hand_over(frame, arguments.given)
            return _call_nothing(frame, arguments, node)
        case FunctionValue():
            return _call_function(frame, function, arguments, node)
        case ClassValue():
            return _construct(frame, function, arguments, node)
        case Instance():
            return _call_instance(frame, function, arguments, node)
        case LibraryMethod():
            return libraries.call_member(frame, function, arguments, node)
        case LibraryClass():
            return libraries.construct(frame, function, arguments, node)
        case Partial(inner, args, keywords):
            given = {**dict(keywords), **dict(arguments.keywords)}
            merged = Arguments((*args, *arguments.args), tuple(given.items()), arguments.more, arguments.extra)
            return call(frame, inner, merged, node)
        case Giver(result):
            externals.escape(frame, arguments, node)
            return result
        case Wrapped(inner):
            return assumed.call_perhaps(frame, inner, arguments, node)
        case Query():
            return function
        case GivesBack():
            return arguments.at(0) or UNKNOWN
        case ReadsByName():
            return companions.read_by_name(frame, function, arguments, node)
        case Builtin():
            if function.made is not None and not (_called(node) == function.name and _stands_at(frame, function, node)):
                objects.handed_on(frame, function, arguments)
            framed = companions.call_builtin(frame, function, arguments, node)
            if framed is not None:
                return framed
            return externals.call_builtin_method(frame, function, arguments, node)
        case External(name):
            return externals.call_external(frame, name, arguments, node)
        case _:
            return _call_other(frame, function, arguments, node)


def _call_nothing(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """Call what nothing is known to be: a handler of a table that no code has filled so far."""
    if (
        not names.is_defined_later(frame, node)
        and _stands_at(frame, BOTTOM, node)
        and losses.untold(frame, arguments, node)
    ):
        frame.engine.note(Waiting(frame.module.path, frame.function.cls if frame.function is not None else None))
    return BOTTOM


def _note_table(frame: Frame, node: ir.Call, arguments: Arguments) -> None:
    """`TABLE[name](client)`: who fills the table may stand in any file that imports it."""
    if not isinstance(node.func, ir.Subscript) or not isinstance(node.func.value, ir.Name):
        return
    if any(contents.of_library(value) for value in arguments.given):
        for option in options(names.lookup(frame, node.func.value.id)):
            if isinstance(option, Mapping) and option.made is not None and not option.made.parameter:
                frame.engine.note(Waiting(option.made.place.path))


def _call_one_of(frame: Frame, methods: Sequence[Value], arguments: Arguments, node: ir.Node) -> Value:
    """Call a method of an object that has one of several types: what all types that have the method send is sure."""
    outer, frame.effects = frame.effects, {}
    value = join(*(call(frame, method, arguments, node) for method in methods))
    found, frame.effects = frame.effects, outer
    agree = len({effect.operation for effect in found if isinstance(effect, Sends)}) == 1
    for effect in found:
        frame.emit(replace(effect, resolution="resolved") if agree and isinstance(effect, Sends) else effect)
    return value


def _call_instance(frame: Frame, instance: Instance, arguments: Arguments, node: ir.Node) -> Value:
    """Call what `__call__` of an instance gives; unknown where instances call each other without an end."""
    if instance in frame.calling:
        return UNKNOWN
    frame.calling.add(instance)
    try:
        return call(frame, attributes.of_instance(frame, instance, "__call__", None), arguments, node)
    finally:
        frame.calling.remove(instance)


def _call_other(frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """Call what is no callable that can be followed."""
    # Asked first, whatever the receiver is: `executor.submit(f)` runs `f` also where the executor came as a
    # parameter. What it runs is called at the same node, and is no method of this name.
    ran = rows.method_called(frame, _called(node), arguments, node) if _stands_at(frame, function, node) else None
    if ran is not None:
        return ran
    asked = supplied.asked(frame, _called(node), arguments)
    if not isinstance(asked, Bottom):
        return asked
    match function:
        case Param(kind=Place() as place) if isinstance(
            method := hierarchy.class_attribute(frame.engine, place, "__call__"), FunctionValue
        ):
            return call(frame, replace(method, bound=function), arguments, node)
        case Unknown() if _called(node) in frame.engine.knowledge.functions.registries:
            return records.class_of_registry(frame, arguments)
        case Param() | Dependent():
            given = (*arguments.args, arguments.more, arguments.extra, *(value for _, value in arguments.keywords))
            decided = parameters_in(function).union(*(parameters_in(value) for value in given))
            carrying = any(contents.of_library(value) for value in given)
            chosen = function if isinstance(function, Dependent) else Dependent(frozenset())
            hot = (carrying and chosen.takes) or (contents.is_hot(function) and (carrying or not chosen.makes))
            system = _any_system(frame) if hot else ""
            reason = "the parameters of this function decide which method is called" if hot else ""
            externals.escape(frame, arguments, node)
            losses.passed(frame, losses.callee(frame, node), arguments, node, decided=True)
            frame.lets_send |= carrying
            for value in given:
                frame.meets((function,), value)
            frame.emit(Opens(frame.site(node), decided, system, "open-parameter", reason))
            made = strangers.result(frame, arguments, node, Dependent(decided, hot or contents.is_hot(function)))
            return defaults.beside(made, arguments, node)
        case Missing(is_data=True) if not (isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute)):
            pass  # plain data that a name holds: `value() if callable(value) else value`
        case Missing(library, name):
            system = frame.engine.knowledge.libraries[library].system
            frame.fail(
                node, "unknown-member", system, f"the rule pack lists no member '{name}' of this class or module"
            )
        case Dynamic(owner, why):
            system = frame.engine.knowledge.libraries[owner.library].system
            reason = f"the code chooses the method at run time, and {why}"
            bounded = not function.deep and named_in(node).isdisjoint(frame.engine.knowledge.parameters)
            sent = library_types.operations_of(frame, owner) if bounded else ()
            frame.emit(Fails(frame.site(node), "dynamic-operation", system, reason, operations=sent))
        case Unknown(reason="library"):
            frame.fail(
                node, "limit", _any_system(frame), "the called object is one of more values than leastscope follows"
            )
        case Inert(_, name):
            return externals.call_external(frame, name, arguments, node)
        case _:
            return _call_outside(frame, function, arguments, node)
    return UNKNOWN


def _call_outside(frame: Frame, function: Value, arguments: Arguments, node: ir.Node) -> Value:
    """Call what code that is not read gave, or what is not known at all."""
    externals.escape(frame, arguments, node)
    if isinstance(function, Unknown):
        demand.hand_over(frame, arguments.given)
        if not foreign.is_kept(frame, function, _called(node), arguments):
            losses.passed(frame, losses.callee(frame, node), arguments, node)
    made = defaults.beside(strangers.result(frame, arguments, node, function), arguments, node)
    if not isinstance(function, Unknown) or not function.origin:
        return made
    # An object of code that is not read, or a method of one, may call what it is given as a function of such may.
    assumed.handed_over(frame, arguments, node)
    return join(made, assumed.made_of(arguments))


# functions of the program


def _call_function(frame: Frame, function: FunctionValue, arguments: Arguments, node: ir.Node) -> Value:
    engine = frame.engine
    info = engine.function(function.place)
    closure = function.frame
    receiver = function.bound
    if receiver is None and info.node.decorators and companions.is_given_itself(frame, info):
        receiver = UNKNOWN
    bound = parameters.bound(engine, info, receiver, arguments)
    value = following.value_of(frame, info, closure, bound, node)
    if (
        isinstance(value, Bottom)
        and isinstance(receiver, Param)
        and engine.told(Unit(info.place, closure), returns_of) is not None
    ):
        # What the class of a parameter only declares, classes below it say, and the callers which of these it is.
        value = Dependent(frozenset((receiver,)))
    if any(last_name(item) in _DISPATCHING for item in info.node.decorators):
        registered = foreign.read(frame, FunctionValue(function.place), REGISTERED)
        each = (replace(one, bound=function.bound) for one in contents.functions_in(registered))
        others = [call(frame, one, arguments, node) for one in each]
        return join(value, *others)
    return value


_DISPATCHING = frozenset({"singledispatch", "singledispatchmethod"})
REGISTERED = "register()"


# classes of the program


def _construct(frame: Frame, cls: ClassValue, arguments: Arguments, node: ir.Node) -> Value:
    """What calling a class gives: an instance of it, or what its `__new__` or its metaclass gives that is none."""
    plain = _plain_data(frame, cls.place, arguments, node)
    if plain is not None:
        return plain
    above = [(place, "__call__") for place in hierarchy.metaclasses(frame.engine, cls.place)]
    held = (hierarchy.class_attribute(frame.engine, *each) for each in (*above, (cls.place, "__new__")))
    makers = [maker for each in held for maker in contents.functions_in(each)]
    given = join(*(call(frame, replace(maker, bound=cls), arguments, node) for maker in makers))
    others = [option for option in options(given) if not _is_made_of(cls, option)]
    if others and len(others) == len(options(given)):
        return join(*others)
    return join(*others, _instance(frame, cls, arguments, node))


def _is_made_of(cls: ClassValue, value: Value) -> bool:
    """Whether a value may be an instance of a class, whose constructor then goes on: what is not known may be, too."""
    own = isinstance(value, Instance) and value.place == cls.place
    return own or isinstance(value, Unknown | Bottom) or value == NONE


def _instance(frame: Frame, cls: ClassValue, arguments: Arguments, node: ir.Node) -> Value:
    """Make an instance: its constructor is evaluated for these arguments."""
    constructor = hierarchy.class_attribute(frame.engine, cls.place, "__init__")
    found = [
        with_constructor(frame, cls.place, option, arguments, node)
        for option in options(constructor)
        if isinstance(option, FunctionValue)
    ]
    if found:
        made = join(*found)
        subclasses.made(frame, made, node)
        return made
    inherited = hierarchy.library_bases(frame.engine, cls.place)
    if inherited:
        for base in inherited:
            libraries.construct(frame, base, arguments, node)
        kept = dict(option for base in inherited for option in sessions.given_to(frame, base, arguments))
        return _with_fields(frame, cls.place, kept, node) if kept else Instance(cls.place)
    return _from_fields(frame, cls.place, arguments, node)


def _plain_data(frame: Frame, place: Place, arguments: Arguments, node: ir.Node) -> Value | None:
    """What calling a class gives that makes no instance worth following: a member of an enumeration, a typed dict."""
    if enums.is_enum(frame.engine, place):
        given = arguments.at(0)
        return members.by_value(frame, place, given or UNKNOWN, node)
    bases = options(frame.engine.read(cells.Bases(place)))
    if any(isinstance(base, External) and base.name.endswith(".TypedDict") for base in bases):
        return Mapping(arguments.keywords, arguments.extra)
    return None


def with_constructor(
    frame: Frame, place: Place, constructor: FunctionValue, arguments: Arguments, node: ir.Node
) -> Value:
    """Make an instance with a constructor, which is evaluated for these arguments where they decide something."""
    engine = frame.engine
    info = engine.function(constructor.place)
    closure = constructor.frame
    any_caller = Unit(info.place, closure)
    root = engine.told(any_caller, nature_of)
    if root is None or not info.node.parameters:
        return BOTTOM if root is None else Instance(place)
    followed = settling.Followed(info, any_caller, node)
    receiver = info.node.parameters[0].name
    bound = parameters.bound(engine, info, Instance(place), arguments)
    decisive = [name for name in sorted(root.relevant & bound.keys()) if name != receiver]
    for name in decisive:
        frame.store(cells.ConstructorArgument(info.place, name), bound[name])
        # An object that callers decide is another one for each of them, where what they give leads to a library.
        frame.hand_on(bound[name])
    for name in root.kept & bound.keys():
        frame.keep(bound[name])
    for name in root.importing & bound.keys():
        frame.import_by(bound[name])
    carrying = any(
        carriers.carries(engine, bound[name]) or following.names_module(frame, root, name, bound[name])
        for name in decisive
    )
    engine.note(Calling(info.place, frame.site(node)))
    if not (root.hot or root.by_class or carrying):
        # Texts may be base URLs or names of resources that a method puts together later. Instances that differ in
        # nothing else share one value. What callers of a factory decide may be such a text; not so what a constructor
        # is given, unless it makes what gives URLs: each object of a chain of classes would be another one for each
        # class around it. A descriptor that is made of a method gives what this one gives.
        constructs = frame.function is not None and frame.function.node.name == "__init__"
        makes = not constructs or carriers.gives_address(engine, Instance(place))
        textual = any(contents.is_text(bound[name]) or (makes and parameters_in(bound[name])) for name in decisive) or (
            any(contents.functions_in(bound[name]) for name in decisive) and descriptors.is_descriptor(engine, place)
        )
        return (
            Instance(place, tuple((name, contents.simple(bound[name])) for name in decisive))
            if textual
            else Instance(place)
        )
    made_with = tuple((name, contents.simple(bound[name])) for name in decisive)
    instance = Instance(place, made_with)
    unit = stored.constructing(constructor, receiver, instance)
    if not engine.context(unit, frame.module.path, frame.site(node)):
        return Instance(place)
    summary = engine.for_arguments(unit)
    if summary is not None:
        settling.settle(frame, followed, summary, settling.fixed_inside(frame, followed, unit, summary))
    return instance


def _from_fields(frame: Frame, place: Place, arguments: Arguments, node: ir.Node) -> Value:
    """Make an instance of a class without a constructor of its own: declared fields take the arguments (dataclasses)."""
    fields = hierarchy.declared_fields(frame.engine, place)
    given = dict(zip(fields, arguments.args, strict=False)) | dict(arguments.keywords)
    frame.keep(join(arguments.more, arguments.extra))
    more = _for_unread_base(frame, place, fields, arguments, node)
    kept = dict((*more, *((name, value) for name, value in given.items() if name in fields)))
    instance = _with_fields(frame, place, kept, node)
    for option in options(hierarchy.class_attribute(frame.engine, place, "__post_init__")):
        if isinstance(option, FunctionValue):
            call(frame, FunctionValue(option.place, instance), Arguments(), node)
    return instance


def _with_fields(frame: Frame, place: Place, kept: dict[str, Value], node: ir.Node) -> Instance:
    """An instance that no constructor of the program makes: its fields are stored here as `__init__` would."""
    made_with = tuple((name, contents.simple(value)) for name, value in sorted(kept.items()))
    instance = Instance(place, made_with)
    for name, value in made_with:
        held = with_step(value, frame.step(node, f"kept in '.{name}'"))
        hierarchy.add_store(frame.engine, place, name)
        frame.store(cells.InstanceAttribute(instance, name), held)
        # Of any instance, a field is what its maker gives: the class stands for its constructor.
        frame.store(cells.SymbolicAttribute(place, name), Param(place, name))
        frame.store(cells.ConstructorArgument(place, name), held)
    return instance


def _for_unread_base(
    frame: Frame, place: Place, fields: Sequence[str], arguments: Arguments, node: ir.Node
) -> Iterator[tuple[str, Value]]:
    """What a class without a constructor of the program keeps of arguments for an unread base, which receives them."""
    every = hierarchy.all_bases(frame.engine, place)
    base = next((one.name for one in every if isinstance(one, External)), "")
    left = arguments.args[len(fields) :]
    if not base:
        return
    row = frame.engine.knowledge.functions.of(base)
    if _DICT in {base, row.name if isinstance(row, Like) else ""}:
        _fill(frame, place, arguments, node)
        return
    if isinstance(row, Returns) and row.form in {"list", "elements"} and arguments.args:
        container = foreign.inherited_from(inherited.from_outside(frame.engine, place) or place)
        foreign.store_item(frame, container, UNKNOWN, attributes.iterate(frame, arguments.args[0], node), node)
        return
    keywords = tuple((name, value) for name, value in arguments.keywords if name not in fields)
    losses.passed(frame, base, Arguments(left, keywords), node)
    if left and base.startswith("builtins."):
        yield "args", Items(left)  # of an exception


_DICT = "builtins.dict"


def _fill(frame: Frame, place: Place, arguments: Arguments, node: ir.Node) -> None:
    """Put what the constructor of a dict is given into an instance of a class below it."""
    container = foreign.inherited_from(inherited.from_outside(frame.engine, place) or place)
    for given in (*arguments.args, Mapping(arguments.keywords, arguments.extra)):
        entries, rest = spread(given)
        for name, value in entries.items():
            foreign.store_item(frame, container, Const.of(name), value, node)
        if not isinstance(rest, Bottom):
            foreign.store_item(frame, container, UNKNOWN, rest, node)


def _stands_at(frame: Frame, function: Value, node: ir.Node) -> bool:
    """Whether a function is the one that a call names, and not one that this one calls."""
    held = frame.evaluated.get(frame.site(node.func), UNKNOWN) if isinstance(node, ir.Call) else UNKNOWN
    return function == held or function in options(held)


def _called(node: ir.Node) -> str:
    """The name of the method that an expression calls."""
    return node.func.name if isinstance(node, ir.Call) and isinstance(node.func, ir.Attribute) else ""


def _any_system(frame: Frame) -> str:
    """The system that a file speaks of, for a call that is known to be one of a library's."""
    systems = {library.system for library in frame.engine.knowledge.libraries.values()}
    return min(frame.module.speaks_of & systems or systems, default="")
