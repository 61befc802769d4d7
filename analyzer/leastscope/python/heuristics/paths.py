"""Paths of operations that methods receive of which nothing is known: `self.http.post("/v1/refunds")`.

A path alone says little, since every API has some. It counts where it has a version, the method is called after what sends
a request, the verb and the path are those of an operation, and the file names the system.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.python.domain import servers, strings
from leastscope.python.domain.values import options
from leastscope.python.sending import strangers
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.domain.arguments import Call
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.frame import Frame

Operation = tuple[str, str, str, str]
_VERSION = re.compile(r"(?:/[a-zA-Z]{1,20}){0,4}/v[0-9]{1,3}/")
_PARTS = 64
"""Nodes of an argument that are looked at for a path."""


def is_path_call(module: ModuleInfo, node: ir.Call) -> bool:
    """Whether a call of a method looks like a request to a path with a version.

    Tests are left out: what they call is mostly the application under test.
    """
    if not isinstance(node.func, ir.Attribute) or not module.speaks_of or module.in_tests:
        return False
    return strangers.is_request(node.func.name.strip("_")) and any(_has_path(each.value) for each in node.args[:2])


def _has_path(node: ir.Expr) -> bool:
    """Whether an expression has a literal that begins with a path, where its text can begin."""
    for _ in range(_PARTS):
        match node:
            case ir.Constant(value=str(text)):
                return _VERSION.match(text) is not None
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
    found: dict[Operation, None] = {}
    for verb in strangers.verbs(name, call.arguments):
        for path in (option for value in strangers.urls_of(name, call.arguments) for option in options(value)):
            for system in sorted(frame.module.speaks_of) if strings.template(path) else ():
                for server in knowledge.servers.systems.get(system, ()):
                    for inside in servers.of_system(knowledge.servers, system, server.name, path):
                        if knowledge.is_known(system, server.name, verb, inside):
                            found.setdefault((system, server.name, verb, inside))
    return tuple(found)
