"""What Python and its usual companions do with values.

Built-in functions, methods of built-in types, runners that call what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.functions import Makes
from leastscope.python.domain import contents, mappings, strings, urls
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    External,
    FunctionValue,
    Instance,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Param,
    Partial,
    Property,
    Super,
    Unknown,
    Value,
    join,
    options,
    over,
    parameters_in,
)
from leastscope.python.models import (
    assumed,
    commands,
    companions,
    copies,
    defaults,
    enums,
    foreign,
    plugins,
    rows,
    standard,
    texts,
)
from leastscope.python.models.inherited import OBJECT
from leastscope.python.sending import events, losses, pages, sessions, strangers
from leastscope.python.state import carriers, cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.domain.values import Place
    from leastscope.python.state.frame import Frame


def call_external(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """Call something that is neither of the program nor of a modeled library.

    What the rows say is asked first, then what is computed here. A name stands in one of these tables, so that the order
    decides nothing. Only where nothing is known of the function, its last name alone may tell what it does.
    """
    functions = frame.engine.knowledge.functions
    row = functions.of(name)
    commands.called(frame, row, name, arguments, node)
    if name in _KEYED:
        _keyed(frame, arguments, node)
    by_row = None if row is None else rows.applied(frame, row, arguments, node)
    if by_row is not None:
        return by_row
    if isinstance(row, Makes):
        return foreign.made(frame, name, arguments, node)
    known_as = functions.real_name(name)
    handler = _FUNCTIONS.get(known_as)
    if handler is not None:
        return handler(frame, arguments, node)
    made = companions.called(frame, known_as, arguments, node)
    if made is not None:
        return made
    handed_on = standard.called(frame, known_as, arguments, node)
    if handed_on is not None:
        return handed_on
    of_text = texts.function(known_as)
    if of_text is not None:
        made = of_text(arguments)
        return UNKNOWN if isinstance(made, Bottom) else made
    ran = rows.method_called(frame, name.rpartition(".")[2], arguments, node)
    if ran is not None:
        return ran
    first = arguments.at(0)
    if first is not None and name.startswith("hashlib."):
        pages.signed(frame, node, first)
    escape(frame, arguments, node)
    losses.passed(frame, name, arguments, node)
    strangers.function_called(frame, name, arguments, node)
    assumed.handed_over(frame, arguments, node)
    made = strangers.result(frame, arguments, node)
    if made == UNKNOWN:
        made = foreign.made(frame, name, arguments, node)
    return join(defaults.beside(made, arguments, node), assumed.made_of(arguments))


def escape(frame: Frame, arguments: Arguments, node: ir.Node) -> None:
    """Values leave for code that is not followed: a library's method that does may be called there with anything.

    So may a function that stands in another one: what it closes over is what that one's callers give.
    """
    for index, value in enumerate(arguments.given):
        for option in options(value):
            if isinstance(option, Partial) and _is_method(option):
                frame.interpreter.call(frame, option, Arguments(extra=UNKNOWN), node)
            elif isinstance(option, LibraryMethod):
                given = Arguments(arguments.args[index + 1 :], arguments.keywords, extra=UNKNOWN)
                frame.interpreter.call(frame, option, given, node)
            elif isinstance(option, FunctionValue) and option.frame is not None:
                assumed.called_elsewhere(frame, option, node)


def _is_method(value: Value) -> bool:
    """Whether a value is a library's method, or a callable around one."""
    if isinstance(value, Partial):
        return _is_method(value.function)
    return isinstance(value, LibraryMethod)


