"""One class of one release as a type of the model: which members it has, what they send and what they give."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.stripe_sdk.annotations import PAGES, Reader
from tools.stripe_sdk.evaluate import Sent, instance_path, sends
from tools.stripe_sdk.model import Member, TypeModel
from tools.stripe_sdk.paths import shape
from tools.stripe_sdk.source import Class, Function, Release, assignment, dotted_name
from tools.stripe_sdk.values import ClassValue, Instance, holes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ITERATORS = frozenset({"auto_paging_iter", "search_auto_paging_iter"})
_ELEMENT = "$of"
_OPERATIONS = {
    "create": ("create_{one}", "POST", False),
    "retrieve": ("retrieve_{one}", "GET", True),
    "update": ("modify_{one}", "POST", True),
    "delete": ("delete_{one}", "DELETE", True),
    "list": ("list_{many}", "GET", False),
}
# What these give where no annotation says it.
_DEFAULTS = {
    "all": "ListObject[{}]",
    "list": "ListObject[{}]",
    "search": "SearchResultObject[{}]",
    "construct_event": "Event",
} | dict.fromkeys(("create", "delete", "modify", "refresh", "retrieve", "save"), "{}")
# What every response has and nobody calls to send something, and the steps below a requestor's `request`.
_SKIPPED = frozenset(
    {"api_base", "api_key", "last_response", "request_raw", "stripe_account", "stripe_id", "stripe_version"}
    | {f"{client}_request" for client in ("pycurl", "requests", "urlfetch", "urllib2")}
)


def describe(release: Release, cls: Class, is_type: Callable[[Class], bool]) -> TypeModel:
    """Describe the class as a type, without its names and without the fields of its responses."""
    return _Description(release, cls, is_type).type()


class _Description:
    def __init__(self, release: Release, cls: Class, is_type: Callable[[Class], bool]) -> None:
        self.release = release
        self.cls = cls
        self.is_type = is_type
        self.lineage = release.lineage(cls)
        self.ancestors = {entry.node.name for entry in self.lineage}
        self.own = f"{cls.key}[{_ELEMENT}]" if cls.key in PAGES else cls.key
        self.element = _ELEMENT if cls.key in PAGES else cls.key
        self.model = TypeModel(cls.key)

    def type(self) -> TypeModel:
        model = self.model
        model.object = self._constant("OBJECT_NAME")
        model.event = self._constant("LOOKUP_TYPE")
        model.object = "" if model.event else model.object
        model.items = "StripeObject" in self.ancestors
        model.style = (
            "params" if {"StripeService", "OAuthService"} & self.ancestors else "" if model.event else "keywords"
        )
        model.args = self._constructor()
        model.iterates = _ELEMENT if self.cls.key in PAGES else ""
        for entry in self.lineage:
            for name, function in entry.methods.items():
                self._method(entry, name, function)
            self._nested_resources(entry)
        for name, target in self._parts():
            model.instance.setdefault(name, (Member(kind="attribute", returns=(target,)),))
        self._test_helpers()
        self._page_data()
        return model

    def _constant(self, name: str) -> str:
        return next((entry.constants[name] for entry in self.lineage if name in entry.constants), "")

    def _constructor(self) -> tuple[str, ...]:
        if (not self.model.object or self.model.event) and self.cls.key != "StripeClient":
            return ()
        found = next((entry.methods["__init__"] for entry in self.lineage if "__init__" in entry.methods), None)
        return _positional(found, has_receiver=True)[:2] if found else ()

    def _method(self, owner: Class, name: str, function: Function) -> None:
        decorators = _decorators(function)
        taken = {**self.model.static, **self.model.instance}
        if name.startswith("_") or name in taken or name in _SKIPPED or "overload" in decorators:
            return
        if name.endswith("_async") and self._find(name.removesuffix("_async")):
            return
        if "property" in decorators:
            self._property(owner, name, function)
            return
        variant = _variant(function)
        returns = self._returns(owner, name, function)
        shared = Member(
            returns=returns,
            asynchronous=self._find(f"{name}_async") is not None,
            handles=_handled(function) if name.startswith("on_") else "",
        )
        if variant or {"classmethod", "staticmethod"} & decorators:
            body_owner, body = (self._find(variant) if variant else None) or (owner, function)
            self.model.static[name] = self._members(shared, body_owner, body, is_static=True)
        if variant or name not in self.model.static:
            found = self._members(shared, owner, function, is_static=False)
            if _requests(found) != _requests(self.model.static.get(name, ())):
                self.model.instance[name] = found

    def _members(self, shared: Member, owner: Class, body: Function, *, is_static: bool) -> tuple[Member, ...]:
        """Give one member, or alternatives: with and without an id (`Account.retrieve`), or for each kind of parent."""
        found = sends(self.release, owner, body, ClassValue(self.cls) if is_static else Instance(self.cls)) or [
            Sent("", "")
        ]
        args = _positional(body, has_receiver="staticmethod" not in _decorators(body))
        most = max(holes(sent.path) for sent in found)
        return tuple(
            replace(
                shared,
                send=f"{sent.verb} {sent.path}".strip(),
                args=args if sent.verb and holes(sent.path) == most else (),
                server=sent.server,
            )
            for sent in sorted(found, key=lambda sent: (holes(sent.path), sent.path))
            if is_static or holes(sent.path) == most
        )

    def _returns(self, owner: Class, name: str, function: Function) -> tuple[str, ...]:
        if name in _ITERATORS:
            return (f"iterator[{self.element}]",)
        if name == "construct_from":
            return (self.own,)
        found = self._reader(owner).types(function.returns)
        if found or function.returns is not None:
            return found
        return (_default(name, self.element),) if name in _DEFAULTS else self._returned(owner, function)

    def _returned(self, owner: Class, function: Function) -> tuple[str, ...]:
        """Tell what a function without annotations gives: the object itself, or what another class lists or makes."""
        names = dict(filter(None, map(assignment, function.body)))
        given = function.body[-1].value if isinstance(function.body[-1], ast.Return) else None
        match names.get(given.id, given) if isinstance(given, ast.Name) else given:
            case ast.Name(id="self"):
                return (self.own,)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr=name)) if name in _DEFAULTS:
                cls = self.release.find(owner, other)
                return (_default(name, cls.key),) if isinstance(cls, Class) and self.is_type(cls) else ()
            case _:
                return ()

    def _reader(self, scope: Class) -> Reader:
        return Reader(self.release, scope, self.is_type, self.own, self.element)

    def _property(self, owner: Class, name: str, function: Function) -> None:
        returns = self._reader(owner).types(function.returns)
        if returns:
            self.model.instance[name] = (Member(kind="attribute", returns=returns),)

    def _find(self, name: str) -> tuple[Class, Function] | None:
        return next(((entry, entry.methods[name]) for entry in self.lineage if name in entry.methods), None)

    def _nested_resources(self, owner: Class) -> None:
        """Add the methods that the decorators of old releases make."""
        for node in owner.node.decorator_list:
            if (
                isinstance(node, ast.Call)
                and dotted_name(node.func).rpartition(".")[2] == "nested_resource_class_methods"
            ):
                for name, member in self._made(node):
                    self.model.static.setdefault(name, (member,))

    def _made(self, node: ast.Call) -> Iterator[tuple[str, Member]]:
        given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
        one = given.get("resource") or ast.literal_eval(node.args[0])
        many = given.get("resource_plural", f"{one}s")
        base = f"{instance_path(self.release, self.cls)}/{given.get('path', many)}"
        yield f"{one}s_url", Member(args=("id", "nested_id"))
        yield f"{one}s_request", Member("$method $url", ("method", "url"))
        for operation in given.get("operations") or ():
            name, verb, has_id = _OPERATIONS[operation]
            args = ("id", "nested_id") if has_id else ("id",)
            path = f"{base}/{{nested_id}}" if has_id else base
            yield name.format(one=one, many=many), Member(f"{verb} {path}", args)

    def _parts(self) -> Iterator[tuple[str, str]]:
        """List the services that hang below a client or a service: name, type."""
        for name, (source, target) in (_subservices(self.cls) if self.model.style == "params" else {}).items():
            module = self.release.modules.get(source)
            found = self.release.lookup(module, target) if module else None
            if isinstance(found, Class):
                yield name, found.key
        for node in ast.walk(self.cls.methods["__init__"]) if "__init__" in self.cls.methods else ():
            match node:
                case ast.Assign(
                    targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=ast.Call(func=func)
                ):
                    target_class = self.release.find(self.cls, dotted_name(func))
                    if isinstance(target_class, Class) and self.is_type(target_class) and not name.startswith("_"):
                        yield name, target_class.key
                case _:
                    pass

    def _test_helpers(self) -> None:
        if "TestHelpers" in self.cls.inner:
            key = self.cls.inner["TestHelpers"].key
            self.model.static["TestHelpers"] = (Member(kind="attribute", returns=(f"class[{key}]",)),)
            self.model.instance["test_helpers"] = (Member(kind="attribute", returns=(key,)),)

    def _page_data(self) -> None:
        if self.cls.key in PAGES:
            self.model.instance["data"] = (Member(kind="attribute", returns=(f"list[{_ELEMENT}]",)),)


def _handled(function: Function) -> str:
    """Give the event type that an `on_…` method registers a callback for."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr="_register"), args=[ast.Constant(value=str(event)), *_]):
                return event
            case _:
                pass
    return ""


def _requests(members: tuple[Member, ...]) -> set[str]:
    """Collect what the members send, whatever their paths call the holes; without the alternatives that lack an id."""
    most = max((holes(member.send) for member in members), default=0)
    return {shape(member.send) for member in members if holes(member.send) == most}


def _default(name: str, element: str) -> str:
    return _DEFAULTS[name].format(element)


def _decorators(function: Function) -> set[str]:
    return {dotted_name(node).rpartition(".")[2] for node in function.decorator_list}


def _variant(function: Function) -> str:
    """Name the class method behind a method that serves both the class and its instances."""
    for node in function.decorator_list:
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(name))]) if dotted_name(func).endswith(
                "class_method_variant"
            ):
                return name
            case _:
                pass
    return ""


def _positional(function: Function, *, has_receiver: bool) -> tuple[str, ...]:
    names = tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))
    return names[1:] if has_receiver else names


def _subservices(cls: Class) -> dict[str, list[str]]:
    for node in cls.module.tree.body:
        match assignment(node):
            case ("_subservices", ast.Dict() as table):
                return dict(ast.literal_eval(table))
            case _:
                pass
    return {}
