"""The small form of files that Python's own parser reads, which takes less time and memory than LibCST.

Most files that are read only say what a class or function is: they name no system, and one that does imports them. Python's
parser takes a tenth of LibCST's time, so it reads these files, and those that are too dense for LibCST. It gives the same
small form. What it cannot tell the same way (f-strings, which Python's parser did not place before 3.12, syntax newer or
older than the running Python) LibCST tells.
"""

from __future__ import annotations

import ast
import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from leastscope.python.syntax import ir
from leastscope.python.syntax.faults import legible_code
from leastscope.python.syntax.literals import number, replaced
from leastscope.python.syntax.lower import lower_expression, lower_text
from leastscope.python.syntax.prescan import MOST_FOR_LIBCST, RefusedError, Scanned, scan
from leastscope.python.syntax.signs import COMPREHENSIONS, KINDS, OPERATORS
from leastscope.python.syntax.source import MARK, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leastscope.python.syntax.source import Text

_BLANK = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")
_LONGEST_NUMBER = 100
_MOST_CHARACTERS = 110_000
"""A file of no more cannot have too many tokens (`prescan.py`)."""
_MOST_LEVELS = 100
"""How deep a file may nest that nobody has looked over: far below what `prescan.py` allows."""
_NO_LIMIT = 10**9
_BLOCK = 3
"""How many levels a block counts for, as in `prescan.py`."""


def look(data: bytes) -> ir.Module | ir.Unreadable:
    """Give the small form of a file that is only looked at, or why it has none; never raises, whatever the bytes."""
    text = decode(data)
    if isinstance(text, ir.Unreadable):
        return text
    return _plain(text) or _parsed(data, by_python=True)


def parse(data: bytes) -> ir.Module | ir.Unreadable:
    """Give the small form of a file, or why it has none, by LibCST if it is not too dense; never raises."""
    return _parsed(data, by_python=False)


def _parsed(data: bytes, *, by_python: bool) -> ir.Module | ir.Unreadable:
    read = legible_code(data)
    if isinstance(read, ir.Unreadable):
        return read
    text, scanned = read
    is_dense = scanned.tokens > MOST_FOR_LIBCST
    if not is_dense and not by_python:
        return lower_text(text)
    found = _looked_at(text, scanned)
    return lower_text(text) if isinstance(found, ir.Unreadable) and not is_dense else found


def _plain(text: Text) -> ir.Module | None:
    """Give the small form of a file that is neither long nor deep and has no comment for this tool; None for any other.

    Such a file needs no pass over its tokens, which would take as long as its parse.
    """
    if len(text.text) > _MOST_CHARACTERS or MARK in text.text or "\0" in text.text:
        return None
    try:
        return ir.Module(text.lines, _Looking(text, _MOST_LEVELS).body(_tree(text).body), (), text.inner())
    except (MemoryError, RecursionError, RefusedError, SyntaxError, ValueError):
        return None


def _tree(text: Text) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.text)


def _looked_at(text: Text, scanned: Scanned) -> ir.Module | ir.Unreadable:
    """Give the small form by Python's parser, or what stands in the way: an error, or syntax that this Python lacks."""
    try:
        comments = tuple((text.line_of(offset), words) for offset, words in scanned.comments)
        return ir.Module(text.lines, _Looking(text).body(_tree(text).body), comments, text.inner())
    except SyntaxError as error:
        reason = "a syntax error, or syntax that the running Python does not know"
        return ir.Unreadable("syntax-error", error.lineno or 1, max(1, error.offset or 1), reason)
    except (MemoryError, RecursionError, ValueError):
        return ir.Unreadable("too-deep", 1, 1, "nested too deep to be read")


def _wide_lines(text: Text) -> dict[int, bytes]:
    """Give the lines, from 1, in which columns of bytes are not those of characters."""
    lines = (text.text[start:end] for start, end in pairwise((*text.lines, len(text.text))))
    return {number: line.encode() for number, line in enumerate(lines, 1) if not line.isascii()}


