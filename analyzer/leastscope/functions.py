"""What functions and classes that are not read do, as rows tell it (`rules/python`).

The rule book reads the rows, the evaluator applies them. Nothing here knows YAML, a library, or a syntax tree.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Literal

import msgspec

Form = Literal[
    "argument", "copy", "list", "element", "elements", "record", "relation", "relations", "text", "secret",
    "credentials", "headers",
]  # fmt: skip
"""What a function makes of an argument: the argument, a copy of it, a list of what is in it, one element of it, a list of
some of them, a record of a class, the record (or a list of records) of the class that a relation names, the text that it
wraps, a text that hides it, what authenticates a user, and headers that do."""
Given = Literal["following arguments", "no arguments", "listed arguments", "elements", "unpacked elements"]
"""What an argument that is called is given; elements are those of each argument that follows, unpacked ones those of the
elements of the next."""
Gives = Literal["result", "nothing", "future", "list"]
Made = Literal["object", "object with keywords"]


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
    """An object is made on which the program keeps values."""

    what: Made


class Like(msgspec.Struct, frozen=True, array_like=True, tag="like"):
    """A function does what a function of Python does, by that one's name."""

    name: str


class Enters(msgspec.Struct, frozen=True, array_like=True, tag="enters"):
    """A method enters an argument as `with` does, and gives what that gives."""

    argument: Argument


class Stores(msgspec.Struct, frozen=True, array_like=True, tag="stores"):
    """A method keeps an argument in its object, under the key that another argument is (without one: anywhere)."""

    argument: Argument
    key: Argument = Argument()


class Takes(msgspec.Struct, frozen=True, array_like=True, tag="takes"):
    """A method gives what its object keeps under the key that an argument is; without it, anything that is kept."""

    key: Argument


MethodRow = Calls | Enters | Stores | Takes
Row = Returns | Calls | Decorates | Provides | Reads | Declares | Makes | Like
ANY = "*."
"""What stands in a name for any modules, or none."""


class FunctionModels(msgspec.Struct, frozen=True, array_like=True):
    """The rows of all functions.

    functions  dotted name -> what the function of this name does
    anywhere   last name -> the starts of dotted names behind which any module may stand, each with what the function does
    modules    dotted name of a module -> the module of Python that it stands for
    methods    name of a method -> what it does on every object that is not read
    """

    functions: Mapping[str, Row] = {}
    anywhere: Mapping[str, tuple[tuple[str, Row], ...]] = {}
    modules: Mapping[str, str] = {}
    methods: Mapping[str, MethodRow] = {}

    def of(self, name: str) -> Row | None:
        """Give the row of a dotted name; None where there is none."""
        row = self.functions.get(name)
        if row is not None:
            return row
        several = self.anywhere.get(name.rpartition(".")[2], ())
        return next((row for start, row in several if name.startswith(start)), None)

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
