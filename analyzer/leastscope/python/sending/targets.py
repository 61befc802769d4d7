"""Where a request goes: its verb, its path, and the system whose server it is sent to.

A library of one system says so itself. A general HTTP library is told a URL; the host decides, and a URL to any other host
is none of our business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, servers, strings, templates, urls
from leastscope.python.domain.effects import Opens
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    UNKNOWN,
    Const,
    External,
    Inert,
    LibraryObject,
    Param,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.sending import library_types

if TYPE_CHECKING:
    from leastscope.library import Knowledge, Member
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.domain.values import Configuration, LibraryMethod
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Target:
    """One operation that a call sends; not sure where only a name says that the host is one of the system's."""

    system: str
    server: str
    verb: str
    path: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Sending:
    """A call (or, without arguments, a read) of a library's member, as one of the variants that the member has.

    `given` are the arguments by the names of the variant's parameters, `configuration` the options it is sent under.
    """

    method: LibraryMethod
    variant: Member
    given: dict[str, Value]
    configuration: Configuration
    arguments: Arguments | None
    node: ir.Node


def targets(frame: Frame, sending: Sending) -> tuple[Target, ...]:
    """The operations that a call of a member sends; what cannot be told of one of ours is recorded."""
    variant, given = sending.variant, sending.given
    verbs = _verbs(variant, given)
    sent_to = _urls(sending)
    ways = [(url, way) for url in sent_to for way in _ways(frame, sending, url)]
    told = [_told(frame.engine.knowledge, url, verb, way) for url, way in ways for verb in verbs]
    if len(ways) < len(sent_to):
        for name in templates.names_in(variant.verb):
            frame.depend(parameters_in(given.get(name, UNKNOWN)))
    if any(not found for found in told):
        _untold(frame, sending, ways)
    every = dict.fromkeys(target for found in told for target in found if target is not _NOBODY)
    return _uncrossed(frame.engine.knowledge, tuple(every))


def _uncrossed(knowledge: Knowledge, told: tuple[Target, ...]) -> tuple[Target, ...]:
    """Of several verbs and several paths nobody says which go together: none is sure, and only what is known is meant."""
    verbs, paths = {one.verb for one in told}, {one.path for one in told}
    if len(verbs) < 2 or len(paths) < 2:
        return told
    known = [one for one in told if knowledge.is_known(one.system, one.server, one.verb, one.path)]
    left = known if {one.verb for one in known} == verbs and {one.path for one in known} == paths else told
    return tuple(replace(one, sure=False) for one in left)


@dataclass(frozen=True, slots=True)
class _Way:
    """What a URL can mean: a path at a server, or (an empty path) it does not say; see `servers.Reached`."""

    system: str
    server: str
    path: str
    sure: bool = True
    named: bool = False


def _ways(frame: Frame, sending: Sending, url: Value) -> tuple[tuple[_Way, ...], ...]:
    """What a URL can mean, the likeliest first, as one group; no group where it is for nobody we know."""
    method, variant, configuration = sending.method, sending.variant, sending.configuration
    knowledge = frame.engine.knowledge
    library = knowledge.libraries[method.owner.library]
    if library_types.is_of_one_system(frame, library):
        literal = "$" not in variant.path
        paths = (
            (variant.path,) if literal else servers.of_system(knowledge.servers, library.system, variant.server, url)
        )
        return (tuple(_Way(library.system, variant.server, path) for path in paths or ("",)),)
    found = servers.reached(knowledge.servers, url, servers.names_in(configuration.headers))
    named = () if found else servers.behind_outside(knowledge.servers, knowledge.triggers, url)
    if not (found or named):
        hidden = frozenset[Param]() if servers.names_host(url) else parameters_in(url)
        if knowledge.servers.headers and configuration.headers is not None:
            hidden |= parameters_in(configuration.headers)
        if hidden:
            # A hot one is known to be among URLs of modeled servers; a file that holds none speaks of no system.
            speaks_of = frame.module.speaks_of or knowledge.servers.systems
            system = min(speaks_of, default="") if contents.is_hot(url) else ""
            reason = f"the parameters of this function decide what '{method.name}' sends" if system else ""
            frame.emit(Opens(frame.site(sending.node), hidden, system, "open-parameter", reason))
        return ()
    several = (
        _Way(one.server.system, one.server.name, path, one.sure, bool(named))
        for one in (*found, *named)
        for path in one.paths or ("",)
    )
    return (tuple(several),)


