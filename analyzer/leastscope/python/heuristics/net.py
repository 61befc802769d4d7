"""A second reading of every file: calls that look like a request, and of which the evaluator said nothing.

The evaluator follows values; this looks at the text of the calls alone. Each call that ends as one of a library, or whose
method is called after a request and receives the path of an operation, must be explained: a request or a gap stands there
or on its way, or its receiver is known to be something else. What is left becomes a possible request where it can only be
one operation, else a gap. So silence needs two failures that are independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leastscope.model import ApiRequest, Gap, Step
from leastscope.python.domain.arguments import named_in
from leastscope.python.heuristics import chains, elsewhere, paths
from leastscope.python.heuristics.elsewhere import Suspect
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.index.program import last_name, within
from leastscope.python.interp.statements import evaluate_unit
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leastscope.model import Span
    from leastscope.python.domain.arguments import Call
    from leastscope.python.domain.values import Unit, Value
    from leastscope.python.heuristics.chains import Chain, Ending
    from leastscope.python.heuristics.paths import Operation
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame, Receivers

NOTE = "nothing is known of what is called here, and the call ends as the library's do"
PATH_NOTE = "nothing is known of what is called here, and it receives the path of an operation"
_FEW = 2
"""Operations up to which a call is all of them, possibly; with more it is a gap."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that ends as one of a library does (or else is a request to a path), in the unit that runs it."""

    unit: Unit
    node: ir.Call
    chain: Chain
    ending: Ending | None = None

    @property
    def receiver(self) -> ir.Expr:
        """What the call is made on."""
        return self.chain.before(1 if self.ending is None else self.ending.length)

    @property
    def suspect(self) -> Suspect:
        """What the receiver may be."""
        if self.ending is None:
            return Suspect(frozenset(), telling=True)
        modules = frozenset(module.lower() for module in self.ending.library.modules)
        return Suspect(modules, self.ending.telling)


@dataclass(slots=True)
class Look:
    """What one more evaluation of a unit says of the calls in question.

    `open` are those whose callee and receiver are not known, with the operations that their paths are those of; a call that
    no path of the code leads to is none of them.
    """

    wanted: Mapping[tuple[int, int], Candidate]
    receivers: Receivers
    open: dict[tuple[int, int], tuple[Operation, ...]] = field(default_factory=dict)

    def called(self, frame: Frame, call: Call) -> Value:
        """Judge a call, and give what it gives by what is asked of its receiver otherwise."""
        candidate = self.wanted.get((call.node.start, call.node.end))
        if candidate is not None:
            sent = paths.operations(frame, call) if candidate.ending is None else ()
            known = elsewhere.is_known(frame, call.function, candidate.receiver, candidate.suspect)
            if not known and (sent or candidate.ending is not None):
                self.open[call.node.start, call.node.end] = sent
        return self.receivers.called(frame, call)

    def read(self, frame: Frame, value: Value, node: ir.Node | None) -> Value:
        """Give what reading a property gives."""
        return self.receivers.read(frame, value, node)


@dataclass(frozen=True, slots=True)
class Caught:
    """What only the net found."""

    requests: tuple[ApiRequest, ...] = ()
    gaps: tuple[Gap, ...] = ()


def cast(
    engine: Engine, roots: Mapping[str, Sequence[Unit]], explained: Iterable[Span], used: frozenset[str]
) -> Caught:
    """Give what the evaluator left without a word.

    `explained` are the places of which it said something, `used` the libraries that the code imports somewhere.
    """
    told = {(span.path, span.line, span.column) for span in explained}
    requests: list[ApiRequest] = []
    gaps: list[Gap] = []
    # Sorted, so that the report does not depend on the order in which files were read.
    for path in sorted(roots):
        module = engine.modules[path]
        if module is None:
            continue
        for candidate, sent in _unexplained(engine, module, roots[path], told, used):
            operations = sent or of_ending(engine, module, candidate.ending)
            found = _requests(module, candidate, operations)
            requests += found
            if not found:
                gaps.append(_gap(module, candidate, operations, engine.knowledge.parameters))
    return Caught(tuple(requests), tuple(gaps))


def _unexplained(
    engine: Engine,
    module: ModuleInfo,
    units: Sequence[Unit],
    told: set[tuple[str, int, int]],
    used: frozenset[str],
) -> Iterator[tuple[Candidate, tuple[Operation, ...]]]:
    """The calls of a file that look like a request and that nothing explains, with the operations that a path tells."""
    left: dict[Unit, dict[tuple[int, int], Candidate]] = {}
    for candidate in _candidates(engine, module, units, used):
        span = module.span(candidate.node)
        if (span.path, span.line, span.column) not in told:
            left.setdefault(candidate.unit, {})[candidate.node.start, candidate.node.end] = candidate
    # 'Nothing is known of it' can turn false as facts grow, so it is asked only now that all of them have settled. Only
    # a unit with such a call is evaluated once more, and just once for all of its calls.
    for unit, wanted in left.items():
        look = Look(wanted, RECEIVERS)
        evaluate_unit(engine, unit, look)
        yield from ((candidate, look.open[place]) for place, candidate in wanted.items() if place in look.open)


