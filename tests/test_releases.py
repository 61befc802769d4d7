"""Which releases of a library the tree declares, and which modeled ones they stand for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from leastscope.releases import FILE_PATTERNS, Declared, applicable, declared_releases

MODELED = ("5.5.0", "7.14.0", "8.11.0", "11.6.0", "12.5.1", "16.1.0")


def declared(name: str, text: str) -> str:
    """Give what one file says of the distribution `acme-pay`, as text."""
    found = declared_releases([(name, text.encode())], ["acme-pay"]).for_file("x.py", "Acme_Pay")
    return " | ".join(sorted(str(one) for one in found))


PYPROJECT = """
[project]
dependencies = ["requests", "Acme.Pay>=7,<9 ; python_version > '3'", 3]
"""
GROUPS = """
[project.optional-dependencies]
pay = ["acme-pay==7.1"]
[dependency-groups]
dev = ["acme-pay==8.0", {include-group = "x"}]
[tool.uv]
dev-dependencies = ["acme-pay==9.0"]
[tool.pdm.dev-dependencies]
test = ["acme-pay==10.0"]
"""
POETRY = """
[tool.poetry.dependencies]
acme-pay = {version = "^7.1", extras = ["x"]}
[tool.poetry.group.dev.dependencies]
acme-pay = [{version = "~8.2", python = "<3.9"}, {version = "9.*", python = ">=3.9"}]
"""
UV_LOCK = """
version = 1

[[package]]
name = "other"
version = "1.0"
dependencies = [
    { name = "acme-pay" },
]

[[package]]
name = "acme-pay"
version = "8.1.0"
source = { registry = "x" }

[package.metadata]
name = "wrong"
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("requirements.txt", "acme_pay==7.1.0 ; python_version < '4'  # why\n", "7.1.0"),
        ("requirements.txt", "ACME-pay[extra]>=7,<9 --hash=sha256:00", "<9,>=7"),
        ("requirements.txt", "acme-pay==7.1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n", "7.1"),
        ("requirements.txt", "-r acme-pay.txt\n# acme-pay==7\nacme-pay-extra==3", ""),
        ("requirements.txt", "acme-pay == 7.*", "==7.*"),
        ("requirements.txt", "acme-pay @ git+https://example.org/x", ""),
        ("requirements.txt", "acme-pay", ""),
        ("requirements.txt", "acme-pay===7.1", "7.1"),
        ("requirements.txt", "acme-pay==not a version", ""),
        ("requirements.txt", "acme-pay==" + "9" * 9000, ""),
        ("requirements.txt", "acme-pay==7.1\nacme-pay>=6", "7.1"),
        ("pyproject.toml", PYPROJECT, "<9,>=7"),
        ("pyproject.toml", GROUPS, "10.0 | 7.1 | 8.0 | 9.0"),
        ("pyproject.toml", POETRY, "<8,>=7.1 | <8.3,>=8.2 | ==9.*"),
        ("pyproject.toml", "[project\nacme-pay", ""),
        ("pyproject.toml", "acme-pay = " + "[" * 5000, ""),
        ("pyproject.toml", "project = 3 # acme-pay", ""),
        ("Pipfile", '[packages]\nacme-pay = "*"\n[dev-packages]\nacme-pay = {version = "==7.1"}', "7.1"),
        ("Pipfile", "[packages]\nacme-pay = {git = 'x'}", ""),
        ("Pipfile.lock", '{"default": {"acme-pay": {"version": "==7.1"}}, "develop": {"acme-pay": {}}}', " | 7.1"),
        ("Pipfile.lock", '{"default": {"acme-pay": ', ""),
        ("Pipfile.lock", '["acme-pay"]', ""),
        ("Pipfile.lock", '{"acme-pay":' + "[" * 100000, ""),
        ("poetry.lock", '[[package]]\nname = "acme-pay"\nversion = "7.1.2"\n', "7.1.2"),
        ("pylock.toml", '[[packages]]\nname = "acme-pay"\nversion = "7.1.2"\n', "7.1.2"),
        ("uv.lock", UV_LOCK, "8.1.0"),
        ("uv.lock", '[[package]]\nversion = "1"\n[[package]]\nname = "acme-pay"\nversion = "?"', ""),
        ("setup.cfg", "[options]\ninstall_requires =\n    requests\n    acme-pay~=7.1\n", "~=7.1"),
        ("setup.cfg", "[options.extras_require]\npay = acme-pay==7.1\n", "7.1"),
        ("setup.cfg", "acme-pay\n", ""),
    ],
)
def test_each_kind_of_file_tells_the_release(name: str, text: str, expected: str) -> None:
    assert declared(name, text) == expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("^7.1", "<8,>=7.1"),
        ("^0.3.1", "<0.4,>=0.3.1"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0", "<1,>=0"),
        ("~7.1.2", "<7.2,>=7.1.2"),
        ("~7", "<8,>=7"),
        ("~=7.1", "~=7.1"),
        ("7.1", "7.1"),
        (">=7,!=7.3", "!=7.3,>=7"),
        ("^7 || ^9.1", "<10,>=9.1 | <8,>=7"),
        ("*", ""),
        ("^x", ""),
    ],
)
def test_the_constraints_of_other_tools_are_translated(constraint: str, expected: str) -> None:
    assert declared("pyproject.toml", f'[tool.poetry.dependencies]\nacme-pay = "{constraint}"') == expected


