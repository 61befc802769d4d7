"""Options of a client or request that the code sets after it was made: headers, a base URL, authentication.

Values do not change, so the name or attribute that holds the client gets another one. A request object that was sent
where it was made is sent again, in its own place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.library import CONFIGURING
from leastscope.python.domain import mappings, urls
from leastscope.python.domain.effects import Opens, Sends
from leastscope.python.domain.mappings import spread
from leastscope.python.domain.values import (
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
    Partial,
    Value,
    join,
    options,
)
from leastscope.python.sending import configuration, requests
from leastscope.python.state import cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.functions import Adds
    from leastscope.library import Library
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame

CONSTRUCTOR = "__init__"
_OTHERS = "**"
"""The option that stands for all that are handed on without a name."""
_ALTERNATIVES = 16
"""Clients that one attribute can hold before further options of them are not followed."""


def assigned(frame: Frame, owner: ir.Expr, held: Value, name: str, value: Value) -> None:
    """`owner.name = value` where the owner is a client and the name one of its options."""
    if name in frame.engine.knowledge.configuring and any(
        _kind(frame, option, name) in CONFIGURING for option in options(held)
    ):
        _change(frame, owner, held, lambda library, known: _with_option(library, known, name, value))


def _with_option(library: Library, known: Configuration, name: str, value: Value) -> Configuration:
    if library.options.get(name) == "headers":
        return replace(known, headers=urls.as_mapping(value))
    return configuration.configured(library, known, {name: value}, open_ended=False)


def aliased(frame: Frame, node: ir.Expr, value: Value) -> None:
    """`name = client.headers`: what is added under that name is not followed, so that there may be any headers."""
    if not isinstance(node, ir.Attribute) or not any(isinstance(option, LibraryObject) for option in options(value)):
        return
    if _is_simple(node.value):
        held = frame.interpreter.value_of(frame, node.value)
        if "headers" in {_kind(frame, option, node.name) for option in options(held)}:
            _add_headers(frame, node.value, held, Mapping((), UNKNOWN))


def item_assigned(frame: Frame, owner: ir.Expr, key: Value, value: Value) -> None:
    """`client.headers[key] = value`."""
    if isinstance(owner, ir.Attribute) and _is_simple(owner.value):
        held = frame.interpreter.value_of(frame, owner.value)
        if "headers" in {_kind(frame, option, owner.name) for option in options(held)}:
            _add_headers(frame, owner.value, held, _header(key, value))


def method_called(frame: Frame, method: LibraryMethod, arguments: Arguments, node: ir.Node) -> None:
    """`client.headers.update(..)`, `request.add_header(..)`: a method of headers, or one of their owner's that adds some."""
    adds = frame.engine.knowledge.functions.headers.get(method.name)
    if adds is None or not isinstance(node, ir.Call) or not isinstance(node.func, ir.Attribute):
        return
    if "headers" not in frame.engine.knowledge.libraries[method.owner.library].options.values():
        return
    owner = node.func.value
    if isinstance(owner, ir.Attribute) and not method.name.startswith("add_"):
        owner = owner.value
    given = _given(arguments, adds)
    if _is_simple(owner) and given is not None:
        _add_headers(frame, owner, frame.interpreter.value_of(frame, owner), given)


def _given(arguments: Arguments, adds: Adds) -> Value | None:
    if adds == "pair":
        key, value = arguments.at(0, "key"), arguments.at(1, "val")
        return None if key is None or value is None else _header(key, value)
    first = arguments.at(0)
    named = Mapping(arguments.keywords, arguments.extra)
    return mappings.overlaid(first, named) if first is not None else named


def _header(key: Value, value: Value) -> Value:
    if isinstance(key, Const) and isinstance(key.value, str):
        return Mapping(((key.value, value),))
    return Mapping((), join(value, UNKNOWN))


