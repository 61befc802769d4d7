"""What is stored on objects, classes, modules and functions is found where it is read."""

from __future__ import annotations

import pytest

from worlds import found, kinds, world

A = "class A:\n    pass\n"
STORED = {
    "on an instance": f"{A}a = A()\na.x = shop.Order\nfound = a.x\n",
    "on a class": f"{A}A.x = shop.Order\nfound = A().x\n",
    "on a function": "def f():\n    pass\nf.x = shop.Order\nfound = f.x\n",
    "in a namespace": f"{A}a = A()\na.__dict__ = {{'x': shop.Order}}\nfound = a.x\n",
    "as an item of an instance": (
        "class A:\n    def __setitem__(self, key, value):\n        self.kept = value\n"
        "a = A()\na['x'] = shop.Order\nfound = a.kept\n"
    ),
    "on an object of code that is not read": "import other\nother.app.x = shop.Order\nfound = other.app.x\n",
    "by a setter": (
        "class A:\n    @property\n    def x(self):\n        return self.y\n"
        "    @x.setter\n    def x(self, value):\n        self.y = value\na = A()\na.x = shop.Order\nfound = a.y\n"
    ),
}


@pytest.mark.parametrize("where", STORED)
def test_what_is_stored_is_read_again(where: str) -> None:
    assert kinds(found(f"import shop\n{STORED[where]}")) == ["Order"]


def test_what_one_class_holds_another_does_not() -> None:
    given = found("import shop\nclass A:\n    pass\nclass B:\n    x = shop.Customer\nA.x = shop.Order\nfound = B().x\n")
    assert kinds(given) == ["Customer"]


def test_a_module_holds_what_others_store() -> None:
    program = world(
        {
            "app.py": "import hub, shop\nhub.x = shop.Order\nfound = hub.x\n",
            "hub.py": "import shop\nx = shop.Customer\n",
        }
    )
    assert kinds(program.holds()) == ["Customer", "Order"]


@pytest.mark.parametrize("stored", ["f.__defaults__ = (None, shop.Order)", "f.__kwdefaults__ = {'y': shop.Order}"])
def test_defaults_that_code_sets_are_what_a_call_gets(stored: str) -> None:
    given = found(f"import shop\ndef f(x=None, y=None):\n    return y\n{stored}\nfound = f()\n")
    assert kinds(given) == ["Order"]


def test_an_instance_that_was_made_apart_keeps_its_own() -> None:
    text = "import shop\nclass A:\n    def __init__(self, x):\n        self.x = x\n"
    assert kinds(found(f"{text}one, other = A(shop.Order), A(shop.Customer)\nfound = one.x\n")) == ["Order"]
