"""Transformations change what they say and nothing else, and know where every line comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.metamorphic.__main__ import Outcome, by_package, by_transformation, isolated, read_files
from tools.metamorphic.catalog import TRANSFORMATIONS, changes_of, transformed
from tools.metamorphic.compare import Difference, differences
from tools.metamorphic.edits import Change, Changed, Edit, Fragment, Place, apply, compatible
from tools.metamorphic.source import MAX_SIZE, Program

if TYPE_CHECKING:
    from pathlib import Path

_A = Place("a.py", 1)


def after(name: str, source: str) -> dict[str, str] | None:
    """The files of a program of one file after a transformation."""
    changed = transformed(name, {"a.py": source})
    return changed.files if changed else None


CHANGED = [
    ("alias-import", "import m\nm.f(m=1)\n", "import m as renamed0\nrenamed0.f(m=1)\n"),
    ("alias-import", "from m import a as b\nb.a\n", "from m import a as renamed0\nrenamed0.a\n"),
    ("alias-import", "import m\ndef f(m): return m\n", "import m as renamed0\ndef f(m): return m\n"),
    ("alias-import", "import m\n[m for m in m]\n", "import m as renamed0\n[m for m in renamed0]\n"),
    (
        "rename-locals",
        "def f(a):\n    x = a\n    return f'{x}'\n",
        "def f(a):\n    local2 = a\n    return f'{local2}'\n",
    ),
    ("rename-locals", "[x for x in y]\n", "[local1 for local1 in y]\n"),
    ("reorder-functions", "def f(): pass\n# g\ndef g(): pass\n", "def g(): pass\ndef f(): pass\n# g\n"),
    (
        "mirror-branches",
        "if a or b:  # a\n    # b\n    f()\n# c\nelse:\n    g()\n",
        "if not (a or b):\n    g()\nelse:\n    # b\n    f()\n# c\n",
    ),
    (
        "wrap-call",
        "x = a.f(1, b=2, **c)\n",
        "def wrapped0(p0, b, **p2): return (a.f)(p0, b=b, **p2)\nx = wrapped0(1, b=2, **c)\n",
    ),
    (
        "wrap-call",
        "async def f():\n    await a.f()\n",
        "async def f():\n    def wrapped0(): return (a.f)()\n    await wrapped0()\n",
    ),
    ("wrap-receiver", "a.b.f(1)\n", "def wrapped0(given, p0): return given.f(p0)\nwrapped0(a.b, 1)\n"),
    ("keyword-to-dict", "f(0, a=1, b=(2))\n", 'f(0, **{"a": 1, "b": (2)})\n'),
    ("inline-variable", "def f(a):\n    x = a.b\n    return g(x)\n", "def f(a):\n    return g(a.b)\n"),
    ("inline-variable", "def f(a):\n    x = g(a)\n    return x.h()\n", "def f(a):\n    return g(a).h()\n"),
    ("inline-variable", "def f():\n    x = 'a' + b\n    return g(x)\n", "def f():\n    return g(('a' + b))\n"),
    ("extract-receiver", "if a:\n    a.b.c.d()\n", "if a:\n    receiver0 = a.b.c\n    receiver0.d()\n"),
    ("extract-result", "x = f(1).g()\n", "result1 = f(1)\nx = result1.g()\n"),
    ("extract-argument", "f({'a': 1})\n", "argument0 = {'a': 1}\nf(argument0)\n"),
    (
        "make-async",
        "def f(): pass\ndef g():\n    return f()\n",
        "async def f(): pass\nasync def g():\n    return (await f())\n",
    ),
    (
        "method-to-function",
        "class A:\n    x = 1\n    def _m(self, a): return a\n    def n(self): return self._m(1)\n",
        "class A:\n    x = 1\n    def n(self): return function0(self, 1)\n\n\ndef function0(self, a): return a\n",
    ),
]


@pytest.mark.parametrize(("name", "source", "expected"), CHANGED)
def test_a_transformation_does_what_its_name_says(name: str, source: str, expected: str) -> None:
    assert after(name, source) == {"a.py": expected}


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        (
            "move-helper",
            "import m\nfrom . import n\nK = 'k'\ndef f(): return m.a(K)\n",
            {
                "a.py": "import m\nfrom . import n\nK = 'k'\nfrom .a_helper0 import f\n",
                "a_helper0.py": "K = 'k'\nimport m\ndef f(): return m.a(K)\n",
            },
        ),
        (
            "move-class",
            "from __future__ import annotations\nclass A:\n    pass\n",
            {
                "a.py": "from __future__ import annotations\nfrom a_class0 import A\n",
                "a_class0.py": "from __future__ import annotations\nclass A:\n    pass\n",
            },
        ),
        (
            "constant-to-import",
            "URL = 'u'\nf(URL)\n",
            {"a.py": "from a_constant0 import URL\nf(URL)\n", "a_constant0.py": "URL = 'u'\n"},
        ),
    ],
)
def test_what_is_moved_takes_what_it_needs_and_is_imported_back(
    name: str, source: str, expected: dict[str, str]
) -> None:
    assert after(name, source) == expected


UNSURE = [
    ("alias-import", "import m\nm = 1\n"),
    ("alias-import", "import m\ndef f(x: 'm.A'): pass\n"),
    ("alias-import", "import m\nlocals()\n"),
    ("alias-import", "from m import *\n"),
    ("alias-import", "from __future__ import annotations\n"),
    ("alias-import", 'import m\n__all__ = ["m"]\n'),
    ("rename-locals", "def f():\n    global x\n    x = 1\n"),
    ("rename-locals", "def f(a):\n    a = 1\n"),
    ("rename-locals", "def f():\n    x = 1\n    return f'{x=}'\n"),
    ("move-helper", "@d\ndef g(): pass\ndef f(): return g()\n"),
    ("move-helper", "x = g()\ndef f(): return x\n"),
    ("move-helper", "def f(): return __name__\n"),
    ("move-helper", "from m import *\ndef f(): return g\n"),
    ("constant-to-import", "URL = f()\n"),
    ("constant-to-import", "URL = 'a'\nURL = 'b'\n"),
    ("constant-to-import", "class A:\n    URL = 'a'\n"),
    ("reorder-functions", "@d\ndef f(): pass\n@d\ndef g(): pass\n"),
    ("reorder-functions", "def f(): pass\ndef g(x=f): pass\n"),
    ("reorder-functions", "def f(): pass\ndef f(): pass\n"),
    ("mirror-branches", "if a:\n    f()\nelif b:\n    g()\nelse:\n    h()\n"),
    ("mirror-branches", "if a: f()\nelse:\n    g()\n"),
    ("wrap-call", "super().f()\n"),
    ("wrap-call", "class A:\n    x = f()\n"),
    ("wrap-call", "a = 1\na = 2\na.f()\n"),
    ("wrap-call", "f(*a, b)\n"),
    ("wrap-call", "x = 1 + f()\n"),
    ("keyword-to-dict", "f(a=1, **b)\n"),
    ("keyword-to-dict", "f(a=1, *b)\n"),
    ("keyword-to-dict", "f'{f(a=1)}'\n"),
    ("inline-variable", "x = a\nf(x)\n"),
    ("inline-variable", "def f(a):\n    x = a.b\n    g()\n    return x\n"),
    ("inline-variable", "def f(a):\n    x = a.b\n    a.b = 1\n    return x\n"),
    ("inline-variable", "def f(a):\n    x = a\n    a = 1\n    return x\n"),
    ("inline-variable", "def f(a):\n    x = g()\n    return a and x\n"),
    ("inline-variable", "def f(a):\n    x = {}\n    for y in a:\n        h(x)\n"),
    ("inline-variable", "def f():\n    x = g()\n    return lambda: x\n"),
    ("extract-receiver", "a.b()\n"),
    ("extract-receiver", "x = y and a.b.c()\n"),
    ("extract-receiver", "f(g(), a.b.c())\n"),
    ("extract-receiver", "class A:\n    x = a.b.c()\n"),
    ("extract-result", "super().f()\n"),
    ("make-async", "def f(): pass\nf()\n"),
    ("make-async", "def f(): yield 1\n"),
    ("make-async", "def f(): pass\nx = [f]\n"),
    ("make-async", "@d\ndef f(): pass\n"),
    (
        "method-to-function",
        "class A:\n    x = 1\n    def _m(self): return super()\n    def n(self): return self._m()\n",
    ),
    ("method-to-function", "class A:\n    x = 1\n    def _m(self): pass\n    def n(self, o): return o._m()\n"),
    ("method-to-function", "class A:\n    x = 1\n    def m(self): pass\n    def n(self): return self.m()\n"),
]


@pytest.mark.parametrize(("name", "source"), UNSURE)
def test_where_it_is_not_sure_nothing_is_changed(name: str, source: str) -> None:
    assert after(name, source) is None


def test_a_name_that_another_file_takes_keeps_its_name() -> None:
    files = {"a.py": "import m\n", "b.py": "from a import m\n"}
    changed = transformed("alias-import", files)
    assert changed is not None
    assert changed.files == {"a.py": "import m\n", "b.py": "from a import m as renamed0\n"}


def test_every_transformation_is_shown() -> None:
    shown = {name for name, *_ in CHANGED} | {"move-helper", "move-class", "constant-to-import"}
    assert shown == set(TRANSFORMATIONS)


def test_files_that_cannot_be_read_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_bytes(b"print 'x'\n")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    (tmp_path / "large.py").write_bytes(b"#" * (MAX_SIZE + 1))
    (tmp_path / "image.png").write_bytes(b"x")
    files = read_files(tmp_path)
    assert sorted(files) == ["large.py", "old.py"]
    assert Program(files).sources == {}


def test_a_line_comes_from_where_its_code_stood() -> None:
    changed = transformed("wrap-call", {"a.py": "x = 1\nif x:\n    f(1)\n    g(\n        2)\n"})
    assert changed is not None
    lines = changed.files["a.py"].splitlines()
    origins = {line: changed.before(Place("a.py", number)).line for number, line in enumerate(lines, 1)}
    assert list(origins.values()) == [1, 2, 3, 3, 4, 4, 5]


def test_a_moved_line_comes_from_the_file_it_stood_in() -> None:
    changed = transformed("move-helper", {"a.py": "import m\n\ndef f():\n    return m.a()\n"})
    assert changed is not None
    assert changed.before(Place("a_helper0.py", 3)) == Place("a.py", 4)


def test_what_is_inlined_counts_as_the_line_of_its_use() -> None:
    changed = transformed("inline-variable", {"a.py": "def f(a):\n    x = g(a)\n    return x.h()\n"})
    assert changed is not None
    assert changed.counted(Place("a.py", 2)) == changed.before(Place("a.py", 2)) == Place("a.py", 3)


def _edit(start: int, end: int, text: str = "x") -> Change:
    return Change((Edit("a.py", start, end, (Fragment(text, _A),)),))


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (_edit(0, 2), _edit(2, 4), True),
        (_edit(0, 2), _edit(1, 4), False),
        (_edit(1, 1), _edit(1, 1), True),
        (_edit(0, 0), _edit(0, 2), True),
        (_edit(0, 4), _edit(2, 2), False),
        (_edit(1, 2), _edit(0, 4), False),
    ],
)
def test_changes_that_touch_each_other_are_not_made_together(first: Change, second: Change, both: bool) -> None:
    assert compatible([first, second]) == ([first, second] if both else [first])


def test_insertions_stand_before_what_is_replaced() -> None:
    assert apply({"a.py": "abc"}, [_edit(0, 1, "X"), _edit(0, 0, "-")]).files == {"a.py": "-Xbc"}


def test_differences_name_the_place_before_and_leave_out_what_a_lost_request_had() -> None:
    request, account = ("request", "GET", "/a", "resolved"), ("account", "GET", "/a", "own")
    other = ("account", "GET", "/a", "unknown")
    changed = Changed({}, {Place("a.py", 2): _A}, {})
    before = frozenset({(_A, request), (_A, account)})
    moved = frozenset({(Place("a.py", 2), request), (Place("a.py", 2), account)})
    assert differences(before, moved, changed) == []
    assert differences(before, frozenset(), changed) == [Difference(_A, request, lost=True)]
    assert [one.fact for one in differences(before, frozenset({(_A, request), (_A, other)}), changed)] == [
        account,
        other,
    ]
    assert str(differences(before, frozenset(), changed)[0]) == "lost a.py:1 request GET /a resolved"


def test_the_change_that_makes_a_difference_is_found() -> None:
    """Requests on lines of their own: only one change of three removes one."""
    text = "import stripe\nstripe.Coupon.list()\nstripe.Charge.list()\nstripe.Refund.list()\n"
    wanted = _edit(text.index("Charge"), text.index("Charge") + 6, "Invoice")
    program = Program({"a.py": text})
    harmless = [_edit(at, at, "#\n") for at in (0, text.index("stripe.Refund"))]
    lines = frozenset(
        (Place("a.py", line), ("request", "GET", path, "resolved", permission)) for line, path, permission in _FOUND
    )
    details = frozenset((place, (kind, "GET", fact[2], value)) for place, fact in lines for kind, value in _DETAILS)
    assert list(isolated(program, [harmless[0], wanted, harmless[1]], lines | details)) == [wanted]


_FOUND = [(2, "/v1/coupons", "coupon_read"), (3, "/v1/charges", "charge_read"), (4, "/v1/refunds", "charge_read")]
_DETAILS = [("account", "own"), ("credential", "unknown")]


def test_tables_count_what_was_changed_and_what_differs() -> None:
    lost = Difference(_A, ("gap", "limit"), lost=True)
    outcomes = [
        Outcome("p", "make-async", 2, 10, ()),
        Outcome("q", "make-async", 3, 5, (lost,)),
        Outcome("q", "wrap-call", 0, 5, ()),
    ]
    assert by_transformation(outcomes)[2:] == ["| make-async | 2 | 5 | 15 | 1 | 1 | 0 |"]
    assert by_package(outcomes)[2:] == ["| p |  | 2 |", "| q | 0 | 3 / 1 |"]


def test_changes_are_proposed_in_the_same_order_every_time() -> None:
    files = {"a.py": "import m\nimport n\nm.a()\nn.b()\n"}
    first, second = (changes_of("alias-import", Program(files)) for _ in range(2))
    assert first == second
