"""URLs of pages that ask for a token: code only builds them, a browser opens them.

Wherever an expression gives such a URL with its query, that counts as a request of the page, with the query's parameters,
also inside a longer text (a mail, a piece of HTML). A URL whose query has none of the parameters that matter is only the
beginning of one. Of an expression inside another one, and of a text that is made longer later, only the whole counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.domain import strings, urls
from leastscope.python.domain.effects import Passed, Sends
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    Const,
    FunctionValue,
    Param,
    Text,
    Union,
    Unit,
    Value,
    options,
    parameters_in,
)
from leastscope.python.sending import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.library import KnownPage, KnownSignature
    from leastscope.python.domain.arguments import Call
    from leastscope.python.domain.effects import Operation, Summary
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_VERB = "GET"
_TEXTS = (Text, Const)
_HOLDING = (*_TEXTS, Union)
_BEGINS = re.compile(r"https?://")
_BREAK = re.compile(r"""[\s"'<>()\\]""")


def noted(frame: Frame, node: ir.Node, value: Value) -> Value:
    """Give a value back, and record the pages whose URLs it is."""
    if isinstance(value, Const) and not (isinstance(value.value, str) and "/" in value.value):
        return value
    for url, page in _pages_in(frame, value):
        _note(frame, node, url, page)
    return value


def of_call(frame: Frame, call: Call, value: Value) -> Value:
    """The same for what a call gives; a function of the program whose own expressions are the page tells it there."""
    for url, page in _pages_in(frame, value):
        if not any(_operation(page) in _sent_by(frame, option) for option in options(call.function)):
            _note(frame, call.node, url, page)
    return value


def signed(frame: Frame, node: ir.Node, text: Value) -> None:
    """Record the scopes that stand in a text which is hashed: whoever checks the signature has to know them too."""
    for signature in frame.engine.knowledge.signatures:
        for option in options(text):
            for piece in option.pieces if isinstance(option, Text) else ():
                if isinstance(piece, str) and signature.holds(piece):
                    passed = (Passed(signature.parameter, piece, known=True),)
                    frame.emit(_request(frame, node, signature, passed))


def _request(
    frame: Frame, node: ir.Node, page: KnownPage | KnownSignature, passed: tuple[Passed, ...], *, closed: bool = True
) -> Sends:
    site = frame.site(node)
    return Sends(site, page.system, _VERB, page.path, page.server, "own", "unknown", passed, closed)


def _pages_in(frame: Frame, value: Value) -> Iterator[tuple[Value, KnownPage]]:
    """The texts among the options of a value that hold the path of a page."""
    if not isinstance(value, _HOLDING):
        return  # most values: nobody goes through their options
    for option in options(value):
        text = strings.template(option) if isinstance(option, _TEXTS) else None
        if text and "/" in text:
            yield from (
                (option, page) for page in frame.engine.knowledge.pages if any(path in text for path in page.whole)
            )


def _sent_by(frame: Frame, function: Value) -> frozenset[Operation]:
    """What a function of the program sends for any caller."""
    if not isinstance(function, FunctionValue):
        return frozenset()
    return frame.engine.told(Unit(function.place, function.frame), _operations) or frozenset()


def _operations(summary: Summary) -> frozenset[Operation]:
    return frozenset(effect.operation for effect in summary.effects if isinstance(effect, Sends))


def _operation(page: KnownPage) -> Operation:
    return (page.system, page.server, _VERB, page.path)


def _note(frame: Frame, node: ir.Node, url: Value, page: KnownPage) -> None:
    address = urls.address(_without_prose(url))
    if address is None or not _is_page(address, page):
        return
    passed = sorted({one for name, value in address.query for one in _passed(frame, name, value)})
    if not passed and address.closed:
        return
    refinable = frozenset[Param]().union(*(parameters_in(value) for _, value in address.query), parameters_in(url))
    request = replace(_request(frame, node, page, tuple(passed), closed=address.closed), refinable=refinable)
    text = strings.template(url) or ""
    _forget_parts(frame, request, text)
    frame.pages[request] = text
    frame.emit(request)


def _without_prose(text: Value) -> Value:
    """The URL in a text that does not begin with it; it ends where a space or a quote stands."""
    pieces = strings.pieces_of(text)
    begins = [(index, start) for index, piece in enumerate(pieces) if (start := _begin(piece)) is not None]
    if not begins or begins[0] == (0, 0):
        return text
    at, start = begins[0]
    found: list[str | Value] = []
    for index, piece in enumerate(pieces[at:]):
        if not isinstance(piece, str):
            found.append(piece)
            continue
        rest = piece if index else piece[start:]
        end = _BREAK.search(rest)
        found.append(rest[: end.start()] if end else rest)
        if end:
            break
    return strings.of_pieces(found)


def _begin(piece: str | Value) -> int | None:
    """Where a URL begins in a piece of a text."""
    found = _BEGINS.search(piece) if isinstance(piece, str) else None
    return found.start() if found else None


def _is_page(address: urls.Address, page: KnownPage) -> bool:
    """Whether a URL is the page's: by its host, or by its path and parameters on any host."""
    path = (strings.template(address.path) or "").rstrip("/")
    host = (strings.template(address.host) or "").lower()
    if path in page.whole and any(_is_host(host, known) for known in page.hosts):
        return True
    names = {name for name, _ in address.query}
    return bool(page.anywhere) and path.endswith(page.whole) and names.issuperset(page.anywhere)


def _is_host(host: str, known: str) -> bool:
    """Whether a host is a known one; where a part of it is a hole, whether it can be."""
    if known.startswith("*"):
        return host.endswith(known[1:])
    before, hole, after = host.partition("{}")
    fits = known.startswith(before) and known.endswith(after) and len(known) > len(before) + len(after)
    return fits and "." in after if hole else host == known


def _passed(frame: Frame, name: str, value: Value) -> Iterator[Passed]:
    if name in frame.engine.knowledge.parameters:
        yield from requests.flat(name, value)


def _forget_parts(frame: Frame, request: Sends, text: str) -> None:
    """Take back what was recorded for an expression inside this one, or for a text that this one goes on from."""
    for other, part in list(frame.pages.items()):
        inside = request.site[0] <= other.site[0] and other.site[1] <= request.site[1] and other.site != request.site
        if other.operation == request.operation and (inside or (text.startswith(part) and text != part)):
            del frame.pages[other]
            frame.effects.pop(other, None)
