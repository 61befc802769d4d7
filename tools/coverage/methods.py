"""Lists what the installed library lets a program call, by looking at its classes; never at our model of it.

A script for the interpreter that has the library; the calls go as JSON to standard output.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import importlib
import inspect
import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LITERALS = {"method": '"get"', "method_": '"get"', "url": '"/v1/customers"', "url_": '"/v1/customers"'}
_SETTINGS = frozenset({"params", "options", "api_key", "idempotency_key"})
_PARAMETERS = {
    "list": ("limit", "3"),
    "search": ("query", "\"name:'Jane'\""),
    "create": ("metadata", '{"order": "6735"}'),
    "modify": ("metadata", '{"order": "6735"}'),
    "update": ("metadata", '{"order": "6735"}'),
}
_ALSO = {"stripe.EphemeralKey.create": 'stripe_version="2026-06-24"', "client.deserialize": 'api_mode="V1"'}
_PAGES = {"list": "list", "search": "search_result"}


@dataclass(frozen=True, slots=True)
class Call:
    """One way to call one method: the lines of a function's body and the names of its parameters.

    `receiver` is the class of the parameter `found`, where the method is called on an object that is given; `answer` is
    the class of the object that the first request is answered with, or what the answer says of itself (`list`).
    """

    style: str
    member: str
    arguments: tuple[str, ...]
    lines: tuple[str, ...]
    receiver: str = ""
    answer: str = ""
    asynchronous: bool = False


def main() -> None:
    """Write the calls to standard output."""
    stripe = importlib.import_module("stripe")
    found = [*resource_calls(stripe), *_service_calls(stripe)]
    json.dump([asdict(call) for call in found], sys.stdout)


def resource_calls(stripe: Any) -> Iterator[Call]:
    """List the calls of resource classes, of their test helpers, and of objects of these classes."""
    base, pages = stripe.StripeObject, (stripe.ListObject, stripe.SearchResultObject)
    classes = dict(_public_classes(stripe, "stripe"))
    for dotted, cls in classes.items():
        if dotted == "stripe.OAuth":
            yield from _class_calls(dotted, cls)
        elif issubclass(cls, base) and cls.__name__ not in {page.__name__ for page in pages}:
            yield from _class_calls(dotted, cls)
            yield from _instance_calls(dotted, cls, f"{dotted}.", "found")
            helpers = vars(cls).get("TestHelpers")
            if helpers is not None:
                yield from _class_calls(f"{dotted}.TestHelpers", helpers)
                yield from _instance_calls(dotted, helpers, f"{dotted}.test_helpers.", "found.test_helpers", cls)


def _public_classes(module: Any, dotted: str) -> Iterator[tuple[str, Any]]:
    """List the classes a program can reach below a package, under the names the package gives them."""
    lazy = vars(module).get("_import_map", {})
    for name in sorted({*lazy, *(name for name in vars(module) if not name.startswith("_"))}):
        found = getattr(module, name, None)
        if inspect.ismodule(found) and found.__name__ == f"{dotted}.{name}":
            yield from _public_classes(found, found.__name__)
        elif inspect.isclass(found):
            yield f"{dotted}.{name}", found


def _class_calls(dotted: str, cls: Any) -> Iterator[Call]:
    for name, kind in _members(cls):
        if kind == "function":
            continue
        function = getattr(cls, f"_cls_{name}") if kind == "class_method_variant" else getattr(cls, name)
        style = "test helper" if dotted.endswith(".TestHelpers") else "resource"
        yield from _ways(style, f"{dotted}.{name}", function)


def _ways(style: str, target: str, function: Any, *, options: bool = False) -> Iterator[Call]:
    """Call it with what it must have, with what it may have as well, and with its arguments by name."""
    needed, more, by_name = _parameters(function)
    name = target.rpartition(".")[2]
    extra = _extra(name, function, options=options)
    if also := _ALSO.get(target.removesuffix("_async")):
        extra = [*extra, also]
    yield _call(style, target, needed, [*map(_value, needed), *extra])
    if more:
        yield _call(f"{style}, optional argument", target, [*needed, *more], [*map(_value, [*needed, *more]), *extra])
    if by_name and needed:
        yield _call(f"{style}, by name", target, needed, [*(f"{one}={_value(one)}" for one in needed), *extra])
    if page := "" if needed else _PAGES.get(name.removesuffix("_async"), ""):
        yield _pages(style, target, extra, page)


def _parameters(function: Any) -> tuple[list[str], list[str], bool]:
    """Give the positional parameters that are needed, the optional ones, and whether all can be passed by name."""
    listed = [one for one in inspect.signature(function).parameters.values() if one.name not in {"self", "cls"}]
    plain = [one for one in listed if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    needed = [one for one in plain if one.default is one.empty and one.name not in _SETTINGS]
    more = [one.name for one in plain if one.default is None and one.name not in _SETTINGS]
    by_name = all(one.kind is one.POSITIONAL_OR_KEYWORD for one in needed)
    return [one.name for one in needed], more, by_name


def _value(parameter: str) -> str:
    return _LITERALS.get(parameter, parameter)


def _extra(name: str, function: Any, *, options: bool) -> list[str]:
    """Give the arguments a reader would expect beside the ids: a page's length, the query, metadata."""
    plain = name.removesuffix("_async")
    verb = plain.partition("_")[0]
    parameters = inspect.signature(function).parameters
    if options and plain == "retrieve":
        return ['options={"stripe_account": "acct_123"}'] if "options" in parameters else []
    mapping = parameters.get("params")
    given = mapping is not None and mapping.kind is mapping.POSITIONAL_OR_KEYWORD
    must = given and mapping is not None and mapping.default is mapping.empty
    if verb not in _PARAMETERS and not must:
        return []
    key, value = _PARAMETERS.get(verb, _PARAMETERS["create"])
    if options:
        return [f'params={{"{key}": {value}}}'] if given else []
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    return [f"{key}={value}"] if takes_any else []


