"""How operators and displays are written, by the names that LibCST and Python's own parser have for them."""

from __future__ import annotations

from typing import Literal

_BINARY = """
Add + BitAnd & BitOr | BitXor ^ Divide / FloorDivide // LeftShift << MatrixMultiply @ Modulo % Multiply * Power **
RightShift >> Subtract -
""".split()  # noqa: SIM905  # a table of pairs reads better in rows
_OTHERS = """
And and BitInvert ~ Equal == GreaterThan > GreaterThanEqual >= In in Is is LessThan < LessThanEqual <= Minus -
Not not NotEqual != Or or Plus +
""".split()  # noqa: SIM905  # the same
_PYTHONS = """
Div / Eq == FloorDiv // Gt > GtE >= Invert ~ LShift << Lt < LtE <= MatMult @ Mod % Mult * NotEq != Pow ** RShift >>
Sub - UAdd + USub -
""".split()  # noqa: SIM905  # the same
OPERATORS = dict(zip(_BINARY[::2], _BINARY[1::2], strict=True))
OPERATORS |= {f"{name}Assign": sign for name, sign in OPERATORS.items()}
OPERATORS |= {"IsNot": "is not", "NotIn": "not in", **dict(zip(_OTHERS[::2], _OTHERS[1::2], strict=True))}
OPERATORS |= dict(zip(_PYTHONS[::2], _PYTHONS[1::2], strict=True))
KINDS: dict[str, Literal["list", "tuple", "set"]] = {"List": "list", "Tuple": "tuple", "Set": "set"}
COMPREHENSIONS: dict[str, Literal["list", "set", "generator"]] = {
    "GeneratorExp": "generator",
    "ListComp": "list",
    "SetComp": "set",
}
