"""Lists that the server embedded in objects as long as releases sent no API version: no release of the library names them.

Releases from 6.0.0 on send the API version that they were made for.
Source: https://docs.stripe.com/upgrades#2022-11-15 (read 2026-11-29).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.stripe_sdk.model import Member

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