class _Looking:
    """One walk over the tree of one file; with `room`, it is not looked over, and at most so many levels deep."""

    def __init__(self, text: Text, room: int | None = None) -> None:
        self._text = text.text
        self._lines = text.lines
        self._wide = {} if text.text.isascii() else _wide_lines(text)
        self._yields = False
        self._room = _NO_LIMIT if room is None else room
        self._looked_over = room is None

    def _offset(self, line: int, column: int) -> int:
        """Give the offset of a place; Python counts the column in bytes of UTF-8."""
        data = self._wide.get(line)
        return self._lines[line - 1] + (column if data is None else len(data[:column].decode()))

    def _span(self, node: Any) -> tuple[int, int]:  # noqa: ANN401 - statements, expressions and patterns share no type with places
        first, last, lines = node.lineno, node.end_lineno, self._lines
        if self._wide and (first in self._wide or last in self._wide):
            return self._offset(first, node.col_offset), self._offset(last, node.end_col_offset)
        return lines[first - 1] + node.col_offset, lines[last - 1] + node.end_col_offset

    def _descend(self, levels: int) -> None:
        """Go some levels down; raises `RefusedError` where there are no more."""
        self._room -= levels
        if self._room < 0:
            raise RefusedError("too-deep", 0, "deeper than a file may be that is not looked over")

    def _after(self, offset: int) -> int:
        """Skip blanks, line ends and comments."""
        found = _BLANK.match(self._text, offset)
        return offset if found is None else found.end()

    def _before(self, node: ast.expr | ast.pattern, end: int) -> int:
        """Give where what a node is the last part of ends, without the blanks and comments before an offset."""
        at = last = self._span(node)[1]
        while (at := self._after(at)) < end:
            at += 1
            last = at
        return last

    # Statements

    def body(self, nodes: Iterable[ast.stmt]) -> tuple[ir.Stmt, ...]:
        found: list[ir.Stmt] = []
        self._descend(_BLOCK)
        for node in nodes:
            if type(node) is not ast.Pass:
                found += _STATEMENTS[type(node)](self, node)
        self._room += _BLOCK
        return tuple(found)

    def evaluate(self, node: ast.Expr) -> list[ir.Stmt]:
        return [ir.Evaluate(*self._span(node), self._expr(node.value))]

    def _evaluated(self, node: ast.expr) -> ir.Stmt:
        value = self._expr(node)
        return ir.Evaluate(value.start, value.end, value)

    def assert_(self, node: ast.Assert) -> list[ir.Stmt]:
        span, message = self._span(node), () if node.msg is None else (self._evaluated(node.msg),)
        return [ir.If(*span, self._expr(node.test), (), (*message, ir.Leave(*span, "raise")))]

    def del_(self, node: ast.Delete) -> list[ir.Stmt]:
        targets = node.targets
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple):
            targets = targets[0].elts
        return [self._evaluated(target) for target in targets]

    def raise_(self, node: ast.Raise) -> list[ir.Stmt]:
        raised = self._optional(node.exc)
        cause = () if node.cause is None else (self._evaluated(node.cause),)
        return [*cause, ir.Leave(*self._span(node), "raise", raised)]

    def leave(self, node: ast.Break | ast.Continue) -> list[ir.Stmt]:
        return [ir.Leave(*self._span(node), "break" if type(node) is ast.Break else "continue")]

    def return_(self, node: ast.Return) -> list[ir.Stmt]:
        return [ir.Return(*self._span(node), self._optional(node.value))]

    def assign(self, node: ast.Assign) -> list[ir.Stmt]:
        targets = tuple([self._expr(target) for target in node.targets])
        return [ir.Assign(*self._span(node), targets, self._expr(node.value))]

    def annotated(self, node: ast.AnnAssign) -> list[ir.Stmt]:
        annotation = self._expr(node.annotation)
        return [ir.Assign(*self._span(node), (self._expr(node.target),), self._optional(node.value), annotation)]

    def augment(self, node: ast.AugAssign) -> list[ir.Stmt]:
        return [
            ir.Augment(
                *self._span(node), self._expr(node.target), OPERATORS[type(node.op).__name__], self._expr(node.value)
            )
        ]

    def type_alias(self, node: Any) -> list[ir.Stmt]:  # noqa: ANN401 - Python 3.10 has no such node
        return [ir.Assign(*self._span(node), (self._expr(node.name),), self._expr(node.value))]

    def import_(self, node: ast.Import) -> list[ir.Stmt]:
        place = self._span(node)
        return [ir.Import(*place, item.name, item.asname or "") for item in node.names]

    def import_from(self, node: ast.ImportFrom) -> list[ir.Stmt]:
        names = tuple([(item.name, item.asname or item.name) for item in node.names])
        return [ir.ImportFrom(*self._span(node), node.module or "", node.level, names)]

    def declare(self, node: ast.Global | ast.Nonlocal) -> list[ir.Stmt]:
        kind: Literal["global", "nonlocal"] = "global" if type(node) is ast.Global else "nonlocal"
        return [ir.Declare(*self._span(node), kind, tuple(node.names))]

    def if_(self, node: ast.If) -> list[ir.Stmt]:
        branches = [node]
        while len(branches[-1].orelse) == 1 and type(branches[-1].orelse[0]) is ast.If:
            branches.append(branches[-1].orelse[0])
        self._descend(len(branches))
        orelse = self.body(branches[-1].orelse)
        for branch in reversed(branches):
            orelse = (ir.If(*self._span(branch), self._expr(branch.test), self.body(branch.body), orelse),)
        self._room += len(branches)
        return list(orelse)

    def while_(self, node: ast.While) -> list[ir.Stmt]:
        return [ir.While(*self._span(node), self._expr(node.test), self.body(node.body), self.body(node.orelse))]

    def for_(self, node: ast.For | ast.AsyncFor) -> list[ir.Stmt]:
        head = (self._expr(node.target), self._expr(node.iter))
        asynchronous = type(node) is ast.AsyncFor
        return [ir.For(*self._span(node), *head, self.body(node.body), self.body(node.orelse), asynchronous)]

    def try_(self, node: ast.Try) -> list[ir.Stmt]:
        handlers = tuple(
            [
                ir.Handler(self._optional(handler.type), handler.name or "", self.body(handler.body))
                for handler in node.handlers
            ]
        )
        rest = (self.body(node.orelse), self.body(node.finalbody))
        return [ir.Try(*self._span(node), self.body(node.body), handlers, *rest)]

    def with_(self, node: ast.With | ast.AsyncWith) -> list[ir.Stmt]:
        items = tuple([(self._expr(item.context_expr), self._optional(item.optional_vars)) for item in node.items])
        return [ir.With(*self._span(node), items, self.body(node.body), type(node) is ast.AsyncWith)]

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ir.Stmt]:
        decorators = tuple([self._expr(item) for item in node.decorator_list])
        parameters = self._parameters(node.args)
        returns = self._optional(node.returns)
        outer, self._yields = self._yields, False
        body = self.body(node.body)
        generator, self._yields = self._yields, outer
        start, end = self._span(node)
        asynchronous = type(node) is ast.AsyncFunctionDef
        function = ir.Function(start, end, node.name, parameters, body, decorators, returns, asynchronous, generator)
        return [ir.Define(start, end, function)]

    def class_(self, node: ast.ClassDef) -> list[ir.Stmt]:
        decorators = tuple([self._expr(item) for item in node.decorator_list])
        bases = (*map(self._argument, node.bases), *map(self._argument, node.keywords))
        start, end = self._span(node)
        return [ir.DefineClass(start, end, ir.Class(start, end, node.name, bases, self.body(node.body), decorators))]

    def _parameters(self, node: ast.arguments) -> tuple[ir.Parameter, ...]:
        found = [(item, "positional") for item in node.posonlyargs] + [(item, "either") for item in node.args]
        defaults: list[ast.expr | None] = [*[None] * (len(found) - len(node.defaults)), *node.defaults]
        if node.vararg is not None:
            found.append((node.vararg, "*"))
            defaults.append(None)
        found += [(item, "keyword") for item in node.kwonlyargs]
        defaults += node.kw_defaults
        if node.kwarg is not None:
            found.append((node.kwarg, "**"))
            defaults.append(None)
        return tuple(
            [self._parameter(item, kind, default) for (item, kind), default in zip(found, defaults, strict=True)]
        )

    def _parameter(self, node: ast.arg, kind: Any, default: ast.expr | None) -> ir.Parameter:  # noqa: ANN401 - one of the words above
        annotation = self._optional(node.annotation)
        return ir.Parameter(node.arg, kind, self._optional(default), annotation)

    def match_(self, node: ast.Match) -> list[ir.Stmt]:
        cases = tuple(
            [
                ir.Case(self._pattern(case.pattern), self._optional(case.guard), self.body(case.body))
                for case in node.cases
            ]
        )
        return [ir.Match(*self._span(node), self._expr(node.subject), cases)]

    # Patterns

    def _pattern(self, node: ast.pattern) -> ir.Pattern:
        self._descend(1)
        found = _PATTERNS[type(node)](self, node)
        self._room += 1
        return found

    def value_pattern(self, node: ast.MatchValue) -> ir.Pattern:
        value = self._expr(node.value)
        return ir.ValuePattern(value.start, value.end, value)

    def singleton_pattern(self, node: ast.MatchSingleton) -> ir.Pattern:
        place = self._span(node)
        return ir.ValuePattern(*place, ir.Constant(*place, node.value))

    def capture_pattern(self, node: ast.MatchAs | ast.MatchStar) -> ir.Pattern:
        inner = self._pattern(node.pattern) if isinstance(node, ast.MatchAs) and node.pattern is not None else None
        return ir.CapturePattern(*self._span(node), node.name or "", inner)

    def sequence_pattern(self, node: ast.MatchSequence) -> ir.Pattern:
        stars = [at for at, item in enumerate(node.patterns) if isinstance(item, ast.MatchStar)]
        items = tuple([self._pattern(item) for item in node.patterns])
        return ir.SequencePattern(*self._inside(node, node.patterns), items, stars[0] if stars else -1)

    def mapping_pattern(self, node: ast.MatchMapping) -> ir.Pattern:
        items = tuple(
            [(self._expr(key), self._pattern(item)) for key, item in zip(node.keys, node.patterns, strict=True)]
        )
        return ir.MappingPattern(*self._span(node), items, node.rest or "")

    def class_pattern(self, node: ast.MatchClass) -> ir.Pattern:
        args = tuple([self._pattern(item) for item in node.patterns])
        named = zip(node.kwd_attrs, node.kwd_patterns, strict=True)
        keywords = tuple([(name, self._pattern(item)) for name, item in named])
        return ir.ClassPattern(*self._span(node), self._expr(node.cls), args, keywords)

    def or_pattern(self, node: ast.MatchOr) -> ir.Pattern:
        return ir.OrPattern(*self._span(node), tuple([self._pattern(item) for item in node.patterns]))

    # Expressions

    def _expr(self, node: ast.expr) -> ir.Expr:
        if type(node) is ast.Name:  # most are
            return ir.Name(*self._span(node), node.id)
        self._room -= 1
        if self._room < 0:
            self._descend(0)
        found = _EXPRESSIONS[type(node)](self, node)
        self._room += 1
        return found

    def _optional(self, node: ast.expr | None) -> ir.Expr | None:
        return None if node is None else self._expr(node)

    def name(self, node: ast.Name) -> ir.Expr:
        return ir.Name(*self._span(node), node.id)

    def constant(self, node: ast.Constant) -> ir.Expr:
        start, end = self._span(node)
        value = node.value
        if isinstance(value, str):
            return ir.Constant(start, end, replaced(value))
        if isinstance(value, bytes):
            return ir.Constant(start, end, value.decode("latin-1"), is_bytes=True)
        if value is None or isinstance(value, bool):
            return ir.Constant(start, end, value)
        if isinstance(value, int | float):
            known = number(self._text[start:end]) if end - start > _LONGEST_NUMBER or abs(value) >= 2**62 else value
            return ir.Opaque(start, end, ()) if known is None else ir.Constant(start, end, known)
        return ir.Opaque(start, end, ())

    def string(self, node: ast.expr) -> ir.Expr:
        """An f-string or t-string: Python places its parts from 3.12 on only, and joins its text."""
        start, end = self._span(node)
        if not self._looked_over:
            scan(self._text[start:end])  # LibCST takes no text that nobody has looked over
        found, yields = lower_expression(self._text[start:end], start)
        self._yields |= yields
        return found

    def attribute(self, node: ast.Attribute) -> ir.Expr:
        return ir.Attribute(*self._span(node), self._expr(node.value), node.attr)

    def call(self, node: ast.Call) -> ir.Expr:
        given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        if node.args and node.keywords:
            given.sort(key=lambda one: (one.lineno, one.col_offset))
        return ir.Call(*self._span(node), self._expr(node.func), tuple([self._argument(one) for one in given]))

    def _argument(self, node: ast.expr | ast.keyword) -> ir.Argument:
        if isinstance(node, ast.keyword):
            return ir.Argument(self._expr(node.value), node.arg or "", "" if node.arg else "**")
        if type(node) is ast.Starred:
            return ir.Argument(self._expr(node.value), "", "*")
        return ir.Argument(self._expr(node))

    def subscript(self, node: ast.Subscript) -> ir.Expr:
        place = self._span(node)
        value = self._expr(node.value)
        index = node.slice
        if not isinstance(index, ast.Tuple) or not index.elts or self._is_enclosed(index, index.elts):
            return ir.Subscript(*place, value, self._index(index, place))
        items = [self._index(item, place) for item in index.elts]
        if len(items) == 1 and self._text[self._after(items[0].end)] != ",":
            return ir.Subscript(*place, value, items[0])
        return ir.Subscript(*place, value, ir.Display(items[0].start, items[-1].end, "tuple", tuple(items)))

    def _index(self, node: ast.expr, whole: tuple[int, int]) -> ir.Expr:
        """One index; a slice that is only colons has the place of the whole subscript."""
        if isinstance(node, ast.Starred):
            value = self._expr(node.value)
            return ir.Starred(value.start - 1, value.end, value)
        if not isinstance(node, ast.Slice):
            return self._expr(node)
        parts = tuple([self._expr(part) for part in (node.lower, node.upper, node.step) if part is not None])
        return ir.Opaque(parts[0].start, parts[-1].end, parts) if parts else ir.Opaque(*whole, ())

    def starred(self, node: ast.Starred) -> ir.Expr:
        return ir.Starred(*self._span(node), self._expr(node.value))

    def display(self, node: ast.Tuple | ast.List | ast.Set) -> ir.Expr:
        place = self._inside(node, node.elts) if isinstance(node, ast.Tuple) else self._span(node)
        return ir.Display(*place, KINDS[type(node).__name__], tuple([self._expr(item) for item in node.elts]))

    def _inside(self, node: ast.expr | ast.pattern, items: Sequence[Any]) -> tuple[int, int]:
        """The place of a tuple, without parentheses of its own."""
        start, end = self._span(node)
        if not self._is_enclosed(node, items):
            return start, end
        first = self._after(start + 1)
        return first, self._before(items[-1], end - 1) if items else first

    def _is_enclosed(self, node: ast.expr | ast.pattern, items: Sequence[Any]) -> bool:
        """Whether a tuple has parentheses: more are open before its first item than are closed behind it."""
        start, end = self._span(node)
        if self._text[start] != "(":
            return False
        if not items:
            return True
        inner, behind = self._span(items[0])
        at, opened = start, 0
        while at < inner and self._text[at] == "(":
            at, opened = self._after(at + 1), opened + 1
        at = self._after(behind)
        while at < end and self._text[at] == ")":
            at, opened = self._after(at + 1), opened - 1
        return opened > 0

    def dict(self, node: ast.Dict) -> ir.Expr:
        items = tuple(
            [(self._optional(key), self._expr(value)) for key, value in zip(node.keys, node.values, strict=True)]
        )
        return ir.Dict(*self._span(node), items)

    def binary(self, node: ast.BinOp) -> ir.Expr:
        return ir.Operation(
            *self._span(node), OPERATORS[type(node.op).__name__], self._expr(node.left), self._expr(node.right)
        )

    def boolean(self, node: ast.BoolOp) -> ir.Expr:
        """A chain, which nests to the left; each part of it ends behind the parentheses of its last operand."""
        start, end = self._span(node)
        sign = OPERATORS[type(node.op).__name__]
        self._descend(len(node.values))
        found = self._expr(node.values[0])
        for value in node.values[1:-1]:
            right = self._expr(value)
            behind = self._span(value)[1]
            while self._text[at := self._after(behind)] == ")":
                behind = at + 1
            found = ir.Operation(start, behind, sign, found, right)
        last = self._expr(node.values[-1])
        self._room += len(node.values)
        return ir.Operation(start, end, sign, found, last)

    def compare(self, node: ast.Compare) -> ir.Expr:
        left = self._expr(node.left)
        rest = [
            (OPERATORS[type(op).__name__], self._expr(value))
            for op, value in zip(node.ops, node.comparators, strict=True)
        ]
        return ir.Compare(*self._span(node), left, tuple(rest))

    def unary(self, node: ast.UnaryOp) -> ir.Expr:
        return ir.Unary(*self._span(node), OPERATORS[type(node.op).__name__], self._expr(node.operand))

    def conditional(self, node: ast.IfExp) -> ir.Expr:
        return ir.Conditional(*self._span(node), self._expr(node.test), self._expr(node.body), self._expr(node.orelse))

    def lambda_(self, node: ast.Lambda) -> ir.Expr:
        start, end = self._span(node)
        parameters = self._parameters(node.args)
        outer, self._yields = self._yields, False
        value = self._expr(node.body)
        generator, self._yields = self._yields, outer
        body = (ir.Return(value.start, value.end, value),)
        return ir.Lambda(start, end, ir.Function(start, end, "", parameters, body, generator=generator))

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> ir.Expr:
        place = self._span(node)
        if isinstance(node, ast.GeneratorExp):
            first = self._after(place[0] + 1)
            clause = node.generators[-1]
            place = (first, self._before((clause.iter, *clause.ifs)[-1], place[1] - 1))
        kind = COMPREHENSIONS[type(node).__name__]
        return ir.Comprehension(*place, kind, None, self._expr(node.elt), self._clauses(node.generators))

    def dict_comprehension(self, node: ast.DictComp) -> ir.Expr:
        key, value = self._expr(node.key), self._expr(node.value)
        return ir.Comprehension(*self._span(node), "dict", key, value, self._clauses(node.generators))

    def _clauses(self, nodes: Iterable[ast.comprehension]) -> tuple[ir.Clause, ...]:
        return tuple(
            [
                ir.Clause(self._expr(one.target), self._expr(one.iter), tuple([self._expr(test) for test in one.ifs]))
                for one in nodes
            ]
        )

    def await_(self, node: ast.Await) -> ir.Expr:
        return ir.Await(*self._span(node), self._expr(node.value))

    def yield_(self, node: ast.Yield | ast.YieldFrom) -> ir.Expr:
        self._yields = True
        return ir.Yield(*self._span(node), self._optional(node.value), type(node) is ast.YieldFrom)

    def walrus(self, node: ast.NamedExpr) -> ir.Expr:
        return ir.Walrus(*self._span(node), node.target.id, self._expr(node.value))


