"""Strings in pieces: concatenation and the three ways of formatting, on values whose text is partly known."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    TEXT_LIMIT,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    Const,
    Dependent,
    Items,
    LibraryClass,
    LibraryMethod,
    LibraryModule,
    LibraryObject,
    Mapping,
    Text,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pieces = tuple["str | Value", ...]


def concat(values: Sequence[Value]) -> Value:
    """The text of several values one after the other; alternatives multiply up to the union cap."""
    choices = [options(value) for value in values]
    if any(not choice for choice in choices):
        return BOTTOM
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > UNION_LIMIT:
        choices = [choice if len(choice) == 1 else (Unknown("limit"),) for choice in choices]
    return join(*(of_pieces(piece for value in row for piece in pieces_of(value)) for row in product(*choices)))


def pieces_of(value: Value) -> Pieces:
    """A value as pieces of text."""
    match value:
        case Const(constant, _):
            return (str(constant),)
        case Text(pieces) | Unknown(of=Text(pieces)):
            return pieces
        case Builtin(receiver=Const(str(text), _), name="value"):
            return (text,)  # a member of an enumeration of texts
        case Unknown() if value.origin:
            return (replace(value, origin=""),)
        case LibraryModule() | LibraryClass() | LibraryObject() | LibraryMethod():
            return (UNKNOWN,)  # nothing of a library can be called through its text
        case _:
            return (value,)


def of_pieces(pieces: Iterable[str | Value]) -> Value:
    """Pieces as a value: neighbors joined, a constant where all is known; too many pieces are Unknown."""
    merged: list[str | Value] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if len(merged) > TEXT_LIMIT or sum(len(piece) for piece in merged if isinstance(piece, str)) > 10_000:
        return Unknown("limit")
    if not merged:
        return Const.of("")
    if len(merged) == 1:
        return Const.of(merged[0]) if isinstance(merged[0], str) else Text((merged[0],))
    return Text(tuple(merged))


def hole_of(value: Value) -> Value:
    """What is left of a value in a text that does not show it: which callers decide it."""
    params = parameters_in(value)
    return Dependent(params) if params else UNKNOWN


def template(value: Value) -> str | None:
    """The text with every hole written `{}`, or None where the value is no text or nothing of it is known."""
    match value:
        case Const(str(text), _):
            return text
        case Text(pieces) | Unknown(of=Text(pieces)):
            return "".join(piece if isinstance(piece, str) else "{}" for piece in pieces)
        case _:
            return None


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}")


def format_text(text: str, args: Sequence[Value], keywords: Sequence[tuple[str, Value]]) -> Value:
    """`text.format(*args, **keywords)`; a field that is not simply given is a hole."""
    return format_pieces((text,), args, keywords)


def format_pieces(text: Pieces, args: Sequence[Value], keywords: Sequence[tuple[str, Value]]) -> Value:
    """The same for a text that has holes already."""
    names = dict(keywords)
    pieces: list[Value] = []
    counter = 0
    for piece in text:
        if not isinstance(piece, str):
            pieces.append(piece)
            continue
        end = 0
        for field in _FIELD.finditer(piece):
            pieces.append(Const.of(piece[end : field.start()]))
            end = field.end()
            name = field[1]
            if name is None:
                pieces.append(Const.of(field[0][0]))
                continue
            if not name:
                name, counter = str(counter), counter + 1
            if name.isdecimal():
                pieces.append(args[int(name)] if int(name) < len(args) else UNKNOWN)
            else:
                pieces.append(names.get(name, UNKNOWN))
        pieces.append(Const.of(piece[end:]))
    return concat(pieces)


_CONVERSION = re.compile(r"%%|%(?:\((\w*)\))?[-+ #0]*(?:[1-9*][0-9*]*)?(?:\.[0-9*]+)?[a-zA-Z]")


def percent(text: str, given: Value) -> Value:
    """`text % given`."""
    return percent_pieces((text,), given)


def percent_pieces(text: Pieces, given: Value) -> Value:
    """The same for a text that has holes already."""
    args: tuple[Value, ...] = given.items if isinstance(given, Items) else (given,)
    names = given if isinstance(given, Mapping) else Mapping(())
    pieces: list[Value] = []
    counter = 0
    for piece in text:
        if not isinstance(piece, str):
            pieces.append(piece)
            continue
        end = 0
        for field in _CONVERSION.finditer(piece):
            pieces.append(Const.of(piece[end : field.start()]))
            end = field.end()
            if field[0] == "%%":
                pieces.append(Const.of("%"))
            elif field[1] is not None:
                pieces.append(names.get(field[1]) or UNKNOWN)
            else:
                pieces.append(args[counter] if counter < len(args) else UNKNOWN)
                counter += 1
        pieces.append(Const.of(piece[end:]))
    return concat(pieces)


def _begins_url(parts: Value) -> bool:
    """Whether what is joined begins with a URL, so that the rest says which."""
    first = parts.items[:1] if isinstance(parts, Items) else ()
    return any("://" in (template(option) or "") for item in first for option in options(item))


def join_text(separator: Value, parts: Value) -> Value:
    """`separator.join(parts)`."""
    if not isinstance(parts, Items) or not isinstance(parts.rest, Bottom):
        params = parameters_in(parts)
        return Text((Dependent(params, hot=_begins_url(parts)),)) if params else UNKNOWN
    pieces: list[Value] = []
    for index, part in enumerate(parts.items):
        if index:
            pieces.append(separator)
        pieces.append(part)
    return concat(pieces) if pieces else Const.of("")
