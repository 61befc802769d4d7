"""What a method of the library sends, found by following its body with symbols for its arguments.

Text is a path template: `{id}` stands for what the argument or attribute `id` holds. An expression has several values
where the body branches, and none where it says nothing about a path. The calls in `_SENDERS` are where requests leave.
"""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tools.stripe_sdk.source import Class, Function, Module, Release, dotted_name
from tools.stripe_sdk.values import (
    ClassValue,
    Instance,
    Requestor,
    Text,
    Value,
    Values,
    argument,
    behind,
    concatenated,
    distinct,
    formatted,
    holes,
    instances,
    literals,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENDERS = frozenset(
    name + twin
    for name in (
        "_request",
        "_request_and_refresh",
        "_request_stream",
        "_static_request",
        "_static_request_stream",
        "raw_request",
        "request",
        "request_raw",
        "request_stream",
    )
    for twin in ("", "_async")
)
_SAME = frozenset({"cast", "getattr", "quote", "quote_plus", "sanitize_id", "str", "utf8"})
_URLS = frozenset({"next_page_url", "url"})
_CONTENTS = frozenset({"_data", "__dict__"})
_SERVERS = {"connect_api_base": "connect", "meter_events_api_base": "meter_events"}
_ADDRESSES = frozenset(_SERVERS.values())
_ABSTRACT = "APIResource"
"""How the names of the classes end that send for their subclasses."""
_MAX_DEPTH = 12
_MAX_FORKS = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: verb, path template (`$url` where the object at hand says), and the server if not the usual one."""

    verb: str
    path: str
    server: str = ""


@dataclass
class _Frame:
    """One call being followed: where its names are looked up, what they hold, and what it has given so far."""

    module: Module
    owner: Class | None
    receiver: ClassValue | Instance | None
    names: dict[str, Values]
    returned: list[Value] = field(default_factory=list)


class Evaluation:
    """Follows one method, and everything of the library that it calls."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.sent: list[Sent] = []
        self._active: list[Function] = []

    def call(
        self, receiver: ClassValue | Instance, name: str, positional: list[Values], named: Mapping[str, Values]
    ) -> Values:
        """Give the result of calling the method of that name."""
        found = self._method(receiver, name)
        if found is None:
            return ()
        owner, function = found
        return self.run(owner, function, receiver, positional, named)

    def run(
        self,
        owner: Class,
        function: Function,
        receiver: ClassValue | Instance | None,
        positional: list[Values],
        named: Mapping[str, Values],
    ) -> Values:
        """Give the result of a call of this function of the class `owner`."""
        if function in self._active or len(self._active) > _MAX_DEPTH:
            return ()
        decorators = {dotted_name(node).rpartition(".")[2] for node in function.decorator_list}
        parameters = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if receiver and "classmethod" in decorators and isinstance(receiver, Instance):
            receiver = ClassValue(receiver.cls)
        keyword_only = [argument.arg for argument in function.args.kwonlyargs]
        names: dict[str, Values] = {name: (Text(f"{{{name}}}"),) for name in (*parameters, *keyword_only)}
        given: list[Values] = (
            positional if "staticmethod" in decorators or receiver is None else [(receiver,), *positional]
        )
        names |= dict(zip(parameters, given, strict=False))
        names |= {name: values for name, values in named.items() if name in names and values}
        frame = _Frame(owner.module, owner, receiver, names)
        self._active.append(function)
        self._body(function.body, frame)
        self._active.pop()
        return distinct(frame.returned)

    def attribute(self, value: Value, name: str) -> Values:
        """Give the values that reading an attribute gives."""
        match value:
            case Instance() if name in _CONTENTS:
                return (value,)
            case Instance() if name == "id":
                return value.id
            case Instance() if name in _URLS:
                return (Text("$url"),)
            case ClassValue(cls=cls) if name == "__name__" and not cls.node.name.endswith(_ABSTRACT):
                return (Text(cls.node.name),)
            case Instance(cls=cls) if name == "resource" and cls.outer:
                return (Instance(cls.outer),)
            case ClassValue(cls=cls) | Instance(cls=cls):
                return self._class_attribute(cls, name) or self._own_name(value, name)
            case _:
                return ()

    def _class_attribute(self, cls: Class, name: str) -> Values:
        if name == "_resource_cls" and cls.outer:
            return (ClassValue(cls.outer),)
        for entry in self.release.lineage(cls):
            if name in entry.constants:
                return (Text(entry.constants[name]),)
        return ()

    def _own_name(self, value: Value, name: str) -> Values:
        is_data = isinstance(value, Instance) and not name.startswith("_") and name not in ("related_object", "data")
        return (Text(f"{{{name}}}"),) if is_data else ()

    def _method(self, receiver: ClassValue | Instance, name: str) -> tuple[Class, Function] | None:
        lineage = self.release.lineage(receiver.cls)
        if receiver.after:
            behind = [index for index, entry in enumerate(lineage) if entry.qualname == receiver.after.qualname]
            lineage = lineage[behind[0] + 1 :] if behind else []
        for entry in lineage:
            if name in entry.methods:
                return entry, entry.methods[name]
        return None

    def _body(self, body: list[ast.stmt], frame: _Frame, forks: int = 0) -> None:
        """Follow the statements; at a branch, follow what comes after it once for each way."""
        for index, node in enumerate(body):
            match node:
                case ast.Raise():
                    return
                case ast.If() if forks < _MAX_FORKS:
                    self._value(node.test, frame)
                    for way in (node.body, node.orelse):
                        rest = [] if _leaves(way) else body[index + 1 :]
                        self._body([*way, *rest], replace(frame, names=dict(frame.names)), forks + 1)
                    return
                case _:
                    self._statement(node, frame)

    def _statement(self, node: ast.stmt, frame: _Frame) -> None:
        match node:
            case ast.Return(value=ast.expr() as value):
                frame.returned += self._value(value, frame)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                frame.names[name] = self._value(value, frame)
            case ast.Assign(value=value) | ast.Expr(value=value):
                self._value(value, frame)
            case ast.ImportFrom(module=str(source)):
                self._import(source, node, frame)
            case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try() | ast.AsyncWith() | ast.AsyncFor():
                self._body(node.body, frame)
            case _:
                pass

    def _import(self, source: str, node: ast.ImportFrom, frame: _Frame) -> None:
        module = self.release.modules.get(source)
        for alias in node.names if module else ():
            found = self.release.lookup(module, alias.name) if module else None
            if isinstance(found, Class):
                frame.names[alias.asname or alias.name] = (ClassValue(found),)

    def _value(self, node: ast.expr, frame: _Frame) -> Values:
        match node:
            case ast.Name(id=name):
                return self._name(name, frame)
            case ast.Attribute(value=value, attr=name):
                return self._qualified(node, frame) or distinct(
                    found for owner in self._value(value, frame) for found in self.attribute(owner, name)
                )
            case ast.Call():
                return self._call(node, frame)
            case ast.Await(value=value) | ast.YieldFrom(value=value):
                return self._value(value, frame)
            case ast.IfExp(body=first, orelse=second):
                return distinct([*self._value(first, frame), *self._value(second, frame)])
            case _:
                return self._text(node, frame)

    def _text(self, node: ast.expr, frame: _Frame) -> Values:
        match node:
            case ast.Constant(value=str(text)):
                return (Text(text),)
            case ast.JoinedStr(values=parts):
                return concatenated([self._piece(part, frame) for part in parts])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return concatenated([self._value(left, frame), self._value(right, frame)])
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
                return self._percent(text, right, frame)
            case _:
                return ()

    def _name(self, name: str, frame: _Frame) -> Values:
        if name in frame.names:
            return frame.names[name]
        found = self.release.find(frame.owner or frame.module, name)
        return (ClassValue(found),) if isinstance(found, Class) else ()

    def _qualified(self, node: ast.Attribute, frame: _Frame) -> Values:
        """Find a class that is written with its module (`stripe.Account`)."""
        dotted = dotted_name(node)
        if not dotted or dotted.split(".")[0] in frame.names:
            return ()
        found = self.release.find(frame.owner or frame.module, dotted)
        return (ClassValue(found),) if isinstance(found, Class) else ()

    def _piece(self, node: ast.expr, frame: _Frame) -> Values:
        return self._value(node.value if isinstance(node, ast.FormattedValue) else node, frame)

    def _percent(self, text: str, right: ast.expr, frame: _Frame) -> Values:
        operands = right.elts if isinstance(right, ast.Tuple) else [right]
        pieces = re.split("%[sr]", text)
        parts: list[Values] = [(Text(pieces[0]),)]
        for piece, operand in zip(pieces[1:], operands, strict=False):
            parts += [self._value(operand, frame), (Text(piece),)]
        return concatenated(parts)

    def _call(self, node: ast.Call, frame: _Frame) -> Values:
        positional = [self._value(argument, frame) for argument in node.args if not isinstance(argument, ast.Starred)]
        named = {keyword.arg: self._value(keyword.value, frame) for keyword in node.keywords if keyword.arg}
        match node.func:
            case ast.Attribute(value=ast.Constant(value=str(text)), attr="format"):
                return formatted(text, named)
            case ast.Attribute(value=ast.Name(id="params"), attr="pop") if positional:
                return tuple(Text(f"{{{found.value}}}") for found in positional[0] if isinstance(found, Text))
            case ast.Attribute(attr=name) if name in _SAME:
                return positional[0] if positional else ()
            case ast.Attribute(value=value, attr=name):
                return self._method_call(self._value(value, frame), name, positional, named, node)
            case ast.Name(id=name):
                return self._plain_call(name, positional, named, node, frame)
            case _:
                return ()

    def _plain_call(
        self, name: str, positional: list[Values], named: dict[str, Values], node: ast.Call, frame: _Frame
    ) -> Values:
        match name:
            case "super" if frame.receiver and frame.owner:
                return (behind(frame.receiver, frame.owner),)
            case "cast" if len(positional) > 1:
                return positional[1]
            case "getattr" if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                attribute = str(node.args[1].value)
                return distinct(found for owner in positional[0] for found in self.attribute(owner, attribute))
            case _ if name in _SAME:
                return positional[0] if positional else ()
            case "APIRequestor" | "_APIRequestor":
                return (_requestor(node),)
            case _:
                return instances(self._name(name, frame), positional, named)

    def _method_call(
        self, owners: Values, name: str, positional: list[Values], named: dict[str, Values], node: ast.Call
    ) -> Values:
        if name in _SENDERS:
            self._send(owners, positional, named, node)
            return ()
        if name == "APIRequestor":
            return (_requestor(node),)
        results: list[Value] = []
        for owner in owners:
            match owner:
                case Text(value=text) if name in ("lower", "upper"):
                    results.append(owner if holes(text) else Text(getattr(text, name)()))
                case Text(value=text) if name == "replace" and len(positional) == 2:
                    results += [Text(text.replace(*literals(positional)))]
                case Instance() if name == "get" and positional and isinstance(node.args[0], ast.Constant):
                    results += self.attribute(owner, str(node.args[0].value))
                case ClassValue() | Instance() if self._method(owner, name):
                    results += self.call(owner, name, positional, named)
                case ClassValue(cls=cls) if name in cls.inner:
                    results.append(Instance(cls.inner[name]))
                case _:
                    pass
        return distinct(results)

    def _send(self, owners: Values, positional: list[Values], named: dict[str, Values], node: ast.Call) -> None:
        if positional and any(isinstance(value, Instance) for value in positional[0]):
            positional = positional[1:]  # `StripeObject._request(self, …)`: the receiver is given by hand
        verbs, paths = (
            positional[place] if len(positional) > place else named.get(keyword, named.get(f"{keyword}_", ()))
            for place, keyword in enumerate(("method", "url"))
        )
        server = next((owner.server for owner in owners if isinstance(owner, Requestor)), "") or _address(node)
        found = [argument(value.value) for value in paths if isinstance(value, Text)] or ["$url"]
        for verb, path in itertools.product([value.value for value in verbs if isinstance(value, Text)], found):
            self.sent.append(Sent(argument(verb, upper=True), path, server))


def sends(release: Release, owner: Class, function: Function, receiver: ClassValue | Instance | None) -> list[Sent]:
    """List what a call of the function sends, each request once, in order."""
    evaluation = Evaluation(release)
    evaluation.run(owner, function, receiver, [], {})
    return list(dict.fromkeys(evaluation.sent))


def instance_path(release: Release, cls: Class) -> str:
    """Give the path at which an object of the class is read, or an empty string."""
    found = Evaluation(release).call(Instance(cls), "instance_url", [], {})
    texts = [value.value for value in found if isinstance(value, Text)]
    return max(texts, key=holes, default="")


def _leaves(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise)


def _requestor(node: ast.Call) -> Requestor:
    base = next((dotted_name(keyword.value) for keyword in node.keywords if keyword.arg == "api_base"), "")
    return Requestor(_SERVERS.get(base.rpartition(".")[2], ""))


def _address(node: ast.Call) -> str:
    for keyword in node.keywords:
        if (
            keyword.arg == "base_address"
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value in _ADDRESSES
        ):
            return str(keyword.value.value)
    return ""
