"""Methods whose class decides what they send: which class they are called on, and where the request then stands.

A base class sends for its subclasses (`self.sdk_class.create()`). Who calls the method on one of them asks for what that
class sends: the request stands at the call. What no caller asks for is sent only if code outside of the project calls the
method. Where nobody says which class it is, it stands in the method, for each class that has it. Read from the finished
tables of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leastscope.python.domain.effects import Effect, Fails, Opens, Sends, Site, Summary
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    UNION_LIMIT,
    UNKNOWN,
    ClassValue,
    FunctionValue,
    Instance,
    Place,
    Unit,
    Value,
    options,
)
from leastscope.python.sending.attribution import DEEPEST
from leastscope.python.state.hierarchy import class_attribute, subclasses

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from leastscope.python.state.engine import Engine

Operation: TypeAlias = tuple[str, ...]
Choice: TypeAlias = tuple[Place, Site]
"""A call in a method at which its class chooses the operation."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the classes of methods choose.

    operations   of each choice, all that one of the classes sends
    several      of each choice, what each of the classes sends
    named        what callers ask for that say which class it is
    any_class    the choices behind calls that do not say it
    guessed      the choices to which only a guess leads a call that does not say it
    elsewhere    calls whose request stands in the method that they lead to
    unnamed      calls in functions of a parameter whose class nobody names, with what is sent whichever class it is
    same         what methods send whichever class they are called on
    """

    operations: Mapping[Choice, frozenset[Operation]]
    several: Mapping[Choice, frozenset[frozenset[Operation]]]
    named: Mapping[Choice, frozenset[Operation]]
    any_class: frozenset[Choice]
    guessed: frozenset[Choice]
    elsewhere: frozenset[tuple[Choice, Choice]]
    unnamed: Mapping[Choice, frozenset[Operation]]
    same: frozenset[tuple[Choice, Operation]]

    def is_elsewhere(self, unit: Unit, effect: Effect) -> bool:
        """Whether an effect of a unit is a request that stands in the method that the call leads to."""
        through = _through(effect, self.operations) if isinstance(effect, Sends) else []
        return bool(through) and ((unit.place, effect.site), through[0]) in self.elsewhere

    def left_to(self, engine: Engine, unit: Unit, effect: Sends) -> Sends | None:
        """What is left of a request in the unit that it is an effect of; None where it stands elsewhere."""
        own = (unit.place, effect.site)
        if through := _through(effect, self.operations):
            sure = effect.operation in self.unnamed[own] if own in self.unnamed else self._is_sure(effect, through[0])
            left = effect if sure else replace(effect, resolution="possible")
            return None if self.is_elsewhere(unit, effect) else left
        if any(((one.unit.place, one.site), effect.operation) in self.same for one in effect.within):
            return None
        if own in self.operations and not all(effect.path.split("/")[1:]):
            return None  # the base class itself, which has an empty text where subclasses say what they ask for
        if own not in self.operations:
            return effect
        if own in self.any_class or own not in self.named:
            return effect if self._is_in_each(effect, own) else replace(effect, resolution="possible")
        if effect.operation in self.named[own] or engine.function(unit.place).node.name.startswith("_"):
            return None
        return replace(effect, resolution="possible" if own in self.guessed else "outside")

    def _is_sure(self, effect: Sends, choice: Choice) -> bool:
        """Whether the call by which a request comes through a choice names a class, or every class sends it."""
        return _is_named(effect, choice, self.several) or self._is_in_each(effect, choice)

    def _is_in_each(self, effect: Sends, choice: Choice) -> bool:
        """Whether every class sends a request."""
        return all(effect.operation in each for each in self.several[choice])


def settled(engine: Engine, units: Iterable[Unit]) -> Settled:
    """Tell where the class of a method chooses in any of these units, and what their calls ask for."""
    sent = {unit: _sent(engine, unit) for unit in units}
    decided = {unit for unit in sent if (summary := engine.units.get(unit)) is not None and summary.by_class}
    operations: dict[Choice, frozenset[Operation]] = {}
    in_classes: dict[Choice, frozenset[frozenset[Operation]]] = {}
    for depth in range(DEEPEST + 1):
        found: dict[Choice, list[frozenset[Operation]]] = {}
        for unit, several in sent.items():
            for effects in several if len(several) > 1 else ():
                here = [one for one in effects if len(one.within) == depth and not _through(one, operations)]
                for site, asked in _by_site(here):
                    found.setdefault((unit.place, site), []).append(asked)
        for choice, asked_for in found.items():
            if len(set(asked_for)) > 1:
                in_classes[choice] = in_classes.get(choice, frozenset()).union(asked_for)
                operations[choice] = operations.get(choice, frozenset()).union(*asked_for)
    named: dict[Choice, frozenset[Operation]] = {}
    any_class: set[Choice] = set()
    guessed: set[Choice] = set()
    elsewhere: set[tuple[Choice, Choice]] = set()
    unnamed: dict[Choice, frozenset[Operation]] = {}
    for unit, several in sent.items():
        module = engine.modules[unit.place.path]
        in_tests = module is None or module.in_tests
        of_any = _is_of_any(engine, unit)
        for site, choice, asked_in, sure, names in _calls(several, operations, in_classes):
            # A call that only a guess leads to the method says nothing of what others ask for.
            counts = sure and not in_tests
            asked = frozenset[Operation]().union(*asked_in)
            if of_any:
                unnamed[unit.place, site] = frozenset[Operation].intersection(*asked_in)
            if not sure and not in_tests and asked == operations[choice]:
                guessed.add(choice)
            if len(set(asked_in)) > 1 and not of_any:
                elsewhere.add(((unit.place, site), choice))
            elif asked == operations[choice] and (of_any or not names):
                elsewhere.add(((unit.place, site), choice))
                if counts:
                    any_class.add(choice)
            elif counts:
                named[choice] = named.get(choice, frozenset()) | asked
        for _, choice, asked_in, sure, _ in _calls(_left_open(engine, unit), operations, in_classes):
            if sure and not in_tests:
                named[choice] = named.get(choice, frozenset()).union(*asked_in)
    named = {choice: _of_chain(choice, operations, named) for choice in named}
    same = {
        ((unit.place, effect.site), effect.operation)
        for unit, several in sent.items()
        if unit in decided
        for effects in several
        for effect in effects
        if (unit.place, effect.site) not in operations and not _through(effect, operations)
    }
    called = (named, frozenset(any_class), frozenset(guessed), frozenset(elsewhere))
    return Settled(operations, in_classes, *called, unnamed, frozenset(same))


def _is_of_any(engine: Engine, unit: Unit) -> bool:
    """Whether a function is of a parameter whose class decides, and no call says which one it is."""
    summary = engine.units.get(unit)
    decides = summary is not None and _decided_by_class(engine, unit, summary) is not None
    return decides and unit.place not in engine.noted.calls


def _decided_by_class(engine: Engine, unit: Unit, summary: Summary) -> tuple[str, Value] | None:
    """The parameter whose class decides, with what it stands for, unless the class that a method is called on does."""
    if not summary.typed:
        return None
    info = engine.function(unit.place)
    receiver = info.node.parameters[0].name if info.cls is not None else ""
    return None if receiver in dict(summary.typed) else summary.typed[0]


def _sent(engine: Engine, unit: Unit) -> list[list[Sends]]:
    """The requests of a unit, for each class that decides what it sends."""
    summary = engine.units.get(unit)
    if summary is None:
        return []
    several = _in_each(engine, unit, summary) or [summary]
    return [[effect for effect in one.effects if isinstance(effect, Sends)] for one in several]


def _in_each(engine: Engine, unit: Unit, summary: Summary) -> list[Summary]:
    """What a method does for each class and object that decides it; beside objects, what it does for any of them counts."""
    units = class_units(engine, unit, summary)
    several = {one: known for one in units if (known := engine.units.get(one)) is not None}
    sent = {effect.site for one in several.values() for effect in one.effects if isinstance(effect, Sends)}
    left = {one for one in several if _is_unfinished(engine, one)}
    found = [_without_untold(known, sent) if one in left else known for one, known in several.items()]
    by_object = any(_is_made(value) for one in units for _, value in _decided_by(one))
    return [*found, summary] if by_object else found


def _is_unfinished(engine: Engine, unit: Unit) -> bool:
    """Whether a unit is for a class above others that no call is made for: these may say what it leaves out."""
    ((name, of),) = unit.arguments or (("", UNKNOWN),)
    if not isinstance(of, Instance | ClassValue) or not subclasses(engine, of.place):
        return False
    asked = _given(engine, unit, name)
    return not any(isinstance(one, Instance | ClassValue) and one.place == of.place for one in asked)


def _given(engine: Engine, unit: Unit, name: str) -> set[Value]:
    """What the followed calls of a function give for one of its parameters."""
    followed = engine.noted.followed.get(unit.place, {})
    given = (dict(each.arguments or ()).get(name) for units in followed.values() for each in units)
    return {each for each in given if each is not None}


def _without_untold(summary: Summary, sent: set[Site]) -> Summary:
    """What a class does that leaves out what classes below it say, at calls that send something for these."""
    told = frozenset(one for one in summary.effects if not _is_answered(one, "raw-request", sent))
    return replace(summary, effects=told)


def _left_open(engine: Engine, unit: Unit) -> list[list[Sends]]:
    """The requests of a function that no caller closes, for arguments of which nothing is known."""
    summary = engine.units.get(unit)
    if summary is None or unit.place in engine.noted.calls or not is_open(summary.effects):
        return []
    closed = engine.units.get(any_arguments(unit, summary))
    return [] if closed is None else [[effect for effect in closed.effects if isinstance(effect, Sends)]]


def _of_chain(
    choice: Choice, operations: Mapping[Choice, frozenset[Operation]], named: Mapping[Choice, frozenset[Operation]]
) -> frozenset[Operation]:
    """What callers ask for at a call and at others of its chain (`list(..).auto_paging_iter()`): it is one request."""
    place, (start, _) = choice
    return frozenset[Operation]().union(
        *(
            asked
            for other, asked in named.items()
            if (other[0], other[1][0]) == (place, start) and operations[other] == operations[choice]
        )
    )


def _by_site(effects: Iterable[Sends]) -> Iterator[tuple[Site, frozenset[Operation]]]:
    found: dict[Site, set[Operation]] = {}
    for effect in effects:
        found.setdefault(effect.site, set()).add(effect.operation)
    yield from ((site, frozenset(operations)) for site, operations in found.items())


def _calls(
    several: Iterable[Iterable[Sends]],
    operations: Mapping[Choice, frozenset[Operation]],
    in_classes: Mapping[Choice, frozenset[frozenset[Operation]]],
) -> Iterator[tuple[Site, Choice, list[frozenset[Operation]], bool, bool]]:
    """The calls that lead to a choice: what they ask for in each class of the method around them, if surely, if by name."""
    found: dict[tuple[Site, Choice], list[frozenset[Operation]]] = {}
    sure: set[tuple[Site, Choice]] = set()
    unnamed: set[tuple[Site, Choice]] = set()
    for effects in several:
        here: dict[tuple[Site, Choice], set[Operation]] = {}
        for effect in effects:
            for choice in _through(effect, operations):
                here.setdefault((effect.site, choice), set()).add(effect.operation)
                if effect.resolution == "resolved":
                    sure.add((effect.site, choice))
                if operations[choice] == _asked(effect, choice) or not _is_named(effect, choice, in_classes):
                    unnamed.add((effect.site, choice))
        for call, asked in here.items():
            found.setdefault(call, []).append(frozenset(asked))
    yield from ((*call, asked, call in sure, call not in unnamed) for call, asked in found.items())


def _is_named(effect: Sends, choice: Choice, in_classes: Mapping[Choice, frozenset[frozenset[Operation]]]) -> bool:
    """Whether the call by which a request comes through a choice names a class: it asks for what one class sends."""
    asked = _asked(effect, choice)
    return len(asked) == 1 or asked in in_classes[choice]


def _asked(effect: Sends, choice: Choice) -> frozenset[Operation]:
    """What the call asks for by which a request comes through a choice."""
    return frozenset[Operation]().union(
        *(one.operations for one in effect.within if (one.unit.place, one.site) == choice)
    )


def _through(effect: Sends, operations: Mapping[Choice, frozenset[Operation]]) -> list[Choice]:
    """The choices that a request came through, the innermost first."""
    return [choice for one in effect.within if (choice := (one.unit.place, one.site)) in operations]


def effects_of(engine: Engine, unit: Unit, summary: Summary) -> Iterable[Effect]:
    """What a unit does: for a method that depends on its class, what it does in each class that has it.

    What callers who only say whom to ask leave to it is its own, too.
    """
    known = [each.effects for each in _in_each(engine, unit, summary)]
    open_sites = {effect.site for effect in summary.effects if isinstance(effect, Opens)}
    handed = [
        effect
        for each in engine.noted.handed.get(unit, ())
        if (inner := engine.units.get(each)) is not None
        for effect in inner.effects
        if isinstance(effect, Sends | Fails) and effect.site in open_sites
    ]
    every = frozenset(handed).union(engine.noted.assumed.get(unit, ()), *(known or (summary.effects,)))
    if not known:
        return every
    sent = {effect.site for effect in every if isinstance(effect, Sends)}
    # A class whose library type lacks the method is one that the code does not call it on.
    return [effect for effect in every if not _is_answered(effect, "unknown-member", sent)]


def _is_answered(effect: Effect, kind: str, sent: set[Site]) -> bool:
    """Whether something of a kind fails at a call that sends something for other classes."""
    return isinstance(effect, Fails) and effect.kind == kind and effect.site in sent


def class_units(engine: Engine, unit: Unit, summary: Summary) -> list[Unit]:
    """A method whose class decides what it does, evaluated for each class that inherits it; else nothing.

    So is a function of a parameter whose class decides, for each class that its annotation allows.
    """
    info = engine.function(unit.place) if unit.place.start >= 0 else None
    if info is None or not summary.by_class:
        return []
    if decided := _decided_by_class(engine, unit, summary):
        name, above = decided
        return [Unit(unit.place, unit.frame, ((name, one),)) for one in _allowed(engine, above)]
    if info.cls is None and unit.frame is not None and (around := engine.units.get(unit.frame)) is not None:
        return [Unit(unit.place, one) for one in class_units(engine, unit.frame, around)]
    if info.cls is None or not info.node.parameters:
        return []
    having = {info.place, *(caller for caller, _ in engine.noted.calls.get(info.place, ()))}
    places = [
        one for one in (info.cls, *subclasses(engine, info.cls)) if _inherits(engine, one, info.node.name, having)
    ]
    receiver = info.node.parameters[0].name
    made: list[Value] = [
        ClassValue(place) if info.kind == "class" else _object_of(engine, place, info.cls) for place in places
    ]
    made += _objects(engine, unit, receiver)
    return [Unit(unit.place, unit.frame, ((receiver, value),)) for value in made]


def _allowed(engine: Engine, above: Value) -> list[Value]:
    """What a parameter may be that stands for any class at or below one, or for any object of these."""
    place = above.place if isinstance(above, Instance | ClassValue) else None
    several = () if place is None else (place, *subclasses(engine, place))
    return [ClassValue(one) if isinstance(above, ClassValue) else _object_of(engine, one, place) for one in several]


def _object_of(engine: Engine, place: Place, top: Place | None) -> Instance:
    """An object of a class and of none below it."""
    return Instance(place, () if place == top or subclasses(engine, place) else None)


def _objects(engine: Engine, unit: Unit, receiver: str) -> list[Value]:
    """The objects on which a method is called, where it is known how they are made."""
    found = [each for each in _given(engine, unit, receiver) if _is_made(each)]
    return sorted(found, key=repr) if len(found) <= UNION_LIMIT else []


def _decided_by(unit: Unit) -> tuple[tuple[str, Value], ...]:
    """What a method is evaluated for, or the one that a function stands in."""
    return unit.arguments or (() if unit.frame is None else unit.frame.arguments) or ()


def _is_made(value: Value) -> bool:
    """Whether a value is an object of which is known what it was made with."""
    return isinstance(value, Instance) and bool(value.made_with)


def _inherits(engine: Engine, place: Place, name: str, having: Container[Place]) -> bool:
    """Whether a class has a method as it is, or one in its place that calls it."""
    found = options(class_attribute(engine, place, name))
    return any(isinstance(option, FunctionValue) and option.place in having for option in found)


def any_arguments(unit: Unit, summary: Summary) -> Unit:
    """A function evaluated for arguments of which nothing is known."""
    return Unit(unit.place, unit.frame, tuple((name, UNKNOWN) for name in sorted(summary.relevant)))


def is_open(effects: Iterable[Effect]) -> bool:
    """Whether callers decide a call of a system."""
    return any(isinstance(effect, Opens) and effect.system for effect in effects)
