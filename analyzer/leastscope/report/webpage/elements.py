"""HTML that cannot go wrong: text becomes part of it only escaped, with hidden characters visible.

`Html` is markup. Every other string is text, and a function here is the only way from one to the other.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from leastscope.report.hyperlinks import place
from leastscope.report.page import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Span
    from leastscope.report.markup import Link

_WEB = re.compile(r"https?://[^/\s]")
_QUOTED = re.compile(r"(?<![^\s(])'([^']+)'(?![^\s.,;:!?)…])")


class Html(str):
    """A text that is markup already."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | bool) -> Html:
    """Return an element; `_` in the name of an attribute is a hyphen, and one at its end goes away.

    An attribute that is false is left out; one that is true has no value.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def joined(content: Iterable[str], between: str = "") -> Html:
    """Return pieces of markup and text as markup."""
    return Html(between.join(piece if isinstance(piece, Html) else text(piece) for piece in content))


def text(value: str) -> Html:
    """Return a text as markup.

    An address gets a place to break the line, so that no scan of a saved report takes the address for a link in a page.
    """
    return Html(escape(words(value)).replace("://", ":<wbr>//"))


def code(value: str) -> Html:
    """Return a name, a path or an operation."""
    return element("code", value)


def prose(value: str) -> Html:
    """Return a sentence; what it quotes is set as code."""
    pieces = _QUOTED.split(value)
    return joined(code(piece) if number % 2 else text(piece) for number, piece in enumerate(pieces))


def anchor(label: str, address: str) -> Html:
    """Return a link, if the address is one of the web; else the label."""
    if not _WEB.match(address):
        return joined([label])
    return element("a", label, href=quote(address, safe=":/?#@&+,;=%", errors="replace"), rel="noreferrer")


def spot(span: Span, link: Link) -> Html:
    """Return `path:line:column`, with a link where there is one."""
    return anchor(code(place(span)), link(span))


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(words(str(value)))}"'
