"""A setting of a Django project is the address that a settings module gives it, and nothing but an address."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import Const, External
from leastscope.python.models.project import setting
from worlds import KNOWN, world

HOST = min(KNOWN.servers.hosts)
SETTINGS = {
    "a URL of a known server is read": ("API_URL", f"API_URL = 'https://{HOST}'\n", True),
    "an address elsewhere stays outside": ("API_URL", "API_URL = 'https://elsewhere.example'\n", False),
    "a name that is of no address stays outside": ("SECRET", f"SECRET = 'https://{HOST}'\n", False),
    "a name that is not set stays outside": ("API_URL", "", False),
}


@pytest.mark.parametrize("what", SETTINGS)
def test_only_an_address_is_read_from_settings(what: str) -> None:
    name, text, read = SETTINGS[what]
    frame = world({"app.py": "", "site/settings.py": text}).frame
    assert setting(frame, "django.conf.settings", name) == (
        Const.of(f"https://{HOST}") if read else External(f"django.conf.settings.{name}")
    )
