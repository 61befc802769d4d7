"""Which server of which system a URL belongs to, and what its path is there.

The host says it, or a header that only one system has. What stands before the paths of a server (a version) and what may
stand behind them is taken off, so that paths are those of the rule packs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, strings, urls
from leastscope.python.domain.shapes import ADDRESS, is_of_address, name_outside
from leastscope.python.domain.values import (
    BOTTOM,
    Const,
    External,
    Items,
    Mapping,
    Outside,
    Text,
    Unknown,
    Value,
    join,
    options,
)

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.library import KnownServer, Servers

HOLE = "{}"
_LABEL = 3
"""Known characters of a label of a host below which the rest of it cannot be guessed."""
_BEHIND = "/x"
_NAME = re.compile(r"\w+")
_OFFSETS = 6
"""Segments that may stand before the prefix of a server that a header tells."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A server that a URL is for, and the paths that it can be there, the likeliest first; none: it does not say.

    It is not sure where only the end of a host says so, and nothing but operations that are known can be meant.
    """

    server: KnownServer
    paths: tuple[str, ...]
    sure: bool = True


def reached(servers: Servers, url: Value, headers: frozenset[str]) -> tuple[Reached, ...]:
    """The servers of one URL by its host, else by the headers that are sent along; none for what is not ours."""
    address = urls.address(url)
    by_host = tuple(_by_host(servers, address)) if address is not None else ()
    if by_host:
        return by_host
    found = dict.fromkeys(server for header in sorted(headers) for server in servers.headers.get(header, ()))
    return tuple(Reached(server, _behind_any_base(server, address)) for server in found)


def behind_outside(
    servers: Servers, triggers: collections.abc.Mapping[str, Sequence[str]], url: Value
) -> tuple[Reached, ...]:
    """The servers of a URL whose host comes from outside under the name of an address of a system (`SHOP_ENDPOINT`)."""
    first = strings.pieces_of(url)[:1]
    address = urls.address(url)
    if address is None or strings.template(url) == HOLE:
        return ()
    named = named_outside(triggers, first[0])
    several = [(server, _behind_any_base(server, address)) for one in named for server in servers.systems.get(one, ())]
    return tuple(Reached(server, paths, sure=False) for server, paths in several)


def named_outside(triggers: collections.abc.Mapping[str, Sequence[str]], value: Value | str) -> list[str]:
    """The systems whose address a value from outside is, by its name."""
    if not isinstance(value, Outside | External) or not is_of_address(value):
        return []
    name = name_outside(value)
    return [system for system, words in sorted(triggers.items()) if names_address(name, words)]


def names_address(text: str, triggers: Iterable[str]) -> bool:
    """Whether a text has a name of an address of a system: a word of the system with one such as `URL` in one name."""
    lower = text.lower()
    return any(
        trigger in name and ADDRESS.search(name.replace(trigger, ""))
        for trigger in triggers
        if trigger in lower
        for name in _NAME.findall(lower)
    )


def names_host(url: Value) -> bool:
    """Whether a URL says which host it is for, so that no caller can."""
    address = urls.address(url)
    if address is None or not address.has_host:
        return False
    host = strings.template(address.host) or ""
    return HOLE not in (strings.template(address.scheme) or "") and not host.startswith(HOLE)


def of_system(servers: Servers, system: str, name: str, path: Value) -> tuple[str, ...]:
    """The paths that a path (or URL) which a library of one system is given can be at that system's servers."""
    address = urls.address(path)
    known = [server for server in servers.systems.get(system, ()) if name in {"", server.name}]
    text = "" if address is None else strings.template(address.path) or ""
    if text.startswith(HOLE):
        return ()
    return tuple(dict.fromkeys((*(one for server in known for one in _inside(server, text)), *_plain(text))))


def is_ours(servers: Servers, value: Value) -> bool:
    """Whether a value names a server: a URL of its host, or a mapping with its header."""
    for option in options(value):
        if isinstance(option, Mapping):
            if names_in(option) & servers.headers.keys():
                return True
        elif systems_of(servers, option):
            return True
    return False


