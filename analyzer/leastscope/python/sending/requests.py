"""From a call of a library's method to the request it sends: verb, path, parameters, account, credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import mappings, strings, templates, urls
from leastscope.python.domain.effects import Opens, Passed, Sends
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    Const,
    Items,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Object,
    Param,
    Place,
    Text,
    Value,
    join,
    options,
    parameters_in,
    trail_of,
)
from leastscope.python.sending import configuration, library_types, local, sessions, targets
from leastscope.python.state.prepared import Prepared, Preparing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.library import Member
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_DEPTH = 4
_PASSED_LIMIT = 200


def fitting(
    frame: Frame, variants: tuple[Member, ...], arguments: Arguments, method: LibraryMethod
) -> tuple[Member, ...]:
    """Of the members of one name, those whose parameters fit the call best (a method with and without an id)."""
    shapes = {variant.args for variant in variants}
    if len(shapes) < 2:
        return variants
    library = frame.engine.knowledge.libraries[method.owner.library]
    of_one = library_types.is_of_one_system(frame, library)
    ways = (arguments,) if of_one else _with_and_without(arguments)
    # Where some variants take no body at all (`urlopen(url, data)`), the body tells them apart.
    everywhere = frozenset.intersection(*(frozenset(shape) for shape in shapes))
    bodies = {name for variant in variants for name in (*variant.mapping, variant.options)}
    ignored = {*library.options, *(bodies if of_one else bodies & everywhere)}
    found: set[int] = set()
    for way in ways:
        scores = [_fit(variant, way, ignored) for variant in variants]
        found.update(index for index, score in enumerate(scores) if score == max(scores))
    return tuple(variants[index] for index in sorted(found))


def _with_and_without(arguments: Arguments) -> tuple[Arguments, ...]:
    """The arguments without those that are None, and without those that can be: both are as good as not given."""
    return tuple(dict.fromkeys(_without_none(arguments, maybe=maybe) for maybe in (False, True)))


def _without_none(arguments: Arguments, *, maybe: bool) -> Arguments:

    def is_given(value: Value) -> bool:
        none = [option == NONE or (isinstance(option, Param) and option.optional) for option in options(value)]
        return not (any(none) if maybe else bool(none) and all(option == NONE for option in options(value)))

    args = list(arguments.args)
    while args and not is_given(args[-1]):
        args.pop()
    keywords = tuple((name, value) for name, value in arguments.keywords if is_given(value))
    return replace(arguments, args=tuple(args), keywords=keywords)


def _fit(variant: Member, arguments: Arguments, ignored: set[str]) -> tuple[bool, int, int]:
    """How well a call fits: takes all its positional arguments, parameters given, parameters missing (less is better)."""
    own = [name for name in variant.args if name not in ignored]
    placed = zip(variant.args, arguments.args, strict=False)
    taken = {name for name, _ in arguments.keywords} | {name for name, value in placed if value != NONE}
    if not isinstance(arguments.more, Bottom):
        taken |= set(own)
    given = sum(name in taken for name in own)
    return len(arguments.args) <= len(variant.args), given, given - len(own)


def send(
    frame: Frame, method: LibraryMethod, variants: tuple[Member, ...], arguments: Arguments | None, node: ir.Node
) -> Value:
    """Record what a call (or, without arguments, a read) sends, and give its result."""
    library = frame.engine.knowledge.libraries[method.owner.library]
    if arguments is not None and not library_types.is_of_one_system(frame, library):
        prepared = _prepared(frame, Preparing(method, variants, arguments, node))
        if prepared is not None:
            return prepared
    return _sent(frame, method, variants, arguments, node)


def _sent(
    frame: Frame, method: LibraryMethod, variants: tuple[Member, ...], arguments: Arguments | None, node: ir.Node
) -> Value:
    owner = method.owner
    library, index = frame.engine.knowledge.libraries[owner.library], frame.engine.knowledge.indexes[owner.library]
    operations = {(variant.server, variant.verb, variant.path) for variant in variants}
    found: list[Value] = []
    done: set[targets.Target] = set()
    site = frame.site(node)
    for variant in variants:
        given = _given(variant, arguments)
        options_given = configuration.for_call(library, owner, variant, given, arguments)
        headers = sessions.signed(frame, owner, given, node)
        if headers is not None:
            options_given = replace(options_given, headers=mappings.overlaid(options_given.headers, headers))
        if variant.opens:
            given = {**dict(options_given.given), **given}
        sending = targets.Sending(method, variant, given, options_given, arguments, node)
        told = targets.targets(frame, sending)
        if (
            not told
            and arguments is not None
            and any(isinstance(one, Opens) and one.site == site for one in frame.effects)
        ):
            frame.depend(_passed(frame, sending)[2])
        sent = told[0].path if len(told) == 1 else ""
        default = configuration.of_module(frame, owner.library, library)[1]
        # What a request gives is an object of its own.
        kept = replace(options_given, account=options_given.account or default, made=None)
        found.append(library_types.results(index, owner, (variant,), sent, kept))
        for target in told:
            if target not in done:
                done.add(target)
                request = _request(frame, sending, target)
                frame.emit(replace(request, variant=len(operations) > 1))
    return join(*found)


def _prepared(frame: Frame, call: Preparing) -> Value | None:
    """The request object that a call of a general library makes; None where the call sends.

    It has methods of its own, and is yet to be sent: with the headers that it has then.
    """
    owner = call.method.owner
    library, index = frame.engine.knowledge.libraries[owner.library], frame.engine.knowledge.indexes[owner.library]
    made = Object(Place(frame.module.path, call.node.end))
    found: list[Value] = []
    for variant in call.variants:
        known = configuration.for_call(library, owner, variant, _given(variant, call.arguments), call.arguments)
        found.append(library_types.results(index, owner, (variant,), "", replace(known, made=made)))
    objects = [
        one for one in options(join(*found)) if isinstance(one, LibraryObject) and library.types[one.type].members
    ]
    if not objects:
        return None
    before = frame.prepared.get(made)
    calls = dict.fromkeys((*(() if before is None else before.calls), call))
    frame.prepared[made] = Prepared(objects[0], objects[0].configuration.headers, tuple(calls))
    frame.shared.add(made)
    return join(*found)


def send_prepared(frame: Frame) -> None:
    """Send the request objects that a unit has made, with the headers that they have at its end."""
    for prepared in frame.prepared.values():
        headers = sessions.fresh(frame.engine, prepared.request).configuration.headers
        for call in prepared.calls:
            owner = call.method.owner
            if headers != prepared.headers:
                known = replace(configuration.inherited(owner), headers=headers)
                owner = LibraryObject(owner.library, owner.type, configuration=known, trail=owner.trail)
            _sent(frame, LibraryMethod(owner, call.method.name), call.variants, call.arguments, call.node)


def _given(variant: Member, arguments: Arguments | None) -> dict[str, Value]:
    """The arguments of a call by the names of the member's parameters."""
    if arguments is None:
        return {}
    given = dict(zip(variant.args, arguments.args, strict=False))
    given.update(arguments.keywords)
    # `send(*args, **options)` hands on what callers give: any of it may be the verb or the URL.
    open_ended = join(arguments.more, arguments.extra)
    for name in (*templates.names_in(variant.verb), *templates.names_in(variant.path)):
        if name not in given and parameters_in(open_ended):
            given[name] = open_ended
    return given


