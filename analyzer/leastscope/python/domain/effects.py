"""What evaluating a function does besides giving a value: requests sent, events handled, things that could not be told.

Sites are offsets in the file of the evaluated function. Evidence rides along and takes no part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from leastscope.python.domain import contents
from leastscope.python.domain.changes import Change
from leastscope.python.domain.shapes import shape_of
from leastscope.python.domain.values import BOTTOM, UNKNOWN, Const, Param, Place, Unit, Value, distance, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.model import Account, How, Resolution, Scalar, Step

WRITES_LIMIT = 8
"""Values that a function which reads what it gave itself puts somewhere in one way, before others are taken together."""
Site: TypeAlias = tuple[int, int]
Operation: TypeAlias = tuple[str, str, str, str]


class Passed(msgspec.Struct, frozen=True):
    """A parameter of a request: a dotted key, and a literal or (not known) something else."""

    key: str
    value: Scalar
    known: bool

    def __lt__(self, other: Passed) -> bool:
        return (self.key, self.known, str(self.value)) < (other.key, other.known, str(other.value))


class Within(msgspec.Struct, frozen=True):
    """A function that an effect came through: its evaluation for any caller, and what its call at a site sends."""

    unit: Unit
    site: Site
    operations: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sends:
    """A request whose operation is known. `variant`: which of several depends on the library's release.

    `local`: it goes to the machine itself, where only a stand-in of the server can answer.
    """

    site: Site
    system: str
    verb: str
    path: str
    server: str
    account: Account
    credential: str
    passed: tuple[Passed, ...]
    closed: bool
    resolution: Resolution = "resolved"
    variant: bool = False
    local: bool = False
    refinable: frozenset[Param] = frozenset()
    evidence: tuple[Step, ...] = field(default=(), compare=False)
    within: tuple[Within, ...] = field(default=(), compare=False)

    @property
    def operation(self) -> tuple[str, str, str, str]:
        return (self.system, self.server, self.verb, self.path)


@dataclass(frozen=True, slots=True)
class Fails:
    """A call that matters and whose operation cannot be told: one of these (server, verb, path), or without them any."""

    site: Site
    kind: str
    system: str
    reason: str
    evidence: tuple[Step, ...] = field(default=(), compare=False)
    operations: tuple[tuple[str, str, str], ...] = ()


class Opens(msgspec.Struct, frozen=True):
    """A call that callers decide through parameters; `system` is empty where it may be no API call at all."""

    site: Site
    params: frozenset[Param]
    system: str = ""
    kind: str = "open-parameter"
    reason: str = ""
    within: tuple[Within, ...] = ()


class Loses(msgspec.Struct, frozen=True):
    """Something that can send a request goes where the code is not read.

    It may send one of `operations` (server, verb, path), or without them anything of the system. `names` are those that it
    has in the library, `where` says with `{}` in their place what becomes of it. It is no loss where
    somebody reads the `field` in which it is kept, or where callers say which function it is that they `decided`, or where
    the code calls the function or catches the exception that has it (`taken`). Where there are `params`, it is what callers
    give for these, if that can send anything.
    """

    site: Site
    system: str = ""
    names: tuple[str, ...] = ()
    where: str = ""
    operations: tuple[tuple[str, str, str], ...] = ()
    field: str = ""
    decided: bool = False
    params: frozenset[Param] = frozenset()
    taken: Place | None = None


class Handles(msgspec.Struct, frozen=True):
    """An event type that the code handles or registers for."""

    site: Site
    system: str
    event: str
    how: How


class Write(msgspec.Struct, frozen=True):
    """A change of a dict or list that a parameter is given."""

    parameter: str
    change: Change


Effect: TypeAlias = Sends | Fails | Opens | Handles | Loses


class Summary(msgspec.Struct, frozen=True):
    """What one evaluation of a function gave.

    `relevant` are the names of its own parameters that decide any of it; it is hot where they are known to decide a
    request, or which value of a library is returned. `by_class`: the class that a method is called on decides that, or the
    class of a parameter; `typed` are these, each with what stands for all that it may be. `by_argument`: something else
    does. `writes` is what becomes of dicts and lists among the arguments. `symbols` are the parameters of which nothing is
    known but who they are, `handed` the names of relevant ones that go into calls which were passed over, `kept` those that
    are put into dicts and lists where other functions find them, `importing` those that name a module to import.
    """

    returns: Value = UNKNOWN
    effects: frozenset[Effect] = frozenset()
    relevant: frozenset[str] = frozenset()
    hot: bool = False
    by_argument: bool = False
    by_class: bool = False
    typed: tuple[tuple[str, Value], ...] = ()
    writes: tuple[Write, ...] = ()
    symbols: frozenset[Param] = frozenset()
    handed: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    importing: frozenset[str] = frozenset()


def joined(known: Summary, new: Summary, returns: Value, *, restless: bool, recursive: bool) -> Summary:
    """What a unit gives after one more evaluation, with what it returns then; a recursive one reads what it gave.

    Effects are replaced, since those of a superseded evaluation may be wrong. Everything else grows: a return value that
    shrank could let two units wake each other forever. Effects that go to and fro grow as well once a unit is restless.
    """
    return Summary(
        returns,
        known.effects | new.effects if restless else new.effects,
        known.relevant | new.relevant,
        known.hot or new.hot,
        known.by_argument or new.by_argument,
        known.by_class or new.by_class,
        tuple(sorted({**dict(known.typed), **dict(new.typed)}.items(), key=itemgetter(0))),
        known.writes if known.writes == new.writes else _joined_writes(known, new, recursive=recursive),
        known.symbols & new.symbols,
        known.handed | new.handed,
        known.kept | new.kept,
        known.importing | new.importing,
    )


class Nature(NamedTuple):
    """What a summary for any caller says of how its calls are to be followed."""

    relevant: frozenset[str]
    handed: frozenset[str]
    kept: frozenset[str]
    importing: frozenset[str]
    hot: bool
    by_argument: bool
    by_class: bool
    typed: tuple[tuple[str, Value], ...]


class Given(NamedTuple):
    """What a call gets of a summary, beside its effects."""

    returns: Value
    writes: tuple[Write, ...]


class Outcome(NamedTuple):
    """What a call for particular arguments gets of a summary."""

    returns: Value
    effects: frozenset[Effect]
    writes: tuple[Write, ...]


def nature_of(summary: Summary) -> Nature:
    """How calls of a function are to be followed."""
    decided = (summary.hot, summary.by_argument, summary.by_class, summary.typed)
    return Nature(summary.relevant, summary.handed, summary.kept, summary.importing, *decided)


def given_of(summary: Summary) -> Given:
    """What calls of a function get whose arguments are filled in."""
    return Given(summary.returns, summary.writes)


def outcome_of(summary: Summary) -> Outcome:
    """What a call gets whose arguments the summary is for."""
    return Outcome(summary.returns, summary.effects, summary.writes)


def returns_of(summary: Summary) -> Value:
    """What a function returns."""
    return summary.returns


def effects_of(summary: Summary) -> frozenset[Effect]:
    """What a function does besides."""
    return summary.effects


def opened_by(summary: Summary) -> frozenset[Param]:
    """The parameters that decide calls."""
    opens = (effect.params for effect in summary.effects if isinstance(effect, Opens))
    return frozenset[Param]().union(*opens)


def evidence_of(told: object) -> tuple[object, ...]:
    """Where what is told of a summary comes from: the value that is returned, and what is done besides."""
    match told:
        case Summary(returns, effects) | Outcome(returns, effects):
            return distance(returns), evidence_of(effects)
        case Given(returns):
            return (distance(returns),)
        case frozenset():
            return (frozenset((each, each.evidence) for each in told if isinstance(each, Sends | Fails)),)
        case _:
            return ()


def writes_in_order(writes: Iterable[Write]) -> tuple[Write, ...]:
    """Different writes in an order that depends on them alone."""
    return tuple(sorted(set(writes), key=repr))


def _joined_writes(known: Summary, new: Summary, *, recursive: bool) -> tuple[Write, ...]:
    """The writes of two evaluations of a unit; a recursive one would write ever longer texts."""
    writes = writes_in_order((*known.writes, *new.writes))
    return writes_in_order(_without_end(writes)) if recursive else writes


def _without_end(writes: Iterable[Write]) -> Iterator[Write]:
    """Of the values that a function puts somewhere the simplest, and for all others one that stands for any number."""
    growing: dict[tuple[str, str], list[Write]] = {}
    for one in writes:
        change = one.change
        if contents.endless(change.value) and not isinstance(change.key, Const):
            growing.setdefault((one.parameter, change.kind), []).append(one)
        else:
            yield one
    for (parameter, kind), several in growing.items():
        simplest_first = sorted(several, key=lambda one: shape_of(one.change.value).size)
        yield from simplest_first[:WRITES_LIMIT]
        if others := [one.change.value for one in simplest_first[WRITES_LIMIT:]]:
            value = contents.widened(BOTTOM, join(*others))
            yield Write(parameter, Change("update" if kind in {"update", "extend"} else "item", value))


def in_order(effects: Iterable[Effect]) -> list[Effect]:
    """Effects by site and kind, so that what follows from them does not depend on how a set is laid out."""
    return sorted(effects, key=_key)


def _key(effect: Effect) -> tuple[object, ...]:
    match effect:
        case Sends():
            told = (effect.operation, effect.account, effect.credential, effect.resolution, effect.passed)
            return (effect.site, "sends", str(told), effect.evidence)
        case Fails():
            return (
                effect.site,
                "fails",
                str((effect.kind, effect.system, effect.reason, effect.operations)),
                effect.evidence,
            )
        case Opens():
            through = tuple((one.unit.place, one.site) for one in effect.within)
            return (effect.site, "opens", str((effect.system, effect.kind, effect.reason)), through)
        case Loses():
            what = (
                effect.system,
                effect.names,
                effect.where,
                effect.operations,
                effect.field,
                effect.decided,
                effect.taken,
            )
            params = sorted((param.function, param.name) for param in effect.params)
            return (effect.site, "loses", str(what), tuple(params))
        case Handles():
            return (effect.site, "handles", str((effect.system, effect.event, effect.how)), ())
