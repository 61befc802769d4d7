"""Readings of receivers of which nothing is known, as the interpreter asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import Value, join
from leastscope.python.heuristics import guesses, namesakes

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Call
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir


class GuessedReceivers:
    """By the name of a method that only one class has, and by the name of a library; see `state.frame.Receivers`."""

    def called(self, frame: Frame, call: Call) -> Value:
        """What a call gives whose receiver one of the two tells."""
        return join(
            guesses.called(frame, call),
            namesakes.called(frame, call),
        )

    def read(self, frame: Frame, value: Value, node: ir.Node | None) -> Value:
        """What reading a property gives that only one class has."""
        return guesses.read(frame, value, node)


RECEIVERS = GuessedReceivers()
