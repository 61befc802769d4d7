"""Operations that a function falls back on (`path = path or "charges"`), where its callers may choose another one.

Who calls the function for another operation chooses it, and who leaves it out chooses the one that stands in the function:
as soon as its callers ask for several, each request stands at its call. Where all ask for the one that the function falls
back on, nobody chooses, and it stands in the function. Read from the finished tables of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.python.classes import Choice, Operation, effects_of
from leastscope.python.domain.effects import Opens, Sends, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leastscope.python.domain.values import Unit
    from leastscope.python.state.engine import Engine


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """What functions fall back on.

    own     the requests that a function sends by itself at a call whose operation callers may choose
    asked   what callers that are no tests ask for at these calls
    """

    own: Mapping[Choice, Mapping[Operation, Sends]]
    asked: Mapping[Choice, frozenset[Operation]]

    def is_elsewhere(self, unit: Unit, effect: Sends) -> bool:
        """Whether a request of a unit stands at the callers of the unit, or in a function that the unit calls."""
        here, operation = (unit.place, effect.site), effect.operation
        if operation in self.own.get(here, ()) and operation in self.asked.get(here, ()):
            return not self._stands_inside(here, operation)
        return any(self._stands_inside((one.unit.place, one.site), operation) for one in effect.within)

    def _stands_inside(self, choice: Choice, operation: Operation) -> bool:
        """Whether a request that a function sends by itself stands in the function, whatever its callers say."""
        several = self.own.get(choice, {})
        own = several.get(operation)
        if own is None:
            return False
        # Where only a guess tells the receiver, the function may still say what is asked of it. Where a type is guessed, or
        # several classes, the object that a caller gives says what it is.
        if own.resolution == "possible":
            return bool(own.within) and len(several) == 1
        return self.asked.get(choice) == frozenset((operation,))


def fallbacks(engine: Engine, units: Iterable[Unit]) -> Fallbacks:
    """Find what these units fall back on, and what they ask of each other."""
    own: dict[Choice, dict[Operation, Sends]] = {}
    asked: dict[Choice, set[Operation]] = {}
    for unit in units:
        summary, module = engine.units.get(unit), engine.modules[unit.place.path]
        if summary is None or module is None:
            continue
        open_sites = {effect.site for effect in summary.effects if isinstance(effect, Opens)}
        for effect in in_order(effects_of(engine, unit, summary)):
            if not isinstance(effect, Sends):
                continue
            if effect.site in open_sites and not summary.by_class:
                own.setdefault((unit.place, effect.site), {}).setdefault(effect.operation, effect)
            for one in effect.within:
                called = engine.modules[one.unit.place.path]
                if not module.in_tests or (called is not None and called.in_tests):
                    asked.setdefault((one.unit.place, one.site), set()).add(effect.operation)
    return Fallbacks(own, {choice: frozenset(operations) for choice, operations in asked.items() if choice in own})
