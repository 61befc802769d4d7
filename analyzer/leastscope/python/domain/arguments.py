"""What a call is made of, as far as it is known."""

from __future__ import annotations

import msgspec

from leastscope.python.domain.values import BOTTOM, Value
from leastscope.python.syntax import ir


class Arguments(msgspec.Struct, frozen=True):
    """The arguments of one call.

    `more` is what further positional ones can be, `extra` what further keyword ones can be (Bottom: there are none).
    """

    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    more: Value = BOTTOM
    extra: Value = BOTTOM

    @property
    def given(self) -> tuple[Value, ...]:
        """All that is given: by position, then by name."""
        return (*self.args, *(value for _, value in self.keywords))

    def keyword(self, name: str) -> Value | None:
        """The value of a keyword argument that is given by name."""
        return next((value for key, value in self.keywords if key == name), None)

    def at(self, index: int, name: str = "") -> Value | None:
        """The argument at a position or of a name."""
        return self.args[index] if index < len(self.args) else self.keyword(name)


def named_in(node: ir.Node) -> frozenset[str]:
    """The parameters that a call names as it stands in the code: keywords, and keys of dicts that it is given."""
    given = node.args if isinstance(node, ir.Call) else ()
    dicts = (item for each in given if isinstance(each.value, ir.Dict) for item in each.value.items)
    keys = (key.value for key, _ in dicts if isinstance(key, ir.Constant) and isinstance(key.value, str))
    return frozenset((*(each.keyword for each in given), *keys))


class Call(msgspec.Struct, frozen=True):
    """A call as it stands in the code: what is called, and with what."""

    node: ir.Call
    function: Value
    arguments: Arguments

    @property
    def method(self) -> str:
        """The name behind the last dot of what is called; "" where there is none."""
        return self.node.func.name if isinstance(self.node.func, ir.Attribute) else ""

    @property
    def receiver(self) -> ir.Expr | None:
        """What stands before that dot; `Frame.evaluated` has its value."""
        return self.node.func.value if isinstance(self.node.func, ir.Attribute) else None
