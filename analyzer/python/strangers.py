"""Libraries without a model that are given the URL of an operation: they send a request, as far as anybody can see.

Only calls that look like one count: the function is called after what it does (`get`, `request`), and the URL stands where
such functions have it. That a text is printed, kept or rendered somewhere is nothing.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import TYPE_CHECKING

from analyzer.python import servers
from analyzer.python.values import Value, options

if TYPE_CHECKING:
    from analyzer.python import ir
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
    if last not in _BY_VERB and last not in _BY_ARGUMENT:
        return
    parts = set(name.lower().split(".")[:-1])
    if top == "builtins" or top in sys.stdlib_module_names or top in _STAND_INS or parts & _STORES:
        return
    given = [arguments.at(0, "url")] if last in _BY_VERB else [*arguments.args[:2], arguments.keyword("url")]
    for value in given:
        system = "" if value is None else _system_of(frame, value, _BY_VERB.get(last, ""))
        if system:
            reason = f"'{name}' is given the URL of an operation, and the library has no model"
            frame.fail(node, "unknown-library", system, reason)
            return


def _system_of(frame: Frame, url: Value, verb: str) -> str:
    """The system that has an operation at a URL, with this verb (or any); "" where there is none."""
    knowledge = frame.engine.knowledge
    verbs = (verb,) if verb else _VERBS
    for option in options(url):
        for one in servers.reached(knowledge.servers, option, frozenset()):
            ways = product(verbs, one.paths)
            if any(knowledge.is_known(one.server.system, one.server.name, each, path) for each, path in ways):
                return one.server.system
    return ""
