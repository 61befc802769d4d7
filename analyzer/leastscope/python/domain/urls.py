"""URLs in parts: what is host, path and query of a text whose pieces are only partly known."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_plus

import msgspec

from leastscope.python.domain import strings
from leastscope.python.domain.values import Bottom, Const, Items, Mapping, Text, Value, join, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.python.domain.strings import Pieces

_PARAMETERS = 200
_FEW = 4


class Address(msgspec.Struct, frozen=True):
    """A URL in parts, each a text with holes (read it with `strings.template`); "" where there is none.

    Without a scheme and host all that stands before the query is `path`. A hole right behind the host (`HOST + path`)
    belongs to `host`. `query` holds the parameters in order, decoded; it is not `closed` where there can be others.
    """

    scheme: Value
    user: Value
    host: Value
    path: Value
    query: tuple[tuple[str, Value], ...]
    closed: bool

    @property
    def has_host(self) -> bool:
        """Whether the text says where its host stands."""
        return strings.template(self.scheme) != ""


def address(url: Value) -> Address | None:
    """Take one URL apart; None where the value is no text of which something is known."""
    if strings.template(url) is None:
        return None
    # Code that adds a query with `&` where there is one leaves both ways open; no path has that character.
    before, mark, query = _partition(strings.pieces_of(url), "?#&")
    found, closed = parameters(strings.of_pieces(query)) if mark in {"?", "&"} else ((), True)
    scheme, colon, rest = _partition(before, "://", whole=True)
    if not colon:
        return Address(_NOTHING, _NOTHING, _NOTHING, strings.of_pieces(before), found, closed)
    authority, slash, path = _partition(rest, "/")
    user, host = _without_user(authority)
    whole = strings.of_pieces((slash, *path))
    return Address(strings.of_pieces(scheme), strings.of_pieces(user), strings.of_pieces(host), whole, found, closed)


_NOTHING = Const.of("")


def _partition(pieces: Pieces, separators: str, *, whole: bool = False) -> tuple[Pieces, str, Pieces]:
    """Split a text at the first of some characters (or at the whole of them) that stands in a known piece."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            wanted = (separators,) if whole else tuple(separators)
            at, mark = min(((piece.find(one), one) for one in wanted if one in piece), default=(-1, ""))
            if mark:
                after = (piece[at + len(mark) :], *pieces[index + 1 :])
                return (*pieces[:index], piece[:at]), mark, after
    return pieces, "", ()


def _without_user(authority: Pieces) -> tuple[Pieces, Pieces]:
    """Split `user:password@host`."""
    for index in range(len(authority) - 1, -1, -1):
        piece = authority[index]
        if isinstance(piece, str) and "@" in piece:
            before, _, host = piece.rpartition("@")
            return (*authority[:index], before), (host, *authority[index + 1 :])
    return (), authority


def parameters(query: Value) -> tuple[tuple[tuple[str, Value], ...], bool]:
    """The parameters of a query (or of a form that is sent as a body), and whether there can be no others."""
    found: list[tuple[str, Value]] = []
    closed = True
    rest: Pieces = _partition(strings.pieces_of(query), "#")[0]
    while rest and len(found) < _PARAMETERS:
        part, _, rest = _partition(rest, "&;")
        name, equals, value = _partition(part, "=")
        told = strings.template(strings.of_pieces(name))
        if told and not any(not isinstance(piece, str) for piece in name):
            found.append((unquote_plus(told), _decoded(value) if equals else _NOTHING))
        elif part != ("",):
            closed = False
    return tuple(found), closed and not rest


def _decoded(pieces: Pieces) -> Value:
    return strings.of_pieces(unquote_plus(piece) if isinstance(piece, str) else piece for piece in pieces)


def before_colon(user: Value) -> Value:
    """The name in the user part of a URL."""
    return strings.of_pieces(_partition(strings.pieces_of(user), ":")[0])


def below(base: Value, part: Value) -> Value:
    """`URL(base) / part`."""
    return strings.concat((without_slash(base), Const.of("/"), part))


def without_slash(url: Value) -> Value:
    """A text without slashes at its end; other values as they are."""
    if not isinstance(url, Text | Const) or (isinstance(url, Const) and not isinstance(url.value, str)):
        return url
    *pieces, last = strings.pieces_of(url) or ("",)
    return strings.of_pieces((*pieces, last.rstrip("/") if isinstance(last, str) else last))


def encoded(given: Value) -> Value:
    """`urlencode(given)` for a dict or a list of pairs: a query with holes for what is not known."""
    return join(*(_encoded(option) for option in options(given)))


def _encoded(given: Value) -> Value:
    pairs, closed = _pairs(given)
    if not pairs:
        return strings.hole_of(given)
    pieces: list[Value] = []
    for name, value in pairs[:_PARAMETERS]:
        for each in value.items if isinstance(value, Items) else (value,):
            mark = Const.of(f"{'&' if pieces else ''}{quote_plus(name)}=")
            pieces += [mark, join(*(_quoted(option) for option in _alternatives(each)))]
    if not closed:
        pieces += [Const.of("&"), strings.hole_of(given)]
    return strings.concat(pieces)


def _alternatives(value: Value) -> tuple[Value, ...]:
    """The texts that a value can be, where they are few; else what is left of it."""
    found = options(value)
    if len(found) <= _FEW and all(isinstance(option, Const) for option in found):
        return found
    return found if len(found) == 1 else (strings.hole_of(value),)


def _quoted(value: Value) -> Value:
    """A value as it stands in a query."""
    if isinstance(value, Items | Mapping):
        return strings.hole_of(value)
    return strings.of_pieces(
        quote_plus(piece) if isinstance(piece, str) else piece for piece in strings.pieces_of(value)
    )


def _pairs(given: Value) -> tuple[list[tuple[str, Value]], bool]:
    """The named values of a dict or of a list of pairs, and whether these are all."""
    if isinstance(given, Mapping):
        named = [(key, value) for key, value in given.items if isinstance(key, str)]
        return named, isinstance(given.rest, Bottom) and len(named) == len(given.items)
    if isinstance(given, Items):
        return list(_of_pairs(given.items)), isinstance(given.rest, Bottom) and len(given.items) == len(
            list(_of_pairs(given.items))
        )
    return [], False


def _of_pairs(items: Iterable[Value]) -> Iterator[tuple[str, Value]]:
    for item in items:
        if isinstance(item, Items) and len(item.items) == 2:
            name, value = item.items
            if isinstance(name, Const) and isinstance(name.value, str):
                yield name.value, value


def as_mapping(given: Value) -> Value:
    """A list of pairs as the dict that it stands for where a library takes either; other values as they are."""
    return join(*(_as_mapping(option) for option in options(given)))


def _as_mapping(given: Value) -> Value:
    if not isinstance(given, Items) or not given.items:
        return given
    pairs, closed = _pairs(given)
    if not pairs:
        return given
    several: dict[str, list[Value]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    entries = tuple((name, each[0] if len(each) == 1 else Items(tuple(each))) for name, each in several.items())
    return Mapping(entries) if closed else Mapping(entries, join(given.rest, *given.items))