def systems_of(servers: Servers, url: Value) -> frozenset[str]:
    """The systems whose servers a URL names."""
    address = urls.address(url)
    return frozenset() if address is None else frozenset(server.system for server, _, _ in _hosts(servers, address))


def are_of_one(servers: Servers, bases: Iterable[Value]) -> bool:
    """Whether several URLs name one server, so that the same path behind any of them is the same operation."""
    several = [reached(servers, strings.concat((base, Const.of(_BEHIND))), frozenset()) for base in bases]
    behind = {frozenset((one.server, one.paths) for one in each) for each in several}
    return len(behind) == 1 and frozenset() not in behind


def made_of(servers: Servers, values: Sequence[Value]) -> Value:
    """What code that is not read makes of some values: of the URL of a server, something at that server, else Bottom."""
    found = [
        address
        for value in values
        for option in options(value)
        if contents.is_url(option) and systems_of(servers, option)
        if (address := urls.address(option)) is not None
    ]
    if not found:
        return BOTTOM
    # A client among them sends it, and spells nothing of the path.
    hole = strings.hole_of(Items(tuple(value for value in values if not contents.of_library(value, 1))))
    return join(*(_something_at(address, hole) for address in found))


def _something_at(address: urls.Address, hole: Value) -> Value:
    """A URL as far as it is known, and anything behind it."""
    host = strings.pieces_of(strings.concat((address.scheme, Const.of("://"), address.host)))
    path = strings.pieces_of(urls.without_slash(address.path))
    # A hole at the end of a host is the one behind it.
    known = (*host, *path) if path != ("",) or isinstance(host[-1], str) else host[:-1]
    return Unknown(of=Text((*(piece for piece in known if piece != ""), hole)))


def names_in(headers: Value | None) -> frozenset[str]:
    """The lower-case names of the headers in a mapping, whichever of its alternatives it is."""
    if headers is None:
        return frozenset()
    return frozenset(
        name.lower()
        for option in options(headers)
        if isinstance(option, Mapping)
        for name, _ in option.items
        if isinstance(name, str)
    )


# hosts


def _by_host(servers: Servers, address: urls.Address) -> Iterator[Reached]:
    """The servers of a URL's host; of several with different prefixes those whose prefix it has."""
    path = strings.template(address.path) or ""
    found = [(server, whole, _inside(server, behind + path)) for server, whole, behind in _hosts(servers, address)]
    for server, whole, paths in found:
        if paths:
            yield Reached(server, paths, sure=whole or "" not in server.prefixes)
    if any(paths for _, _, paths in found):
        return
    for server, whole, _ in found:
        hidden = any(_might_be(prefix, path) for prefix in server.prefixes)
        if whole or hidden:
            yield Reached(server, () if hidden else _plain(path))


def _hosts(servers: Servers, address: urls.Address) -> Iterator[tuple[KnownServer, bool, str]]:
    """The servers of a host, whether its whole name is known, and the hole that stands right behind it."""
    scheme = (strings.template(address.scheme) or "").lower()
    host = (strings.template(address.host) or "").lower()
    if scheme not in {"http", "https", HOLE}:
        return
    name = host.partition(":")[0]
    bare = name.removesuffix(HOLE)
    for server, whole in _of_name(servers, bare):
        yield server, whole, HOLE if bare != name else ""


def _of_name(servers: Servers, name: str) -> Iterator[tuple[KnownServer, bool]]:
    found: dict[KnownServer, bool] = {}
    for server in servers.hosts.get(name, ()):
        found[server] = True
    if HOLE in name:
        for host, several in servers.hosts.items():
            if _can_be(name, host):
                found.update((server, True) for server in several)
    for end, server in servers.ends:
        if _ends_so(name, end):
            found.setdefault(server, False)
    yield from found.items()


def _ends_so(name: str, end: str) -> bool:
    """Whether a name can end so, with all of the end known but a separator at its beginning, or a part of a label."""
    if name.endswith(end):
        return True
    before, hole, rest = name.partition(HOLE)
    return bool(hole) and not before and rest != "" and (rest == end[1:] or (HOLE in rest and _can_be(rest, end)))


