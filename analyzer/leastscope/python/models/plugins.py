"""Modules that code imports by names that it puts together, as the plugins of a package are.

`pkgutil.iter_modules(package.__path__)` lists the files of the package, and `import_module` of a name of which only the
package is known is any of its modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import strings
from leastscope.python.domain.contents import elements
from leastscope.python.domain.values import (
    UNION_LIMIT,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Items,
    ModuleValue,
    Value,
    join,
    options,
)
from leastscope.python.models.inherited import OBJECT
from leastscope.python.sending import losses

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_INIT = "/__init__.py"
_HOLE = "{}"
_MEMBERS: dict[str, type[ClassValue | FunctionValue]] = {
    "inspect.isclass": ClassValue,
    "inspect.isfunction": FunctionValue,
}
MEMBERS = "inspect.getmembers"
_FIELDS = ("module_finder", "name", "ispkg")
"""The fields of what `pkgutil` tells of a module, in the order in which they are unpacked."""


def attribute(path: str, name: str) -> Value | None:
    """What Python itself sets in a module: its name, its package, and the folder of a package, for which that stands."""
    dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    is_package = path.endswith(_INIT) or not path.endswith(".py")
    match name:
        case "__name__" if is_package:  # of any other file, it may be "__main__"
            return Const.of(dotted)
        case "__package__":
            return Const.of(dotted if is_package else dotted.rpartition(".")[0])
        case "__path__" if is_package:
            return Items((ModuleValue(path),))
        case _:
            return None


def has(frame: Frame, module: ModuleValue, name: str) -> bool:
    """Whether a module of the program binds a name itself."""
    found = frame.engine.module(module.path) if module.path.endswith(".py") else None
    return found is not None and name in found.bound


def members(frame: Frame, arguments: Arguments, node: ir.Node) -> Value:
    """`inspect.getmembers(module, inspect.isclass)`: names and values of what modules of the program bind."""
    wanted = arguments.at(1, "predicate")
    kind = _MEMBERS.get(wanted.name) if isinstance(wanted, External) else None
    found: list[Value] = []
    for option in options(arguments.at(0, "object") or UNKNOWN):
        module = frame.engine.module(option.path) if isinstance(option, ModuleValue) else None
        if module is None or not isinstance(option, ModuleValue):
            losses.passed(frame, MEMBERS, arguments, node)
            return UNKNOWN
        held = ((name, frame.interpreter.global_of(frame, option.path, name)) for name in sorted(module.bound))
        each = ((name, value) for name, several in held for value in options(several))
        found += [Items((Const.of(name), value)) for name, value in each if kind is None or isinstance(value, kind)]
    if not found:  # a module without any is looked through like the others: nothing is lost in it
        return Items((), Items((UNKNOWN, External(OBJECT))))
    return Items(tuple(found)) if len(found) <= UNION_LIMIT else UNKNOWN


def field(row: Items, name: str) -> Value | None:
    """A field of what `pkgutil` tells of a module, by its name; None where a row is something else."""
    return row.items[_FIELDS.index(name)] if len(row.items) == len(_FIELDS) and name in _FIELDS else None


def listed(frame: Frame, arguments: Arguments, _node: ir.Node) -> Value:
    """`pkgutil.iter_modules(path, prefix)`: a row for each module of the packages, or for any where they are not known."""
    prefix = arguments.at(1, "prefix") or Const.of("")
    packages = [
        one.path for one in options(elements(arguments.at(0, "path") or UNKNOWN)) if isinstance(one, ModuleValue)
    ]
    names = [_stem(path) for package in packages for path in frame.engine.index.modules_in(package)]
    if not 0 < len(names) <= UNION_LIMIT:
        return Items((), Items((UNKNOWN, strings.concat((prefix, UNKNOWN)), UNKNOWN)))
    return Items(tuple(Items((UNKNOWN, strings.concat((prefix, Const.of(name))), UNKNOWN)) for name in names))


def imported(frame: Frame, arguments: Arguments, _node: ir.Node) -> Value:
    """`importlib.import_module(name, package)`: the module of the name, or each that it can mean.

    Where callers give the name, the function is evaluated for what each of them gives.
    """
    open_ended = frame.import_by(arguments.at(0, "name") or UNKNOWN)
    packages = options(arguments.at(1, "package") or UNKNOWN)
    found = [
        _imported(frame, _absolute(strings.template(name) or _HOLE, strings.template(package) or ""))
        for name in options(arguments.at(0, "name") or UNKNOWN)
        for package in packages
    ]
    return join(*found, open_ended)


def is_name(engine: Engine, importer: str, name: Value) -> bool:
    """Whether a text that is imported in a file names a library, or a module of the program that may matter."""
    return any(_is_name(engine, importer, strings.template(option) or "") for option in options(name))


def _is_name(engine: Engine, importer: str, name: str) -> bool:
    dotted = name.partition(":")[0]
    if engine.index.names_library({dotted.partition(".")[0]}):
        return True
    homes = [engine.index.find(importer, one, 0) for one in (dotted, dotted.rpartition(".")[0]) if one.strip(".")]
    return any(home is not None and engine.matters(home) for home in homes)


def _absolute(name: str, package: str) -> str:
    """A name without the dots at its front, which lead up from a package; nothing where the package is not known."""
    bare = name.lstrip(".")
    up = len(name) - len(bare)
    if not up:
        return name
    parts = package.split(".")
    above = parts[: len(parts) - up + 1]
    return ".".join((*above, bare)) if package and above else ""


def _imported(frame: Frame, name: str) -> Value:
    """The modules that a dotted name with holes can mean; each hole is one part of the name, or a piece of one."""
    parts = name.split(".")
    known = next((index for index, part in enumerate(parts) if _HOLE in part), len(parts))
    if not known or not parts[0]:
        return UNKNOWN
    start = frame.interpreter.imported(frame, ".".join(parts[:known]))
    if known == len(parts) or not isinstance(start, ModuleValue):
        return start if known == len(parts) else UNKNOWN
    paths = [start.path]
    for part in parts[known:]:
        paths = [inner for path in paths for inner in _inside(frame, path, part)]
    return join(*(ModuleValue(path) for path in paths)) if paths else UNKNOWN


def _inside(frame: Frame, package: str, part: str) -> list[str]:
    """The modules of a package that one part of a name can mean."""
    if _HOLE not in part:
        inner = frame.engine.index.submodule(package, part)
        return [] if inner is None else [inner]
    before, _, rest = part.partition(_HOLE)
    after = rest.rpartition(_HOLE)[2]
    stems = ((path, _stem(path)) for path in frame.engine.index.modules_in(package))
    return [path for path, stem in stems if stem.startswith(before) and stem.removeprefix(before).endswith(after)]


def _stem(path: str) -> str:
    return path.removesuffix(_INIT).removesuffix(".py").rpartition("/")[2]
