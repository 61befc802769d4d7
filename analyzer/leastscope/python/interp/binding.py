"""Giving names, attributes and items their values: parameters on entry, targets of assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.changes import Change
from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    Dependent,
    Instance,
    Items,
    LibraryObject,
    Mapping,
    Namespace,
    Param,
    Place,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.interp import annotations as types
from leastscope.python.interp import attributes, expressions, objects, storing
from leastscope.python.models import companions, foreign, supplied
from leastscope.python.sending import library_types, sessions
from leastscope.python.state import carriers, cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.index.program import FunctionInfo
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax.ir import Expr


def enter(frame: Frame, info: FunctionInfo) -> None:
    """Bind the parameters: to the unit's arguments, or to themselves and what their annotations say."""
    given = dict(frame.unit.arguments or ())
    if info.cls is not None and info.node.parameters:
        frame.standing[info.cls] = (info.node.parameters[0].name, Instance(info.cls))
    for index, parameter in enumerate(info.node.parameters):
        value = given.get(parameter.name)
        if value is None:
            value = _any_caller(frame, info, index, parameter)
            _stand(frame, parameter, value)
        # An argument of which nothing is known says less than the annotation does.
        elif isinstance(value, Unknown):
            told = types.resolve(frame, parameter.annotation)
            if parameter.annotation is None:
                told = types.documented(frame, info, parameter)
            value = value if isinstance(told, Unknown) else told
        if isinstance(value, Param) and value.function == info.place and value.kind is None:
            frame.symbols |= {value}
        frame.bind(parameter.name, objects.entered(frame, value, info.place, parameter.name))


def _stand(frame: Frame, parameter: ir.Parameter, value: Value) -> None:
    """Note that a parameter stands for any object of a class, or any class below one, as its annotation says."""
    told = [option for option in options(value) if option != NONE]
    match told:
        case [Param(kind=Place() as place)]:
            frame.standing.setdefault(place, (parameter.name, Instance(place)))
        case [Instance(place) | ClassValue(place) as above] if contents.is_any_of(above):
            frame.standing.setdefault(place, (parameter.name, above))
        case _:
            pass


def _any_caller(frame: Frame, info: FunctionInfo, index: int, parameter: ir.Parameter) -> Value:
    if index == 0 and info.cls is not None and info.kind != "static":
        return ClassValue(info.cls, generic=True) if info.kind == "class" else Instance(info.cls)
    optional = isinstance(parameter.default, ir.Constant) and parameter.default.value is None
    symbol = Param(info.place, parameter.name, optional=optional)
    if parameter.kind == "*":
        return Items((), Dependent(frozenset((symbol,))))
    if parameter.kind == "**":
        return Mapping((), Dependent(frozenset((symbol,))))
    # Asked before the annotation: what a framework injects is a value, the annotation only its type.
    injected = companions.injected(frame, info, parameter)
    if isinstance(injected, Bottom):
        injected = supplied.given(frame, info, parameter.name)
    if not isinstance(injected, Bottom):
        return injected
    annotated = types.resolve(frame, parameter.annotation)
    default = value_of_default(frame, info, parameter)
    if parameter.annotation is None:
        # What a docstring says holds until callers say more.
        documented = types.documented(frame, info, parameter)
        default = default if isinstance(documented, Unknown) else join(default, documented)
    if all(isinstance(option, Unknown | Const) for option in options(annotated)):
        return join(symbol, default)
    # A client of any server: its maker alone may know of which.
    if any(isinstance(option, LibraryObject) and not _is_of_one_system(frame, option) for option in options(annotated)):
        return join(symbol, annotated)
    # What an instance of a class of the program holds may be known to its maker alone: callers say it, unless the class
    # holds something of a library. A library's own object is known by its type.
    plain = [
        option.place
        for option in options(annotated)
        if isinstance(option, Instance) and not carriers.marked(frame.engine, option.place)
    ]
    kind = plain[0] if len(plain) == 1 else None
    # Which class it is that an object keeps, its maker says, too.
    told = info.node.name == "__init__" and any(isinstance(option, ClassValue) for option in options(annotated))
    return join(Param(info.place, parameter.name, kind, optional), default) if plain or told else annotated


def _is_of_one_system(frame: Frame, value: LibraryObject) -> bool:
    return library_types.is_of_one_system(frame, frame.engine.knowledge.libraries[value.library])