_NOBODY = Target("", "", "", "")


def _told(knowledge: Knowledge, url: Value, verb: str, ways: tuple[_Way, ...]) -> tuple[Target, ...]:
    """The operation that a verb and a URL mean; nothing where they do not tell, `_NOBODY` where it is none of ours."""
    paths = [way for way in ways if way.path]
    known = [way for way in paths if knowledge.is_known(way.system, way.server, verb, way.path)]
    # A parameter in a path must stand for an id, not for a resource.
    if not verb or not paths or (not known and parameters_in(address.path if (address := urls.address(url)) else url)):
        return ()
    way = (known or paths)[0]
    return (Target(way.system, way.server, verb, way.path, not way.named) if known or way.sure else _NOBODY,)


def _verbs(variant: Member, given: dict[str, Value]) -> tuple[str, ...]:
    """The verbs it can be; an empty one stands for what is not known."""
    if not variant.verb.startswith("$"):
        return (variant.verb,)
    value = given.get(variant.verb.removeprefix("$"), UNKNOWN)
    return tuple(dict.fromkeys(_verb(option) for option in options(value)))


def _verb(value: Value) -> str:
    match value:
        case Const(str(text), _):
            pass
        case Inert(_, name) | External(name) if ".HTTPMethod." in name:
            text = name.removesuffix(".value").rpartition(".")[2]
        case _:
            return ""
    return text.upper() if text.upper() in _VERBS else ""


def _urls(sending: Sending) -> tuple[Value, ...]:
    """The URLs or paths it can be sent to."""
    variant, given, base = sending.variant, sending.given, sending.configuration.base
    if "$" not in variant.path:
        return (Const.of(variant.path),)
    if templates.is_composed(variant.path):
        composed = templates.compose(variant.path, given)
        return tuple(based for option in options(composed) for based in _based(option, base))
    name, slash, rest = variant.path.removeprefix("$").partition("/")
    if name in given or name in variant.args:
        return tuple(based for option in options(given.get(name, UNKNOWN)) for based in _based(option, base))
    url = sending.method.owner.url if isinstance(sending.method.owner, LibraryObject) else ""
    return (Const.of(f"{url}{slash}{rest}"),) if url else (UNKNOWN,)


def _based(url: Value, base: Value | None) -> tuple[Value, ...]:
    """A URL on top of the base URL of its client, for each that the base can be."""
    text = strings.template(url)
    if base is None or (text is not None and "://" in text):
        return (url,)
    trimmed = join(*(urls.without_slash(option) for option in options(base)))
    joined = strings.concat((trimmed, Const.of("" if text and text.startswith("/") else "/"), url))
    return options(joined)


def _untold(frame: Frame, sending: Sending, ways: list[tuple[Value, tuple[_Way, ...]]]) -> None:
    """Record that a request to one of ours is sent and which one cannot be told."""
    variant, given, node, name = sending.variant, sending.given, sending.node, sending.method.name
    system = ways[0][1][0].system
    names = [*templates.names_in(variant.verb), *templates.names_in(variant.path)]
    decided = [given.get(each, UNKNOWN) for each in names]
    params = frozenset[Param]().union(*(parameters_in(value) for value in (*decided, *(url for url, _ in ways))))
    by_argument = any(each in given or each in variant.args for each in templates.names_in(variant.path))
    if params:
        reason = f"the parameters of this function decide what '{name}' sends"
        frame.emit(Opens(frame.site(node), params, system, "open-parameter", reason))
    elif by_argument:
        frame.fail(node, "raw-request", system, f"the HTTP method or path that '{name}' sends is not a literal")
    else:
        frame.fail(node, "dynamic-operation", system, f"leastscope cannot determine the path that '{name}' reads")
