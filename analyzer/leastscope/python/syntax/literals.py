"""What the literals of Python source mean: escapes, prefixes and digits, without `eval` and without warnings."""

from __future__ import annotations

import re
import sys
import unicodedata

_STRING = re.compile(r"""([A-Za-z]*)(\"""|'''|"|')(.*)\2""", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:(\n)|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^{}]*)\}|(.))", re.DOTALL
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LETTERS |= {quote: quote for quote in "\\'\""}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 100
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def evaluate_string(literal: str) -> tuple[str, bool]:
    """Give the value of one plain string literal, and whether it is bytes (then decoded as Latin-1)."""
    match = _STRING.fullmatch(literal)
    if match is None:
        return "", False
    prefix = match[1].lower()
    is_bytes = "b" in prefix
    return unescape(match[3], raw="r" in prefix, is_bytes=is_bytes), is_bytes


def unescape(body: str, *, raw: bool, is_bytes: bool) -> str:
    """Give the text between the quotes as the compiler sees it; a malformed escape stays as it is written.

    Half a surrogate pair becomes U+FFFD, because no such text can be written to a file.
    """
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if raw or "\\" not in body:
        return body
    return replaced(_ESCAPE.sub(_byte if is_bytes else _character, body))


def replaced(value: str) -> str:
    """Give a text in which each half of a surrogate pair is U+FFFD."""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def number(literal: str) -> int | float | None:
    """Give the value of a real number; None for one that is imaginary or does not fit into 64 bits."""
    digits = literal.replace("_", "").lower()
    if len(digits) > _LONGEST_NUMBER:
        return None
    if not digits.startswith(("0x", "0o", "0b")) and set(digits) & set(".e"):
        return float(digits)
    value = int(digits, 0)
    return value if _SMALLEST <= value <= _LARGEST else None


def _character(match: re.Match[str]) -> str:
    """One escape of a string."""
    line_end, octal, byte, short, long, name, letter = match.groups()
    if line_end is not None:
        return ""
    if octal is not None:
        return chr(int(octal, 8))
    if name is not None:
        return _named(name, match[0])
    if letter is not None:
        return _LETTERS.get(letter, match[0])
    point = int(byte or short or long, 16)
    return chr(point) if point <= sys.maxunicode else match[0]


def _byte(match: re.Match[str]) -> str:
    """One escape of a bytes literal, in which code points and names mean nothing."""
    line_end, octal, byte, short, long, name, letter = match.groups()
    if line_end is not None:
        return ""
    if octal is not None:
        return chr(int(octal, 8) & 0xFF)
    if byte is not None:
        return chr(int(byte, 16))
    if short is not None or long is not None or name is not None:
        return match[0]
    return _LETTERS.get(letter, match[0])


def _named(name: str, written: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return written
