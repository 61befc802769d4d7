"""The settings of a project: an object from outside whose values stand in modules of the tree.

Addresses are taken from there, and names of what code imports by them: where a key comes from is told by the name of its
setting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents, servers, strings
from leastscope.python.domain.values import (
    Const,
    External,
    Instance,
    LibraryModule,
    LibraryObject,
    Value,
    join,
    options,
)
from leastscope.python.state import carriers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.python.state.frame import Frame

_WORDS = ("URL", "URI", "HOST", "BASE", "ENDPOINT", "API", "SERVER", "DOMAIN", "ADDRESS")
_MODULES = 20
"""Modules that may hold the settings of one project; of more none is read."""


def setting(frame: Frame, origin: str, name: str) -> Value:
    """`settings.NAME`: the address or client that a settings module gives the name, else a value from outside."""
    outside = External(f"{origin}.{name}")
    modules = frame.engine.index.called(frame.engine.knowledge.functions.settings[origin])
    if len(modules) > _MODULES:
        return outside
    # Most settings are data, so that the modules are not read for them. One that makes a client is read anyway.
    if not any(word in name for word in _WORDS):
        modules = tuple(path for path in modules if frame.engine.is_added(path))
    found = [option for each in _given(frame, modules, name) for option in options(each) if _counts(frame, option)]
    return join(*found) if found else outside


def texts(frame: Frame, value: Value) -> list[str]:
    """What a setting can be, where settings modules give it a text."""
    origin, _, name = value.name.rpartition(".") if isinstance(value, External) else ("", "", "")
    functions = frame.engine.knowledge.functions
    modules = frame.engine.index.called(functions.settings[origin]) if origin in functions.settings else ()
    return sorted({text for each in _given(frame, modules[:_MODULES], name) for text in contents.texts_in(each)})


def _given(frame: Frame, modules: Iterable[str], name: str) -> Iterator[Value]:
    """What other modules that bind a name give it."""
    for path in modules:
        module = frame.engine.module(path)
        if module is not None and name in module.bound and module is not frame.module:
            yield frame.interpreter.global_of(frame, path, name)


def _counts(frame: Frame, value: Value) -> bool:
    """Whether a setting is more than data: an address of a server that is known, a client, or an object with one."""
    return _is_address(frame, value) or (
        isinstance(value, _OBJECTS) and carriers.carries(frame.engine, value, urls=False)
    )


_OBJECTS = (Instance, LibraryModule, LibraryObject)


def _is_address(frame: Frame, value: Value) -> bool:
    """Whether a value is a URL or host of a server that is known."""
    known = frame.engine.knowledge.servers
    return servers.is_ours(known, value) or servers.is_ours(known, strings.concat((Const.of("https://"), value)))
