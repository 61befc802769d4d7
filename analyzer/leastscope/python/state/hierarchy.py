"""Classes of the program above and below each other, and what each binds a name to.

Kept apart from attributes because it is asked for at every attribute: an order is cached until some class in it gets a new
base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from leastscope.python.domain.values import BOTTOM, Bottom, ClassValue, External, LibraryClass, Place, Value, options
from leastscope.python.index.program import last_name
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.python.state.engine import Engine

METACLASS = "metaclass"
"""What a class's own entry for its metaclass is called."""
_HIGHEST = 100
_WIDEST = 500
_DOWN: tuple[Literal["below", "beside"], ...] = ("below", "beside")


def add_base(engine: Engine, place: Place, base: Value) -> None:
    """Note that a class derives from a value (which may be any of several classes)."""
    before = engine.read(cells.Bases(place))
    engine.write(cells.Bases(place), base)
    for option in options(base):
        if isinstance(option, ClassValue):
            engine.add_member(cells.Subclasses(option.place), place)
    # Orders are kept because each attribute asks for one. A new base makes some of them wrong; only those are
    # dropped, and only their readers are woken.
    if engine.read(cells.Bases(place)) != before:
        for key in _stale(engine, place):
            if engine.orders.pop(key, None) is not None:
                engine.wake(key)
            if key.way == "beside":
                engine.bound_below.pop(key.cls, None)


def _stale(engine: Engine, place: Place) -> list[cells.Order]:
    """The orders that a new base of a class can change: above it and those below it, below and beside those above."""
    under = (place, *_below(engine, place))
    over = dict.fromkeys(above for current in under for above in _above(engine, current))
    # Beyond the caps the relatives are not all known, so nobody can say which orders are still right.
    if len(under) > _WIDEST or len(over) >= _HIGHEST:
        return list(engine.orders)
    beside_or_below = (cells.Order(way, one) for one in over for way in _DOWN)
    return [*(cells.Order("above", current) for current in under), *beside_or_below]


def mro(engine: Engine, place: Place) -> tuple[Place, ...]:
    """A class and its bases of the program, depth first (a good stand-in for C3 where no method is doubly inherited)."""
    return _order(engine, "above", place)


def is_protocol(engine: Engine, place: Place) -> bool:
    """Whether a class only says which members others have, and no class of the program is one of these."""
    # Not monotone: a protocol stops being one when a class below it is read. Whoever asked is evaluated again then.
    bases = options(engine.read(cells.Bases(place)))
    names = {base.name.rpartition(".")[2] for base in bases if isinstance(base, External)}
    return "Protocol" in names and not subclasses(engine, place)


def is_cut(engine: Engine, place: Place) -> bool:
    """Whether a class has so many bases, or classes below it, that not all of them are followed."""
    return len(mro(engine, place)) >= _HIGHEST or len(subclasses(engine, place)) >= _WIDEST


def subclasses(engine: Engine, place: Place) -> tuple[Place, ...]:
    """All the classes of the program below a class, at any depth, by place."""
    return _order(engine, "below", place)


def _order(engine: Engine, way: Literal["above", "below"], place: Place) -> tuple[Place, ...]:
    key = cells.Order(way, place)
    engine.watch(key)
    known = engine.orders.get(key)
    if known is None:
        known = _above(engine, place) if way == "above" else _below(engine, place)
        engine.orders[key] = known
    return known


def _above(engine: Engine, place: Place) -> tuple[Place, ...]:
    found: dict[Place, None] = {}
    stack = [place]
    while stack and len(found) < _HIGHEST:
        current = stack.pop()
        if current not in found:
            found[current] = None
            bases = options(engine.read(cells.Bases(current)))
            stack.extend(base.place for base in reversed(bases) if isinstance(base, ClassValue))
    return tuple(found)


def _below(engine: Engine, place: Place) -> tuple[Place, ...]:
    found: set[Place] = set()
    stack = [place]
    while stack and len(found) < _WIDEST:
        new = engine.members(cells.Subclasses(stack.pop())) - found
        found |= new
        stack.extend(new)
    return tuple(sorted(found - {place}))


def declared_fields(engine: Engine, place: Place) -> tuple[str, ...]:
    """The fields that a class and its bases declare, in the order in which a constructor takes them."""
    return tuple(
        dict.fromkeys(
            statement.targets[0].id
            for current in reversed(mro(engine, place))
            for statement in engine.cls(current).node.body
            if isinstance(statement, ir.Assign)
            and (statement.annotation is not None or _declares(statement.value))
            and isinstance(statement.targets[0], ir.Name)
        )
    )


def _declares(value: ir.Expr | None) -> bool:
    """Whether an assignment in a class body declares a field without an annotation (`attr.ib()`)."""
    return isinstance(value, ir.Call) and last_name(value) in {"ib", "attrib", "field"}


def metaclasses(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes of the program that a class, or the first of its bases that names one, is an instance of."""
    return tuple(
        option.place
        for current in mro(engine, place)
        for option in options(engine.read(cells.ClassAttribute(current, METACLASS)))
        if isinstance(option, ClassValue)
    )


def library_bases(engine: Engine, place: Place) -> tuple[LibraryClass, ...]:
    """The library classes that a class of the program derives from."""
    return tuple(
        option
        for current in mro(engine, place)
        for option in options(engine.read(cells.Bases(current)))
        if isinstance(option, LibraryClass)
    )


def class_attribute(engine: Engine, place: Place, name: str) -> Value:
    """What a class or the first of its bases that has it binds a name to; Bottom where none does."""
    outside = engine.members(cells.AssignedOutside(name))
    for current in mro(engine, place):
        if name in engine.cls(current).bound or current in outside:
            found = engine.read(cells.ClassAttribute(current, name))
            # A name that the body binds hides the bases even while its value is not known yet; one that is assigned
            # from outside hides them only once somebody has assigned it.
            if not isinstance(found, Bottom) or name in engine.cls(current).bound:
                return found
    return BOTTOM


def overrides(engine: Engine, place: Place, name: str) -> Mapping[Place, Value]:
    """What the classes below a class bind a name to, each for itself, its bases beside the given class included."""
    outside = engine.members(cells.AssignedOutside(name))
    relatives = _relatives(engine, place)
    # Most names are bound in no subclass: one set lookup instead of a walk over up to 500 classes.
    if not outside and name not in _bound_in(engine, place, relatives):
        return {}
    return {
        current: engine.read(cells.ClassAttribute(current, name))
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


def beside(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes that a class below this one derives from as well, in any order; not what those themselves are below."""
    own = {*mro(engine, place), *subclasses(engine, place)}
    return tuple(one for one in _relatives(engine, place) if one not in own)


def _relatives(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes below a class and what else they derive from (mixins), without the bases of the class itself."""
    key = cells.Order("beside", place)
    engine.watch(key)
    known = engine.orders.get(key)
    if known is None:
        own = frozenset(mro(engine, place))
        every = {one for below in subclasses(engine, place) for one in mro(engine, below)}
        known = engine.orders[key] = tuple(sorted(every - own))
    return known
