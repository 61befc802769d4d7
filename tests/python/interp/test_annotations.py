"""An annotation says what a parameter is: an instance, a container of instances, a class or a callable."""

from __future__ import annotations

import pytest

from leastscope.python.domain import contents
from leastscope.python.domain.values import BOTTOM, UNKNOWN, ClassValue, Const, Giver, Items, Mapping, Value, join
from leastscope.python.interp.annotations import resolve
from worlds import World, world

FORMS = {
    "Client": "one", "Optional[Client]": "one", "Client | None": "one", "'Client'": "one", "'Client | None'": "one",
    "'Optional[Client]'": "one", "list[Client]": "list", "'list[Client]'": "list", "dict[str, Client]": "mapping",
    "'dict[str, Client]'": "mapping", "type[Client]": "class", "'type[Client]'": "class",
    "Callable[()]": "nothing", "dict[()]": "nothing", "type[()]": "nothing", "Annotated[()]": "nothing",
    "Callable[[int], Client]": "giver", "Literal['get', 'post']": "literals", "list[Nothing]": "nothing",
    "'" + "Optional[" * 30 + "Client" + "]" * 30 + "'": "nothing",
}  # fmt: skip


def _expected(program: World) -> dict[str, Value]:
    cls = ClassValue(program.cls("Client"))
    one = contents.instance_of(cls)
    return {
        "one": one,
        "list": Items((), one),
        "mapping": Mapping((), one),
        "class": ClassValue(cls.place, generic=True),
        "giver": Giver(one),
        "literals": join(Const.of("get"), Const.of("post")),
        "nothing": UNKNOWN,
    }


@pytest.mark.parametrize("form", FORMS)
def test_an_annotation_says_what_a_parameter_is(form: str) -> None:
    program = world(f"class Client:\n    pass\ndef pay(given: {form}):\n    pass\n")
    info = program.engine.function(program.function("pay"))
    value = resolve(program.frame, info.node.parameters[0].annotation)
    assert value == _expected(program)[FORMS[form]]
    assert value != BOTTOM
