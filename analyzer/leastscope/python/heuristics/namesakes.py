"""Values of which nothing is known but that they are called after a library: clients that a container or framework gives.

`self.shop.orders.create(..)` (where `shop` is the library's name) is taken for a call of the library where its client or
module has such a member. It is only possible, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.effects import Opens
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    Const,
    External,
    FunctionValue,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Param,
    Place,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.sending import libraries, library_types
from leastscope.python.state import hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.library import Library
    from leastscope.python.domain.arguments import Call
    from leastscope.python.state.frame import Frame

_DEEPEST = 3


def called(frame: Frame, call: Call) -> Value:
    """What a call of a member of a namesake gives; Bottom where it is none."""
    if call.receiver is None or not all(_tells_nothing(frame, option) for option in options(call.function)):
        return BOTTOM
    node = call.node
    receiver, inner, service = _parts(frame, call.receiver)
    library = None if receiver is None else _of_name(frame, last_name(receiver))
    if receiver is None or library is None or frame.module.in_tests or not _is_kept(frame, receiver):
        return BOTTOM
    # Tests replace clients by mocks of the same name, so nothing is read into names there (`in_tests` above).
    value = frame.value_before(receiver)
    if not options(value) or not all(_tells_nothing(frame, option) for option in options(value)):
        return BOTTOM
    key = frame.value_before(service) if isinstance(service, ir.Node) else Const.of(service)
    methods = _methods(frame, library, inner, key, call)
    params = parameters_in(value) | parameters_in(key)
    # A parameter is for callers to decide: they may know the client. A protocol is not, since no caller's class is
    # one of it.
    if params and not any(_is_protocol(frame, option) for option in options(value)):
        if methods or not isinstance(key, Const):
            reason = f"'{last_name(receiver)}' has the name of the library, and leastscope does not know its type"
            frame.emit(Opens(frame.site(node), params, library.system, "open-parameter", reason))
        return BOTTOM
    if not methods and not isinstance(key, Const) and _is_sent_by_some(library, call.method):
        frame.fail(
            node,
            "dynamic-operation",
            library.system,
            "only the name of the object suggests that it is a client of the library",
        )
    return join(*(libraries.call_member(frame, method, call.arguments, node) for method in methods))


def _is_kept(frame: Frame, receiver: ir.Expr) -> bool:
    """Whether a name is one that a client is kept under.

    An attribute is; a plain name can be anything's that is close, unless it says so, or is annotated with a protocol.
    """
    # `shop_client.refunds.create()` is a client, `shop_row.items.create()` need not be one: local names are short
    # and mean what the function is about.
    if isinstance(receiver, ir.Attribute) or "client" in last_name(receiver).lower().split("_"):
        return True
    return any(_is_protocol(frame, option) for option in options(frame.value_before(receiver)))


def _tells_nothing(frame: Frame, value: Value) -> bool:
    """Whether a value may be a client: nothing is known of it but perhaps its protocol, or what that says of a method."""
    match value:
        case FunctionValue(_, bound) if bound is not None:
            return _is_protocol(frame, bound)
        case _:
            return contents.says_nothing(value) or isinstance(value, External) or _is_protocol(frame, value)


def _is_protocol(frame: Frame, value: Value) -> bool:
    match value:
        case Param(kind=Place() as place) | Instance(place):
            return hierarchy.is_protocol(frame.engine, place)
        case _:
            return False


def _parts(frame: Frame, node: ir.Expr) -> tuple[ir.Expr | None, tuple[str, ...], ir.Expr | str]:
    """The client, the names between, and the service, of `client.names.service` or `getattr(client, service)`."""
    if (
        isinstance(node, ir.Call)
        and isinstance(node.func, ir.Name)
        and node.func.id == "getattr"
        and len(node.args) > 1
    ):
        return node.args[0].value, (), node.args[1].value
    names: tuple[str, ...] = ()
    while isinstance(node, ir.Attribute) and len(names) < _DEEPEST:
        names, node = (node.name, *names), node.value
        if _of_name(frame, last_name(node)) is not None:
            return node, names[:-1], names[-1]
    return None, (), ""


def _of_name(frame: Frame, name: str) -> Library | None:
    """The library of one system whose module's name is a word of a name, where the file speaks of the system."""
    words = set(name.lower().split("_"))
    if not words.isdisjoint(frame.engine.knowledge.functions.stand_ins):
        return None
    found = [
        library
        for library in frame.engine.knowledge.libraries.values()
        if library_types.is_of_one_system(frame, library)
        and library.system in frame.module.speaks_of
        and words & {module.lower() for module in library.modules}
    ]
    # Two libraries that share a word of the name tell nothing.
    return found[0] if len(found) == 1 else None


def _methods(frame: Frame, library: Library, inner: tuple[str, ...], key: Value, call: Call) -> list[LibraryMethod]:
    """The methods that a service (or class) of a name has on the client or module of a library, if they send something."""
    step = frame.step(
        call.node, "what is called here has the name of the library, and leastscope does not know its type"
    )
    roots: list[Value] = [
        LibraryObject(library.distribution, kind, sure=False, trail=(step,))
        for kind in frame.engine.knowledge.indexes[library.distribution].clients
    ]
    roots += [LibraryModule(library.distribution, module, (step,), sure=False) for module in library.modules]
    names = contents.texts_in(key)
    for root in roots:
        services = [_member(frame, root, (*inner, name)) for name in names]
        found = [LibraryMethod(one, call.method) for one in services if one and _has(library, one, call.method)]
        # The first root that has the member answers: clients before modules, as new code uses clients.
        if found:
            return found
    return []


def _member(frame: Frame, value: Value, names: tuple[str, ...]) -> LibraryObject | LibraryClass | None:
    for name in names:
        match value:
            case LibraryModule():
                value = libraries.module_member(frame, value, name)
            case LibraryObject() | LibraryClass():
                value = libraries.member(frame, value, name, None)
            case _:
                return None
    return replace(value, sure=False) if isinstance(value, LibraryObject | LibraryClass) else None


def _has(library: Library, owner: LibraryObject | LibraryClass, name: str) -> bool:
    kind = library.types[owner.type]
    members = (*kind.statics.get(name, ()), *(kind.members.get(name, ()) if isinstance(owner, LibraryObject) else ()))
    return any(member.sends == "call" for member in members)


def _is_sent_by_some(library: Library, name: str) -> bool:
    return any(
        member.sends == "call"
        for kind in library.types.values()
        for member in (*kind.members.get(name, ()), *kind.statics.get(name, ()))
    )
