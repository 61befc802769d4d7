"""JSON with comments and trailing commas, as people write and paste it, read in one linear pass without recursion.

Everything else is strict: an error says what was expected and what was found, at its place.
"""

from __future__ import annotations

import json
import re

from leastscope.document.tree import DEFAULT_LIMITS, Builder, Limits, MalformedError, Node, Text, decode, show
from leastscope.model import InputError

_SPACE = re.compile(r"[ \t\r\n]+|//[^\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[\w$+\-.]+")
_WORDS = {"true": True, "false": False, "null": None}
_STRINGS = json.JSONDecoder()
_MAX_DIGITS = 1000
_STRING_ERRORS = {
    "Unterminated string starting at": "a closing quote",
    "Invalid control character at": "a closing quote or an escape such as \\n",
    "Invalid \\escape": 'one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
    "Invalid \\uXXXX escape": "four hexadecimal digits after \\u",
}


def read_json(path: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Node | InputError:
    """Read a JSON file (comments, trailing commas and a byte order mark allowed) into a tree."""
    text = decode(path, data, limits)
    if isinstance(text, InputError):
        return text
    try:
        return _Parser(text, limits).document()
    except MalformedError as problem:
        return text.error(problem)


def is_broken(text: str) -> bool:
    """Whether a text holds half of a surrogate pair, which no file in UTF-8 can."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


class _Parser:
    """Walks the text once; `separated` says that the innermost list or object may take another value now."""

    def __init__(self, text: Text, limits: Limits) -> None:
        self.content = text.content
        self.strict = limits.strict
        self.builder = Builder(text, limits)
        self.at = 0
        self.separated = True

    def document(self) -> Node:
        self.value("a value")
        while self.builder.depth:
            self.step("}" if self.builder.in_map else "]")
        if self.peek():
            raise self.unexpected("the end of the file")
        root = self.builder.root
        assert root is not None  # noqa: S101 - a value was read and nothing is open
        return root

    def step(self, closer: str) -> None:
        """Read one piece of the innermost list or object: its end, a comma, or a value with its key."""
        char = self.peek()
        if char == closer:
            self.at += 1
            self.builder.close(self.at)
            self.separated = False
        elif not self.separated:
            self.punctuation(",", f"',' or '{closer}'")
            self.separated = True
        elif closer == "}":
            self.key()
            self.value("a value")
        else:
            self.value("a value or ']'")

    def key(self) -> None:
        if self.peek() != '"':
            raise self.unexpected("a key in double quotes or '}'")
        start = self.at
        self.builder.key(self.string(), start, self.at)
        self.punctuation(":", "':'")

    def value(self, expected: str) -> None:
        char, start = self.peek(), self.at
        if char and char in "{[":
            self.at += 1
            self.builder.open(start, is_map=char == "{")
            self.separated = True
            return
        value = self.string() if char == '"' else self.number_or_word(expected)
        self.builder.leaf(value, start, self.at)
        self.separated = False

    def string(self) -> str:
        try:
            value, end = _STRINGS.raw_decode(self.content, self.at)
        except json.JSONDecodeError as error:
            raise self.bad_string(error) from None
        text = str(value)
        if self.strict and is_broken(text):
            raise MalformedError(self.at, end, "expected whole characters, found half of a surrogate pair")
        self.at = end
        return text

    def bad_string(self, error: json.JSONDecodeError) -> MalformedError:
        expected = _STRING_ERRORS.get(error.msg, "a string")
        end = min(error.pos + 1, len(self.content))
        if error.msg.startswith("Unterminated"):
            return MalformedError(self.at, self.at + 1, f"expected {expected}, found the end of the file")
        return MalformedError(error.pos, end, f"expected {expected}, found {show(self.content[error.pos : end])}")

    def number_or_word(self, expected: str) -> float | bool | None:
        word = _WORD.match(self.content, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        number = _NUMBER.fullmatch(word[0]) if word and len(word[0]) <= _MAX_DIGITS else None
        if not word or not number:
            raise self.unexpected(expected)
        self.at = word.end()
        return float(number[0]) if number[1] or number[2] else int(number[0])

    def punctuation(self, char: str, expected: str) -> None:
        if self.peek() != char:
            raise self.unexpected(expected)
        self.at += 1

    def peek(self) -> str:
        """Skip blanks and comments; give the next character, or "" at the end."""
        while True:
            blank = _SPACE.match(self.content, self.at)
            if blank:
                self.at = blank.end()
            elif self.content.startswith("/*", self.at):
                end = self.content.find("*/", self.at + 2)
                if end < 0:
                    raise MalformedError(self.at, self.at + 2, "expected '*/', found the end of the file")
                self.at = end + 2
            else:
                return self.content[self.at : self.at + 1]

    def unexpected(self, expected: str) -> MalformedError:
        """Say what stands here instead of what was expected."""
        if self.at >= len(self.content):
            return MalformedError(self.at, self.at, f"expected {expected}, found the end of the file")
        word = _WORD.match(self.content, self.at)
        end = word.end() if word else self.at + 1
        return MalformedError(self.at, end, f"expected {expected}, found {show(self.content[self.at : end])}")
