"""A second reading of every file: calls that end as a library's do, and of which the evaluator said nothing.

The evaluator follows values; this looks at the text of the calls alone. Each call that ends as one of a library must be
explained: a request or a gap stands there or on its way, or its receiver is known to be something else. What is left
becomes a possible request where it can only be one operation, else a gap. So silence needs two failures that are
independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leastscope.model import ApiRequest, Gap, Step
from leastscope.python.heuristics import chains, elsewhere
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.index.program import last_name, within
from leastscope.python.interp.statements import evaluate_unit
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leastscope.library import Member
    from leastscope.model import Span
    from leastscope.python.domain.arguments import Call
    from leastscope.python.domain.values import Unit, Value
    from leastscope.python.heuristics.chains import Chain, Ending
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame, Receivers

NOTE = "nothing is known of what is called here, and the call ends as the library's do"
_FEW = 2
"""Operations up to which a call is all of them, possibly; with more it is a gap."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that ends as one of a library does, in the unit that runs it."""

    unit: Unit
    node: ir.Call
    chain: Chain
    ending: Ending


@dataclass(slots=True)
class Look:
    """What one more evaluation of a unit says of the calls in question.

    `open` are those whose callee and receiver are not known; a call that no path of the code leads to is none of them.
    """

    wanted: Mapping[tuple[int, int], Candidate]
    receivers: Receivers
    open: set[tuple[int, int]] = field(default_factory=set)

    def called(self, frame: Frame, call: Call) -> Value:
        """Judge a call, and give what it gives by what is asked of its receiver otherwise."""
        candidate = self.wanted.get((call.node.start, call.node.end))
        if candidate is not None:
            receiver = candidate.chain.before(candidate.ending.length)
            if not elsewhere.is_known(frame, call.function, receiver, candidate.ending):
                self.open.add((call.node.start, call.node.end))
        return self.receivers.called(frame, call)

    def read(self, frame: Frame, value: Value, node: ir.Node | None) -> Value:
        """Give what reading a property gives."""
        return self.receivers.read(frame, value, node)


@dataclass(frozen=True, slots=True)
class Caught:
    """What only the net found."""

    requests: tuple[ApiRequest, ...] = ()
    gaps: tuple[Gap, ...] = ()


def cast(engine: Engine, roots: Mapping[str, Sequence[Unit]], explained: Iterable[Span]) -> Caught:
    """Give what the evaluator left without a word; `explained` are the places of which it said something."""
    told = {(span.path, span.line, span.column) for span in explained}
    requests: list[ApiRequest] = []
    gaps: list[Gap] = []
    # Sorted, so that the report does not depend on the order in which files were read.
    for path in sorted(roots):
        module = engine.modules[path]
        if module is None:
            continue
        for candidate in _unexplained(engine, module, roots[path], told):
            found = _requests(engine, module, candidate)
            requests += found
            if not found:
                gaps.append(_gap(module, candidate))
    return Caught(tuple(requests), tuple(gaps))


def _unexplained(
    engine: Engine, module: ModuleInfo, units: Sequence[Unit], told: set[tuple[str, int, int]]
) -> Iterator[Candidate]:
    """The calls of a file that end as a library's do, and that nothing explains."""
    left: dict[Unit, dict[tuple[int, int], Candidate]] = {}
    for candidate in _candidates(engine, module, units):
        span = module.span(candidate.node)
        if (span.path, span.line, span.column) not in told:
            left.setdefault(candidate.unit, {})[candidate.node.start, candidate.node.end] = candidate
    # 'Nothing is known of it' can turn false as facts grow, so it is asked only now that all of them have settled. Only
    # a unit with such a call is evaluated once more, and just once for all of its calls.
    for unit, wanted in left.items():
        look = Look(wanted, RECEIVERS)
        evaluate_unit(engine, unit, look)
        yield from (candidate for place, candidate in wanted.items() if place in look.open)


def _candidates(engine: Engine, module: ModuleInfo, units: Sequence[Unit]) -> Iterator[Candidate]:
    for unit, body in _scopes(module, units):
        for node in within(body):
            if type(node) is ir.Call:
                chain = chains.chain_of(node)
                for ending in chains.endings(engine.knowledge, chain.names) if chain is not None else ():
                    if chain is not None and _counts(module, chain, ending):
                        yield Candidate(unit, node, chain, ending)


def _counts(module: ModuleInfo, chain: Chain, ending: Ending) -> bool:
    """Whether a file is one in which such a call can be the library's: it names the system, or imports the library.

    Other libraries have `customers.list(` too: only where the library is imported, or the receiver is called after it, does
    that mean anything.
    """
    modules = ending.library.modules
    if ending.telling or last_name(chain.before(ending.length)) in modules:
        return ending.library.system in module.speaks_of
    return not module.imports.isdisjoint(modules)


def _scopes(module: ModuleInfo, units: Sequence[Unit]) -> Iterator[tuple[Unit, tuple[ir.Stmt, ...]]]:
    """The bodies of a file with the units that run them; that of a class runs where the class stands."""
    by_place = {unit.place: unit for unit in units}
    for unit in units:
        info = module.functions.get(unit.place.start)
        yield unit, module.tree.body if info is None else info.node.body
    # A class body is no unit of its own: whatever surrounds the class runs it.
    for cls in module.classes.values():
        yield units[0] if cls.outer is None else by_place.get(cls.outer, units[0]), cls.node.body


def _requests(engine: Engine, module: ModuleInfo, candidate: Candidate) -> list[ApiRequest]:
    """The operations that a call is for, if they are few and all known."""
    library = candidate.ending.library
    first, last = engine.window(module.path, library)
    members = candidate.ending.members
    # Where no member fits the installed release, all are taken: a wrong release must not hide the call.
    fitting = [member for member in members if member.first <= last and member.last >= first] or list(members)
    known = engine.knowledge.is_known
    sent = {(member.server, member.verb, member.path) for member in fitting}
    # With many operations, a request for each would ask for grants that most of them do not need: a gap is honest.
    if len(sent) > _FEW or not all(known(library.system, *each) for each in sent):
        return []
    span = module.span(candidate.node)
    return [_request(module, span, library.system, member) for member in _distinct(fitting)]


def _distinct(members: Iterable[Member]) -> Iterator[Member]:
    yield from {(member.server, member.verb, member.path): member for member in members}.values()


def _request(module: ModuleInfo, span: Span, system: str, member: Member) -> ApiRequest:
    return ApiRequest(
        span,
        system,
        member.verb,
        member.path,
        member.server,
        "possible",
        "unknown",
        "unknown",
        module.in_tests,
        (),
        closed=False,
        evidence=(Step(span, NOTE), Step(span, f"sends {member.verb} {member.path}")),
        found_by="net",
    )


def _gap(module: ModuleInfo, candidate: Candidate) -> Gap:
    words = ".".join(candidate.chain.names[-candidate.ending.length :])
    reason = f"the call ends like '{words}' of the library, and leastscope does not know the object before it"
    return Gap(
        "unexplained-call", module.span(candidate.node), candidate.ending.library.system, reason, module.in_tests
    )
