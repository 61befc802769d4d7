"""What an annotation says of a value: an instance of a class of the program or of a library, or containers of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import (
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    External,
    Giver,
    Items,
    LibraryObject,
    Mapping,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.index.program import last_name
from leastscope.python.interp import attributes, expressions, names
from leastscope.python.models import companions
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame

_TRANSPARENT = frozenset(
    {
        "Optional",
        "Union",
        "Annotated",
        "Final",
        "ClassVar",
        "Awaitable",
        "Coroutine",
        "Required",
        "NotRequired",
        "ReadOnly",
    }
)
_SEQUENCES = frozenset(
    {
        "list", "List", "set", "Set", "frozenset", "FrozenSet", "tuple", "Tuple", "Iterable", "Iterator", "Sequence",
        "Collection", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "Deque", "deque",
    }
)  # fmt: skip
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict"})
_CLASSES = frozenset({"type", "Type"})
_CALLABLES = frozenset({"Callable"})
_FORMS = _TRANSPARENT | _SEQUENCES | _MAPPINGS | _CLASSES | _CALLABLES | {"Literal", "Annotated"}
ALIASED = _CALLABLES | {"Optional", "Union", "Annotated"}
"""Forms of annotations that code gives names of their own."""
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")


def resolve(frame: Frame, annotation: ir.Expr | None) -> Value:
    """A value of the annotated type, or Unknown where the type is of no interest."""
    match annotation:
        case None:
            return UNKNOWN
        case ir.Constant(value=str(text)):
            return _in_string(frame, text)
        case ir.Name() | ir.Attribute():
            return contents.instance_of(expressions.value_of(frame, annotation))
        case ir.Operation(op="|", left=left, right=right):
            return _either(resolve(frame, left), resolve(frame, right))
        case ir.Subscript(value=generic, index=index):
            return _generic(frame, generic, index)
        case _:
            return UNKNOWN


def _either(*values: Value) -> Value:
    """A union type: the parts that are known, since `None` and plain data have no requests."""
    # `Client | None`: None is left out, since calling a method of it is no request, and a union with it would not be
    # one type.
    known = [value for value in values if not isinstance(value, Unknown)]
    return join(*known) if known else UNKNOWN


def _generic(frame: Frame, generic: ir.Expr, index: ir.Expr) -> Value:
    name = last_name(generic)
    if name not in _FORMS:
        name = _meant(name, expressions.value_of(frame, generic))
    parts = index.items if isinstance(index, ir.Display) else (index,)
    if not parts:  # `Callable[()]`
        return UNKNOWN
    if name == "Literal":
        return join(*(Const.of(part.value) for part in parts if isinstance(part, ir.Constant)))
    if name == "Annotated":
        given = companions.annotated(frame, parts[1:])
        return resolve(frame, parts[0]) if isinstance(given, Unknown) else given
    # The order counts: `Annotated` is transparent, too, but a framework may give the argument by what stands beside
    # the type.
    if name in _TRANSPARENT or name in frame.engine.knowledge.functions.wrapping:
        return _either(*(resolve(frame, part) for part in parts))
    if name in _SEQUENCES:
        inner = _either(*(resolve(frame, part) for part in parts))
        return UNKNOWN if isinstance(inner, Unknown) else Items((), inner)
    if name in _MAPPINGS:
        inner = resolve(frame, parts[-1])
        return UNKNOWN if isinstance(inner, Unknown) else Mapping((), inner)
    if name in _CLASSES:
        found = expressions.value_of(frame, parts[0])
        return join(*(_generic_class(option) for option in options(found)))
    if name in _CALLABLES:
        return _giver(resolve(frame, parts[-1]))
    outer = contents.instance_of(expressions.value_of(frame, generic))
    if isinstance(outer, LibraryObject):
        return attributes.with_elements(outer, [resolve(frame, part) for part in parts])
    return outer


def _meant(name: str, value: Value) -> str:
    """The name that a form of annotations has itself, where it was imported under another one."""
    own = value.name.rpartition(".")[2] if isinstance(value, External) else ""
    return own if own in _FORMS else name


def _giver(result: Value) -> Value:
    """A callable that gives this, where that is of interest."""
    return result if isinstance(result, Unknown | Bottom) else Giver(result)


def _generic_class(value: Value) -> Value:
    return ClassValue(value.place, generic=True) if isinstance(value, ClassValue) else value


def _in_string(frame: Frame, text: str) -> Value:
    """A quoted annotation: dotted names, `Optional[..]`, `X | None`, lists; anything else is Unknown."""
    text = text.strip()
    # No annotation that means a client is that long, and what follows takes the text apart recursively.
    if len(text) > 200:
        return UNKNOWN
    if "|" in text and "[" not in text:
        return _either(*(_in_string(frame, part) for part in text.split("|")))
    head, bracket, rest = text.partition("[")
    if bracket and rest.endswith("]"):
        name = head.rpartition(".")[2]
        if name not in _FORMS and _DOTTED.match(head):
            name = _meant(name, dotted_value(frame, head))
        if name in _CALLABLES:
            return _giver(_in_string(frame, rest[:-1].rpartition("],")[2].removeprefix("...,")))
        inner = _in_string(frame, rest[:-1].rpartition(",")[2] if name in _MAPPINGS else rest[:-1].partition(",")[0])
        if name in _TRANSPARENT or name in frame.engine.knowledge.functions.wrapping:
            return inner
        if name in _CLASSES:
            return join(*(_generic_class(option) for option in options(dotted_value(frame, rest[:-1].strip()))))
        if isinstance(inner, Unknown):
            return UNKNOWN
        return Items((), inner) if name in _SEQUENCES else Mapping((), inner) if name in _MAPPINGS else UNKNOWN
    return contents.instance_of(dotted_value(frame, text)) if _DOTTED.match(text) else UNKNOWN


def documented(frame: Frame, info: FunctionInfo, parameter: ir.Parameter) -> Value:
    """A value of the library's type that a docstring names for a parameter: `:type name: shop.Order`, `name (shop.Order):`.

    Nobody checks a docstring, so that what follows from it is only possible.
    """
    first = info.node.body[0] if info.node.body else None
    text = first.value.value if isinstance(first, ir.Evaluate) and isinstance(first.value, ir.Constant) else None
    if not isinstance(text, str) or first is None:
        return UNKNOWN
    name = re.escape(parameter.name)
    found = re.search(_DOCUMENTED.replace("NAME", name), text[:_LONGEST_TEXT], re.MULTILINE)
    told = next((group for group in found.groups() if group), "") if found is not None else ""
    made = contents.instance_of(dotted_value(frame, told)) if told else UNKNOWN
    if not isinstance(made, LibraryObject):
        return UNKNOWN
    return contents.unsure(made, frame.step(first, f"the docstring says that '{parameter.name}' is a '{told}'"))


_LONGEST_TEXT = 4000
_DOCUMENTED = (
    r"^[ \t]*(?::type NAME:[ \t]*`*([A-Za-z_]\w{0,99}(?:\.\w{1,99}){1,4})"
    r"|:param[ \t]+`*([A-Za-z_]\w{0,99}(?:\.\w{1,99}){1,4})`*[ \t]+NAME:"
    r"|NAME[ \t]*\(`*([A-Za-z_]\w{0,99}(?:\.\w{1,99}){1,4})"
    r"|(?::param )?NAME:[^\n]{0,40}?\b([a-z_]\w{0,99}\.[A-Z]\w{0,99})\b)"
)


def dotted_value(frame: Frame, text: str) -> Value:
    """What a dotted name in a string means here."""
    first, *rest = text.split(".")
    value = names.lookup(frame, first)
    for name in rest:
        value = attributes.get(frame, value, name, None)
    return value
