"""Which files are followed for a name: those that use it and can mean the one that leads to a system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.discover import File
from leastscope.index import Index
from leastscope.questions import Questions
from leastscope.sources import Sources, Words

if TYPE_CHECKING:
    from pathlib import Path


def sources(folder: Path, files: dict[str, str], asked: Questions | None = None, limit: int = 1000) -> Sources:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return Sources([File(name, str(folder / name)) for name in files], limit, asked=asked)


def test_the_files_with_a_trigger_are_found_whatever_its_case(tmp_path: Path) -> None:
    found = sources(tmp_path, {"a.py": "import Shop", "b.py": "x = 1", "c.py": "'SHOP'"})
    assert found.with_trigger([b"shop"]) == ["a.py", "c.py"]


@pytest.mark.parametrize(
    ("text", "followed"),
    [
        ("send_it(1)", True),
        ("x.send_it", True),
        ("'send_it'", True),
        ("resend_it(1)", False),
        ("send_items(1)", False),
        ("Send_It(1)", False),
    ],
)
def test_a_rare_name_is_enough_and_has_to_be_a_whole_word(tmp_path: Path, text: str, *, followed: bool) -> None:
    found = sources(tmp_path, {"b.py": text})
    assert (
        found.using(["b.py"], found.words_near({"send_it": frozenset({"a.py"})}, {}), frozenset())
        == ["b.py"] * followed
    )


@pytest.mark.parametrize(
    ("text", "files", "followed"),
    [
        ("run()", {}, False),
        ("from gateway import run", {}, True),
        ("from shop import other\nrun()", {}, False),
        ("import shop\nshop.run()", {"shop/__init__.py": "from .gateway import *\n"}, True),
        ("import shop\nshop.run()", {"shop/__init__.py": "from .gateways import *\n"}, False),
        ("import gateways\nrun()", {}, False),
        ("import gateway", {}, False),
    ],
)
def test_a_common_name_needs_its_module_or_a_package_that_imports_the_module(
    tmp_path: Path, text: str, files: dict[str, str], *, followed: bool
) -> None:
    found = sources(tmp_path, {"b.py": text, **files})
    near = found.words_near({"run": frozenset({"shop/gateway.py"})}, {})
    assert found.using(["b.py"], near, frozenset()) == ["b.py"] * followed


@pytest.mark.parametrize(("text", "followed"), [("x.client", False), ("import shop\nx.client", True)])
def test_an_attribute_needs_its_module_or_the_folder_of_it(tmp_path: Path, text: str, *, followed: bool) -> None:
    found = sources(tmp_path, {"b.py": text})
    near = found.words_near({}, {"client": frozenset({"shop/gateway.py"})})
    assert found.using(["b.py"], near, frozenset()) == ["b.py"] * followed


def test_a_package_that_may_hand_on_a_name_is_asked_for(tmp_path: Path) -> None:
    asked = Questions()
    files = {"b.py": "import shop\n", "shop/__init__.py": ""}
    sources(tmp_path, files, asked).words_near({"run": frozenset({"shop/gateway.py"})}, {})
    assert asked.used == {"shop/__init__.py"}


@pytest.mark.parametrize(
    ("text", "followed"), [("x.refund_all(1)", True), ("x .\n refund_all", True), ("refund_all(1)", False)]
)
def test_a_method_is_one_behind_a_dot(tmp_path: Path, text: str, *, followed: bool) -> None:
    found = sources(tmp_path, {"b.py": text})
    names = {"unused": frozenset({"a"})}
    assert found.using(["b.py"], names, frozenset({"refund_all"})) == ["b.py"] * followed


def test_names_beyond_ascii_are_words_too(tmp_path: Path) -> None:
    found = sources(tmp_path, {"b.py": "zählung_ä(1)", "c.py": "zählung_äh(1)"})
    assert found.using(["b.py", "c.py"], {"zählung_ä": frozenset()}, frozenset()) == ["b.py"]


def test_where_nothing_leads_on_no_file_is_followed(tmp_path: Path) -> None:
    assert sources(tmp_path, {"b.py": "x.charge_it()"}).using(["b.py"], {}, frozenset({"charge_it"})) == []


def test_methods_are_counted_in_all_files_and_functions_are_not(tmp_path: Path) -> None:
    method = "class A:\n    def charge(self): pass\n\n    async def refund(self): pass\n"
    found = sources(tmp_path, {"a.py": method, "b.py": method, "c.py": "def charge(): pass\ncharges = 1\n"})
    assert found.defined(frozenset({"charge", "refund", "other"})) == {"charge": 2, "refund": 2, "other": 0}


def test_a_file_that_cannot_be_read_is_noted_once(tmp_path: Path) -> None:
    found = sources(tmp_path, {"a.py": "x" * 11, "b.py": "shop"}, limit=10)
    assert found.with_trigger([b"shop"]) == ["b.py"]
    assert found.bytes_of("a.py") is None
    assert found.text_of("a.py") == ""
    assert [(gap.kind, gap.span.path) for gap in found.gaps] == [("too-large", "a.py")]


def test_what_a_run_has_read_of_a_file_is_what_it_holds_for_that_run(tmp_path: Path) -> None:
    file = File("a.py", str(tmp_path / "a.py"))
    (tmp_path / "a.py").write_text("first", "utf-8")
    index = Index([b"shop"])
    assert not index.seen(file, 100).speaks
    (tmp_path / "a.py").write_text("later", "utf-8")
    assert Sources([file], 100, index).bytes_of("a.py") == b"first"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("stripe.SetupIntent.create()\n", True),
        ("make(1).SetupIntent .\n  create (x)\n", True),
        ("SetupIntent.create()\n", True),
        ("a.checkout.sessions.create()\n", True),
        ("checkout . sessions\n.create()\n", True),
        ("make(checkout).sessions.create()\n", False),
        ("other.sessions.create(checkout)\n", False),
        ("stripe.MySetupIntent.create(SetupIntent)\n", False),
        ("SetupIntent.created(create)\n", False),
        ("SetupIntent.create\n", False),
        ("SetupIntent.of(create())\n", False),
    ],
)
def test_a_file_has_a_call_that_ends_with_the_last_names_of_one(tmp_path: Path, code: str, *, found: bool) -> None:
    endings = frozenset({"SetupIntent.create", "checkout.sessions.create"})
    assert sources(tmp_path, {"a.py": code}).ending(["a.py"], endings) == ["a.py"] * found


WORDS = Words(
    (b"shop",),
    (b"shop.com",),
    frozenset({b"order.paid"}),
    frozenset({b"orders"}),
    frozenset({frozenset({"requests"}), frozenset({"http", "client"})}),
    frozenset({frozenset({"importlib", "import_module"}), frozenset({"exec"})}),
)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("# shop\n", False),
        ("NAMES = ['shop']\n", False),
        ("import shop\n", True),
        ("NAMES = ['shop']\nimport requests\n", True),
        ("# shop\nimport requests\n", False),
        ("NAMES = ['shop']\nfrom http import client\n", True),
        ("NAMES = ['shop']\nimport http.client\n", True),
        ("NAMES = ['shop']\nfrom django.http import Http404\n", False),
        ("NAMES = ['shop']\nimportlib.import_module(x)\n", True),
        ("NAMES = ['shop']\nimport_module(x)\n", False),
        ("NAMES = ['shop']\nexec(x)\n", True),
        ("NAMES = ['shop']\nx.exec(x)\n", False),
        ("# shop\npost('/v1/orders')\n", True),
        ("# shop\npost(f'/api/v1/orders/{key}')\n", True),
        ("# shop\npost('/v1/others')\n", False),
        ("# shop: `/v1/orders`\n", False),
        ("# shop\nif kind == 'order.paid': pass\n", True),
        ("# shop\nif kind == 'order.placed': pass\n", False),
        ("SHOP = {'SCOPE': ['orders']}\n", True),
        ("# shop\nour_scopes = ['orders']\n", True),
        ("# shop\nask(scope='orders')\n", True),
        ("# shop\nscoped = 1\nwith scope(1): pass\n", False),
    ],
)
def test_a_file_acts_on_a_name_in_code_or_in_data_where_it_sends_imports_or_runs(
    tmp_path: Path, text: str, *, acts: bool
) -> None:
    assert sources(tmp_path, {"a.py": text}).acting(["a.py"], WORDS) == ["a.py"] * acts


def test_a_notebook_and_a_file_of_a_refused_encoding_act(tmp_path: Path) -> None:
    cells = '{"cells": [{"cell_type": "code", "source": ["# shop"]}], "nbformat": 4, "metadata": {}}'
    found = sources(tmp_path, {"a.ipynb": cells, "b.py": "# coding: idna\n# shop\n"})
    assert found.acting(["a.ipynb", "b.py"], WORDS) == ["a.ipynb", "b.py"]


def test_the_modules_that_a_file_imports_names_from(tmp_path: Path) -> None:
    text = "import os\nfrom a.b import c as d, e\nfrom .. import f\nif x:\n    from .g import (\n        h,\n    )\n"
    found = dict.fromkeys(sources(tmp_path, {"a.py": text}).imported("a.py"))
    assert list(found) == [
        *(("a.b", 0), ("a.b.c", 0), ("a.b.as", 0), ("a.b.d", 0), ("a.b.e", 0)),
        *(("", 2), ("f", 2), ("g", 1), ("g.h", 1)),
    ]
