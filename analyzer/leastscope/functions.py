"""What functions and classes that are not read do, as rows tell it (`rules/python`).

The rule book reads the rows, the evaluator applies them. Nothing here knows YAML, a library, or a syntax tree.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Literal

import msgspec

Form = Literal[
    "argument", "copy", "list", "element", "elements", "record", "relation", "relations", "text", "secret",
    "credentials", "headers", "registered", "future", "pair", "changed",
]  # fmt: skip
"""What a function makes of an argument: the argument, a copy of it, a list of what is in it, one element of it, a list of
some of them, a record of a class, the record (or a list of records) of the class that a relation names, the text that it
wraps, a text that hides it, what authenticates a user, headers that do, an instance of the class that is registered under a
name, a result that comes later, two lists that share what is in it, and a copy of an object in which the keywords say other
fields."""
Given = Literal["following arguments", "no arguments", "listed arguments", "elements", "unpacked elements"]
"""What an argument that is called is given; elements are those of each argument that follows, unpacked ones those of the
elements of the next."""
Gives = Literal["result", "nothing", "future", "list"]
Enumerated = Literal["values", "names", "labels"]
Made = Literal["object", "object with keywords", "decorator", "caller", "instance", "copy"]
"""An object on which the program keeps values, the same that starts with the keyword arguments, a decorator after which
the function is called as before, an object that calls what it is given; of methods that classes of the program inherit, an
instance of the class, and a copy of the instance."""


Ran = Literal["code", "command", "connection"]
"""What a text among the arguments is: code, a part of a command, the host of a connection."""


class Argument(msgspec.Struct, frozen=True, array_like=True):
    """Which argument of a call: the one at a position (-1: it has none), else the first of some names that is given."""

    position: int = -1
    names: tuple[str, ...] = ()


class Returns(msgspec.Struct, frozen=True, array_like=True, tag="returns"):
    """The result is made of an argument."""

    form: Form
    argument: Argument


class Calls(msgspec.Struct, frozen=True, array_like=True, tag="calls"):
    """An argument is called; `args` and `kwargs` are the arguments that list what it is given."""

    function: Argument
    given: Given = "following arguments"
    args: Argument = Argument()
    kwargs: Argument = Argument()
    gives: Gives = "result"


class Decorates(msgspec.Struct, frozen=True, array_like=True, tag="decorates"):
    """A decorator with or without arguments of its own, after which the function is called as before."""

    function: Argument


class Provides(msgspec.Struct, frozen=True, array_like=True, tag="provides"):
    """Calling the result gives an argument, or (`called`) what calling that argument with the following ones gives."""

    argument: Argument
    called: bool = False


class Reads(msgspec.Struct, frozen=True, array_like=True, tag="reads"):
    """A value from outside the code is read by its name; the default is what it may be.

    Without a default, the function raises an error where the value is missing (`required`), or gives None.
    """

    key: Argument
    default: Argument = Argument()
    required: bool = False


class Declares(msgspec.Struct, frozen=True, array_like=True, tag="declares"):
    """A field is declared, whose value is what the factory gives, else the default."""

    factory: Argument
    default: Argument = Argument()


class Makes(msgspec.Struct, frozen=True, array_like=True, tag="makes"):
    """Something is made whose arguments do not matter."""

    what: Made


class Like(msgspec.Struct, frozen=True, array_like=True, tag="like"):
    """A function does what a function of Python does, by that one's name."""

    name: str


class Enters(msgspec.Struct, frozen=True, array_like=True, tag="enters"):
    """A method enters an argument as `with` does, and gives what that gives."""

    argument: Argument


class Stores(msgspec.Struct, frozen=True, array_like=True, tag="stores"):
    """An argument is kept under the key that another argument is (without one: anywhere).

    A method keeps it in its object, a function in the argument `into`, of which it then gives an element.
    """

    argument: Argument
    key: Argument = Argument()
    into: Argument = Argument()


class Takes(msgspec.Struct, frozen=True, array_like=True, tag="takes"):
    """A method gives what its object keeps under the key that an argument is; without it, anything that is kept."""

    key: Argument


