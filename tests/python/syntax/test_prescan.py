"""What would make the parser crash or crawl is refused; what people write is not."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.python.syntax.prescan import RefusedError, scan
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


# Each construct at a depth, with a depth that must be read and one that must be refused.
HOSTILE: dict[str, tuple[Callable[[int], str], int, int]] = {
    "parentheses": (lambda n: "(" * n + "a" + ")" * n, 90, 110),
    "lists": (lambda n: "[" * n + "a" + "]" * n, 90, 110),
    "dicts": (lambda n: "{a: " * n + "a" + "}" * n, 90, 110),
    "tuples": (lambda n: "(" * n + "a" + ",)" * n, 90, 110),
    "calls": (lambda n: "f(" * n + "a" + ")" * n, 90, 110),
    "keyword arguments": (lambda n: "f(a=" * n + "a" + ")" * n, 90, 110),
    "subscripts": (lambda n: "a[" * n + "a" + "]" * n, 90, 110),
    "slices": (lambda n: "a[" * n + "a" + ":b]" * n, 90, 110),
    "comprehensions": (lambda n: "[a for a in " * n + "a" + "]" * n, 50, 110),
    "conditionals in parentheses": (lambda n: "(a if " * n + "a" + " else b)" * n, 90, 110),
    "lambdas in parentheses": (lambda n: "(lambda a: " * n + "a" + ")" * n, 50, 110),
    "yields": (lambda n: "def f():\n    " + "(yield " * n + "a" + ")" * n, 80, 110),
    "with parentheses": (lambda n: "with " + "(" * n + "a" + ")" * n + ": pass", 90, 110),
    "f-strings": (lambda n: 'f"{' * n + "a" + '}"' * n, 45, 60),
    "format specs": (lambda n: "f'" + "{a:" * n + "}" * n + "'", 90, 110),
    "t-strings": (lambda n: 't"{' * n + "a" + '}"' * n, 45, 60),
    "sum": (lambda n: " + ".join("a" * n), 340, 400),
    "powers": (lambda n: " ** ".join("a" * n), 340, 400),
    "mixed operators": (lambda n: "a" + " + b * c" * n, 170, 200),
    "ands": (lambda n: " and ".join("a" * n), 340, 400),
    "comparisons": (lambda n: " < ".join("a" * n), 340, 400),
    "method calls": (lambda n: "a" + ".b()" * n, 170, 200),
    "attributes": (lambda n: "a" + ".b" * n, 340, 400),
    "chained calls": (lambda n: "a" + "()" * n, 340, 400),
    "chained subscripts": (lambda n: "a" + "[0]" * n, 340, 400),
    "nots": (lambda n: "not " * n + "a", 340, 400),
    "signs": (lambda n: "-" * n + "a", 340, 400),
    "conditionals": (lambda n: "a if b else " * n + "c", 170, 200),
    "lambdas": (lambda n: "lambda: " * n + "a", 110, 130),
    "lambdas with commas": (lambda n: "lambda a, b: " * n + "a", 110, 130),
    "lambdas as defaults": (lambda n: "lambda a=" * n + "b" + ": a" * n, 100, 130),
    "loops of a comprehension": (lambda n: "[a" + " for a in b" * n + "]", 170, 200),
    "loops with commas": (lambda n: "[a" + " for a, b in c" * n + "]", 170, 200),
    "elifs": (lambda n: "if a: b\n" + "elif c: d\n" * n, 340, 400),
    "blocks": (lambda n: "".join(" " * at + "if a:\n" for at in range(n)) + " " * n + "b", 50, 70),
    "functions": (lambda n: "".join("\t" * at + "def f():\n" for at in range(n)) + "\t" * n + "b", 50, 70),
    "dotted imports": (lambda n: "import a" + ".b" * n, 300, 400),
    "adjacent strings": (lambda n: "(" + "'a'\n" * n + ")", 2400, 2600),
    "adjacent f-strings": (lambda n: "(" + "f'{a}'\n" * n + ")", 2400, 2600),
    "sequence patterns": (lambda n: "match a:\n    case " + "[" * n + "b" + "]" * n + ": c", 10, 20),
    "class patterns": (lambda n: "match a:\n    case " + "A(" * n + "b" + ")" * n + ": c", 10, 20),
    "mapping patterns": (lambda n: "match a:\n    case " + "{1: " * n + "b" + "}" * n + ": c", 6, 12),
    "many nested patterns": (lambda n: "match a:\n" + "    case [[[[[[[[[[a]]]]]]]]]]: c\n" * n, 5, 100),
    "many deep calls": (lambda n: ("f(" * 90 + "a" + ")" * 90 + "\n") * n, 2, 1000),
    "many long chains": (lambda n: ("a" + ".b" * 300 + "\n") * n, 2, 1000),
    "many elements": (lambda n: "[" + "a, " * n + "]", 1000, 600_000),
    "many targets": (lambda n: "a = " * n + "b", 1000, 600_000),
    "many empty lines": (lambda n: "\n" * n, 1000, 600_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_write_is_read(name: str) -> None:
    source, fine, _ = HOSTILE[name]
    found = lower(source(fine).encode())
    assert isinstance(found, ir.Module), found


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_one_writes_is_refused(name: str) -> None:
    source, _, hostile = HOSTILE[name]
    found = lower(source(hostile).encode())
    assert isinstance(found, ir.Unreadable)
    assert found.kind in {"too-deep", "too-large"}


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("many")])
def test_a_hundred_times_too_deep_is_refused_as_well(name: str) -> None:
    source, _, hostile = HOSTILE[name]
    assert isinstance(lower(source(min(hostile * 100, 20_000 + hostile)).encode()[:4_000_000]), ir.Unreadable)


@pytest.mark.parametrize(
    "source",
    [
        "x = {" + "'a': lambda b, c=1: b + c, " * 500 + "}",
        "x = [" + "[d for d, e in f if g], " * 500 + "]",
        "x = [\n" + "    a.b(c).d + 'e' 'f' % -g,\n" * 500 + "]",
        "f(" + "a=b if c else d, " * 500 + ")",
        "x = '''" + "((((" * 500 + "'''  # " + "[" * 500,
        "x = f'''" + "{{" * 500 + "(((" * 500 + r"\{a}" + "'''",
        "x = 'it\\'s' \"\\\"\" '' \"\" '''a''b''' r'\\' '#' # '\n",
        "x = f'{a[\"b\"]!r:>{c}} \\N{DASH} {d=} {lambda_:%H:%M} {(lambda e: f)}' rf'\\{g}'",
        "x = 1e-5 + 0x1F - 1_0.5j if y else 1 if z else 0",
        "match a:\n" + "    case {'b': {'c': [d, *e]}}: f\n" * 500,
        "".join("if a:\n    if b:\n        c\n    elif d:\n        e\n" for _ in range(500)),
        "if a:\n\tb\n  # c\n\n\x0cif d: e",
        "".join(f"a{n} = b, \\\n  c; d = e\n" for n in range(500)),
    ],
)
def test_long_but_flat_code_is_fine(source: str) -> None:
    assert scan(source).strange is None


@pytest.mark.parametrize(
    ("source", "offset", "reason"),
    [
        ("a(", 1, "'(' was never closed"),
        ("a(]", 2, "']' closes nothing"),
        ("a)", 1, "')' closes nothing"),
        ("a = 'b\nc'", 4, "a string that does not end"),
        ('a = """b\nc', 4, "a string that does not end"),
        ("a = f'b\n'", 4, "an f-string that does not end"),
        ("a = f'''b", 4, "an f-string that does not end"),
        ("a = f'{b:c'", 6, "an f-string that does not end"),
        ("a = f'{b", 6, "'{' was never closed"),
    ],
)
def test_an_open_end_is_refused_at_its_beginning(source: str, offset: int, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        scan(source)
    assert (refused.value.kind, refused.value.offset, refused.value.reason) == ("syntax-error", offset, reason)


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("a = $b", 4),
        ("a = b?", 5),
        ("a = 12__3", 4),
        ("a = 0777", 4),
        ("a = “b”", 4),
        ("!ls", 0),
        ("f'{a!r}'; !ls", 10),
        ("\\x", 0),
        ("if a:\n    b\n  c", 14),
        ("if a:\n\tb\n        c", 17),
    ],
)
def test_what_cannot_be_python_is_found(source: str, offset: int) -> None:
    assert scan(source).strange == offset


