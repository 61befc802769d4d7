"""Text that functions and methods make of text: joined paths and URLs, templates, queries, encodings.

What is known of the arguments is known of the result; the rest is a hole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from leastscope.python.domain import strings, urls
from leastscope.python.domain.values import (
    BOTTOM,
    UNION_LIMIT,
    UNKNOWN,
    Const,
    Dependent,
    Items,
    Mapping,
    Param,
    Text,
    Unknown,
    Value,
    join,
    options,
    over,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leastscope.functions import OfText
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame

_CHANGED = frozenset(
    {"strip", "rstrip", "lstrip", "lower", "upper", "title", "capitalize", "replace", "removeprefix", "removesuffix",
     "encode"}
)  # fmt: skip
TRIMS = frozenset({"strip", "rstrip", "lstrip", "upper", "lower", "encode"})
"""Methods of a text after which it still says the same."""
_PLACEHOLDER = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def function(name: str) -> Callable[[Arguments], Value] | None:
    """The function of this dotted name that makes text, if there is one."""
    return _FUNCTIONS.get(name)


# functions


def _join_paths(arguments: Arguments) -> Value:
    """`os.path.join(..)` with forward slashes."""
    found: Value = arguments.args[0] if arguments.args else UNKNOWN
    for part in arguments.args[1:]:
        found = join(*(_join_path(one, other) for one in options(found) for other in options(part)))
    return found


def _join_path(base: Value, part: Value) -> Value:
    text = strings.template(base) or ""
    if (strings.template(part) or "").startswith("/"):
        return part
    return strings.concat((base, part) if text.endswith("/") else (base, Const.of("/"), part))


def _urljoin(arguments: Arguments) -> Value:
    """`urljoin(base, url)` as far as RFC 3986 lets it be told from texts with holes."""
    base, url = arguments.at(0, "base"), arguments.at(1, "url")
    if base is None or url is None:
        return base or UNKNOWN
    return url_joined(base, url)


def url_joined(base: Value, url: Value) -> Value:
    """A URL relative to another."""
    return join(*(_joined(one, other) for one in options(base) for other in options(url)))


def _joined(base: Value, url: Value) -> Value:
    relative, under = strings.template(url), urls.address(base)
    if relative is not None and "://" in relative:
        return url
    if under is None or not under.has_host:
        text = strings.template(base)
        return strings.concat((base, url)) if text is None or text.endswith("/") else UNKNOWN
    root = (under.scheme, Const.of("://"), under.host)
    if relative is not None and relative.startswith("/"):
        return strings.concat((*root, url))
    return strings.concat((*root, _folder(under.path), url))


def _folder(path: Value) -> Value:
    """A path up to its last slash that is known."""
    pieces = strings.pieces_of(path)
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if isinstance(piece, str) and "/" in piece:
            return strings.of_pieces((*pieces[:index], piece.rpartition("/")[0] + "/"))
    return Const.of("/")


def _unparsed(arguments: Arguments, query: int) -> Value:
    """`urlunparse(parts)`; `query` is the number of the part that holds it."""
    given = arguments.at(0)
    if not isinstance(given, Items) or len(given.items) <= query:
        return UNKNOWN
    scheme, host, path = given.items[:3]
    slash = "" if (strings.template(path) or "/").startswith("/") else "/"
    parts = [scheme, Const.of("://"), host, Const.of(slash), path]
    if given.items[query] not in {Const.of(""), Const.of(None)}:
        parts += [Const.of("?"), given.items[query]]
    return strings.concat(parts)


def _quoted(arguments: Arguments) -> Value:
    return over(arguments.at(0, "string") or UNKNOWN, _quoted_one)


def _quoted_one(value: Value) -> Value:
    if isinstance(value, Const) and isinstance(value.value, str):
        return Const.of(quote(value.value))
    return value if isinstance(value, Param | Text) else strings.hole_of(value)


def _dumped(arguments: Arguments) -> Value:
    """A body as text: what is in it is still known."""
    kept = (Mapping, Items, Param, Dependent)
    return over(arguments.at(0, "obj") or UNKNOWN, lambda value: value if isinstance(value, kept) else UNKNOWN)


_FUNCTIONS: dict[str, Callable[[Arguments], Value]] = {
    "os.path.join": _join_paths,
    "urllib.parse.urljoin": _urljoin,
    "urllib.parse.urlunparse": lambda arguments: _unparsed(arguments, 4),
    "urllib.parse.urlunsplit": lambda arguments: _unparsed(arguments, 3),
    "urllib.parse.urlencode": lambda arguments: urls.encoded(arguments.at(0, "query") or UNKNOWN),
    "urllib.parse.quote": _quoted,
    "json.dumps": _dumped,
}


# methods


def is_method(frame: Frame, name: str) -> bool:
    """Whether what is known of a text says what its method of this name gives."""
    return hasattr(str, name) or name in _OF_OTHERS or name in frame.engine.knowledge.functions.texts


_OF_OTHERS = frozenset({"substitute", "safe_substitute", "value"})
"""Methods of Python's other texts: templates, members of enumerations."""


def call_text_method(frame: Frame, receiver: Value, name: str, arguments: Arguments) -> Value:
    """Call a method of a text."""
    row = frame.engine.knowledge.functions.texts.get(name)
    if row is not None:
        made = _of_other(receiver, row, arguments)
        return strings.hole_of(Items((receiver, *arguments.args))) if made is None else made
    if isinstance(receiver, Text | Const) and (isinstance(receiver, Text) or isinstance(receiver.value, str)):
        found = _of_text(receiver, name, arguments)
        if found is not None:
            return found
    if name in TRIMS:
        return receiver
    return strings.hole_of(Items((receiver, *arguments.args)))