def _call(style: str, target: str, parameters: Iterable[str], arguments: Iterable[str]) -> Call:
    text = f"{target}({', '.join(arguments)})"
    asynchronous = target.endswith("_async")
    used = tuple(one for one in parameters if one not in _LITERALS)
    if "auto_paging_iter" in target:
        source = f"await {text}" if asynchronous else text
        line = f"{'async for' if asynchronous else 'for'} item in {source}:"
        return Call(_style(style, asynchronous), target, used, (line, "    print(item)"), asynchronous=asynchronous)
    line = f"return await {text}" if asynchronous else f"return {text}"
    return Call(_style(style, asynchronous), target, used, (line,), asynchronous=asynchronous)


def _style(style: str, asynchronous: bool) -> str:
    return f"{style}, async" if asynchronous else style


def _pages(style: str, target: str, extra: list[str], page: str) -> Call:
    """Read all the pages of a list; the truth answers its first request with a page that is not the last."""
    text = f"{target}({', '.join(extra)})"
    asynchronous = target.endswith("_async")
    lines: tuple[str, ...] = (f"for item in {text}.auto_paging_iter():", "    print(item)")
    if asynchronous:
        lines = (f"pages = await {text}", "async for item in pages.auto_paging_iter():", "    print(item)")
    return Call(_style(f"{style}, pages", asynchronous), target, (), lines, "", page, asynchronous)


def _instance_calls(dotted: str, cls: Any, prefix: str, receiver: str, owner: Any = None) -> Iterator[Call]:
    """Call a method on an object that is given with its class, and on one that was retrieved in the same line."""
    retrieved = _retrieved(dotted, owner or cls)
    for name, kind in _members(cls):
        if kind in {"classmethod", "staticmethod"}:
            continue
        found = inspect.getattr_static(cls, name)
        needed, _, _ = _parameters(found.method if kind == "class_method_variant" else found)
        arguments = ", ".join(map(_value, needed))
        used = tuple(one for one in needed if one not in _LITERALS)
        asynchronous = name.endswith("_async")
        wait = "await " if asynchronous else ""
        change = ('found.description = "changed"',) if name == "save" else ()
        line = f"return {wait}{receiver}.{name}({arguments})"
        member = f"{prefix}{name}"
        style = _style("instance", asynchronous)
        yield Call(style, member, used, (*change, line), dotted, asynchronous=asynchronous)
        if retrieved and not change:
            line = f"return {wait}{receiver.replace('found', retrieved, 1)}.{name}({arguments})"
            style = _style("instance of a retrieved object", asynchronous)
            yield Call(style, member, ("object_id", *used), (line,), "", dotted, asynchronous)


def _retrieved(dotted: str, cls: Any) -> str:
    """Say how a program gets an object of the class; empty where only another object has it."""
    function = getattr(cls, "retrieve", None)
    if function is None or not hasattr(cls, "OBJECT_NAME"):
        return ""
    needed, more, _ = _parameters(function)
    return f"{dotted}.retrieve(object_id)" if [*needed, *more] == ["id"] else ""


def _members(cls: Any) -> Iterator[tuple[str, str]]:
    for name in sorted(dir(cls)):
        kind = type(inspect.getattr_static(cls, name)).__name__
        if not name.startswith("_") and kind in {"classmethod", "staticmethod", "class_method_variant", "function"}:
            yield name, kind


def _service_calls(stripe: Any) -> Iterator[Call]:
    client = stripe.StripeClient("sk_test_listing", client_id="ca_listing")
    service = importlib.import_module("stripe._stripe_service").StripeService
    for dotted, found in [("client", client), *_services("client", client, service)]:
        style = f"service client.{dotted.split('.')[1]}" if dotted.startswith(("client.v1", "client.v2")) else "service"
        for name, _ in _members(type(found)):
            yield from _ways(style, f"{dotted}.{name}", getattr(found, name), options=True)


def _services(dotted: str, holder: Any, service: Any) -> Iterator[tuple[str, Any]]:
    cls = type(holder)
    names = {*vars(holder), *dir(cls), *vars(cls).get("__annotations__", {})}
    for name in sorted(name for name in names if not name.startswith("_")):
        found = getattr(holder, name, None)
        if isinstance(found, service) or type(found).__name__ == "OAuthService":
            yield f"{dotted}.{name}", found
            yield from _services(f"{dotted}.{name}", found, service)


if __name__ == "__main__":
    main()