def value_of_default(frame: Frame, info: FunctionInfo, parameter: ir.Parameter) -> Value:
    """A parameter's default where it leads to a library or its server; nothing otherwise, since callers may differ."""
    if parameter.default is None:
        return BOTTOM
    # A default of plain data stays open: callers may pass something else, and a request that depends on it is theirs
    # to decide. A client as a default is what most callers get.
    value = frame.engine.read(cells.Default(info.place, parameter.name))
    return value if contents.of_library(value, 1) or contents.is_url(value) else BOTTOM


def assign(frame: Frame, target: Expr, value: Value) -> None:
    """Assign to any kind of target."""
    match target:
        case ir.Name(id=name):
            _assign_name(frame, target, name, value)
        case ir.Attribute(value=owner, name=name):
            held = expressions.value_of(frame, owner)
            storing.store(frame, held, name, value, target)
            sessions.assigned(frame, held, name, value, target)
        case ir.Subscript(value=owner, index=ir.Opaque()):
            _assign_slice(frame, owner, value)
        case ir.Subscript(value=owner, index=index):
            _assign_item(frame, owner, expressions.value_of(frame, index), value)
        case ir.Display(items=items):
            _unpack(frame, items, value)
        case ir.Starred(value=inner):
            assign(frame, inner, value)
        case _:
            expressions.value_of(frame, target)


def _assign_name(frame: Frame, target: ir.Node, name: str, value: Value) -> None:
    own = frame.function is None or name in frame.function.locals or name in frame.inner_names
    if own or frame.cls is not None:
        frame.bind(name, value)
    elif frame.env is not None:
        frame.store(frame.home(name), with_step(value, frame.step(target, f"kept in '{name}'")))


def _assign_item(frame: Frame, owner: Expr, key: Value, value: Value) -> None:
    """`owner[key] = value` for a dict that a name or an attribute of `self` holds."""
    if frame.env is None:
        return
    held = expressions.value_of(frame, owner)
    for option in options(held):
        _put_item(frame, option, key, value, owner)
    objects.write_at(frame, owner, held, Change("item", value, key))
    sessions.item_assigned(frame, owner, held, key, value)


def _assign_slice(frame: Frame, owner: Expr, value: Value) -> None:
    """`owner[a:b] = value`: what is in the value, anywhere in a list that a name or an attribute holds."""
    if frame.env is None:
        return
    held, inner = expressions.value_of(frame, owner), attributes.iterate(frame, value, owner)
    for option in options(held):
        _put_item(frame, option, UNKNOWN, inner, owner)
    objects.write_at(frame, owner, held, Change("extend", Items((), inner)))


def _put_item(frame: Frame, owner: Value, key: Value, value: Value, node: ir.Node) -> None:
    """`owner[key] = value` where the owner is no dict or list that is known."""
    if isinstance(owner, Instance):
        storing.set_item(frame, owner, key, value, node)
    elif foreign.is_outside(owner):
        foreign.store_item(frame, owner, key, value, node)
    elif isinstance(owner, Namespace) and isinstance(key, Const):
        storing.store(frame, owner.owner, str(key.value), value, node)
    elif isinstance(owner, Namespace):
        frame.depend(parameters_in(key) | parameters_in(value))  # under which name is known to callers only
        frame.meets((key,), value)


def put(frame: Frame, owner: Value, key: Value | None, value: Value, node: ir.Node) -> None:
    """Keep a value in a container, under a key or (None) anywhere."""
    for option in options(owner):
        _put_item(frame, option, UNKNOWN if key is None else key, value, node)
    objects.write(frame, owner, Change("append", value) if key is None else Change("item", value, key))


def _unpack(frame: Frame, targets: tuple[Expr, ...], value: Value) -> None:
    for index, target in enumerate(targets):
        plain = not any(isinstance(item, ir.Starred) for item in targets[: index + 1])
        if isinstance(target, ir.Starred):
            assign(frame, target.value, Items((), attributes.iterate(frame, value, target)))
        else:
            assign(
                frame,
                target,
                join(*(_item_of(frame, option, index if plain else None, target) for option in options(value))),
            )


def _item_of(frame: Frame, value: Value, index: int | None, node: ir.Node) -> Value:
    """One item of a sequence that is unpacked (index None: any of them)."""
    if isinstance(value, Instance):
        value = attributes.row_of(frame, value) or value
    if isinstance(value, Items) and index is not None and isinstance(value.rest, Bottom):
        return value.items[index] if index < len(value.items) else BOTTOM
    return attributes.iterate(frame, value, node)
