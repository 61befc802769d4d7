"""The arguments of a call, as far as they are known."""

from __future__ import annotations

from dataclasses import dataclass

from leastscope.python.domain.values import BOTTOM, Value


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call.

    `more` is what further positional ones can be, `extra` what further keyword ones can be (Bottom: there are none).
    """

    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    more: Value = BOTTOM
    extra: Value = BOTTOM

    def keyword(self, name: str) -> Value | None:
        """The value of a keyword argument that is given by name."""
        return next((value for key, value in self.keywords if key == name), None)

    def at(self, index: int, name: str = "") -> Value | None:
        """The argument at a position or of a name."""
        return self.args[index] if index < len(self.args) else self.keyword(name)