_STATEMENTS: dict[type[ast.AST], Callable[[_Looking, Any], list[ir.Stmt]]] = {
    ast.AnnAssign: _Looking.annotated,
    ast.Assert: _Looking.assert_,
    ast.Assign: _Looking.assign,
    ast.AsyncFor: _Looking.for_,
    ast.AsyncFunctionDef: _Looking.define,
    ast.AsyncWith: _Looking.with_,
    ast.AugAssign: _Looking.augment,
    ast.Break: _Looking.leave,
    ast.ClassDef: _Looking.class_,
    ast.Continue: _Looking.leave,
    ast.Delete: _Looking.del_,
    ast.Expr: _Looking.evaluate,
    ast.For: _Looking.for_,
    ast.FunctionDef: _Looking.define,
    ast.Global: _Looking.declare,
    ast.If: _Looking.if_,
    ast.Import: _Looking.import_,
    ast.ImportFrom: _Looking.import_from,
    ast.Match: _Looking.match_,
    ast.Nonlocal: _Looking.declare,
    ast.Raise: _Looking.raise_,
    ast.Return: _Looking.return_,
    ast.Try: _Looking.try_,
    ast.While: _Looking.while_,
    ast.With: _Looking.with_,
}
_PATTERNS: dict[type[ast.AST], Callable[[_Looking, Any], ir.Pattern]] = {
    ast.MatchAs: _Looking.capture_pattern,
    ast.MatchClass: _Looking.class_pattern,
    ast.MatchMapping: _Looking.mapping_pattern,
    ast.MatchOr: _Looking.or_pattern,
    ast.MatchSequence: _Looking.sequence_pattern,
    ast.MatchSingleton: _Looking.singleton_pattern,
    ast.MatchStar: _Looking.capture_pattern,
    ast.MatchValue: _Looking.value_pattern,
}
_EXPRESSIONS: dict[type[ast.AST], Callable[[_Looking, Any], ir.Expr]] = {
    ast.Attribute: _Looking.attribute,
    ast.Await: _Looking.await_,
    ast.BinOp: _Looking.binary,
    ast.BoolOp: _Looking.boolean,
    ast.Call: _Looking.call,
    ast.Compare: _Looking.compare,
    ast.Constant: _Looking.constant,
    ast.Dict: _Looking.dict,
    ast.DictComp: _Looking.dict_comprehension,
    ast.GeneratorExp: _Looking.comprehension,
    ast.IfExp: _Looking.conditional,
    ast.JoinedStr: _Looking.string,
    ast.Lambda: _Looking.lambda_,
    ast.List: _Looking.display,
    ast.ListComp: _Looking.comprehension,
    ast.Name: _Looking.name,
    ast.NamedExpr: _Looking.walrus,
    ast.Set: _Looking.display,
    ast.SetComp: _Looking.comprehension,
    ast.Starred: _Looking.starred,
    ast.Subscript: _Looking.subscript,
    ast.Tuple: _Looking.display,
    ast.UnaryOp: _Looking.unary,
    ast.Yield: _Looking.yield_,
    ast.YieldFrom: _Looking.yield_,
}
# Nodes that not every Python has; a tree holds them only where Python does.
_STATEMENTS |= {
    getattr(ast, name): visit
    for name, visit in (("TryStar", _Looking.try_), ("TypeAlias", _Looking.type_alias))
    if hasattr(ast, name)
}
_EXPRESSIONS |= {getattr(ast, name): _Looking.string for name in ("TemplateStr",) if hasattr(ast, name)}
