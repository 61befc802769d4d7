"""Members of enumerations: plain values stay values, others are objects with what their constructor set."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import UNKNOWN, Const, Instance, join, options
from leastscope.python.interp import members
from leastscope.python.models import enums
from leastscope.python.state import hierarchy
from worlds import found, world

PLAIN = "from enum import Enum\nclass Kind(Enum):\n    CARD = 'card'\n    BANK = 'bank'\n"
RICH = (
    "from enum import Enum\nclass Kind(Enum):\n    CARD = 'GET', '/card'\n    BANK = 'POST', '/bank'\n"
    "    def __init__(self, verb, path):\n        self.verb = verb\n        self.path = path\n"
    "    def both(self):\n        return self.verb\n"
)


def test_plain_members_are_their_values() -> None:
    program = world(PLAIN)
    node = program.frame.module.tree.body[0]
    every = members.every(program.frame, program.cls("Kind"), node)
    assert every == join(Const.of("card"), Const.of("bank"))


def test_members_with_parts_are_objects_of_the_class_each_with_its_value() -> None:
    program = world(RICH)
    node = program.frame.module.tree.body[0]
    every = options(members.every(program.frame, program.cls("Kind"), node))
    assert {type(one) for one in every} == {Instance}
    assert len(set(every)) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Kind.CARD.path", Const.of("/card")),
        ("Kind['BANK'].path", Const.of("/bank")),
        ("Kind.BANK.both()", Const.of("POST")),
        ("Kind['NONE']", UNKNOWN),
        ("Kind[name].path", join(Const.of("/card"), Const.of("/bank"))),
    ],
)
def test_a_member_has_what_the_constructor_made_of_its_parts(asked: str, told: object) -> None:
    assert found(f"{RICH}found = {asked}\n") == told


@pytest.mark.parametrize(("text", "name"), [("class Kind:\n    CARD = 'GET', '/card'\n", "CARD"), (RICH, "_CARD")])
def test_what_is_no_member_stays_as_it_is_held(text: str, name: str) -> None:
    program = world(text)
    place = program.cls("Kind")
    held = hierarchy.class_attribute(program.engine, place, "CARD")
    assert members.named(program.frame, place, name, held, program.frame.module.tree.body[0]) == held


def test_without_a_place_nothing_is_made() -> None:
    program = world(RICH)
    held = hierarchy.class_attribute(program.engine, program.cls("Kind"), "CARD")
    assert members.named(program.frame, program.cls("Kind"), "CARD", held, None) == held
    assert enums.is_object(program.engine, program.cls("Kind"), held)
