"""The evaluator's tables and its loop.

A unit is one evaluation: of a module's body, or of a function for any caller (its parameters stand for themselves), or
of a function for one tuple of the arguments that decide something in it. Units read cells (globals, attributes, closed
over variables) and each other's summaries; every reader is recorded and evaluated again when what it read has grown.
Cells only grow, so the loop ends; caps make it end soon, and each one hit is an effect that becomes a gap.

The functions that walk statements and expressions are in `frame` and below; this module knows only tables.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from leastscope.python.domain import contents, trails
from leastscope.python.domain.effects import Outcome, Summary, evidence_of, joined, nature_of, outcome_of
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import BOTTOM, Place, Unit, Value, distance, join, parameters_in, tells_more
from leastscope.python.state import cells, standing
from leastscope.python.state.contexts import Contexts
from leastscope.python.state.notes import Cut, Following, Noted, noted
from leastscope.python.state.roots import Parts, module_unit
from leastscope.python.state.wanting import Wanting

if TYPE_CHECKING:
    from leastscope.library import Knowledge, Library
    from leastscope.python.domain.effects import Site
    from leastscope.python.index.modules import ModuleIndex
    from leastscope.python.index.program import ClassInfo, FunctionInfo, ModuleInfo
    from leastscope.python.state.notes import Note

DEPTH_LIMIT = 24
"""Units evaluated inside one another before the rest waits in the queue."""
RESTLESS = 40
"""Evaluations of one unit before all that it says grows and is widened, which ends what goes to and fro."""
RUN_LIMIT = 400
"""Evaluations of one unit: the last resort behind that."""
GROWTH_LIMIT = 8
"""Texts and containers that an entry may be which its writer reads, before it is widened."""
BUDGET = 200_000
"""Evaluations in all."""


_NOWHERE: frozenset[Place] = frozenset()
Key: TypeAlias = cells.Cell | cells.Fact | cells.Places | cells.Signal | Unit | Place
"""What a unit can have read: an entry, a signal, a summary, or the number of ways in which a function is called."""
Evaluate: TypeAlias = Callable[["Engine", Unit], Summary]
_Told = TypeVar("_Told")


class Engine:
    """The tables, and the loop over them.

    `load` gives the module of a path (None where it cannot be read); `window` the releases of a library that can apply
    to a file, as indexes; `evaluate` walks one unit.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        index: ModuleIndex,
        load: Callable[[str], ModuleInfo | None],
        window: Callable[[str, Library], tuple[int, int]],
        evaluate: Evaluate,
    ) -> None:
        self.knowledge = knowledge
        self.index = index
        self.window = window
        self.modules: dict[str, ModuleInfo | None] = {}
        self.units: dict[Unit, Summary] = {}
        self._contexts = Contexts()
        self.stopped: dict[Place, str] = {}  # ran too often
        self._added: set[str] = set()
        self.carried: dict[Place, frozenset[str]] = {}
        self._parts = Parts()
        self.seen: dict[Place, frozenset[tuple[int, int]]] = {}
        self._load = load
        self._evaluate = evaluate
        self.orders: dict[cells.Order, tuple[Place, ...]] = {}
        self.relatives: Counter[cells.Order] = Counter()
        self.bound_below: dict[Place, frozenset[str]] = {}
        self.told_beside: dict[Place, set[Place]] = {}
        self.stored_on: dict[Place, dict[str, None]] = {}
        self._cells: dict[cells.Cell, Value] = {}
        self._facts: set[cells.Fact] = set()
        self._sets: dict[cells.Places, frozenset[Place]] = {}
        # Units are noted as readers by number: every read of every cell notes one, and a unit is slow to hash.
        self._numbers: dict[Unit, int] = {}
        self._numbered: list[Unit] = []
        self._readers: defaultdict[Key, dict[int, None]] = defaultdict(dict)
        self._queue: OrderedDict[int, None] = OrderedDict()
        self._running: list[int] = []
        # Which units each one asked for in its last evaluation, with the arguments on the shortest way (the first: while
        # none ran), and for each how many did: what no caller gives any more is not worth another evaluation.
        self._asking: list[dict[int, Unit]] = [{}]
        self._asked: dict[int, dict[int, Unit]] = {}
        self._askers: Counter[int] = Counter()
        self._asleep: set[int] = set()
        # What each unit gave and wrote in its last evaluation; the first is what was written while none ran.
        self._last: dict[Unit, Summary] = {}
        self._writing: list[dict[cells.Cell, list[Value]]] = [{}]
        self._written: dict[int, dict[cells.Cell, list[Value]]] = {}
        self._noting: list[dict[Note, None]] = []
        self._notes: dict[int, dict[Note, None]] = {}
        self._gathered = (0, Noted())
        self._keeping: set[int] = set()
        self._told: dict[Unit, dict[Callable[[Summary], object], object]] = {}
        self._tests: dict[Unit, dict[cells.Fact | cells.Passes, Callable[[Engine, Summary], bool]]] = {}
        self._runs: dict[int, int] = {}
        self._widened: set[Key] = set()
        # What came to be known on a shorter way since it was read, and the units whose arguments did.
        self._nearer: dict[Key, None] = {}
        self._better: dict[int, None] = {}
        self.wanting = Wanting(self._running, self._number, self._asked_by, self._queue.setdefault)
        self.spent = 0

    def module(self, path: str) -> ModuleInfo | None:
        """The module of a path, loaded at the first call."""
        if path not in self.modules:
            self.modules[path] = self._load(path)
        return self.modules[path]

    def add(self, module: ModuleInfo) -> None:
        """Take a module among those that matter, whose functions are all evaluated."""
        self.modules[module.path] = module
        self._added.add(module.path)
        self.wake(cells.Added(module.path))

    def matters(self, path: str) -> bool:
        """Whether a function of a module may be worth looking into for what it leads to.

        It is among those that matter, or imports a modeled library; the running unit is evaluated again when it comes
        to be.
        """
        module = self.modules.get(path)
        return (module is not None and self.index.names_library(module.imports)) or self.is_added(path)

    def is_near(self) -> bool:
        """Whether the running unit may send something: see `demand`."""
        unit = self.running
        return unit is None or unit.arguments is not None or self.is_added(unit.place.path)

    @property
    def running(self) -> Unit | None:
        """The unit that is evaluated now, if one is."""
        return self._numbered[self._running[-1]] if self._running else None

    def is_added(self, path: str) -> bool:
        """Whether a module is among those that matter; the running unit is evaluated again when it comes to be."""
        if path in self._added:
            return True
        self.watch(cells.Added(path))
        return False

    def function(self, place: Place) -> FunctionInfo:
        """The function that stands at a place (which the program gave out)."""
        info = self.modules[place.path]
        if info is None:
            raise KeyError(place)
        return info.functions[place.start]

    def maker_of(self, place: Place) -> Place | None:
        """The class whose function stands at a place; a class without a constructor stands for its own."""
        info = self.modules[place.path]
        function = None if info is None else info.functions.get(place.start)
        return place if function is None else function.cls

    def cls(self, place: Place) -> ClassInfo:
        """The class that stands at a place (which the program gave out)."""
        info = self.modules[place.path]
        if info is None:
            raise KeyError(place)
        return info.classes[place.start]

    def read(self, key: cells.Cell) -> Value:
        """What a cell holds so far; the running unit is evaluated again when it grows."""
        self.watch(key)
        self.wanting.reads(key)
        return self._cells.get(key, BOTTOM)

    def peek(self, key: cells.Cell) -> Value:
        """What a cell holds so far, for who hears of its growth in another way."""
        return self._cells.get(key, BOTTOM)

    def write(self, key: cells.Cell, value: Value) -> None:
        """Let a cell grow by a value; code that is evaluated writes with `Frame.store`, which sees what else that means."""
        # `tells_more` is asked beside equality: a parameter whose class was not known compares equal to the same
        # parameter with its class, and readers have to hear of the class.
        known = self._cells.get(key, BOTTOM)
        grown = join(known, value)
        self.note_kept(value)
        if isinstance(key, standing.WITHDRAWN):
            self._writing[-1].setdefault(key, []).append(value)
        if self._running:
            self.wanting.writes(key)
            restless = self._is_restless(self._running[-1])
            if restless or self._running[-1] in self._readers.get(key, ()):
                grown = self._bounded(key, known, grown, restless=restless)
        if grown != known or tells_more(grown, known):
            self._cells[key] = grown
            self.wake(key)
        elif grown is not known and distance(grown) < distance(known):
            self._cells[key] = grown
            self._nearer[key] = None

    def confirm(self, fact: cells.Fact) -> None:
        """Let a fact hold from here on."""
        if fact not in self._facts:
            self._facts.add(fact)
            self.wake(fact)

    def holds(self, fact: cells.Fact) -> bool:
        """Whether a fact holds; the running unit is evaluated again when it comes to."""
        self.watch(fact)
        return fact in self._facts

    def note_kept(self, value: Value) -> None:
        """Note that the running unit keeps a value, itself or in a unit that it calls, if callers decide it."""
        if self._running and self._running[-1] not in self._keeping and parameters_in(value):
            self._keeping.add(self._running[-1])
            self.wake(cells.Keeps(self._numbered[self._running[-1]]))

    def keeps(self, unit: Unit) -> bool:
        """Whether a unit keeps something that callers decide where other functions read it."""
        self.watch(cells.Keeps(unit))
        return self._numbers.get(unit) in self._keeping

    def note(self, note: Note) -> None:
        """Note what the running unit says of others."""
        if self._running:
            self._noting[-1][note] = None

    def retract(self, note: Note) -> None:
        """Forget what the running unit said of others."""
        if self._running:
            self._noting[-1].pop(note, None)

    def start_over(self) -> None:
        """Forget what the running unit has asked for, written and said of others: it is evaluated from its start."""
        for told in (self._asking, self._writing, self._noting):
            told[-1].clear()

    @property
    def noted(self) -> Noted:
        """What all units say of others; asked while nothing runs."""
        when, found = self._gathered
        if when != self.spent:
            found = noted((self._numbered[number], self._notes[number]) for number in sorted(self._notes))
            self._gathered = (self.spent, found)
        return found

    @property
    def most(self) -> int:
        """The evaluations of the unit that was evaluated most often."""
        return max(self._runs.values(), default=0)

    def _bounded(self, key: Key, known: Value, grown: Value, *, restless: bool) -> Value:
        """What an entry holds next whose writer reads it (`self.path += "/x"`): widened once it is many things.

        The values decide that, and not how often they grew, which the order of evaluation decides.
        """
        if restless or contents.endless(grown) > GROWTH_LIMIT:
            self._widened.add(key)
        return contents.widened(known, grown) if key in self._widened else grown

    def _is_restless(self, number: int) -> bool:
        """Whether a unit has been evaluated so often that it may never settle by itself."""
        return self._runs.get(number, 0) > RESTLESS

    def members(self, key: cells.Places) -> frozenset[Place]:
        """The places in a set so far; the running unit is evaluated again when it grows."""
        self.watch(key)
        return self._sets.get(key, _NOWHERE)

    def peek_members(self, key: cells.Places) -> frozenset[Place]:
        """The places in a set so far, for who hears of its growth in another way."""
        return self._sets.get(key, _NOWHERE)

    def add_member(self, key: cells.Places, place: Place) -> bool:
        """Let a set of places grow; whether it has grown."""
        known = self._sets.get(key, _NOWHERE)
        if place in known:
            return False
        self._sets[key] = known | {place}
        self.wake(key)
        return True

    def summary(self, unit: Unit) -> Summary | None:
        """What a unit gave, evaluating it now if that is possible; None where there is nothing yet."""
        found = self._evaluated(unit)
        # Noted only now: a unit that has just been evaluated for its caller does not wake the caller, which goes on with
        # what it gave.
        self.watch(unit)
        return found

    def told(self, unit: Unit, respect: Callable[[Summary], _Told]) -> _Told | None:
        """What a unit gave in one respect, evaluating it now if that is possible; None where there is nothing yet.

        The running unit is evaluated again when that changes, and not with everything else that the unit gives.
        """
        found = self._evaluated(unit)
        self.watch(cells.Told(unit, respect))
        known = self._told.setdefault(unit, {})
        if known.get(respect) is None:
            known[respect] = None if found is None else respect(found)
        return cast("_Told | None", known[respect])

    def begin(self, unit: Unit) -> None:
        """Evaluate a unit for what it writes, if that is possible: who reads that hears of it by itself."""
        self._evaluated(unit)

    def _evaluated(self, unit: Unit, *, wanted: bool = True) -> Summary | None:
        # Evaluating a called unit at once saves the caller a second evaluation. A unit that is running already is
        # part of a recursion: its callers take what it gave so far and are woken when that grows.
        number = self._number(unit)
        self._give(number, trails.nearest(self._numbered[number], unit))
        asked = self._asking[-1]
        asked[number] = trails.nearest(asked.get(number, unit), unit)
        if wanted:
            self.wanting.asks(number)
        if not self._running:
            self._askers[number] += 1
        if (unit not in self.units or number in self._asleep) and number not in self._running:
            # Each unit costs a dozen frames of Python's own stack, so deep call chains wait in the queue instead.
            if len(self._running) < DEPTH_LIMIT:
                self._run(unit)
            else:
                self._queue.setdefault(number)
                # Before all others: who is evaluated with part of a chain would be evaluated again with each further part.
                self._queue.move_to_end(number, last=False)
        return self.units.get(unit)

    def _asked_by(self, number: int) -> Iterable[int]:
        """The units that a unit asked for in its last evaluation, and in the one that is running."""
        now = self._asking[self._running.index(number) + 1] if number in self._running else ()
        return (*self._asked.get(number, ()), *now)

    def _give(self, number: int, unit: Unit) -> None:
        """Let a unit be evaluated for equal arguments that came on another way, once all values are known."""
        if unit is not self._numbered[number]:
            self._numbered[number] = unit
            self._better[number] = None

    def for_arguments(self, unit: Unit) -> Outcome | None:
        """What a unit gives for its arguments, which the running unit keeps there if callers decide them."""
        for _, value in unit.arguments or ():
            self.note_kept(value)
        return self.told(unit, outcome_of)

    def passes(self, unit: Unit, test: Callable[[Engine, Summary], bool]) -> bool:
        """Whether what a unit gives passes a test, the same one at every call, that it passes for good once it does.

        The running unit is evaluated again when it comes to pass, and not with everything else that the unit gives.
        """
        if self._passes(unit, test):
            return True
        self._tests.setdefault(unit, {})[cells.Passes(unit)] = test
        self.watch(cells.Passes(unit))
        return False

    def _passes(self, unit: Unit, test: Callable[[Engine, Summary], bool]) -> bool:
        """Whether what a unit gives passes a test so far: it waits while the body runs whose names it reads."""
        running = (self._numbered[number].place for number in self._running)
        if unit not in self.units and any(place.start < 0 and place.path == unit.place.path for place in running):
            self._queue.setdefault(self._number(unit))
            return False
        known = self._evaluated(unit, wanted=False)
        return known is not None and test(self, known)

    def defining(self, path: str, name: str) -> Unit:
        """What to evaluate for a global: of a file that is only imported the statement that alone does it."""
        if path in self._added:
            return module_unit(path)
        return self._parts.defining(path, self.modules[path], name)

    def confirm_later(self, fact: cells.Fact, unit: Unit, test: Callable[[Engine, Summary], bool]) -> None:
        """Let a fact hold as soon as what a unit gives passes a test that it passes for good once it does."""
        if self._passes(unit, test):
            self.confirm(fact)
        else:
            self._tests.setdefault(unit, {})[fact] = test

    def context(self, unit: Unit, caller: str, site: Site) -> bool:
        """Whether a unit is evaluated for the arguments of a call in a file; not where it is called in too many ways."""
        calls = (unit.place, caller)
        self.watch(unit.place)
        if self._contexts.follows(calls) and self._contexts.are_too_many(calls, self._number(unit)):
            self._cut_off((calls,))
        follows = self._contexts.follows(calls)
        self.note(Following(unit, site) if follows else Cut(unit.place, site))
        return follows

    def _cut_off(self, several: Sequence[tuple[Place, str]]) -> None:
        for place in self._contexts.cut_off(several):
            self.wake(place)

    def held(self) -> Iterable[tuple[cells.Cell, Value]]:
        """All cells with what they hold."""
        return self._cells.items()

    def sets(self) -> Iterable[tuple[cells.Places, frozenset[Place]]]:
        """All sets of places."""
        return self._sets.items()

    def solve(self, roots: Iterable[Unit]) -> None:
        """Evaluate units, and whatever they make necessary, until no table grows."""
        for unit in roots:
            number = self._number(unit)
            self._asking[0].setdefault(number, unit)
            self._askers[number] += 1
            if unit not in self.units or number in self._asleep:
                self._queue.setdefault(number)
        # First in, first out: a unit that was woken by several of the units before it runs once for all of them.
        while self._queue:
            number, _ = self._queue.popitem(last=False)
            if self._numbered[number].arguments is None or self._askers[number]:
                self._run(self._numbered[number])
            else:
                self._sleep(number)
        # Those that call each other and that nobody else calls any more are asked for, and nothing leads to them.
        first = {number for number in self._notes if self._numbered[number].arguments is None}
        for number in self._notes.keys() - standing.led_to(first.union(self._asking[0]), self._asked):
            self._sleep(number)

    def withdraw(self, decides: Callable[[Value], bool]) -> None:
        """Take back what only superseded evaluations said, and what asks for too much, and solve again.

        An evaluation may know less than the next one of its unit. `decides`: whether it matters that a unit gave a value.
        """
        self._withdraw(decides)
        while too_many := self._contexts.too_many(self.noted.followed):
            self._cut_off(sorted(too_many))
            self.solve(())
            self._withdraw(decides)

    def _withdraw(self, decides: Callable[[Value], bool]) -> None:
        """Take back what only superseded evaluations said, where it decides something, and solve again."""
        left = standing.all_written(self._writing[0], self._written)
        for key, known in self._cells.items():
            if standing.is_taken_back(key, known):
                value = left.get(key, BOTTOM)
                if join(value, known) != value:
                    self._cells[key] = value
                    self.wake(key)
        for unit, last in self._last.items():
            given = self.units[unit]
            if nature_of(last) != nature_of(given) or any(
                map(decides, standing.differing(last.returns, given.returns))
            ):
                self._tell(unit, last)
        self.solve(())

    def _sleep(self, number: int) -> None:
        """Leave a unit for arguments that no caller gives any more, and what it said, until somebody asks for it again."""
        self._asleep.add(number)
        self._asks(number, {})
        self._notes.pop(number, None)
        self._written.pop(number, None)
        self._last.pop(self._numbered[number], None)

    def _asks(self, number: int, asked: dict[int, Unit]) -> None:
        """Note which units a unit has asked for in its last evaluation."""
        before = self._asked.pop(number, {})
        self._askers.update(asked.keys() - before.keys())
        self._askers.subtract(before.keys() - asked.keys())
        if asked:
            self._asked[number] = asked

    def trace(self) -> None:
        """Evaluate again who read what came to be known on a shorter way since, until no way gets shorter.

        Evidence decides no value, so this waits until all values are known, and few units have to be evaluated for it.
        """
        self._forget_ways()
        while self._nearer or self._better:
            keys, self._nearer = self._nearer, {}
            self._queue.update(self._better)
            self._better.clear()
            for key in keys:
                self.wake(key)
            self.solve(())
            self._forget_ways()

    def _forget_ways(self) -> None:
        """Take back the ways that only superseded evaluations knew: the order of evaluation decides which there were."""
        for number, unit in trails.nearest_of_each(self._asking[0], self._asked).items():
            if trails.is_farther_call(unit, self._numbered[number]):
                self._give(number, unit)
        for key, value in standing.all_written(self._writing[0], self._written).items():
            if trails.is_farther(value, self._cells.get(key, value)):
                self._cells[key] = value
                self._nearer[key] = None
        for unit, last in self._last.items():
            if trails.is_farther(last.returns, self.units[unit].returns):
                self.units[unit] = replace(self.units[unit], returns=last.returns)
                self._nearer[unit] = None
                self._tell_each(unit, self.units[unit])

    def _number(self, unit: Unit) -> int:
        number = self._numbers.setdefault(unit, len(self._numbered))
        if number == len(self._numbered):
            self._numbered.append(unit)
        return number

    def watch(self, key: Key) -> None:
        """Let the running unit be evaluated again when this is woken."""
        if self._running:
            self._readers[key][self._running[-1]] = None

    def wake(self, key: Key) -> None:
        """Evaluate again whoever read what this key stands for."""
        # Readers are never removed: a reader that no longer asks for the key is evaluated once too often, which costs
        # time and changes nothing.
        for reader in self._readers.get(key, ()):
            self._queue.setdefault(reader)

    def _run(self, unit: Unit) -> None:
        """Evaluate a unit once and wake who read it if its summary changed."""
        self.spent += 1
        number = self._number(unit)
        unit = self._numbered[number]
        runs = self._runs.get(number, 0)
        # The caps depend on how often units are woken, hence on the order of evaluation. They are the last resort
        # behind the caps on sizes, and a function or file that meets one is a gap. No package of the corpus does.
        if runs >= RUN_LIMIT or self.spent > BUDGET:
            steps = f"{RUN_LIMIT} evaluations" if runs >= RUN_LIMIT else f"{BUDGET} evaluations of the program"
            self.stopped.setdefault(unit.place, steps)
            self.units.setdefault(unit, Summary())
            return
        self._runs[number] = runs + 1
        # One that waits in the queue and is asked for before its turn does not run a second time.
        self._queue.pop(number, None)
        self._asleep.discard(number)
        self._running.append(number)
        self._asking.append({})
        self._noting.append({})
        self._writing.append({})
        try:
            new = self._evaluate(self, unit)
        finally:
            self._running.pop()
            self._asks(number, self._asking.pop())
            self._notes[number] = self._noting.pop()
            self._written[number] = self._writing.pop()
        self._last[unit] = new
        known = None if self.wanting.is_afresh(number) else self.units.get(unit)
        itself = known is not None and self._asks_itself(number, unit)
        if known is not None:
            returns, restless = join(known.returns, new.returns), self._is_restless(number)
            recursive = restless or itself
            if recursive:
                returns = self._bounded(unit, known.returns, returns, restless=restless)
            new = joined(known, new, returns, restless=restless, recursive=recursive)
        if new != known:
            self._tell(unit, new)
            self._test(unit, new)
            # One that reads what it gives itself grows step by step: its callers wait for the last step.
            if itself and number in self._queue:
                self._run(unit)
        elif evidence_of(new) != evidence_of(known):
            self._nearer[unit] = None
            self.units[unit] = new
            self._tell_each(unit, new)

    def _tell(self, unit: Unit, new: Summary) -> None:
        """Let a unit have another summary, and wake who read what has changed."""
        self.units[unit] = new
        self.wake(unit)
        self._tell_each(unit, new)

    def _tell_each(self, unit: Unit, new: Summary) -> None:
        """Wake who read what has changed of a summary; who read what came on another way hears of it when all is known."""
        told = self._told.get(unit, {})
        for respect, before in told.items():
            now = told[respect] = respect(new)
            if now != before:
                self.wake(cells.Told(unit, respect))
            elif evidence_of(now) != evidence_of(before):
                self._nearer[cells.Told(unit, respect)] = None

    def _asks_itself(self, number: int, unit: Unit) -> bool:
        """Whether a unit has read what it gave itself."""
        keys: list[Key] = [unit, *(cells.Told(unit, respect) for respect in self._told.get(unit, ()))]
        return any(number in self._readers.get(key, ()) for key in keys)

    def _test(self, unit: Unit, given: Summary) -> None:
        """Tell who waits for what a unit gives to pass a test."""
        tests = self._tests.get(unit, {})
        for key in [key for key, test in tests.items() if test(self, given)]:
            del tests[key]
            if isinstance(key, cells.Passes):
                self.wake(key)
            else:
                self.confirm(key)
