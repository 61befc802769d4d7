"""What of a library can send, is kept or handed on, and of which no request was found anywhere.

A class of the library in a table, a method in a field: somebody calls it later, or why would it be kept? Where a request
for what it sends stands nowhere and no gap says so, the way from here to the call was lost, however it was lost. This reads
the text alone, as the net does. A method that is only kept is possibly called; a class is a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leastscope.model import Gap
from leastscope.python.heuristics import chains, idle, net
from leastscope.python.heuristics.chains import Ending
from leastscope.python.index.program import last_name
from leastscope.python.sending import library_types, strangers
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.functions import FunctionModels
    from leastscope.library import Library
    from leastscope.model import ApiRequest
    from leastscope.python.heuristics.chains import Chain
    from leastscope.python.heuristics.paths import Operation
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.engine import Engine

NOTE = "a method of the library is kept or handed on here, and nothing is known of who calls it"
_TYPING = frozenset({"cast", "TypeVar", "NewType", "TypeAliasType", "getattr", "hasattr", "type"})
"""Functions whose arguments are types, or from which the evaluation itself goes on."""
_MOST = 60
"""Operations of a class up to which it says something; what can send nearly anything is a client."""
_FEW = 2
"""Operations up to which a method is possibly each of them."""


class _Ended(NamedTuple):
    """An attribute, its names, and what they end like."""

    node: ir.Attribute
    chain: Chain
    ending: Ending


def cast(
    engine: Engine,
    modules: Iterable[ModuleInfo],
    requests: Sequence[ApiRequest],
    gaps: Sequence[Gap],
    used: frozenset[str],
) -> net.Caught:
    """Give what is kept and can send something of which neither a request nor a gap says anything."""
    told = {(one.system, one.server, one.verb, one.path) for one in requests if not one.in_tests}
    told |= {(gap.system, *each) for gap in gaps for each in gap.operations}
    # A gap without operations may be anything of its system, and already keeps grants from being called unused.
    open_ = {gap.system for gap in gaps if not gap.operations}
    found: list[ApiRequest] = []
    lost: list[Gap] = []
    # A system of which nothing was found has a gap of its own.
    systems = {system for system, *_ in told} - (open_ if "" not in open_ else engine.knowledge.events.keys())
    libraries = [engine.knowledge.libraries[name] for name in sorted(used)]
    asked = [library for library in libraries if library.system in systems]
    for module in modules if asked else ():
        if module.in_tests:
            continue
        nodes = list(idle.nodes(module.tree.body))
        left = list(_telling(engine, nodes))
        here = [
            library
            for library in asked
            if any(each.ending.library is library for each in left) or not module.imports.isdisjoint(library.modules)
        ]
        apart = set(_not_kept(nodes, engine.knowledge.functions)) if here else set()
        for library in here:
            for node, name, sent, is_method in _kept(engine, module, library, apart, left):
                if told.isdisjoint(sent):
                    told.update(sent)
                    if is_method and len(sent) <= _FEW:
                        found += [net.request_at(module, module.span(node), each, NOTE) for each in sent]
                    else:
                        reason = f"the code keeps '{name}' here, and leastscope found no request that it sends"
                        hidden = tuple(sorted((server, verb, path) for _, server, verb, path in sent))
                        span = module.span(node)
                        lost.append(Gap("lost-client", span, library.system, reason, operations=hidden))
    return net.Caught(tuple(found), tuple(lost))


def _kept(
    engine: Engine, module: ModuleInfo, library: Library, apart: set[tuple[int, int]], left: Sequence[_Ended]
) -> Iterator[tuple[ir.Node, str, tuple[Operation, ...], bool]]:
    """The classes and methods of a library that a file names and keeps, with what they send.

    What is `apart` is not kept; `left` are the attributes of the file that end like the library's.
    """
    index = engine.knowledge.indexes[library.distribution]
    named = {(use.node.start, use.node.end): use for use in idle.uses(module, library)}
    for use in sorted(named.values(), key=lambda use: use.node.start):
        if not use.as_type and (use.node.start, use.node.end) not in apart:
            yield from ((use.node, use.name, *each) for each in _of_name(engine, module, library, use.name))
    for node, chain, ending in left:
        place = (node.start, node.end)
        if ending.library is library and place not in named and place not in apart and not index.is_inert(node.name):
            sent = net.of_ending(engine, module, ending)
            if sent:
                yield node, ".".join(chain.names[-ending.length :]), sent, True


def _telling(engine: Engine, nodes: Iterable[tuple[object, bool]]) -> Iterator[_Ended]:
    """The attributes of a file that end like hardly anything else than a library, and do not stand where only types do."""
    for node, as_type in nodes:
        if isinstance(node, ir.Attribute) and not as_type:
            chain = chains.chain_of(node)
            for ending in chains.endings(engine.knowledge, chain.names) if chain is not None else ():
                if ending.telling and chain is not None:
                    yield _Ended(node, chain, ending)


def _not_kept(nodes: Iterable[tuple[object, bool]], stand_ins: FunctionModels) -> Iterator[tuple[int, int]]:
    """The places of what is called, based on, compared, replaced for tests, or a part of a type; the rest is kept."""
    based: set[tuple[int, int]] = set()
    for node, _ in nodes:
        several: tuple[object, ...] = ()
        match node:
            case ir.Call(func=func, args=args):
                ends = last_name(func) in _TYPING or strangers.is_stand_in(stand_ins, func)
                typed = tuple(argument.value for argument in args) if ends else ()
                several = (func, *typed)
            case ir.Class(bases=bases):
                several = tuple(base.value for base in bases)
                based |= {(base.value.start, base.value.end) for base in bases}
            case ir.Subscript() if (node.start, node.end) not in based:
                several = tuple(inner for inner, _ in idle.nodes(node.index))
            case ir.Compare(left=left, rest=rest):
                several = (left, *(right for _, right in rest))
            case ir.Operation(op=op, left=left, right=right) if op not in ("and", "or"):
                several = (left, right)
            case _:
                continue
        yield from ((each.start, each.end) for each in several if isinstance(each, ir.Node))


def _of_name(
    engine: Engine, module: ModuleInfo, library: Library, dotted: str
) -> Iterator[tuple[tuple[Operation, ...], bool]]:
    """The operations of a method or a class that a dotted name stands for, and whether it is a method."""
    clients = engine.knowledge.indexes[library.distribution].near_clients
    first, *rest = dotted.split(".")
    made = library.names.get(".".join((first, *rest[:1])))
    start, path = ((made,), rest[1:]) if made in clients else ((), rest)
    members = tuple(dict.fromkeys(chains.members_of(library, start, tuple(path)))) if path else ()
    if members:
        sent = net.of_ending(engine, module, Ending(library, len(path), members, telling=True))
        yield from [(sent, True)] if sent else []
        return
    kinds = [inner.name for kind in start for inner in chains.reached(library, kind, path)] if path else []
    kinds += [library.names[dotted]] if dotted in library.names and made not in clients else []
    several = {each for kind in kinds for each in library_types.sent_by(library, kind, 0)}
    told = sorted((library.system, *each) for each in several if "$" not in "".join(each))
    if 0 < len(told) <= _MOST:
        yield tuple(told), False
