"""Changes of the code that change nothing of what it does change nothing of what is found."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files, summary_by_file, summary_of
from places import FIXTURES
from tools.metamorphic.__main__ import compared, read_files
from tools.metamorphic.catalog import TRANSFORMATIONS, changes_of
from tools.metamorphic.compare import DETAILS, facts_of
from tools.metamorphic.source import Program

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tools.metamorphic.compare import Facts

CALLS = FIXTURES / "calls" / "stripe"
ALL = sorted(path.stem for path in CALLS.glob("*.py"))
PLAIN = [
    "accounts",
    "client",
    "expansions",
    "expressions",
    "flow",
    "gaps_dynamic",
    "gaps_unknown_member",
    "keys",
    "lists",
    "possible",
    "raw_requests",
    "results",
    "wrappers",
]
"""Fixtures that name the library only as `stripe`, and that hold nothing a function's body cannot hold."""


Summary = dict[str, "Counter[tuple[str, ...]]"]


def found_in(sources: dict[str, str], root: Path) -> Summary:
    """What is found in each of several files that have nothing to do with one another."""
    return summary_by_file(inventory_of_files({f"{name}.py": text for name, text in sources.items()}, root))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    sources = {name: (CALLS / f"{name}.py").read_text(encoding="utf-8") for name in ALL}
    return found_in(sources, tmp_path_factory.mktemp("before"))


def parsed(name: str) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements that have to come first in a file, and all others."""
    body = ast.parse((CALLS / f"{name}.py").read_bytes()).body
    first = [body.pop(0)]
    while isinstance(body[0], ast.ImportFrom) and body[0].module == "__future__":
        first.append(body.pop(0))
    return first, body


def unparsed(*bodies: Sequence[ast.stmt]) -> str:
    module = ast.Module([statement for body in bodies for statement in body], [])
    return ast.unparse(ast.fix_missing_locations(module))


def changed(found: Summary, before: Summary, names: list[str]) -> list[str]:
    return [name for name in names if found.get(f"{name}.py") != before.get(f"{name}.py")]


def under_if(body: list[ast.stmt]) -> ast.stmt:
    return ast.If(ast.Constant(value=True), body, [])


def under_try(body: list[ast.stmt]) -> ast.stmt:
    return ast.Try(body, [], [], [ast.Pass()])


def under_with(body: list[ast.stmt]) -> ast.stmt:
    call = ast.parse("open('lock')", mode="eval").body
    return ast.With([ast.withitem(call, ast.Name("lock", ast.Store()))], body)


def in_a_function(body: list[ast.stmt]) -> ast.stmt:
    function = ast.parse("def main():\n    pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    return function


@pytest.mark.parametrize("wrap", [under_if, under_try, under_with], ids=["if", "try", "with"])
def test_a_block_around_everything_changes_nothing(
    wrap: Callable[[list[ast.stmt]], ast.stmt], before: Summary, tmp_path: Path
) -> None:
    sources = {}
    for name in ALL:
        first, body = parsed(name)
        sources[name] = unparsed(first, [wrap(body)])
    assert changed(found_in(sources, tmp_path), before, ALL) == []


def test_a_function_around_everything_changes_nothing(before: Summary, tmp_path: Path) -> None:
    call = ast.parse("main()").body
    sources = {name: unparsed([in_a_function(parsed(name)[1])], call) for name in PLAIN}
    assert changed(found_in(sources, tmp_path), before, PLAIN) == []


class Renamed(ast.NodeTransformer):
    """The library under another name."""

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if alias.name == "stripe":
                alias.asname = "payments"
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("payments", node.ctx) if node.id == "stripe" else node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg("payments") if node.arg == "stripe" else node


def test_another_name_for_the_library_changes_nothing(before: Summary, tmp_path: Path) -> None:
    sources = {name: ast.unparse(Renamed().visit(ast.parse(unparsed(*parsed(name))))) for name in PLAIN}
    assert changed(found_in(sources, tmp_path), before, PLAIN) == []


def test_importing_the_library_from_a_module_of_ones_own_changes_nothing(before: Summary, tmp_path: Path) -> None:
    sources = {
        name: unparsed(*parsed(name)).replace("import stripe\n", "from compat import stripe\n", 1) for name in PLAIN
    }
    assert changed(found_in({**sources, "compat": "import stripe\n"}, tmp_path), before, PLAIN) == []


HELPERS = """
def client():
    return stripe.StripeClient("k")

def find(resource, id):
    return getattr(stripe, resource).retrieve(id)

class Gateway:
    def __init__(self):
        self.customers = client().customers

    def remove(self, id):
        return self.customers.delete(id)
