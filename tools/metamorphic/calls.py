"""The same calls, written or made in another way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from tools.metamorphic.edits import Change, Edit, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.metamorphic.source import Program, Source

_FRAME = re.compile(r"\b(super|warn|getframe|stack|inspect|isinstance|print)\b|__|:=")
"""What is sensitive to the function it stands in, or not worth it."""


def wrap_call(program: Program) -> Iterator[Change]:
    """`x = a.f(1, b=2)` → `def w(p0, b): return a.f(p0, b=b)` before it, and `x = w(1, b=2)`."""
    for source in program.sources.values():
        for number, call in enumerate(source.of(cst.Call)):
            change = None if source.dynamic else _wrapped(source, call, source.fresh("wrapped", number), closure=True)
            if change:
                yield change


def wrap_receiver(program: Program) -> Iterator[Change]:
    """`x = a.f(1)` → `def w(o, p0): return o.f(p0)` before it, and `x = w(a, 1)`."""
    for source in program.sources.values():
        for number, call in enumerate(source.of(cst.Call)):
            change = None if source.dynamic else _wrapped(source, call, source.fresh("wrapped", number), closure=False)
            if change:
                yield change


def _wrapped(source: Source, call: cst.Call, new: str, *, closure: bool) -> Change | None:
    statement, func = source.statement_of(call), source.code(call.func)
    if statement is None or not _whole(source, call) or source.in_class_body(statement) or _FRAME.search(func):
        return None
    names = _parameters(call.args)
    busy = "(" in func
    if names is None or source.indent_at(statement).strip() or call.func.lpar or "await" in func or "yield" in func:
        return None
    if closure and (busy and any("(" in source.code(arg) for arg in call.args)):
        return None
    words = set(re.findall(r"\w+", func))
    if closure and not _steady(source, call):
        return None
    if words & {name.lstrip("*") for name, _ in names} or (not closure and not isinstance(call.func, cst.Attribute)):
        return None
    return _with_wrapper(source, call, statement, new, names) if closure else _handed(source, call, new, names)


def _steady(source: Source, call: cst.Call) -> bool:
    """True where every name of what is called is bound once, so that a function sees what the statement saw."""
    for name in (one for one in source.of(cst.Name) if source.inside(one, call.func)):
        bound = [names[name.value] for names in source.scopes.bindings.values() if name.value in names]
        if any(len(one) > 1 for one in bound):
            return False
    return True


def _whole(source: Source, call: cst.Call) -> bool:
    """True where a call is all that a statement evaluates, awaited or not."""
    parent = source.parents[call]
    if isinstance(parent, cst.Await):
        parent = source.parents[parent]
    return isinstance(parent, (cst.Expr, cst.Return)) or (
        isinstance(parent, cst.Assign) and all(isinstance(one.target, cst.Name) for one in parent.targets)
    )


def _parameters(args: Sequence[cst.Arg]) -> list[tuple[str, str]] | None:
    """For each argument the parameter that takes it and how that is handed on; None for forms that are rare."""
    found, kinds = [], []
    for index, arg in enumerate(args):
        named = arg.keyword.value if arg.keyword else f"p{index}"
        found.append((arg.star + named, f"{named}={named}" if arg.keyword else arg.star + named))
        kinds.append("=" if arg.keyword else arg.star)
    ordered = kinds == sorted(kinds, key=["", "*", "=", "**"].index)
    bare = any(isinstance(arg.value, cst.GeneratorExp) for arg in args)
    return found if ordered and not bare and kinds.count("*") <= 1 and kinds.count("**") <= 1 else None


def _with_wrapper(
    source: Source, call: cst.Call, statement: cst.CSTNode, new: str, names: list[tuple[str, str]]
) -> Change:
    taken, passed = ", ".join(name for name, _ in names), ", ".join(text for _, text in names)
    func = source.piece(*source.extent(call.func))
    indent = source.indent_at(statement)
    definition = (
        Fragment(f"def {new}({taken}): return (", func.place, steps=False),
        func,
        Fragment(f")({passed})\n{indent}", source.place(call.func), steps=False),
    )
    at = source.start(statement)
    return Change((Edit(source.path, at, at, definition), source.replaced(call.func, new)))


def _handed(source: Source, call: cst.Call, new: str, names: list[tuple[str, str]]) -> Change | None:
    """A wrapper at the end of the file that is given the receiver."""
    if not isinstance(call.func, cst.Attribute) or call.func.value.lpar:
        return None
    receiver, method = source.piece(*source.extent(call.func.value)), call.func.attr.value
    taken, passed = ", ".join(["given", *(name for name, _ in names)]), ", ".join(text for _, text in names)
    if "\n" in receiver.text or any(name == "given" for name, _ in names):
        return None
    place = source.place(call)
    statement = source.statement_of(call)
    indent = source.indent_at(statement) if statement else ""
    at = source.start(statement) if statement else 0
    head = Fragment(f"def {new}({taken}): return given.{method}({passed})\n{indent}", place, steps=False)
    start, end = source.end(call.func.value), source.end(call.func)
    first = source.inserted(source.start(call.func), f"{new}(")
    opening = source.text.find("(", end) + 1
    comma = ", " if call.args else ""
    rest = Edit(source.path, start, opening, (Fragment(comma, place, steps=False),))
    return Change((Edit(source.path, at, at, (head,)), first, rest))


def keyword_to_dict(program: Program) -> Iterator[Change]:
    """`f(a=1, b=2)` → `f(**{"a": 1, "b": 2})`."""
    for source in program.sources.values():
        for call in source.of(cst.Call):
            change = None if source.in_template(call) else _with_dict(source, call)
            if change:
                yield change


def _with_dict(source: Source, call: cst.Call) -> Change | None:
    named = [arg for arg in call.args if arg.keyword]
    rest = call.args[len(call.args) - len(named) :] if not any(arg.star == "**" for arg in call.args) else ()
    if not named or list(rest) != named:
        return None
    edits = []
    for index, arg in enumerate(named):
        assert arg.keyword is not None  # noqa: S101 - for the type checker
        start, end = source.start(arg.keyword), source.text.index("=", source.end(arg.keyword)) + 1
        opened = "**{" if index == 0 else ""
        text = Fragment(f'{opened}"{arg.keyword.value}": ', source.place(arg.keyword), steps=False)
        edits.append(Edit(source.path, start, end, (text,)))
    return Change((*edits, source.inserted(_end_of(source, named[-1]), "}")))


def _end_of(source: Source, arg: cst.Arg) -> int:
    """Where an argument ends, with the parentheses its value may stand in."""
    end = source.end(arg.value)
    for _ in arg.value.rpar:
        end = source.text.index(")", end) + 1
    return end
