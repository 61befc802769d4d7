"""Takes items out of lists and puts items into them, in the text of a document whose other characters stay as they are.

It knows commas, comments, quotes and indentation, and nothing of permissions. Where it does not understand how a list is
written it gives None. Whoever uses it reads the changed text again: a mistake here must not become a wrong edit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from leastscope.document import LINE_BREAK, Leaf, ListNode, MapNode
from leastscope.grants.sections import with_last_section, without_section
from leastscope.grants.writing import quoted_json, quoted_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leastscope.document import Entry, Node
    from leastscope.document.tree import Text
    from leastscope.model import Span

Change: TypeAlias = tuple[int, int, str]
"""Replace what stands between two offsets by a text."""
Comments: TypeAlias = Literal["json", "hash"]
Language: TypeAlias = Literal["json", "yaml", "toml"]

_COMMENTS = {"json": re.compile(r"//[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/"), "hash": re.compile(r"#[^\r\n]*")}
_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")
_LINE_END = re.compile(r"[^\r\n]*")
_DASH = re.compile(r"( *)-( +)")
_OPENED = re.compile(r"[ \t]*:(?=[ \t]*(?:#[^\r\n]*)?[\r\n])")
_PUNCTUATION = re.compile(r"[\s{},:=]*")
_NAME = re.compile(r"[A-Za-z_][\w.:-]*", re.ASCII)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_LINE_BREAK_AT_END = re.compile(r"(?:\r\n|\r|\n)\Z")


def apply(content: str, changes: Sequence[Change]) -> str:
    """Give a text with changes that do not overlap."""
    for start, end, new in sorted(changes, reverse=True):
        content = content[:start] + new + content[end:]
    return content


def offset(text: Text, line: int, column: int) -> int:
    """Give the offset of a place."""
    return text.starts[line - 1] + column - 1


def ends(text: Text, span: Span) -> tuple[int, int]:
    """Give the offsets of a region."""
    return offset(text, span.line, span.column), offset(text, span.end_line, span.end_column)


def quoted(name: str, like: str) -> str | None:
    """Write a name in the quotes of another value, as it stands in the text; None where that is no simple one."""
    if not _NAME.fullmatch(name):
        return None
    if like[:1] in {'"', "'"}:
        return f"{like[0]}{name}{like[0]}" if like[0] == like[-1] else None
    return name if _NAME.fullmatch(like) else None


@dataclass(frozen=True, slots=True)
class Flow:
    """A list in brackets: the regions of its items, and where its inside begins and ends; offsets of `content`.

    `comments` says how comments are written: `json` (as in JavaScript) or `hash`.
    """

    content: str
    comments: Comments
    items: tuple[tuple[int, int], ...]
    start: int
    end: int

    def without(self, index: int) -> list[Change] | None:
        """Take out an item, with its comma, and with its line if it has one of its own."""
        start, end = self.items[index]
        comma, before = self._comma(index), self._comma(index - 1) if index else -1
        if comma is None or before is None:
            return None
        if comma >= 0:
            return [self._widened(start, comma + 1)]
        if self._begins_line(start):
            end = self._commented(end)
        if before < 0:
            return [self._widened(start, end)]
        if not self.content[before + 1 : start].strip():
            return [(before, end, "")]
        return [(before, before + 1, ""), self._widened(start, end)]

    def with_last(self, item: str) -> list[Change] | None:
        """Put an item behind the last one, on a line of its own if that one has one."""
        if not self.items:
            return None if self.content[self.start : self.end].strip() else [(self.start, self.end, item)]
        start, end = self.items[-1]
        comma = self._comma(len(self.items) - 1)
        if comma is None:
            return None
        behind = comma + 1 if comma >= 0 else end
        if self._begins_line(start) and self._ends_line(behind):
            first = _line_start(self.content, start)
            line = f"{_line_break(self.content)}{self.content[first:start]}{item}"
            put = self._commented(behind)
            if comma >= 0:
                return [(put, put, f"{line},")]
            return [(end, end, f",{line}")] if put == end else [(end, end, ","), (put, put, line)]
        if "/" in self.content[end : self.end] or "#" in self.content[end : self.end]:
            return None  # whose comment that is, is not clear
        return [(behind, behind, f" {item}," if comma >= 0 else f", {item}")]

    def _comma(self, index: int) -> int | None:
        """Give the offset of the comma behind an item, -1 if there is none, None if other things stand there."""
        comma, at = -1, self._skipped(self.items[index][1])
        if self.content[at : at + 1] == ",":
            comma, at = at, self._skipped(at + 1)
        return comma if at == (self.items[index + 1][0] if index + 1 < len(self.items) else self.end) else None

    def _skipped(self, at: int) -> int:
        """Give the offset of what follows blanks, line breaks and comments."""
        while True:
            start = _end_of(_SPACE, self.content, at)
            at = _end_of(_COMMENTS[self.comments], self.content, start)
            if at == start:
                return at

    def _widened(self, start: int, end: int) -> Change:
        """Widen what is taken out to the whole line if nothing but its comment is left there, else to a blank."""
        first = _line_start(self.content, start)
        blank = not self.content[first:start].strip()
        if blank and self._ends_line(end):
            return _line_cut(self.content, first, self._commented(end))
        end = _end_of(_BLANK, self.content, end)
        if not blank and (end == self.end or self.content[end : end + 1] in {"\r", "\n"}):
            while self.content[start - 1] in " \t":
                start -= 1
        return (start, end, "")

    def _begins_line(self, start: int) -> bool:
        first = _line_start(self.content, start)
        return first >= self.start and not self.content[first:start].strip()

    def _ends_line(self, end: int) -> bool:
        """Whether nothing but a comment stands behind an offset on its line, which is inside the list."""
        end = self._commented(end)
        return not _rest(self.content, end) and _next_line(self.content, end) <= self.end

    def _commented(self, end: int) -> int:
        """Give the end of the comments behind an offset, if nothing else stands on the line, else the offset."""
        at = _end_of(_BLANK, self.content, end)
        while (found := _end_of(_COMMENTS[self.comments], self.content, at)) > at:
            last, at = found, _end_of(_BLANK, self.content, found)
            if not _rest(self.content, last):
                return end if LINE_BREAK.search(self.content, end, last) else last
        return end


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a document; `entry` is the key whose value it is, `language` that of the document."""

    text: Text
    node: ListNode
    entry: Entry | None
    language: Language

    @property
    def flow(self) -> Flow | None:
        """The list as one in brackets; None where it has none."""
        start, end = ends(self.text, self.node.span)
        if self.text.content[start : start + 1] != "[" or self.text.content[end - 1] != "]":
            return None
        items = tuple(ends(self.text, item.span) for item in self.node.items)
        return Flow(self.text.content, "json" if self.language == "json" else "hash", items, start + 1, end - 1)

    def without(self, index: int) -> list[Change] | None:
        """Take out an item."""
        if self.language == "toml" and not self.flow:
            return without_section(self.text, self.node, index)
        return self.flow.without(index) if self.flow else self._without_line(index)

    def with_last(self, name: str, key: str, other: str, text: str = "") -> list[Change] | None:
        """Put a name behind the last item, written like the items that are there.

        Where items are objects, `key` is that of the name, and `other` that of a text; or "".
        """
        values = {other: text, key: name}
        if self.language == "toml" and not self.flow:
            return self._with_last_section(name, key, values)
        likes = (made for item in reversed(self.node.items) if (made := self._like(item, key, values)))
        item = next(likes, None) or self._new(key, other, values)
        if item is None:
            return None
        return self.flow.with_last(item) if self.flow else self._with_last_line(item)

    def _with_last_section(self, name: str, key: str, values: Mapping[str, str]) -> list[Change] | None:
        order = [entry.key for item in self.node.items[-1:] if isinstance(item, MapNode) for entry in item.entries]
        keys = order if {*order} == values.keys() else [key, *(values.keys() - {key})]
        if not _NAME.fullmatch(name) or len(keys) != len(values):
            return None
        return with_last_section(self.text, self.node, [(one, self._text(values[one])) for one in keys])

    def _without_line(self, index: int) -> list[Change] | None:
        """Take out the lines of an item that has a dash; a list without items keeps brackets."""
        content, place = self.text.content, self._lines(index)
        if place is None:
            return None
        taken = _line_cut(content, place[0], place[1])
        if len(self.node.items) > 1:
            return [taken]
        opened = self.entry and _OPENED.match(content, ends(self.text, self.entry.key_span)[1])
        if not opened:
            return None
        start = opened.end()
        return [(start, taken[1], " []")] if start == taken[0] else [(start, start, " []"), taken]

    def _with_last_line(self, item: str) -> list[Change] | None:
        content, place = self.text.content, self._lines(len(self.node.items) - 1)
        if place is None:
            return None
        dash = _DASH.match(content, place[0])
        end = _end_of(_LINE_END, content, place[1])
        return [(end, end, f"{_line_break(content)}{dash[0]}{item}")] if dash else None

    def _lines(self, index: int) -> tuple[int, int] | None:
        """Give the offset of the first line of an item that has a dash there, and of its end; None for other shapes."""
        item = self.node.items[index]
        first = self.text.starts[item.span.line - 1]
        dash = _DASH.match(self.text.content, first)
        end = self._end(item)
        if dash is None or dash.end() != ends(self.text, item.span)[0] or end is None:
            return None
        rest = self.text.content[end : _end_of(_LINE_END, self.text.content, end)]
        return (first, end) if not rest.strip() or re.match(r"[ \t]+#", rest) else None

    def _end(self, node: Node) -> int | None:
        """Give the end of what is written of a value; None where lines of a text follow."""
        start, end = ends(self.text, node.span)
        if isinstance(node, Leaf):
            return None if self.text.content[start : start + 1] in {"|", ">"} else end
        if self.text.content[end - 1 : end] in {"]", "}"}:
            return end
        parts = [entry.value for entry in node.entries] if isinstance(node, MapNode) else list(node.items)
        found = [-1 if (one := self._end(part)) is None else one for part in parts]
        return None if -1 in found else max(found, default=None)

    def _like(self, item: Node, key: str, values: Mapping[str, str]) -> str | None:
        """Write an item with other values, of which the one of `key` is a name; None where it has anything else."""
        content, (start, _) = self.text.content, ends(self.text, item.span)
        end = self._end(item)
        if isinstance(item, Leaf):
            return None if key else quoted(values[key], content[slice(*ends(self.text, item.span))])
        if (
            not isinstance(item, MapNode)
            or end is None
            or {entry.key for entry in item.entries} != values.keys() - {""}
        ):
            return None
        written = ""
        for entry in item.entries:
            key_start, key_end = ends(self.text, entry.key_span)
            value_start, value_end = ends(self.text, entry.value.span)
            value = self._value(entry, values[entry.key], is_name=entry.key == key)
            between = content[start:key_start], content[key_end:value_start]
            if value is None or not all(_PUNCTUATION.fullmatch(part) for part in between):
                return None
            written += content[start:value_start] + value
            start = value_end
        return written + content[start:end] if _PUNCTUATION.fullmatch(content, start, end) else None

    def _value(self, entry: Entry, new: str, *, is_name: bool) -> str | None:
        like = self.text.content[slice(*ends(self.text, entry.value.span))]
        if not isinstance(entry.value, Leaf) or not isinstance(entry.value.value, str):
            return None
        if is_name:
            return quoted(new, like)
        if not new:
            return like[0] * 2 if like[:1] in {'"', "'"} else '""'
        return self._text(new)

    def _text(self, text: str) -> str:
        return quoted_json(text) if self.language == "json" else quoted_yaml(text)

    def _new(self, key: str, other: str, values: Mapping[str, str]) -> str | None:
        """Write an item of which there is no example."""
        name, text = values[key], self._text(values.get(other, ""))
        if not _NAME.fullmatch(name):
            return None
        if not key:
            return f'"{name}"'
        if self.flow:
            pair = "{} = {}" if self.language == "toml" else '"{}": {}'
            pairs = [(key, f'"{name}"'), *([(other, text)] if other else [])]
            return f"{{{', '.join(pair.format(*one) for one in pairs)}}}"
        dash = _DASH.match(self.text.content, self.text.starts[self.node.items[-1].span.line - 1])
        indent = " " * len(dash[0]) if dash else ""
        return f"{key}: {name}" + (f"{_line_break(self.text.content)}{indent}{other}: {text}" if other else "")


def _end_of(pattern: re.Pattern[str], content: str, at: int) -> int:
    """Give the end of a pattern that may stand at an offset, else the offset."""
    match = pattern.match(content, at)
    return match.end() if match else at


def _line_cut(content: str, first: int, at: int) -> Change:
    """Take out the lines from the one that begins at an offset to that of another offset.

    The line break in front goes with them, not the one behind: some editors move the beginning of a region behind the
    blanks that its line begins with.
    """
    before = _LINE_BREAK_AT_END.search(content, max(first - 2, 0), first)
    return (before.start() if before else first, _end_of(_LINE_END if before else _LINE, content, at), "")


def _rest(content: str, at: int) -> str:
    return content[at : _end_of(_LINE_END, content, at)].strip()


def _line_start(content: str, at: int) -> int:
    return max(content.rfind("\n", 0, at), content.rfind("\r", 0, at)) + 1


def _next_line(content: str, at: int) -> int:
    """Give the offset of the line behind the one of an offset."""
    return _end_of(_LINE, content, at)


def _line_break(content: str) -> str:
    match = LINE_BREAK.search(content)
    return match[0] if match else "\n"
