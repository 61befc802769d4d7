"""Options of a client or request that the code sets after it was made: headers, a base URL, authentication.

A client is an object that is known by where it was made, as dicts and lists are. Its options are fields of that object: the
unit that makes it sees each change from there on, under every name; what other units change is kept in cells (`Entry`) and
read with the object. A request object is sent with the headers that it has when its unit ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.library import CONFIGURING
from leastscope.python.domain import mappings, servers, urls
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.changes import Change, made_of, named, objects_in, rebuilt
from leastscope.python.domain.kept import replace
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    Configuration,
    Const,
    FunctionValue,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Object,
    Partial,
    Place,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.sending import configuration, library_types
from leastscope.python.state import cells, hierarchy
from leastscope.python.state.notes import Telling
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.functions import Adds
    from leastscope.library import Library
    from leastscope.python.domain.changes import Changing
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

CONSTRUCTOR = "__init__"
_OTHERS = "**"
"""The option that stands for all that are handed on without a name."""
_STATES = 4
"""States of one client (after branches) that a change is made to one by one; more are joined first."""
_HEADERS = "headers"
_FIELD = -2
"""What stands for a place in the set of fields that are options of a client, not entries of a dict."""
_OPTION = "option"
"""The kind of a field that is an option of a client, not an entry of a dict."""


# what code does to a client


def assigned(frame: Frame, held: Value, name: str, value: Value, node: ir.Node) -> None:
    """`client.name = value` where the name is one of the client's options."""
    if name in frame.engine.knowledge.configuring:
        _set_for_callers(frame, held, value)
        changed(frame, held, Change("item", value, Const.of(name)))
        for option in (option for option in options(held) if isinstance(option, LibraryObject)):
            headers = signed(frame, option, {name: value}, node)
            if headers is not None:
                changed(frame, option, Change("update", headers, Const.of(_HEADERS)))


def item_assigned(frame: Frame, owner: ir.Expr, held: Value, key: Value, value: Value) -> None:
    """`headers[key] = value` for the headers of a client."""
    given = _header(key, value)
    if _may_be_headers(frame, owner):
        _set_for_callers(frame, held, given)
    for option in options(held):
        if isinstance(option, LibraryObject) and _are_headers(frame, option):
            changed(frame, option, Change("update", given, Const.of(_HEADERS)))


def unknown_called(frame: Frame, owner: ir.Expr, held: Value, name: str, arguments: Arguments) -> None:
    """`parameter.headers.update(..)`, `parameter.add_header(..)`: a function does that to what callers give."""
    adds = frame.engine.knowledge.functions.headers.get(name)
    if adds is not None and (name.startswith("add_") or _may_be_headers(frame, owner)):
        _set_for_callers(frame, held, _given(arguments, adds) or UNKNOWN)


def method_called(frame: Frame, method: LibraryMethod, arguments: Arguments) -> None:
    """`client.headers.update(..)`, `request.add_header(..)`: a method of headers, or one of their owner's that adds some."""
    adds = frame.engine.knowledge.functions.headers.get(method.name)
    if adds is None or not isinstance(method.owner, LibraryObject):
        return
    if method.name.startswith("add_") or _are_headers(frame, method.owner):
        given = _given(arguments, adds)
        if given is not None:
            changed(frame, method.owner, Change("update", given, Const.of(_HEADERS)))


def _may_be_headers(frame: Frame, owner: ir.Expr) -> bool:
    return isinstance(owner, ir.Attribute) and owner.name in frame.engine.knowledge.configuring


def _set_for_callers(frame: Frame, held: Value, value: Value) -> None:
    """Note that a function sets something on what callers give; whether a system is told by it, others want to know."""
    params = parameters_in(held)
    frame.depend(params)
    known = frame.engine.knowledge.servers
    if params and servers.is_ours(known, value):
        frame.engine.note(Telling())


def _are_headers(frame: Frame, value: LibraryObject) -> bool:
    return value.type in frame.engine.knowledge.indexes[value.library].headers


