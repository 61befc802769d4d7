"""Whether the receiver of a call that looks like the library's is known to be something else."""

from __future__ import annotations

import pytest

from leastscope.python.heuristics.elsewhere import Suspect, is_known
from leastscope.python.syntax import ir
from worlds import KNOWN, world

LIBRARY = KNOWN.libraries["shop-client"]


def known(text: str, *, telling: bool = True) -> bool:
    """Whether the receiver of the last statement of a module is known to be something else."""
    last = world(text)
    call = last.frame.module.tree.body[-1]
    assert isinstance(call, ir.Evaluate)
    assert isinstance(call.value, ir.Call)
    assert isinstance(call.value.func, ir.Attribute)
    function = last.frame.interpreter.value_of(last.frame, call.value.func)
    return is_known(last.frame, function, call.value.func.value, Suspect(frozenset(LIBRARY.modules), telling))


@pytest.mark.parametrize(
    "text",
    [
        "class Order:\n    def create(self): ...\nOrder().create()\n",
        "Order = {}\nOrder.create()\n",
        "Order = 'a'\nOrder.create()\n",
        "from django.db.models import Order\nOrder.create()\n",
        "mock_shop.Order.create()\n",
        "self.fake.Order.create()\n",
        "client.mock().create()\n",
    ],
)
def test_it_is(text: str) -> None:
    assert known(text)


@pytest.mark.parametrize(
    "text",
    [
        "held.Order.create()\n",
        "held().Order.create()\n",
        "held = None\nheld.create()\n",
        "from parts import shop\nshop.create()\n",
        "from parts import container\ncontainer.gateway.create()\n",
        "import shop\nshop.Nope.create()\n",
    ],
)
def test_nobody_knows(text: str) -> None:
    assert not known(text)


def test_an_unread_base_may_give_a_class_only_a_telling_member() -> None:
    text = "from parts import Base\nclass Held(Base): ...\nHeld().create()\n"
    assert not known(text)
    assert known(text, telling=False)
