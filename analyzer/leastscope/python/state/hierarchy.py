"""Classes of the program above and below each other, and what each binds a name to.

Kept apart from attributes because it is asked for at every attribute: an order is cached until some class in it gets a new
base.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, TypeAlias

from leastscope.python.domain import contents, servers
from leastscope.python.domain.values import (
    BOTTOM,
    Bottom,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    LibraryClass,
    Place,
    Union,
    Value,
    join,
    options,
)
from leastscope.python.index.program import last_name
from leastscope.python.state import cells
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from leastscope.python.state.engine import Engine

Way: TypeAlias = Literal["above", "below", "beside"]
METACLASS = "metaclass"
"""What a class's own entry for its metaclass is called."""
_HIGHEST = 100
_WIDEST = 500
_MOST: dict[Way, int] = {"above": _HIGHEST, "below": _WIDEST, "beside": _WIDEST}
_ALL = sys.maxsize


def add_base(engine: Engine, place: Place, base: Value) -> None:
    """Note that a class derives from a value (which may be any of several classes)."""
    before = engine.peek(cells.Bases(place))
    engine.write(cells.Bases(place), base)
    bases = [option.place for option in options(base) if isinstance(option, ClassValue)]
    for one in bases:
        engine.add_member(cells.Subclasses(one), place)
    # Orders are kept because each attribute asks for one. A new base makes some of them wrong; only those are
    # dropped, and only their readers are woken.
    if engine.peek(cells.Bases(place)) != before:
        under = (place, *_below(engine, place, _ALL))
        gained = tuple(dict.fromkeys(above for one in bases for above in _above(engine, one, _ALL)))
        for current in under:
            _renew(engine, cells.Order("above", current), len(gained))
        for current in gained:
            _renew(engine, cells.Order("below", current), len(under))
        # Relatives far above are told of the new classes only: to compare sets of classes takes time for each of them.
        over = tuple(dict.fromkeys(above for current in under for above in _related(engine, _up(current))))
        far = frozenset(gained).difference(over)
        for current in over:
            _renew_beside(engine, current, frozenset((*under, *over)))
        for current in sorted(far):
            _renew_beside(engine, current, frozenset(under))
        for ones, others in ((under, gained), (gained, under)):
            names = dict.fromkeys(name for one in ones for name in engine.stored_on.get(one, ()))
            _wake_all(engine, (cells.StoredNear(other, name) for name in names for other in others))


def _renew(engine: Engine, key: cells.Order, added: int) -> None:
    """Drop an order that a new base has changed by so many classes at most, and wake who read it."""
    if engine.orders.pop(key, None) is not None:
        engine.wake(key)
    # Only an upper bound is counted: the order itself is computed when somebody asks for it.
    engine.relatives[key] += added
    if engine.relatives[key] >= _MOST[key.way]:
        engine.wake(cells.Cut(key.cls))


def _renew_beside(engine: Engine, place: Place, near: frozenset[Place]) -> None:
    """The same for the classes below and beside a class; `near` are all that can be new among them."""
    _renew(engine, cells.Order("beside", place), 0)
    engine.bound_below.pop(place, None)
    told, above = engine.told_beside.setdefault(place, set()), frozenset(_related(engine, _up(place)))
    changed = near.difference(above, told) | above.intersection(told)
    told ^= changed
    names = dict.fromkeys(name for one in sorted(changed) for name in sorted(engine.cls(one).bound))
    _wake_all(engine, (cells.Overriding(place, name) for name in names))


def _up(place: Place) -> cells.Order:
    return cells.Order("above", place)


def _wake_all(engine: Engine, signals: Iterable[cells.Signal]) -> None:
    for signal in signals:
        engine.wake(signal)


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
    engine.watch(cells.Cut(place))
    ways: tuple[Way, ...] = ("above", "below")
    return any(len(_related(engine, cells.Order(way, place))) >= _MOST[way] for way in ways)


def subclasses(engine: Engine, place: Place) -> tuple[Place, ...]:
    """All the classes of the program below a class, at any depth, by place."""
    return _order(engine, "below", place)


def add_store(engine: Engine, place: Place, name: str) -> None:
    """Note that an attribute is stored on the instances of a class."""
    if engine.add_member(cells.Storing(name), place):
        engine.stored_on.setdefault(place, {})[name] = None
        near = (*_above(engine, place, _ALL), *_below(engine, place, _ALL))
        _wake_all(engine, (cells.StoredNear(one, name) for one in near))


def stored_above(engine: Engine, place: Place, name: str) -> tuple[Place, ...]:
    """The class and its bases, as far as an attribute is stored on their instances."""
    return _storing(engine, "above", place, name)


def stored_below(engine: Engine, place: Place, name: str) -> tuple[Place, ...]:
    """The classes below a class on whose instances an attribute is stored."""
    return _storing(engine, "below", place, name)


def _storing(engine: Engine, way: Way, place: Place, name: str) -> tuple[Place, ...]:
    engine.watch(cells.StoredNear(place, name))
    storing = engine.peek_members(cells.Storing(name))
    return tuple(one for one in _unless_cut(engine, way, place) if one in storing) if storing else ()


def _order(engine: Engine, way: Way, place: Place) -> tuple[Place, ...]:
    """An order; the running unit is evaluated again when it changes."""
    key = cells.Order(way, place)
    engine.watch(key)
    return _related(engine, key)


