"""Changes names in the text of a scope, and finds in Python code the one literal that holds all of them."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from leastscope.grants.rows import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.grants.rows import Change

_LITERAL = re.compile(r"""[rRuU]?("{3}|'{3}|"|')([^\\"']+)\1""")
_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_BEFORE_A_DISPLAY = frozenset({"=", "(", ",", ":", "[", "{", "return"})


@dataclass(frozen=True, slots=True)
class Words:
    """The names in a region of a text, and the characters that may stand between names.

    In the query of a URL these may be `encoded`.
    """

    content: str
    start: int
    end: int
    separators: str
    encoded: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names in their order."""
        return tuple(self.content[start:end] for start, end in self._places())

    def without(self, name: str) -> Change | None:
        """Take out a name with what parts it from its neighbor; the last name of all stays."""
        places, names = self._places(), self.names
        if names.count(name) != 1 or len(names) < 2:
            return None
        at = names.index(name)
        if at + 1 < len(places):
            return (places[at][0], places[at + 1][0], "")
        return (places[at - 1][1], places[at][1], "")

    def replaced(self, name: str, other: str) -> Change | None:
        """Put another name in the place of one."""
        if self.names.count(name) != 1:
            return None
        start, end = self._places()[self.names.index(name)]
        return (start, end, other)

    def with_last(self, name: str) -> Change | None:
        """Put a name behind the last one, parted from it as the names before are."""
        places = self._places()
        if len(places) < 2:
            return None
        (_, before), (start, end) = places[-2:]
        return (end, end, self.content[before:start] + name)

    def _places(self) -> list[tuple[int, int]]:
        single = rf"[\s{re.escape(self.separators)}]"
        parts = [re.escape(quote(one)) for one in self.separators] if self.encoded else []
        between = re.compile("|".join([single, *parts]), re.IGNORECASE)
        edges = [(self.start, self.start), *(m.span() for m in between.finditer(self.content, self.start, self.end))]
        ends = [start for start, _ in edges[1:]] + [self.end]
        return [(start, end) for (_, start), end in zip(edges, ends, strict=True) if start < end]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def literal(self) -> re.Match[str] | None:
        """The parts of a string without escapes and prefixes that change it."""
        return _LITERAL.fullmatch(self.text) if self.kind == "STRING" else None


def scope_in_python(content: str, at: int, names: frozenset[str], separators: str) -> Words | Flow | None:
    """Give the literal around an offset if it holds just these names, as one string or as several in brackets.

    None where there is another one like it, so that it is not clear which one counts.
    """
    tokens = _tokens(content)
    index = next((number for number, token in enumerate(tokens) if token.start <= at < token.end), -1)
    found = tokens[index].literal if index >= 0 else None
    if found is None or [one[2] for token in tokens if (one := token.literal)].count(found[2]) != 1:
        return None
    flow = _display_around(content, tokens, index, names)
    if flow:
        return flow
    beside = [tokens[near].kind for near in (index - 1, index + 1) if 0 <= near < len(tokens)]
    words = Words(content, tokens[index].start + found.start(2), tokens[index].start + found.end(2), separators)
    alone = not any("STRING" in kind for kind in beside)
    return words if alone and frozenset(words.names) == names and len(words.names) == len(names) else None


def _display_around(content: str, tokens: Sequence[_Token], index: int, names: frozenset[str]) -> Flow | None:
    """Give the list, tuple or set that a string stands in, if its strings are just these names."""
    first = last = index
    while first > 0 and (tokens[first].kind == "STRING" or tokens[first].text == ","):
        first -= 1
    while last < len(tokens) and (tokens[last].kind == "STRING" or tokens[last].text == ","):
        last += 1
    inside = tokens[first + 1 : last]
    items = [token for token in inside if token.kind == "STRING"]
    written = [item.literal[2] for item in items if item.literal]
    parted = [token.kind for token in inside[1::2]] == ["OP"] * (len(inside) // 2)
    closing = _BRACKETS.get(tokens[first].text) if tokens[first - 1].text in _BEFORE_A_DISPLAY else None
    if not first or last == len(tokens) or tokens[last].text != closing or not parted:
        return None
    if len(written) != len(items) or len(written) != len(names) or frozenset(written) != names:
        return None
    places = tuple((item.start, item.end) for item in items)
    return Flow(content, "hash", places, tokens[first].end, tokens[last].start)


def _tokens(content: str) -> list[_Token]:
    """Give the tokens that count, none where the text is no Python."""
    starts = [0, *(match.end() for match in re.finditer("\n", content))]
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(content).readline):
            kind = tokenize.tok_name[token.type]
            if kind not in {"NL", "COMMENT", "INDENT", "DEDENT", "NEWLINE", "ENDMARKER"}:
                found.append(_Token(kind, token.string, starts[token.start[0] - 1] + token.start[1]))
    except (tokenize.TokenError, SyntaxError, IndexError, ValueError):
        return []
    return found if all(content.startswith(token.text, token.start) for token in found) else []
