"""What a name means: scopes, imports, and the globals of other modules."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    BOTTOM,
    UNKNOWN,
    Bottom,
    External,
    FunctionValue,
    Imported,
    Missing,
    ModuleValue,
    Union,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.interp import attributes
from leastscope.python.models import plugins
from leastscope.python.sending import libraries
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.frame import Frame

_BUILTINS = frozenset(dir(builtins))
_UNSETTLED = (Imported, Union)


def lookup(frame: Frame, name: str) -> Value:
    """The value of a name at the statement at hand."""
    held = held_name(frame, name)
    if held is not None:
        return held
    function = frame.function
    # A local name that no statement has bound yet is nothing, not the global of the same name. In a class body it is:
    # class bodies do read globals.
    if function is not None and name in function.locals and frame.cls is None:
        return BOTTOM
    found = _enclosing(frame, name)
    if found is not None:
        return found
    return module_global(frame, frame.module, name)


def held_name(frame: Frame, name: str) -> Value | None:
    """What a name of this unit holds at the statement at hand; None where it holds nothing here."""
    held = frame.env.get(name) if frame.env is not None else None
    if frame.env is not None and isinstance(held, _UNSETTLED):
        held = frame.env[name] = settled(frame, held)
    return held


def is_defined_later(frame: Frame, node: ir.Node) -> bool:
    """Whether a call names a global: one that is nothing so far is bound when the body of its module has run."""
    root = node.func if isinstance(node, ir.Call) else node
    while isinstance(root, ir.Attribute):
        root = root.value
    if not isinstance(root, ir.Name):
        return False
    held = held_name(frame, root.id)
    return held is None or isinstance(held, ModuleValue)


def settled(frame: Frame, value: Value) -> Value:
    """A value with what imports bound looked up; modules that import a name from each other bind it to nothing."""
    if not isinstance(value, _UNSETTLED):
        return value
    seen: set[Value] = set()
    while any(isinstance(option, Imported) for option in options(value)):
        found: list[Value] = []
        for option in options(value):
            if not isinstance(option, Imported):
                found.append(option)
            elif option not in seen:
                seen.add(option)
                named = _unsettled_member(frame, option.source, option.name)
                found.append(named if isinstance(named, FunctionValue) else with_step(named, option.step))
        value = join(*found)
    return value


def _enclosing(frame: Frame, name: str) -> Value | None:
    """The value of a variable that an enclosing function binds, or None."""
    unit = frame.binding(name)
    if unit is None:
        return None
    # The enclosing function has to run for its variables to have values.
    frame.engine.begin(unit)
    return settled(frame, frame.engine.read(cells.Local(unit, name)))


def module_global(frame: Frame, module: ModuleInfo, name: str) -> Value:
    """A global name as a function of the module sees it, or a built-in, or Unknown."""
    return settled(frame, _unsettled_global(frame, module, name))


def _unsettled_global(frame: Frame, module: ModuleInfo, name: str) -> Value:
    if name in module.bound:
        return _read(frame, module.path, name)
    for star in module.stars:
        source = frame.engine.index.find(module.path, star.module, star.level)
        other = frame.engine.module(source) if source and source != module.path else None
        if other is not None and name in exported(frame, other):
            return _unsettled_member(frame, other.path, name)
        if source is None and not star.level:
            found = libraries.dotted(frame, f"{star.module}.{name}")
            if found is not None and not isinstance(found, Unknown | Missing):
                return found
    own = plugins.attribute(module.path, name)
    if own is not None:
        return own
    if name in _BUILTINS:
        return External(f"builtins.{name}")
    # What `globals()[name] = value` or `builtins.name = value` made.
    made = join(
        frame.engine.read(cells.Global(module.path, name)),
        frame.engine.read(cells.HeldOutside(cells.BUILTINS, name)),
    )
    return UNKNOWN if isinstance(made, Bottom) else made


def _read(frame: Frame, path: str, name: str) -> Value:
    """The cell of a global, with its module evaluated."""
    frame.engine.begin(frame.engine.defining(path, name))
    return frame.engine.read(cells.Global(path, name))


def exported(frame: Frame, module: ModuleInfo, depth: int = 8) -> frozenset[str]:
    """The names that a star import of a module brings."""
    found = {name for name in module.bound if not name.startswith("_")}
    for star in module.stars if depth else ():
        source = frame.engine.index.find(module.path, star.module, star.level)
        other = frame.engine.module(source) if source and source != module.path else None
        if other is not None:
            found |= exported(frame, other, depth - 1)
    return frozenset(found)


def global_of(frame: Frame, path: str, name: str) -> Value:
    """An attribute of a module of the program (or of a package's folder)."""
    return settled(frame, _unsettled_member(frame, path, name))


def _unsettled_member(frame: Frame, path: str, name: str) -> Value:
    module = frame.engine.module(path) if path.endswith(".py") else None
    if module is not None and (name in module.bound or name in exported(frame, module)):
        value = _unsettled_global(frame, module, name)
        if not isinstance(value, Bottom):
            return value
        inside = frame.engine.index.submodule(path, name)
        return ModuleValue(inside) if inside else BOTTOM
    inside = frame.engine.index.submodule(path, name)
    return ModuleValue(inside) if inside else UNKNOWN


def imported(frame: Frame, module: str, level: int = 0) -> Value:
    """The module that a dotted name means in this file."""
    # A module of the program wins over a library of the same name, as it does for Python when the tree is on the
    # path.
    path = frame.engine.index.find(frame.module.path, module, level)
    if path is not None:
        return ModuleValue(path)
    if level:
        return UNKNOWN
    found = libraries.dotted(frame, module)
    return External(module) if found is None else found


def import_from(frame: Frame, statement: ir.ImportFrom) -> None:
    """`from module import names`."""
    source = imported(frame, statement.module, statement.level)
    for name, alias in statement.names:
        if name == "*":
            _import_star(frame, source)
            continue
        step = frame.step(statement, f"'{name}' is imported from '{'.' * statement.level}{statement.module}'")
        if isinstance(source, ModuleValue) and source.path != frame.module.path:
            frame.bind(alias, Imported(source.path, name, step))
        else:
            frame.bind(alias, with_step(_imported_name(frame, source, name), step))


def _imported_name(frame: Frame, source: Value, name: str) -> Value:
    match source:
        case ModuleValue(path) if path == frame.module.path:
            inside = frame.engine.index.submodule(path, name)
            return ModuleValue(inside) if inside else module_global(frame, frame.module, name)
        case _:
            return attributes.get(frame, source, name, None)


def _import_star(frame: Frame, source: Value) -> None:
    """Bind what a star import brings; those of a library are found when a name is looked up."""
    if not isinstance(source, ModuleValue) or not source.path.endswith(".py"):
        return
    module = frame.engine.module(source.path)
    if module is None or module is frame.module:
        return
    for name in sorted(exported(frame, module)):
        frame.bind(name, global_of(frame, source.path, name))
