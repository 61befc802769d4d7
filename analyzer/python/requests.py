"""From a call of a library's method to the request it sends: verb, path, parameters, account, credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.python import libraries, strings
from analyzer.python.effects import Opens, Passed, Sends
from analyzer.python.values import (
    UNKNOWN,
    Bottom,
    Configuration,
    Const,
    External,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Outside,
    Param,
    Value,
    join,
    options,
    parameters_in,
    trail_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.library import Library, Member
    from analyzer.model import Account
    from analyzer.python import ir
    from analyzer.python.calls import Arguments
    from analyzer.python.frame import Frame

_DEPTH = 4
_PASSED_LIMIT = 200
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def fitting(
    frame: Frame, variants: tuple[Member, ...], arguments: Arguments, method: LibraryMethod
) -> tuple[Member, ...]:
    """Of the members of one name, those whose parameters fit the call best (a method with and without an id)."""
    shapes = {variant.args for variant in variants}
    if len(shapes) < 2:
        return variants
    settings = frame.engine.knowledge.libraries[method.owner.library].options
    ranked = [(_fit(variant, arguments, settings), variant) for variant in variants]
    best = max(score for score, _ in ranked)
    return tuple(variant for score, variant in ranked if score == best)


def _fit(variant: Member, arguments: Arguments, settings: Iterable[str]) -> tuple[bool, int, int]:
    """How well a call fits: takes all its positional arguments, parameters given, parameters missing (less is better)."""
    own = [name for name in variant.args if name not in settings and name not in {variant.mapping, variant.options}]
    taken = {name for name, _ in arguments.keywords} | set(variant.args[: len(arguments.args)])
    if not isinstance(arguments.more, Bottom):
        taken |= set(own)
    given = sum(name in taken for name in own)
    return len(arguments.args) <= len(variant.args), given, given - len(own)


def send(
    frame: Frame, method: LibraryMethod, variants: tuple[Member, ...], arguments: Arguments | None, node: ir.Node
) -> Value:
    """Record what a call (or, without arguments, a read) sends, and give its result."""
    owner = method.owner
    library = frame.engine.knowledge.libraries[owner.library]
    operations = {(variant.server, variant.verb, variant.path) for variant in variants}
    found: list[Value] = []
    done: set[tuple[str, str, str]] = set()
    for variant in variants:
        given = _given(variant, arguments)
        configuration = _configuration(library, owner, variant, given, arguments)
        configuration = Configuration(configuration.account or "own", configuration.credential)
        told = _operation(frame, method, variant, given, node)
        sent = told[1] if told is not None else ""
        found.append(libraries.results(owner, (variant,), sent, configuration))
        key = (variant.server, variant.verb, variant.path)
        if told is not None and key not in done:
            done.add(key)
            request = _request(frame, method, variant, told, given, configuration, arguments, node)
            frame.emit(request if len(operations) == 1 else _as_variant(request))
    return join(*found)


def _as_variant(request: Sends) -> Sends:
    return Sends(
        request.site, request.system, request.verb, request.path, request.server, request.account, request.credential,
        request.passed, request.closed, request.resolution, True, request.refinable, request.evidence,
    )  # fmt: skip


def _given(variant: Member, arguments: Arguments | None) -> dict[str, Value]:
    """The arguments of a call by the names of the member's parameters."""
    if arguments is None:
        return {}
    given = dict(zip(variant.args, arguments.args, strict=False))
    given.update(arguments.keywords)
    return given


def _operation(
    frame: Frame, method: LibraryMethod, variant: Member, given: dict[str, Value], node: ir.Node
) -> tuple[str, str] | None:
    """The verb and path that are sent; None where they cannot be told, which is recorded."""
    system = frame.engine.knowledge.libraries[method.owner.library].system
    verb, path = variant.verb, variant.path
    decided = [given.get(name.removeprefix("$"), UNKNOWN) for name in (verb, path) if name.startswith("$")]
    params = frozenset[Param]().union(*(parameters_in(value) for value in decided))
    if verb.startswith("$"):
        verb = _verb(given.get(verb.removeprefix("$"), UNKNOWN))
    if path.startswith("$"):
        path = _path(method.owner, variant, given)
    if verb and path:
        return verb, path
    if params:
        reason = f"parameters of the function decide what '{method.name}' sends"
        frame.emit(Opens(frame.site(node), params, system, "open-parameter", reason))
    elif variant.path.startswith("$") and variant.path.removeprefix("$") in variant.args:
        frame.fail(node, "raw-request", system, f"the verb or path that '{method.name}' sends is not a literal")
    else:
        frame.fail(node, "dynamic-operation", system, f"it is not known which list '{method.name}' reads")
    return None


def _verb(value: Value) -> str:
    text = value.value.upper() if isinstance(value, Const) and isinstance(value.value, str) else ""
    return text if text in _VERBS else ""


def _path(owner: LibraryClass | LibraryObject, variant: Member, given: dict[str, Value]) -> str:
    """A path that an argument says, or that is below the URL of the object at hand."""
    name, slash, rest = variant.path.removeprefix("$").partition("/")
    if name in given or name in variant.args:
        text = strings.template(given.get(name, UNKNOWN)) or ""
        return text.partition("?")[0] if text.startswith("/") else ""
    url = owner.url if isinstance(owner, LibraryObject) else ""
    return f"{url}{slash}{rest}" if url else ""


