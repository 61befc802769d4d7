"""Values of modeled libraries: their members, their construction, and the requests that calling them sends.

Everything here is driven by `leastscope.library` models; no library is known by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.library import MODULE
from leastscope.model import with_article
from leastscope.python.domain import mappings
from leastscope.python.domain.effects import Handles
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    UNKNOWN,
    Bottom,
    Builtin,
    Configuration,
    Const,
    Inert,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Missing,
    Value,
)
from leastscope.python.sending import configuration, library_types, local, requests, sessions, untold
from leastscope.python.state import cells

if TYPE_CHECKING:
    from leastscope.library import LibraryType, Member
    from leastscope.python.domain.arguments import Arguments
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_DICT_METHODS = frozenset(dir(dict)) | {"to_dict", "to_dict_recursive", "to_json"}
_TEXT_METHODS = frozenset(dir(str))
"""What code calls on a field of a response that is an id or an object."""


def dotted(frame: Frame, name: str) -> Value | None:
    """What a dotted name means if its first part is a library's module; None otherwise."""
    top, *rest = name.split(".")
    for distribution, library in frame.engine.knowledge.libraries.items():
        if top in library.modules:
            value: Value = LibraryModule(distribution, top)
            for part in rest:
                value = (
                    module_member(frame, value, part)
                    if isinstance(value, LibraryModule)
                    else member(frame, value, part, None)
                    if isinstance(value, LibraryClass | LibraryObject)
                    else Inert(distribution, name)
                )
            return value
    return None


def module_member(frame: Frame, module: LibraryModule, name: str) -> Value:
    """An attribute of a library's module."""
    library = library_types.model(frame, module.library)
    full = f"{module.name}.{name}"
    if full in library.names:
        return LibraryClass(module.library, library.names[full], module.trail, module.sure)
    if full in library.settings:
        return configuration.setting(frame, module.library, library.settings[full])
    functions = library.types.get(MODULE + module.name)
    if functions is not None and name in functions.statics:
        return LibraryMethod(LibraryClass(module.library, functions.name, module.trail, module.sure), name)
    index = frame.engine.knowledge.indexes[module.library]
    if index.is_inert(full):
        return Inert(module.library, full)
    if full in index.modules:
        return LibraryModule(module.library, full, module.trail, module.sure)
    if name.startswith("_") or name.isupper() or not library_types.is_of_one_system(frame, library):
        return UNKNOWN
    return Missing(module.library, full)


def configure(frame: Frame, module: LibraryModule, name: str, value: Value) -> None:
    """`module.name = value` for a setting of the library."""
    library = library_types.model(frame, module.library)
    option = library.settings.get(f"{module.name}.{name}")
    if option is not None:
        kept = value if library.options.get(option) == local.ADDRESS else configuration.origins(value)
        frame.store(cells.Setting(module.library, option, frame.module.in_tests), kept)
        if frame.function is not None:
            frame.bind(configuration.setting_name(module.library, option), kept)


def _variants(frame: Frame, value: LibraryClass | LibraryObject, name: str) -> tuple[Member, ...]:
    """The members of a name that the releases in question have; all of them where none of those has it.

    What an object has of its own hides what its class has in the same releases.
    """
    library = library_types.model(frame, value.library)
    kind = library.types[value.type]
    own: tuple[Member, ...] = ()
    prefix = value.prefix if isinstance(value, LibraryObject) else ""
    if isinstance(value, LibraryObject):
        own = kind.members.get(f"{prefix}.{name}" if prefix else name, ())
    of_class = () if prefix else kind.statics.get(name, ())
    first, last = frame.engine.window(frame.module.path, library)
    shown = [one for one in of_class if not any(one.first <= other.last and one.last >= other.first for other in own)]
    found = (*own, *shown)
    return tuple(variant for variant in found if variant.first <= last and variant.last >= first) or found


