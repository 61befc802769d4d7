"""Lists that the server embedded in objects as long as releases sent no API version: no release of the library names them.

Releases from 6.0.0 on send the API version that they were made for; the oldest one here stands for those before.
Source: https://docs.stripe.com/upgrades#2022-11-15 (read 2026-11-29).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.stripe_sdk.model import Member

if TYPE_CHECKING:
    from tools.stripe_sdk.model import ReleaseModel

_LISTS = {"PaymentIntent": {"charges": ("Charge", "/v1/charges")}}


def embed(release: ReleaseModel) -> None:
    """Add these lists to the fields of a release."""
    for key, fields in _LISTS.items():
        for name, (element, url) in fields.items():
            if key in release.types:
                release.types[key].fields.setdefault(name, (Member(kind="list", returns=(element,), url=url),))