def _given(arguments: Arguments, adds: Adds) -> Value | None:
    if adds == "pair":
        key, value = arguments.at(0, "key"), arguments.at(1, "val")
        return None if key is None or value is None else _header(key, value)
    first = arguments.at(0)
    named_ones = Mapping(arguments.keywords, arguments.extra)
    return mappings.overlaid(first, named_ones) if first is not None else named_ones


def _header(key: Value, value: Value) -> Value:
    if isinstance(key, Const) and isinstance(key.value, str):
        return Mapping(((key.value, value),))
    return Mapping((), join(value, UNKNOWN))


# clients as objects


def made_here(frame: Frame, value: Value, node: ir.Node) -> Value:
    """A client that an expression makes, known by the place of the expression."""
    made = Object(Place(frame.module.path, node.end))

    def known(one: Changing) -> Changing | None:
        if not isinstance(one, LibraryObject) or made_of(one) is not None or not is_known_apart(frame, one):
            return None
        frame.allocated.add(made)
        return named(one, made)

    return join(*(rebuilt(option, known) if isinstance(option, LibraryObject) else option for option in options(value)))


def is_known_apart(frame: Frame, value: LibraryObject) -> bool:
    """Whether a library's object works under options that code sets on it.

    Of what a client of any server is given depends which system that is. Those of one system are one and the same, unless
    the code sets something on one of them.
    """
    library = frame.engine.knowledge.libraries[value.library]
    return value.type in frame.engine.knowledge.indexes[value.library].configured and (
        not library_types.is_of_one_system(frame, library) or frame.engine.holds(cells.SetLater(value.library))
    )


def changed(frame: Frame, held: Value, change: Change) -> None:
    """Set an option of every client that a value may be, wherever it is held."""
    for option in options(held):
        if isinstance(option, LibraryObject):
            library = frame.engine.knowledge.libraries[option.library]
            made, tells = made_of(option), _tells(library, change)
            if tells:
                frame.engine.confirm(cells.SetLater(option.library))
            if made is not None and tells:
                _replace(frame, library, made, change)
                _keep(frame, library, made, change)
        elif isinstance(option, Instance):
            for base in hierarchy.library_bases(frame.engine, option.place):
                library = frame.engine.knowledge.libraries[base.library]
                if _tells(library, change):
                    _keep(frame, library, Object(option.place), change)


def _tells(library: Library, change: Change) -> bool:
    """Whether what is set tells of requests."""
    return isinstance(change.key, Const) and library.options.get(str(change.key.value)) in CONFIGURING


def _replace(frame: Frame, library: Library, made: Object, change: Change) -> None:
    """Let every name of the unit that holds a client hold it with what is set."""

    def after(known: Changing) -> Changing | None:
        if not isinstance(known, LibraryObject) or made_of(known) != made:
            return None
        return replace(known, configuration=_applied(library, known.configuration, change))

    for name in sorted(frame.holders.get(made, ())):
        value = frame.env.get(name) if frame.env is not None else None
        if value is not None and made in objects_in(value):
            frame.bind(name, rebuilt(_merged(value, made), after))
    prepared = frame.prepared.get(made)
    if prepared is not None:
        configured = _applied(library, prepared.request.configuration, change)
        frame.prepared[made] = replace(prepared, request=replace(prepared.request, configuration=configured))


def _merged(value: Value, made: Object) -> Value:
    """A value in which one client is in few states: what branches did to it is joined, option by option."""
    states = [one for one in options(value) if isinstance(one, LibraryObject) and made_of(one) == made]
    if len(states) <= _STATES:
        return value
    known = [one.configuration for one in states]
    headers = [one.headers for one in known if one.headers is not None]
    bases = [one.base for one in known if one.base is not None]
    credentials, accounts = {one.credential for one in known}, {one.account for one in known}
    told = replace(
        known[0],
        headers=_sorted(Mapping(*_entries(join(*headers)))) if headers else None,
        base=join(*bases) if bases else None,
        credential=known[0].credential if len(credentials) == 1 else "unknown",
        account=known[0].account if len(accounts) == 1 else "unknown",
    )
    others = [one for one in options(value) if one not in states]
    return join(replace(states[0], configuration=told), *others)