def _can_be(name: str, host: str) -> bool:
    """Whether a name with holes inside its labels can be this host."""
    labels, others = name.split("."), host.split(".")
    return len(labels) == len(others) and all(map(_label_can_be, labels, others))


def _label_can_be(label: str, other: str) -> bool:
    before, hole, after = label.partition(HOLE)
    if not hole:
        return label == other
    known = len(before) + len(after)
    return _LABEL <= known <= len(other) and other.startswith(before) and other.endswith(after)


# paths


def _plain(path: str) -> tuple[str, ...]:
    """A path as it stands, if every hole in it is a whole segment; a hole before its first slash is left out."""
    path = path.removeprefix(HOLE) if path.startswith(HOLE + "/") else path
    segments = path.strip("/").split("/")
    whole = all(HOLE not in segment or segment == HOLE for segment in segments)
    return (path,) if path.startswith("/") and whole and segments[-1] != "" else ()


def _inside(server: KnownServer, path: str) -> tuple[str, ...]:
    """What a path is below each prefix of a server that it has, longest first.

    A hole right behind the host can hold a prefix as well as nothing.
    """
    bare = path.removeprefix(HOLE) if path.startswith(HOLE + "/") else path
    found = [rest for prefix in _longest_first(server.prefixes) for rest in _below(server, prefix, bare)]
    if bare != path:
        found += _below(server, "", bare)
    return tuple(dict.fromkeys(found))


def _longest_first(prefixes: Iterable[str]) -> list[str]:
    return sorted(prefixes, key=lambda prefix: (-prefix.count("/"), prefix))


def _below(server: KnownServer, prefix: str, path: str) -> tuple[str, ...]:
    """The rest of a path below a prefix, without a suffix; nothing where it has another beginning."""
    if not path.startswith("/"):
        return ()
    wanted, segments = prefix.split("/")[1:], path.split("/")[1:]
    if len(segments) < len(wanted) or not all(map(_is_like, wanted, segments)):
        return ()
    rest = "/" + "/".join(segments[len(wanted) :])
    for suffix in server.suffixes:
        if rest.lower().endswith(suffix.lower()):
            rest = rest[: -len(suffix)]
            break
    return _plain(rest)


def _is_like(wanted: str, segment: str) -> bool:
    """Whether a segment is the one of a prefix; `#` is a number, which may be a hole, as may be the whole of it."""
    before, number, after = wanted.lower().partition("#")
    found = segment.lower()
    if not number:
        return found == before
    inner = found.removeprefix(before).removesuffix(after)
    return found == HOLE or (f"{before}{inner}{after}" == found and (inner == HOLE or inner.isdecimal()))


def _might_be(prefix: str, path: str) -> bool:
    """Whether holes of a path can hide a prefix that it does not show."""
    segments = path.split("/")[1:]
    for wanted, segment in zip(prefix.split("/")[1:], segments, strict=False):
        if HOLE in segment:
            return True
        if not _is_like(wanted, segment):
            return False
    return not path.startswith("/") or HOLE in path


def _behind_any_base(server: KnownServer, address: urls.Address | None) -> tuple[str, ...]:
    """The paths behind a host that is not known, whose address may hold the prefix and more."""
    path = "" if address is None else strings.template(address.path) or ""
    found = list(_inside(server, path))
    hidden = address is not None and (path.startswith(HOLE) or not path.startswith("/"))
    tail = path.removeprefix(HOLE)
    tail = tail if tail.startswith("/") else f"/{tail}"
    segments = tail.split("/")
    for offset in range(1, min(len(segments), _OFFSETS)):
        inner = "/" + "/".join(segments[offset:])
        found += [rest for prefix in server.prefixes if prefix for rest in _below(server, prefix, inner)]
    if hidden:
        found += [*_below(server, "", tail), *_below(server, "", "/" + tail[1:].partition("/")[2])]
    return tuple(dict.fromkeys((*found, *(_plain(path) if not found else ()))))
