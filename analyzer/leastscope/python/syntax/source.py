"""The text of a file: its bytes decoded as the compiler would, and where its lines and tokens begin."""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.python.syntax.ir import Unreadable

MARK = "leastscope:"

_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NEWLINE = re.compile(r"\r\n|\r|\n")
# The characters whose compatible form is or holds a letter, a digit or an underscore of ASCII, in blocks.
_COMPATIBLE = re.compile(
    "[\u00aa\u00b2-\u00be\u0132-\u0149\u017f\u01c4-\u01f3\u02b0-\u02e3\u1d2c-\u1dbf\u1e9a-\u1e9b\u2070-\u209f\u20a8"
    "\u2100-\u2189\u2460-\u24ff\u2c7c-\u2c7d\u3250-\u33ff\ua7f2-\ua7f4\ufb00-\ufb06\ufe33-\ufe4f\uff10-\uff5a"
    "\U00010780-\U000107ba\U0001ccd6-\U0001ccf9\U0001d400-\U0001d7ff\U0001f100-\U0001f19f\U0001fbf0-\U0001fbf9]"
)
# Encodings in which bytes of ASCII are nothing else.
_ASCII_STAYS = frozenset({"ascii", "cp1251", "cp1252", "iso8859-1", "iso8859-15", "koi8-r", "utf-8"})
_WORDS_AND_BLANKS = bytes(code for code in range(256) if code > 127 or chr(code).isalnum() or chr(code) in "_ \t\f\r")
_ASCII = bytes(range(128))
_LONGEST_NAME = 500
_BOM = "\ufeff"
_LARGEST = 4_000_000
_LARGEST_GAP = 1000
# These do not keep ASCII as it is, take quadratic time, or exist on one platform only.
_REFUSED = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
    | {f"utf-{size}{order}" for size in (16, 32) for order in ("", "-le", "-be")}
)


class Text(NamedTuple):
    """Decoded text without its byte order mark, and the offset of the first character of each line."""

    text: str
    lines: tuple[int, ...]

    def line_of(self, offset: int) -> int:
        return bisect_right(self.lines, offset)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = self.line_of(offset)
        return line, offset - self.lines[line - 1] + 1

    def inner(self) -> tuple[int, ...]:
        """The offset of each `lambda` and `:=`, and of text that looks like one."""
        return tuple(sorted([at for word in ("lambda", ":=") for at in _places_of(word, self.text)]))


def decode(data: bytes) -> Text | Unreadable:
    """Read the text of a file by its byte order mark or coding comment (PEP 263), else UTF-8."""
    from leastscope.python.syntax.ir import Unreadable  # noqa: PLC0415 - `as_seen` is asked of trees that need no IR

    if len(data) > _LARGEST:
        return Unreadable("too-large", 1, 1, f"the file is larger than {_LARGEST // 1_000_000} MB")
    encoding = "utf-8"
    try:
        encoding = encoding if data.startswith(codecs.BOM_UTF8) else _declared(data)
        text = data.decode(encoding).removeprefix(_BOM)
    except LookupError:
        return Unreadable("undecodable", 1, 1, "the coding comment names no known encoding of text")
    except UnicodeDecodeError as error:
        return _undecodable(data, error, encoding)
    except UnicodeError:
        return Unreadable("undecodable", 1, 1, f"the file is not valid {encoding}")
    lines = (0, *[match.end() for match in _NEWLINE.finditer(text)])
    return Text(text, lines)


def signs(data: bytes) -> int:
    """Count the characters of a file that are neither letters, digits nor blanks: what it costs to keep its small form."""
    return len(data.translate(None, _WORDS_AND_BLANKS))


def legible(data: bytes) -> str:
    """Give the text of a file for people, its byte order mark kept; what is no text is replaced."""
    try:
        return data.decode(_declared(data), "replace")
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "replace")


def as_seen(data: bytes) -> bytes | None:
    """Give the bytes of a file in which names can be searched: UTF-8, with names as the compiler sees them.

    None where the file names an encoding that is refused, so that nobody can tell what it holds. Characters that the
    compiler takes for others (a wide letter in a name is the plain one) are replaced everywhere, also in strings.
    """
    try:
        encoding = _declared(data)
    except LookupError:
        return None
    if data.isascii() and encoding in _ASCII_STAYS:
        return data
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return data
    # Most characters are of ASCII, and without them the rest is still UTF-8.
    if encoding == "utf-8" and _COMPATIBLE.search(data.translate(None, _ASCII).decode()) is None:
        return data
    plain = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return plain.encode("utf-8", "surrogatepass")


def normalized(name: str) -> str:
    """Give a name as the compiler sees it; one that is too long to be meant stays.

    Normalizing takes quadratic time for a long row of combining marks.
    """
    return unicodedata.normalize("NFKC", name) if len(name) <= _LONGEST_NAME else name


def token_offsets(tokens: list[str], text: str) -> list[int]:
    """Give the offset of each token of a text, and of its end, even if the tokens lack some of its blanks.

    LibCST forgets a few (`except (A, B) :`); a token that does not follow at once is looked for a little further.
    """
    if "".join(tokens) == text:
        return [0, *accumulate(map(len, tokens))]
    offsets = []
    at = 0
    for token in tokens:
        if not text.startswith(token, at) and not token.isspace():
            found = text.find(token, at, at + len(token) + _LARGEST_GAP)
            at = at if found < 0 else found
        offsets.append(at)
        at += len(token) if text.startswith(token, at) else 0
    return [*offsets, at]


def _places_of(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _declared(data: bytes) -> str:
    """Find the encoding that a comment in the first two lines names; raises `LookupError` if it is none of ours."""
    first = _BLANK.match(data)
    cookie = _COOKIE.match(data)
    if cookie is None and first is not None:
        end = _LINE_END.match(data, first.end())
        cookie = None if end is None else _COOKIE.match(data, end.end())
    if cookie is None:
        return "utf-8"
    encoding = codecs.lookup(cookie[1].decode("ascii")).name
    if encoding.replace("_", "-") in _REFUSED:
        raise LookupError(encoding)
    with suppress(UnicodeError):
        b" ".decode(encoding)  # a codec from bytes to bytes raises `LookupError`
    return encoding


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str) -> Unreadable:
    from leastscope.python.syntax.ir import Unreadable  # noqa: PLC0415 - the same

    before = _LINE_END.split(data[: error.start])
    column = len(before[-1].decode(encoding, "replace").removeprefix(_BOM)) + 1
    return Unreadable("undecodable", len(before), column, f"byte 0x{data[error.start]:02x} is not valid {encoding}")
