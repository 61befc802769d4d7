"""What servers give otherwise than the releases of the library say.

Lists that they embedded in objects as long as releases sent no API version: no release of the library names them. Releases
from 6.0.0 on send the API version that they were made for.
Source: https://docs.stripe.com/upgrades#2022-11-15 (read 2026-11-29).

An account pays as the source of a charge; it is never one of the sources of a customer, which the annotations take from
the same union.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.stripe_sdk.model import Member
from tools.stripe_sdk.paths import shape

if TYPE_CHECKING:
    from tools.stripe_sdk.model import ReleaseModel

_FIRST_WITH_VERSION = 6
_LISTS = {
    "Customer": {"cards": ("Card", "/v1/customers/{customer}/cards")},
    "PaymentIntent": {"charges": ("Charge", "/v1/charges")},
    "Recipient": {"cards": ("Card", "/v1/recipients/{id}/cards")},
}


def embed(release: ReleaseModel) -> None:
    """Add these lists to the fields of a release that sends no version of the API."""
    if int(release.version.partition(".")[0]) >= _FIRST_WITH_VERSION:
        return
    for key, fields in _LISTS.items():
        for name, (element, url) in fields.items():
            if key in release.types:
                release.types[key].fields.setdefault(name, (Member(kind="list", returns=(element,), url=url),))


_SOURCES = "/v1/customers/{}/sources"
_NEVER_A_SOURCE = re.compile(r"\bAccount\|")


def without_accounts(release: ReleaseModel) -> None:
    """Take accounts out of what is among the sources of a customer."""
    for model in release.types.values():
        for table in (model.static, model.instance, model.fields):
            for name, variants in table.items():
                table[name] = tuple(_without_accounts(member) for member in variants)


def _without_accounts(member: Member) -> Member:
    path = member.url or member.send.partition(" ")[2]
    if not shape(path).startswith(_SOURCES):
        return member
    left = (_NEVER_A_SOURCE.sub("", given) for given in member.returns if given != "Account")
    return replace(member, returns=tuple(left))
