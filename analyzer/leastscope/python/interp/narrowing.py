"""What a condition tells of the names in it, in the branch where it holds and in the one where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.contents import elements
from leastscope.python.domain.values import (
    UNKNOWN,
    Bottom,
    Const,
    Dependent,
    External,
    Instance,
    Items,
    LibraryObject,
    Param,
    Text,
    Union,
    Unknown,
    Value,
    join,
    options,
    over,
)
from leastscope.python.interp import attributes, expressions, names, stored
from leastscope.python.models import enums
from leastscope.python.syntax import ir, truth

if TYPE_CHECKING:
    from leastscope.python.state.frame import Frame

_EQUALITIES = {"is": "==", "is not": "!="}
_OPPOSITES = {"==": "!=", "!=": "==", "in": "not in", "not in": "in", "is": "is not", "is not": "is"}


def always(frame: Frame, test: ir.Expr) -> bool | None:
    """What a condition always is here: whatever the code runs with, or for the arguments of this evaluation.

    What the module itself makes of the constant for type checkers counts.
    """
    told = truth.of(test)
    if told is not None and any(_is_set(frame, name) for name in truth.names(test)):
        return None
    return _for_arguments(frame, test) if told is None else told


def _is_set(frame: Frame, name: ir.Expr) -> bool:
    """Whether the constant that is only true while types are checked has another value here."""
    value = expressions.value_of(frame, name)
    return not all(
        isinstance(option, External | Bottom) or (isinstance(option, Const) and not option.value)
        for option in options(value)
    )


def _for_arguments(frame: Frame, test: ir.Expr) -> bool | None:
    match test:
        case ir.Name(id=name):
            return _truth(_argument(frame, name))
        case ir.Attribute(value=ir.Name(id=name), name=field):
            return _truth(_field(frame, name, field))
        case ir.Unary(op="not", operand=operand):
            inner = _for_arguments(frame, operand)
            return None if inner is None else not inner
        case ir.Compare(left=ir.Name(id=name), rest=((("is" | "is not") as operator, ir.Constant(value=None)),)):
            value = _argument(frame, name)
            return None if value is None else (value.value is None) == (operator == "is")
        case _:
            return None


def _truth(value: Const | None) -> bool | None:
    return None if value is None else bool(value.value)


def _field(frame: Frame, name: str, field: str) -> Const | None:
    """The literal that a field of a row has that a name holds; None where it is not known, or no row."""
    held = (frame.env or {}).get(name) if frame.function is not None else None
    if not isinstance(held, Instance) or held.made_with is None or not stored.is_row(frame.engine, held.place):
        return None
    known = attributes.of_instance(frame, held, field, None)
    return known if isinstance(known, Const) else None


def _argument(frame: Frame, name: str) -> Const | None:
    """The literal that a parameter has in this evaluation; None where it is not known, or the name holds something else."""
    # Only arguments decide: a global or local literal may be there to be edited, and code that stands in a file counts.
    if frame.function is None or frame.env is None:
        return None
    held = frame.env.get(name)
    if isinstance(held, Param) and _is_flag(frame, name):
        frame.depend((held,))
        frame.flagged = True
    given = dict(frame.unit.arguments or ()).get(name)
    return held if isinstance(held, Const) and held == given else None


def _is_flag(frame: Frame, name: str) -> bool:
    parameters = frame.function.node.parameters if frame.function is not None else ()
    return any(
        one.name == name and isinstance(one.default, ir.Constant) and isinstance(one.default.value, bool)
        for one in parameters
    )


def narrow(frame: Frame, test: ir.Expr, *, holds: bool) -> None:
    """Let the names in a condition hold what they can be where it holds, or where it does not."""
    match test:
        case ir.Unary(op="not", operand=operand):
            narrow(frame, operand, holds=not holds)
        # Of `a and b` both hold; where `a or b` does not, neither does. In the other two cases either may be the reason.
        case ir.Operation(op="and" | "or" as op, left=left, right=right) if (op == "and") == holds:
            narrow(frame, left, holds=holds)
            narrow(frame, right, holds=holds)
        case ir.Call(func=ir.Name(id="isinstance")) if holds:
            _narrow_type(frame, test)
        case ir.Compare(left=ir.Name(id=name), rest=((operator, other),)):
            if frame.env is not None and name in frame.env:
                _compared(frame, name, operator if holds else _OPPOSITES.get(operator, ""), other)
        case _:
            pass


def _compared(frame: Frame, name: str, operator: str, other: ir.Expr) -> None:
    """`name == literal`, `name in (literals)`, and their opposites."""
    known, right = names.lookup(frame, name), expressions.value_of(frame, other)
    wanted = right if operator in {"==", "!="} else elements(right) if operator in {"in", "not in"} else UNKNOWN
    if operator in {"is", "is not"} and all(isinstance(option, Instance) for option in options(right)):
        operator, wanted = _EQUALITIES[operator], right
    # Only literals narrow: two values that are not known may be equal without either telling more of the other.
    if isinstance(wanted, Bottom) or not all(_is_literal(frame, option) for option in options(wanted)):
        return
    if name in frame.row_names and all(_is_literal(frame, option) for option in options(known)):
        # The rows of a table are all told: one that a condition turns away goes the other way.
        told = _plain(wanted)
        left = [option for option in options(known) if (_plain(option) in options(told)) == (operator in {"==", "in"})]
        if left:
            frame.bind(name, join(*left))
        else:
            frame.env = None
        return
    if operator in {"==", "in"}:
        if is_text(known) or _is_any_of(known, wanted):
            frame.bind(name, wanted)
        return
    # One literal is turned away. Of several, `!=` turns away none for certain.
    if operator == "not in" or len(options(wanted)) == 1:
        left = [option for option in options(known) if _plain(option) not in options(_plain(wanted))]
        if left and len(left) < len(options(known)):
            frame.bind(name, join(*left))


def _plain(value: Value) -> Value:
    """A value as comparisons see it: a text that is a member of an enumeration is that text."""
    return over(value, lambda one: Const(one.value, one.kind) if isinstance(one, Const) else one)


def _is_any_of(known: Value, wanted: Value) -> bool:
    """Whether a value is any member of the enumeration of which others are members."""
    return isinstance(known, Instance) and known.made_with is None and is_of(known, next(iter(options(wanted)), known))


def _is_literal(frame: Frame, value: Value) -> bool:
    """Whether a value equals nothing but itself: a literal, or a member of an enumeration."""
    if isinstance(value, Instance):
        return value.made_with is not None and enums.is_enum(frame.engine, value.place)
    return isinstance(value, Const)


def _narrow_type(frame: Frame, test: ir.Call) -> None:
    """In the branch where `isinstance(name, cls)` holds, the name is an instance of the class."""
    if len(test.args) != 2 or not isinstance(test.args[0].value, ir.Name):
        return
    kind = expressions.value_of(frame, test.args[1].value)
    made = contents.instance_of(elements(kind) if isinstance(kind, Items) else kind)
    name = test.args[0].value.id
    known = names.held_name(frame, name)
    if known is not None and not isinstance(made, Unknown | Bottom):
        # Options that are of the class keep what is known of them, such as the key they were made with. Where none
        # is, the class is all that is known.
        same = [option for option in options(known) if any(is_of(option, one) for one in options(made))]
        frame.bind(name, join(*same) if same else made)


def is_of(value: Value, made: Value) -> bool:
    """Whether a value is of the class that another is an instance of."""
    if isinstance(value, LibraryObject) and isinstance(made, LibraryObject):
        return (value.library, value.type) == (made.library, made.type)
    return isinstance(value, Instance) and isinstance(made, Instance) and value.place == made.place


def is_text(value: Value) -> bool:
    """Whether a comparison with a literal can tell more of a value."""
    return isinstance(value, Unknown | Param | Dependent | Text | Union)
