"""What Python and its usual companions do with values.

Built-in functions, methods of built-in types, runners that call what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.python import annotations as types
from analyzer.python import attributes, calls, events, expressions, ir, names, strings
from analyzer.python.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    Instance,
    Items,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Partial,
    Unknown,
    Value,
    elements,
    join,
    options,
    parameters_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.python.calls import Arguments
    from analyzer.python.frame import Frame

_SAME = frozenset(
    {
        "builtins.iter", "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.reversed",
        "builtins.frozenset", "copy.copy", "copy.deepcopy", "typing.cast", "contextlib.closing", "builtins.aiter",
        "asyncio.create_task", "asyncio.ensure_future", "asyncio.run", "asyncio.wait_for", "asyncio.shield",
        "types.MappingProxyType", "itertools.chain", "functools.wraps", "inspect.unwrap",
    }
)  # fmt: skip
"""Functions that give back (what is in) their first argument."""

_SEQUENCES = frozenset({f"builtins.{name}" for name in ("list", "tuple", "set", "sorted", "reversed", "frozenset")})
"""Those of them that make a sequence of it."""

_DECORATORS = frozenset(
    {
        "asgiref.sync.sync_to_async", "asgiref.sync.async_to_sync", "functools.lru_cache", "functools.cache",
        "channels.db.database_sync_to_async", "contextlib.contextmanager", "contextlib.asynccontextmanager",
        "builtins.staticmethod", "builtins.classmethod", "functools.cached_property",
    }
)  # fmt: skip

_RUNNERS = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "trio.to_thread.run_sync": 0,
    "django.db.transaction.on_commit": 0,
    "backoff.on_exception": -1,
}
"""Functions that call an argument (at this position) with the ones that follow."""

_RUNNER_METHODS = {"run_in_executor": 1, "submit": 0, "apply_async": 0, "call_soon": 0}
"""The same for methods of objects that are not followed, by name."""


def call_external(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value:
    """Call something that is neither of the program nor of a modeled library."""
    handler = _FUNCTIONS.get(name)
    if handler is not None:
        return handler(frame, arguments, node)
    first = arguments.at(0)
    if name == "typing.cast":
        return _cast(frame, arguments, node)
    if name in _SAME and first is not None:
        return _sequence(frame, first, node) if name in _SEQUENCES else first
    if name in _DECORATORS and first is not None:
        return first
    if name in _RUNNERS and len(arguments.args) > _RUNNERS[name] >= 0:
        return _run(frame, arguments, _RUNNERS[name], node)
    last = name.rpartition(".")[2]
    if last in _RUNNER_METHODS and len(arguments.args) > _RUNNER_METHODS[last]:
        return _run(frame, arguments, _RUNNER_METHODS[last], node)
    escape(frame, arguments, node)
    return UNKNOWN


def _sequence(frame: Frame, value: Value, node: ir.Node) -> Value:
    """A list of what iterating over a value gives."""
    known = (Items, Param, Dependent, Unknown, Bottom)
    return join(
        *(
            option if isinstance(option, known) else Items((), attributes.iterate(frame, option, node))
            for option in options(value)
        )
    )


def _run(frame: Frame, arguments: Arguments, at: int, node: ir.Node) -> Value:
    inner = calls.Arguments(arguments.args[at + 1 :], arguments.keywords, arguments.more, arguments.extra)
    return calls.call(frame, arguments.args[at], inner, node)


def escape(frame: Frame, arguments: Arguments, node: ir.Node) -> None:
    """Values leave for code that is not followed: a library's method that does may be called there with anything."""
    if is_run(frame, arguments, node):
        return
    for index, value in enumerate((*arguments.args, *(value for _, value in arguments.keywords))):
        for option in options(value):
            if isinstance(option, Partial) and attributes.is_method(option):
                calls.call(frame, option, calls.Arguments(extra=UNKNOWN), node)
            elif isinstance(option, LibraryMethod):
                given = calls.Arguments(arguments.args[index + 1 :], arguments.keywords, extra=UNKNOWN)
                calls.call(frame, option, given, node)


def is_run(frame: Frame, arguments: Arguments, node: ir.Node) -> bool:
    """Call what a runner is given, where the method called has a runner's name (`executor.submit`)."""
    position = _RUNNER_METHODS.get(_called_name(node), -1)
    if not 0 <= position < len(arguments.args):
        return False
    _run(frame, arguments, position, node)
    return True


def _called_name(node: ir.Node) -> str:
    if isinstance(node, ir.Call):
        if isinstance(node.func, ir.Attribute):
            return node.func.name
        if isinstance(node.func, ir.Name):
            return node.func.id
    return ""


