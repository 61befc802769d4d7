"""Members of enumerations stand for their values."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import BOTTOM, Const, External, Items, Value, join
from leastscope.python.models import enums
from leastscope.python.state.cells import ClassAttribute
from worlds import world

CARD = Const.of("card")
CLASSES = {
    "from enum import Enum\nclass Kind(Enum):\n    pass\n": True,
    "import enum\nclass Kind(enum.StrEnum):\n    pass\n": True,
    "from django.db import models\nclass Kind(models.TextChoices):\n    pass\n": True,
    "from enum import Enum\nclass Base(Enum):\n    pass\nclass Kind(Base):\n    pass\n": True,
    "class Kind:\n    pass\n": False,
    "from other import Thing\nclass Kind(Thing):\n    pass\n": False,
}


@pytest.mark.parametrize("text", CLASSES)
def test_a_class_is_an_enumeration_by_its_bases(text: str) -> None:
    program = world(text)
    assert enums.is_enum(program.engine, program.cls("Kind")) is CLASSES[text]


def test_members_are_plain_and_labelled_values_but_no_methods_and_no_private_names() -> None:
    program = world(
        "from django.db import models\n"
        "class Kind(models.TextChoices):\n"
        "    CARD = 'card'\n"
        "    BANK = 'bank', 'Bank account'\n"
        "    _ignore_ = 'none'\n"
        "    def label(self):\n"
        "        return 'label'\n"
    )
    assert enums.members(program.engine, program.cls("Kind")) == join(CARD, Const.of("bank"))


OBJECTS = {
    "class Kind(Enum):\n    CARD = 'card'\n": False,
    "class Kind(Enum):\n    CARD = 'POST', '/card'\n": True,
    "class Kind(Enum):\n    CARD = 'card'\n    def path(self):\n        return self.value\n": True,
    "class Kind(Enum):\n    CARD = 'card'\n    def __init__(self, path):\n        self.path = path\n": True,
    "class Kind(str, Enum):\n    CARD = 'card'\n    def path(self):\n        return self.value\n": False,
    "class Kind(Enum):\n    CARD = 'card'\n    def __new__(cls, path):\n        return object.__new__(cls)\n": True,
    "class Kind(str, Enum):\n    CARD = 'card'\n    def __new__(cls, path):\n        return str.__new__(cls, path)\n": False,
    "class Kind(models.TextChoices):\n    CARD = 'card', 'Card'\n": False,
}


@pytest.mark.parametrize("text", OBJECTS)
def test_a_member_is_more_than_its_value_if_it_has_parts_or_its_class_does_something_with_it(text: str) -> None:
    program = world(f"from enum import Enum\nfrom django.db import models\n{text}")
    place = program.cls("Kind")
    (member,) = (
        program.engine.read(ClassAttribute(place, name)) for _, name in enums.attributes(program.engine, place)[:1]
    )
    assert enums.is_object(program.engine, place, member) is OBJECTS[text]


VALUES: dict[str, tuple[Value, Value]] = {
    "a constant is its own value": (CARD, CARD),
    "a label is left out": (Items((CARD, Const.of("Card")), BOTTOM), CARD),
    "anything else is no member": (External("other.thing"), BOTTOM),
}


@pytest.mark.parametrize("what", VALUES)
def test_the_value_of_a_member(what: str) -> None:
    member, value = VALUES[what]
    assert enums.value_of_member(member) == value
