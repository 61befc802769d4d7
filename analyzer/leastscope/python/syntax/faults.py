"""What is said of a file that cannot be parsed: the place and the words of its first error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.syntax.ir import Unreadable
from leastscope.python.syntax.prescan import RefusedError, Scanned, scan
from leastscope.python.syntax.source import decode

if TYPE_CHECKING:
    from leastscope.python.syntax.source import Text

LOST = Unreadable("unreadable", 1, 1, "the process that parsed the file died, so leastscope did not read the file")
"""What is said of a file that the parser's process did not survive."""
_MOST_WORDS = 6
_LONGEST_TOKEN = 200

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LAST_TOKEN = re.compile(r"""(?:"[^"\r\n]*"|'[^'\r\n]*'|(?<!\w)\w+|[^\w\s])\Z""")
_PYTHON_2 = re.compile(
    r"""\s*(?:print\s+[\w"'%-]|print\s*>>|exec\s+[\w"']|raise\s+[\w.]+\s*,)"""
    r"""|.*(?:`|<>|\b0[0-7]+[lL]?\b|\b\d+[lL]\b|\b[uU][rR]["'])"""
)


def legible_code(data: bytes) -> tuple[Text, Scanned] | Unreadable:
    """The text of a file and what its tokens say, or why it must not be parsed."""
    text = decode(data)
    if isinstance(text, Unreadable):
        return text
    scanned = looked_over(text)
    return scanned if isinstance(scanned, Unreadable) else (text, scanned)


def looked_over(text: Text) -> Scanned | Unreadable:
    """What the tokens of a file say, or why it must not be parsed: `too-deep`, or a `syntax-error` that is sure."""
    null = text.text.find("\0")
    if null >= 0:
        return _unreadable(text, "syntax-error", null, "a null byte")
    try:
        return scan(text.text)
    except RefusedError as refused:
        return _unreadable(text, refused.kind, refused.offset, refused.reason)


def syntax_error(text: Text, message: str) -> Unreadable:
    """Name what the parser refused, with the place of the token that it could not take."""
    match = _PLACE.search(message)
    if match is None:
        return _unreadable(
            text, "syntax-error", scan(text.text).strange or 0, message.removeprefix("tokenizer error: ")
        )
    expected = match[3] if match[3].count(",") < _MOST_WORDS else "invalid syntax"
    return _unreadable(text, "syntax-error", _last_token(text, int(match[1]), int(match[2])), expected)


def _last_token(text: Text, line: int, column: int) -> int:
    """Give the offset of the token before a place: the parser names the one after the token it refused."""
    end = min(text.lines[min(line, len(text.lines)) - 1] + column, len(text.text))
    before = text.text[max(0, end - _LONGEST_TOKEN) : end].rstrip()
    last = _LAST_TOKEN.search(before)
    return end if last is None else max(0, end - _LONGEST_TOKEN) + last.start()


def _unreadable(text: Text, kind: str, offset: int, reason: str) -> Unreadable:
    line, column = text.place(offset)
    end = text.lines[line] if line < len(text.lines) else len(text.text)
    start = text.lines[line - 1]
    old = kind == "syntax-error" and _PYTHON_2.match(text.text[start : min(end, start + _LONGEST_TOKEN)])
    return Unreadable(kind, line, column, "looks like Python 2" if old else reason)