class Fills(msgspec.Struct, frozen=True, array_like=True, tag="fills"):
    """A method keeps in its object each keyword, and each entry of an argument under its key.

    The entries of a class or module, or of what a text names, are its attributes.
    """

    argument: Argument


class Asks(msgspec.Struct, frozen=True, array_like=True, tag="asks"):
    """A method gives what a framework gives to parameters of the name that an argument is."""

    name: Argument


class Injects(msgspec.Struct, frozen=True, array_like=True, tag="injects"):
    """What stands as a parameter's default, or beside its type: a framework gives the parameter what the argument gives."""

    argument: Argument


class Runs(msgspec.Struct, frozen=True, array_like=True, tag="runs"):
    """A function runs what its arguments say: code in the first one, a command, or a connection to a host."""

    what: Ran


class Supplies(msgspec.Struct, frozen=True, array_like=True, tag="supplies"):
    """A decorator of a function whose result a framework gives to parameters of its name, or of the name in an argument.

    It gives it to functions that have such a decorator themselves, or whose names start with `to`. These stand in the same
    file, or, where the file is called `shared`, in its folder or below.
    """

    name: Argument
    to: str = ""
    shared: str = ""


class Supplied(msgspec.Struct, frozen=True, array_like=True, tag="supplied"):
    """A decorator of a function whose parameters a framework gives what is kept under their names in an object."""

    owner: str


class Enumerates(msgspec.Struct, frozen=True, array_like=True, tag="enumerates"):
    """Classes that inherit from this one are enumerations, whose members are values.

    `auto()` is the member's name where they are names; with labels, a pair is a value and its label.
    """

    members: Enumerated = "values"


class Delegates(msgspec.Struct, frozen=True, array_like=True, tag="delegates"):
    """Objects of classes that inherit from this one have the attributes of what this attribute of theirs holds."""

    attribute: str


class Manages(msgspec.Struct, frozen=True, array_like=True, tag="manages"):
    """Objects of classes that inherit from this one are queries for the objects of the class that holds them.

    These methods of such a class make one.
    """

    makers: tuple[str, ...]


class Registered(msgspec.Struct, frozen=True, array_like=True, tag="registered"):
    """A framework has one instance of each class that inherits from this one, under the first attribute that it has.

    Of a dotted name, the last part counts.
    """

    attributes: tuple[str, ...]


class Queries(msgspec.Struct, frozen=True, array_like=True, tag="queries"):
    """Classes that inherit from this one have queries for their objects in these attributes."""

    attributes: tuple[str, ...]


class Task(msgspec.Struct, frozen=True, array_like=True):
    """An attribute of a function that a framework made a task of: it calls the function, or binds arguments to it.

    Where `listed` is set, `args` and `kwargs` are the arguments that list what the function is given.
    """

    binds: bool = False
    listed: bool = False
    args: Argument = Argument()
    kwargs: Argument = Argument()


Answer = Literal["one", "pair", "same"]
"""What a method of a query or of a record gives: a record, a record with something else, and the same kind of thing."""
OfText = Literal["same", "joined", "below"]
"""What a method makes of a text: the text, a URL relative to it, and a path below it."""
Adds = Literal["mapping", "pair"]
"""What a method adds to headers: those of a mapping, or one by its name and value."""
MethodRow = Asks | Calls | Enters | Fills | Makes | Returns | Stores | Takes
Row = (
    Returns
    | Calls
    | Decorates
    | Provides
    | Reads
    | Declares
    | Makes
    | Like
    | Injects
    | Stores
    | Supplies
    | Supplied
    | Runs
    | Enumerates
    | Delegates
    | Queries
    | Manages
    | Registered
)
_IMPORTING = frozenset({"importlib.import_module", "pkgutil.resolve_name"})
"""Functions of Python that import what a text names."""
_SPECIAL = frozenset({"__getitem__"})
"""Methods that code calls without their names."""
ANY = "*."
"""What stands in a name for any modules, or none."""