"""
USES = """
client().invoices.list()
find("Charge", "ch_1").capture()
find("Coupon", "c")
Gateway().remove("cus_1")
Gateway().customers.list()
"""
HERE = {"app.py": f"import stripe\n{HELPERS}{USES}"}


@pytest.mark.parametrize(
    "files",
    [
        {"helpers.py": f"import stripe\n{HELPERS}", "app.py": f"from helpers import *\n{USES}"},
        {"z.py": f"import stripe\n{HELPERS}", "a.py": f"from z import Gateway, client, find\n{USES}"},
        {"a.py": f"import stripe\n{HELPERS}", "z.py": f"from a import Gateway, client, find\n{USES}"},
        {"p/__init__.py": "", "p/a.py": f"import stripe\n{HELPERS}", "p/b.py": f"from .a import *\n{USES}"},
        {
            "p/__init__.py": "from .deep.er import Gateway, find, client",
            "p/deep/er.py": f"import stripe\n{HELPERS}",
            "b.py": f"from p import Gateway, find, client\n{USES}",
        },
        {"src/helpers.py": f"import stripe\n{HELPERS}", "bin/app.py": f"from helpers import *\n{USES}"},
        {"app.py": f"def main():\n    import stripe\n{(HELPERS + USES).replace(chr(10), chr(10) + '    ')}\nmain()"},
    ],
    ids=["star", "a use before", "a use after", "relative", "handed on", "another root", "nested"],
)
def test_helpers_do_the_same_wherever_they_stand(files: dict[str, str], tmp_path: Path) -> None:
    alone = summary_of(inventory_of_files(HERE, tmp_path / "alone"))
    assert sum(alone.values()) == 6
    assert summary_of(inventory_of_files(files, tmp_path / "apart")) == alone


@pytest.mark.parametrize("case", ["packages", "wrapper_layers"])
def test_the_order_in_which_modules_are_evaluated_decides_nothing(case: str, tmp_path: Path) -> None:
    """Files are sorted before anything looks at them: only other names give another order."""
    root = CALLS / case
    files = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    expected = summary_of(inventory_of_files(files, tmp_path / "before"))
    modules = {name for path in files for name in path.removesuffix(".py").split("/")}
    names = sorted(modules & {"app", "shop", "deep", "inner", "repository", "gateway", "sibling", "api"})
    orders = set()
    for shift in range(len(names)):
        wanted = {name: f"m{(place + shift) % len(names)}_{name}" for place, name in enumerate(names)}
        renamed = {_with_names(path, wanted): _with_names(text, wanted) for path, text in files.items()}
        assert summary_of(inventory_of_files(renamed, tmp_path / str(shift))) == expected
        orders.add(tuple(sorted(files, key=lambda path, wanted=wanted: _with_names(path, wanted))))  # type: ignore[misc]
    assert len(orders) > 1


PLAN = """
import stripe

client = stripe.StripeClient("k")

class Plan:
    def fetch(self, kind):
        return getattr(client, kind).list()
"""
SAME_NAME = "import stripe\n\nclass Plan:\n    def fetch(self, kind):\n        return kind\n"
RELATED = """
import stripe
from django.db import models

class Sub(models.Model):
    plan = models.ForeignKey("app.Plan")

def run(sub: Sub):
    sub.plan.fetch("customers")
