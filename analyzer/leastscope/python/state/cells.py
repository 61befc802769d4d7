"""The keys of the evaluator's tables: one small type for each kind of entry.

Every entry only grows, so that evaluation ends: a cell by joining values, a set by adding places. `Engine` lets whoever read
an entry be evaluated again when it has grown. The keys are structs of msgspec: tables are asked for at every name and
attribute, and these are compared and hashed in C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.python.domain.effects import Summary
    from leastscope.python.domain.values import Instance, Object, Place, Unit

# cells: what a name, an attribute or a parameter holds


class Global(msgspec.Struct, frozen=True):
    """A global of a module.

    Written by the module's body when it has run, by `global` in functions and by `module.name = value`; read wherever
    the name is looked up or imported. It grows since functions run in no known order: any of the values may be there.
    """

    path: str
    name: str


class Local(msgspec.Struct, frozen=True):
    """A variable of a function that has functions inside.

    Written at each binding of the name; read by the inner functions, which run at a time that is not known, so that
    they see every value the variable ever has.
    """

    unit: Unit
    name: str


class ClassAttribute(msgspec.Struct, frozen=True):
    """What a class itself binds a name to: methods, constants, and what is assigned from outside (`Class.name = value`).

    Written by the class's body and by assignments; read through the class, its instances and its subclasses. It grows
    since an assignment may run before or after any read.
    """

    cls: Place
    name: str


class InstanceAttribute(msgspec.Struct, frozen=True):
    """An attribute of the instance that was made with particular arguments.

    Written where code stores on such an instance; read where its value is still known to be this one. Instances made
    with equal arguments share it, so it holds what any of them has.
    """

    instance: Instance
    name: str


class MadeAttribute(msgspec.Struct, frozen=True):
    """An attribute that constructors set when they run for particular arguments.

    Written by `__init__` evaluated for the arguments of a call, and by declared fields; read for an instance of which
    is not known how it was made, which has what any of them has.
    """

    cls: Place
    name: str


class ToldAttribute(msgspec.Struct, frozen=True):
    """An attribute that `__set_name__` sets on a descriptor.

    Read for a descriptor of which is not known which one it is; each that is known has cells of its own.
    """

    cls: Place
    name: str


class SymbolicAttribute(msgspec.Struct, frozen=True):
    """An attribute that a constructor sets, in terms of the constructor's own parameters.

    Written by `__init__` evaluated for any caller; read with the parameters replaced by what an instance was made with,
    or by what flowed into them (`ConstructorArgument`).
    """

    cls: Place
    name: str


class LaterAttribute(msgspec.Struct, frozen=True):
    """An attribute that is stored outside of constructors.

    Written by any other method or function; read for every instance, since which method ran before is not known.
    """

    cls: Place
    name: str


class Default(msgspec.Struct, frozen=True):
    """The value of a parameter's default.

    Written where the function is defined; read where a call leaves it out. It grows since a function inside another one
    is defined at each evaluation of that.
    """

    function: Place
    parameter: str


class ConstructorArgument(msgspec.Struct, frozen=True):
    """What any construction in the program gave a constructor's parameter.

    Written by each call of the class; read where an attribute depends on the parameter and the instance is not known.
    """

    function: Place
    parameter: str


class Bases(msgspec.Struct, frozen=True):
    """What a class derives from.

    Written by its definition; read for every order of classes. A base can be any of several classes, and is known only
    once the name it stands for is.
    """

    cls: Place


class Carries(msgspec.Struct, frozen=True):
    """Whether a class, or its instances, hold something of a library.

    Written by each store; read where a call decides whether a function is worth evaluating for the arguments at hand.
    It never becomes false again.
    """

    cls: Place


class Methods(msgspec.Struct, frozen=True):
    """The methods of a class of a file that names no system: what they lead to is not known before somebody asks."""

    cls: Place


class Decorated(msgspec.Struct, frozen=True):
    """Whether code that is not read decorates a function: its name holds whatever that makes of it.

    Written where the function is defined; read where its name is used as something else than the function.
    """

    function: Place


class MakerAsked(msgspec.Struct, frozen=True):
    """Whether somebody makes an instance of a class that leaves to its makers what a framework sends.

    Written by each construction; read at the class's definition, which then says nothing itself.
    """

    cls: Place


class Setting(msgspec.Struct, frozen=True):
    """A setting of a library's module (`shop.api_key = key`): where its value comes from.

    Written by assignments anywhere; read by every request of the library, which may run after any of them. What tests
    set, the program does not read.
    """

    library: str
    option: str
    in_tests: bool


BUILTINS = "builtins"
"""The module whose attributes are names in every file."""


class HeldOutside(msgspec.Struct, frozen=True):
    """An attribute or item that code keeps on an object of code that is not read (`g.client`, `extensions["client"]`).

    Written and read wherever the object is known: by its dotted name, or by the place of the call that made it.
    """

    owner: str
    name: str
    item: bool = False


class Holds(msgspec.Struct, frozen=True):
    """Whether the program keeps something of a library on an object of code that is not read."""

    owner: str


class SetLater(msgspec.Struct, frozen=True):
    """Whether code sets an option on a client of a library after it was made.

    Written by each such statement; read where clients are made: only then it matters which client is which.
    """

    library: str


def origin_of(place: Place) -> str:
    """The origin of what all instances of a class keep as a container that the class inherits to be."""
    return f"{place.path}:{place.start}"


class FieldOutside(msgspec.Struct, frozen=True):
    """What is kept in an attribute or item of this name on any object that is not of the program.

    Written by each such store; judged once everything else has settled.
    """

    name: str


class OnlyField(msgspec.Struct, frozen=True):
    """The client that the name of an attribute or item alone leads to.

    Written between two rounds of evaluation, when nothing else is kept under the name on objects that are not of the
    program; read where the owner is not known. Never taken back.
    """

    name: str


class Entry(msgspec.Struct, frozen=True):
    """What is put under a key of a dict, or into a list, by an evaluation other than the one that makes it.

    Written by each such statement; read with the object. Without a name: under any key, or at any position. All objects
    that one place makes share it. Of a client: an option, or one of its headers.
    """

    made: Object
    key: str = ""
    kind: str = ""


class OfGenerators(msgspec.Struct, frozen=True):
    """What the generators of a function are sent, or (at the end) what they give with `return`.

    Written by each `send`, and by the function; read by its `yield`, and by whoever delegates to them.
    """

    function: Place
    at_end: bool = False


class Given(msgspec.Struct, frozen=True):
    """What a framework gives to parameters of a name.

    Written where the code says it: by a decorator of the function that makes it, or under a key; read by parameters of
    functions in the scope: a file, or a folder and those below it (a path with a slash at the end), or without one any file.
    """

    name: str
    scope: str = ""


class ContextVariable(msgspec.Struct, frozen=True):
    """What a `ContextVar`, known by the place of its making, can hold: its default and whatever is set anywhere."""

    place: str


Filled: TypeAlias = Entry | ContextVariable | Default | HeldOutside | Local


def file_of(key: Filled) -> str:
    """The file with the variable, or that made the object, into which something is put; its dotted name if it is outside."""
    match key:
        case Local(unit):
            return unit.place.path
        case Default(function):
            return function.path
        case Entry(made):
            return made.place.path
        case ContextVariable(place) | HeldOutside(place):
            return place.rpartition(":")[0] or place


Fact: TypeAlias = Carries | Holds | MakerAsked | Decorated | SetLater
"""What is not known to hold, or holds for good."""
Variable: TypeAlias = Global | Local
OfObject: TypeAlias = Entry | HeldOutside | FieldOutside
OfClass: TypeAlias = ClassAttribute | MadeAttribute | ToldAttribute | SymbolicAttribute | LaterAttribute
OF_CLASS = (ClassAttribute, MadeAttribute, ToldAttribute, SymbolicAttribute, LaterAttribute)
Cell: TypeAlias = (
    Variable
    | ClassAttribute
    | InstanceAttribute
    | MadeAttribute
    | ToldAttribute
    | SymbolicAttribute
    | LaterAttribute
    | Default
    | ConstructorArgument
    | Bases
    | Methods
    | Setting
    | HeldOutside
    | FieldOutside
    | OnlyField
    | ContextVariable
    | Given
    | Entry
    | OfGenerators
)

# sets of places


class OnlyMethod(msgspec.Struct, frozen=True):
    """The method that a name alone leads to.

    Written between two rounds of evaluation, when only one class has the name; read by the readings of unknown
    receivers. Never taken back, although a class that is read later may have the name, too.
    """

    name: str


class OnlyRecordMethod(msgspec.Struct, frozen=True):
    """The method that a name alone leads to where a field of a record of joined classes is asked for it.

    Written between two rounds of evaluation, as `OnlyMethod` is; read by the readings of unknown receivers.
    """

    name: str


class Subclasses(msgspec.Struct, frozen=True):
    """The classes that derive from a class directly.

    Written by their definitions; read for every order of classes.
    """

    cls: Place


class Storing(msgspec.Struct, frozen=True):
    """The classes on whose instances an attribute of this name is stored.

    Written by each store; read before the attribute's cells are, since most classes have none. Whoever reads it is woken
    by `StoredNear`, since names like `request` are stored on unrelated classes all over a program.
    """

    name: str


class AssignedOutside(msgspec.Struct, frozen=True):
    """The classes that an attribute of this name is assigned to from outside of their bodies.

    Written by each assignment; read where a class's own names do not tell whether it has the attribute.
    """

    name: str


class StoredOutside(msgspec.Struct, frozen=True):
    """Where a client is kept in an attribute or item of this name on objects that are not of the program.

    Written by each such store; read between two rounds of evaluation.
    """

    name: str


class Entries(msgspec.Struct, frozen=True):
    """The keys under which other evaluations than the one that makes a dict put something into it.

    Written by each such statement; read with the object.
    """

    made: Object


class Named(msgspec.Struct, frozen=True):
    """The classes of a name that stand at the level of a module.

    Written by their definitions; read between two rounds of evaluation.
    """

    name: str


class AskedByName(msgspec.Struct, frozen=True):
    """The modules that ask for the class of a name.

    Written where a relation names its other side in a text; read between two rounds of evaluation.
    """

    name: str


class OnlyClass(msgspec.Struct, frozen=True):
    """The only class of a name in the program.

    Written between two rounds of evaluation, when all classes of the round are known; read where a relation names its other
    side in a text.
    """

    name: str


class Record(msgspec.Struct, frozen=True):
    """The classes that a framework joins under a name (`_inherit`).

    Written when their bodies have run; read where a registry is asked for the name, and for what each of them has that
    another one lacks.
    """

    name: str


class RegisteredAs(msgspec.Struct, frozen=True):
    """The classes of which a framework has one instance each under a name.

    Written when the body of such a class has run; read by who asks the framework for the name.
    """

    name: str


Places: TypeAlias = (
    OnlyMethod
    | OnlyRecordMethod
    | OnlyClass
    | AskedByName
    | Subclasses
    | Storing
    | AssignedOutside
    | StoredOutside
    | Entries
    | Named
    | Record
    | RegisteredAs
)

# signals: what is no entry, and still wakes whoever asked


class Order(msgspec.Struct, frozen=True):
    """The classes above, below or beside a class.

    Woken when one of them gets a new base and the kept order is dropped.
    """

    way: Literal["above", "below", "beside"]
    cls: Place


class StoredNear(msgspec.Struct, frozen=True):
    """The classes above and below a class, itself included, on whose instances an attribute of this name is stored.

    Woken when there is one more, by a store or by a new base.
    """

    cls: Place
    name: str


class Overriding(msgspec.Struct, frozen=True):
    """The classes below or beside a class whose bodies bind a name.

    Woken when a new base makes it others.
    """

    cls: Place
    name: str


class Cut(msgspec.Struct, frozen=True):
    """Whether a class has more relatives than are followed.

    Woken when it has.
    """

    cls: Place


class Added(msgspec.Struct, frozen=True):
    """Whether a module is among those that matter.

    Woken when it is added.
    """

    path: str


class Keeps(msgspec.Struct, frozen=True):
    """Whether an evaluation keeps something that callers decide where other functions read it.

    Woken when it does.
    """

    unit: Unit


class Passes(msgspec.Struct, frozen=True):
    """Whether what an evaluation gives passes a test.

    Woken when it does.
    """

    unit: Unit


class Told(msgspec.Struct, frozen=True):
    """What an evaluation gave in one respect.

    Woken when that has changed, whatever else the evaluation gives.
    """

    unit: Unit
    respect: Callable[[Summary], object]


Signal: TypeAlias = Told | Order | StoredNear | Overriding | Cut | Added | Keeps | Passes
