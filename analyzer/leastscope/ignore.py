"""Which paths a `.gitignore` leaves out, decided at a cost that the patterns and the length of a name bound.

A scanned repository writes these patterns, so they are hostile: translated to ordinary regular expressions (as the
usual libraries do) a pattern such as `*a*a*a*a*b` takes minutes on one long file name. Here a path is matched segment
by segment, stars inside a segment never backtrack (`fnmatch` makes them atomic), and `**` is a set of positions. A walk
goes down one folder at a time and keeps the positions, so that no folder of a path is matched again for what is in it.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_RULES = 1_000
MAX_LINE = 500
MAX_WILDCARDS = 20
MAX_COST = 2_000
"""The largest sum of costs that may be in force at one place; callers refuse rules beyond it."""

_WILD = re.compile(r"[*?\[\\]")
_ESCAPED = re.compile(r"\\(.)")
_SPECIAL = re.compile(r"[*?\[\]\\]")
_STARS = re.compile(r"\*{2,}")
_ANY_DEPTH = "**"
# What one ignore file costs besides its wildcards: every file in force is asked about every path below it.
_FILE_COST = 5


class _Glob(NamedTuple):
    """A segment with wildcards, as a regular expression that is compiled only when a name has to be tried."""

    expression: str

    def matches(self, name: str) -> bool:
        return _compiled(self.expression).match(name) is not None


_Segment = str | _Glob
_Position = tuple[int, int]
"""A rule by its number, and which of its segments comes next."""


class _Rule(NamedTuple):
    """One line: `segments` stand for the whole path if `anchored`, else the only one for the last name."""

    segments: tuple[_Segment, ...]
    anchored: bool
    folders_only: bool
    negated: bool


class IgnoreRules(NamedTuple):
    """The rules of one ignore file, for the paths below the folder it stands in.

    `cost` bounds how many segments are tried for one name. `cut` says that there were more rules than are read. `names`
    and `globs` number the rules without a slash, the last ones first; `any_glob` finds every name that one of the
    latter may match, and only spares work.
    """

    cost: int
    cut: bool
    rules: tuple[_Rule, ...]
    names: Mapping[str, tuple[int, ...]]
    globs: tuple[tuple[int, _Glob], ...]
    any_glob: re.Pattern[str] | None

    def here(self) -> Reach:
        """Give what the rules say in the folder they stand in."""
        starts = {(number, 0) for number, rule in enumerate(self.rules) if rule.anchored}
        return self._reach({end for start in starts for end in self._past_depths(start)})

    def decide(self, path: str, is_folder: bool) -> bool | None:
        """Whether `path` (POSIX style, relative to the rules' folder) is ignored; None where no rule speaks of it."""
        *folders, name = path.split("/")
        reach = self.here()
        for folder in folders:
            reach = reach.below(folder)
        return reach.decide(name, is_folder)

    def _by_name(self, name: str) -> Iterator[int]:
        """Number the rules without a slash that match a name."""
        yield from self.names.get(name, ())
        if self.any_glob and self.any_glob.match(name):
            yield from (number for number, glob in self.globs if glob.matches(name))

    def _reach(self, positions: Iterable[_Position]) -> Reach:
        literal: dict[str, list[_Position]] = {}
        open_ends: list[tuple[_Position, _Segment]] = []
        for number, position in sorted(positions):
            segment = self.rules[number].segments[position]
            if isinstance(segment, str) and segment != _ANY_DEPTH:
                literal.setdefault(segment, []).append((number, position))
            else:
                open_ends.append(((number, position), segment))
        return Reach(self, literal, tuple(open_ends))

    def _past_depths(self, position: _Position) -> Iterator[_Position]:
        """Give a position and those reached by letting a `**` stand for no folder; one at the end stands for something."""
        number, at = position
        segments = self.rules[number].segments
        if at < len(segments):
            yield position
        while at < len(segments) - 1 and segments[at] == _ANY_DEPTH:
            at += 1
            yield number, at


class Reach(NamedTuple):
    """How far the path of one folder has got in the rules of an ignore file at or above it."""

    of: IgnoreRules
    literal: Mapping[str, list[_Position]]
    open_ends: tuple[tuple[_Position, _Segment], ...]

    @property
    def cost(self) -> int:
        """What the rules may cost for each name."""
        return self.of.cost

    def below(self, folder: str) -> Reach:
        """Give what the rules say one folder further down."""
        of = self.of
        if not of.rules:
            return self
        after = [*self._steps(folder)]
        return of._reach({end for position in after for end in of._past_depths(position)})  # noqa: SLF001 - its other half

    def decide(self, name: str, is_folder: bool) -> bool | None:
        """Whether what has this name in the folder is ignored; None where no rule speaks of it."""
        rules = self.of.rules
        if not rules:  # mostly: of the folders of a tree, one has rules, and the settings exclude nothing
            return None
        ends = (number for number, at in self._ends(name) if at == len(rules[number].segments))
        found = [*self.of._by_name(name), *ends]  # noqa: SLF001 - the same
        last = max((number for number in found if is_folder or not rules[number].folders_only), default=None)
        return None if last is None else not rules[last].negated

    def _steps(self, name: str) -> Iterator[_Position]:
        """Give the positions after one more name."""
        for number, at in self.literal.get(name, ()):
            yield number, at + 1
        for (number, at), segment in self.open_ends:
            if segment == _ANY_DEPTH:
                yield number, at
            elif isinstance(segment, _Glob) and segment.matches(name):
                yield number, at + 1

    def _ends(self, name: str) -> Iterator[_Position]:
        """Give the positions after a last name: a `**` that ends a rule is met by it."""
        yield from self._steps(name)
        yield from ((number, at + 1) for (number, at), segment in self.open_ends if segment == _ANY_DEPTH)


def parse_rules(lines: Iterable[str]) -> IgnoreRules:
    """Read the lines of an ignore file; what is too long to be meant, or no pattern, is passed over."""
    rules: list[_Rule] = []
    cut = False
    for line in lines:
        rule = _parse(line)
        if rule is None:
            continue
        if len(rules) >= MAX_RULES:
            cut = True
            break
        rules.append(rule)
    names: dict[str, list[int]] = {}
    globs: list[tuple[int, _Glob]] = []
    for number, rule in reversed([*enumerate(rules)]):
        segment = rule.segments[0]
        if rule.anchored:
            continue
        if isinstance(segment, str):
            names.setdefault(segment, []).append(number)
        else:
            globs.append((number, segment))
    wild = [
        segment for rule in rules for segment in rule.segments if segment == _ANY_DEPTH or not isinstance(segment, str)
    ]
    return IgnoreRules(
        cost=_FILE_COST + len(wild) if rules else 0,
        cut=cut,
        rules=tuple(rules),
        names={name: tuple(numbers) for name, numbers in names.items()},
        globs=tuple(globs),
        any_glob=re.compile("|".join(glob.expression for _, glob in globs)) if globs else None,
    )


def moved_pattern(pattern: str, folder: str) -> str:
    """Write a pattern that is relative to a folder as one that is relative to the folder above all; `folder` is a path."""
    if not folder:
        return pattern
    negated = "!" if pattern.startswith("!") else ""
    text = pattern.removeprefix("!")
    depth = "" if "/" in text.rstrip(" ").removesuffix("/") else "**/"
    literal = _SPECIAL.sub(r"\\\g<0>", folder)
    return f"{negated}/{literal}/{depth}{text.removeprefix('/')}"


def _without_trailing_spaces(line: str) -> str:
    """Remove the spaces at the end, but not one after a backslash."""
    text = line.rstrip(" ")
    return f"{text} " if text != line and text.endswith("\\") else text


def _parse(line: str) -> _Rule | None:
    text = _without_trailing_spaces(line.rstrip("\r\n"))
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


@lru_cache(2 * MAX_COST)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
