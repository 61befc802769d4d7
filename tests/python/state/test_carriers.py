"""Which classes lead other files to a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.python.domain.values import UNKNOWN, ClassValue, Const, FunctionValue, Instance, Items, Param, Place
from leastscope.python.state.carriers import decides
from worlds import APP, world

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.python.domain.values import Value

PAYS = """\
import stripe
from shop.net import Net


class Payments(Net):
    def account(self):
        return self.fetch("https://api.stripe.com/v1/account")
"""
OTHER = """\
from shop.net import Net


class Weather(Net):
    def today(self):
        return self.fetch("https://weather.test/today")
"""
ANSWERS = """\
import requests


class Net:
    def fetch(self, url) -> requests.Response:
        return requests.get(url)
"""
HOLDS = """\
import requests


class Net:
    session = requests.Session()

    def fetch(self, url):
        return self.session.get(url)
"""


@pytest.mark.parametrize("net", [ANSWERS, HOLDS], ids=["gives answers", "holds a session"])
def test_a_class_that_names_no_system_leads_to_no_other_class_of_its_kind(tmp_path: Path, net: str) -> None:
    """Otherwise one backend of a hundred that names a system has all the others read and evaluated."""
    found = inventory_of_files({"shop/net.py": net, "shop/pays.py": PAYS, "shop/other.py": OTHER}, tmp_path)
    assert [(need.request.span.path, need.request.verb, need.request.path) for need in found.needs] == [
        ("shop/pays.py", "GET", "/v1/account")
    ]
    assert found.files_read == 1


SETTINGS = """\
import stripe


class Settings:
    address = "https://api.stripe.com"
    card_limits = 3

    def limits(self, name):
        return getattr(self, name + "_limits")


settings = Settings()
stripe.Refund.list()
"""
READS = """\
import requests
from shop.settings import settings


def shown(name):
    return requests.get(settings.limits(name))
"""


def test_an_attribute_that_a_name_cannot_be_leads_nobody_on(tmp_path: Path) -> None:
    """Otherwise every setting may be the URL that one of the settings is."""
    found = inventory_of_files({"shop/settings.py": SETTINGS, "shop/reads.py": READS}, tmp_path)
    assert found.gaps == ()
    open_to_any = SETTINGS.replace('name + "_limits"', "name")
    found = inventory_of_files({"shop/settings.py": open_to_any, "shop/reads.py": READS}, tmp_path)
    assert [(gap.kind, gap.span.path) for gap in found.gaps] == [("open-parameter", "shop/reads.py")]


FORMS = """\
import stripe


class Form:
    title = "form"

    def __init__(self):
        self.shown = self.title


class Refund(Form):
    title = "refund"


def balance():
    return stripe.Balance.retrieve()
"""
VIEW = "from shop.forms import Form\n\n\nclass View:\n    form = Form\n"


def test_a_class_does_not_lead_on_because_its_constructor_differs_from_class_to_class(tmp_path: Path) -> None:
    """Otherwise each form of an application has every file read that names it."""
    found = inventory_of_files({"shop/forms.py": FORMS, "shop/view.py": VIEW}, tmp_path)
    assert [need.request.path for need in found.needs] == ["/v1/balance"]
    assert found.files_read == 1


def test_a_verb_that_goes_through_two_methods_of_a_file_that_names_no_system_is_known(tmp_path: Path) -> None:
    """The call that is open in the inner method says that the URL decides it; the verb beside the URL does so, too."""
    base = (
        "import requests\n\n\nclass Base:\n    def fetch(self, url, method):\n        return self.send(url, method)\n\n"
        "    def send(self, url, method):\n        return requests.request(method, url)\n"
    )
    pays = (
        "from shop.base import Base\n\n\nclass Pays(Base):\n    def account(self):\n"
        "        return self.fetch('https://api.stripe.com/v1/account', 'GET')\n"
    )
    found = inventory_of_files({"shop/base.py": base, "shop/pays.py": pays}, tmp_path)
    assert [(need.request.verb, need.path) for need in found.needs] == [("GET", "/v1/account")]


LATER = """\
import shop


class Plain:
    pass


class Below(shop.Client):
    pass


class Holds:
    client = shop.Client("k")


class Under(Holds):
    pass
"""
OF_LATER = {"Plain": False, "Below": True, "Holds": True, "Under": True}


@pytest.mark.parametrize(("name", "found"), OF_LATER.items())
def test_an_object_of_a_file_that_is_only_imported_decides_something_where_its_class_leads_to_a_library(
    name: str, *, found: bool
) -> None:
    here = world(
        {APP: "from later import Below, Holds, Plain, Under\nmade = Plain(), Below(), Under()\n", "later.py": LATER}
    )
    assert decides(here.engine, Instance(here.cls(name, "later.py"))) is found


DECIDING = {
    "a number": (Const.of(1), False),
    "nothing known": (UNKNOWN, False),
    "a list of numbers": (Items((Const.of(1),)), False),
    "a text": (Const.of("a"), True),
    "what callers say": (Param(Place(APP, 0), "given"), True),
    "a function": (FunctionValue(Place(APP, 0)), True),
    "a list with a class": (Items((ClassValue(Place(APP, 0)),)), True),
}


@pytest.mark.parametrize(("value", "found"), DECIDING.values(), ids=DECIDING)
def test_a_text_and_what_may_lead_to_a_library_decide_something(value: Value, *, found: bool) -> None:
    assert decides(world("").engine, value) is found
