"""The ways on which the code of other files reaches a place, by the calls that the evaluation followed and by imports.

It says nothing of what a call does: that a function is called somewhere is enough to count what it sends for the caller.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leastscope.model import Span, Step
from leastscope.python.domain.values import Place
from leastscope.python.index.program import function_at
from leastscope.python.state.importing import BODY, Importers, importers, is_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.python.index.modules import ModuleIndex
    from leastscope.python.index.program import FunctionInfo, ModuleInfo
    from leastscope.python.state.notes import Calls

_VISITED = 2000
"""Functions that are looked at for one place; beyond it, callers further away are not seen."""
_FILES = 200
_SCRIPT = -2
"""Where the part of a module starts that runs only if the module is the program."""


@dataclass(slots=True)
class Ways:
    """Calls by the function that is called, the modules they stand in, and who imports each of these."""

    calls: Calls
    modules: Mapping[str, ModuleInfo | None]
    index: ModuleIndex
    _importers: Importers | None = field(default=None, init=False)

    def to(self, span: Span) -> Iterator[tuple[Step, ...]]:
        """Give the shortest way from each other file that reaches a place: its call first, then those in between.

        Calls that tests make do not count.
        """
        start = self._place_at(span)
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
        """Give who calls a function, and where; a nested function is called where the one around it is.

        The body of a module runs where the module is imported.
        """
        if place.start == BODY:
            if self._importers is None:
                self._importers = importers(self.modules, self.index)
            yield from self._importers.get(place.path, ())
            return
        info = self._function(place)
        if info is None:
            return
        name = info.qualname
        for caller, site in sorted(self.calls.get(place, ())):
            module = self.modules.get(caller.path)
            if module is not None and not module.in_tests:
                in_script = caller.start == BODY and is_script(module, site[0])
                by = Place(caller.path, _SCRIPT) if in_script else caller
                yield by, Step(module.span_at(*site), f"'{name}' is called")
        if info.outer is not None:
            module = self.modules[place.path]
            assert module is not None  # noqa: S101 - it has the function
            yield info.outer, Step(module.span_at(info.node.start, info.node.start), f"'{name}' is defined")

    def _function(self, place: Place) -> FunctionInfo | None:
        module = self.modules.get(place.path)
        return module.functions.get(place.start) if module is not None else None

    def _place_at(self, span: Span) -> Place | None:
        """Give what runs a place: the innermost function around it, or the body of its module; None in a script's part."""
        module = self.modules.get(span.path)
        if module is None or span.line > len(module.tree.lines):
            return None
        offset = module.tree.lines[span.line - 1] + span.column - 1
        found = function_at(module, offset)
        return found or (None if is_script(module, offset) else Place(span.path, BODY))