def _cast(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`typing.cast(T, value)`: the value, or an instance of T where the value is not known."""
    given = arguments.at(1) or UNKNOWN
    if contents.of_library(given) or not isinstance(node, ir.Call) or not node.args:
        return given
    told = frame.interpreter.annotated(frame, node.args[0].value)
    # The code says which type it is; a value of the program or a text says more than its type does.
    plain = all(isinstance(option, Unknown | Param | Dependent) or option == NONE for option in options(given))
    return told if plain and not isinstance(told, Unknown) else given


def _getattr(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    owner, key = arguments.at(0), arguments.at(1)
    if owner is None or key is None:
        return UNKNOWN
    found = frame.interpreter.dynamic(frame, owner, key, node)
    default = arguments.at(2)
    if default is not None and isinstance(found, External) and contents.is_url(default):
        return join(found, default)
    return found if default is None or not isinstance(found, Unknown | Bottom) else default


def _setattr(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    owner, key, value = arguments.at(0), arguments.at(1), arguments.at(2)
    if owner is None or key is None or value is None:
        return UNKNOWN
    # Under which name is known to callers only; the function is evaluated for what each of them gives.
    frame.depend(parameters_in(key) | parameters_in(value))
    frame.meets((key,), owner)
    frame.meets((key,), value)
    # Of several names, each would get the values of all: which belongs to which is not known.
    if isinstance(key, Const) and isinstance(key.value, str):
        frame.interpreter.store(frame, owner, key.value, value, node)
    return NONE


def _isinstance(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    kind = arguments.at(1)
    if kind is not None:
        flat = elements(kind) if isinstance(kind, Items) else kind
        events.checked(frame, flat, node)
    return UNKNOWN


def _dict(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.at(0)
    first = None if first is None else urls.as_mapping(first)
    start = first if isinstance(first, Mapping) else Mapping(()) if first is None else Mapping((), _second(first))
    return mappings.updated(start, arguments.keywords, join(start.rest, arguments.extra))


def _second(pairs: Value) -> Value:
    """What the second of each of some pairs can be."""
    inner = over(pairs, elements)
    return over(inner, lambda pair: pair.items[1] if isinstance(pair, Items) and len(pair.items) == 2 else UNKNOWN)


def _partial(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    if not arguments.args:
        return UNKNOWN
    found = [Partial(option, arguments.args[1:], arguments.keywords) for option in options(arguments.args[0])]
    return join(*found)


def _partial_method(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """A partial of a method that is bound when it is read."""
    return over(_partial(frame, arguments, node), _unbound)


def _unbound(value: Value) -> Value:
    if isinstance(value, Partial) and isinstance(value.function, FunctionValue):
        return replace(value, function=replace(value.function, bound=BOTTOM))
    return value


def _map(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    if len(arguments.args) < 2:
        return UNKNOWN
    function, *several = arguments.args
    known = [value.items for value in several if isinstance(value, Items) and isinstance(value.rest, Bottom)]
    if len(known) == len(several) and max(map(len, known)) <= UNION_LIMIT:
        # Few items that are all known keep their places, as in a comprehension.
        rows = zip(*known, strict=False)
        return Items(tuple(frame.interpreter.call(frame, function, Arguments(row), node) for row in rows))
    inner = tuple(frame.interpreter.iterate(frame, value, node) for value in several)
    return Items((), frame.interpreter.call(frame, function, Arguments(inner), node))


def _filter(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    function, several = arguments.at(0) or NONE, arguments.at(1) or UNKNOWN
    if rows.is_callable(function):
        frame.interpreter.call(frame, function, Arguments((frame.interpreter.iterate(frame, several, node),)), node)
    return rows.sequence(frame, several, node)


def _iter(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`iter(value)`, or `iter(function, end)`: what calling the function gives, over and over."""
    first = arguments.at(0) or UNKNOWN
    if arguments.at(1) is None:
        return first
    return Items((), frame.interpreter.call(frame, first, Arguments(), node))


def _keyed(frame: Frame, arguments: Arguments, node: ir.Node) -> None:
    """`sorted(values, key=function)` and its kind call the function with each of the values."""
    key = arguments.keyword("key")
    if key is not None and rows.is_callable(key):
        several = arguments.args if len(arguments.args) > 1 else ()
        each = several or (frame.interpreter.iterate(frame, arguments.at(0) or UNKNOWN, node),)
        frame.interpreter.call(frame, key, Arguments((join(*each),)), node)


def _enumerate(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    inner = frame.interpreter.iterate(frame, arguments.at(0) or UNKNOWN, node)
    return Items((), Items((UNKNOWN, inner)))


def _zip(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return Items((), Items(tuple(frame.interpreter.iterate(frame, value, node) for value in arguments.args)))


def _next(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return join(frame.interpreter.iterate(frame, arguments.at(0) or UNKNOWN, node), arguments.at(1) or BOTTOM)


def _type(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`type(value)`; a class that `type(name, bases, namespace)` makes is taken for its bases."""
    if arguments.at(1) is not None:
        return _new_class(frame, arguments, node)
    return contents.class_of(arguments.at(0) or UNKNOWN)


def _new_class(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """A class that is made of its bases, and holds what it is given as its names."""
    entries, _ = mappings.spread(arguments.at(2, "dict") or Mapping(()))
    held = {str(name): value for name, value in entries.items()}
    made = (
        foreign.made_with(frame, held, node)
        if any(contents.of_library(each) or parameters_in(each) for each in held.values())
        else BOTTOM
    )
    return join(elements(arguments.at(1, "bases") or UNKNOWN), made)


def _super(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`super()`: each base, with its methods bound to what the method is called on."""
    info = own = frame.function
    while info is not None and info.cls is None and info.outer is not None:
        info = frame.engine.function(info.outer)
    if info is None or info.cls is None:
        return UNKNOWN
    received = info.node.parameters[:1] if info is own else ()
    owner = next((frame.interpreter.held(frame, one.name) for one in received), None)
    bases = options(frame.engine.read(cells.Bases(info.cls)))
    found: list[Value] = []
    for base in bases:
        if isinstance(base, ClassValue):
            plain = Instance(base.place) if info.kind != "class" else ClassValue(base.place, generic=True)
            found.append(plain if owner is None else Super(plain, owner))
        elif isinstance(base, Instance | LibraryObject):
            continue
        else:
            made = contents.instance_of(base)
            kept = foreign.inherited_from(info.cls) if isinstance(base, External) and base.name != OBJECT else made
            found.append(base if info.kind == "class" else kept)
    if all(isinstance(each, Unknown) for each in found) and info.kind != "class":
        found += _beside(frame, info.cls, owner)
    # A mixin has no base that is read: whatever stands behind it in a class that has both is next.
    bare = all(isinstance(base, External) and base.name in _NO_BASES for base in bases)
    if bare and owner is not None and all(isinstance(each, Unknown) for each in found):
        return Super(UNKNOWN, owner)
    return join(*found) if found else UNKNOWN


def _beside(frame: Frame, mixin: Place, owner: Value | None) -> list[Value]:
    """What `super()` is in a class without a base that is known: the library's class beside it, in the classes below."""
    below = hierarchy.subclasses(frame.engine, mixin)
    places = (owner.place,) if isinstance(owner, Instance) and owner.place != mixin else below
    return [contents.instance_of(base) for place in places for base in hierarchy.library_bases(frame.engine, place)]


def _str(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return strings.concat(arguments.args[:1]) if arguments.args else Const.of("")


def _property(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`name = property(function)`: what reading the attribute calls."""
    return join(*(Property(option) for option in options(arguments.at(0, "fget") or UNKNOWN)))


def _gather(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return Items(arguments.args, arguments.more)


_KEYED = frozenset({"builtins.max", "builtins.min", "builtins.sorted"})

_NO_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
"""Bases that have no method to call."""

_FUNCTIONS: dict[str, Callable[[Frame, Arguments, ir.Node], Value]] = {
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.isinstance": _isinstance,
    "builtins.property": _property,
    "builtins.dict": _dict,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.iter": _iter,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.next": _next,
    "builtins.type": _type,
    "types.new_class": _new_class,
    "builtins.super": _super,
    "typing.cast": _cast,
    "builtins.str": _str,
    "functools.partial": _partial,
    "functools.partialmethod": _partial_method,
    "importlib.import_module": plugins.imported,
    plugins.MEMBERS: plugins.members,
    "pkgutil.iter_modules": plugins.listed,
    "asyncio.gather": _gather,
}


# methods of built-in values


def call_builtin_method(frame: Frame, method: Builtin, arguments: Arguments, node: ir.Node) -> Value:
    """Call a method of a string, list or dict."""
    receiver, name = method.receiver, method.name
    match receiver:
        case Mapping():
            return _mapping_method(frame, receiver, name, arguments)
        case Items():
            if name in _SENT_TO:
                return _sent(frame, receiver, name, arguments, node)
            return _items_method(receiver, name)
        case LibraryClass() | LibraryObject():
            sessions.constructed(frame, receiver, arguments, node)
            return NONE
        case ClassValue() | Instance():
            return copies.made(frame, receiver, arguments, node)
        case _:
            made = texts.call_text_method(frame, receiver, name, arguments)
            return strangers.result(frame, arguments, node, receiver) if contents.says_nothing(made) else made


def _mapping_method(frame: Frame, receiver: Mapping, name: str, arguments: Arguments) -> Value:
    if name in {"get", "pop", "setdefault", "__getitem__"}:
        default = arguments.at(1)
        asked = enums.told(frame.engine, arguments.at(0) or UNKNOWN)
        params = parameters_in(asked)
        found = [carriers.entry(frame.engine, receiver, key) for key in options(asked)]
        known = [value for value in found if value is not None]
        chosen = [value for value in known if isinstance(value, Dependent)]
        if params and default is not None and chosen:
            hot = any(contents.of_library(value, 1) for value in (*known, default))
            makes = all(value.makes for value in chosen) and isinstance(default, ClassValue | Const)
            return Dependent(params, hot, any(value.takes for value in chosen), makes)
        sure = all(isinstance(key, Const) for key in options(asked))
        missing = len(known) < len(found) or not isinstance(receiver.rest, Bottom) or not sure
        return join(*known, default if default is not None else Const.of(None)) if missing else join(*known)
    if name == "values":
        return Items(tuple(value for _, value in receiver.items), receiver.rest)
    if name == "keys":
        return contents.keys_of(receiver)
    if name == "popitem":
        return Items((elements(receiver), join(*(value for _, value in receiver.items), receiver.rest)))
    if name == "items":
        pairs = tuple(Items((Const.of(key), value)) for key, value in receiver.items)
        others = contents.keys_of(receiver).rest
        rest = BOTTOM if isinstance(receiver.rest, Bottom) else Items((others, receiver.rest))
        return Items(pairs, rest)
    return (
        replace(receiver, made=None) if name in {"copy", "encode"} else UNKNOWN
    )  # `json.dumps` gives what it is given


_SENT_TO = frozenset({"send", "asend"})
"""Methods of generators that give a `yield` its value."""


def _sent(frame: Frame, generator: Items, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """A generator is sent a value, and gives what it yields next."""
    if generator.made is None:
        losses.passed(frame, f".{name}", arguments, node)
    else:
        frame.store(cells.OfGenerators(generator.made.place), arguments.at(0) or UNKNOWN)
    return elements(generator)


def _items_method(receiver: Items, name: str) -> Value:
    if name in {"pop", "__getitem__", "popleft"}:
        return elements(receiver)
    return replace(receiver, made=None) if name == "copy" else UNKNOWN
