"""Files that name a system in passing: they are read where something leads to them, and cost nothing elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

GATEWAY = "import stripe\ndef build():\n    return stripe.StripeClient('k')\n"
KIND = "class Kind:\n    PAID = 'invoice.paid'\n"


def found(files: dict[str, str], tmp_path: Path) -> list[str]:
    inventory = inventory_of_files(files, tmp_path)
    needs = [f"{need.request.span.path} {need.request.path}" for need in inventory.needs]
    return [*needs, *(f"{one.use.span.path} {one.use.event}" for one in inventory.events)]


@pytest.mark.parametrize(
    "text",
    [
        "# like stripe\nimport deep\ndef f():\n    return deep.of(1)\n",
        "NAMES = ['stripe']\nimport deep\ndef f():\n    return deep.of(1)\n",
        "class Row:\n    stripe_id = 1\n    def f(self):\n        return deep.of(self.stripe_id)\n",
    ],
)
def test_what_a_file_calls_that_names_a_system_in_passing_is_not_looked_into(tmp_path: Path, text: str) -> None:
    files = {"a.py": text, "deep.py": "def of(n):\n    return n\n", "pay.py": GATEWAY}
    assert inventory_of_files(files, tmp_path).files_read == 1


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # the name of what leads on
        (
            {"a.py": "# stripe\nfrom pay import build\nbuild().v1.refunds.create({})\n", "pay.py": GATEWAY},
            ["a.py /v1/refunds"],
        ),
        # handed a client
        (
            {
                "a.py": "# stripe\ndef pay(client):\n    client.v1.refunds.create({})\n",
                "pay.py": f"{GATEWAY}from a import pay\npay(build())\n",
            },
            ["a.py /v1/refunds"],
        ),
        # a call that only the library has
        ({"a.py": "# stripe\nfrom shared import client\nclient.v1.refunds.create({})\n"}, ["a.py /v1/refunds"]),
        # the name of a module, in data, for a function that imports
        (
            {
                "a.py": "from load import sdk\nsdk('stripe').Refund.create()\n",
                "load.py": "import importlib\ndef sdk(name):\n    return importlib.import_module(name)\n",
            },
            ["a.py /v1/refunds"],
        ),
        # a class that a setting names
        (
            {
                "settings.py": "BACKEND = 'pay.build'  # stripe\n",
                "a.py": (
                    "from django.conf import settings\nfrom django.utils.module_loading import import_string\n"
                    "import_string(settings.BACKEND)().v1.refunds.create({})\n"
                ),
                "pay.py": GATEWAY,
            },
            ["a.py /v1/refunds"],
        ),
        # types of events, here or in what is imported
        (
            {"a.py": "# stripe\ndef f(event):\n    if event['type'] == 'invoice.paid':\n        pass\n"},
            ["a.py invoice.paid"],
        ),
        (
            {
                "a.py": "# stripe\nfrom kinds import Kind\ndef f(event):\n    return event['type'] == Kind.PAID\n",
                "kinds/__init__.py": "from .kind import Kind\n",
                "kinds/kind.py": KIND,
            },
            ["a.py invoice.paid"],
        ),
    ],
)
def test_a_file_that_names_a_system_in_passing_is_read_where_something_leads_to_it(
    files: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    assert found(files, tmp_path) == expected
