"""What a class only declares so far (`path: str`): classes below it, which say it, may stand in any file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import Bottom, Items, Value, options
from leastscope.python.state import carriers
from leastscope.python.state.notes import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.python.domain.values import Place
    from leastscope.python.state.frame import Frame


def sent(frame: Frame, given: Iterable[Value]) -> None:
    """Note that a method asks a library for what its class only declares: its objects lead to a system."""
    own = _declaring(frame)
    if own is not None and any(isinstance(value, Bottom) for value in given):
        frame.engine.note(Waiting(frame.module.path, own))


def put_together(frame: Frame, pieces: Iterable[Value]) -> None:
    """Note that a method puts what its class only declares behind the address of a server: its file leads on.

    Its objects lead nowhere by themselves, so that what a function does with one is for its callers to say.
    """
    if _declaring(frame) is None:
        return
    every = [inner for piece in pieces for inner in (piece, *(piece.items if isinstance(piece, Items) else ()))]
    if any(isinstance(one, Bottom) for one in every) and any(
        carriers.is_of_server(frame.engine, option) for one in every for option in options(one)
    ):
        frame.engine.note(Waiting(frame.module.path))


def _declaring(frame: Frame) -> Place | None:
    """The class of the method at hand, in a file that speaks of a system."""
    return frame.function.cls if frame.function is not None and frame.module.speaks_of else None