def _request(frame: Frame, sending: targets.Sending, target: targets.Target) -> Sends:
    method, options_given = sending.method, sending.configuration
    library = frame.engine.knowledge.libraries[method.owner.library]
    passed, closed, refinable = _passed(frame, sending)
    if target.system != library.system:
        options_given = configuration.by_headers(frame.engine.knowledge, target.system, method.owner, options_given)
    of_module, default = configuration.of_module(frame, method.owner.library, library)
    credential = options_given.credential or _of_user(sending.variant, sending.given) or of_module
    stays = local.is_local(frame, method.owner.library, library, options_given.address)
    return Sends(
        frame.site(sending.node),
        target.system,
        target.verb,
        target.path,
        target.server,
        options_given.account or default,
        credential,
        passed,
        closed,
        "resolved" if library_types.is_sure(method.owner) and target.sure else "possible",
        refinable=refinable,
        evidence=(*trail_of(method), *([frame.step(sending.node, local.NOTE)] if stays else [])),
        local=stays,
    )


def _of_user(variant: Member, given: dict[str, Value]) -> str:
    """Where the user of a URL comes from (`https://KEY:@host`), if it has one."""
    addresses = [urls.address(url) for url in options(given.get(variant.path.removeprefix("$"), NONE))]
    users = [urls.before_colon(address.user) for address in addresses if address is not None]
    return configuration.origin(join(*users)) if users and Const.of("") not in users else ""


