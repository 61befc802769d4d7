"""An import loads a module where a name of it is looked up, and not before."""

from __future__ import annotations

import pytest

from leastscope.python.domain.values import BOTTOM, Const, External, LibraryClass, ModuleValue, Value
from leastscope.python.interp.names import global_of, lookup
from worlds import APP, world

ONE, TWO = Const.of(1), Const.of(2)
PACKAGE = {"pkg/__init__.py": "from .inner import x\n", "pkg/inner.py": "x = 1\n_y = 2\n", "pkg/other.py": "z = 1\n"}


@pytest.mark.parametrize(
    ("files", "value", "loaded"),
    [
        ({APP: "from a import x\n", "a.py": "x = 1\n"}, None, set()),
        ({APP: "import a\n", "a.py": "x = 1\n"}, None, set()),
        ({APP: "from a import x as found\n", "a.py": "x = 1\n"}, ONE, {"a.py"}),
        ({APP: "from a import x as found\n", "a.py": "from b import y\nx = 1\n", "b.py": "y = 1\n"}, ONE, {"a.py"}),
        ({APP: "from pkg import x as found\n", **PACKAGE}, ONE, {"pkg/__init__.py", "pkg/inner.py"}),
        (
            {APP: "from a import x as found\n", "a.py": "from b import x\n", "b.py": "from a import x\n"},
            BOTTOM,
            {"a.py", "b.py"},
        ),
        (
            {APP: "from a import x as found\n", "a.py": "from b import x\nx = 2\n", "b.py": "from a import x\n"},
            TWO,
            {"a.py"},
        ),
    ],
)
def test_a_module_is_loaded_where_its_name_is_used(
    files: dict[str, str], value: Value | None, loaded: set[str]
) -> None:
    made = world(files)
    assert made.holds() == value
    assert set(made.loaded) == {APP} | loaded


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("from pkg import *\nfound = x\n", ONE),
        ("from pkg import other as found\n", ModuleValue("pkg/other.py")),
        ("import pkg.inner\nfound = pkg.inner.x\n", ONE),
        ("from shop import *\nfound = Order\n", LibraryClass("shop-client", "Order")),
        ("from json import loads as found\n", External("json.loads")),
        ("found = len\n", External("builtins.len")),
        ("def f():\n    x = 1\n    def g():\n        return x\n    return g\nx = 2\nfound = f()()\n", ONE),
        ("x = 2\ndef f():\n    return x\n    x = 1\nfound = f()\n", BOTTOM),
        ("x = 2\nclass A:\n    y = x\nfound = A.y\n", TWO),
    ],
)
def test_what_a_name_means(text: str, value: Value) -> None:
    assert world({APP: text, **PACKAGE}).holds() == value


def test_a_global_of_a_module_and_a_name_of_this_one() -> None:
    frame = world({APP: "x = 2\n", **PACKAGE}).frame
    assert (lookup(frame, "x"), global_of(frame, "pkg/__init__.py", "x")) == (TWO, ONE)
