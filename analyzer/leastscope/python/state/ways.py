"""The ways on which the code of other files reaches a place, by the calls that the evaluation followed.

It says nothing of what a call does: that a function is called somewhere is enough to count what it sends for the caller.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.model import Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.python.domain.values import Place
    from leastscope.python.index.program import FunctionInfo, ModuleInfo
    from leastscope.python.state.engine import Calls

_VISITED = 2000
"""Functions that are looked at for one place; beyond it, callers further away are not seen."""
_FILES = 200


@dataclass(frozen=True, slots=True)
class Ways:
    """Calls by the function that is called, and the modules they stand in."""

    calls: Calls
    modules: Mapping[str, ModuleInfo | None]

    def to(self, span: Span) -> Iterator[tuple[Step, ...]]:
        """Give the shortest way from each other file that reaches a place: its call first, then those in between.

        Calls that tests make do not count.
        """
        start = self._function_at(span)
        queue: deque[tuple[Place, tuple[Step, ...]]] = deque([(start, ())] if start else [])
        seen = {start}
        files: set[str] = set()
        while queue and len(seen) < _VISITED and len(files) < _FILES:
            place, way = queue.popleft()
            for caller, step in self._callers(place):
                longer = (step, *way)
                if caller.path not in {span.path, *files}:
                    files.add(caller.path)
                    yield longer
                if caller not in seen:
                    seen.add(caller)
                    queue.append((caller, longer))

    def _callers(self, place: Place) -> Iterator[tuple[Place, Step]]:
        """Give who calls a function, and where; a nested function is called where the one around it is."""
        info = self._function(place)
        if info is None:
            return
        name = info.qualname
        for caller, site in sorted(self.calls.get(place, ())):
            module = self.modules.get(caller.path)
            if module is not None and not module.in_tests:
                yield caller, Step(module.span_at(*site), f"'{name}' is called")
        if info.outer is not None:
            module = self.modules[place.path]
            assert module is not None  # noqa: S101 - it has the function
            yield info.outer, Step(module.span_at(info.node.start, info.node.start), f"'{name}' is defined")

    def _function(self, place: Place) -> FunctionInfo | None:
        module = self.modules.get(place.path)
        return module.functions.get(place.start) if module is not None else None

    def _function_at(self, span: Span) -> Place | None:
        """Give the innermost function around a place."""
        module = self.modules.get(span.path)
        if module is None or span.line > len(module.tree.lines):
            return None
        offset = module.tree.lines[span.line - 1] + span.column - 1
        around = [info for info in module.functions.values() if info.node.start <= offset < info.node.end]
        return max(around, key=lambda info: info.node.start).place if around else None
