"""The values of the evaluation, and what is done with them without looking at any code."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.stripe_sdk.source import Class


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class ClassValue:
    """A class; `parent` is set where `super()` stands for the classes behind it."""

    cls: Class
    after: Class | None = None


@dataclass(frozen=True)
class Instance:
    cls: Class
    id: tuple[Value, ...] = (Text("{id}"),)
    after: Class | None = None


@dataclass(frozen=True)
class Requestor:
    server: str


Value: TypeAlias = Text | ClassValue | Instance | Requestor
Values: TypeAlias = "tuple[Value, ...]"


def holes(path: str) -> int:
    """Count the parts of a path that come from the program."""
    return path.count("{")


def distinct(values: Iterable[Value]) -> Values:
    """Give the values without repetition, in order."""
    return tuple(dict.fromkeys(values))


def concatenated(parts: list[Values]) -> Values:
    """Join texts; alternatives multiply, and nothing comes of a part that says nothing."""
    texts = [[value.value for value in values if isinstance(value, Text)] for values in parts]
    return tuple(Text("".join(choice)) for choice in itertools.product(*texts))


def formatted(text: str, named: Mapping[str, Values]) -> Values:
    """`format` keeps its own hole names: they are the published ones."""
    return (Text(text),) if set(re.findall(r"{(\w+)}", text)) <= named.keys() else ()


def instances(classes: Values, positional: list[Values], named: Mapping[str, Values]) -> Values:
    """Make objects of the classes; the first argument is the id."""
    ids = positional[0] if positional else named.get("id", (Text("{id}"),))
    return tuple(Instance(value.cls, ids) for value in classes if isinstance(value, ClassValue))


def behind(receiver: ClassValue | Instance, owner: Class) -> ClassValue | Instance:
    """Give what `super()` is in a method of `owner`."""
    if isinstance(receiver, Instance):
        return Instance(receiver.cls, receiver.id, owner)
    return ClassValue(receiver.cls, owner)


def literals(positional: list[Values]) -> tuple[str, str]:
    """Take two texts, as for `replace`."""
    first, second = (next((value.value for value in values if isinstance(value, Text)), "") for values in positional)
    return first, second


def argument(text: str, *, upper: bool = False) -> str:
    """Write a text that is nothing but one argument as `$argument`."""
    whole = re.fullmatch(r"{(\w+)}", text)
    if whole:
        return f"${whole[1]}"
    return text.upper() if upper else text
