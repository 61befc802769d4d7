"""Functions and methods of another kind: asynchronous ones, and functions in place of methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from tools.metamorphic.edits import Change, Edit, Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.metamorphic.source import Program, Source

Calls = list[tuple["Source", cst.Call]]
_NOT_FREE = (cst.Lambda, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp, cst.FormattedString)
_IN_CLASS = re.compile(r"\bsuper\b|__")
_LONG_DOCSTRING = re.compile(r"""^[^\n]*:\s*\n\s*(\"{3}|'{3})""")


def make_async(program: Program) -> Iterator[Change]:
    """`def f` → `async def f` where every call can be awaited: in functions that become `async` too, or `async` ones.

    It is one change for all functions: they need each other.
    """
    calls = dict(_candidates(program))
    while True:
        left = {node: found for node, found in calls.items() if all(_awaitable(one, calls) for one in found[1])}
        if len(left) == len(calls):
            break
        calls = left
    for group in _groups(calls):
        edits: list[Edit] = []
        for node in group:
            source, found = calls[node]
            edits.append(source.inserted(source.start(node), "async "))
            for where, call in found:
                edits += _awaited(where, call)
        yield Change(tuple(edits))


def _candidates(program: Program) -> Iterator[tuple[cst.FunctionDef, tuple[Source, Calls]]]:
    """Functions and private methods whose uses are all known, with the calls of each."""
    for source in program.sources.values():
        yields = {source.function_of(one) for one in source.of(cst.Yield)}
        for node in source.of(cst.FunctionDef):
            if node.asynchronous or node.decorators or node in yields or source.dynamic:
                continue
            found = _calls_of(program, source, node)
            if found is not None:
                yield node, (source, found)


def _calls_of(program: Program, source: Source, node: cst.FunctionDef) -> Calls | None:
    """Every call of a function; None where it may be used in other ways."""
    scope, name = source.scopes.scope_of(node.name), node.name.value
    if name in program.quoted or name in source.scopes.declared or name.startswith("__"):
        return None
    if isinstance(scope, cst.ClassDef):
        return _calls_of_method(program, source, node, scope)
    if not isinstance(scope, cst.Module) or len(source.scopes.bindings[scope][name]) != 1:
        return None
    uses = source.scopes.uses[scope][name]
    calls = [source.parents[use] for use in uses]
    direct = [one for one, use in zip(calls, uses, strict=True) if isinstance(one, cst.Call) and one.func is use]
    whole = len(direct) == len(uses) and not program.used_from_outside(source, name)
    return [(source, one) for one in direct] if whole else None


def _calls_of_method(program: Program, source: Source, node: cst.FunctionDef, owner: cst.ClassDef) -> Calls | None:
    """The calls `self.m(…)` of a private method that only one class has."""
    name = node.name.value
    defined = sum(one.name.value == name for other in program.sources.values() for one in other.of(cst.FunctionDef))
    uses = program.attributes.get(name, [])
    bound = len(source.scopes.bindings[owner][name]) == 1
    if not name.startswith("_") or defined != 1 or not bound or program.words[name] != len(uses) + 1:
        return None
    found: Calls = []
    for where, use in uses:
        call = where.parents[use]
        on_self = isinstance(use.value, cst.Name) and use.value.value == "self"
        same = where is source and source.inside(use, owner)
        if not on_self or not same or not isinstance(call, cst.Call) or call.func is not use:
            return None
        found.append((where, call))
    return found


def _awaitable(found: tuple[Source, cst.Call], turned: dict[cst.FunctionDef, tuple[Source, Calls]]) -> bool:
    """True for a call in the body of a function that is or becomes asynchronous."""
    source, call = found
    for one in source.around(call):
        if isinstance(one, (*_NOT_FREE, cst.Param, cst.Decorator, cst.ClassDef)):
            return False
        if isinstance(one, cst.FunctionDef):
            return one.asynchronous is not None or one in turned
    return False


def _groups(calls: dict[cst.FunctionDef, tuple[Source, Calls]]) -> Iterator[list[cst.FunctionDef]]:
    """Functions that have to change together: callers and what they call."""
    around: dict[cst.FunctionDef, set[cst.FunctionDef]] = {node: {node} for node in calls}
    for node, (_, found) in calls.items():
        for source, call in found:
            caller = source.function_of(call)
            if isinstance(caller, cst.FunctionDef) and caller in calls:
                joined = around[node] | around[caller]
                for one in joined:
                    around[one] = joined
    seen = set[cst.FunctionDef]()
    for node, group in around.items():
        if node not in seen:
            seen |= group
            yield [one for one in calls if one in group]


def _awaited(source: Source, call: cst.Call) -> tuple[Edit, Edit]:
    return source.inserted(source.start(call), "(await "), source.inserted(source.end(call), ")")


def method_to_function(program: Program) -> Iterator[Change]:
    """`def _m(self, a)` of a class → a function after the class, and `self._m(x)` → `_m(self, x)`."""
    for source in program.sources.values():
        for number, node in enumerate(source.of(cst.FunctionDef)):
            owner = source.scopes.scope_of(node.name)
            if not isinstance(owner, cst.ClassDef) or source.parents[owner] is not source.module or node.decorators:
                continue
            found = _calls_of(program, source, node)
            others = [one for one in owner.body.body if one is not node]
            if found and others and _free_of_class(source, node):
                yield _as_function(source, node, owner, found, source.fresh("function", number))


def _free_of_class(source: Source, node: cst.FunctionDef) -> bool:
    """True where a method can stand outside of its class: no `super()`, no text of several lines but its docstring."""
    params = node.params.params
    text = source.text[source.end(node.name) : source.end(node)]
    quotes = len(re.findall(r"\"{3}|'{3}", text)) - (2 if node.get_docstring() and _LONG_DOCSTRING.search(text) else 0)
    plain = all(param.default is None or not source.code(param.default).isidentifier() for param in params)
    return bool(params) and params[0].name.value == "self" and plain and not quotes and not _IN_CLASS.search(text)


def _as_function(source: Source, node: cst.FunctionDef, owner: cst.ClassDef, calls: Calls, new: str) -> Change:
    start, end = source.line_start(source.start(node)), source.line_after(source.end(node) - 1)
    indent = source.indent_at(node)
    fragments = [Fragment("\n\n", source.place(owner), steps=False)]
    for line in source.text[start:end].splitlines(keepends=True):
        place = source.place_at(start)
        fragments.append(Fragment(line.removeprefix(indent), place))
        start += len(line)
    start = source.line_start(source.start(node))
    name = node.name.value
    fragments[1] = Fragment(fragments[1].text.replace(name, new, 1), fragments[1].place)
    after = source.line_after(source.end(owner) - 1)
    edits = [Edit(source.path, start, end, ()), Edit(source.path, after, after, tuple(fragments))]
    return Change((*edits, *(_called(source, call, new) for _, call in calls)))


def _called(source: Source, call: cst.Call, new: str) -> Edit:
    start = source.start(call.func)
    opening = source.text.index("(", source.end(call.func)) + 1
    text = f"{new}(self, " if call.args else f"{new}(self"
    return Edit(source.path, start, opening, (Fragment(text, source.place(call.func), steps=False),))
