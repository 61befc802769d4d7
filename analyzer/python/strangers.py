"""Clients without a model that are given the URL of an operation: they send a request, as far as anybody can see.

Where the verb is known too, that is a possible request, else a gap.

Only calls that look like one count: the function is called after what it does (`get`, `request`), and the URL stands where
such functions have it. That a text is printed, kept or rendered somewhere is nothing.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import TYPE_CHECKING

from analyzer.python import guesses, ir, servers
from analyzer.python.effects import Opens, Sends
from analyzer.python.values import Const, Param, Value, options, parameters_in

if TYPE_CHECKING:
    from analyzer.python.calls import Arguments
    from analyzer.python.frame import Frame

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


def noted(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> None:
    """Record a call of something from outside that is given the URL of an operation."""
    top, *_, last = name.lower().split(".") if "." in name else ("", "")
    parts = set(name.lower().split(".")[:-1])
    if top == "builtins" or top in sys.stdlib_module_names or top in _STAND_INS or parts & _STORES:
        return
    if not _sent(frame, last, arguments, node) and (last in _BY_VERB or last in _BY_ARGUMENT):
        system = next((found for url in _urls(last, arguments) if (found := _system_of(frame, url, last))), "")
        if system:
            reason = f"'{name}' is given the URL of an operation, and the library has no model"
            frame.fail(node, "unknown-library", system, reason)


def called(frame: Frame, function: Value, arguments: Arguments, node: ir.Call) -> None:
    """Record a call of a method of something unknown that is given the URL of an operation, or by its callers may be."""
    if isinstance(node.func, ir.Attribute) and all(guesses.says_nothing(option) for option in options(function)):
        name = node.func.name.lower()
        if not _sent(frame, name, arguments, node) and name != "get" and frame.engine.knowledge.servers.hosts:
            values = [*_urls(name, arguments), *_verb_of(name, arguments)]
            params = frozenset[Param]().union(*(parameters_in(value) for value in values))
            if params:
                frame.emit(Opens(frame.site(node), params))


def _sent(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> bool:
    """Record the operations that a call is possibly for: its verb and URL say so. Whether there are any."""
    knowledge = frame.engine.knowledge
    verbs = [option.value.upper() for value in _verb_of(name, arguments) for option in options(value)
             if isinstance(option, Const) and isinstance(option.value, str)]  # fmt: skip
    found = False
    for url in _urls(name, arguments) if verbs else ():
        for one in (reached for option in options(url) for reached in servers.reached(knowledge.servers, option, _NO)):
            for verb, path in product(verbs, one.paths):
                if knowledge.is_known(one.server.system, one.server.name, verb, path):
                    found = True
                    step = frame.step(node, "a client that is not known is given the URL of an operation")
                    frame.emit(
                        Sends(
                            frame.site(node),
                            one.server.system,
                            verb,
                            path,
                            one.server.name,
                            "unknown",
                            "unknown",
                            (),
                            closed=False,
                            resolution="possible",
                            evidence=(step,),
                        )
                    )
    return found


_NO = frozenset[str]()


def _urls(name: str, arguments: Arguments) -> list[Value]:
    """What stands where such functions have their URL."""
    if name in _BY_VERB:
        given = [arguments.at(0, "url")]
    else:
        given = [*arguments.args[:2], arguments.keyword("url")] if name in _BY_ARGUMENT else []
    return [value for value in given if value is not None]


def _verb_of(name: str, arguments: Arguments) -> list[Value]:
    if name in _BY_VERB:
        return [Const.of(_BY_VERB[name])]
    given = (arguments.args[0] if arguments.args else None, arguments.keyword("method"))
    return [value for value in given if value is not None] if name in _BY_ARGUMENT else []


def _system_of(frame: Frame, url: Value, name: str) -> str:
    """The system that has an operation at a URL, with the verb of a name (or any); "" where there is none."""
    knowledge = frame.engine.knowledge
    verbs = (_BY_VERB[name],) if name in _BY_VERB else _VERBS
    for option in options(url):
        for one in servers.reached(knowledge.servers, option, _NO):
            ways = product(verbs, one.paths)
            if any(knowledge.is_known(one.server.system, one.server.name, each, path) for each, path in ways):
                return one.server.system
    return ""
