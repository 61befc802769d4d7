"""Which paths a `.gitignore` leaves out, decided in time linear in the length of the name.

A scanned repository writes these patterns, so they are hostile: translated to ordinary regular expressions (as the
usual libraries do) a pattern such as `*a*a*a*a*b` takes minutes on one long file name. Here a path is matched segment
by segment, stars inside a segment never backtrack (`fnmatch` makes them atomic), and `**` is a set of positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_RULES = 1_000
MAX_LINE = 500
MAX_WILDCARDS = 20

_WILD = re.compile(r"[*?\[\\]")
_UNESCAPED_TRAILING_SPACE = re.compile(r"(?<!\\) +$")
_ESCAPED = re.compile(r"\\(.)")
_STARS = re.compile(r"\*{2,}")
_ANY_DEPTH = "**"


@dataclass(frozen=True, slots=True)
class _Glob:
    """A segment with wildcards, as a regular expression that is compiled only when a name has to be tried."""

    expression: str

    def matches(self, name: str) -> bool:
        return _compiled(self.expression).match(name) is not None


_Segment = str | _Glob


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: `segments` stand for the whole path if `anchored`, else the only one for the last name."""

    segments: tuple[_Segment, ...]
    anchored: bool
    folders_only: bool
    negated: bool

    def matches(self, parts: Sequence[str], is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        if not self.anchored:
            return _same(self.segments[0], parts[-1])
        return _path_matches(self.segments, parts)


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules of one ignore file, for the paths below the folder it stands in.

    `_names` finds every name that a rule without a slash may match; `_firsts` are the literal first segments of the
    others, and `_anywhere` says that one of those starts with a wildcard. Both only spare work.
    """

    _rules: tuple[_Rule, ...]
    _names: re.Pattern[str] | None = field(repr=False)
    _firsts: frozenset[str] = field(repr=False)
    _anywhere: bool = field(repr=False)

    def decide(self, path: str, is_folder: bool) -> bool | None:
        """Whether `path` (POSIX style, relative to the rules' folder) is ignored; None where no rule speaks of it."""
        name = path.rpartition("/")[2]
        first = path.partition("/")[0]
        if not (self._anywhere or first in self._firsts or (self._names and self._names.match(name))):
            return None
        parts = path.split("/")
        for rule in reversed(self._rules):
            if rule.matches(parts, is_folder):
                return not rule.negated
        return None


def parse_rules(lines: Iterable[str]) -> IgnoreRules:
    """Read the lines of an ignore file; what is too long to be meant, or no pattern, is passed over."""
    rules: list[_Rule] = []
    names: list[str] = []
    for line in lines:
        if len(rules) >= MAX_RULES:
            break
        rule = _parse(line)
        if rule is None:
            continue
        rules.append(rule)
        if not rule.anchored:
            segment = rule.segments[0]
            names.append(re.escape(segment) + r"\Z" if isinstance(segment, str) else segment.expression)
    anchored = [rule.segments[0] for rule in rules if rule.anchored]
    return IgnoreRules(
        tuple(rules),
        re.compile("|".join(names)) if names else None,
        frozenset(first for first in anchored if isinstance(first, str)),
        any(first == _ANY_DEPTH or not isinstance(first, str) for first in anchored),
    )


def _parse(line: str) -> _Rule | None:
    text = _UNESCAPED_TRAILING_SPACE.sub("", line.rstrip("\r\n"))
    if not text or text.startswith("#") or len(text) > MAX_LINE:
        return None
    if len(_WILD.findall(text)) > MAX_WILDCARDS:
        return None
    negated = text.startswith("!")
    text = text[negated:]
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    anchored = "/" in text
    parts = text.removeprefix("/").split("/")
    if not all(parts):
        return None
    segments = tuple(_ANY_DEPTH if anchored and _STARS.fullmatch(part) else _segment(part) for part in parts)
    return _Rule(segments, anchored, folders_only, negated)


def _segment(text: str) -> _Segment:
    """Give a literal name or a glob; any text makes one, as `fnmatch` takes what is malformed literally."""
    if not _WILD.search(text):
        return text
    glob = _ESCAPED.sub(lambda match: f"[{match[1]}]" if match[1] in "*?[" else match[1], text.replace("[^", "[!"))
    return _Glob(translate(glob))


@lru_cache(MAX_RULES)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _same(segment: _Segment, name: str) -> bool:
    return segment == name if isinstance(segment, str) else segment.matches(name)


def _path_matches(segments: tuple[_Segment, ...], parts: Sequence[str]) -> bool:
    """Whether the segments match all the parts: keeps the set of the segments that may come next."""
    positions = _past_depths(segments, {0})
    for part in parts:
        open_ends = [p for p in positions if p < len(segments)]
        deeper = {p for p in open_ends if segments[p] == _ANY_DEPTH}
        reached = deeper | {p + 1 for p in open_ends if p in deeper or _same(segments[p], part)}
        positions = _past_depths(segments, reached)
        if not positions:
            return False
    return len(segments) in positions


def _past_depths(segments: tuple[_Segment, ...], positions: set[int]) -> set[int]:
    """Add the positions reached by letting a `**` stand for no folder; one at the end stands for something."""
    found = set(positions)
    for position in sorted(positions):
        following = position
        while following < len(segments) - 1 and segments[following] == _ANY_DEPTH:
            following += 1
            found.add(following)
    return found
