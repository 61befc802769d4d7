"""Paths of operations that methods receive of which nothing is known: `self.http.post("/v1/refunds")`.

A path alone says little, since every API has some. It counts where it has a version, the method is called after what sends
a request, the verb and the path are those of an operation, and the file names the system. A method that is called after the
system as well (`provider._shop_make_request("orders")`) has paths without a version, and what a framework sends by default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.domain import servers, strings
from leastscope.python.domain.values import options
from leastscope.python.sending import strangers
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Arguments, Call
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.frame import Frame

Operation = tuple[str, str, str, str]
_VERSION = re.compile(r"(?:/[a-zA-Z]{1,20}){0,4}/v[0-9]{1,3}/")
_VERSIONS = ("", "/v1", "/v2")
"""What may stand before a path that such a method receives."""
_SENDING = frozenset({"api", "call", "do", "execute", "make", "perform", "request", "send"})
"""Words of names of methods that send requests, beside the system: all of them are of these, and one is `request`."""
_BODIES = ("payload", "data", "json", "body")
"""Keywords of what is sent with a request that changes something."""
_BARE = re.compile(r"/?[a-z][a-z_]*(?:/[a-zA-Z0-9_{}.-]*)*")
_PARTS = 64
"""Nodes of an argument that are looked at for a path."""


def is_path_call(module: ModuleInfo, node: ir.Call) -> bool:
    """Whether a call of a method looks like a request to a path with a version.

    Tests are left out: what they call is mostly the application under test.
    """
    if not isinstance(node.func, ir.Attribute) or not module.speaks_of or module.in_tests:
        return False
    if _system_of(module, node.func.name):
        return any(_has_path(each.value, _BARE) for each in node.args)
    return strangers.is_request(node.func.name.strip("_")) and any(_has_path(each.value) for each in node.args[:2])


def _system_of(module: ModuleInfo, name: str) -> str:
    """The system that a method which sends requests is called after, or ""."""
    words = set(name.strip("_").lower().split("_"))
    found = sorted(words & module.speaks_of)
    return found[0] if len(found) == 1 and "request" in words and words - {found[0]} <= _SENDING else ""


def _has_path(node: ir.Expr, form: re.Pattern[str] = _VERSION) -> bool:
    """Whether an expression has a literal that begins with a path, where its text can begin."""
    for _ in range(_PARTS):
        match node:
            case ir.Constant(value=str(text)):
                return form.match(text) is not None
            case ir.FString(parts=(first, *_)) | ir.Operation(left=first):
                node = first
            case ir.Call(func=ir.Attribute(value=first, name="format")):
                node = first
            case _:
                return False
    return False


def operations(frame: Frame, call: Call) -> tuple[Operation, ...]:
    """The operations (system, server, verb, path) of the systems that the file names, which a call can be for."""
    knowledge = frame.engine.knowledge
    name = call.method.strip("_")
    named = _system_of(frame.module, name)
    if named:
        return _of_named(frame, named, call)
    found: dict[Operation, None] = {}
    for verb in strangers.verbs(name, call.arguments):
        for path in (option for value in strangers.urls_of(name, call.arguments) for option in options(value)):
            for system in sorted(frame.module.speaks_of) if strings.template(path) else ():
                for server in knowledge.servers.systems.get(system, ()):
                    for inside in servers.of_system(knowledge.servers, system, server.name, path):
                        if knowledge.is_known(system, server.name, verb, inside):
                            found.setdefault((system, server.name, verb, inside))
    return tuple(found)


def _of_named(frame: Frame, system: str, call: Call) -> tuple[Operation, ...]:
    """The operations that a method called after a system can be for, by a path among its arguments."""
    given = call.arguments
    values = [option for value in (*given.args, *(value for _, value in given.keywords)) for option in options(value)]
    texts = [text for one in values if (text := strings.template(one)) and _BARE.fullmatch(text)]
    told = [verb for verb in strangers.verbs(call.method, given) if verb in strangers.VERBS]
    wanted = told or (["POST"] if _has_body(given) else strangers.VERBS)
    known = frame.engine.knowledge
    return tuple(
        dict.fromkeys(
            (system, server.name, verb, path)
            for server in known.servers.systems.get(system, ())
            for text in texts
            for path in (f"{version}/{text.strip('/')}" for version in _VERSIONS)
            for verb in wanted
            if known.is_known(system, server.name, verb, path)
        )
    )


def _has_body(given: Arguments) -> bool:
    return any(name in _BODIES for name, _ in given.keywords)
