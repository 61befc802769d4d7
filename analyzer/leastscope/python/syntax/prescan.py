r"""Refuses the few files that LibCST cannot take, before it sees them.

LibCST 1.9 recurses without a limit (brackets a few thousand deep end the process; code generation needs two Python
frames for each level), takes quadratic time for long chains (`a + b + ..`, `a.b().c()..`) and exponential time for
nested `case` patterns. So one linear pass over the tokens adds up how deep the tree at hand can be, and stops at a cap.
It must not refuse code that people write; what it lets through must cost seconds at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.syntax.source import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_BRACKETS = 100
_MOST_BLOCKS = 60
# Nodes above one another. Code generation takes two frames for each, of the thousand that Python allows.
_MOST_NODES = 350
# What one block (statement, clause, suite) and one `lambda` (with parameter and default) add to that.
_BLOCK = 3
_LAMBDA = 3
# Adjacent literals; LibCST gives up at three thousand.
_MOST_STRINGS = 2500
# Operators, separators, brackets, literals, keywords and lines. Python's parser and the small form take up to 1.5 KB for
# each, LibCST up to 5 KB and some 20 microseconds.
_MOST_TOKENS = 110_000
MOST_FOR_LIBCST = 22_000
"""Tokens of the densest file that LibCST parses; its tree and the rest of a scan stay below 300 MiB."""
# The sum of the depths of all tokens: what a file of many chains, each below the cap, may cost.
_MOST_WORK = 5_000_000
# Patterns are parsed anew for each bracket around them: twice, those of mappings four times.
_MOST_PATTERN_WORK = 2**17
_MAPPING_WORK = 2

# What stands before a token may be split into blanks and names in many ways, so a token that failed to match would be
# tried in all of them: exponential time. The last alternative takes any character, so that no attempt ever fails.
_TOKEN = re.compile(
    r"""
    (?:[ \t\f=]+ | (?!(?:and|await|else|for|if|in|is|lambda|not|or|yield)\b | [bBfFrRtTuU]{1,2}["'])[^\W\d]\w*)*
    (?:
      (\#[^\r\n]* | \\(?:\r\n|\r|\n) | \.\.\. | -> | :=)                         # 1 nothing to count
    | ((?:[rRuUbB] | [bB][rR] | [rR][bB])?(?:
          \"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\""" | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
        | "(?!"")[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*" | '(?!'')[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*')) # 2 string
    | ((?:[fFtT][rR]? | [rR][fFtT])(?:\"""|'''|"|'))                              # 3 start of an f-string
    | ([^\W\d]\w*)                                                                # 4 keyword
    | (\d(?:[eE][+-]\d|[\w.])*)                                                   # 5 number
    | ([(\[{])                                                                    # 6 opening bracket
    | ([)\]}])                                                                    # 7 closing bracket
    | ((?:\r\n|\r|\n)[ \t\f]*)                                                    # 8 end of a line, next indentation
    | ([,;])                                                                      # 9 end of an element
    | (:)                                                                         # 10 end of a head, a key, parameters
    | ([*/<>]{2} | [-+*/%@&|^~<>.] | [=!]=)                                       # 11 operator
    | (["'])                                                                      # 12 a string that does not end
    | (\Z)                                                                        # 13
    | (.))                                                                        # 14 nothing that Python knows
    """,
    re.VERBOSE | re.DOTALL,
)
_END = 13
_NUMBER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:0(?:_?0)*|[1-9](?:_?\d)*)[jJ]?"
    r"|(?=.*[.eEjJ])\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?"
)
_PIECES = {
    quote: re.compile(rf"\\N\{{[^{{}}\r\n]*\}}|\\(?:\r\n|[^{{}}])|\{{\{{|\}}\}}|[{{}}]|{quote}|{end}", re.DOTALL)
    for quote, end in (("'", r"[\r\n]|\Z"), ('"', r"[\r\n]|\Z"), ("'''", r"\Z"), ('"""', r"\Z"))
}
_SPECS = {quote: re.compile(rf"[{{}}]|{quote}|\Z") for quote in _PIECES}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_LINKS = {
    "lambda": _LAMBDA,
    **dict.fromkeys(("and", "await", "else", "for", "if", "in", "is", "not", "or", "yield"), 1),
}
_CASE = re.compile(r"case\b")


class RefusedError(Exception):
    """The file must not be parsed: the kind of `ir.Unreadable`, the offset, and the reason."""

    def __init__(self, kind: str, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one pass over the tokens of a file found.

    `strange` is the offset of the first thing that cannot be Python, if there is one; `tokens` is how many count;
    `comments` are the offsets and texts of those that address this tool.
    """

    strange: int | None
    tokens: int
    comments: tuple[tuple[int, str], ...]


def scan(text: str) -> Scanned:
    """Go over the tokens of a file.

    Raises `RefusedError` for a file that is too deep, and for an open bracket or string, which is surely an error.
    """
    scanner = _Scanner(text)
    scanner.run()
    return Scanned(scanner.strange, scanner.tokens, tuple(scanner.comments))


class _Level:
    """What is open: a bracket, the text of an f-string (`quote` is set), or one of its fields (both are)."""

    __slots__ = ("closer", "lambdas", "links", "loops", "offset", "quote", "strings", "weight")

    def __init__(self, closer: str, offset: int, quote: str = "", weight: int = 0) -> None:
        self.closer = closer
        self.offset = offset
        self.quote = quote
        self.weight = weight
        self.links = 0
        self.strings = 0
        # Commas inside the parameters of a lambda or the target of a loop end no element.
        self.lambdas = 0
        self.loops = False


class _Scanner:
    """The state of one pass; `_nodes` is an upper bound of how many nodes lie above the token at hand."""

    def __init__(self, text: str) -> None:
        self.strange: int | None = None
        self.tokens = 0
        self.comments: list[tuple[int, str]] = []
        self._text = text
        self._levels = [_Level("", 0)]
        self._blocks = [(0, 0)]
        self._elifs = [0]
        self._nodes = 0
        self._work = 0
        self._pattern_work = 0
        self._in_case = False
        self._at = 0
        self._actions: tuple[Callable[[str, int], None], ...] = (
            *(self._skip, self._skip, self._string, self._formatted, self._keyword, self._number, self._open),
            *(self._close, self._line, self._comma, self._colon, self._operator, self._endless),
            *(self._skip, self._unknown),  # the end of the file never gets here
        )

    def run(self) -> None:
        search, actions, text = _TOKEN.search, self._actions, self._text
        left = _MOST_TOKENS - text.count("=")
        match = search(text)
        while match is not None:
            kind = match.lastindex or 0
            left -= 1
            if left < 0:
                raise RefusedError("too-large", match.start(kind), f"more than {_MOST_TOKENS:,} tokens")
            if kind == _END:
                break
            self._at = match.end()
            actions[kind](match[kind], match.start(kind))
            match = search(text, self._at)
        self.tokens = _MOST_TOKENS - left
        if len(self._levels) > 1:
            level = self._levels[-1]
            raise RefusedError("syntax-error", level.offset, f"{self._text[level.offset]!r} was never closed")

    # What each token does

    def _skip(self, piece: str, offset: int) -> None:
        """Comments, continued lines and the like count for nothing; those that address this tool are kept."""
        if piece.startswith("#") and MARK in piece:
            self.comments.append((offset, piece))

    def _string(self, _piece: str, offset: int) -> None:
        level = self._levels[-1]
        level.strings += 1
        if level.strings > _MOST_STRINGS:
            raise RefusedError("too-deep", offset, f"more than {_MOST_STRINGS} adjacent strings")

    def _operator(self, _piece: str, offset: int) -> None:
        self._link(1, offset)

    def _keyword(self, piece: str, offset: int) -> None:
        self._link(_LINKS.get(piece, 0), offset)
        level = self._levels[-1]
        if piece == "lambda":
            level.lambdas += 1
        elif piece == "for":
            level.loops = True
        elif piece == "in":
            level.loops = False

    def _number(self, piece: str, offset: int) -> None:
        if self.strange is None and _NUMBER.fullmatch(piece) is None:
            self.strange = offset

    def _open(self, piece: str, offset: int) -> None:
        weight = self._levels[-1].weight
        if self._in_case:
            weight += _MAPPING_WORK if piece == "{" else 1
            self._pattern_work += 1 << weight
            if self._pattern_work > _MOST_PATTERN_WORK:
                raise RefusedError("too-deep", offset, "patterns are nested too deep")
        self._link(1, offset)
        self._push(_Level(_CLOSERS[piece], offset, weight=weight))

    def _close(self, piece: str, offset: int) -> None:
        level = self._levels[-1]
        if level.closer != piece:
            raise RefusedError("syntax-error", offset, f"{piece!r} closes nothing")
        self._pop()
        if level.quote:
            self._text_pieces()

    def _comma(self, _piece: str, _offset: int) -> None:
        level = self._levels[-1]
        if not level.lambdas and not level.loops:
            self._forget(level)

    def _colon(self, _piece: str, _offset: int) -> None:
        level = self._levels[-1]
        if level.lambdas:
            level.lambdas -= 1
        elif level.quote:
            self._text_pieces()

    def _endless(self, _piece: str, offset: int) -> None:
        raise RefusedError("syntax-error", offset, "a string that does not end")

    def _unknown(self, piece: str, offset: int) -> None:
        conversion = piece == "!" and self._levels[-1].quote
        if self.strange is None and not conversion:
            self.strange = offset

    # F-strings

    def _formatted(self, piece: str, offset: int) -> None:
        self._string(piece, offset)
        self._push(_Level("", offset, piece.lstrip("fFtTrR")))
        self._text_pieces()

    def _text_pieces(self) -> None:
        """Go through text of an f-string, or a format spec, to where code goes on: in a field, or after its end."""
        while True:
            level = self._levels[-1]
            match = (_SPECS if level.closer else _PIECES)[level.quote].search(self._text, self._at)
            if match is None or match[0] in {"", "\r", "\n"} or (level.closer and match[0] == level.quote):
                raise RefusedError("syntax-error", level.offset, "an f-string that does not end")
            self._at = match.end()
            if match[0] == level.quote:
                return self._pop()
            if match[0] == "{":
                self._link(1, match.start())
                return self._push(_Level("}", match.start(), level.quote))
            if match[0] == "}" and level.closer:
                self._pop()

    # Lines and blocks

    def _line(self, piece: str, _offset: int) -> None:
        if len(self._levels) == 1 and self._text[self._at : self._at + 1] not in {"", "#", "\r", "\n"}:
            level = self._levels[0]
            self._forget(level)
            level.lambdas, level.loops = 0, False
            self._indent(piece)
            self._branch()
            self._in_case = _CASE.match(self._text, self._at) is not None

    def _indent(self, piece: str) -> None:
        """Open or close blocks, by the width of the indentation with tabs of eight and of one."""
        blanks = piece.lstrip("\r\n").rpartition("\f")[2]
        width = (len(blanks.expandtabs(8)), len(blanks))
        closed = False
        while width[0] < self._blocks[-1][0]:
            self._blocks.pop()
            self._nodes -= _BLOCK + self._elifs.pop()
            closed = True
        block = self._blocks[-1]
        if width != block:
            consistent = width[0] > block[0] and width[1] > block[1] and not closed
            if self.strange is None and not consistent:
                self.strange = self._at
            self._blocks.append(width)
            self._elifs.append(0)
            self._nodes += _BLOCK
        if len(self._blocks) > _MOST_BLOCKS:
            raise RefusedError("too-deep", self._at, f"more than {_MOST_BLOCKS} blocks inside one another")

    def _branch(self) -> None:
        """Each `elif` lies inside the one before it."""
        if self._text.startswith("elif", self._at):
            self._elifs[-1] += 1
            self._add(1, self._at)
        elif not self._text.startswith("else", self._at):
            self._nodes -= self._elifs[-1]
            self._elifs[-1] = 0

    # The count

    def _link(self, count: int, offset: int) -> None:
        """Count that what this level holds lies `count` nodes deeper."""
        self._levels[-1].links += count
        self._add(count, offset)

    def _forget(self, level: _Level) -> None:
        """End an element; the next one starts anew."""
        self._nodes -= level.links
        level.links = level.strings = 0

    def _push(self, level: _Level) -> None:
        self._levels.append(level)
        self._add(1, level.offset)
        self._work += self._nodes  # what is in brackets is parsed more than once
        if len(self._levels) > _MOST_BRACKETS:
            raise RefusedError("too-deep", level.offset, f"more than {_MOST_BRACKETS} brackets inside one another")

    def _pop(self) -> None:
        self._nodes -= self._levels.pop().links + 1

    def _add(self, count: int, offset: int) -> None:
        self._nodes += count
        self._work += self._nodes
        if self._nodes > _MOST_NODES:
            raise RefusedError("too-deep", offset, f"more than {_MOST_NODES} operations inside one another")
        if self._work > _MOST_WORK:
            raise RefusedError("too-deep", offset, "too many long or deep expressions")
