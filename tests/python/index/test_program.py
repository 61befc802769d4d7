"""What a file binds and defines, and what encloses what."""

from __future__ import annotations

import pytest

from leastscope.python.index.program import ModuleInfo, last_name, module_info, names_read, target_names
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower


def info(text: str) -> ModuleInfo:
    tree = lower(text.encode())
    assert isinstance(tree, ir.Module), tree
    return module_info("shop/a.py", tree, in_tests=False)


def expression(text: str) -> ir.Expr:
    (statement,) = info(f"x = {text}").tree.body
    assert isinstance(statement, ir.Assign)
    assert statement.value is not None
    return statement.value


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = b = 1", "a b"),
        ("a, (b, *c) = d", "a b c"),
        ("a.b = c[d] = 1", ""),
        ("a += 1", "a"),
        ("a: int = 1", "a"),
        ("for a, b in c: d = 1\nelse: e = 1", "a b d e"),
        ("while (a := b): c = 1", "a c"),
        ("with a as b, c as (d, e): pass", "b d e"),
        ("try: pass\nexcept E as a: b = 1\nfinally: c = 1", "a b c"),
        ("import a.b, c.d as e", "a e"),
        ("from a import b, c as d", "b d"),
        ("from a import *", ""),
        ("def f(a): b = 1", "f"),
        ("class C: a = 1", "C"),
        ("f = lambda a: (b := a)", "f"),
        ("match a:\n    case [b, *c] | {'k': b, **c} if d: e = 1", "b c e"),
        ("def f():\n    global a\n    a = 1", "a f"),
        ("class C:\n    def m(self):\n        if x:\n            global b", "C b"),
    ],
)
def test_the_names_of_a_module_are_those_that_its_statements_bind(text: str, names: str) -> None:
    assert sorted(info(text).bound) == names.split()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "return {}",
        "raise {}",
        "raise E from {}",
        "assert a, {}",
        "del a[{}]",
        "a = b = {}",
        "a[{}] = b",
        "a: {} = b",
        "a += {}",
        "if {}: pass",
        "if a: pass\nelif {}: pass",
        "if a: pass\nelse: {}",
        "while {}: pass",
        "while a: {}\nelse: pass",
        "for a in {}: pass",
        "for a[{}] in b: pass",
        "for a in b: pass\nelse: {}",
        "with {} as a: pass",
        "with a as b[{}]: pass",
        "with a: {}",
        "try: {}\nfinally: pass",
        "try: pass\nexcept {}: pass",
        "try: pass\nexcept E: {}",
        "try: pass\nexcept E: pass\nelse: {}",
        "try: pass\nfinally: {}",
        "match {}:\n    case a: pass",
        "match a:\n    case b if {}: pass",
        "match a:\n    case b: {}",
        "@{}\ndef f(): pass",
        "def f(a={}): pass",
        "lambda a={}: a",
        "@{}\nclass C: pass",
        "class C({}): pass",
        "class C(a={}): pass",
        "f'{{{}}}'",
        "a[b, {}:]",
        "[a for a in b if {}]",
        "(\n    {}\n)",
    ],
)
def test_a_name_and_a_function_in_an_expression_are_found_wherever_it_stands(text: str) -> None:
    block = "\n    ".join(text.format("(found := (lambda inner: inner))").splitlines())
    module = info(f"def around():\n    {block}")
    around, inner = module.functions[0], [one for one in module.functions.values() if one.node.parameters[:1]]
    assert "found" in around.locals
    assert around.has_inner
    assert (inner[-1].qualname, inner[-1].outer) == ("around.<lambda>", around.place)


def test_functions_classes_and_imports_are_kept_in_the_order_of_the_file() -> None:
    module = info(
        "if a:\n    import b, c\n    def f(x=lambda: 1): import d\nclass C:\n    def g(self): import e\nimport h"
    )
    assert [one.qualname for one in module.functions.values()] == ["f", "<lambda>", "C.g"]
    assert [load.module for load in module.loads] == ["b", "c", "d", "e", "h"]


def test_the_last_import_of_everything_counts_first() -> None:
    assert [star.module for star in info("from a import *\nif b:\n    from c import *\n").stars] == ["c", "a"]


@pytest.mark.parametrize(
    ("text", "names", "has_inner"),
    [
        ("def f(a, *b, c=1, **d): e = a", "a b c d e", False),
        ("def f():\n    global a\n    a = b = 1", "b", False),
        ("def f():\n    def g(x): y = 1\n    return g", "g", True),
        ("def f():\n    return lambda x: x", "", True),
        ("def f():\n    return [a for a in b]", "", False),
        ("async def f(a):\n    async with a as b:\n        async for c in b: pass", "a b c", False),
    ],
)
def test_a_function_has_its_parameters_and_what_it_binds_itself(text: str, names: str, has_inner: bool) -> None:
    function = info(text).functions[min(info(text).functions)]
    assert function.has_inner is has_inner
    assert set(names.split()) <= function.locals
    assert "y" not in function.locals


