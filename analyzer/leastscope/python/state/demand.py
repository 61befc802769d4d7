"""Which calls are worth looking into.

A unit is *near* where it may send something: its file names a system or uses a name that leads to one, or it is evaluated
for arguments that lead to a library. From a near unit every call of the program is entered, since what it gives may become
a receiver, a verb, a URL, a body or a header. From the others, only what their callers can see of a call is asked for
(`index.seen`), what leads to a library, and the files that name a system. Parameters that are handed to a call that is
passed over count as deciding something: where a caller gives them something of a library, the unit is evaluated for that,
and is near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.index.seen import seen_sites
from leastscope.python.state import carriers

if TYPE_CHECKING:
    from collections.abc import Collection

    from leastscope.python.domain.values import Value
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


def enters(frame: Frame, called: FunctionInfo, node: ir.Node, given: Collection[Value]) -> bool:
    """Whether a call is looked into; where it is not, the unit notes what it hands to it."""
    engine, own = frame.engine, frame.function
    # A function inside another one may send what it finds around it. A near unit need not hear of the files that it calls.
    if own is None or called.outer is not None or engine.is_near() or engine.is_added(called.place.path):
        return True
    seen = engine.seen.get(own.place)
    if seen is None:
        seen = engine.seen[own.place] = seen_sites(own.node)
    if frame.site(node) in seen or any(carriers.carries(engine, value) for value in given):
        return True
    for value in given:
        frame.hand_on(value)
    return False
