"""Files that are only looked at: Python's own parser gives the small form that LibCST gives, places included."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leastscope.deep import run_deep
from leastscope.python.syntax import faults, ir, prescan
from leastscope.python.syntax import look as looking
from leastscope.python.syntax.look import look
from leastscope.python.syntax.lower import lower
from places import ROOT

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))

TRICKY = [
    "()",
    "( )",
    "a,",
    "(a,)",
    "( a , )",
    "(a), b",
    "((a), b)",
    "((a), (b))",
    "(a), (b)",
    "(\n  a, # one\n  b, # two )\n)",
    "('#', b)",
    "('#', '#',)",
    "((a, b), c), d",
    "(a).b, c",
    "((a).b, c)",
    "f(x for x in y)",
    "f( x for x in (y) )",
    "(x for x in y if (z) if ('#'))",
    "((x for x in y))",
    "a[1, 2]",
    "a[(1, 2)]",
    "a[(1), 2]",
    "a[1,]",
    "a[*b]",
    "a[*b,]",
    "a[:]",
    "a[1:, ::2]",
    "a[()]",
    "a and (b) and ( c ) and d",
    "(a or b) or c",
    "a and b or c and (d)",
    "f(*a, b=1, *c, **d)",
    "f(b=1, *c)",
    "'a' \"b\"",
    "('a'\n # c\n 'b')",
    "f'{a} {b!r}' 'c'",
    "(f'a'\n  f'{b:>{c}}')",
    "f'{a}' f'{(yield)}'",
    "f'{{{a}}}'",
    "rb'\\x00' b'y'",
    "'\\ud800'",
    "b'\\xff'",
    "'\\N{BULLET} \\d'",
    "1_000",
    "1j",
    "...",
    "9223372036854775807",
    "9223372036854775808",
    "1" * 150,
    "1." + "0" * 150,
    "0x_ff",
    "1e400",
    "-1",
    "not a",
    "a if b else c",
    "lambda a, /, b=1, *c, d, e=2, **f: (yield)",
    "lambda: (a)",
    "[*a, b]",
    "{**a, b: c}",
    "{*a}",
    "{a: b for c in d}",
    "{a for b in c}",
    "[a async for b in c]",
    "a < b not in c is not d",
    "await a",
    "(a := b)",
    "é.ü('ö', ñ)",
    "\uff46oo.bar",
]
STATEMENTS = [
    "del (a, b)",
    "del a, b",
    "del a",
    "assert a, (b)",
    "raise (a) from b",
    "raise",
    "a = b = (c)",
    "a: int",
    "a: b = c",
    "a, b = c, d",
    "a += (b)",
    "import a.b as c, d",
    "from . import a",
    "from .a import (b as c, d,)",
    "from a import *",
    "def f(): global a, b",
    "if a: pass\nelif b: c\nelse:\n  d",
    "if a:\n  b\nelse:\n  if c: d",
    "while a: break\nelse: b",
    "for a, b in c: continue\nelse: d",
    "try: a\nexcept (B, C) as d: e\nexcept: f\nelse: g\nfinally: h",
    "try: a\nexcept* B: c",
    "with a as b, c: d",
    "with (a as b, c): d",
    "with (a): b",
    "with (a, b): c",
    "@a\n@b(c)\nclass D(*e, F, g=h, **i):\n  j = 1",
    "@a\nasync def f(a: b = c, *d: e, f: g = h, **i) -> j:\n  async with k: l",
    "def f():\n  '''doc'''\n  yield from a",
    "def f(a=(yield)): pass",
    "def f():\n  def g(): yield\n  return g",
    "async def f():\n  async for a in b: await c",
    "match a:\n  case 1 | None | -1: b\n  case [c, *d]: e\n  case (f, g): h",
    "match a:\n  case {'b': c, **d} if e: f\n  case G(h, i=j) as k: l\n  case m.n: o\n  case _: p",
    "match a:\n  case b, *_: c",
    "match (a):\n  case (b): c\n  case ((d, e), f): g",
    "a; b;  c",
    "if a: b; c",
    "\f\nclass A:\n  \f\n  b = 1",
    "a = \\\n  (b,\n   c)",
    "def f[T: int](a: T) -> T: ...",
    "type A[T] = list[T]",
    "# coding: latin-1\na = 'x'",
    "x = 'ä'; y = ('ö', z)",
    "print 'a'",
    "a = (",
    "# leastscope: ignore\na = 1",
    "a\x00b",
]


def places_and_all(source: str | bytes) -> tuple[str, str]:
    data = source.encode() if isinstance(source, str) else source
    return repr(look(data)), repr(lower(data))


@pytest.mark.parametrize(
    "source", [*TRICKY, *(f"a = (b, ({one}))" for one in TRICKY if "yield" not in one), *STATEMENTS]
)
def test_a_file_that_is_looked_at_has_the_form_that_libcst_gives(source: str) -> None:
    looked, lowered = places_and_all(source)
    assert looked == lowered


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_any_kind_move_no_place(end: str) -> None:
    source = "a = (\n  b, # x\n  'c'\n)\nif a:\n    f(\"\"\"d\ne\"\"\", f'{a}' \\\n    'b')\n".replace("\n", end)
    looked, lowered = places_and_all(source)
    assert looked == lowered


def test_the_fixtures_have_the_form_that_libcst_gives() -> None:
    for path in sorted(ROOT.glob("fixtures/**/*.py"))[::4]:
        looked, lowered = places_and_all(path.read_bytes())
        assert looked == lowered, path


@pytest.mark.slow
def test_the_standard_library_has_the_form_that_libcst_gives() -> None:
    modules = [path for path in sorted(STANDARD_LIBRARY.rglob("*.py")) if "site-packages" not in path.parts]
    for path in modules[::6]:
        looked, lowered = places_and_all(path.read_bytes())
        assert looked == lowered, path


FORMS = [
    "({})",
    "( {} ,)",
    "({}, {})",
    "(({}) and {}\\\n or ({}))",
    "f({}, (*{}, {}))",
    "({} for x in {} # )\n)",
    "a[({}), {}]",
]


@given(
    st.recursive(
        st.sampled_from(["a", "'#'", "1", "f'{b}'", "()"]),
        lambda inner: st.tuples(st.sampled_from(FORMS), inner, inner, inner).map(
            lambda drawn: drawn[0].format(*drawn[1:])
        ),
        max_leaves=8,
    )
)
@settings(deadline=None)
def test_parentheses_and_commas_in_any_arrangement_move_no_place(source: str) -> None:
    looked, lowered = places_and_all(source)
    assert looked == lowered


@given(st.text("ab(),[]{}:=.\n #'\"\\*%f1é\uff46\t", max_size=40))
@settings(deadline=None)
def test_nothing_raises_and_no_warning_is_shown(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        looked, lowered = places_and_all(source)
    assert looked == lowered or "Unreadable" in lowered


DEEP = {
    "attributes": lambda depth: "a" + ".b" * depth,
    "calls": lambda depth: "a" + "(1)" * depth,
    "operators": lambda depth: "1" + " + 1" * depth,
    "words": lambda depth: "a" + " and a" * depth,
    "unary": lambda depth: "-" * depth + "1",
    "brackets": lambda depth: "[" * depth + "]" * depth,
    "lambdas": lambda depth: "lambda: " * depth + "1",
    "conditions": lambda depth: "1 if a else " * depth + "1",
    "text": lambda depth: "f'{" + "-" * depth + "1}'",
    "branches": lambda depth: "if a: b\n" + "elif a: b\n" * depth,
    "blocks": lambda depth: "".join("\t" * level + "if a:\n" for level in range(depth)) + "\t" * depth + "b",
    "patterns": lambda depth: "match a:\n case " + "b | (" * (depth // 9) + "c" + ")" * (depth // 9) + ": d",
}


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("depth", [20, 33, 55, 99])
def test_a_file_has_the_same_form_however_deep_it_is(shape: str, depth: int) -> None:
    looked, lowered = places_and_all(DEEP[shape](depth))
    assert looked == lowered or ("Unreadable" in lowered and depth == 99)


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("depth", [150, 2_000, 30_000])
def test_what_nests_without_end_is_refused_or_flat(shape: str, depth: int) -> None:
    """What is left is as deep as other parts of the program can walk."""
    found = run_deep(lambda: look(DEEP[shape](depth).encode()[:100_000]))
    if not isinstance(found, ir.Unreadable):
        assert levels(found) < 1_200


def levels(tree: ir.Module) -> int:
    count = 0
    level: list[object] = [tree.body]
    while level:
        level = [part for one in level for part in parts_of(one)]
        count += 1
    return count


def parts_of(one: object) -> tuple[object, ...]:
    return one if isinstance(one, tuple) else msgspec.structs.astuple(one) if isinstance(one, msgspec.Struct) else ()


def test_the_tokens_of_a_short_and_flat_file_are_not_looked_over(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def f(a):\n    return g(a, *b, c=1)[0].d\n"
    expected = repr(lower(source.encode()))
    monkeypatch.setattr(faults, "scan", lambda _: pytest.fail("the tokens were looked over"))
    assert repr(look(source.encode())) == expected


@pytest.mark.parametrize("source", ["# leastscope: ignore\na", "a" * 110_001, "a = 1\n\0", "a = f'{" + "(" * 150])
def test_what_may_be_told_of_a_file_is_told_by_its_tokens(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    asked: list[str] = []

    def scan(text: str) -> prescan.Scanned:
        asked.append(text)
        return prescan.scan(text)

    monkeypatch.setattr(faults, "scan", scan)
    look(source.encode())
    assert asked[:1] == ([] if "\0" in source else [source])


def test_every_node_of_pythons_parser_is_known() -> None:
    """A node that is forgotten would end a scan."""
    bases = {"_STATEMENTS": ast.stmt, "_EXPRESSIONS": ast.expr, "_PATTERNS": ast.pattern}
    inner = {"Pass", "FormattedValue", "Slice", "Interpolation"}
    for table, base in bases.items():
        known = {node.__name__ for node in getattr(looking, table)}
        assert {
            node.__name__ for node in base.__subclasses__() if not node.__module__.startswith("_pytest")
        } - inner <= known, table