def _candidates(engine: Engine, module: ModuleInfo, units: Sequence[Unit], used: frozenset[str]) -> Iterator[Candidate]:
    for unit, body in _scopes(module, units):
        for node in within(body):
            if type(node) is ir.Call:
                chain = chains.chain_of(node.func)
                if chain is None:
                    continue
                for ending in chains.endings(engine.knowledge, chain.names):
                    if _counts(module, chain, ending, used):
                        yield Candidate(unit, node, chain, ending)
                if paths.is_path_call(module, node):
                    yield Candidate(unit, node, chain)


def _counts(module: ModuleInfo, chain: Chain, ending: Ending, used: frozenset[str]) -> bool:
    """Whether a file is one in which such a call can be the library's: it names the system, or imports the library.

    Other libraries have `customers.list(` too: only where the library is imported, or the receiver is called after it, does
    that mean anything. A telling call means something wherever other files import the library, since objects travel.
    """
    modules = ending.library.modules
    if ending.telling and ending.library.distribution in used:
        return True
    if ending.telling or _called_after(chain.before(ending.length)) in modules:
        return ending.library.system in module.speaks_of
    return not module.imports.isdisjoint(modules)


def _called_after(node: ir.Expr) -> str:
    """The name of what an expression gives: the last one in it, or the key of an entry."""
    if isinstance(node, ir.Subscript) and isinstance(node.index, ir.Constant):
        return str(node.index.value)
    return last_name(node)


def _scopes(module: ModuleInfo, units: Sequence[Unit]) -> Iterator[tuple[Unit, tuple[ir.Stmt, ...]]]:
    """The bodies of a file with the units that run them; that of a class runs where the class stands."""
    by_place = {unit.place: unit for unit in units}
    for unit in units:
        info = module.functions.get(unit.place.start)
        yield unit, module.tree.body if info is None else info.node.body
    # A class body is no unit of its own: whatever surrounds the class runs it.
    for cls in module.classes.values():
        yield units[0] if cls.outer is None else by_place.get(cls.outer, units[0]), cls.node.body


def of_ending(engine: Engine, module: ModuleInfo, ending: Ending | None) -> tuple[Operation, ...]:
    """Give the operations that calls with an ending are for; none where not all of them are known."""
    if ending is None:
        return ()
    library = ending.library
    first, last = engine.window(module.path, library)
    # Where no member fits the installed release, all are taken: a wrong release must not hide the call.
    fitting = [each for each in ending.members if each.first <= last and each.last >= first] or ending.members
    sent = tuple(dict.fromkeys((library.system, each.server, each.verb, each.path) for each in fitting))
    return sent if all(engine.knowledge.is_known(*each) for each in sent) else ()


def _requests(module: ModuleInfo, candidate: Candidate, sent: Sequence[Operation]) -> list[ApiRequest]:
    """The requests that a call possibly sends, if they are few."""
    # With many operations, a request for each would ask for grants that most of them do not need: a gap is honest.
    paths_of = {path for _, _, _, path in sent}
    if len(sent) > _FEW or (candidate.ending is None and len(paths_of) < len(sent)):
        return []
    note = NOTE if candidate.ending is not None else PATH_NOTE
    return [request_at(module, module.span(candidate.node), each, note) for each in sent]


def request_at(module: ModuleInfo, span: Span, sent: Operation, note: str) -> ApiRequest:
    """Make a request that is possible at a place, and why it is."""
    system, server, verb, path = sent
    return ApiRequest(
        span,
        system,
        verb,
        path,
        server,
        "possible",
        "unknown",
        "unknown",
        module.in_tests,
        (),
        closed=False,
        evidence=(Step(span, note), Step(span, f"sends {verb} {path}")),
        found_by="net",
    )


def _gap(module: ModuleInfo, candidate: Candidate, sent: Sequence[Operation], parameters: frozenset[str]) -> Gap:
    """Make the gap of a call; what it may need besides its operations is not known where it names certain parameters."""
    if candidate.ending is None:
        system = sent[0][0]
        reason = "the call receives the path of an operation, and leastscope does not know the object before it"
    else:
        words = ".".join(candidate.chain.names[-candidate.ending.length :])
        system = candidate.ending.library.system
        reason = f"the call ends like '{words}' of the library, and leastscope does not know the object before it"
    bounded = named_in(candidate.node).isdisjoint(parameters)
    hidden = tuple(sorted((server, verb, path) for _, server, verb, path in sent)) if bounded else ()
    span = module.span(candidate.node)
    return Gap("unexplained-call", span, system, reason, module.in_tests, operations=hidden)
