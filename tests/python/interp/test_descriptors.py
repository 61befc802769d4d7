"""What reading an attribute gives: bound methods, what properties give, what descriptors give and were told."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN, ClassValue, Const, FunctionValue, Instance, Items, Place, Value
from leastscope.python.interp import descriptors
from worlds import found, kinds, world

GET = "    def __get__(self, instance, owner=None):\n"
NAMED = "    def __set_name__(self, owner, name):\n        self.name = name\n"
GIVES = {
    "a property": "class A:\n    @property\n    def x(self):\n        return shop.Order\nfound = A().x\n",
    "a property of the class": (
        "class A:\n    @classproperty\n    def x(cls):\n        return shop.Order\nfound = A.x\n"
    ),
    "what a descriptor keeps": (
        f"class D:\n    def __init__(self, kept):\n        self.kept = kept\n{GET}        return self.kept\n"
        "class A:\n    x = D(shop.Order)\n    y = D(shop.Customer)\nfound = A().x\n"
    ),
    "the name that it was told": (
        f"class D:\n{NAMED}{GET}        return getattr(shop, self.name)\n"
        "class A:\n    Client = D()\n    Order = D()\nfound = A().Client\n"
    ),
    "an attribute of the instance": (
        f"class D:\n{GET}        return instance.y\nclass A:\n    y = shop.Order\n    x = D()\nfound = A().x\n"
    ),
    "of the class, read through an instance": (
        f"class D:\n{GET}        return owner.y\nclass A:\n    y = shop.Order\n    x = D()\nfound = A().x\n"
    ),
    "of the class, read through itself": (
        f"class D:\n{GET}        return owner.y\nclass A:\n    y = shop.Order\n    x = D()\nfound = A.x\n"
    ),
}


KEPT = {"the name that it was told": "Client"}


@pytest.mark.parametrize("what", GIVES)
def test_reading_an_attribute_calls_what_stands_behind_it(what: str) -> None:
    given = found(f"import shop\n{GIVES[what]}")
    assert kinds(given) == [KEPT.get(what, "Order")]


def test_the_class_itself_gives_a_property_as_it_is() -> None:
    given = found("class A:\n    @property\n    def x(self):\n        return shop.Order\nfound = A.x\n")
    assert isinstance(given, FunctionValue)
    assert given.bound is None


def test_a_descriptor_that_two_classes_share_gives_each_its_own() -> None:
    text = f"import shop\nclass D:\n{GET}        return owner.y\nshared = D()\n" + "".join(
        f"class {name}:\n    y = shop.{kind}\n    x = shared\n" for name, kind in (("A", "Order"), ("B", "Customer"))
    )
    given = found(f"{text}found = (A().x, B().x, B.x)\n")
    assert isinstance(given, Items)
    assert [kinds(one) for one in given.items] == [["Order"], ["Customer"], ["Customer"]]


def test_a_function_that_a_descriptor_gives_mixes_no_two_of_them() -> None:
    text = (
        "import shop\nclass D:\n    def __init__(self, verb, path):\n        self.verb = verb\n        self.path = path\n"
        f"{GET}        return lambda: shop.Client('k').raw(self.verb, self.path)\n"
        "class A:\n    x = D('GET', '/orders')\n    y = D('POST', '/refunds')\nA().x()\nA().y()\n"
    )
    sent = [each for each in world(text).placed() if "resolved" in each]
    assert sent == ["11 resolved GET /orders", "12 resolved POST /refunds"]


@pytest.mark.parametrize(
    ("body", "gets", "hears"), [(GET, True, False), (NAMED, False, True), (GET + "        pass\n" + NAMED, True, True)]
)
def test_a_class_is_a_descriptor_by_its_methods(body: str, gets: bool, hears: bool) -> None:
    program = world(f"class Base:\n{body}        pass\nclass D(Base):\n    pass\n")
    place = program.cls("D")
    assert descriptors.is_descriptor(program.engine, place) is gets
    assert descriptors.hears_name(program.engine, place) is hears


def test_each_descriptor_that_hears_its_name_is_an_object_of_its_own() -> None:
    program = world(f"class D:\n{NAMED}class A:\n    x = D()\n    y = D()\nfound = (A.x, A.y)\n")
    held = program.holds()
    assert isinstance(held, Items)
    one, other = held.items
    assert one != other
    assert isinstance(one, Instance)
    assert descriptors.before_told(program.engine, one) == Instance(program.cls("D"), ())


@pytest.mark.parametrize("made_with", [None, (), (("verb", Const.of("list")),)])
def test_an_object_that_was_told_nothing_has_no_state_before(made_with: tuple[tuple[str, Value], ...] | None) -> None:
    program = world("class D:\n    pass\n")
    assert descriptors.before_told(program.engine, Instance(program.cls("D"), made_with)) is None


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("x = D()\ny = D()\n", {"x": "x", "y": "y"}),
        ("x = y = D()\n", {"x": "y", "y": "y"}),
        ("x = D()\nz = 1\ny = x\n", {"x": "y", "y": "y", "z": "z"}),
    ],
)
def test_of_names_for_one_object_the_last_counts(body: str, names: dict[str, str]) -> None:
    module = world(body).frame.module
    assert descriptors.last_names(module.tree.body) == names


def test_storing_to_a_property_calls_its_setter_and_none_of_another_class() -> None:
    text = "".join(
        f"class {name}:\n    @property\n    def x(self):\n        return 1\n"
        "    @x.setter\n    def x(self, value):\n        pass\n"
        for name in "AB"
    )
    program = world(f"{text}class C(A):\n    y = 1\n")
    place = program.cls("C")
    (setter,) = descriptors.setters(program.frame, Instance(place, ()), "x")
    assert program.engine.function(setter.place).cls == program.cls("A")
    assert setter.bound == Instance(place, ())
    assert descriptors.setters(program.frame, Instance(place, ()), "y") == []


def test_a_decorator_that_is_no_descriptor_is_left_to_others() -> None:
    program = world("class A:\n    pass\n")
    node = program.frame.module.tree.body[0]
    for decorator in (UNKNOWN, ClassValue(program.cls("A")), Instance(program.cls("A"))):
        assert descriptors.decorated(program.frame, decorator, FunctionValue(Place("app.py", 0)), node) is None
