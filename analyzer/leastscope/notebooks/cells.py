"""The code of notebooks: the cells of one, joined in their order, are one module.

A run sees a notebook as that module. What it reports is put back into the file at its end: a place is the line of the
file in which the line of the cell stands, so that editors and services that annotate lines point at it, and messages say
which line of which cell that is. A cell is counted as the file does, text cells included.

Lines that are no Python are replaced, each by one line: a command of the shell is the call of `os.system` that it amounts
to, a text for something that is not known is given to `exec`, and what can send nothing is left out.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from leastscope.discover import NOTEBOOK_SUFFIX
from leastscope.document import LINE_BREAK, Leaf, Limits, ListNode, MapNode, is_broken, read_json, show
from leastscope.model import Finding, Gap, InputError, Span, Step
from leastscope.python.syntax.source import Text, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leastscope.document import Node

Value = TypeVar("Value")

_MAX_VALUES = 400_000
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"(?=[\s\S])([^\r\n]*)(\r\n|\r|\n|\Z)")
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.DOTALL)
_MAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?P<target>[\w.]+[ \t]*=[ \t]*)?"
    r"(?:(?P<shell>!{1,2}|%(?:system|sx)\b)|%(?P<timed>time|timeit)\b|%(?P<line>\w+))[ \t]*(?P<rest>.*)"
)
_HELP = re.compile(r"[ \t]*(?:\?{1,2}[\w.*%]+|[\w.*%]+\?{1,2})[ \t]*")
_OF_CELL = re.compile(r"[ \t]*%%(!|\w+)[ \t]*(.*)")
_OPTIONS = re.compile(r"(?:-\w+(?:[ \t]+\d+)?[ \t]+)*")
_PYTHON_CELLS = frozenset({"capture", "memit", "prun", "px", "pypy", "python", "python3", "time", "timeit"})
_SHELL_CELLS = frozenset({"!", "bash", "cmd", "script", "sh", "sx", "system"})
_SENDS_NOTHING = frozenset(
    {
        "aimport",
        "alias",
        "autoreload",
        "cd",
        "colors",
        "conda",
        "config",
        "env",
        "gui",
        "history",
        "load_ext",
        "logstart",
    }
    | {
        "ls",
        "matplotlib",
        "mkdir",
        "pdb",
        "pinfo",
        "pip",
        "precision",
        "pwd",
        "pylab",
        "reload_ext",
        "reset",
        "set_env",
    }
    | {"unload_ext", "uv", "who", "whos", "xmode"}
)
_COMMAND = re.compile(r"%%!|%{1,2}\w+|!{1,2}")
_CALLED = re.compile(r"'(?:exec|os\.system|os\.popen)'( runs code in(?= a text))?")
_MARKS = re.compile(r"""\\.?|\"{3}|'{3}|["'#]|[(\[{]|[)\]}]""")
_SHELL = "{}import os as __os; {}__os.{}({!r})"
_EXEC = "{}exec({!r})"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell: its numbers, its text as Python, and where that begins in the file.

    `raw` is how the file writes the line. `replaced` says that it is no Python, and that another text stands for it: that of
    the `command` (`%%bash`), if it has one. `problem` says what is wrong with a cell of another shape: the line stands for
    the whole cell, as a comment of the words in it.
    """

    cell: int
    number: int
    text: str
    file_line: int
    file_column: int
    raw: str
    replaced: bool
    command: str
    problem: str = ""

    def column(self, column: int) -> int:
        """Give the column of the file for one of the line; in a line that was replaced, for its beginning or its end."""
        if self.replaced:
            return self.file_column + (len(self.raw) if column > 1 else 0)
        if self.raw.isascii() and "\\" not in self.raw:
            return self.file_column + min(column - 1, len(self.raw))
        ends = [0, *(match.end() for match in _CHARACTER.finditer(self.raw))]
        return self.file_column + ends[min(column, len(ends)) - 1]


class Cell(NamedTuple):
    """A cell as Python, how many lines the cells before it have, and what is wrong with it if it has another shape."""

    before: int
    code: bytes
    problem: str


def cells_of(path: str, data: bytes) -> bytes | Gap:
    """Give the joined cells of a notebook as Python; a gap for one that has no cells."""
    lines = _lines(path, data)
    if isinstance(lines, InputError):
        return Gap("syntax-error", lines.span, "", f"the notebook cannot be read: {lines.message}")
    return _joined(lines)


def each_cell(path: str, data: bytes) -> tuple[Cell, ...]:
    """Give the cells that `cells_of` joins; none of a notebook that is broken."""
    lines = _lines(path, data)
    found: list[Cell] = []
    before = 0
    for _, group in groupby(() if isinstance(lines, InputError) else lines, key=lambda line: line.cell):
        own = [*group]
        found.append(Cell(before, _joined(own), own[0].problem))
        before += len(own)
    return tuple(found)


def _joined(lines: Iterable[Line]) -> bytes:
    return "".join(f"{line.text}\n" for line in lines).encode("utf-8", "surrogatepass")


def in_files(report: Value, contents: Callable[[str], bytes | None]) -> Value:
    """Put all places of a report that are in notebooks where they are in the files, and say the cell in messages.

    `contents` gives what a notebook holds, by its path.
    """
    known: dict[str, tuple[Line, ...]] = {}

    def lines_of(path: str) -> tuple[Line, ...]:
        if path not in known:
            data = contents(path)
            lines = () if data is None else _lines(path, data)
            known[path] = () if isinstance(lines, InputError) else lines
        return known[path]

    return cast("Value", _placed(report, lines_of))


def _placed(value: object, lines_of: Callable[[str], tuple[Line, ...]]) -> object:
    if isinstance(value, tuple):
        items = tuple(_placed(item, lines_of) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, Span):
        return _span(value, lines_of(value.path)) if value.path.endswith(NOTEBOOK_SUFFIX) else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    changes = {name: new for name, old in found.items() if (new := _placed(old, lines_of)) is not old}
    if isinstance(value, Finding | Gap | Step) and value.span.path.endswith(NOTEBOOK_SUFFIX):
        changes |= _said(value, _line_at(lines_of(value.span.path), value.span.line))
    return replace(value, **changes) if changes else value


def _said(value: Finding | Gap | Step, line: Line | None) -> dict[str, object]:
    """Say the cell in the words of a finding, a gap or a step."""
    if line is None:
        return {}
    name = "message" if isinstance(value, Finding) else "reason" if isinstance(value, Gap) else "note"
    words: str = getattr(value, name)
    end = "." if words.endswith(".") else ""
    if line.command:
        words = _CALLED.sub(lambda found: f"'{line.command}'{' is given' if found[1] else ''}", words, count=1)
    command = "the command in " if line.replaced else ""
    return {name: f"{words.removesuffix('.')} ({command}cell {line.cell}, line {line.number}){end}"}


def _span(span: Span, lines: tuple[Line, ...]) -> Span:
    first, last = _line_at(lines, span.line), _line_at(lines, span.end_line)
    if first is None or last is None:
        return span
    start = first.column(1 if first.replaced else span.column)
    end = last.column(span.end_column)
    return Span(span.path, first.file_line, start, last.file_line, max(end, start) if first is last else end)


def _line_at(lines: tuple[Line, ...], number: int) -> Line | None:
    return lines[min(number, len(lines)) - 1] if lines else None


def _lines(path: str, data: bytes) -> tuple[Line, ...] | InputError:
    """Give the lines of the code cells of a notebook in order, or why there are none."""
    if not data.strip():
        return ()
    root = read_json(path, data, Limits(len(data), _MAX_VALUES, strict=False))
    if isinstance(root, InputError):
        return root
    file_lines = LINE_BREAK.split(data.decode("utf-8-sig"))
    try:
        return tuple(
            line for number, cell in enumerate(_cells(root), 1) for line in _readable(number, cell, file_lines)
        )
    except _OtherShapeError as error:
        return InputError(error.node.span, error.expected)


class _OtherShapeError(Exception):
    """A notebook has something else where a notebook has cells or code."""

    def __init__(self, node: Node, expected: str) -> None:
        super().__init__(node, expected)
        self.node, self.expected = node, f"expected {expected}"


def _cells(root: Node) -> Iterator[Node]:
    """Give the cells of a notebook; those of the format before 4 are in worksheets."""
    top = _as(root, MapNode, "an object with the cells of a notebook")
    sheets = top.get("worksheets")
    holders = (
        [top] if sheets is None else [_map(sheet) for sheet in _as(sheets, ListNode, "a list of worksheets").items]
    )
    for holder in holders:
        _once(holder)
        cells = holder.get("cells")
        if cells is None:
            raise _OtherShapeError(holder, "the cells of a notebook")
        yield from _as(cells, ListNode, "a list of cells").items


def _once(node: MapNode) -> None:
    """Refuse an object with a key that stands in it again: which of the two counts is for its reader to say."""
    if again := node.again:
        raise _OtherShapeError(again.value, f"every key once, found {show(again.key)} again")


def _map(node: Node) -> MapNode:
    return _as(node, MapNode, "an object")


Kind = TypeVar("Kind", MapNode, ListNode)


def _as(node: Node, kind: type[Kind], expected: str) -> Kind:
    if not isinstance(node, kind):
        raise _OtherShapeError(node, expected)
    return node


def _readable(number: int, cell: Node, file_lines: list[str]) -> Iterator[Line]:
    """Give the lines of a cell; one of another shape is a comment with all its words, so that a search finds them."""
    try:
        yield from [*_cell(number, _map(cell), file_lines)]
    except _OtherShapeError as error:
        words = " ".join(word for text in _texts(cell) for word in _WORD.findall(text))
        span = error.node.span
        yield Line(
            number, 1, f"# {words}", span.line, span.column, "", replaced=False, command="", problem=error.expected
        )


def _texts(node: Node) -> Iterator[str]:
    """Give all strings of a tree, keys among them."""
    pending = [node]
    while pending:
        match pending.pop():
            case Leaf(_, value):
                yield value if isinstance(value, str) else ""
            case ListNode(_, items):
                pending += items
            case MapNode(_, entries):
                yield from (entry.key for entry in entries)
                pending += [entry.value for entry in entries]


def _cell(number: int, cell: MapNode, file_lines: list[str]) -> Iterator[Line]:
    """Give the lines of a cell; none where it holds no code."""
    _once(cell)
    kind = cell.get("cell_type")
    if not isinstance(kind, Leaf) or not isinstance(kind.value, str):
        raise _OtherShapeError(kind or cell, "a cell with its type")
    if kind.value != "code":
        return
    source = cell.get("source") or cell.get("input")
    if source is None:
        raise _OtherShapeError(cell, "a code cell with its source")
    pieces = source.items if isinstance(source, ListNode) else (source,)
    written = [*_written(pieces, file_lines)]
    texts = _python([text for text, *_ in written])
    for at, (text, (old, line, column, raw)) in enumerate(zip(texts, written, strict=True), 1):
        command = _COMMAND.search(old) if text != old else None
        yield Line(number, at, text, line, column, raw, text != old, command[0] if command else "")


def _written(pieces: Iterable[Node], file_lines: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """Give each line of some strings, which follow each other: its text, where it begins, and how that is written."""
    begun: list[str] = []
    line, column, raw = 0, 0, ""
    for piece in pieces:
        if not isinstance(piece, Leaf) or not isinstance(piece.value, str):
            raise _OtherShapeError(piece, "code in a string")
        if is_broken(piece.value):
            raise _OtherShapeError(piece, "whole characters, found half of a surrogate pair")
        span = piece.span
        written = file_lines[span.line - 1][span.column : span.end_column - 2]
        ends = [0, *(match.end() for match in _CHARACTER.finditer(written))]
        for match in _LINE.finditer(piece.value):
            if not begun:
                first, last = ends[match.start()], ends[match.end(1)]
                line, column, raw = span.line, span.column + 1 + first, written[first:last]
            begun.append(match[1])
            if match[2]:
                yield "".join(begun), line, column, raw
                begun = []
    if begun:
        yield "".join(begun), line, column, raw


def _python(lines: list[str]) -> list[str]:
    """Replace the lines of a cell that are no Python; a cell that is Python as it stands stays."""
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return lines
    whole = _OF_CELL.match(lines[first])
    if whole:
        return _of_cell(whole[1], whole[2], lines, first)
    if not any(_MAGIC.fullmatch(line) or _HELP.fullmatch(line) for line in lines) or _is_python("\n".join(lines)):
        return lines
    return [_line(line) if begins else line for line, begins in zip(lines, _beginnings(lines), strict=True)]


def _beginnings(lines: Iterable[str]) -> Iterator[bool]:
    """Say of each line whether a command may stand there: not in a string or in brackets, nor after a backslash."""
    quote, depth, goes_on = "", 0, False
    for line in lines:
        begins = not (quote or depth or goes_on)
        yield begins
        goes_on = False
        for mark in () if begins and _line(line) != line else _MARKS.findall(line):
            if mark[0] == "\\":
                goes_on = mark == "\\"
            elif quote:
                quote = "" if mark.startswith(quote) else quote
            elif mark == "#":
                break
            elif mark[0] in "\"'":
                quote = mark
            else:
                depth = max(depth + (1 if mark in "([{" else -1), 0)
        quote = quote if len(quote) > 1 or goes_on else ""


def _of_cell(name: str, rest: str, lines: list[str], first: int) -> list[str]:
    """Replace a cell that a word at its top gives to something else."""
    after = lines[first + 1 :]
    if name in _PYTHON_CELLS:
        head = rest if name == "time" or (name == "timeit" and not after) else ""
        return [*[""] * first, _OPTIONS.sub("", head, count=1), *_python(after)]
    text = "\n".join([rest, *after])
    called = _SHELL.format("", "", "system", text) if name in _SHELL_CELLS else _EXEC.format("", text)
    return [*[""] * first, called, *[""] * len(after)]


def _line(line: str) -> str:
    """Replace a line that is no Python."""
    if _HELP.fullmatch(line):
        return "pass"
    found = _MAGIC.fullmatch(line)
    if found is None:
        return line
    before = found["indent"] + (found["target"] or "")
    if found["shell"]:
        target = found["target"] or ""
        return _SHELL.format(found["indent"], target, "popen" if target else "system", found["rest"])
    if found["timed"]:
        return before + (_OPTIONS.sub("", found["rest"], count=1) or "pass")
    if found["line"] in _SENDS_NOTHING:
        return before + ("None" if found["target"] else "pass")
    return _EXEC.format(before, found["rest"])


def _is_python(text: str) -> bool:
    """Whether Python's parser takes a cell as it stands."""
    from leastscope.python.syntax.faults import looked_over  # noqa: PLC0415 - most notebooks need none of it
    from leastscope.python.syntax.prescan import Scanned  # noqa: PLC0415 - the same

    decoded = decode(text.encode("utf-8", "replace"))
    if not isinstance(decoded, Text) or not isinstance(looked_over(decoded), Scanned):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        return False
    return True
