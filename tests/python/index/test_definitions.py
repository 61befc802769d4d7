"""Which names of a module one statement alone defines: each program says it of its name `x`."""

from __future__ import annotations

import pytest

from leastscope.python.index.definitions import Definitions
from leastscope.python.index.program import module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower

ALONE = [
    "x = 1",
    "x = ['a']",
    "x: list[str] = []",
    "import x",
    "import x.y",
    "from a import b as x",
    "def x(): return y",
    "@wrap\ndef x(): pass",
    "class x(Base): pass",
    "class x: pass\nclass Other(x): pass",
    "def x(): pass\ndef other(): return x()",
    "import x\n@x.register\ndef f(): pass",
    "import x\nx.setup()",
    "x = []\ndef add(): x.append(1)",
    "x = []\ny = make()\ndef add(): x.append(1)",
    "x = 1\ndef f(): return x\nf()",
    "if y: z = 1\nx = 2",
]
TOGETHER = [
    "x = 1\nx = 2",
    "x = 1\nx += 1",
    "x = []\nx.append(1)",
    "x = []\nfill(x)",
    "x = {}\nx['a'] = 1",
    "x = {}\nx.a = 1",
    "x = {}\nfor key in 'ab': x[key] = 1",
    "x = {}\n@x.register\ndef f(): pass",
    "x = {}\ndef put(f): x['a'] = f\n@put\ndef g(): pass",
    "x = {}\nclass Put:\n    x['a'] = 1\ny = Put()",
    "x = None\ndef init():\n    global x\n    x = 1\ninit()",
    "def x(): pass\nx.short_description = 'a'",
    "def x(): pass\nx = wrap(x)",
    "class x(metaclass=Meta): pass",
    "class x:\n    def __init_subclass__(cls): pass",
    "class x: pass\nregister(x)",
    "try:\n    import x\nexcept ImportError:\n    x = None",
    "import x\nif y: x = None",
    "if y:\n    def x(): pass",
    "x, y = 1, 2",
    "with a as x: pass",
    "y = (x := 1)",
    "z = 1",
]


@pytest.mark.parametrize("code", ALONE)
def test_one_statement_alone_defines_the_name(code: str) -> None:
    found = _of(code)
    assert found is not None
    assert _of(code + "\nother = 1") == found


@pytest.mark.parametrize("code", TOGETHER)
def test_what_may_change_a_name_keeps_the_body_together(code: str) -> None:
    assert _of(code) is None


def _of(code: str) -> ir.Stmt | None:
    tree = lower(code.encode())
    assert isinstance(tree, ir.Module)
    return Definitions(module_info("a.py", tree, in_tests=False)).of("x")
