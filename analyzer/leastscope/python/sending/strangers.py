"""Clients without a model that are given the URL of an operation: they send a request, as far as anybody can see.

Where the verb is known too, that is a possible request, else a gap.

Only calls that look like one count: the function is called after what it does (`get`, `request`), and the URL stands where
such functions have it. That a text is printed, kept or rendered somewhere is nothing.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, servers
from leastscope.python.domain.effects import Opens, Sends
from leastscope.python.domain.values import Const, Param, Value, options, parameters_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.python.domain.arguments import Arguments, Call
    from leastscope.python.state.frame import Frame
    from leastscope.python.syntax import ir

_BY_VERB = {name: name.upper() for name in ("get", "post", "put", "patch", "delete", "head")}
_BY_ARGUMENT = frozenset({"request", "fetch", "urlopen", "send_request", "make_request", "http_request", "api_request"})
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_STAND_INS = frozenset(
    {"respx", "responses", "requests_mock", "httpretty", "pook", "mocket", "aioresponses", "vcr", "pytest", "mock"}
)
"""Libraries that answer requests in tests."""
_STORES = frozenset(
    {"cache", "caches", "config", "conf", "settings", "environ", "env", "session", "storage", "db", "redis"}
)
"""Parts of names whose `get` looks something up."""


def function_called(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> None:
    """Record a call of something from outside that is given the URL of an operation."""
    *owners, last = name.lower().split(".")
    if not owners or not _looks_like_one(last):
        return
    if owners[0] == "builtins" or owners[0] in sys.stdlib_module_names or owners[0] in _STAND_INS:
        return
    if _STORES.intersection(owners) or _sent(frame, last, arguments, node):
        return
    for system, _, _, _ in _operations(frame, _urls(last, arguments), _VERBS if last in _BY_ARGUMENT else ()):
        reason = f"'{name}' receives the URL of an operation, and leastscope has no model of this library"
        frame.fail(node, "unknown-library", system, reason)
        return


def method_called(frame: Frame, call: Call) -> None:
    """Record a call of a method of something unknown that is given the URL of an operation, or by its callers may be."""
    name, arguments, node = call.method.lower(), call.arguments, call.node
    if not _looks_like_one(name) or not all(contents.says_nothing(option) for option in options(call.function)):
        return
    if not _sent(frame, name, arguments, node) and name != "get" and frame.engine.knowledge.servers.hosts:
        values = [*_urls(name, arguments), *_verb_of(name, arguments)]
        params = frozenset[Param]().union(*(parameters_in(value) for value in values))
        if params:
            frame.emit(Opens(frame.site(node), params))


def _looks_like_one(name: str) -> bool:
    """Whether a function is called after what sends a request; asked of every call."""
    return name in _BY_VERB or name in _BY_ARGUMENT


def _sent(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> bool:
    """Record the operations that a call is possibly for: its verb and URL say so. Whether there are any."""
    given = (option for value in _verb_of(name, arguments) for option in options(value) if isinstance(option, Const))
    verbs = [option.value.upper() for option in given if isinstance(option.value, str)]
    told = list(_operations(frame, _urls(name, arguments), verbs))
    for system, server, verb, path in told:
        step = frame.step(node, "a client that leastscope does not know receives the URL of an operation")
        request = Sends(frame.site(node), system, verb, path, server, "unknown", "unknown", (), closed=False)
        frame.emit(replace(request, resolution="possible", evidence=(step,)))
    return bool(told)


def _operations(frame: Frame, urls: Iterable[Value], verbs: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """The operations (system, server, verb, path) that are known at some URLs, with one of these verbs."""
    knowledge = frame.engine.knowledge
    for url in (option for value in urls for option in options(value)) if verbs else ():
        for one in servers.reached(knowledge.servers, url, frozenset()):
            for verb, path in product(verbs, one.paths):
                if knowledge.is_known(one.server.system, one.server.name, verb, path):
                    yield one.server.system, one.server.name, verb, path


def _urls(name: str, arguments: Arguments) -> list[Value]:
    """What stands where such functions have their URL."""
    by_verb = [arguments.at(0, "url")]
    by_argument = [*arguments.args[:2], arguments.keyword("url")]
    return [value for value in (by_verb if name in _BY_VERB else by_argument) if value is not None]


def _verb_of(name: str, arguments: Arguments) -> list[Value]:
    """What says the verb: the name, or the first argument, or the one that is called so."""
    if name in _BY_VERB:
        return [Const.of(_BY_VERB[name])]
    return [value for value in (*arguments.args[:1], arguments.keyword("method")) if value is not None]
