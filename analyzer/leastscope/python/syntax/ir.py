"""A small, frozen form of a Python module: what the evaluator needs and nothing else.

Plain data that is cheap to write, to read back and to walk. The form of a file depends on its bytes alone. `start` and
`end` are offsets in code points into the decoded text; `Module.lines` turns them into lines and columns.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Annotated, Literal, TypeAlias

import msgspec

from leastscope.model import Span


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The place of a node: the offsets of its first character and of the one past its last, own parentheses excluded."""

    start: int
    end: int


class Name(Node, tag="n", frozen=True):
    id: str


class Constant(Node, tag="c", frozen=True):
    """A literal; adjacent strings are joined; bytes are decoded as Latin-1 and marked."""

    value: str | int | float | bool | None
    is_bytes: bool = False


class Attribute(Node, tag="a", frozen=True):
    value: Expr
    name: str


class Argument(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One argument of a call or base of a class; `star` is `*`, `**` or empty."""

    value: Expr
    keyword: str = ""
    star: Literal["", "*", "**"] = ""


class Call(Node, tag="k", frozen=True):
    func: Expr
    args: tuple[Argument, ...]


class Subscript(Node, tag="s", frozen=True):
    """`value[index]`; several indexes are a tuple; a slice is an `Opaque` of its parts."""

    value: Expr
    index: Expr


class Dict(Node, tag="d", frozen=True):
    """A dict display; a key of None is a `**` spread."""

    items: tuple[tuple[Expr | None, Expr], ...]


class Display(Node, tag="l", frozen=True):
    """A list, tuple or set display; its items may be `Starred`."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]


class Starred(Node, tag="*", frozen=True):
    value: Expr


class FString(Node, tag="f", frozen=True):
    """An f-string.

    Constants and the expressions of its replacement fields, in order; `plain` is false where a field has a format
    spec or a conversion other than `!s`, so that its text is not simply `str(value)`.
    """

    parts: tuple[Expr, ...]
    plain: bool = True


class Operation(Node, tag="o", frozen=True):
    """A binary or boolean operation; `op` as it is written (`+`, `%`, `or`, ..). Chains nest to the left."""

    op: str
    left: Expr
    right: Expr


class Compare(Node, tag="=", frozen=True):
    """`left op1 right1 op2 right2 ..`; operators as written, with one space (`not in`, `is not`)."""

    left: Expr
    rest: tuple[tuple[str, Expr], ...]


class Unary(Node, tag="u", frozen=True):
    op: str
    operand: Expr


class Conditional(Node, tag="?", frozen=True):
    test: Expr
    body: Expr
    orelse: Expr


class Lambda(Node, tag="λ", frozen=True):
    function: Function


class Clause(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One `for target in iterable if ..` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]


class Comprehension(Node, tag="g", frozen=True):
    """A comprehension or generator expression; `key` only for a dict."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expr | None
    value: Expr
    clauses: tuple[Clause, ...]


class Await(Node, tag="w", frozen=True):
    value: Expr


class Yield(Node, tag="y", frozen=True):
    value: Expr | None
    delegates: bool = False


class Walrus(Node, tag=":", frozen=True):
    target: str
    value: Expr


class Opaque(Node, tag="x", frozen=True):
    """An expression whose value is of no interest; its parts still are (a slice, a t-string, ..)."""

    parts: tuple[Expr, ...]


Expr: TypeAlias = (
    Name
    | Constant
    | Attribute
    | Call
    | Subscript
    | Dict
    | Display
    | Starred
    | FString
    | Operation
    | Compare
    | Unary
    | Conditional
    | Lambda
    | Comprehension
    | Await
    | Yield
    | Walrus
    | Opaque
)


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    name: str
    kind: Literal["positional", "either", "keyword", "*", "**"]
    default: Expr | None = None
    annotation: Expr | None = None


class Function(Node, tag="def", frozen=True):
    """A function or lambda (whose name is empty, and whose body is one `Return`)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    asynchronous: bool = False
    generator: bool = False


class Class(Node, tag="class", frozen=True):
    name: str
    bases: tuple[Argument, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...] = ()


class Evaluate(Node, tag="E", frozen=True):
    """An expression statement; `raise` and `del` are these too, one for each expression."""

    value: Expr


class Assign(Node, tag="A", frozen=True):
    """`target = other = value`; an annotated assignment or declaration has the annotation (and maybe no value)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


class Augment(Node, tag="+", frozen=True):
    """`target op= value`; `op` without the `=`."""

    target: Expr
    op: str
    value: Expr


class Return(Node, tag="R", frozen=True):
    value: Expr | None


class Leave(Node, tag="J", frozen=True):
    """The path ends here without a return: `raise` (after its cause), `break`, `continue`."""

    kind: Literal["raise", "break", "continue"]
    raised: Expr | None = None


class If(Node, tag="I", frozen=True):
    """`if`; `assert test, message` is one that raises the message where the test does not hold."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class For(Node, tag="F", frozen=True):
    target: Expr
    iterable: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    asynchronous: bool = False


class While(Node, tag="W", frozen=True):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class Handler(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One `except`; `type` is None for a bare one."""

    type: Expr | None
    name: str
    body: tuple[Stmt, ...]


class Try(Node, tag="T", frozen=True):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]


class With(Node, tag="H", frozen=True):
    """A `with` statement: each context expression with its target, if any."""

    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    asynchronous: bool = False


class Define(Node, tag="D", frozen=True):
    function: Function


class DefineClass(Node, tag="C", frozen=True):
    definition: Class


class Import(Node, tag="i", frozen=True):
    """`import module` (which binds its first part) or `import module as alias`; one for each name."""

    module: str
    alias: str = ""


class ImportFrom(Node, tag="m", frozen=True):
    """`from ..module import name as alias`; the alias is the name itself where there is none; `*` stands alone."""

    module: str
    level: Annotated[int, msgspec.Meta(ge=0, le=1_000)]
    names: tuple[tuple[str, str], ...]


class Declare(Node, tag="G", frozen=True):
    """`global` or `nonlocal`."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


class ValuePattern(Node, tag="pv", frozen=True):
    """A literal or dotted name to compare with."""

    value: Expr


class CapturePattern(Node, tag="pc", frozen=True):
    """A name to bind (empty: `_`), after the inner pattern matched, if there is one."""

    name: str
    inner: Pattern | None = None


class SequencePattern(Node, tag="ps", frozen=True):
    """A sequence; a star pattern is a `CapturePattern` marked in `star` by its index (-1: none)."""

    items: tuple[Pattern, ...]
    star: int = -1


class MappingPattern(Node, tag="pm", frozen=True):
    items: tuple[tuple[Expr, Pattern], ...]
    rest: str = ""


class ClassPattern(Node, tag="pk", frozen=True):
    cls: Expr
    args: tuple[Pattern, ...]
    keywords: tuple[tuple[str, Pattern], ...]


class OrPattern(Node, tag="po", frozen=True):
    options: tuple[Pattern, ...]


Pattern: TypeAlias = ValuePattern | CapturePattern | SequencePattern | MappingPattern | ClassPattern | OrPattern


class Case(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, tag="M", frozen=True):
    subject: Expr
    cases: tuple[Case, ...]


Stmt: TypeAlias = (
    Evaluate
    | Assign
    | Augment
    | Return
    | Leave
    | If
    | For
    | While
    | Try
    | With
    | Define
    | DefineClass
    | Import
    | ImportFrom
    | Declare
    | Match
)


class Module(msgspec.Struct, frozen=True, array_like=True):
    """One file.

    `lines` holds the offset of the first character of each line; `comments` those that address this tool, as
    (line, text); `inner` the offset of each `lambda` and `:=`, and of text that looks like one.
    """

    lines: tuple[int, ...]
    body: tuple[Stmt, ...]
    comments: tuple[tuple[int, str], ...] = ()
    inner: tuple[int, ...] = ()


class Unreadable(msgspec.Struct, frozen=True, array_like=True):
    """Why a file has no module: a kind (`syntax-error`, `too-deep`, `too-large`, `undecodable`), its place, and words."""

    kind: str
    line: int
    column: int
    reason: str


def span_of(lines: tuple[int, ...], path: str, start: int, end: int) -> Span:
    """The region from offset `start` to offset `end` of the file whose line starts are `lines`."""
    first = bisect_right(lines, start)
    last = bisect_right(lines, end)
    return Span(path, first, start - lines[first - 1] + 1, last, end - lines[last - 1] + 1)
