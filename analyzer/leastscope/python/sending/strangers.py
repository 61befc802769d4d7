"""Clients without a model that are given the URL of an operation: they send a request, as far as anybody can see.

Where the verb is known too, that is a possible request, else a gap, or callers decide it.

Only calls that look like one count: the function is called after what it does (`get`, `request`, `make_post_request`), and
the URL stands where such functions have it. That a text is printed, kept or rendered somewhere is nothing. What any other
function makes of a URL may be a URL again, or a client with it for its base: something at that server.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from leastscope.python.domain import contents, servers, strings, urls
from leastscope.python.domain.effects import Opens, Sends
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    UNKNOWN,
    Bottom,
    Const,
    Param,
    Text,
    Unknown,
    Value,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leastscope.functions import FunctionModels
    from leastscope.python.domain.arguments import Arguments, Call
    from leastscope.python.state.frame import Frame

_BY_VERB = {name: name.upper() for name in ("get", "post", "put", "patch", "delete", "head")}
_BY_ARGUMENT = frozenset({"request", "fetch", "urlopen", "send_request", "make_request", "http_request", "api_request"})
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CALLS = frozenset({"call", "send", "execute", "perform", "invoke", "query"})
"""What methods of clients are called too; many others are, so that only those of a client of a server count."""
_STORES = frozenset(
    {"cache", "caches", "config", "conf", "settings", "environ", "env", "session", "storage", "db", "redis"}
)
"""Parts of names whose `get` looks something up."""
_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*")
_LONGEST_NAME = 60


def function_called(frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> None:
    """Record a call of something from outside that is given the URL of an operation, or by its callers may be."""
    *owners, last = name.split(".")
    lower = [owner.lower() for owner in owners]
    if not owners or not _may_send(last) or lower[0] in {"builtins", *sys.stdlib_module_names}:
        return
    if lower[0] in frame.engine.knowledge.functions.standing_in:
        return
    given = urls_of(last, arguments)
    if _STORES.intersection(lower) or _sent(frame, last, arguments, node, given):
        return
    systems = _systems(frame, given) if is_request(last) else []
    if systems and not _left_open(frame, last, arguments, node, systems[0]):
        reason = f"'{name}' receives the URL of an operation, and leastscope has no model of this library"
        frame.fail(node, "unknown-library", systems[0], reason)


def method_called(frame: Frame, call: Call) -> None:
    """Record a call of a method of something unknown that is given the URL of an operation, or by its callers may be.

    What an unknown function made of the URL of a server may be a client of it, whose methods are given paths alone.
    """
    name, arguments, node = call.method, call.arguments, call.node
    if not (_may_send(name) or (name in _CALLS and strings.template(call.function) is not None)):
        return
    if not all(contents.says_nothing(option) for option in options(call.function)):
        return
    if call.receiver is not None and is_stand_in(frame.engine.knowledge.functions, call.receiver):
        return
    every = urls_of(name, arguments)
    told = every if is_request(name) else [url for url in every if strings.template(url) or parameters_in(url)]
    given = [based for url in told for based in _based(call.function, url)]
    if _sent(frame, name, arguments, node, given) or not (is_request(name) or name in _CALLS):
        return
    systems = _systems(frame, given)
    if systems and not (name.lower() == "get" and _is_store(call)):
        if not _left_open(frame, name, arguments, node, systems[0]):
            reason = f"'{name}' receives a URL of this server, and leastscope cannot tell the operation"
            frame.fail(node, "raw-request", systems[0], reason)
    elif name.lower() != "get" and frame.engine.knowledge.servers.hosts:
        params = _deciding(name, arguments)
        if params:
            frame.emit(Opens(frame.site(node), params))


def result(frame: Frame, arguments: Arguments, node: ir.Node, receiver: Value = UNKNOWN) -> Value:
    """What a call of something that is not followed gives: something at the server whose URL it is given, if it is one.

    What a request gives is a response, whatever it is sent to.
    """
    if is_request(last_name(node) if isinstance(node, ir.Call) else ""):
        return UNKNOWN if isinstance(receiver, Unknown | Text | Const) else receiver
    values = (receiver, *arguments.given)
    made = servers.made_of(frame.engine.knowledge.servers, values)
    if isinstance(made, Bottom):
        return UNKNOWN if isinstance(receiver, Text | Const) else receiver
    return made


def is_request(name: str) -> bool:
    """Whether a function is called after what sends a request, and after nothing else."""
    name = name.lower()
    return name in _BY_VERB or name in _BY_ARGUMENT


def is_stand_in(known: FunctionModels, node: ir.Expr) -> bool:
    """Whether a receiver is called after what stands in for others in tests, or after a library that does."""
    names: list[str] = []
    while isinstance(node, ir.Attribute | ir.Call | ir.Subscript):
        names += [node.name] if isinstance(node, ir.Attribute) else []
        node = node.func if isinstance(node, ir.Call) else node.value
    names += [node.id] if isinstance(node, ir.Name) else []
    words = {word for name in names for word in name.lower().split("_")}
    return not (words.isdisjoint(known.stand_ins) and set(names[-1:]).isdisjoint(known.standing_in))


def _may_send(name: str) -> bool:
    """Whether a function is called after what sends a request, perhaps among other words; asked of every call."""
    return is_request(name) or _verb_in(name) != ""


@cache
def _verb_in(name: str) -> str:
    """The verb that a name like `make_post_request` or `httpGet` has, if it has just one."""
    words = [word.lower() for word in _WORDS.findall(name)] if len(name) <= _LONGEST_NAME else []
    found = {_BY_VERB[word] for word in words if word in _BY_VERB}
    return found.pop() if len(found) == 1 else ""


def _systems(frame: Frame, given: Iterable[Value]) -> list[str]:
    """The systems whose servers some URLs name, but for URLs that are known and are those of no operation."""
    known = frame.engine.knowledge.servers
    every = (option for value in given for option in options(value))
    left = (url for url in every if not isinstance(url, Const) or any(_operations(frame, [url], VERBS)))
    return sorted(frozenset[str]().union(*(servers.systems_of(known, url) for url in left)))


def _left_open(frame: Frame, name: str, arguments: Arguments, node: ir.Node, system: str) -> bool:
    """Leave a request to a server of a system to callers, if they decide it; whether they do."""
    params = _deciding(name, arguments)
    if params:
        reason = f"the parameters of this function decide what '{name}' sends"
        frame.emit(Opens(frame.site(node), params, system, "open-parameter", reason))
    return bool(params)


def _deciding(name: str, arguments: Arguments) -> frozenset[Param]:
    """The parameters that decide the verb and the URL of a call."""
    values = (*urls_of(name, arguments), *_verb_of(name, arguments))
    return frozenset[Param]().union(*(parameters_in(value) for value in values))


def _based(client: Value, url: Value) -> Iterator[Value]:
    """A URL, or a path below each URL that something unknown was made of: it may be a client of that server."""
    bases = [
        option.of.pieces[:-1] for option in options(client) if isinstance(option, Unknown) and option.of is not None
    ]
    for option in options(url):
        text = strings.template(option)
        if not bases or contents.is_url(option):
            yield option
        elif text is None or text.startswith("/") or parameters_in(option):
            yield from (urls.below(strings.of_pieces(base), _without_slash(option)) for base in bases)


def _without_slash(path: Value) -> Value:
    """A path without the slash that it starts with."""
    first, *rest = strings.pieces_of(path)
    return strings.of_pieces((first.lstrip("/") if isinstance(first, str) else first, *rest))


def _is_store(call: Call) -> bool:
    """Whether a method belongs to something that is called after a store."""
    return call.receiver is not None and bool(_STORES.intersection(last_name(call.receiver).lower().split("_")))


def _sent(frame: Frame, name: str, arguments: Arguments, node: ir.Node, given: Iterable[Value]) -> bool:
    """Record the operations that a call is possibly for: its verb and URL say so. Whether there are any."""
    told = list(_operations(frame, given, verbs(name, arguments)))
    for system, server, verb, path in told:
        step = frame.step(node, "a client that leastscope does not know receives the URL of an operation")
        request = Sends(frame.site(node), system, verb, path, server, "unknown", "unknown", (), closed=False)
        frame.emit(replace(request, resolution="possible", evidence=(step,)))
    return bool(told)


def verbs(name: str, arguments: Arguments) -> list[str]:
    """The verbs that a call of a function of this name is known to send."""
    named = (option for value in _verb_of(name, arguments) for option in options(value) if isinstance(option, Const))
    return [option.value.upper() for option in named if isinstance(option.value, str)]


def _operations(frame: Frame, urls: Iterable[Value], wanted: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """The operations (system, server, verb, path) that are known at some URLs, with one of these verbs."""
    knowledge = frame.engine.knowledge
    for url in (option for value in urls for option in options(value)) if wanted else ():
        for one in servers.reached(knowledge.servers, url, frozenset()):
            for verb, path in product(wanted, one.paths):
                if knowledge.is_known(one.server.system, one.server.name, verb, path):
                    yield one.server.system, one.server.name, verb, path


def urls_of(name: str, arguments: Arguments) -> list[Value]:
    """What stands where such functions have their URL."""
    by_verb = [arguments.at(0, "url")]
    by_argument = [*arguments.args[:2], arguments.keyword("url")]
    return [value for value in (by_verb if name.lower() in _BY_VERB else by_argument) if value is not None]


def _verb_of(name: str, arguments: Arguments) -> list[Value]:
    """What says the verb: the name, or the first argument, or the one that is called so."""
    verb = _verb_in(name)
    if verb:
        return [Const.of(verb)]
    return [value for value in (*arguments.args[:1], arguments.keyword("method")) if value is not None]
