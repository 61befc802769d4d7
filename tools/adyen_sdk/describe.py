"""One release as a model: the client, its services, and the groups of methods that the services of newer releases have.

A service is named by its attribute of the library's main object, because its class was renamed in time.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tools.adyen_sdk import bodies
from tools.adyen_sdk.releases import PACKAGE
from tools.stripe_sdk import names
from tools.stripe_sdk.model import Member, ReleaseModel, TypeModel
from tools.stripe_sdk.source import Class, dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.stripe_sdk.source import Function, Release

CLIENT = "AdyenClient"
_SERVICE = "AdyenServiceBase"
# The client's own ways to send, and what each sends: its arguments say it.
LOW_LEVEL = {
    "call_adyen_api": "$method $endpoint",
    "call_api": "POST /$action",
    "call_checkout_api": "POST /$action",
    "call_hpp": "POST /$action",
}
_SERVERS = {"call_checkout_api": "checkout", "call_hpp": "hpp"}


def describe_release(release: Release) -> ReleaseModel:
    """All types of the release with their names, and the names that lead to none."""
    keys = dict(_keys(release))
    types = {key: _type(release, key, cls, keys) for cls, key in keys.items()}
    reached = names.reachable(release)
    for dotted, cls in reached.items():
        if cls in keys:
            types[keys[cls]].names.add(dotted)
    for name in _module_objects(release):
        if name in types:
            types[name].names.add(f"{PACKAGE}.{name}")
    inert = names.inert(release, reached, lambda cls: cls in keys)
    return ReleaseModel(release.version, types, {name for name in inert if "._" not in name})


def _keys(release: Release) -> Iterator[tuple[Class, str]]:
    """Name the types: the main object, the client, services by their attribute, groups by service and class."""
    main, client = _found(release, PACKAGE), _found(release, CLIENT)
    attached = {
        cls: name
        for name, value in bodies.attributes(main).items()
        if (cls := _made(release, main, value)) and cls is not client
    }
    packages = {cls.module.package: name for cls, name in attached.items() if cls.module.is_package}
    yield main, PACKAGE
    yield client, CLIENT
    yield from attached.items()
    for cls in release.classes():
        lineage = [entry.node.name for entry in release.lineage(cls)]
        if cls in attached or _SERVICE not in lineage[1:]:
            continue
        if cls.node.name.startswith(PACKAGE):  # a service that hangs on no object of the library
            yield cls, cls.module.name.rpartition(".")[2]
        else:
            package = cls.module.package
            yield cls, f"{packages.get(package, package.rpartition('.')[2])}.{cls.node.name}"


def _found(release: Release, name: str) -> Class:
    found = release.lookup(release.modules[PACKAGE], name)
    if not isinstance(found, Class):
        raise TypeError(f"release {release.version} has no class {PACKAGE}.{name}")
    return found


def _made(release: Release, scope: Class, value: ast.expr) -> Class | None:
    """Give the class of the release that an expression makes an object of."""
    found = release.find(scope.module, dotted_name(value.func)) if isinstance(value, ast.Call) else None
    return found if isinstance(found, Class) else None


def _type(release: Release, key: str, cls: Class, keys: dict[Class, str]) -> TypeModel:
    """Describe one class. A service's members are those of its class too: a module holds an object of each service."""
    init = cls.methods.get("__init__")
    found = TypeModel(key, args=_arguments(init) if init else ())
    if key == CLIENT:
        found.instance = _low_level(cls)
        return found
    members = found.instance if key == PACKAGE or "." in key else found.static
    own = bodies.attributes(cls)
    if "." not in key:
        members["client"] = (_attribute(CLIENT),)
    for name, value in own.items():
        made = _made(release, cls, value)
        if made in keys:
            members[name] = (_attribute(keys[made]),)
    actions = bodies.actions(_found(release, CLIENT))
    for name, function in cls.methods.items():
        if not name.startswith("_"):
            members[name] = (bodies.member(function, own, actions),)
    return found


def _low_level(client: Class) -> dict[str, tuple[Member, ...]]:
    return {
        name: (Member(send=send, args=_arguments(client.methods[name]), server=_SERVERS.get(name, "")),)
        for name, send in LOW_LEVEL.items()
        if name in client.methods
    }


def _attribute(key: str) -> Member:
    return Member(returns=(key,), kind="attribute")


def _arguments(function: Function) -> tuple[str, ...]:
    return tuple(argument.arg for argument in function.args.args[1:])


def _module_objects(release: Release) -> Iterator[str]:
    """Name the variables of the package that hold a service of its one main object."""
    for node in release.modules[PACKAGE].tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(value=ast.Name(), attr=attribute)):
                if name == attribute:
                    yield name
            case _:
                pass
