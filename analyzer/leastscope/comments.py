"""Comments that keep findings from counting: `# leastscope: ignore[missing-grant] the reason`.

Every such comment of a file is given, also one that does not count, which says why. What a finding is at its place is
not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from leastscope.document import LINE_BREAK, nearest, show
from leastscope.kinds import FINDINGS
from leastscope.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MARK = "leastscope:"
MAX_COMMENTS = 1000
"""Comments of one file that are read."""
_MAX_REASON = 500
_KINDS = {name: kind.name for kind in FINDINGS for name in (kind.name, kind.id)}
_ADDRESSED = re.compile(rf"(?:#|//)[ \t]*{MARK}[ \t]*([^\r\n]*)")
_IGNORE = re.compile(r"ignore(?![\w-])[ \t]*(?:\[([^\]]*)\])?(?!\s*\[)[ \t]*[-:]*[ \t]*(.*)")
_REQUIRES = re.compile(r"requires[ \t]*\[([^\]]*)\](?!\s*\[)[ \t]*[-:]*[ \t]*(.*)")
_OTHER_COMMENT = re.compile(r"[ \t](?:#|//)[ \t].*")
_OPENING = re.compile(r"[\s{\[(\-]*")
_STRING = r'"(?:[^"\\\r\n]+|\\[^\r\n])*"?'
_IN_JSON = re.compile(rf"{_STRING}|/\*.*?(?:\*/|\Z)|(//[^\r\n]*)", re.DOTALL)
_IN_OTHERS = re.compile(
    rf"(?<![^\s:,\[{{=(]){_STRING}|(?<![^\s:,\[{{=(])'[^'\r\n]*'?|(?:(?<=\s)|(?<![\s\S]))(#[^\r\n]*)"
)


@dataclass(frozen=True, slots=True, order=True)
class Suppression:
    """One comment. It is about the code of `line`, and about findings of `kinds` (none: of every kind).

    `problem` says why it does not count; it is empty where it does.
    """

    span: Span
    line: int
    kinds: frozenset[str]
    reason: str
    problem: str = ""
    what: str = "suppression"


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """One comment that states what a request needs: the permissions `names`, at the code of `line`.

    `problem` says why it does not count; it is empty where it does.
    """

    span: Span
    line: int
    names: tuple[str, ...]
    reason: str
    problem: str = ""


def statements(path: str, text: str, comments: Iterable[tuple[int, str]]) -> tuple[Statement, ...]:
    """Read the statements of a Python file; `comments` are its comments with their lines."""
    if MARK not in text:
        return ()
    lines = LINE_BREAK.split(text)
    following = _following(lines)
    found = []
    for number, comment in islice(comments, MAX_COMMENTS):
        addressed = _ADDRESSED.search(comment) if number <= len(lines) else None
        asked = _REQUIRES.fullmatch(addressed[1].strip()) if addressed else None
        if asked:
            span, about = _place(path, lines, following, number, comment)
            names = tuple(name for one in asked[1].split(",") if (name := one.strip()))
            reason = _OTHER_COMMENT.sub("", asked[2]).strip()[:_MAX_REASON]
            problem = "" if re.search(r"\w", reason) else "expected a reason after it, found none"
            problem = problem if names else "expected permissions in the brackets, found none"
            found.append(Statement(span, about, names, reason, problem))
    return tuple(found)


def suppressions(path: str, text: str, comments: Iterable[tuple[int, str]] | None = None) -> tuple[Suppression, ...]:
    """Read the suppressions of a file; `comments` are its comments with their lines, where somebody found them already."""
    if MARK not in text:
        return ()
    lines = LINE_BREAK.split(text)
    following = _following(lines)
    found = _found(path, text) if comments is None else comments
    stated = comments is not None
    read = (_read(path, lines, following, *one, stated=stated) for one in found if one[0] <= len(lines))
    return tuple(islice((one for one in read if one), MAX_COMMENTS))


def _found(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Find the comments of a file that is not Python by its name: JSON with `//`, anything else with `#`."""
    pattern = _IN_JSON if path.lower().endswith((".json", ".jsonc")) else _IN_OTHERS
    at, number = 0, 1
    for match in pattern.finditer(text):
        if match[1] and MARK in match[1]:
            number += len(LINE_BREAK.findall(text, at, match.start()))
            at = match.start()
            yield number, match[1]


def _read(  # noqa: PLR0913 - a comment, and what stands around it
    path: str, lines: Sequence[str], following: Sequence[int], number: int, comment: str, *, stated: bool
) -> Suppression | None:
    """Read one comment; None where it does not speak to us, or (in Python, `stated`) states what a request needs."""
    addressed = _ADDRESSED.search(comment)
    if not addressed or (stated and _REQUIRES.fullmatch(addressed[1].strip())):
        return None
    span, about = _place(path, lines, following, number, comment)
    asked = _IGNORE.fullmatch(addressed[1].strip())
    if not asked:
        problem = f"expected 'ignore[KIND] reason' after '{MARK}', found {show(addressed[1].strip())}"
        return Suppression(span, about, frozenset(), "", problem)
    names = [name.strip() for name in (asked[1] or "").split(",")] if asked[1] is not None else []
    reason = _OTHER_COMMENT.sub("", asked[2]).strip()[:_MAX_REASON]
    problem = _problem(names, reason)
    return Suppression(span, about, frozenset(_KINDS.get(name, name) for name in names), reason, problem)


def _place(path: str, lines: Sequence[str], following: Sequence[int], number: int, comment: str) -> tuple[Span, int]:
    """Give where a comment stands, and the line that it is about."""
    line = lines[number - 1]
    column = max(line.find(comment), 0)
    span = Span(path, number, column + 1, number, column + len(comment) + 1)
    return span, number if line[:column].strip() else following[number - 1]


def _problem(names: Sequence[str], reason: str) -> str:
    for name in names:
        if name not in _KINDS:
            near = nearest(name, (kind.name for kind in FINDINGS))
            hint = f"; did you mean {show(near)}?" if near else ""
            return f"expected a kind of finding in the brackets, found {show(name)}{hint}"
    return "" if re.search(r"\w", reason) else "expected a reason after it, found none"


def _following(lines: Sequence[str]) -> list[int]:
    """Give for each line what a comment that stands alone on it is about: the next line that says something itself.

    A comment with nothing behind it is about its own line.
    """
    found: list[int] = []
    next_line = 0
    for number in range(len(lines), 0, -1):
        found.append(next_line or number)
        text = lines[number - 1].strip()
        if text and not text.startswith(("#", "//")) and not _OPENING.fullmatch(text):
            next_line = number
    return found[::-1]