def _entries(value: Value) -> tuple[tuple[tuple[str, Value], ...], Value]:
    known, rest = spread(value)
    return tuple(known.items()), rest


def _applied(library: Library, known: Configuration, change: Change) -> Configuration:
    """The options of a client once something is set on it."""
    name = str(change.key.value) if isinstance(change.key, Const) else ""
    if library.options.get(name) != "headers":
        return configuration.configured(library, known, {name: change.value}, open_ended=False)
    if change.kind == "item":
        return replace(known, headers=urls.as_mapping(change.value))
    return replace(known, headers=_sorted(mappings.overlaid(known.headers, change.value)))


def _sorted(headers: Value) -> Value:
    """Headers in an order that does not depend on which were added first."""
    if not isinstance(headers, Mapping):
        return headers
    return Mapping(tuple(sorted(headers.items, key=lambda item: str(item[0]))), headers.rest)


def _keep(frame: Frame, library: Library, made: Object, change: Change) -> None:
    """Tell other evaluations of what is set on a client, if they can reach it."""
    if made in frame.allocated and made not in frame.shared:
        return
    if made.parameter and frame.function is not None and made.place == frame.function.place:
        frame.tell_callers(made.parameter, change)
    for name, value in _fields(frame, library, change):
        frame.engine.add_member(cells.Entries(made), Place(name, _FIELD))
        frame.store(cells.Entry(made, name, _OPTION), value)


def _fields(frame: Frame, library: Library, change: Change) -> Iterator[tuple[str, Value]]:
    """What is set on a client, each header that tells something by itself; `headers.`: one whose name is not known."""
    name = str(change.key.value) if isinstance(change.key, Const) else ""
    if library.options.get(name) != "headers":
        yield name, change.value
        return
    known, rest = spread(urls.as_mapping(change.value))
    telling = frame.engine.knowledge.telling_headers
    yield from ((f"{_HEADERS}.{header}", value) for header, value in known.items() if header.lower() in telling)
    if not isinstance(rest, Bottom):
        yield f"{_HEADERS}.", rest


def fresh(engine: Engine, value: LibraryObject, made: Object | None = None) -> LibraryObject:
    """A client with what other evaluations have set on it, as the object it is or as another one."""
    made = made or made_of(value)
    names = (
        [] if made is None else sorted(one.path for one in engine.members(cells.Entries(made)) if one.start == _FIELD)
    )
    if made is None or not names:
        return value
    library = engine.knowledge.libraries[value.library]
    told = {name: engine.read(cells.Entry(made, name, _OPTION)) for name in names}
    headers = {name.partition(".")[2]: entry for name, entry in told.items() if name.startswith(f"{_HEADERS}.")}
    chosen = {name: entry for name, entry in told.items() if name in library.options and entry != BOTTOM}
    found = configuration.configured(library, value.configuration, chosen, open_ended=False)
    if headers:
        before, rest = spread(found.headers) if found.headers is not None else ({}, BOTTOM)
        rest = join(rest, headers.pop("", BOTTOM))
        entries = {**before, **{name: join(before.get(name, BOTTOM), entry) for name, entry in headers.items()}}
        found = replace(found, headers=_sorted(Mapping(tuple(entries.items()), rest)))
    return replace(value, configuration=found)


def signed(frame: Frame, owner: LibraryClass | LibraryObject, given: dict[str, Value], node: ir.Node) -> Value | None:
    """The headers that an object of the program puts into each request that it is given: `auth=StoreToken(token)`."""
    library = frame.engine.knowledge.libraries[owner.library]
    headers: Value | None = None
    for option, method in library.signers.items():
        for signer in options(given.get(option, UNKNOWN)):
            if isinstance(signer, Instance):
                known = Configuration(made=Object(Place(frame.module.path, node.start)))
                kind = frame.engine.knowledge.indexes[owner.library].signed
                request = LibraryObject(owner.library, kind, configuration=known, trail=owner.trail)
                sign = frame.interpreter.get(frame, signer, method, None)
                frame.interpreter.call(frame, sign, Arguments((request,)), node)
                put = fresh(frame.engine, request).configuration.headers
                headers = headers if put is None else mappings.overlaid(headers, put)
    return headers