def _unless_cut(engine: Engine, way: Way, place: Place) -> tuple[Place, ...]:
    """An order, for who hears of what it asks about in another way, as long as the order is whole."""
    key = cells.Order(way, place)
    found = _related(engine, key)
    if len(found) >= _MOST[way]:
        engine.watch(key)
    return found


def _related(engine: Engine, key: cells.Order) -> tuple[Place, ...]:
    """The classes in an order, computed once until a new base changes it."""
    known = engine.orders.get(key)
    if known is None:
        known = engine.orders[key] = _RELATED[key.way](engine, key.cls)
    return known


def _above(engine: Engine, place: Place, most: int = _HIGHEST) -> tuple[Place, ...]:
    found: dict[Place, None] = {}
    stack = [place]
    while stack and len(found) < most:
        current = stack.pop()
        if current not in found:
            found[current] = None
            bases = options(engine.peek(cells.Bases(current)))
            stack.extend(base.place for base in reversed(bases) if isinstance(base, ClassValue))
    return tuple(found)


def _below(engine: Engine, place: Place, most: int = _WIDEST) -> tuple[Place, ...]:
    found: set[Place] = set()
    stack = [place]
    while stack and len(found) < most:
        new = engine.peek_members(cells.Subclasses(stack.pop())) - found
        found |= new
        stack.extend(new)
    return tuple(sorted(found - {place}))


def _beside(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes below a class and what else they derive from (mixins), without the bases of the class itself."""
    own = frozenset(_related(engine, cells.Order("above", place)))
    below = _related(engine, cells.Order("below", place))
    every = {one for current in below for one in _related(engine, cells.Order("above", current))}
    return tuple(sorted(every - own))


_RELATED: dict[Way, Callable[[Engine, Place], tuple[Place, ...]]] = {
    "above": _above,
    "below": _below,
    "beside": _beside,
}


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
                return _of_this_evaluation(engine, found)
    return BOTTOM


def _of_this_evaluation(engine: Engine, found: Value) -> Value:
    """Of the methods of a class that a function defines those that close over the running evaluation of it, if any do.

    Each evaluation of the function defines a class of its own, and all of them have one entry for the method.
    """
    if not isinstance(found, Union):
        return found
    around = tuple(contents.outward(engine.running))
    own = [one for one in found.options if isinstance(one, FunctionValue) and one.frame in around]
    return join(*own) if own else found


def overrides(engine: Engine, place: Place, name: str) -> Mapping[Place, Value]:
    """What the classes below a class bind a name to, each for itself, its bases beside the given class included."""
    outside = engine.members(cells.AssignedOutside(name))
    engine.watch(cells.Overriding(place, name))
    # Most names are bound in no subclass: one set lookup instead of a walk over up to 500 classes.
    if not outside and name not in _bound_in(engine, place):
        return {}
    relatives = _order(engine, "beside", place) if outside else _unless_cut(engine, "beside", place)
    return {
        current: engine.read(cells.ClassAttribute(current, name))
        for current in relatives
        if name in engine.cls(current).bound or current in outside
    }


def names(engine: Engine, place: Place, template: str) -> list[str]:
    """The names that a class, its bases and the classes below it bind, and that a text with holes in it can be, in order."""
    begins, ends = template.partition(servers.HOLE)[0], template.rpartition(servers.HOLE)[2]
    engine.watch(cells.Order("beside", place))
    above = frozenset[str]().union(*(engine.cls(current).bound for current in mro(engine, place)))
    every = sorted(above | _bound_in(engine, place))
    return [name for name in every if name.startswith(begins) and name.endswith(ends)]


def _bound_in(engine: Engine, place: Place) -> frozenset[str]:
    """All the names that the bodies of the classes below and beside a class bind, kept as long as their order is."""
    relatives = _unless_cut(engine, "beside", place)
    known = engine.bound_below.get(place)
    if known is None:
        known = frozenset[str]().union(*(engine.cls(current).bound for current in relatives))
        engine.bound_below[place] = known
    return known


def beside(engine: Engine, place: Place) -> tuple[Place, ...]:
    """The classes that a class below this one derives from as well, in any order; not what those themselves are below."""
    own = {*mro(engine, place), *subclasses(engine, place)}
    return tuple(one for one in _order(engine, "beside", place) if one not in own)


def all_bases(engine: Engine, place: Place) -> Iterator[Value]:
    """What a class and each of those above it inherit from, whether it is read or not."""
    for each in mro(engine, place):
        yield from options(engine.read(cells.Bases(each)))


def behind(engine: Engine, mixin: Place, owner: Value, name: str) -> Value:
    """Give what classes have that stand behind a mixin: in the class of the owner, or in any that derives from both."""
    found: list[Value] = []
    for one in options(owner):
        place = one.place if isinstance(one, Instance | ClassValue) else mixin
        order = mro(engine, place) if place != mixin else ()
        if mixin in order:
            next_ones = (class_attribute(engine, each, name) for each in order[order.index(mixin) + 1 :])
            found.append(next((each for each in next_ones if not isinstance(each, Bottom)), BOTTOM))
        else:
            found += [class_attribute(engine, each, name) for each in beside(engine, mixin)]
    return join(BOTTOM, *found)
