"""Classes of the program above and below each other, and what each binds a name to.

Kept apart from attributes because it is asked for at every attribute: an order is cached until some class in it gets a new
base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain.values import BOTTOM, Bottom, ClassValue, External, LibraryClass, Place, Value, options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.python.state.engine import Engine

_HIGHEST = 100
_WIDEST = 500


def add_base(engine: Engine, place: Place, base: Value) -> None:
    """Note that a class derives from a value (which may be any of several classes)."""
    before = engine.read(("bases", place, ""))
    engine.write(("bases", place, ""), base)
    for option in options(base):
        if isinstance(option, ClassValue):
            engine.add_member(("subclasses", option.place), place)
    if engine.read(("bases", place, "")) != before:
        for key in _stale(engine, place):
            if engine.orders.pop(key, None) is not None:
                engine.wake(("order", key[1], key[0]))
            if key[0] == "beside":
                engine.bound_below.pop(key[1], None)


def _stale(engine: Engine, place: Place) -> list[tuple[str, Place]]:
    """The orders that a new base of a class can change: above it and those below it, below and beside those above."""
    under = (place, *_below(engine, place))
    over = dict.fromkeys(above for current in under for above in _above(engine, current))
    if len(under) > _WIDEST or len(over) >= _HIGHEST:
        return list(engine.orders)
    return [*(("above", current) for current in under), *((way, one) for one in over for way in ("below", "beside"))]


def mro(engine: Engine, place: Place) -> tuple[Place, ...]:
    """A class and its bases of the program, depth first (a good stand-in for C3 where no method is doubly inherited)."""
    return _order(engine, "above", place)


def is_protocol(engine: Engine, place: Place) -> bool:
    """Whether a class only says which members others have, and no class of the program is one of these."""
    bases = options(engine.read(("bases", place, "")))
    names = {base.name.rpartition(".")[2] for base in bases if isinstance(base, External)}
    return "Protocol" in names and not subclasses(engine, place)


def is_cut(engine: Engine, place: Place) -> bool:
    """Whether a class has so many bases, or classes below it, that not all of them are followed."""
    return len(mro(engine, place)) >= _HIGHEST or len(subclasses(engine, place)) >= _WIDEST


def subclasses(engine: Engine, place: Place) -> tuple[Place, ...]:
    """All the classes of the program below a class, at any depth, by place."""
    return _order(engine, "below", place)


def _order(engine: Engine, way: str, place: Place) -> tuple[Place, ...]:
    engine.read(("order", place, way))
    known = engine.orders.get((way, place))
    if known is None:
        known = _above(engine, place) if way == "above" else _below(engine, place)
        engine.orders[way, place] = known
    return known


def _above(engine: Engine, place: Place) -> tuple[Place, ...]:
    found: dict[Place, None] = {}
    stack = [place]
    while stack and len(found) < _HIGHEST:
        current = stack.pop()
        if current not in found:
            found[current] = None
            bases = options(engine.read(("bases", current, "")))
            stack.extend(base.place for base in reversed(bases) if isinstance(base, ClassValue))
    return tuple(found)


def _below(engine: Engine, place: Place) -> tuple[Place, ...]:
    found: set[Place] = set()
    stack = [place]
    while stack and len(found) < _WIDEST:
        new = engine.members(("subclasses", stack.pop())) - found
        found |= new
        stack.extend(new)
    return tuple(sorted(found - {place}))


def library_bases(engine: Engine, place: Place) -> tuple[LibraryClass, ...]:
    """The library classes that a class of the program derives from."""
    return tuple(
        option
        for current in mro(engine, place)
        for option in options(engine.read(("bases", current, "")))
        if isinstance(option, LibraryClass)
    )


def class_attribute(engine: Engine, place: Place, name: str) -> Value:
    """What a class or the first of its bases that has it binds a name to; Bottom where none does."""
    outside = engine.members(("assigned", name))
    for current in mro(engine, place):
        if name in engine.cls(current).bound or current in outside:
            found = engine.read(("class", current, name))
            if not isinstance(found, Bottom) or name in engine.cls(current).bound:
                return found
    return BOTTOM


def overrides(engine: Engine, place: Place, name: str) -> Mapping[Place, Value]:
    """What the classes below a class bind a name to, each for itself, its bases beside the given class included."""
    outside = engine.members(("assigned", name))
    relatives = _relatives(engine, place)
    if not outside and name not in _bound_in(engine, place, relatives):
        return {}
    return {
        current: engine.read(("class", current, name))
        for current in relatives
        if name in engine.cls(current).bound or current in outside
    }


def _bound_in(engine: Engine, place: Place, relatives: tuple[Place, ...]) -> frozenset[str]:
    """All the names that the bodies of some classes bind, kept as long as their order is."""
    known = engine.bound_below.get(place)
    if known is None:
        known = frozenset[str]().union(*(engine.cls(current).bound for current in relatives))
        engine.bound_below[place] = known
    return known


def _relatives(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes below a class and what else they derive from (mixins), without the bases of the class itself."""
    engine.read(("order", place, "beside"))
    known = engine.orders.get(("beside", place))
    if known is None:
        own = frozenset(mro(engine, place))
        every = {one for below in subclasses(engine, place) for one in mro(engine, below)}
        known = engine.orders["beside", place] = tuple(sorted(every - own))
    return known
