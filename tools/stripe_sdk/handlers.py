"""Makes one type of the classes that register callbacks for events: they differ in nothing that sends a request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tools.stripe_sdk.model import TypeModel

if TYPE_CHECKING:
    from tools.stripe_sdk.model import Member, Members

KEY = "StripeEventNotificationHandler"


def collapse(types: dict[str, TypeModel]) -> dict[str, TypeModel]:
    """Give the same types with one handler that has the names and members of all."""
    found = {key for key, model in types.items() if _registers(model)}
    if not found:
        return types
    merged = TypeModel(KEY, style="keywords")
    for key in sorted(found, key=lambda key: (key == KEY, key)):
        merged.names |= types[key].names
        merged.static |= types[key].static
        merged.instance |= types[key].instance
    rest = {key: model for key, model in types.items() if key not in found} | {KEY: merged}
    for model in rest.values():
        model.static = _renamed(model.static, found)
        model.instance = _renamed(model.instance, found)
    return rest


def _registers(model: TypeModel) -> bool:
    return any(member.handles for variants in model.instance.values() for member in variants)


def _renamed(members: Members, found: set[str]) -> Members:
    def renamed(member: Member) -> Member:
        return replace(member, returns=tuple(dict.fromkeys(KEY if key in found else key for key in member.returns)))

    return {name: tuple(renamed(member) for member in variants) for name, variants in members.items()}
