"""Bytes in, a small form out: every construct keeps its parts and its place, and nothing raises."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from places import ROOT

BROKEN = ROOT / "fixtures" / "broken"
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


STRUCTS = [struct for struct in vars(ir).values() if isinstance(struct, type) and issubclass(struct, msgspec.Struct)]
DEFAULTS = {struct: [field.default for field in msgspec.structs.fields(struct)] for struct in STRUCTS}


def module_of(source: str | bytes) -> ir.Module:
    found = lower(source.encode() if isinstance(source, str) else source)
    assert isinstance(found, ir.Module), found
    return found


def shape(value: object) -> str:
    """The form without places; names and constants as they are, trailing defaults left out."""
    if isinstance(value, ir.Name):
        return value.id
    if isinstance(value, ir.Constant):
        return f"b{value.value!r}" if value.is_bytes else repr(value.value)
    if isinstance(value, tuple):
        return "[" + " ".join(map(shape, value)) + "]"
    if not isinstance(value, msgspec.Struct):
        return value or "-" if isinstance(value, str) else repr(value)
    fields = list(zip(value.__struct_fields__, DEFAULTS[type(value)], strict=True))
    while fields and getattr(value, fields[-1][0]) == fields[-1][1]:
        fields.pop()
    parts = [shape(getattr(value, name)) for name, _ in fields if name not in {"start", "end"}]
    return f"{type(value).__name__}({', '.join(parts)})"


def shapes(source: str) -> str:
    return " ".join(map(shape, module_of(source).body))


EXPRESSIONS = {
    "a.b.c": "Attribute(Attribute(a, b), c)",
    "f(1, *a, k=2, **b)": "Call(f, [Argument(1) Argument(a, -, *) Argument(2, k) Argument(b, -, **)])",
    "f(a)(b).c[d].e()": "Call(Attribute(Subscript(Attribute(Call(Call(f, [Argument(a)]), [Argument(b)]), c), d), e), [])",
    "a[0]": "Subscript(a, 0)",
    "a[1:2]": "Subscript(a, Opaque([1 2]))",
    "a[:]": "Subscript(a, Opaque([]))",
    "a[1:2, *b]": "Subscript(a, Display(tuple, [Opaque([1 2]) Starred(b)]))",
    "a[b,]": "Subscript(a, Display(tuple, [b]))",
    "{'a': 1, **b}": "Dict([['a' 1] [None b]])",
    "{1, *b}": "Display(set, [1 Starred(b)])",
    "[a, (b, c), ()]": "Display(list, [a Display(tuple, [b c]) Display(tuple, [])])",
    "a and b and not c": "Operation(and, Operation(and, a, b), Unary(not, c))",
    "a or b": "Operation(or, a, b)",
    "a @ b // c << d": "Operation(<<, Operation(//, Operation(@, a, b), c), d)",
    "a < b <= c not in d is not e": "Compare(a, [[< b] [<= c] [not in d] [is not e]])",
    "-a ** ~b": "Unary(-, Operation(**, a, Unary(~, b)))",
    "a if b else c": "Conditional(b, a, c)",
    "lambda a, b=1, *c, d, **e: a": (
        "Lambda(Function(-, [Parameter(a, either) Parameter(b, either, 1) Parameter(c, *) Parameter(d, keyword)"
        " Parameter(e, **)], [Return(a)]))"
    ),
    "(lambda: (yield))": "Lambda(Function(-, [], [Return(Yield(None))], [], None, False, True))",
    "f(x for x in y)": "Call(f, [Argument(Comprehension(generator, None, x, [Clause(x, y, [])]))])",
    "[*a for a in b]": "Comprehension(list, None, Starred(a), [Clause(a, b, [])])",
    "{**a for a in b}": "Comprehension(dict, None, Starred(a), [Clause(a, b, [])])",
    "{a async for a in b}": "Comprehension(set, None, a, [Clause(a, b, [])])",
    "{a: b for a, b in c if d if e for f in g}": (
        "Comprehension(dict, a, b, [Clause(Display(tuple, [a b]), c, [d e]) Clause(f, g, [])])"
    ),
    "(n := f())": "Walrus(n, Call(f, []))",
    "(yield)": "Yield(None)",
    "True, False, None, ...": "Display(tuple, [True False None Opaque([])])",
    "1_000, 1e3, .5, 0o17, 0x1F": "Display(tuple, [1000 1000.0 0.5 15 31])",
    "2j, 99999999999999999999": "Display(tuple, [Opaque([]) Opaque([])])",
    "1" * 10_000: "Opaque([])",
    "print('a')": "Call(print, [Argument('a')])",
    "match[a].b": "Attribute(Subscript(match, a), b)",
    "ﬁ": "fi",
}
STRINGS = {
    """'a' "b" '''c'''""": "'abc'",
    r"b'\xff' rb'\x' b'\u0041\N{X}\101\n'": r"b'ÿ\\x\\u0041\\N{X}A\n'",
    r"'\x41\u00e9\N{BULLET}\101\q\n\'\U0001F600'": repr("Aé\N{BULLET}A\\q\n'\U0001f600"),
    "'a\\\nb'": "'ab'",
    r"'\N{NO SUCH NAME}\xZ\U99999999'": r"'\\N{NO SUCH NAME}\\xZ\\U99999999'",
    r"'\ud800'": "'\ufffd'",
    r"r'\x41'": r"'\\x41'",
    "'''a\r\nb\rc'''": r"'a\nb\nc'",
    r"f'a{{{b}}}\n{c!s}'": r"FString(['a{' b '}\n' c])",
    r"rf'\n{c}'": r"FString(['\\n' c])",
    "f''": "FString([])",
    "'a' f'{b}' rf'c'": "FString(['a' b 'c'])",
    "f'{a!r}'": "FString([a], False)",
    "f'{a:>{b}.{c}}d'": "FString([a b c 'd'], False)",
    "f'{a=}'": "FString([a], False)",
    "f'''{f'{'x'}'}'''": "FString([FString(['x'])])",
    "t'a{b!r:{c}}'": "Opaque([b c])",
}
STATEMENTS = {
    "x = y = 1": "Assign([x y], 1)",
    "*a, b = c": "Assign([Display(tuple, [Starred(a) b])], c)",
    "x: int = 2": "Assign([x], 2, int)",
    "x: 'Client'": "Assign([x], None, 'Client')",
    "a.b @= c": "Augment(Attribute(a, b), @, c)",
    "a; b; pass": "Evaluate(a) Evaluate(b)",
    "'''Words.'''": "Evaluate('Words.')",
    "return": "Return(None)",
    "raise": "Leave(raise)",
    "raise A from c": "Evaluate(c) Leave(raise, A)",
    "assert a, b": "If(a, [], [Evaluate(b) Leave(raise)])",
    "del a.b, c[0]": "Evaluate(Attribute(a, b)) Evaluate(Subscript(c, 0))",
    "del (a)": "Evaluate(a)",
    "global a, b": "Declare(global, [a b])",
    "nonlocal c": "Declare(nonlocal, [c])",
    "import a.b, c as d": "Import(a.b) Import(c, d)",
    "from . import a": "ImportFrom(-, 1, [[a a]])",
    "from ..b.c import (d as e, f,)": "ImportFrom(b.c, 2, [[d e] [f f]])",
    "from a import *": "ImportFrom(a, 0, [[* *]])",
    "lazy import a": "Import(a)",
    "lazy from a import b": "ImportFrom(a, 0, [[b b]])",
    "type X[T] = list[T]": "Assign([X], Subscript(list, T))",
    "match = case = type = 1": "Assign([match case type], 1)",
    "if a: b\nelif c: d\nelse: e": "If(a, [Evaluate(b)], [If(c, [Evaluate(d)], [Evaluate(e)])])",
    "for a, b in c: break\nelse: d": "For(Display(tuple, [a b]), c, [Leave(break)], [Evaluate(d)])",
    "while a: continue\nelse: b": "While(a, [Leave(continue)], [Evaluate(b)])",
    "with a as b, c: d": "With([[a b] [c None]], [Evaluate(d)])",
    "with (a as (b, c), d,): e": "With([[a Display(tuple, [b c])] [d None]], [Evaluate(e)])",
    "try: a\nexcept B as c: d\nexcept: e\nelse: f\nfinally: g": (
        "Try([Evaluate(a)], [Handler(B, c, [Evaluate(d)]) Handler(None, -, [Evaluate(e)])], [Evaluate(f)], [Evaluate(g)])"
    ),
    "try: a\nexcept A, B: c": "Try([Evaluate(a)], [Handler(Display(tuple, [A B]), -, [Evaluate(c)])], [], [])",
    "try: a\nexcept* B: c": "Try([Evaluate(a)], [Handler(B, -, [Evaluate(c)])], [], [])",
    "def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> int: return a": (
        "Define(Function(f, [Parameter(a, positional) Parameter(b, either, 1, int) Parameter(args, *, None, str)"
        " Parameter(c, keyword) Parameter(d, keyword, 2) Parameter(kw, **)], [Return(a)], [], int))"
    ),
    "async def f(): await g()": "Define(Function(f, [], [Evaluate(Await(Call(g, [])))], [], None, True))",
    "def f(): x = yield from g()": (
        "Define(Function(f, [], [Assign([x], Yield(Call(g, []), True))], [], None, False, True))"
    ),
    "def f():\n    def g(): yield": (
        "Define(Function(f, [], [Define(Function(g, [], [Evaluate(Yield(None))], [], None, False, True))]))"
    ),
    "async def f():\n    async for a in b: pass\n    async with c: pass": (
        "Define(Function(f, [], [For(a, b, [], [], True) With([[c None]], [], True)], [], None, True))"
    ),
    "@d(1)\n@e\ndef f[T: int](a: T): pass": (
        "Define(Function(f, [Parameter(a, either, None, T)], [], [Call(d, [Argument(1)]) e]))"
    ),
    "@d\nclass A[T](B, *C, metaclass=D): x = 1": (
        "DefineClass(Class(A, [Argument(B) Argument(C, -, *) Argument(D, metaclass)], [Assign([x], 1)], [d]))"
    ),
}
PATTERNS = {
    "1 | 'b' | None": "OrPattern([ValuePattern(1) ValuePattern('b') ValuePattern(None)])",
    "A.b": "ValuePattern(Attribute(A, b))",
    "-1": "ValuePattern(Unary(-, 1))",
    "_": "CapturePattern(-)",
    "x": "CapturePattern(x)",
    "[x, *_, y]": "SequencePattern([CapturePattern(x) CapturePattern(-) CapturePattern(y)], 1)",
    "x, *rest": "SequencePattern([CapturePattern(x) CapturePattern(rest)], 1)",
    "[]": "SequencePattern([])",
    "{'a': 1, **rest}": "MappingPattern([['a' ValuePattern(1)]], rest)",
    "A(b, c=d)": "ClassPattern(A, [CapturePattern(b)], [[c CapturePattern(d)]])",
    "{'a': x} as y": "CapturePattern(y, MappingPattern([['a' CapturePattern(x)]]))",
}


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_an_expression_keeps_its_parts(source: str) -> None:
    assert shapes(source) == f"Evaluate({EXPRESSIONS[source]})"


@pytest.mark.parametrize("source", STRINGS)
def test_a_string_has_its_value(source: str) -> None:
    assert shapes(source) == f"Evaluate({STRINGS[source]})"


@pytest.mark.parametrize("source", STATEMENTS)
def test_a_statement_keeps_its_parts(source: str) -> None:
    assert shapes(source) == STATEMENTS[source]


@pytest.mark.parametrize("source", PATTERNS)
def test_a_pattern_keeps_its_parts(source: str) -> None:
    assert shapes(f"match a:\n    case {source}: b") == f"Match(a, [Case({PATTERNS[source]}, None, [Evaluate(b)])])"


def test_a_guard_belongs_to_its_case() -> None:
    assert shapes("match a, b:\n    case x if x: pass") == (
        "Match(Display(tuple, [a b]), [Case(CapturePattern(x), x, [])])"
    )


# Places


def nodes(value: object) -> list[ir.Node]:
    """All nodes below a value, without the parts of f-strings that have no quotes."""
    found: list[ir.Node] = []
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, tuple):
            rest += item
        elif isinstance(item, ir.FString):
            found.append(item)
            rest += [part for part in item.parts if not isinstance(part, ir.Constant)]
        elif isinstance(item, msgspec.Struct):
            found += [item] if isinstance(item, ir.Node) else []
            rest += [getattr(item, name) for name in item.__struct_fields__]
    return found


def misplaced(source: str) -> list[tuple[str, str]]:
    """Expressions whose text, lowered alone, is not what they are; and functions that do not start with `def`."""
    wrong = []
    for node in nodes(module_of(source).body):
        text = source[node.start : node.end]
        if isinstance(node, (ir.Define, ir.DefineClass)):
            right = text.startswith(("def ", "async def ", "class ")) and not text[-1].isspace()
        elif isinstance(node, ir.Starred) or not isinstance(node, ir.Expr) or "Opaque" in shape(node):
            right = not text[:1].isspace() and not text[-1:].isspace()
        else:
            alone = lower(f"({text}\n)".encode())
            right = isinstance(alone, ir.Module) and shape(alone.body) == f"[Evaluate({shape(node)})]"
        if not right:
            wrong.append((shape(node), text))
    return wrong


@pytest.mark.parametrize(
    "path",
    [
        "analyzer/leastscope/python/syntax/ir.py",
        "analyzer/leastscope/python/syntax/literals.py",
        "analyzer/leastscope/python/syntax/faults.py",
    ],
)
def test_the_text_at_the_place_of_a_node_is_the_node(path: str) -> None:
    assert misplaced((ROOT / path).read_text()) == []


# The comma of an index lies outside of its one item, so that tuple cannot be read alone.
@pytest.mark.parametrize("source", sorted({*EXPRESSIONS, *STRINGS, *STATEMENTS} - {"a[b,]"}))
def test_each_construct_has_its_place_among_blanks_and_parentheses(source: str) -> None:
    lines = "".join(f"    {line}\n" for line in source.splitlines())
    assert misplaced(f"\x0c# é\nif ( # a\n  (x) ) :\n\n{lines}    ( \\\n (y ) )(\n # b\n  z , ) # c\n") == []


def test_own_parentheses_lie_outside() -> None:
    (statement,) = module_of("( ( a.b ) )\n").body
    assert isinstance(statement, ir.Evaluate)
    assert (statement.start, statement.end) == (0, 11)
    assert (statement.value.start, statement.value.end) == (4, 7)


def test_decorators_lie_outside() -> None:
    (statement,) = module_of("@a\n# b\nasync def f():\n    pass\n\n").body
    assert isinstance(statement, ir.Define)
    assert (statement.start, statement.end, statement.function.start) == (7, 30, 7)


def test_blanks_that_the_parser_forgets_move_nothing() -> None:
    source = "try:\n    a\nexcept (A, B) :\n    b\nelse :\n    c\nd(e)\n"
    last = module_of(source).body[-1]
    assert source[last.start : last.end] == "d(e)"


def test_text_between_the_fields_of_an_f_string_has_its_place() -> None:
    source = "f'a{ b }cd{e:>4}{{f'"
    texts = [source[node.start : node.end] for node in _parts(source) if isinstance(node, ir.Constant)]
    assert texts == ["a", "cd", "{{f"]


def _parts(source: str) -> tuple[ir.Expr, ...]:
    (statement,) = module_of(source).body
    assert isinstance(statement, ir.Evaluate)
    assert isinstance(statement.value, ir.FString)
    return statement.value.parts


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_tokenizer_says(end: str) -> None:
    module = module_of(f"a{end}'''{end}'''{end}b # \u2028")
    assert len(module.lines) == 4
    assert ir.span_of(module.lines, "p", module.body[-1].start, module.body[-1].end).line == 4


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xef\xbb\xbfx = '\xc3\xa9'", "é"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "é"),
        (b"#!python\n# vim: set fileencoding=cp1252 :\nx = '\x80'", "\u20ac"),
        (b"\r\n# coding=shift_jis\r\nx = '\x82\xa0'", "\u3042"),
        (b"x = 1\n# coding: latin-1\nx = '\xc3\xa9'", "é"),
        (b"x = '\xc3\xa9'", "é"),
    ],
)
def test_bytes_are_read_as_the_file_says(data: bytes, value: str) -> None:
    last = module_of(data).body[-1]
    assert isinstance(last, ir.Assign)
    assert isinstance(last.value, ir.Constant)
    assert last.value.value == value


def test_a_byte_order_mark_takes_no_column() -> None:
    assert module_of("\ufeffa\n").body[0].start == 0


@pytest.mark.parametrize("source", ["", "\n", "# a", "\x0c\n", "\ufeff"])
def test_a_file_without_code_has_an_empty_body(source: str) -> None:
    assert module_of(source).body == ()


def test_only_comments_that_address_this_tool_are_kept() -> None:
    source = "# leastscope: a\nx = '# leastscope: b' # c\nf'''\n# leastscope: {d}'''\ng(  # leastscope: e\n)"
    assert module_of(source).comments == ((1, "# leastscope: a"), (5, "# leastscope: e"))


def test_the_form_can_be_written_and_read_back() -> None:
    sources = [*EXPRESSIONS, *STRINGS, *STATEMENTS, *(f"match a:\n case {pattern}: b" for pattern in PATTERNS)]
    for source in sources:
        module = module_of(source)
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(module), type=ir.Module) == module


# What cannot be read

UNREADABLE = {
    "closes_nothing.py": ("syntax-error", 1, "')' closes nothing"),
    "conflict.py": ("syntax-error", 2, "invalid syntax"),
    "cut_off.py": ("syntax-error", 2, "invalid syntax"),
    "dedent.py": ("syntax-error", 4, "no matching outer block for dedent"),
    "deep_blocks.py": ("too-deep", 61, "more than 60 blocks inside one another"),
    "deep_brackets.py": ("too-deep", 1, "more than 100 brackets inside one another"),
    "deep_calls.py": ("too-deep", 1, "more than 100 brackets inside one another"),
    "dollar.py": ("syntax-error", 2, "'$' is not a valid character in this position"),
    "endless_f_string.py": ("syntax-error", 2, "'{' was never closed"),
    "endless_string.py": ("syntax-error", 2, "a string that does not end"),
    "long_chain.py": ("too-deep", 1, "more than 350 operations inside one another"),
    "long_elif.py": ("too-deep", 703, "more than 350 operations inside one another"),
    "long_sum.py": ("too-deep", 1, "more than 350 operations inside one another"),
    "many_lambdas.py": ("too-deep", 1, "more than 350 operations inside one another"),
    "many_nots.py": ("too-deep", 1, "more than 350 operations inside one another"),
    "nested_f_strings.py": ("too-deep", 1, "more than 100 brackets inside one another"),
    "nested_mappings.py": ("too-deep", 2, "patterns are nested too deep"),
    "nested_patterns.py": ("too-deep", 2, "patterns are nested too deep"),
    "never_closed.py": ("syntax-error", 1, "'(' was never closed"),
    "no_text_encoding.py": ("undecodable", 1, "the coding comment names no known encoding of text"),
    "not_utf8.py": ("undecodable", 2, "byte 0xe9 is not valid utf-8"),
    "notebook.py": ("syntax-error", 2, "invalid syntax"),
    "null_byte.py": ("syntax-error", 2, "a null byte"),
    "python2_backticks.py": ("syntax-error", 2, "looks like Python 2"),
    "python2_exec.py": ("syntax-error", 2, "looks like Python 2"),
    "python2_octal.py": ("syntax-error", 3, "looks like Python 2"),
    "python2_print.py": ("syntax-error", 5, "looks like Python 2"),
    "python2_raise.py": ("syntax-error", 2, "looks like Python 2"),
    "python2_string.py": ("syntax-error", 1, "looks like Python 2"),
    "python2_unequal.py": ("syntax-error", 2, "looks like Python 2"),
    "tabs.py": ("syntax-error", 3, "inconsistent mixing of tabs and spaces"),
    "template.py": ("syntax-error", 2, "'}' closes nothing"),
    "two_names.py": ("syntax-error", 2, "invalid syntax"),
    "unknown_encoding.py": ("undecodable", 1, "the coding comment names no known encoding of text"),
    "utf16.py": ("undecodable", 1, "byte 0xff is not valid utf-8"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_broken_file_says_what_is_wrong_and_where(name: str) -> None:
    found = lower((BROKEN / name).read_bytes())
    assert isinstance(found, ir.Unreadable)
    assert (found.kind, found.line, found.reason) == UNREADABLE[name]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("first = 1\nsecond third\n", (2, 8)),
        ("def f(\n  x = 3 4  \n)\n", (2, 9)),
        ("if x:\ny\n", (2, 1)),
        ("é = 'é' b", (1, 9)),
        ("a\nb)", (2, 2)),
        ("x(\n\n", (1, 2)),
        ("a = 1\nb = 12__3", (2, 5)),
        ("\\x", (1, 1)),
    ],
)
def test_a_syntax_error_is_placed_at_the_token_that_is_wrong(source: str, place: tuple[int, int]) -> None:
    found = lower(source.encode())
    assert isinstance(found, ir.Unreadable)
    assert (found.line, found.column) == place


def test_what_the_parser_trips_over_is_a_syntax_error() -> None:
    found = lower(b"'a' t'{b}'")
    assert isinstance(found, ir.Unreadable)
    assert found.kind == "syntax-error"


def test_too_large_a_file_is_not_decoded() -> None:
    found = lower(b"\xff" * 5_000_000)
    assert isinstance(found, ir.Unreadable)
    assert (found.kind, found.line, found.column) == ("too-large", 1, 1)


def test_two_thousand_adjacent_strings_are_one() -> None:
    (plain,) = module_of("(" + '"a"\n' * 2000 + ")").body
    assert isinstance(plain, ir.Evaluate)
    assert isinstance(plain.value, ir.Constant)
    assert plain.value.value == "a" * 2000
    (formatted,) = module_of("(" + "f'{a}'\n'b'\n" * 1000 + ")").body
    assert isinstance(formatted, ir.Evaluate)
    assert isinstance(formatted.value, ir.FString)
    assert len(formatted.value.parts) == 2000


def test_the_deepest_code_that_is_allowed_fits_below_a_deep_caller() -> None:
    def call(depth: int, source: bytes) -> ir.Module | ir.Unreadable:
        return lower(source) if not depth else call(depth - 1, source)

    for source in (b"a" + b" + a" * 340, b"f(a" * 95 + b")" * 95, b"if a: b\n" + b"elif a: b\n" * 300):
        assert isinstance(call(150, source), ir.Module)


MARKS = """
a b é 1 0x 0777 1e ... ** // <> -> := {{ }} {x!r:>{y}} ' " \'\'\' \""" f' t" rb' # ( ) [ ] { } : , . = @ ; ! $ `
lambda if else for in not await async yield def class match case import from with try except print
"""
BLANKS = (" ", "\\", "\n", "\n    ", "\t", "\f", "\r", "\0", "\ufeff")
SOUP = st.lists(st.sampled_from((*MARKS.split(), *BLANKS)), max_size=40)


@settings(max_examples=400, deadline=None)
@given((SOUP.map("".join) | SOUP.map(" ".join)).map(str.encode) | st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(lower(data), (ir.Module, ir.Unreadable))


@pytest.mark.slow
def test_the_standard_library_is_read_and_calls_lie_where_their_functions_do() -> None:
    unread = []
    modules = [path for path in sorted(STANDARD_LIBRARY.rglob("*.py")) if "site-packages" not in path.parts]
    for path in modules[::5]:
        data = path.read_bytes()
        found = lower(data)
        if isinstance(found, ir.Module):
            encoding = "utf-8-sig" if "coding" not in data.decode("latin-1")[:200] else None
            assert encoding is None or calls_misplaced(data.decode(encoding), found) == [], path
        elif _compiles(data):
            unread.append((path, found))
    assert unread == []


def calls_misplaced(text: str, module: ir.Module) -> list[str]:
    """Calls that do not begin with their function, parentheses aside, or do not end with a parenthesis."""
    calls = [node for node in nodes(module.body) if isinstance(node, ir.Call)]
    return [
        text[call.start : call.end]
        for call in calls
        if text[call.start : call.func.start].strip("( \t\n\\") or text[call.end - 1] != ")"
    ]


def _compiles(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True