def test_the_code_of_this_project_is_never_refused() -> None:
    for path in sorted((ROOT / "analyzer" / "leastscope").rglob("*.py")):
        assert scan(path.read_text()).strange is None


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("many")])
def test_no_construct_at_any_size_ends_the_process_or_takes_long(name: str) -> None:
    source, fine, hostile = HOSTILE[name]
    sizes = sorted({fine, hostile - 1, hostile * 3, hostile * 30, min(hostile * 1000, 20_000)})
    program = "import sys; from leastscope.python.syntax.lower import lower; [lower(eval(line)) for line in sys.stdin]"
    given = "".join(f"{source(size).encode()[:4_500_000]!r}\n" for size in sizes)
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, input=given.encode(), check=False, timeout=30)  # noqa: S603
    assert ended.returncode == 0


@pytest.mark.parametrize("blank", ["\f", "\v", "\x1c", "\x85", "\N{NO-BREAK SPACE}"])
@pytest.mark.parametrize("before", [" ", "\t", "=", "x", " x", "1", "#", "if ", '"" '])
def test_no_character_in_the_middle_of_a_line_takes_more_than_linear_time(before: str, blank: str) -> None:
    """Before the fix, 65 characters of the first case took days."""
    text = f"x ={before * 20_000}{blank}y\n"
    started = time.process_time()
    with contextlib.suppress(RefusedError):
        scan(text)
    assert time.process_time() - started < 5


def test_a_form_feed_in_the_middle_of_a_line_is_a_blank() -> None:
    assert scan("x = 1 \f + \f 2\n").strange is None
    assert scan("x = 1 \v + 2\n").strange == 6