def _cast(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`typing.cast(T, value)`: the value, or an instance of T where the value is not known."""
    given = arguments.at(1) or UNKNOWN
    if not isinstance(given, Unknown) or not isinstance(node, ir.Call) or not node.args:
        return given
    return types.resolve(frame, node.args[0].value)


def _getattr(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    owner, key = arguments.at(0), arguments.at(1)
    if owner is None or key is None:
        return UNKNOWN
    found = attributes.dynamic(frame, owner, key, node)
    default = arguments.at(2)
    return found if default is None or not isinstance(found, Unknown | Bottom) else default


def _setattr(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    owner, key, value = arguments.at(0), arguments.at(1), arguments.at(2)
    if owner is not None and value is not None and isinstance(key, Const) and isinstance(key.value, str):
        attributes.store(frame, owner, key.value, value, node)
    return UNKNOWN


def _isinstance(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    kind = arguments.at(1)
    if kind is not None:
        flat = elements(kind) if isinstance(kind, Items) else kind
        events.checked(frame, flat, node)
    return UNKNOWN


def _dict(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    first = arguments.at(0)
    start = first if isinstance(first, Mapping) else Mapping(()) if first is None else Mapping((), UNKNOWN)
    entries = {(str, key): (key, value) for key, value in arguments.keywords}
    kept = tuple(entry for entry in start.items if (type(entry[0]), entry[0]) not in entries)
    return Mapping((*kept, *entries.values()), join(start.rest, arguments.extra))


def _partial(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    if not arguments.args:
        return UNKNOWN
    found = [Partial(option, arguments.args[1:], arguments.keywords) for option in options(arguments.args[0])]
    return join(*found)


def _map(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    if len(arguments.args) < 2:
        return UNKNOWN
    inner = tuple(attributes.iterate(frame, value, node) for value in arguments.args[1:])
    return Items((), calls.call(frame, arguments.args[0], calls.Arguments(inner), node))


def _filter(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return _sequence(frame, arguments.at(1) or UNKNOWN, node)


def _enumerate(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    inner = attributes.iterate(frame, arguments.at(0) or UNKNOWN, node)
    return Items((), Items((UNKNOWN, inner)))


def _zip(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return Items((), Items(tuple(attributes.iterate(frame, value, node) for value in arguments.args)))


def _next(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return join(attributes.iterate(frame, arguments.at(0) or UNKNOWN, node), arguments.at(1) or BOTTOM)


def _type(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    given = options(arguments.at(0) or UNKNOWN)
    return join(
        *(
            ClassValue(option.place, option.made_with is None) if isinstance(option, Instance) else UNKNOWN
            for option in given
        )
    )


def _super(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`super()`: an instance of each base (which has the bases' methods bound to itself)."""
    info = frame.function
    while info is not None and info.cls is None and info.outer is not None:
        info = frame.engine.function(info.outer)
    if info is None or info.cls is None:
        return UNKNOWN
    bases = options(frame.engine.read(("bases", info.cls, "")))
    found: list[Value] = []
    for base in bases:
        if isinstance(base, ClassValue):
            found.append(Instance(base.place) if info.kind != "class" else ClassValue(base.place, generic=True))
        elif isinstance(base, Instance | LibraryObject):
            continue
        else:
            made = types.instance_of(base)
            found.append(base if info.kind == "class" else made)
    return join(*found) if found else UNKNOWN


def _import_module(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    name = arguments.at(0)
    if isinstance(name, Const) and isinstance(name.value, str) and not name.value.startswith("."):
        return names.imported(frame, name.value)
    return UNKNOWN


def _getenv(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    key, default = arguments.at(0, "key"), arguments.at(1, "default")
    optional = default is None or (isinstance(default, Const) and default.value is None)
    origin = Outside(f"env:{key.value}" if isinstance(key, Const) else "env:?", optional)
    return origin if default is None else join(origin, default)


def _str(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return strings.concat(arguments.args[:1]) if arguments.args else Const.of("")


def _urljoin(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`urljoin(base, url)` as far as RFC 3986 lets it be told from texts with holes."""
    base, url = arguments.at(0, "base"), arguments.at(1, "url")
    if base is None or url is None:
        return base or UNKNOWN
    return join(*(_joined(one, other) for one in options(base) for other in options(url)))


def _joined(base: Value, url: Value) -> Value:
    over, under = strings.template(url), strings.template(base)
    if over is not None and "://" in over:
        return url
    if under is None or not isinstance(base, Const):
        return strings.concat((base, url)) if under is None or under.endswith("/") else UNKNOWN
    scheme, separator, rest = under.partition("://")
    host, slash, path = rest.partition("/")
    kept = (
        ""
        if over is not None and over.startswith("/")
        else f"{slash or '/'}{path.rpartition('/')[0]}".rstrip("/") + "/"
    )
    return strings.concat((Const.of(f"{scheme}{separator}{host}{kept}"), url))


def _gather(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    return Items(arguments.args, arguments.more)


_FUNCTIONS: dict[str, Callable[[Frame, Arguments, ir.Node], Value]] = {
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.isinstance": _isinstance,
    "builtins.issubclass": _isinstance,
    "builtins.dict": _dict,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.type": _type,
    "builtins.super": _super,
    "builtins.str": _str,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "asyncio.gather": _gather,
    "urllib.parse.urljoin": _urljoin,
}


# methods of built-in values


def call_method(frame: Frame, method: Builtin, arguments: Arguments, node: ir.Node) -> Value:
    """Call a method of a string, list or dict."""
    receiver, name = method.receiver, method.name
    match receiver:
        case Mapping():
            return _mapping_method(frame, receiver, name, arguments)
        case Items():
            return _items_method(receiver, name)
        case _:
            return _text_method(receiver, name, arguments)


def _mapping_method(frame: Frame, receiver: Mapping, name: str, arguments: Arguments) -> Value:
    if name in {"get", "pop", "setdefault", "__getitem__"}:
        default = arguments.at(1)
        found = [expressions.entry(receiver, key) for key in options(arguments.at(0) or UNKNOWN)]
        known = [value for value in found if value is not None]
        sure = all(isinstance(key, Const) for key in options(arguments.at(0) or UNKNOWN))
        missing = len(known) < len(found) or not isinstance(receiver.rest, Bottom) or not sure
        return join(*known, default if default is not None else Const.of(None)) if missing else join(*known)
    if name == "values":
        return Items(tuple(value for _, value in receiver.items), receiver.rest)
    if name == "keys":
        return Items(tuple(Const.of(key) for key, _ in receiver.items), _some(receiver.rest))
    if name == "items":
        pairs = tuple(Items((Const.of(key), value)) for key, value in receiver.items)
        rest = BOTTOM if isinstance(receiver.rest, Bottom) else Items((UNKNOWN, receiver.rest))
        return Items(pairs, rest)
    return receiver if name == "copy" else UNKNOWN


def _some(rest: Value) -> Value:
    return rest if isinstance(rest, Bottom) else UNKNOWN


def _items_method(receiver: Items, name: str) -> Value:
    if name in {"pop", "__getitem__", "popleft"}:
        return elements(receiver)
    return receiver if name == "copy" else UNKNOWN


def _text_method(receiver: Value, name: str, arguments: Arguments) -> Value:
    if isinstance(receiver, Const) and isinstance(receiver.value, str):
        text = receiver.value
        if name == "format":
            return strings.format_text(text, arguments.args, arguments.keywords)
        if name == "join":
            return join(*(strings.join_text(receiver, part) for part in options(arguments.at(0) or UNKNOWN)))
        plain = [value.value for value in arguments.args if isinstance(value, Const) and isinstance(value.value, str)]
        if name in _TEXT_METHODS and len(plain) == len(arguments.args) and not arguments.keywords:
            return _changed_text(text, name, plain)
    if name in {"strip", "rstrip", "lstrip", "encode", "decode", "lower", "upper"}:
        return receiver
    params = parameters_in(receiver).union(*(parameters_in(value) for value in arguments.args))
    return Dependent(params) if params else UNKNOWN


_TEXT_METHODS = frozenset(
    {"strip", "rstrip", "lstrip", "lower", "upper", "title", "capitalize", "replace", "removeprefix", "removesuffix",
     "split", "encode"}
)  # fmt: skip


def _changed_text(text: str, name: str, args: list[str]) -> Value:
    """The result of a string method on literals."""
    if name == "encode":
        return Const.of(text)
    if name == "replace" and len(args) != 2:
        return UNKNOWN
    if name in {"removeprefix", "removesuffix"} and len(args) != 1:
        return UNKNOWN
    if len(args) > 1 and name != "replace":
        return UNKNOWN
    if args and name in {"lower", "upper", "title", "capitalize"}:
        return UNKNOWN
    if name == "split" and args == [""]:
        return UNKNOWN
    result = getattr(text, name)(*args)
    return Items(tuple(Const.of(part) for part in result[:64])) if isinstance(result, list) else Const.of(result)


def mutate(frame: Frame, name: str, method: str, arguments: Arguments) -> None:
    """A method that changes a list or dict which a local name holds: the name has the changed value from here on."""
    known = frame.env.get(name) if frame.env is not None else None
    first = arguments.at(0)
    if isinstance(known, Mapping) and method == "update":
        merged = _merged(known, first, arguments)
        frame.bind(name, merged)
    elif isinstance(known, Mapping) and method == "setdefault" and isinstance(first, Const):
        if known.get(first.value) is None:
            frame.bind(name, Mapping((*known.items, (first.value, arguments.at(1) or Const.of(None))), known.rest))
    elif isinstance(known, Items) and first is not None:
        if method in {"append", "add", "appendleft"}:
            grown = Items((*known.items, first), known.rest) if len(known.items) < 32 else known
            frame.bind(name, grown if isinstance(known.rest, Bottom) else Items(known.items, join(known.rest, first)))
        elif method in {"extend", "update"}:
            frame.bind(name, Items(known.items, join(known.rest, elements(first))))


def _merged(known: Mapping, other: Value | None, arguments: Arguments) -> Mapping:
    added = list(arguments.keywords)
    rest = join(known.rest, arguments.extra)
    for option in options(other) if other is not None else ():
        if isinstance(option, Mapping):
            added.extend((key, value) for key, value in option.items if isinstance(key, str))
            rest = join(rest, option.rest)
        else:
            params = parameters_in(option)
            rest = join(rest, Dependent(params) if params else UNKNOWN)
    entries = {(type(key), key): (key, value) for key, value in (*known.items, *added)}
    return Mapping(tuple(entries.values()), rest)