def _request(  # noqa: PLR0913, PLR0917 - a request has this many sides
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    told: tuple[str, str],
    given: dict[str, Value],
    configuration: Configuration,
    arguments: Arguments | None,
    node: ir.Node,
) -> Sends:
    library = frame.engine.knowledge.libraries[method.owner.library]
    passed, closed, refinable = _passed(frame, library, variant, given, arguments)
    credential = configuration.credential or _module_credential(frame, method.owner.library, library)
    return Sends(
        frame.site(node),
        library.system,
        told[0],
        told[1],
        variant.server,
        configuration.account or "own",
        credential,
        passed,
        closed,
        refinable=refinable,
        evidence=trail_of(method),
    )


def _module_credential(frame: Frame, distribution: str, library: Library) -> str:
    """Where the key comes from that is set on the library's module, if all places agree."""
    for option in sorted(set(library.settings.values())):
        if library.options.get(option) == "credential":
            found = {option.value for option in options(frame.engine.read(("setting", distribution, option)))
                     if isinstance(option, Const) and isinstance(option.value, str)}  # fmt: skip
            if len(found) == 1:
                return str(found.pop())
    return "unknown"


# options of a request


def configuration_of(owner: LibraryClass | LibraryObject) -> Configuration:
    """Under which options the object at hand works."""
    return owner.configuration if isinstance(owner, LibraryObject) else Configuration()


def _configuration(
    library: Library,
    owner: LibraryClass | LibraryObject,
    variant: Member,
    given: dict[str, Value],
    arguments: Arguments | None,
) -> Configuration:
    chosen: dict[str, Value] = {}
    open_ended = False
    if arguments is not None and variant.keywords:
        chosen.update({name: value for name, value in given.items() if name in library.options})
        open_ended = not isinstance(arguments.extra, Bottom)
    for option in options(given.get(variant.options, Mapping(()))) if variant.options else ():
        if isinstance(option, Mapping):
            chosen.update({name: value for name, value in option.items if isinstance(name, str)})
            open_ended = open_ended or not isinstance(option.rest, Bottom)
        elif not (isinstance(option, Const) and option.value is None):
            open_ended = True
    base = configuration_of(owner)
    if isinstance(owner, LibraryObject) and base.account is None:
        base = Configuration("unknown", base.credential)
    return configured(library, base, chosen, open_ended=open_ended)


def configured(library: Library, base: Configuration, chosen: dict[str, Value], *, open_ended: bool) -> Configuration:
    """The options of a request or client on top of those it inherits; `open_ended` where others may be given."""
    account, credential = base.account, base.credential
    told = False
    for name, value in chosen.items():
        kind = library.options.get(name)
        if kind == "account":
            account, told = _account(value), True
        elif kind == "credential" and not (isinstance(value, Const) and value.value is None):
            credential = origin(value)
    if open_ended and not told and account in {None, "own"}:
        account = "unknown"
    return Configuration(account, credential)


def _account(value: Value) -> Account:
    found: set[Account] = {
        "own" if isinstance(option, Const) and option.value in {None, ""} else "connected" for option in options(value)
    }
    return found.pop() if len(found) == 1 else "unknown"


def origin(value: Value) -> str:
    """Where a string comes from, in the words of `ApiRequest.credential`."""
    found = {_origin(option) for option in options(value)} - {""}
    return found.pop() if len(found) == 1 else "unknown"


def _origin(value: Value) -> str:
    match value:
        case Outside(name):
            return name
        case Const(str(text), _) if text:
            return "literal"
        case Const():
            return ""
        case Param(_, name):
            return f"argument:{name}"
        case External(name) if name.rpartition(".")[2].isupper():
            return f"setting:{name.rpartition('.')[2]}"
        case _:
            return "unknown"


# parameters of a request


def _passed(
    frame: Frame, library: Library, variant: Member, given: dict[str, Value], arguments: Arguments | None
) -> tuple[tuple[Passed, ...], bool, frozenset[Param]]:
    """The parameters that some rule asks for, whether there can be no others, and which callers decide more of them."""
    wanted = frame.engine.knowledge.parameters
    values: list[tuple[str, Value]] = []
    closed, refinable = True, frozenset[Param]()
    if arguments is not None and variant.keywords:
        values.extend((name, value) for name, value in given.items() if name not in library.options)
        closed = isinstance(arguments.extra, Bottom)
        refinable = parameters_in(arguments.extra)
    for option in options(given.get(variant.mapping, Mapping(()))) if variant.mapping else ():
        if isinstance(option, Mapping):
            values.extend((name, value) for name, value in option.items if isinstance(name, str))
            closed = closed and isinstance(option.rest, Bottom)
            refinable |= parameters_in(option.rest)
        elif not (isinstance(option, Const) and option.value is None):
            closed = False
            refinable |= parameters_in(option)
    passed: set[Passed] = set()
    for name, value in values:
        if name.removesuffix("[]") in wanted:
            passed.update(_flat(name.removesuffix("[]"), value, 0))
            refinable |= parameters_in(value)
    return tuple(sorted(passed))[:_PASSED_LIMIT], closed, refinable


def _flat(key: str, value: Value, depth: int) -> Iterator[Passed]:
    """A parameter's value as dotted keys with literals."""
    for option in options(value):
        match option:
            case Const(constant, _):
                if constant is not None:
                    yield Passed(key, constant, known=True)
            case Items(items, rest) if depth < _DEPTH:
                for item in (*items, rest):
                    yield from _flat(key, item, depth + 1)
            case Mapping(entries, _) if depth < _DEPTH:
                for name, entry in entries:
                    yield from _flat(f"{key}.{name}", entry, depth + 1)
            case _:
                yield Passed(key, None, known=False)
