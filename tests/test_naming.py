"""How a file names a system: what code acts on, data, and what is told to people."""

from __future__ import annotations

import time

import pytest

from leastscope.naming import mention

TRIGGERS = (b"acme", b"x-acme-token")
HOSTS = (b"acme.com", b"acmepay.net")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "prose"),
        ("# acme takes cards\nx = 1\n", "prose"),
        ("x = 1  # like acme\n", "prose"),
        ('"""Pays with acme."""\n', "prose"),
        ("def f():\n    '''Pays with\n    acme.\n    '''\n", "prose"),
        ("x = '#'  # acme\n", "prose"),
        # names
        ("import acme\n", "code"),
        ("from app.acme import pay\n", "code"),
        ("client = acme_client()\n", "code"),
        ("self.acme_api.charge(1)\n", "code"),
        ("shops[acme_id]['x']\n", "data"),
        ("acme_shops[1]\n", "code"),
        ("def acme_pay(x):\n    pass\n", "code"),
        ("    async def acme_pay(x):\n        pass\n", "code"),
        ("class AcmeThing:\n    pass\n", "code"),
        ("run(acme)\n", "code"),
        ("x = settings.ACME_SECRET\n", "code"),
        ("x = settings.ACME_BASE_URL\n", "code"),
        ("acme_customer = Field()\n", "data"),
        ("pay(acme_customer=3)\n", "data"),
        ("class AcmError(Exception): pass\n", "prose"),
        # texts
        ("PROVIDERS = ['acme']\n", "data"),
        ("if kind == 'acme': pass\n", "data"),
        ("label = _('Acme')\n", "data"),
        ("text = 'pay with acme'\n", "data"),
        ("text = ('''pay with acme''')\n", "data"),
        ("sdk('acme')\n", "code"),
        ("sdk('acme.Card')\n", "code"),
        ("kind.startswith('acme')\n", "data"),
        ("x = 'https://api.acme.com'\n", "code"),
        ("x = 'see https://api.acmepay.net of acme'\n", "code"),
        ("x = 'X-Acme-Token'\n", "code"),
        ("x = '/acme/charge'\n", "code"),
        ("x = env['ACME_KEY']\n", "code"),
        ("x = env['ACME_HOST']\n", "code"),
        ("x = f'{acme_root}/charge'\n", "code"),
        ("x = f'{root}: acme'\n", "data"),
        ("x = rf'{acme_root}'\n", "code"),
        ("if'{acme_root}': pass\n", "data"),
        # comments for tools
        ("x = f()  # type: acme.Client\n", "code"),
        ("x = f()  # leastscope: ignore[acme]\n", "code"),
        # one of several counts
        ("# acme\nNAMES = ['acme']\n", "data"),
        ("# acme\nNAMES = ['acme']\nimport acme\n", "code"),
        # quotes that do not close: who knows what is a string
        ("x = 'it\n# acme\n", "prose"),
        ("x = 'acme\n", "code"),
        ('"""\nacme\n', "code"),
        ("x = 'a\\\nacme'\n", "data"),
        ("x = '\\'# acme'\n", "data"),
    ],
)
def test_how_a_file_names_a_system(text: str, expected: str) -> None:
    assert mention(text.encode(), TRIGGERS, HOSTS) == expected


@pytest.mark.parametrize(
    "piece", ['"""\\"', "'\\", '"', "#'", "'''a''", "f'{", "acme", "acme'", '\\"""', "('acme'", "f'{{acme"]
)
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    data = b"acme_\n" + piece.encode() * 60_000
    began = time.process_time()
    mention(data, TRIGGERS, HOSTS)
    assert time.process_time() - began < 3