"""


@pytest.mark.parametrize("others", [("a.py", "z.py"), ("z.py", "a.py"), ("a.py", "b.py"), ("z.py", "y.py")])
def test_a_name_that_two_classes_have_leads_to_neither_in_any_order(others: tuple[str, str], tmp_path: Path) -> None:
    files = {others[0]: PLAN, others[1]: SAME_NAME, "m.py": RELATED}
    found = inventory_of_files(files, tmp_path)
    assert [need.path for need in found.needs] == []
    assert [(gap.kind, gap.span.path) for gap in found.gaps] == [("open-parameter", others[0])]


def test_a_name_that_one_class_has_leads_to_it(tmp_path: Path) -> None:
    found = inventory_of_files({"z.py": PLAN, "m.py": RELATED}, tmp_path)
    assert [(need.path, need.request.span.path) for need in found.needs] == [("/v1/customers", "m.py")]


@pytest.mark.parametrize("turned", [False, True])
def test_branches_mirrored_say_the_same_of_the_account(turned: bool, tmp_path: Path) -> None:
    read = ("os.environ['A']", "os.getenv('A')")
    one, other = read[::-1] if turned else read
    text = (
        "import os\nimport stripe\n\ndef run(live):\n"
        f"    account = {one} if live else {other}\n"
        "    stripe.Customer.list(stripe_account=account)\n"
    )
    found = inventory_of_files({"app.py": text}, tmp_path)
    assert [need.request.account for need in found.needs] == ["unknown"]


def _with_names(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)


def test_the_order_of_definitions_decides_nothing(before: Summary, tmp_path: Path) -> None:
    first, body = parsed("wrappers")
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import)
    definitions = [statement for statement in body if isinstance(statement, kinds)]
    uses = [statement for statement in body if not isinstance(statement, kinds)]
    turned = found_in({"wrappers": unparsed(first, definitions[::-1], uses)}, tmp_path)
    assert turned["wrappers.py"] == before["wrappers.py"]


def test_a_file_that_has_nothing_to_do_with_it_changes_nothing(tmp_path: Path) -> None:
    alone = summary_of(inventory_of_files(HERE, tmp_path / "alone"))
    other = (
        "class Gateway:\n    def remove(self, id):\n        return id\n\ndef find(resource, id):\n    return resource\n"
    )
    files = {**HERE, "other.py": other, "unrelated/app.py": "from other import *\nfind('Charge', 'x')\n"}
    assert summary_of(inventory_of_files(files, tmp_path / "with")) == alone


def test_the_layout_of_sets_in_memory_changes_no_byte(tmp_path: Path) -> None:
    """String hashes differ from process to process; evidence, order and counts must not."""
    alone = shutil.copytree(CALLS, tmp_path / "calls")  # in the checkout, all of it would be the project
    command = [sys.executable, "-m", "leastscope", "requests", ".", "--format", "json"]
    outputs = {
        subprocess.run(  # noqa: S603 - our own program on our own fixtures
            command,
            cwd=alone,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(FIXTURES.parent / "analyzer")},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


CHOSEN = [
    "annotations",
    "asynchronous",
    "client",
    "dynamic_names",
    "factories",
    "lists",
    "names_bound",
    "on_self",
    "results",
    "wrappers",
]
"""Fixtures of many shapes; all of them would take too long for every run."""
OWN_FOLDERS = ["packages", "wrapper_layers", "own_package"]
DEBTS = {
    "wrap-call": {
        "wrappers.py",  # which fields a request expands is handed on by two inner functions
    },
}
"""For each transformation the fixtures where it still makes a difference."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Program, Facts]]:
    chosen = {f"{name}.py": (CALLS / f"{name}.py").read_text(encoding="utf-8") for name in CHOSEN}
    files = [chosen, *(read_files(CALLS / name) for name in OWN_FOLDERS)]
    return [(Program(one), facts_of(one, tmp_path_factory.mktemp("unchanged"))) for one in files]


APART = ("method-to-function", "mirror-branches")
"""Transformations that find nothing to change in the chosen fixtures, and have tests of their own."""


@pytest.mark.parametrize("name", [name for name in TRANSFORMATIONS if name not in APART])
def test_a_transformed_program_needs_the_same_at_the_same_lines(
    name: str, programs: list[tuple[Program, Facts]]
) -> None:
    """Whose account and which key is not held against each other; debts fail here once they are paid."""
    changes = [changes_of(name, program) for program, _ in programs]
    found = [
        difference
        for (program, before), made in zip(programs, changes, strict=True)
        if made
        for difference in compared(program, made, before)
        if difference.fact[0] not in DETAILS
    ]
    debts = DEBTS.get(name, set())
    assert any(changes)
    assert [str(one) for one in found if one.place.path not in debts] == []
    assert {one.place.path for one in found} == debts


METHODS = """
import stripe

class Gateway:
    def __init__(self, key):
        self.client = stripe.StripeClient(key)

    def _resource(self, name):
        return getattr(self.client, name)

    def clean(self):
        self._resource("customers").delete("cus_1")
        self._resource("coupons").list()
"""


def test_a_method_and_a_function_that_is_given_the_object_do_the_same(tmp_path: Path) -> None:
    program = Program({"app.py": METHODS})
    before = facts_of(program.files, tmp_path)
    changes = changes_of("method-to-function", program)
    assert len(changes) == 1
    assert len(before) == 6
    assert [str(one) for one in compared(program, changes, before)] == []


def test_branches_in_another_order_do_the_same(tmp_path: Path) -> None:
    chosen = ("flow.py", "http_told_later.py", "nothing_unreachable.py")
    program = Program({name: (CALLS / name).read_text(encoding="utf-8") for name in chosen})
    changes = changes_of("mirror-branches", program)
    assert len(changes) == 3
    assert [str(one) for one in compared(program, changes, facts_of(program.files, tmp_path))] == []