def _of_text(receiver: Text | Const, name: str, arguments: Arguments) -> Value | None:
    """The result of a method of a text of which something is known; None where it is no method that is followed."""
    pieces = strings.pieces_of(receiver)
    first = arguments.at(0)
    if name == "format":
        return strings.format_pieces(pieces, arguments.args, arguments.keywords)
    if name in {"format_map", "substitute", "safe_substitute"}:
        given = {**_named(first), **dict(arguments.keywords)}
        if name == "format_map":
            return strings.format_pieces(pieces, (), tuple(given.items()))
        return _substituted(pieces, given)
    if name == "join" and _is_url(receiver) and first is not None and not isinstance(first, Items):
        return url_joined(receiver, first)
    if name in _SPLITS and isinstance(receiver, Const):
        return _split(str(receiver.value), name, arguments)
    if name == "join":
        return join(*(strings.join_text(receiver, part) for part in options(first or UNKNOWN)))
    plain = [value.value for value in arguments.args if isinstance(value, Const) and isinstance(value.value, str)]
    if len(plain) == len(arguments.args) and not arguments.keywords and name in _CHANGED:
        if isinstance(receiver, Const):
            return _changed(str(receiver.value), name, plain)
        return _changed_at_end(pieces, name, plain)
    if name == "replace" and len(arguments.args) == 2 and isinstance(first, Const) and first.value:
        return join(*(_replaced(pieces, str(first.value), option) for option in options(arguments.args[1])))
    return None


def _of_other(receiver: Value, row: OfText, arguments: Arguments) -> Value | None:
    """The result of a method that another library gives to its texts; None where the text is not known."""
    if row == "same":
        return receiver
    known = isinstance(receiver, Text | Const) and (isinstance(receiver, Text) or isinstance(receiver.value, str))
    path = arguments.at(0, "path")
    if not known or path is None:
        return None
    if row == "below":
        return urls.below(receiver, path)
    return url_joined(receiver, path) if _is_url(receiver) and not isinstance(path, Items) else None


def _is_url(value: Value) -> bool:
    return "://" in (strings.template(value) or "")


def _named(given: Value | None) -> dict[str, Value]:
    entries = given.items if isinstance(given, Mapping) else ()
    return {name: value for name, value in entries if isinstance(name, str)}


def _substituted(pieces: strings.Pieces, given: dict[str, Value]) -> Value:
    """`Template(text).substitute(..)`."""
    found: list[Value] = []
    for piece in pieces:
        if not isinstance(piece, str):
            found.append(piece)
            continue
        end = 0
        for field in _PLACEHOLDER.finditer(piece):
            name = field[1] or field[2]
            found += [Const.of(piece[end : field.start()]), given.get(name, UNKNOWN) if name else Const.of("$")]
            end = field.end()
        found.append(Const.of(piece[end:]))
    return strings.concat(found)


def _replaced(pieces: strings.Pieces, old: str, new: Value) -> Value:
    found: list[str | Value] = []
    for piece in pieces:
        if not isinstance(piece, str):
            found.append(piece)
            continue
        head, *tail = piece.split(old)
        found.append(head)
        for part in tail:
            found += [*strings.pieces_of(new), part]
    return strings.of_pieces(found)


_ENDS = frozenset({"removeprefix", "removesuffix"})


def _changed(text: str, name: str, args: Sequence[str]) -> Value:
    """The result of a string method on literals."""
    if name == "encode":
        return Const.of(text)
    if name == "replace" and len(args) != 2:
        return UNKNOWN
    if name in _ENDS and len(args) != 1:
        return UNKNOWN
    if len(args) > 1 and name != "replace":
        return UNKNOWN
    if args and name in {"lower", "upper", "title", "capitalize"}:
        return UNKNOWN
    return Const.of(getattr(text, name)(*args))


_SPLITS = frozenset({"split", "rsplit", "partition", "rpartition", "splitlines"})


def _split(text: str, name: str, arguments: Arguments) -> Value:
    """The parts of a literal."""
    given = [value.value if isinstance(value, Const) else BOTTOM for value in arguments.args]
    known = {key: value.value if isinstance(value, Const) else BOTTOM for key, value in arguments.keywords}
    separator, count = [*given, None, None][:2]
    separator, count = known.get("sep", separator), known.get("maxsplit", -1 if count is None else count)
    if name == "splitlines":
        parts = text.splitlines()
    elif not (separator is None or (isinstance(separator, str) and separator)) or type(count) is not int:
        return UNKNOWN
    elif "partition" in name:
        parts = list(getattr(text, name)(separator)) if separator else []
    else:
        parts = getattr(text, name)(separator, count)
    kept = tuple(Const.of(part) for part in parts[:UNION_LIMIT])
    return Items(kept, BOTTOM if len(kept) == len(parts) else Unknown("limit")) if parts else UNKNOWN


def _changed_at_end(pieces: strings.Pieces, name: str, args: Sequence[str]) -> Value | None:
    """The same for a text with holes: what is taken away from a hole at its end is not known, and does not matter."""
    if name == "replace" and len(args) == 2 and args[0]:
        return _replaced(pieces, args[0], Const.of(args[1]))
    if len(args) > 1 or name not in {"strip", "lstrip", "rstrip", *_ENDS} or (name in _ENDS and not args):
        return None
    if not args and name.startswith("remove"):  # such a call raises an error when it runs
        return None
    found = list(pieces)
    for index, methods in ((0, {"strip", "lstrip", "removeprefix"}), (-1, {"strip", "rstrip", "removesuffix"})):
        piece = found[index]
        if name in methods and isinstance(piece, str):
            side = {0: "lstrip", -1: "rstrip"}[index] if name == "strip" else name
            found[index] = getattr(piece, side)(*args)
    return strings.of_pieces(found)