class FunctionModels(msgspec.Struct, frozen=True, array_like=True):
    """The rows of all functions.

    functions  dotted name -> what the function of this name does
    anywhere   last name -> the starts of dotted names behind which any module may stand, each with what the function does
    modules    dotted name of a module -> the module of Python that it stands for
    methods    name of a method -> what it does on every object that is not read
    injecting  last names of the functions that have a framework give an argument
    supplying  last names of the decorators by which a framework gives parameters by their names -> what each says
    tasks      name of an attribute of a function -> what it does where a framework made a task of the function
    receiving  keywords of decorators that make a function receive itself
    queries    name of a method of a query -> what it gives
    records    name of a method of a record of joined classes -> what it gives
    joined     attributes of classes under whose value a framework joins them
    registries methods that give the class of a name
    objects    dotted name of an object -> the class that it is an object of, of which the program has one
    settings   dotted name of an object -> last name of the modules that hold its values
    texts      name of a method that other libraries give to their texts -> what it gives
    headers    name of a method that adds headers -> what it adds
    wrapping   names of types that stand for the one in their brackets
    standing_in  libraries that answer requests in tests
    stand_ins  words in the names of objects that stand in for others in tests
    common     names of methods that objects of many libraries have
    """

    functions: Mapping[str, Row] = {}
    anywhere: Mapping[str, tuple[tuple[str, Row], ...]] = {}
    modules: Mapping[str, str] = {}
    methods: Mapping[str, MethodRow] = {}
    injecting: tuple[str, ...] = ()
    supplying: Mapping[str, Supplies | Supplied] = {}
    tasks: Mapping[str, Task] = {}
    receiving: tuple[str, ...] = ()
    queries: Mapping[str, Answer] = {}
    records: Mapping[str, Answer] = {}
    joined: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    objects: Mapping[str, str] = {}
    settings: Mapping[str, str] = {}
    texts: Mapping[str, OfText] = {}
    wrapping: tuple[str, ...] = ()
    standing_in: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    headers: Mapping[str, Adds] = {}

    def of(self, name: str) -> Row | None:
        """Give the row of a dotted name; None where there is none."""
        row = self.functions.get(name)
        if row is not None:
            return row
        several = self.anywhere.get(name.rpartition(".")[2], ())
        return next((row for start, row in several if name.startswith(start)), None)

    def acting(self) -> frozenset[frozenset[str]]:
        """Give the functions that import or run what a text says, each as the names that code which calls it holds."""
        rows = [
            *self.functions.items(),
            *((last, row) for last, several in self.anywhere.items() for _, row in several),
        ]
        acting = [
            name for name, row in rows if isinstance(row, Runs) or (isinstance(row, Like) and row.name in _IMPORTING)
        ]
        parts = (name.removeprefix("builtins.").split(".") for name in (*_IMPORTING, *acting))
        return frozenset(frozenset(part for part in name if part not in _SPECIAL) for name in parts)

    def real_name(self, name: str) -> str:
        """Give the name of Python's own function that a dotted name stands for, else the name."""
        module, _, _ = name.rpartition(".")
        while module:
            if module in self.modules:
                name = f"{self.modules[module]}.{name[len(module) + 1 :]}"
                break
            module = module.rpartition(".")[0]
        row = self.of(name)
        return row.name if isinstance(row, Like) else name

    def with_more(self, more: FunctionModels) -> FunctionModels:
        """Add rows; where both have one of a name, theirs counts."""
        anywhere = {
            last: (*more.anywhere.get(last, ()), *self.anywhere.get(last, ()))
            for last in sorted({*self.anywhere, *more.anywhere})
        }
        return FunctionModels(
            functions={**self.functions, **more.functions},
            anywhere=anywhere,
            modules={**self.modules, **more.modules},
            methods={**self.methods, **more.methods},
            injecting=(*self.injecting, *more.injecting),
            supplying={**self.supplying, **more.supplying},
            tasks={**self.tasks, **more.tasks},
            receiving=(*self.receiving, *more.receiving),
            queries={**self.queries, **more.queries},
            records={**self.records, **more.records},
            joined=(*self.joined, *more.joined),
            registries=(*self.registries, *more.registries),
            objects={**self.objects, **more.objects},
            settings={**self.settings, **more.settings},
            texts={**self.texts, **more.texts},
            wrapping=(*self.wrapping, *more.wrapping),
            standing_in=(*self.standing_in, *more.standing_in),
            stand_ins=(*self.stand_ins, *more.stand_ins),
            common=(*self.common, *more.common),
            headers={**self.headers, **more.headers},
        )
