"""A value with a name, or without: what is named once is written in its place, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from tools.metamorphic.edits import Change, Edit, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.metamorphic.source import Program, Source

_LITERALS = (cst.SimpleString, cst.ConcatenatedString, cst.Integer, cst.Float)
_IMMUTABLE = (cst.Name, cst.Attribute, *_LITERALS, cst.FormattedString)
_LAZY = (cst.Lambda, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp, cst.BooleanOperation, cst.IfExp)
_BARE = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.SimpleString, cst.Integer, cst.List, cst.Dict)
_PARTS = (
    *_IMMUTABLE,
    *(cst.List, cst.Dict, cst.Tuple, cst.Element, cst.DictElement, cst.Subscript, cst.SubscriptElement, cst.Index),
    *(cst.BinaryOperation, cst.FormattedStringExpression, cst.FormattedStringText, cst.Call, cst.Arg),
    *(cst.BaseBinaryOp, cst.Comma, cst.BaseParenthesizableWhitespace, cst.Newline, cst.Comment, cst.Dot),
    *(cst.LeftSquareBracket, cst.RightSquareBracket, cst.LeftCurlyBrace, cst.RightCurlyBrace, cst.AssignEqual),
    *(cst.LeftParen, cst.RightParen, cst.StarredDictElement, cst.Await),
)
"""What values are made of that can be moved to where they are used, calls only to the very next statement."""


def inline_variable(program: Program) -> Iterator[Change]:
    """`x = a.b` followed by the only use of the local `x` → `a.b` in its place."""
    for source in program.sources.values():
        for assign in source.of(cst.Assign):
            change = None if source.dynamic else _inlined(source, assign)
            if change:
                yield change


def _inlined(source: Source, assign: cst.Assign) -> Change | None:
    target = assign.targets[0].target
    statement = source.statement_of(assign)
    if statement is None or len(assign.targets) != 1 or not isinstance(target, cst.Name):
        return None
    scope = source.scopes.scope_of(target)
    bound, uses = source.scopes.bindings[scope][target.value], source.scopes.uses[scope][target.value]
    single = isinstance(scope, cst.FunctionDef) and len(bound) == len(uses) == 1
    if not single or target.value in source.scopes.declared or not _same_there(source, assign, uses[0], scope):
        return None
    value, use = assign.value, uses[0]
    text = source.code(value) if isinstance(value, _BARE) else f"({source.code(value)})"
    removed = source.line_start(source.start(statement)), source.line_after(source.end(statement))
    if "\n" in text or (source.in_template(use) and set(text) & set("\"'\\{}:!#")):
        return None
    edits = (Edit(source.path, *removed, ()), source.replaced(use, text))
    return Change(edits, merged={source.place(statement): source.place(use)})


def _same_there(source: Source, assign: cst.Assign, use: cst.Name, scope: cst.CSTNode) -> bool:
    """True where the value means the same at the use, and nothing happens earlier or later than before."""
    statement, value = source.statement_of(assign), assign.value
    around = list(source.around(use))
    block = source.parents[statement] if statement else None
    parts = [one for one in source.parents if source.inside(one, value)]
    if block not in around or source.scopes.scope_of(use) is not scope or not _movable(source, parts, scope):
        return False
    inner = around[: around.index(block)] if block else []
    if source.start(use) < source.end(value) or any(isinstance(one, (cst.While, cst.Try, cst.With)) for one in inner):
        return False
    calm = source.undisturbed(source.end(value), source.start(use))
    if any(isinstance(one, (cst.Call, cst.Await)) for one in parts):
        return calm and _next(source, statement, inner) and not _conditional(source, use)
    looped = any(isinstance(one, (cst.For, *_LAZY)) for one in inner)
    if all(isinstance(one, (*_LITERALS, cst.BaseParenthesizableWhitespace)) for one in parts):
        return True
    return calm and not looped and not _stores_between(source, assign, use)


def _movable(source: Source, parts: list[cst.CSTNode], scope: cst.CSTNode) -> bool:
    """True where a value is made of known parts, and none of its names is bound a second time in the function."""
    bindings = source.scopes.bindings[scope]
    names = [one.value for one in parts if isinstance(one, cst.Name)]
    return all(isinstance(one, _PARTS) for one in parts) and all(len(bindings.get(name, ())) <= 1 for name in names)


def _next(source: Source, statement: cst.CSTNode | None, inner: list[cst.CSTNode]) -> bool:
    """True where the use is in the next statement of the block, which is a simple one."""
    block = source.parents[statement] if statement else None
    if not inner or not isinstance(block, (cst.IndentedBlock, cst.Module)):
        return False
    body = list(block.body)
    index = next(place for place, one in enumerate(body) if one is statement)
    return body[index + 1] is inner[-1] and isinstance(inner[-1], cst.SimpleStatementLine)


def _conditional(source: Source, node: cst.CSTNode) -> bool:
    """True for a part of a statement that may not be evaluated, or more than once, or later."""
    for one in source.around(node):
        if isinstance(one, cst.BaseStatement):
            return not isinstance(one, cst.SimpleStatementLine)
        if isinstance(one, (*_LAZY, cst.Assert, cst.Comparison)):
            return True
    return True


def _stores_between(source: Source, assign: cst.Assign, use: cst.Name) -> bool:
    """True where an attribute or an item is set between a value and its use."""
    start, end = source.end(assign), source.start(use)
    stores = [*source.of(cst.Assign), *source.of(cst.AugAssign), *source.of(cst.Del)]
    return any(start < source.start(one) and source.end(one) < end for one in stores)


def extract_receiver(program: Program) -> Iterator[Change]:
    """`a.b.c.d()` → `t = a.b.c` and `t.d()`."""
    yield from _extracted(program, cst.Attribute, "receiver")


def extract_result(program: Program) -> Iterator[Change]:
    """`f(a).d()` → `t = f(a)` and `t.d()`."""
    yield from _extracted(program, cst.Call, "result")


def _extracted(program: Program, kind: type[cst.BaseExpression], word: str) -> Iterator[Change]:
    for source in program.sources.values():
        for number, call in enumerate(source.of(cst.Call)):
            receiver = call.func.value if isinstance(call.func, cst.Attribute) else call.func
            simple = isinstance(receiver, kind) and not receiver.lpar and receiver is not call.func
            if simple and not is_super(receiver) and not source.dynamic:
                yield from _named(source, receiver, source.fresh(word, number))


def extract_argument(program: Program) -> Iterator[Change]:
    """`f(…, {…})` → `t = {…}` and `f(…, t)`, also for texts; only where it is alone with names and constants."""
    for source in program.sources.values():
        for number, arg in enumerate(source.of(cst.Arg)):
            kinds = (cst.Dict, cst.SimpleString, cst.FormattedString, cst.List)
            if isinstance(arg.value, kinds) and not arg.value.lpar and not arg.star:
                yield from _named(source, arg.value, source.fresh("argument", number))


def _named(source: Source, value: cst.BaseExpression, new: str) -> Iterator[Change]:
    """Give a value a name in a statement of its own, where that is evaluated at the same time as before."""
    statement = statement_to_precede(source, value)
    if statement is None:
        return
    text = source.piece(*source.extent(value))
    opened, closed = ("(", ")") if "\n" in text.text else ("", "")
    after = f"{closed}\n{source.indent_at(statement)}"
    naming = (Fragment(f"{new} = {opened}", text.place), text, Fragment(after, text.place, steps=False))
    at = source.start(statement)
    yield Change((Edit(source.path, at, at, naming), source.replaced(value, new)))


def statement_to_precede(source: Source, value: cst.BaseExpression) -> cst.SimpleStatementLine | None:
    """Give the statement of a value before which it may be evaluated instead; None where that would change something."""
    statement = source.statement_of(value)
    if statement is None or source.in_class_body(statement) or _conditional(source, value) or source.in_template(value):
        return None
    if not source.undisturbed(source.start(statement), source.start(value)) or ":=" in source.code(statement):
        return None
    whole = not isinstance(statement.body[0], (cst.AugAssign, cst.Del)) and not source.indent_at(statement).strip()
    return statement if whole else None


def is_super(node: cst.BaseExpression) -> bool:
    """True for a call of `super`, which means something else outside of its method."""
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "super"