def _kind(frame: Frame, value: Value, name: str) -> str:
    """What an option of a client tells, also of one that is a class of the program with a client as its base."""
    if isinstance(value, Instance):
        kinds = [_kind(frame, base, name) for base in of_bases(frame, value)]
        return next((kind for kind in kinds if kind), "")
    if not isinstance(value, LibraryObject):
        return ""
    return frame.engine.knowledge.libraries[value.library].options.get(name, "")


def of_bases(frame: Frame, instance: Instance) -> tuple[LibraryObject, ...]:
    """The library objects that an instance of a class of the program is, with the options that the class sets on itself."""
    found: list[LibraryObject] = []
    for base in hierarchy.library_bases(frame.engine, instance.place):
        plain = LibraryObject(base.library, base.type, trail=base.trail)
        stored = [
            frame.engine.read(cells.SessionOptions(place)) for place in hierarchy.mro(frame.engine, instance.place)
        ]
        known = [one for one in options(join(*stored)) if isinstance(one, LibraryObject)]
        found += [one for one in known if (one.library, one.type) == (base.library, base.type)] or [plain]
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


def _add_headers(frame: Frame, owner: ir.Expr, held: Value, given: Value) -> None:
    _change(
        frame, owner, held, lambda _, known: replace(known, headers=_sorted(mappings.overlaid(known.headers, given)))
    )


def _sorted(headers: Value) -> Value:
    """Headers in an order that does not depend on which were added first."""
    if not isinstance(headers, Mapping):
        return headers
    return Mapping(tuple(sorted(headers.items, key=lambda item: str(item[0]))), headers.rest)


def _change(
    frame: Frame, owner: ir.Expr, held: Value, changed: Callable[[Library, Configuration], Configuration]
) -> None:
    """Let the name or attribute that holds a client hold it with other options from here on."""
    found: list[Value] = []
    for option in options(held):
        if isinstance(option, LibraryObject):
            library = frame.engine.knowledge.libraries[option.library]
            new = replace(option, configuration=changed(library, option.configuration))
            _send_again(frame, new)
            found.append(new)
        elif isinstance(option, Instance):
            for base in of_bases(frame, option)[:_ALTERNATIVES]:
                library = frame.engine.knowledge.libraries[base.library]
                new = replace(base, configuration=changed(library, base.configuration))
                frame.store(cells.SessionOptions(option.place), new)
            return
        else:
            found.append(option)
    value = join(*found)
    match owner:
        case ir.Name(id=name) if frame.env is not None and name in frame.env:
            frame.bind(name, value)
        case ir.Name(id=name) if frame.function is not None:
            frame.store(frame.home(name), value)
        case ir.Attribute(value=outer, name=name) if len(options(held)) <= _ALTERNATIVES:
            whole = frame.interpreter.value_of(frame, outer)
            if any(isinstance(option, LibraryObject) for option in options(whole)):
                # What a part of a client is given (`api.client.key = ..`) holds for the client.
                _change(frame, outer, whole, changed)
            else:
                frame.interpreter.store(frame, whole, name, value, owner)
        case _:
            pass


def _is_simple(node: ir.Expr) -> bool:
    """Whether an expression is a name or a chain of attributes, which can be given another value."""
    while isinstance(node, ir.Attribute):
        node = node.value
    return isinstance(node, ir.Name)


def _send_again(frame: Frame, request: LibraryObject) -> None:
    """A request object was sent where it was made: what has become of its headers belongs there."""
    made = frame.sent.get(request.configuration.made or (-1, -1))
    if made is None:
        return
    method, variants, arguments, node = made
    site = frame.site(node)
    for effect in list(frame.effects):
        if isinstance(effect, Sends | Opens) and effect.site == site:
            del frame.effects[effect]
    known = replace(configuration.inherited(method.owner), headers=request.configuration.headers)
    owner = LibraryObject(request.library, method.owner.type, configuration=known, trail=method.owner.trail)
    requests.send(frame, LibraryMethod(owner, method.name), variants, arguments, node)
