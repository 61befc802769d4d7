"""What is stored on an instance: by its constructor for it alone, by any constructor of its class, by other code."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.values import (
    BOTTOM,
    Bottom,
    Dependent,
    External,
    FunctionValue,
    Instance,
    Param,
    Place,
    Unit,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.interp import descriptors
from leastscope.python.state import carriers, cells, hierarchy

if TYPE_CHECKING:
    from leastscope.python.state.engine import Engine
    from leastscope.python.state.frame import Frame

_ROWS = ".NamedTuple"
"""How the names of classes end whose subclasses are rows of their fields."""


def is_row(engine: Engine, place: Place) -> bool:
    """Whether the instances of a class are tuples of its fields."""
    bases = hierarchy.all_bases(engine, place)
    return any(isinstance(base, External) and base.name.endswith(_ROWS) for base in bases)


def is_given(engine: Engine, value: Instance, name: str) -> bool:
    """Whether a field of a class without a constructor was given to this instance, so that its default does not count."""
    if not value.made_with or all(name != given for given, _ in value.made_with):
        return False
    return _is_field(engine, value.place, name)


def is_left_open(engine: Engine, value: Instance, name: str, kept: Value) -> bool:
    """Whether the makers of any instance say what such a field is, so that its default is what one of them may leave."""
    mine = any(isinstance(option, Param) and option.name == name for option in options(kept))
    return mine and value.made_with is None and _is_field(engine, value.place, name)


def _is_field(engine: Engine, place: Place, name: str) -> bool:
    """Whether a name is one of the fields that a class without a constructor declares."""
    constructed = isinstance(hierarchy.class_attribute(engine, place, "__init__"), FunctionValue)
    return not constructed and name in hierarchy.declared_fields(engine, place)


def of(frame: Frame, value: Instance, name: str) -> Value:
    """What was stored on an instance, or on any of its class, by all that runs from its constructor on."""
    untold = descriptors.before_told(frame.engine, value)
    above = hierarchy.stored_above(frame.engine, value.place, name)
    if untold is not None:
        # What it was told replaces what its constructor set; what other methods store may come on top of either.
        own = frame.engine.read(cells.InstanceAttribute(value, name))
        later = join(*(frame.engine.read(cells.LaterAttribute(place, name)) for place in above))
        left_open = isinstance(own, Bottom) or not isinstance(later, Bottom)
        below = hierarchy.stored_below(frame.engine, value.place, name) if left_open else ()
        return join(own, later, _since_made(frame, untold, name, above, below) if left_open else BOTTOM)
    below = hierarchy.stored_below(frame.engine, value.place, name)
    if not above and not below:
        return BOTTOM  # most attributes are methods, which nobody stores
    told = join(*(frame.engine.read(cells.ToldAttribute(place, name)) for place in (*above, *below)))
    return join(told, _since_made(frame, value, name, above, below))


def _since_made(frame: Frame, value: Instance, name: str, bases: tuple[Place, ...], below: tuple[Place, ...]) -> Value:
    """The same without what descriptors were told; a parameter is what this one was made with, or any of the class.

    The attribute is stored on instances of `bases`, which are the class and those above it, and of those `below` it.
    """
    read = frame.engine.read
    if value.made_with is not None:
        elsewhere = join(*(read(cells.LaterAttribute(place, name)) for place in bases))
        own = read(cells.InstanceAttribute(value, name))
        if isinstance(own, Bottom):
            _construct(frame, value)
            own = read(cells.InstanceAttribute(value, name))
        # What this very instance holds wins over what any constructor stores; what other methods store may come on
        # top.
        if not isinstance(own, Bottom):
            return join(own, elsewhere)
        given = dict(value.made_with)
        symbolic = join(*(read(cells.SymbolicAttribute(place, name)) for place in bases))
        return join(elsewhere, contents.substitute(symbolic, lambda param: given.get(param.name)))
    places = (*bases, *below)
    symbolic = join(*(read(cells.SymbolicAttribute(place, name)) for place in places))
    symbolic = _of_class(symbolic, read(cells.MadeAttribute(value.place, name)))
    told = contents.substitute(symbolic, lambda param: _flowed(frame, param))
    made = join(*(read(cells.MadeAttribute(place, name)) for place in places))
    # As `_flowed` has it: texts in which instances differ are their makers' to tell, also where some of them are known.
    if len(options(made)) > 1 and parameters_in(told):
        made = join(*(option for option in options(made) if not contents.is_text(option)))
    later = join(*(read(cells.LaterAttribute(place, name)) for place in places))
    return join(made, later, told)


def _construct(frame: Frame, value: Instance) -> None:
    """Evaluate the constructor of an object that a function makes of what it is given, for what this caller gave it."""
    engine = frame.engine
    if not any(carriers.carries(engine, given) for _, given in value.made_with or ()):
        return
    site = frame.site(frame.function.node) if frame.function is not None else (0, 0)
    for constructor in contents.functions_in(hierarchy.class_attribute(engine, value.place, "__init__")):
        parameters = engine.function(constructor.place).node.parameters
        unit = constructing(constructor, parameters[0].name, value) if parameters else None
        if unit is not None and engine.context(unit, frame.module.path, site):
            engine.begin(unit)


def constructing(constructor: FunctionValue, receiver: str, instance: Instance) -> Unit:
    """The evaluation of a constructor, whose first parameter is the receiver, for what an object is made with."""
    given = (*(instance.made_with or ()), (receiver, contents.simple(instance)))
    return Unit(constructor.place, constructor.frame, tuple(sorted(given, key=itemgetter(0))))


def _of_class(symbolic: Value, made: Value) -> Value:
    """What constructors store whoever is made, without what they store for other classes than one.

    A constructor that stores what its class says (`self.api = getattr(client, self.name)`) has one of each class there. What
    it stored for objects of the one class is known (`made`), and is some of that.
    """
    closed = [option for option in options(symbolic) if not parameters_in(option)]
    of_class = options(made)
    if not of_class or len(of_class) >= len(closed) or any(option not in closed for option in of_class):
        return symbolic
    return join(made, *(option for option in options(symbolic) if parameters_in(option)))


def _flowed(frame: Frame, param: Param) -> Value | None:
    """What any construction in the program gave a constructor's parameter, else its default; None where there is none."""
    found = frame.engine.read(cells.ConstructorArgument(param.function, param.name))
    if isinstance(found, Bottom):
        found = frame.engine.read(cells.Default(param.function, param.name))
    # Strings that differ from instance to instance (a base URL) are its maker's to tell. Of some instances it may be known
    # what they hold: that is not what the others do, so which one a method is called on decides something. So it does where
    # another constructor handed on what it was given to an object that makes URLs.
    differ = len(options(found)) > 1 and contents.is_text(found)
    if differ or (isinstance(found, Param) and _makes_address(frame.engine, param)):
        frame.depend((param,))
        return None
    return None if isinstance(found, Bottom) else found


def _makes_address(engine: Engine, param: Param) -> bool:
    """Whether a parameter is one of the constructor of a class whose objects make URLs."""
    maker = engine.maker_of(param.function)
    return maker is not None and carriers.gives_address(engine, Instance(maker))


def without_open(frame: Frame, value: Value) -> Value:
    """Of what constructors stored: the values that are known, if some are; else what callers decide."""
    own = frame.function.place if frame.function is not None else None
    # Not monotone: a value that becomes known later removes the open ones, and readers that were too early run again.
    known = [
        option
        for option in options(value)
        if not (isinstance(option, Param | Dependent) and all(param.function != own for param in parameters_in(option)))
    ]
    return join(*known) if known else value