def test_the_nearest_folder_wins_and_there_the_best_known() -> None:
    releases = declared_releases(
        [
            ("requirements.txt", b"acme-pay==5.0"),
            ("a/pyproject.toml", b'[project]\ndependencies = ["acme-pay>=7"]'),
            ("a/requirements/base.txt", b"acme-pay==7.3"),
            ("b/requirements.txt", b"acme-pay==8.1"),
            ("b/poetry.lock", b'[[package]]\nname = "acme-pay"\nversion = "8.2"\n'),
        ],
        ["acme-pay"],
    )
    assert releases.for_file("x.py", "acme-pay") == (Version("5.0"),)
    assert releases.for_file("a/deep/x.py", "acme-pay") == (Version("7.3"),)
    assert releases.for_file("b/x.py", "acme-pay") == (Version("8.2"),)
    assert releases.for_file("bb/x.py", "acme-pay") == (Version("5.0"),)
    assert releases.for_file("x.py", "other") == ()


def test_the_lock_of_a_workspace_beats_the_range_of_a_member_that_admits_it() -> None:
    files = [
        ("uv.lock", b'[[package]]\nname = "acme-pay"\nversion = "8.2"\n'),
        ("a/pyproject.toml", b'[project]\ndependencies = ["acme-pay>=7"]'),
        ("b/pyproject.toml", b'[project]\ndependencies = ["acme-pay<7"]'),
    ]
    releases = declared_releases(files, ["acme-pay"])
    assert releases.for_file("a/x.py", "acme-pay") == (Version("8.2"),)
    assert releases.for_file("b/x.py", "acme-pay") == (SpecifierSet("<7"),)


def test_code_with_nothing_above_it_takes_all_that_the_tree_says() -> None:
    files = [("a/requirements.txt", b"acme-pay==7.3"), ("b/requirements.txt", b"acme-pay==8.1")]
    found = declared_releases(files, ["acme-pay"]).for_file("lib/x.py", "acme-pay")
    assert found == (Version("7.3"), Version("8.1"))
    assert applicable(MODELED, found) == (1, 2)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("7.14.0", (1, 1)),
        ("7.99", (1, 1)),
        ("7.0", (1, 1)),
        ("8.11.0b1", (2, 2)),
        ("9.3", (2, 3)),
        ("1.0", (0, 0)),
        ("20.0", (5, 5)),
    ],
)
def test_a_version_stands_for_the_nearest_modeled_release(version: str, expected: tuple[int, int]) -> None:
    assert applicable(MODELED, [Version(version)]) == expected


def test_within_a_major_version_the_release_below_is_taken() -> None:
    assert applicable(("7.1", "7.5", "7.9"), [Version("7.6")]) == (1, 1)


@pytest.mark.parametrize(
    ("specifiers", "expected"),
    [
        (">=7,<9", (1, 2)),
        (">=8", (2, 5)),
        ("<8", (0, 1)),
        ("~=7.1", (1, 1)),
        (">=7.2,<7.4", (1, 1)),
        (">8.11.0,<8.12", (2, 2)),
        (">=9,<10", (2, 3)),
        (">=30", (5, 5)),
        ("==7.*", (1, 1)),
        ("!=7.1", (0, 5)),
        ("", (0, 5)),
        (">3,<2", (0, 5)),
        ("===odd", (0, 5)),
    ],
)
def test_a_range_stands_for_every_release_it_admits(specifiers: str, expected: tuple[int, int]) -> None:
    assert applicable(MODELED, [SpecifierSet(specifiers)]) == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ([], (2, 5)),
        ([SpecifierSet(">=1")], (2, 5)),
        ([SpecifierSet("<9")], (2, 2)),
        ([SpecifierSet("<8")], (0, 1)),
        ([Version("7.14.0")], (1, 1)),
        ([Version("1.0"), SpecifierSet(">=1")], (0, 5)),
    ],
    ids=str,
)
def test_old_releases_are_those_of_code_that_says_so(declared: list[Declared], expected: tuple[int, int]) -> None:
    assert applicable(MODELED, declared, 2) == expected


def test_without_knowledge_every_release_applies() -> None:
    assert applicable(MODELED, []) == (0, 5)
    assert applicable((), [Version("1")]) == (0, 0)


@given(st.sampled_from([*FILE_PATTERNS, "x.txt"]), st.text())
def test_no_content_raises(name: str, text: str) -> None:
    for prefix in (
        "",
        "acme-pay",
        "[project]\nacme-pay = ",
        '[[package]]\nname = "acme-pay"\nversion = "',
        '{"default": ',
    ):
        declared(name.replace("*", ""), prefix + text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "# acme-pay\n" + "a." * 60_000 + "b = 1"),
        ("setup.cfg", "[acme-pay]\na" + " " * 200_000 + "b"),
        ("requirements.txt", "acme-pay" + "[a," * 100_000),
        ("uv.lock", '[[package]]\nname = "acme-pay"\n' * 50_000),
    ],
)
def test_hostile_files_take_no_time(name: str, text: str) -> None:
    start = time.process_time()
    declared(name, text)
    assert time.process_time() - start < 5
