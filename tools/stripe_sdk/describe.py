"""One release as a model: which of its classes are types, and all that is known of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tools.stripe_sdk import fields, handlers, members, names
from tools.stripe_sdk.annotations import PAGES
from tools.stripe_sdk.evaluate import instance_path
from tools.stripe_sdk.model import Member, ReleaseModel, TypeModel
from tools.stripe_sdk.paths import shape

if TYPE_CHECKING:
    from tools.stripe_sdk.source import Class, Release

_ROOTS = frozenset(
    {
        "APIRequestor",
        "APIResourceTestHelpers",
        "EventNotification",
        "OAuth",
        "OAuthService",
        "StripeClient",
        "StripeObject",
        "StripeService",
        "Webhook",
        "WebhookSignature",
        "_APIRequestor",
        "_BaseEventNotificationHandler",
    }
)


_PAGES = {"OAuth": ("static", ("express",)), "OAuthService": ("instance", ("params", "options"))}
"""The classes that build the URL of the page on which a user connects an account: where, and from which arguments."""


def describe_release(release: Release) -> ReleaseModel:
    """All types of the release with their names."""
    verdicts: dict[int, bool] = {}

    def is_type(cls: Class) -> bool:
        if id(cls.node) not in verdicts:
            verdicts[id(cls.node)] = _is_type(release, cls)
        return verdicts[id(cls.node)]

    reached = names.reachable(release)
    types = {}
    for cls in release.classes():
        for entry in (cls, *cls.inner.values()):
            if is_type(entry):
                types[entry.key] = members.describe(release, entry, is_type)
                if types[entry.key].items and entry.key not in PAGES:
                    types[entry.key].fields = fields.describe_fields(release, entry, is_type)
    for dotted, cls in reached.items():
        if is_type(cls) and not (types[cls.key].event and "._" in dotted):
            types[cls.key].names.add(dotted)
            _name_inner(types, cls, dotted)
    _place_lists(release, types)
    _place_related(release, types)
    _place_pages(types)
    types = handlers.collapse(types)
    return ReleaseModel(release.version, types, names.inert(release, reached, is_type))


def _is_type(release: Release, cls: Class) -> bool:
    if cls.outer and cls.node.name != "TestHelpers":
        return False
    return bool(_ROOTS & {entry.node.name for entry in release.lineage(cls)})


def _name_inner(types: dict[str, TypeModel], cls: Class, dotted: str) -> None:
    for inner in cls.inner.values():
        if inner.key in types:
            types[inner.key].names.add(f"{dotted}.{inner.node.name}")


def _place_lists(release: Release, types: dict[str, TypeModel]) -> None:
    """Give each field that is a list of objects the path of the operation that lists them."""
    listed = _listing_paths(types)
    for cls in release.classes():
        model = types.get(cls.key)
        for name, (member,) in model.fields.items() if model else ():
            if model and member.kind == "list":
                parent = instance_path(release, cls)
                model.fields[name] = (replace(member, url=_list_path(parent, name, member, listed)),)


def _place_pages(types: dict[str, TypeModel]) -> None:
    """Say of the methods that build the URL of a page which one that is."""
    for key, (kind, args) in _PAGES.items():
        members = getattr(types[key], kind) if key in types else {}
        for name in {"authorize_url"} & members.keys():
            page = {"opens": "GET /oauth/authorize", "args": args, "server": "connect"}
            members[name] = tuple(replace(member, **page) for member in members[name])


def _place_related(release: Release, types: dict[str, TypeModel]) -> None:
    """Give the request for an event's related object the path at which objects of its type are read."""
    reading = _reading_paths(types)
    reading |= {
        cls.key: path for cls in release.classes() if cls.key in types and (path := instance_path(release, cls))
    }
    for model in types.values() if reading else ():
        found = model.instance.get("fetch_related_object", ())
        if model.event and found:
            model.instance["fetch_related_object"] = tuple(_placed(member, reading) for member in found)


def _placed(member: Member, reading: dict[str, str]) -> Member:
    path = reading.get(member.returns[0], "") if len(member.returns) == 1 else ""
    return replace(member, send=f"GET {path}") if path and member.send == "GET $url" else member


def _reading_paths(types: dict[str, TypeModel]) -> dict[str, str]:
    """Type -> the path of the operation that gives one object of it."""
    found: dict[str, str] = {}
    for _, model in sorted(types.items()):
        for variants in (*model.static.values(), *model.instance.values()):
            for member in variants:
                path = member.send.partition("GET ")[2]
                if len(member.returns) == 1 and path.startswith("/") and path.endswith("}"):
                    found[member.returns[0]] = min(path, found.get(member.returns[0], path), key=len)
    return found


def _listing_paths(types: dict[str, TypeModel]) -> dict[tuple[str, ...], dict[str, str]]:
    """Element types -> shape of path -> path, for every operation that gives a page of them."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for model in types.values():
        for variants in (*model.static.values(), *model.instance.values()):
            for member in variants:
                container, _, elements = member.returns[0].partition("[") if member.returns else ("", "", "")
                if member.send.startswith("GET /") and container in PAGES:
                    path = member.send.partition(" ")[2]
                    found.setdefault(tuple(elements[:-1].split("|")), {})[shape(path)] = path
    return found


def _list_path(parent: str, name: str, member: Member, listed: dict[tuple[str, ...], dict[str, str]]) -> str:
    every = {key: path for paths in listed.values() for key, path in paths.items()}
    nested = every.get(shape(f"{parent}/{name}"))
    if nested:
        return nested
    own = listed.get(member.returns, {})
    below = [path for key, path in sorted(own.items()) if key.startswith(shape(parent) + "/")]
    flat = [path for _, path in sorted(own.items()) if "{" not in path and not path.endswith("/search")]
    return next(iter([*below, *flat]), "")
