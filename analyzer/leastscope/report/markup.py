"""Markdown with tables and `<details>`, as code hosts render it: words that do nothing, links, and documents that fit.

Whatever may have been chosen by somebody else (names, paths, what a message quotes) becomes a code span, in which no
markup, mention, reference, address or emoji is looked for. Only plain words stay outside. The first rules of the syntax
are CommonMark's and GitHub's (https://spec.commonmark.org, https://github.github.com/gfm, read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from leastscope.model import Span
from leastscope.report.escape import visible
from leastscope.report.page import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Link: TypeAlias = Callable[[Span], str]
"""Gives the address of the lines of a place, or nothing."""

_CODE_LIMIT = 200
_PATH_LIMIT = 40
_PROSE_LIMIT = 400
_CUT = "…"
_TICKS = re.compile("`+")
_WEB = re.compile(r"https?://[^/\s]")
_PIECE = re.compile(
    r"(\()"
    r"|(?<![^\s(])'([^']+)'(?![^\s.,;:!?)…])"
    r"|(?<![^\s(])((?:DELETE|GET|HEAD|PATCH|POST|PUT) /\S*[^\s.,;:!?)…])"
    r"|([^\s(]\S*)"
)
"""A parenthesis, what stands in quotes, an operation, or any other word: together they leave out nothing but spaces."""
_MARKS = ".,;:!?)…"
_PLAIN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[0-9]{1,6}|-|")
_NOTICE = "*There is more than fits here: {}.*"
_NOTICE_ROOM = 300


def code(text: str, limit: int = _CODE_LIMIT) -> str:
    """Return any text as a code span, hidden characters visible, and cut to a length that can be read.

    A bar is written as an escape, for it would end the cell of a table even here.
    """
    shown = visible(text[: limit + 1]).replace("|", "\\x7c") or " "
    if len(shown) > limit:
        shown = shown[: limit - 1] + _CUT
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    pad = " " if "`" in (shown[0], shown[-1]) or (shown[0] == shown[-1] == " " and shown.strip()) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """Return a sentence: what it quotes and every word that is not plain becomes a code span."""
    cut = text
    if len(text) > _PROSE_LIMIT:
        head = text[: _PROSE_LIMIT - 2]
        cut = f"{head.rpartition(' ')[0] or head} {_CUT}"
    made, end = "", 0
    for found in _PIECE.finditer(cut):
        made += cut[end : found.start()]
        piece = _piece(found)
        # Two code spans side by side would be read as one.
        made += f" {piece}" if made.endswith("`") and piece.startswith("`") else piece
        end = found.end()
    return " ".join((made + cut[end:]).split())


def place_link(span: Span, link: Link) -> str:
    """Return `path:line`, with a link to it where there is one; of a long path the end is shown."""
    path = span.path
    if len(path) > _PATH_LIMIT:
        path = _CUT + path[path.find("/", -_PATH_LIMIT) :][-_PATH_LIMIT:]
    return web_link(code(f"{path}:{span.line}"), link(span))


def web_link(label: str, address: str) -> str:
    """Return Markdown with a link, if the address is one of the web."""
    if not _WEB.match(address):
        return label
    return f"[{label}]({quote(address, safe=':/?#@&+,;=%', errors='replace').replace('&', '&amp;')})"


def row(*cells: str) -> str:
    """Return a row of a table; the cells are Markdown of one line without a bar."""
    return f"| {' | '.join(cells)} |\n"


def header(*titles: str) -> str:
    """Return the first two lines of a table."""
    return row(*titles) + row(*("---" for _ in titles))


def opened(summary: str, lines: Sequence[str]) -> str:
    """Return lines that show when they are asked for, as Markdown that fits into the cell of a table."""
    return f"<details><summary>{summary}</summary>{'<br>'.join(lines)}</details>" if lines else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document, cut between its rows if it has to be.

    `noun` is what a row is. `closed` (words of ours, without markup) hides the piece until it is opened.
    """

    head: str
    rows: tuple[str, ...] = ()
    noun: str = ""
    closed: str = ""


def folded(part: Part, limit: int) -> list[Part]:
    """Split a piece that has more rows than `limit`: what is left over is hidden until it is opened."""
    if len(part.rows) <= limit:
        return [part] if part.rows else []
    rest = part.rows[limit:]
    return [
        Part(part.head, part.rows[:limit], part.noun),
        Part(part.head, rest, part.noun, closed=counted(len(rest), f"more {part.noun}")),
    ]


def document(parts: Iterable[Part], limit: int) -> str:
    """Return the pieces with blank lines between them, in at most `limit` bytes of UTF-8.

    What does not fit is left out by whole rows, and counted at the end by what it is.
    """
    room = limit - _NOTICE_ROOM
    texts: list[str] = []
    left: dict[str, int] = {}
    for part in parts:
        text, missing = _fitted(part, room)
        room -= _size(text)
        if missing:
            left[part.noun] = left.get(part.noun, 0) + missing
        if text:
            texts.append(text)
    if left:
        texts.append(_NOTICE.format(", ".join(counted(count, f"more {noun}") for noun, count in left.items())))
    return "\n\n".join(text.strip("\n") for text in texts) + "\n"


def _piece(found: re.Match[str]) -> str:
    parenthesis, quoted, operation, other = found.groups()
    if parenthesis:
        return str(parenthesis)
    if quoted or operation:
        return code(quoted or operation)
    word = (other or "").rstrip(_MARKS)
    marks = (other or "")[len(word) :]
    return f"{word if _PLAIN.fullmatch(word) else code(word)}{marks}"


def _fitted(part: Part, room: int) -> tuple[str, int]:
    """Return a piece with as many rows as there is room for, and how many are left out."""
    start, end = (f"<details><summary>{part.closed}</summary>\n\n", "\n</details>\n") if part.closed else ("", "")
    used = _size(start) + _size(part.head) + _size(end) + 1
    rows: list[str] = []
    for one in part.rows:
        used += _size(one)
        if used > room:
            break
        rows.append(one)
    if used > room and not rows:
        return "", len(part.rows)
    return f"{start}{part.head}{''.join(rows)}{end}", len(part.rows) - len(rows)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
