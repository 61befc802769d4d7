"""Which function, method or class of a file a place stands in."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from leastscope.model import Definition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leastscope.model import DefinitionKind, Span
    from leastscope.python.index.program import ModuleInfo


def definition_finder(module: ModuleInfo) -> Callable[[Span], Definition | None]:
    """Make a function that gives the innermost definition with a name around the beginning of a region, or None."""
    found = sorted(_definitions(module))
    starts = [start for start, *_ in found]
    outer: list[int] = []
    for index, (start, *_) in enumerate(found):
        around = index - 1
        while around >= 0 and found[around][1] <= start:
            around = outer[around]
        outer.append(around)
    prefix = _module_name(module.path)

    def find(span: Span) -> Definition | None:
        offset = module.tree.lines[span.line - 1] + span.column - 1 if span.line <= len(module.tree.lines) else 0
        index = bisect_right(starts, offset) - 1
        while index >= 0 and found[index][1] <= offset:
            index = outer[index]
        if index < 0:
            return None
        _, _, name, kind = found[index]
        return Definition(f"{prefix}.{name}" if prefix else name, kind)

    return find


def _definitions(module: ModuleInfo) -> Iterator[tuple[int, int, str, DefinitionKind]]:
    """Give where each definition with a name begins and ends, its name and its kind."""
    for one in module.functions.values():
        if one.node.name:
            yield one.node.start, one.node.end, one.qualname, "method" if one.cls else "function"
    for cls in module.classes.values():
        yield cls.node.start, cls.node.end, cls.qualname, "class"


def _module_name(path: str) -> str:
    """Write the path of a module with dots, as an import from the working directory would."""
    return path.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
