"""Events that code receives, while no code that is read says of which types they are.

Handlers are mostly found by the types that they name. Where none is, they stand in code that names no system, or the code
takes whatever comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.gapkinds import RECEIVED
from leastscope.model import Gap
from leastscope.python.heuristics import idle
from leastscope.python.index.program import last_name
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from leastscope.library import Knowledge
    from leastscope.model import ApiRequest, EventUse
    from leastscope.python.index.program import ModuleInfo

_REASON = "the code receives an event here, and leastscope finds no type of event that it handles"


def cast(
    knowledge: Knowledge,
    modules: Iterable[ModuleInfo],
    requests: Iterable[ApiRequest],
    events: Iterable[EventUse],
    used: Collection[str],
) -> Iterator[Gap]:
    """Give the calls that receive an event of a system that sends requests and handles no event; tests do not count.

    A system without requests has its own note, which judges no grant.
    """
    handled = {event.system for event in events if not event.in_tests}
    asked = {request.system for request in requests if not request.in_tests} - handled
    libraries = [library for name, library in knowledge.libraries.items() if name in used and library.system in asked]
    for module in modules if libraries else ():
        for library in libraries:
            if module.in_tests or module.imports.isdisjoint(library.modules):
                continue
            names = knowledge.receiving.get(library.system, ())
            for node, _ in idle.nodes(module.tree.body):
                if isinstance(node, ir.Call) and last_name(node) in names:
                    yield Gap(RECEIVED, module.span(node), library.system, _REASON)
