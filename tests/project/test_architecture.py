"""The rules of the house that no linter knows; the layers are import-linter's, in CI."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from leastscope.rulebook.folders import FUNCTIONS
from leastscope.rulebook.functions import load_functions
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ENGINE_ROOT = ROOT / "analyzer" / "leastscope"
ENGINE = sorted(ENGINE_ROOT.rglob("*.py"))
MODULES = sorted(path for room in ("analyzer", "tools", "tests") for path in (ROOT / room).rglob("*.py"))
SYSTEMS = sorted({path.parent.name for path in (ROOT / "rules").glob("*/permissions.yaml")})
OTHER_VENDORS = ("adyen", "sparkpay")
OTHER_PACKAGES = {
    "boto3",
    "celery",
    "dramatiq",
    "flask",
    "huey",
    "peewee",
    "pyramid",
    "scrapy",
    "tryton",
    "twisted",
    "wrapt",
}
"""Packages that no row need speak of, and that code would be tempted to."""
OWN_DEPENDENCIES = {"msgspec"}
ENGLISH = {"attr", "backoff", "channels", "future", "mock", "requests", "responses", "retrying", "six"}
"""Packages that are called after words: of them, only dotted names in texts are looked for."""
LONGEST_MODULE = 600
LONGEST_FUNCTION = 60


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def imports(tree: ast.AST) -> set[str]:
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in found}


def long_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_bytes())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sized = [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [f"{shown(path)}: {name} has {size} lines" for name, size in sized if size > LONGEST_FUNCTION]


def below(path: Path) -> str:
    return path.relative_to(ENGINE_ROOT).as_posix()


def engine_files_where(found: set[str]) -> dict[str, set[str]]:
    """Map each file of the engine to those of the words that it calls or imports."""
    trees = {below(path): ast.parse(path.read_bytes()) for path in ENGINE}
    return {path: hit for path, tree in trees.items() if (hit := (calls(tree) | imports(tree)) & found)}


def test_there_is_an_engine_and_there_are_systems() -> None:
    assert len(ENGINE) > 50
    assert "stripe" in SYSTEMS


@pytest.mark.parametrize("vendor", [*SYSTEMS, *OTHER_VENDORS])
def test_the_engine_names_no_vendor(vendor: str) -> None:
    word = re.compile(re.escape(vendor), re.IGNORECASE)
    places = [
        f"{shown(path)}:{number}"
        for path in ENGINE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if word.search(line)
    ]
    assert places == []


def packages_in_rows() -> set[str]:
    """The packages that rows speak of, without Python's own modules."""
    rows = load_functions(ROOT / "rules" / FUNCTIONS)
    starts = [start for several in rows.anywhere.values() for start, _ in several]
    named = {*rows.functions, *rows.modules, *rows.settings, *rows.standing_in, *starts}
    for path in (ROOT / "rules" / "http" / "sdk").glob("*.yaml"):
        named.update(yaml.safe_load(path.read_text("utf-8"))["modules"])
    return {name.partition(".")[0] for name in named} - {""} - set(sys.stdlib_module_names)


def words_of_code(path: Path) -> list[tuple[int, str]]:
    """The words of a file with their lines, without imports."""
    lines = path.read_text("utf-8").splitlines()
    imported = ("import ", "from ")
    return [
        (number, word.lower())
        for number, line in enumerate(lines, start=1)
        if not line.lstrip().startswith(imported)
        for word in re.findall(r"[A-Za-z_]\w*", line)
    ]


def test_the_engine_names_no_package_of_others() -> None:
    packages = packages_in_rows()
    assert packages >= {"django", "fastapi", "odoo", "requests", "respx"}
    wanted = (packages | OTHER_PACKAGES) - OWN_DEPENDENCIES
    words = [(path, number, word) for path in ENGINE for number, word in words_of_code(path)]
    assert [f"{shown(path)}:{number} {word}" for path, number, word in words if word in wanted - ENGLISH] == []
    texts = [
        (path, node.lineno, node.value)
        for path in ENGINE
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    dotted = re.compile(rf"(?:{'|'.join(sorted(ENGLISH))})\.[A-Za-z_][\w.]*")
    assert [f"{shown(path)}:{line} {text}" for path, line, text in texts if dotted.fullmatch(text)] == []


def test_only_the_command_line_prints() -> None:
    assert engine_files_where({"print", "input"}) == {}
    assert {path.partition("/")[0] for path in engine_files_where({"click"})} == {"cli"}


def test_in_the_command_line_one_module_writes() -> None:
    writers = {"echo", "secho", "stdout", "stderr", "open", "write_bytes", "write_text"}
    attributes = {
        below(path): {node.attr for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Attribute)}
        for path in ENGINE
        if below(path).startswith("cli/")
    }
    assert {path for path, named in attributes.items() if named & writers} == {"cli/printing.py"}


def test_only_the_lowering_knows_libcst() -> None:
    assert engine_files_where({"libcst"}) == {"python/syntax/lower.py": {"libcst"}}


def test_nothing_is_evaluated_executed_or_unpickled() -> None:
    dangerous = {"eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "importlib"}
    assert engine_files_where(dangerous) == {}


def test_code_under_evaluation_writes_into_the_tables_through_one_door() -> None:
    """A value that is written past `Frame.store` goes where nobody follows it, and its calls are silent."""

    def writes(path: Path) -> bool:
        several = (node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call))
        return any(
            isinstance(called, ast.Attribute) and called.attr == "write" and "engine" in ast.unparse(called.value)
            for called in several
        )

    found = {below(path) for path in ENGINE if below(path).startswith("python/") and writes(path)}
    # The door itself; the order of classes and what a class has, beside it; what is judged while nothing runs.
    assert found == {
        "python/state/frame.py",
        "python/state/hierarchy.py",
        "python/state/carriers.py",
        "python/evaluate.py",
    }


def test_only_one_module_runs_another_program_and_that_is_git() -> None:
    assert engine_files_where({"subprocess"}) == {"git/command.py": {"subprocess"}}


def test_an_exception_of_any_kind_is_caught_at_the_door_only() -> None:
    broad = [
        below(path)
        for path in ENGINE
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert broad == ["cli/door.py"]


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_modules_and_functions_have_a_size_that_can_be_read(path: Path) -> None:
    assert len(path.read_bytes().splitlines()) <= LONGEST_MODULE
    assert long_functions(path) == []