METHODS = """
class Desk(Base):
    def plain(self): ...
    @staticmethod
    def static(): ...
    @classmethod
    def made(cls): ...
    @property
    def shown(self): ...
    @functools.cached_property
    def kept(self): ...
    @shown.setter
    def shown2(self, value): ...
    def by_name(cls): ...
    def __init_subclass__(sub): ...
    if True:
        def under_if(self): ...
    also = lambda self: 1
    def outer(self):
        def inner(self): ...
        class Row:
            def cell(self): ...
"""


def test_methods_are_told_apart_by_their_decorators_and_by_the_name_of_their_first_parameter() -> None:
    found = {one.qualname: one.kind for one in info(METHODS).functions.values()}
    assert found == {
        "Desk.plain": "method",
        "Desk.static": "static",
        "Desk.made": "class",
        "Desk.shown": "property",
        "Desk.kept": "property",
        "Desk.shown2": "setter",
        "Desk.by_name": "class",
        "Desk.__init_subclass__": "class",
        "Desk.under_if": "method",
        "Desk.<lambda>": "function",
        "Desk.outer": "method",
        "Desk.outer.inner": "function",
        "Desk.outer.Row.cell": "method",
    }


def test_a_definition_knows_the_class_and_the_function_around_it() -> None:
    module = info(METHODS)
    functions = {one.qualname: one for one in module.functions.values()}
    classes = {one.qualname: one for one in module.classes.values()}
    assert functions["Desk.plain"].cls == classes["Desk"].place
    assert functions["Desk.<lambda>"].cls is None
    assert functions["Desk.outer.inner"].outer == functions["Desk.outer"].place
    assert classes["Desk.outer.Row"].outer == functions["Desk.outer"].place
    assert classes["Desk"].outer is None
    assert {"plain", "also", "outer", "under_if"} <= classes["Desk"].bound
    assert "inner" not in classes["Desk"].bound


def test_imports_are_kept_by_their_first_name_also_inside_of_functions() -> None:
    module = info("import a.b\ndef f():\n    from c.d import e\n    import g as h\nfrom k import *\n")
    assert module.imports == {"a", "c", "g", "k"}
    assert [star.module for star in module.stars] == ["k"]


@pytest.mark.parametrize(
    ("text", "name"), [("a", "a"), ("a.b.c", "c"), ("a.b(1)(2)", "b"), ("a[0]", ""), ("(a or b)", ""), ("1", "")]
)
def test_the_last_name_of_an_expression_is_that_of_what_is_called(text: str, name: str) -> None:
    assert last_name(expression(text)) == name


def test_places_are_regions_of_the_file() -> None:
    module = info("a = 1\nb = call(2)\n")
    statement = module.tree.body[1]
    assert isinstance(statement, ir.Assign)
    assert statement.value is not None
    span = module.span(statement.value)
    assert (span.path, span.line, span.column, span.end_line, span.end_column) == ("shop/a.py", 2, 5, 2, 12)
    assert module.span_at(0, 1).end_column == 2


def test_the_targets_of_an_assignment_are_its_plain_names_in_order() -> None:
    (statement,) = info("a, [b, *c], d.e, f[0] = x").tree.body
    assert isinstance(statement, ir.Assign)
    assert [name for target in statement.targets for name in target_names(target)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b", "b"),
        ("a.b = c.d", "d"),
        ("a.b.c = 1", "b"),
        ("a['k'] = 1", ""),
        ("a['k'].b = 1", "k"),
        ("a[c.d] = 1", "d"),
        ("f('k')", "k"),
        ("a.b += 1", "b"),
        ("def f():\n    return a.b", "b"),
        ("class A:\n    def f(self):\n        return self.b['k']", "b k"),
    ],
)
def test_names_that_are_read(text: str, names: str) -> None:
    assert names_read([info(text), None]) == frozenset(names.split())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import gate\ngate.a", ""),
        ("import gate\ngate.a.b", "b"),
        ("import shop.gate as door\ndoor.a", ""),
        ("from shop import gate\ngate.a", ""),
        ("from shop import other\nother.a", "a"),
        ("import framework\nframework.a", "a"),
    ],
)
def test_a_name_that_a_module_of_the_program_is_asked_for_is_no_field(text: str, names: str) -> None:
    gate = module_info("shop/gate.py", info("a = 1").tree, in_tests=False)
    assert names_read([info(text), gate]) == frozenset(names.split())
