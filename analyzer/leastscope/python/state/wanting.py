"""Whose values somebody wants: the units that lead to what meets something of a system, and the cells that these read.

A unit that nobody wants is evaluated all the same where its file matters, but its calls are not looked into: what it gives
becomes no request. It comes to be wanted where a unit calls it that is wanted itself, or reads a cell that it wrote, and
whatever it asked for and read is wanted then, too. So the work follows from what is sent, and not from what is there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leastscope.python.domain.values import Unit
    from leastscope.python.state import cells


class Wanting:
    """The units, by number, and the cells that are wanted, and who read and wrote cells that nobody wanted.

    `running` are the units that are evaluated now, inside one another; of the innermost one is what has no number here.
    `number` gives the number of a unit, `asked_by` what a unit has asked for so far; `again` is told which ones have to be
    evaluated again.
    """

    def __init__(
        self,
        running: Sequence[int],
        number: Callable[[Unit], int],
        asked_by: Callable[[int], Iterable[int]],
        again: Callable[[int], object],
    ) -> None:
        self._running = running
        self._number = number
        self._asked_by = asked_by
        self._again = again
        self._meeting: set[int] = set()
        self._passing_over: set[int] = set()
        self._afresh: set[int] = set()
        self._units: set[int] = set()
        self._cells: set[cells.Cell] = set()
        self._reads: defaultdict[int, dict[cells.Cell, None]] = defaultdict(dict)
        self._writers: defaultdict[cells.Cell, dict[int, None]] = defaultdict(dict)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody wants what the running unit gives or keeps."""
        return not self._running or self._running[-1] in self._units

    @property
    def has_met(self) -> bool:
        """Whether the running unit has met something of a system."""
        return not self._running or self._running[-1] in self._meeting

    def reads(self, key: cells.Cell) -> None:
        """Note that the running unit reads a cell: who wrote it is wanted if the unit is."""
        if not self._running or key in self._cells:
            return
        if self._running[-1] in self._units:
            self._want(self._wrote(key))
        else:
            self._reads[self._running[-1]][key] = None

    def writes(self, key: cells.Cell) -> None:
        """Note that the running unit writes a cell: it is wanted if the cell is."""
        if not self._running or self._running[-1] in self._units:
            return
        if key in self._cells:
            self._want(self._running[-1:])
        else:
            self._writers[key][self._running[-1]] = None

    def asks(self, number: int) -> None:
        """Note that the running unit asks another one for what it gives."""
        if self._running and self._running[-1] in self._units:
            self._want((number,))

    def want(self) -> None:
        """Want what the running unit gives and keeps, and what it asks for."""
        self._want(self._running[-1:])

    def meet(self) -> None:
        """Note that the running unit has met something of a system, so that all it asks for is wanted."""
        self._meeting.update(self._running[-1:])
        self.want()

    def met_for_others(self, unit: Unit) -> None:
        """Note that a unit has met something of a system in another evaluation than its own."""
        number = self._number(unit)
        if number not in self._meeting:
            self._meeting.add(number)
            self._want((number,))
            self._look_again(number)

    def pass_over(self) -> None:
        """Note that the running unit did not look into all calls: it does once it is wanted."""
        self._passing_over.update(self._running[-1:])

    def is_afresh(self, number: int) -> bool:
        """Whether a unit is evaluated for the first time since it is to look into more: asked once, when that is done.

        What it said before is no part of what it says now.
        """
        found = number in self._afresh
        self._afresh.discard(number)
        return found

    def _want(self, numbers: Iterable[int]) -> None:
        todo = list(numbers)
        while todo:
            number = todo.pop()
            if number in self._units:
                continue
            self._units.add(number)
            self._look_again(number)
            todo += self._asked_by(number)
            todo += [writer for key in self._reads.pop(number, ()) for writer in self._wrote(key)]

    def _look_again(self, number: int) -> None:
        """Let a unit be evaluated again if it passed over calls."""
        if number in self._passing_over:
            self._passing_over.discard(number)
            self._afresh.add(number)
            self._again(number)

    def _wrote(self, key: cells.Cell) -> Iterable[int]:
        """Want a cell, and give who wrote it."""
        self._cells.add(key)
        return self._writers.pop(key, ())
