"""Makes programs by a grammar: every kind of statement and expression, over few names, so that values meet and loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_NAMES = ("a", "b", "f", "g", "C", "D", "self", "stripe", "client", "requests", "kw", "session")
_WORDS = (
    "customers",
    "Customer",
    "create",
    "retrieve",
    "list",
    "v1",
    "data",
    "request",
    "post",
    "get",
    "id",
    "__class__",
)
_TEXTS = (
    "'cus_1'",
    "'https://api.stripe.com/v1/refunds'",
    "f'/v1/{a}/{b!r:>{f}}'",
    "b'\\xff'",
    "'%s/%s'",
    "''",
    "rb'x'",
)
_IMPORTS = (
    "import stripe",
    "from stripe import *",
    "import stripe as client, requests",
    "from stripe import StripeClient as C, Customer as D",
    "import requests as session",
    "from .. import a",
    "import Adyen as client",
)


class Grammar:
    """Writes one program after the other; the depth of blocks and expressions is bounded."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def program(self) -> str:
        """Write a program of a few dozen statements."""
        lines = [self.chance.choice(_IMPORTS) for _ in range(self.chance.randint(1, 3))]
        for _ in range(self.chance.randint(3, 25)):
            lines += self.statement(3)
        return "\n".join(lines) + "\n"

    def pick(self, *ways: str) -> str:
        return self.chance.choice(ways)

    def name(self) -> str:
        return self.chance.choice(_NAMES)

    def expression(self, depth: int) -> str:
        """Write an expression."""
        if depth <= 0:
            return self.pick(
                self.name(), self.chance.choice(_TEXTS), self.pick("None", "0", "1e999", "...", "True", "10**9")
            )
        one, two, three = (self.expression(depth - self.chance.randint(1, 3)) for _ in range(3))
        name, word = self.name(), self.chance.choice(_WORDS)
        return self.pick(
            f"{name}.{word}.{self.chance.choice(_WORDS)}({one}, {word}={two})",
            f"({one}).{word}",
            f"({one})({two}, *{name}, **{three})",
            f"({one})[{two}]",
            f"({one})[{two}:{three}]",
            f"{{{one}: {two}, **{name}}}",
            f"[{one}, *{name}, {two}]",
            f"({one}, {two})",
            f"{{{one}, {two}}}",
            f"(lambda {name}=None, *args, **kw: {one})",
            f"[{one} for {name} in {two} if {three}]",
            f"{{{one}: {two} for {name}, a in {three}}}",
            f"({one} if {two} else {three})",
            f"({one} {self.pick('+', '%', '|', 'or', 'and', 'in', 'is', '//', '@', '<<')} {two})",
            f"({name} := {one})",
            f"getattr({one}, {two})",
            f"{self.pick('dict', 'zip', 'map', 'type', 'super', 'partial', 'vars', 'setattr')}({one}, {two})",
            f"f'{{{name}}}/{{{name}.{word}}}'",
            f"({one}).format({two}, a={three})",
            f"'/'.join([{one}, {two}])",
            f"(not {one})",
            f"(-{name})",
        )

    def block(self, depth: int) -> list[str]:
        lines = [line for _ in range(self.chance.randint(1, 3)) for line in self.statement(depth - 1)]
        return [f"    {line}" for line in lines]

    def simple(self) -> str:
        name, word, one = self.name(), self.chance.choice(_WORDS), self.expression(3)
        return self.pick(
            f"{name} = {one}",
            f"{name}.{word} = {one}",
            f"{name}[{one}] = {self.expression(2)}",
            f"{name}, *{self.name()} = {one}",
            f"{name} += {one}",
            f"{name}: {self.name()} = {one}",
            one,
            one,
            f"return {one}",
            f"yield {one}",
            f"del {name}.{word}",
            f"raise {one}",
            f"assert {one}",
            f"global {name}",
            f"from {self.pick('.', '..a', 'stripe', 'pay')} import {self.name()}",
        )

    def statement(self, depth: int) -> list[str]:
        """Write a statement, as lines."""
        if depth <= 0 or self.chance.random() < 0.5:
            return [self.simple()]
        name, other, one = self.name(), self.name(), self.expression(2)
        heads = (
            (f"def {name}(self, {other}={one}, *args, **kw):",),
            (f"@{other}", f"def {name}({other}, /, a: 'C' = None, *, b) -> {one}:"),
            (f"async def {name}({other}):",),
            (f"class {name}({other}, metaclass={self.name()}):",),
            (f"@{other}.{self.chance.choice(_WORDS)}({one})", f"class {name}({one}):"),
            (f"if {one}:",),
            (f"for {name}, {other} in {one}:",),
            (f"while {one}:",),
            (f"with {one} as {name}, {other}:",),
        )
        lines = [*self.chance.choice(heads), *self.block(depth)]
        match self.chance.randrange(6):
            case 0:
                return [
                    "try:",
                    *self.block(depth),
                    f"except {one} as {name}:",
                    *self.block(depth),
                    "finally:",
                    *self.block(depth),
                ]
            case 1:
                pattern = self.pick(f"[{name}, *_]", f"C(a={name})", f"{{'a': {name}, **kw}}", "'a' | None", "_")
                return [
                    f"match {one}:",
                    f"    case {pattern} if {other}:",
                    *(f"    {line}" for line in self.block(depth)),
                ]
            case _:
                return lines
