"""What the tables hold, asked of all of it once no table grows: who asks hears of nothing that comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.state import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leastscope.python.domain.values import Place, Value
    from leastscope.python.state.engine import Engine


def attributes_where(engine: Engine, wanted: Callable[[Value], bool]) -> Iterable[cells.OfClass]:
    """The attributes of classes that hold a wanted value."""
    for key, value in engine.held():
        if isinstance(key, cells.OF_CLASS) and wanted(value):
            yield key


def given_by_name(engine: Engine) -> Iterable[tuple[cells.Given, Value]]:
    """What frameworks give to parameters of a name."""
    for key, value in engine.held():
        if isinstance(key, cells.Given):
            yield key, value


def globals_where(engine: Engine, wanted: Callable[[Value], bool]) -> Iterable[cells.Global]:
    """The globals that hold a wanted value themselves, and do not import it."""
    return [key for key, value in engine.held() if isinstance(key, cells.Global) and wanted(value)]


def filled_where(engine: Engine, wanted: Callable[[Value], bool]) -> Iterable[str]:
    """The files with an object or variable of a context into which other code puts a wanted value."""
    for key, value in engine.held():
        if isinstance(key, cells.Filled) and wanted(value):
            yield cells.file_of(key)


def stored_outside(engine: Engine) -> Iterable[tuple[str, Value, Place]]:
    """The names under which a client is kept on objects of code that is not read: all that is kept there, and where."""
    for key, places in engine.sets():
        if isinstance(key, cells.StoredOutside):
            yield key.name, engine.peek(cells.FieldOutside(key.name)), min(places)


def names_everywhere(engine: Engine) -> Iterable[tuple[str, Value]]:
    """The names that the program gives to every file, as attributes of `builtins`, with what they hold."""
    for key, value in engine.held():
        if isinstance(key, cells.HeldOutside) and key.owner == cells.BUILTINS and not key.item:
            yield key.name, value


def only_classes(engine: Engine) -> Iterable[tuple[str, Place]]:
    """The names by which some code asks for a class, if only one class has the name and no answer was given yet."""
    for key, _ in list(engine.sets()):
        if isinstance(key, cells.AskedByName) and not engine.peek_members(cells.OnlyClass(key.name)):
            places = engine.peek_members(cells.Named(key.name))
            if len(places) == 1:
                yield key.name, next(iter(places))
