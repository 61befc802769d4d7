"""Where a request goes: its verb, its path, and the system whose server it is sent to.

A library of one system says so itself. A general HTTP library is told a URL; the host decides, and a URL to any other host
is none of our business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.python import libraries, strings
from analyzer.python.effects import Opens
from analyzer.python.values import UNKNOWN, Const, LibraryObject, Param, Value, join, options, parameters_in

if TYPE_CHECKING:
    from analyzer.library import Knowledge, Member
    from analyzer.python import ir
    from analyzer.python.frame import Frame
    from analyzer.python.values import Configuration, LibraryMethod

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
    library = frame.engine.knowledge.libraries[method.owner.library]
    verbs = _verbs(variant, given)
    urls = _urls(method, variant, given, configuration)
    if libraries.is_of_one_system(frame, library):
        found = [(library.system, variant.server, url) for url in urls]
    else:
        found = [(*host, url) for url in urls if (host := system_of(frame.engine.knowledge, url)) is not None]
        hidden = frozenset[Param]().union(*(parameters_in(url) for url in urls if not _names_host(url)))
        if hidden:
            frame.emit(Opens(frame.site(node), hidden))
    told = [
        Target(system, server, verb, path)
        for system, server, url in found
        for verb in verbs
        if verb and (path := path_of(url)) and _is_told(frame.engine.knowledge, (system, server, verb, path), url)
    ]
    if len(told) < len(found) * len(verbs):
        _untold(frame, method, variant, given, found, node)
    return tuple(dict.fromkeys(told))


def _is_told(knowledge: Knowledge, operation: tuple[str, str, str, str], url: Value) -> bool:
    """Whether a path says which operation it is: a parameter in it must stand for an id, not for a resource."""
    return not parameters_in(url) or knowledge.is_known(*operation)


def _verbs(variant: Member, given: dict[str, Value]) -> tuple[str, ...]:
    """The verbs it can be; an empty one stands for what is not known."""
    if not variant.verb.startswith("$"):
        return (variant.verb,)
    value = given.get(variant.verb.removeprefix("$"), UNKNOWN)
    return tuple(dict.fromkeys(_verb(option) for option in options(value)))


def _verb(value: Value) -> str:
    text = value.value.upper() if isinstance(value, Const) and isinstance(value.value, str) else ""
    return text if text in _VERBS else ""


def _urls(
    method: LibraryMethod, variant: Member, given: dict[str, Value], configuration: Configuration
) -> tuple[Value, ...]:
    """The URLs or paths it can be sent to."""
    if not variant.path.startswith("$"):
        return (Const.of(variant.path),)
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
    trimmed = join(*(_trimmed(option) for option in options(base)))
    joined = strings.concat((trimmed, Const.of("" if text and text.startswith("/") else "/"), url))
    return options(joined)


def _trimmed(base: Value) -> Value:
    return Const.of(base.value.rstrip("/")) if isinstance(base, Const) and isinstance(base.value, str) else base


def system_of(knowledge: Knowledge, url: Value) -> tuple[str, str] | None:
    """The system and server that a URL belongs to, by its host."""
    text = strings.template(url) or ""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in {"http", "https", "{}"}:
        return None
    # A hole right behind a host (`HOST + path`) is where the path begins.
    host = rest.partition("/")[0].partition("{}")[0].rpartition("@")[2].partition(":")[0].lower()
    return knowledge.hosts.get(host)


def _names_host(url: Value) -> bool:
    """Whether a URL says which host it is for, so that no caller can."""
    scheme, separator, rest = (strings.template(url) or "").partition("://")
    return bool(separator) and "{}" not in scheme and not rest.startswith("{}")


def path_of(url: Value) -> str:
    """The path of a URL or path with every hole written `{}`; empty where it is not known well enough."""
    text = strings.template(url) or ""
    _, separator, rest = text.partition("://")
    path = text if not separator else rest[len(rest.partition("/")[0]) :]
    path = path.partition("?")[0].partition("#")[0]
    segments = path.strip("/").split("/")
    # A hole that is only part of a segment (`/v1/{}s`) or stands where the resource should is not an operation.
    whole = all("{}" not in segment or segment == "{}" for segment in segments)
    return path if path.startswith("/") and whole and segments[-1] != "" else ""


def _untold(  # noqa: PLR0913, PLR0917 - the same
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    given: dict[str, Value],
    found: list[tuple[str, str, Value]],
    node: ir.Node,
) -> None:
    """Record that a request to one of ours is sent and which one cannot be told."""
    system = found[0][0]
    decided = [given.get(name.removeprefix("$"), UNKNOWN) for name in (variant.verb, variant.path) if name[:1] == "$"]
    params = frozenset[Param]().union(*(parameters_in(value) for value in (*decided, *(url for _, _, url in found))))
    by_argument = variant.path.startswith("$") and variant.path.removeprefix("$").partition("/")[0] in variant.args
    if params:
        reason = f"parameters of the function decide what '{method.name}' sends"
        frame.emit(Opens(frame.site(node), params, system, "open-parameter", reason))
    elif by_argument:
        frame.fail(node, "raw-request", system, f"the verb or path that '{method.name}' sends is not a literal")
    else:
        frame.fail(node, "dynamic-operation", system, f"it is not known which list '{method.name}' reads")