# parameters of a request


def _passed(frame: Frame, sending: targets.Sending) -> tuple[tuple[Passed, ...], bool, frozenset[Param]]:
    """The parameters that some rule asks for, whether there can be no others, and which callers decide more of them."""
    variant, given, arguments = sending.variant, sending.given, sending.arguments
    wanted = frame.engine.knowledge.parameters
    library = frame.engine.knowledge.libraries[sending.method.owner.library]
    values: list[tuple[str, Value]] = []
    closed, refinable = True, frozenset[Param]()
    if arguments is not None and variant.keywords:
        values.extend((name, value) for name, value in given.items() if variant.opens or name not in library.options)
        closed = isinstance(arguments.extra, Bottom)
        refinable = parameters_in(arguments.extra)
    for option in _bodies(variant, given):
        found = _entries(option)
        values.extend(found[0])
        closed = closed and found[1]
        refinable |= frozenset() if found[1] else parameters_in(option)
    passed: set[Passed] = set()
    for name, value in values:
        key = _key(name)
        if key.partition(".")[0] in wanted:
            passed.update(flat(key, value))
            refinable |= parameters_in(value)
    return tuple(sorted(passed))[:_PASSED_LIMIT], closed and len(passed) <= _PASSED_LIMIT, refinable


def _bodies(variant: Member, given: dict[str, Value]) -> Iterator[Value]:
    """What holds parameters: arguments, and the query of a URL that is an argument."""
    for name in variant.mapping:
        yield from options(given.get(name, Mapping(())))
    if variant.path.startswith("$"):
        for url in options(given.get(variant.path.removeprefix("$"), NONE)):
            address = urls.address(url)
            if address is not None:
                rest = BOTTOM if address.closed else UNKNOWN
                yield Mapping(address.query, rest)


def _entries(body: Value) -> tuple[tuple[tuple[str, Value], ...], bool]:
    """The named values of a mapping, of pairs, or of a form that is text already; and whether there can be no others."""
    found = urls.as_mapping(body)
    if isinstance(found, Mapping):
        return tuple((name, value) for name, value in found.items if isinstance(name, str)), isinstance(
            found.rest, Bottom
        )
    if isinstance(found, Text) or (isinstance(found, Const) and isinstance(found.value, str)):
        named, closed = urls.parameters(found)
        return named, closed and "=" in (strings.template(found) or "=")
    return (), found in {NONE, Items(())}


def _key(name: str) -> str:
    """The dotted name of a parameter that a form writes with brackets (`items[0][price]`: `items.price`)."""
    head, *rest = name.replace("]", "").split("[")
    return ".".join((head, *(part for part in rest if part and not part.isdecimal())))


def flat(key: str, value: Value, depth: int = 0) -> Iterator[Passed]:
    """A parameter's value as dotted keys with literals; what can have further parts is a parameter that is not known."""
    for option in options(value):
        match option:
            case Const(constant, _):
                if constant is not None:
                    yield Passed(key, constant, known=True)
            case Items(items, rest) if depth < _DEPTH:
                for item in (*items, rest):
                    yield from flat(key, item, depth + 1)
            case Mapping(entries, rest) if depth < _DEPTH:
                for name, entry in entries:
                    yield from flat(f"{key}.{name}", entry, depth + 1)
                if not isinstance(rest, Bottom):
                    yield Passed(key, None, known=False)
            case _:
                yield Passed(key, None, known=False)
