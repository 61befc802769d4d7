"""Which calls of a function its callers can see the value of: each program says it at the name of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.python.index.program import within
from leastscope.python.index.seen import seen_sites
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEN = [
    "return seen()",
    "return f(seen(1))",
    "return [seen(x) for x in seen()]",
    "yield seen()",
    "yield from seen()",
    "x = seen()\nreturn x",
    "x = seen()\ny = x\nreturn y + 1",
    "return x\nx = seen()",
    "x = 1\nx += seen()\nreturn x",
    "for x in seen():\n    y = x\nreturn y",
    "with seen() as x:\n    return x",
    "with unseen():\n    return 1",
    "with unseen() as x:\n    pass",
    "if (x := seen()):\n    return x",
    "x, y = seen()\nreturn y",
    "match seen():\n    case [x]:\n        return x",
    "match unseen():\n    case [x]:\n        return 1",
    "self.x = seen()",
    "d[1] = seen()",
    "self.x, y = seen()",
    "self.rows.append(seen())",
    "x = []\nx.append(seen())\nreturn x",
    "x = []\nx.append(unseen())\nreturn 1",
    "x = {}\nx.update(y=seen())\nreturn x",
    "unseen()",
    "f(unseen())",
    "x = unseen()",
    "x = unseen()\nf(x)",
    "if unseen():\n    return 1",
    "raise unseen()",
    "for x in unseen():\n    pass",
    "return lambda: seen()",
    "def inner():\n    return unseen()",
    "try:\n    x = seen()\nexcept E as e:\n    return x",
    "return None",
    "return",
]


@pytest.mark.parametrize("body", SEEN)
def test_what_reaches_the_caller(body: str) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    module = lower(f"def f(self, d):\n{lines}".encode())
    assert isinstance(module, ir.Module)
    (definition,) = module.body
    assert isinstance(definition, ir.Define)
    sites = seen_sites(definition.function)
    calls = dict(_named_calls((definition.function.body, _inner(definition.function))))
    assert calls or "seen" not in body
    assert all((site in sites) == (name == "seen") for site, name in calls.items())


def _named_calls(nodes: object) -> Iterator[tuple[tuple[int, int], str]]:
    for node in within(nodes):
        if isinstance(node, ir.Call) and isinstance(node.func, ir.Name) and node.func.id in {"seen", "unseen"}:
            yield (node.start, node.end), node.func.id


def _inner(function: ir.Function) -> tuple[object, ...]:
    """The bodies of the functions inside, which the walk does not enter."""
    return tuple(node.function.body for node in within(function.body) if isinstance(node, ir.Define | ir.Lambda))


def test_names_that_go_in_circles_end() -> None:
    module = lower(b"def f():\n    while g():\n        a = b\n        b = a\n        a = h()\n    return a\n")
    assert isinstance(module, ir.Module)
    (definition,) = module.body
    assert isinstance(definition, ir.Define)
    assert len(seen_sites(definition.function)) == 1
