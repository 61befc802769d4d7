"""Where a request goes: its verb, its path, and the system whose server it is sent to.

A library of one system says so itself. A general HTTP library is told a URL; the host decides, and a URL to any other host
is none of our business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.domain import servers, strings, templates, urls
from leastscope.python.domain.effects import Opens
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
    from leastscope.python.domain.values import Configuration, LibraryMethod
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Target:
    """One operation that a call sends."""

    system: str
    server: str
    verb: str
    path: str


def targets(  # noqa: PLR0913, PLR0917 - a request is decided by this many things
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    given: dict[str, Value],
    configuration: Configuration,
    node: ir.Node,
) -> tuple[Target, ...]:
    """The operations that a call of a member sends; what cannot be told of one of ours is recorded."""
    verbs = _verbs(variant, given)
    sent_to = _urls(method, variant, given, configuration)
    ways = [(url, way) for url in sent_to for way in _ways(frame, method, variant, url, configuration, node)]
    told = [_told(frame.engine.knowledge, url, verb, way) for url, way in ways for verb in verbs]
    if len(ways) < len(sent_to):
        for name in templates.names_in(variant.verb):
            frame.depend(parameters_in(given.get(name, UNKNOWN)))
    if any(not found for found in told):
        _untold(frame, method, variant, given, ways, node)
    return tuple(dict.fromkeys(target for found in told for target in found if target is not _NOBODY))


@dataclass(frozen=True, slots=True)
class _Way:
    """What a URL can mean: a path at a server, or (an empty path) it does not say; see `servers.Reached`."""

    system: str
    server: str
    path: str
    sure: bool = True


def _ways(  # noqa: PLR0913, PLR0917 - the same
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    url: Value,
    configuration: Configuration,
    node: ir.Node,
) -> tuple[tuple[_Way, ...], ...]:
    """What a URL can mean, the likeliest first, as one group; no group where it is for nobody we know."""
    knowledge = frame.engine.knowledge
    library = knowledge.libraries[method.owner.library]
    if library_types.is_of_one_system(frame, library):
        literal = "$" not in variant.path
        paths = (
            (variant.path,) if literal else servers.of_system(knowledge.servers, library.system, variant.server, url)
        )
        return (tuple(_Way(library.system, variant.server, path) for path in paths or ("",)),)
    found = servers.reached(knowledge.servers, url, servers.names_in(configuration.headers))
    if not found:
        hidden = frozenset[Param]() if servers.names_host(url) else parameters_in(url)
        if knowledge.servers.headers and configuration.headers is not None:
            hidden |= parameters_in(configuration.headers)
        if hidden:
            frame.emit(Opens(frame.site(node), hidden))
        return ()
    several = (_Way(one.server.system, one.server.name, path, one.sure) for one in found for path in one.paths or ("",))
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
    return (Target(way.system, way.server, verb, way.path) if known or way.sure else _NOBODY,)


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


def _urls(
    method: LibraryMethod, variant: Member, given: dict[str, Value], configuration: Configuration
) -> tuple[Value, ...]:
    """The URLs or paths it can be sent to."""
    if "$" not in variant.path:
        return (Const.of(variant.path),)
    if templates.is_composed(variant.path):
        composed = templates.compose(variant.path, given)
        return tuple(based for option in options(composed) for based in _based(option, configuration.base))
    name, slash, rest = variant.path.removeprefix("$").partition("/")
    if name in given or name in variant.args:
        return tuple(
            based for option in options(given.get(name, UNKNOWN)) for based in _based(option, configuration.base)
        )
    url = method.owner.url if isinstance(method.owner, LibraryObject) else ""
    return (Const.of(f"{url}{slash}{rest}"),) if url else (UNKNOWN,)


def _based(url: Value, base: Value | None) -> tuple[Value, ...]:
    """A URL on top of the base URL of its client, for each that the base can be."""
    text = strings.template(url)
    if base is None or (text is not None and "://" in text):
        return (url,)
    trimmed = join(*(urls.without_slash(option) for option in options(base)))
    joined = strings.concat((trimmed, Const.of("" if text and text.startswith("/") else "/"), url))
    return options(joined)


def _untold(  # noqa: PLR0913, PLR0917 - the same
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    given: dict[str, Value],
    ways: list[tuple[Value, tuple[_Way, ...]]],
    node: ir.Node,
) -> None:
    """Record that a request to one of ours is sent and which one cannot be told."""
    system = ways[0][1][0].system
    names = [*templates.names_in(variant.verb), *templates.names_in(variant.path)]
    decided = [given.get(name, UNKNOWN) for name in names]
    params = frozenset[Param]().union(*(parameters_in(value) for value in (*decided, *(url for url, _ in ways))))
    by_argument = any(name in given or name in variant.args for name in templates.names_in(variant.path))
    if params:
        reason = f"parameters of the function decide what '{method.name}' sends"
        frame.emit(Opens(frame.site(node), params, system, "open-parameter", reason))
    elif by_argument:
        frame.fail(node, "raw-request", system, f"the verb or path that '{method.name}' sends is not a literal")
    else:
        frame.fail(node, "dynamic-operation", system, f"it is not known which list '{method.name}' reads")
