"""The positioned tree and what every reader of it shares: text with line numbers, caps, the builder.

Lines end at a line feed, a carriage return, or both. Columns count code points; a byte order mark counts for nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from leastscope.lines import LINE_BREAK
from leastscope.model import InputError, Scalar, Span

MAX_BYTES = 1_000_000
MAX_DEPTH = 200
MAX_NODES = 100_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may be: bytes, and values in it.

    Without `strict`, a key may stand in an object again, and a string may hold half of a surrogate pair.
    """

    size: int = MAX_BYTES
    values: int = MAX_NODES
    strict: bool = True


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, number, truth value or null; the span of a quoted string includes its quotes."""

    span: Span
    value: Scalar


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list; the span includes the brackets, where there are any."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of an object, as it is written, and its value."""

    key: str
    key_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class MapNode:
    """An object; its keys stand in the order of the file, and are distinct unless the reader was told otherwise."""

    span: Span
    entries: tuple[Entry, ...]

    @property
    def again(self) -> Entry | None:
        """The first entry whose key stands before it, if there is one."""
        seen: set[str] = set()
        for entry in self.entries:
            if entry.key in seen:
                return entry
            seen.add(entry.key)
        return None

    def entry(self, key: str) -> Entry | None:
        """Give the entry of a key, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def get(self, key: str) -> Node | None:
        """Give the value of a key, or None."""
        entry = self.entry(key)
        return entry.value if entry else None


Node = Leaf | ListNode | MapNode


class MalformedError(Exception):
    """The text breaks its format between two offsets; only the readers of this package raise and catch it."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(start, end, message)
        self.start, self.end, self.message = start, end, message


@dataclass(frozen=True, slots=True)
class Text:
    """The decoded text of a file, which turns offsets into places."""

    path: str
    content: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Give the place between two offsets (the end exclusive)."""
        line, end_line = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Span(self.path, line, start - self.starts[line - 1] + 1, end_line, end - self.starts[end_line - 1] + 1)

    def error(self, problem: MalformedError) -> InputError:
        """Put a problem of a reader at its place."""
        return InputError(self.span(problem.start, problem.end), problem.message)


@dataclass(slots=True)
class _Open:
    """A list or object whose end has not been met; `size` counts the values in it."""

    start: int
    is_map: bool
    size: int = 1
    key: tuple[str, Span] | None = None
    keys: dict[str, Span] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


class Builder:
    """Grows a tree from the events of a reader, without recursion, and enforces the caps."""

    def __init__(self, text: Text, limits: Limits = DEFAULT_LIMITS) -> None:
        self.text = text
        self.limits = limits
        self.root: Node | None = None
        self._open: list[_Open] = []

    @property
    def depth(self) -> int:
        """How many lists and objects are open."""
        return len(self._open)

    @property
    def in_map(self) -> bool:
        """Whether the innermost open thing is an object."""
        return bool(self._open) and self._open[-1].is_map

    @property
    def wants_key(self) -> bool:
        """Whether a key has to come next in the innermost object."""
        return self.in_map and self._open[-1].key is None

    def open(self, start: int, *, is_map: bool) -> None:
        """Begin a list or an object."""
        if len(self._open) == MAX_DEPTH:
            raise MalformedError(start, start + 1, f"expected at most {MAX_DEPTH} levels of nesting, found more")
        self._open.append(_Open(start, is_map))

    def key(self, key: str, start: int, end: int) -> None:
        """Take the key of the next value of the innermost object."""
        top, span = self._open[-1], self.text.span(start, end)
        if key in top.keys and self.limits.strict:
            first = top.keys[key]
            raise MalformedError(start, end, f"expected every key once, found {show(key)} again (line {first.line})")
        top.keys[key] = span
        top.key = (key, span)

    def leaf(self, value: Scalar, start: int, end: int) -> Leaf:
        """Add a value that holds no others."""
        leaf = Leaf(self.text.span(start, end), value)
        self.add(leaf, 1)
        return leaf

    def close(self, end: int) -> tuple[Node, int]:
        """End the innermost list or object; give it with the number of values in it."""
        top = self._open.pop()
        span = self.text.span(top.start, end)
        node = MapNode(span, tuple(top.entries)) if top.is_map else ListNode(span, tuple(top.items))
        self.add(node, top.size)
        return node, top.size

    def add(self, node: Node, size: int) -> None:
        """Put a finished value (of `size` values) into the innermost open thing, or make it the root."""
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        top.size += size
        if top.size > self.limits.values:
            most = self.limits.values
            raise MalformedError(top.start, top.start + 1, f"expected at most {most} values, found more")
        if top.key is not None:
            top.entries.append(Entry(*top.key, node))
            top.key = None
        else:
            top.items.append(node)


def decode(path: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Text | InputError:
    """Decode a file, which has to be UTF-8 and not too large."""
    if len(data) > limits.size:
        return InputError(Span(path, 1, 1, 1, 1), f"expected at most {limits.size} bytes, found {len(data)}")
    body = data.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _text(path, body.decode())
    except UnicodeDecodeError as error:
        before = _text(path, body[: error.start].decode())
        place = before.span(len(before.content), len(before.content))
        return InputError(place, f"expected UTF-8, found the byte 0x{body[error.start]:02x}")


def show(text: str) -> str:
    """Quote a piece of input for a message: short, on one line, without control characters."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def describe(node: Node) -> str:
    """Say what a value is, for the words after "found"."""
    match node:
        case MapNode():
            return "an object"
        case ListNode():
            return "a list"
        case Leaf(value=None):
            return "nothing (null)"
        case Leaf(value=bool() as value):
            return "true" if value else "false"
        case Leaf(value=str() as value):
            return f"the string {show(value)}"
        case Leaf(value=value):
            return f"the number {value}"


def _text(path: str, content: str) -> Text:
    return Text(path, content, (0, *(match.end() for match in LINE_BREAK.finditer(content))))
