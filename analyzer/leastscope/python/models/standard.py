"""Functions of the standard library that hand on what they are given: choose from it, fold it, keep it under names."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, mappings
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.contents import elements
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Const,
    External,
    Imported,
    Items,
    Mapping,
    ModuleValue,
    Namespace,
    Partial,
    Value,
    join,
    options,
)
from leastscope.python.models import foreign, project

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Scalar
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_STEPS = 16
"""Items that a fold is followed through one by one."""
_NAMED_TUPLE = "collections.namedtuple"
_MADE = f"{_NAMED_TUPLE}()"


def called(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """What a function of the standard library gives; None where it is none of these."""
    handler = _FUNCTIONS.get(name)
    return None if handler is None else handler(frame, arguments, node)


def _element(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """One of the items of an argument, or one of several arguments (`max(a, b)`)."""
    if len(arguments.args) > 1:
        return join(*arguments.args)
    return frame.interpreter.iterate(frame, arguments.at(0) or UNKNOWN, node)


def _chain(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`chain(one, other)`: what is in any of them."""
    return Items((), join(*(frame.interpreter.iterate(frame, each, node) for each in arguments.given)))


def _chain_of_all(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`chain.from_iterable(several)`: what is in any of what is in an argument."""
    return _chain(frame, Arguments((frame.interpreter.iterate(frame, arguments.at(0) or UNKNOWN, node),)), node)


def _reversed(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`reversed(items)`: the last one first, where all are known."""
    given = arguments.at(0) or UNKNOWN
    if isinstance(given, Items) and isinstance(given.rest, Bottom):
        return Items(given.items[::-1])
    return Items((), frame.interpreter.iterate(frame, given, node))


def _repeat(_frame: Frame, arguments: Arguments, _node: ir.Node) -> Value:
    """`repeat(value)`."""
    return Items((), arguments.at(0, "object") or UNKNOWN)


def _groups(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`groupby(items)`: keys, each with some of the items."""
    inner = frame.interpreter.iterate(frame, arguments.at(0, "iterable") or UNKNOWN, node)
    return Items((), Items((UNKNOWN, Items((), inner))))


def _from_keys(_frame: Frame, arguments: Arguments, _node: ir.Node) -> Value:
    """`dict.fromkeys(keys, value)`."""
    keys, given = arguments.at(0) or UNKNOWN, arguments.at(1) or NONE
    known = keys.items if isinstance(keys, Items) and isinstance(keys.rest, Bottom) else ()
    entries = tuple((key.value, given) for key in known if isinstance(key, Const))
    return Mapping(entries, BOTTOM if known and len(entries) == len(known) else given)


def _of_items(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`operator.getitem(owner, key)`."""
    return frame.interpreter.item(frame, arguments.at(0) or UNKNOWN, arguments.at(1) or UNKNOWN, node)


def _locals(frame: Frame, _arguments: Arguments, _node: ir.Node) -> Value:
    """`locals()`: the names that the function binds up to here; of a module or class, all its names."""
    if frame.function is None:
        return Namespace(ModuleValue(frame.module.path))
    known = {name: held for name, held in (frame.env or {}).items() if not isinstance(held, Imported)}
    return Mapping(tuple(sorted(known.items(), key=itemgetter(0))), UNKNOWN)


def _default_dict(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`defaultdict(factory)`: under every key, what the factory gives."""
    factory = arguments.at(0)
    given = BOTTOM if factory is None else frame.interpreter.call(frame, factory, Arguments(), node)
    return Mapping(arguments.keywords, given)


def _chain_map(_frame: Frame, arguments: Arguments, _node: ir.Node) -> Value:
    """`ChainMap(first, second)`: under a key what the first of the dicts has that has the key."""
    entries: dict[Scalar, Value] = {}
    rest: Value = BOTTOM
    for given in reversed(arguments.args):
        known, further = mappings.spread(given)
        entries.update(known)
        rest = join(rest, further)
    return Mapping(tuple(entries.items()), rest)


def _reduce(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`reduce(function, items, first)`: item by item, as far as they are known; without a first, the first item is it."""
    function, several, found = arguments.at(0), arguments.at(1), arguments.at(2)
    if function is None or several is None:
        return UNKNOWN
    if not isinstance(several, Items) or not isinstance(several.rest, type(BOTTOM)) or len(several.items) > _STEPS:
        each = frame.interpreter.iterate(frame, several, node)
        folded = frame.interpreter.call(frame, function, Arguments((found or each, each)), node)
        return folded if found is not None else join(each, folded)
    items = several.items if found is not None else several.items[1:]
    found = found or elements(Items(several.items[:1]))
    for item in items:
        found = frame.interpreter.call(frame, function, Arguments((found, item)), node)
    return found


def _type_variable(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`TypeVar("T", bound=Class)`: as an annotation, it stands for its bound or its constraints."""
    return join(arguments.keyword("bound") or BOTTOM, *arguments.args[1:]) if arguments.args else UNKNOWN


def _globals(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return Namespace(ModuleValue(frame.module.path))


def _by_path(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """What a dotted name in a text stands for."""
    given = arguments.at(0) or UNKNOWN
    open_ended = frame.import_by(given)
    texts = contents.texts_in(given) or project.texts(frame, given)
    parts = [text.replace(":", ".").rpartition(".") for text in texts]
    found = [
        frame.interpreter.get(frame, frame.interpreter.imported(frame, module), name, node)
        for module, _, name in parts
        if module
    ]
    return join(*(found or (UNKNOWN,)), open_ended)


def _named_tuple(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`namedtuple("Name", "a b")`: what makes objects with these fields."""
    given = arguments.at(1, "field_names")
    if isinstance(given, Const) and isinstance(given.value, str):
        given = Items(tuple(Const.of(name) for name in given.value.replace(",", " ").split()))
    return Partial(External(_MADE), (given,), ()) if isinstance(given, Items) else UNKNOWN


def _of_named_tuple(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    fields, *given = arguments.args
    names = [str(name.value) for name in options_of(fields) if isinstance(name, Const)]
    entries = {**dict(zip(names, given, strict=False)), **dict(arguments.keywords)}
    return foreign.made_with(frame, entries, node)


def options_of(fields: Value) -> tuple[Value, ...]:
    """The items of a list that is known."""
    return fields.items if isinstance(fields, Items) else options(UNKNOWN)


_FUNCTIONS: dict[str, Callable[[Frame, Arguments, ir.Node], Value]] = {
    "builtins.dict.fromkeys": _from_keys,
    "builtins.locals": _locals,
    "builtins.max": _element,
    "builtins.reversed": _reversed,
    "collections.ChainMap": _chain_map,
    "collections.defaultdict": _default_dict,
    "functools.reduce": _reduce,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_of_all,
    "itertools.groupby": _groups,
    "itertools.repeat": _repeat,
    "operator.getitem": _of_items,
    "typing.TypeVar": _type_variable,
    "builtins.globals": _globals,
    "pkgutil.resolve_name": _by_path,
    _NAMED_TUPLE: _named_tuple,
    _MADE: _of_named_tuple,
}
