"""What a function does for parameters of its caller is what it does for any caller, under the caller's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = {
    "names in another order": """
def send(verb, name):
    return getattr(getattr(stripe, name), verb)()
def swapped(name, verb):
    return send(verb, name)
swapped('Customer', 'list')
""",
    "one name for both": """
def send(name, other):
    getattr(stripe, name).list()
    return getattr(stripe, other)
def both(name):
    return send(name, name)
both('Customer').list()
""",
    "a class that is given back": """
def found(name):
    return getattr(stripe, name)
def again(name):
    return found(name)
again('Customer').list()
""",
    "a method that keeps the name, and one that reads it": """
class Gate:
    def keep(self, name):
        self.name = name
        return getattr(stripe, name)
    def send(self):
        return getattr(stripe, self.name).list()
def through(gate, name):
    gate.keep(name)
    return gate.send()
through(Gate(), 'Customer')
""",
    "a name that is kept in a global below another function": """
CHOSEN = None
def keep(name):
    global CHOSEN
    CHOSEN = name
    return getattr(stripe, name)
def layer(name):
    return keep(name)
def through(name):
    layer(name)
    return getattr(stripe, CHOSEN).list()
through('Customer')
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_outermost_caller_decides_is_found(name: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": f"import stripe\n{PROGRAMS[name]}"}, tmp_path)
    assert {(need.path, need.request.verb.upper()) for need in inventory.needs} == {("/v1/customers", "GET")}