def member(frame: Frame, value: LibraryClass | LibraryObject, name: str, node: ir.Node | None) -> Value:
    """An attribute of a library's class or object."""
    if name == sessions.CONSTRUCTOR:
        return Builtin(value, name)
    variants = _variants(frame, value, name)
    if variants:
        if any(variant.callable for variant in variants):
            return LibraryMethod(value, name)
        if node is not None and any(variant.sends == "read" for variant in variants):
            return requests.send(frame, LibraryMethod(value, name), variants, None, node)
        index = frame.engine.knowledge.indexes[value.library]
        return library_types.results(index, value, variants, "", configuration.inherited(value))
    library = library_types.model(frame, value.library)
    index = frame.engine.knowledge.indexes[value.library]
    if isinstance(value, LibraryObject):
        full = f"{value.prefix}.{name}" if value.prefix else name
        if full in index.nested.get(value.type, ()):
            return _inside(value, full)
    for outer in index.names_of.get(value.type, ()):
        inner = library.names.get(f"{outer}.{name}")
        if inner is not None:
            return LibraryClass(value.library, inner, value.trail, value.sure)
    return (
        _absent(library.types[value.type], value, name) if library_types.is_of_one_system(frame, library) else UNKNOWN
    )


def _inside(value: LibraryObject, prefix: str) -> LibraryObject:
    return replace(value, prefix=prefix)


def _absent(kind: LibraryType, value: LibraryClass | LibraryObject, name: str) -> Value:
    """A member that the model does not have: data of a response, or a gap once it is called."""
    is_data = isinstance(value, LibraryObject) and kind.items
    if name.startswith("_") or name.isupper() or name in _DICT_METHODS or (is_data and name in _TEXT_METHODS):
        return UNKNOWN
    if isinstance(value, LibraryClass) and name[:1].isupper():
        return (
            UNKNOWN  # a class inside a class describes data (the type of arguments); what sends would be in the model
        )
    return Missing(value.library, f"{kind.name}.{name}", is_data)


def field_item(frame: Frame, value: LibraryObject, key: Value, node: ir.Node) -> Value:
    """`value[key]` for a library object."""
    kind = library_types.model(frame, value.library).types[value.type]
    if not kind.items:
        return UNKNOWN
    if isinstance(key, Const) and isinstance(key.value, str):
        found = member(frame, value, key.value, node)
        return UNKNOWN if isinstance(found, LibraryMethod) else found
    return UNKNOWN


def construct(frame: Frame, cls: LibraryClass, arguments: Arguments, node: ir.Node) -> Value:
    """`Class(..)`: an object of the library, working under the options it is given."""
    library = library_types.model(frame, cls.library)
    kind = library.types.get(cls.type)
    if kind is None:
        return UNKNOWN
    given = dict(zip(kind.args, arguments.args, strict=False)) | dict(arguments.keywords)
    open_ended = not (isinstance(arguments.more, Bottom) and isinstance(arguments.extra, Bottom))
    found = configuration.configured(library, Configuration(), given, open_ended=open_ended)
    headers = sessions.signed(frame, cls, given, node)
    if headers is not None:
        found = replace(found, headers=mappings.overlaid(found.headers, headers))
    if found.account is None and not kind.object:
        found = replace(found, account=configuration.default_account(frame.engine.knowledge, library))
    is_client = library_types.is_of_one_system(frame, library) and not (kind.object or cls.type.endswith("Client"))
    made = f"{with_article(repr(cls.type))}{' client' if is_client else ''} is made"
    trail = (*cls.trail, frame.step(node, made))
    return LibraryObject(cls.library, cls.type, (), "", "", found, cls.sure, trail)


def call_member(frame: Frame, method: LibraryMethod, arguments: Arguments, node: ir.Node) -> Value:
    """Call a library's method: a request, a registration of a handler, or nothing."""
    fitting = requests.fitting(frame, _variants(frame, method.owner, method.name), arguments, method)
    variants = library_types.at_origin(method.owner, fitting)
    for variant in variants:
        if variant.handles:
            system = library_types.model(frame, method.owner.library).system
            frame.emit(Handles(frame.site(node), system, variant.handles, "handled"))
    sessions.method_called(frame, method, arguments)
    sending = tuple(variant for variant in variants if variant.sends == "call")
    if sending:
        untold.sent(frame, arguments.given)
        return requests.send(frame, method, sending, arguments, node)
    index = frame.engine.knowledge.indexes[method.owner.library]
    return library_types.results(index, method.owner, variants, "", configuration.inherited(method.owner))
