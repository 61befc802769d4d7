"""What a method of a service sends, read from its body; nothing is run.

Every method sets its address and hands it to one of the client's four ways to send. Two ways of saying the address came
one after the other: an action that the client turns into a URL, and an endpoint behind the base URL of the class.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tools.adyen_sdk import servers
from tools.stripe_sdk.model import Member
from tools.stripe_sdk.source import assignment, dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.stripe_sdk.source import Class, Function

_CALLS = {
    "call_adyen_api": ("data", "service", "method", "endpoint"),
    "call_api": ("data", "service", "action"),
    "call_checkout_api": ("data", "action"),
    "call_hpp": ("data", "action"),
}
_URL_OF_CHECKOUT = "_determine_checkout_url"
Names = dict[str, str]


def attributes(cls: Class) -> dict[str, ast.expr]:
    """Give what the constructor of a class puts into attributes, by name."""
    init = cls.methods.get("__init__")
    found: dict[str, ast.expr] = {}
    for node in ast.walk(init) if init else ():
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                found[name] = value
            case _:
                pass
    return found


def actions(client: Class | None) -> Names:
    """Give the actions of the checkout API that the client turns into another path, and that path."""
    function = client.methods.get(_URL_OF_CHECKOUT) if client else None
    found: Names = {}
    for node in ast.walk(function) if function else ():
        match node:
            case ast.If(test=ast.Compare(comparators=[ast.Constant(value=str(action))]), body=[only]):
                match assignment(only):
                    case ("action", value):
                        found[action] = text(value, {}) or action
                    case _:
                        pass
            case _:
                pass
    return found


def member(function: Function, own: Mapping[str, ast.expr], known_actions: Names) -> Member:
    """Describe a method by the request it sends; `own` are the attributes of its class."""
    names = {f"self.{name}": found for name, value in own.items() if (found := text(value, {}))}
    for node in ast.walk(function):
        match assignment(node) if isinstance(node, ast.stmt) else None:
            case (name, value) if found := text(value, names):
                names[name] = found
            case _:
                pass
    args = tuple(argument.arg for argument in function.args.args[1:])
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=name), args=given) if (
                dotted_name(receiver) == "self.client" and name in _CALLS
            ):
                send, server = _sent(name, dict(zip(_CALLS[name], given, strict=False)), names, known_actions)
                return Member(send=send, args=args, server=server)
            case _:
                pass
    return Member(args=args)


def text(node: ast.expr, names: Names) -> str:
    """Give what an expression writes, with `{name}` for what only the caller knows; "" where that is no text."""
    match node:
        case ast.Constant(value=str(found)):
            return found
        case ast.JoinedStr(values=parts):
            return _joined(parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = text(left, names), text(right, names)
            return first + second if first and second else ""
        case ast.Name() | ast.Attribute():
            return names.get(dotted_name(node), "")
        case _:
            return ""


def _joined(parts: Iterable[ast.expr]) -> str:
    found = ""
    for part in parts:
        match part:
            case ast.Constant(value=str(literal)):
                found += literal
            case ast.FormattedValue(value=ast.Name(id=name)):
                found += f"{{{name}}}"
            case _:
                return ""
    return found


def _sent(call: str, given: Mapping[str, ast.expr], names: Names, known_actions: Names) -> tuple[str, str]:
    """Give verb and path, and the server."""
    said = {name: text(value, names) for name, value in given.items()}
    if call == "call_adyen_api":
        base = names.get("self.baseUrl", "")
        server = servers.of_base(base) if base else servers.of_service(said["service"])
        return f"{said['method']} {said['endpoint'].removeprefix(base)}", server
    action = said["action"]
    if call == "call_checkout_api":
        return f"POST /{known_actions.get(action, action)}", "checkout"
    return f"POST /{action}", servers.of_service(said["service"]) if call == "call_api" else "hpp"
