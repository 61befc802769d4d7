"""What an import binds is looked up where the name is used, wherever that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

MAKER = "import stripe\nclient = stripe.StripeClient('k')\n"
LIST = ".customers.list()\n"
PROGRAMS = {
    "a variable that a function closes over": {
        "app.py": "def outer():\n    from maker import client\n    def inner():\n        client"
        + LIST
        + "    inner()\nouter()\n",
    },
    "a name of a class": {"app.py": "class Shop:\n    from maker import client\nShop.client" + LIST},
    "a name that a branch may replace": {
        "app.py": "from maker import client\nif TEST:\n    client = None\nclient" + LIST,
    },
    "a global that another module hands on": {
        "hub.py": "# the hub of stripe\nfrom maker import client as shop_front\n",
        "app.py": "from hub import shop_front\nshop_front" + LIST,
    },
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_an_imported_client_is_known(what: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"maker.py": MAKER, **PROGRAMS[what]}, tmp_path)
    assert [(need.request.span.path, need.path) for need in inventory.needs] == [("app.py", "/v1/customers")]