# classes of the program that are clients


def of_bases(frame: Frame, instance: Instance) -> tuple[LibraryObject, ...]:
    """The library objects that an instance of a class of the program is, with the options that are set on such instances."""
    found: list[LibraryObject] = []
    for base in hierarchy.library_bases(frame.engine, instance.place):
        known = Configuration(made=Object(instance.place))
        one = LibraryObject(base.library, base.type, configuration=known, trail=base.trail)
        for place in hierarchy.mro(frame.engine, instance.place):
            one = fresh(frame.engine, one, Object(place))
        found.append(one)
    return tuple(found)


def constructed(frame: Frame, base: LibraryClass | LibraryObject, arguments: Arguments, node: ir.Node) -> None:
    """`super().__init__(base_url=..)`, `Base.__init__(self, ..)`: the instance keeps what a library's class is given."""
    own = frame.function.node.parameters if frame.function is not None else ()
    owner = frame.interpreter.held(frame, own[0].name) if own else None
    if isinstance(base, LibraryClass):
        owner, arguments = arguments.at(0), replace(arguments, args=arguments.args[1:])
    if owner is not None:
        for name, value in given_to(frame, base, arguments):
            frame.interpreter.store(frame, owner, name, value, node)


def given_to(frame: Frame, base: LibraryClass | LibraryObject, arguments: Arguments) -> tuple[tuple[str, Value], ...]:
    """The options that the constructor of a library's class is given, under the names by which an instance keeps them."""
    library = frame.engine.knowledge.libraries[base.library]
    given = dict(zip(library.types[base.type].args, arguments.args, strict=False)) | dict(arguments.keywords)
    if not isinstance(arguments.extra, Bottom):
        given[_OTHERS] = arguments.extra
    kept = kept_as(frame, base)
    return tuple((kept[name], value) for name, value in given.items() if name in kept)


def kept_as(frame: Frame, base: LibraryClass | LibraryObject) -> dict[str, str]:
    """Options of a library, each with the name under which an instance of a class of the program keeps it."""
    known = frame.engine.knowledge.libraries[base.library].options.items()
    names = (*(name for name, kind in known if kind in CONFIGURING), _OTHERS)
    return {name: configuration.setting_name(base.library, name) for name in names}


def with_options(frame: Frame, base: LibraryObject, told: dict[str, Value]) -> LibraryObject:
    """A client with the options that its constructor was given, below those that it was given since."""
    if not told:
        return base
    given = {name: value for name, value in told.items() if name != _OTHERS}
    given |= spread(told.get(_OTHERS, Mapping(())))[0]
    library = frame.engine.knowledge.libraries[base.library]
    made = configuration.configured(library, Configuration(), given, open_ended=False)
    since = base.configuration
    headers = made.headers if since.headers is None else mappings.overlaid(made.headers, since.headers)
    found = replace(
        since, base=since.base or made.base, headers=headers, credential=since.credential or made.credential
    )
    return replace(base, configuration=found)


def by_override(frame: Frame, instance: Instance, method: Value) -> Value:
    """What a method of a client does where the instance's class overrides the method that it goes through.

    `session.get(url)` is `self.request("GET", url)`: of a method that a class of the program has of its own, the library's
    others are callers.
    """
    if not isinstance(method, LibraryMethod):
        return method
    members = frame.engine.knowledge.libraries[method.owner.library].types[method.owner.type].members
    for variant in members.get(method.name, ()):
        for name, (general, *_) in members.items() if "$" not in variant.verb else ():
            own = hierarchy.class_attribute(frame.engine, instance.place, name)
            fits = general.args[:2] == (general.verb.removeprefix("$"), variant.path.removeprefix("$"))
            if fits and isinstance(own, FunctionValue):
                return Partial(replace(own, bound=instance), (Const.of(variant.verb),), ())
    return method
