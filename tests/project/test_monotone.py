"""A file that has nothing to do with a program takes nothing from what is found in it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from leastscope.pipeline import scan
from leastscope.request import Request
from places import FIXTURES

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Report

PROJECTS = sorted(path for path in (FIXTURES / "projects").iterdir() if path.is_dir())

UNRELATED: dict[str, tuple[str, str | bytes]] = {
    "code": ("unrelated/code.py", "import math\n\n\ndef area(radius):\n    return math.pi * radius**2\n"),
    "the same names": (
        "unrelated/names.py",
        "class Client:\n    def create(self):\n        return {}\n\n\nclient = Client()\nclient.create()\n",
    ),
    "many classes": ("unrelated/classes.py", "".join(f"class C{n}(dict):\n    pass\n" for n in range(500))),
    "recursion": ("unrelated/recursion.py", "def f(g):\n    return f(lambda: g(f))\n\n\nf(f)\n"),
    "a star import": ("unrelated/star.py", "from os.path import *\nfrom unknown_library import *\n"),
    "old Python": ("unrelated/old.py", "print 'no'\n"),
    "deep Python": ("unrelated/deep.py", "x = " + "(" * 3000 + ")" * 3000 + "\n"),
    "large Python": ("unrelated/large.py", "x = 1\n" * 900_000),
    "no text": ("unrelated/binary.py", bytes(range(256)) * 20),
    "an unknown encoding": ("unrelated/coding.py", "# coding: none-such\nx = 1\n"),
    "a notebook": ("unrelated/n.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n", "!ls"]}]})),
    "a broken notebook": ("unrelated/b.ipynb", "{"),
    "a test": ("unrelated/test_it.py", "from names import client\n\n\ndef test_it():\n    assert client\n"),
    "a stub": ("unrelated/names.pyi", "class Client: ...\n"),
    "Cython": ("unrelated/fast.pyx", "cdef int x = 1\n"),
    "locked releases": ("unrelated/requirements.txt", "requests==2.0\n"),
    "a package": ("unrelated/pyproject.toml", '[project]\nname = "unrelated"\nversion = "1"\n'),
    "an ignore file": ("unrelated/.gitignore", "*\n!/code.py\n"),
    "data": ("unrelated/data.json", '{"permissions": ["all"], "scope": "read"}'),
    "a page": ("unrelated/page.html", '<a href="https://example.com/oauth/authorize?scope=all">in</a>\n'),
    "settings of others": ("unrelated/settings.yaml", "exclude: ['*']\napps: []\n"),
    "a script": ("unrelated/run.js", "fetch('https://example.com')\n"),
    "an empty package": ("unrelated/__init__.py", ""),
    "a setup": ("unrelated/setup.py", "from setuptools import setup\n\nsetup(name='unrelated')\n"),
}

OTHERS: dict[str, tuple[str, str | bytes]] = {
    "another client": (
        "others/client.py",
        "import stripe\n\nclient = stripe.StripeClient('sk_test_1')\nclient.v1.customers.list()\n",
    ),
    "another module": ("others/stripe.py", "class StripeClient:\n    pass\n"),
    "another package": ("others/adyen/__init__.py", "class Adyen:\n    pass\n"),
    "broken code": ("others/broken.py", "import stripe\nimport Adyen\nstripe.Refund.create(\n"),
    "older releases": ("others/requirements.txt", "stripe==5.5.0\nAdyen==1.4.0\n"),
    "a test of others": (
        "others/test_pay.py",
        "import stripe\n\nstripe.api_key = 'sk_test_1'\nstripe.Refund.create()\n",
    ),
    "every name": ("others/every.py", "import stripe\n\n\ndef every(x, name):\n    return getattr(x, name)(stripe)\n"),
}

SECOND = '{"id": "com.example.others", "permissions": [{"permission": "coupon_read", "purpose": "Reads coupons"}]}'


def copied(project: Path, to: Path, added: dict[str, tuple[str, str | bytes]]) -> Report:
    shutil.copytree(project, to)
    for path, content in added.values():
        file = to / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return scan(Request((to,), to))


def requests_of(report: Report) -> set[tuple[object, ...]]:
    needs = {(one.request.span, one.request.verb, one.path, one.requirements) for one in report.inventory.needs}
    events = {(one.use.span, one.use.event, one.requirements) for one in report.inventory.events}
    return {*needs, *events, *((one.span, one.form) for one in report.inventory.tokens)}


def findings_of(report: Report) -> set[tuple[object, ...]]:
    return {(one.span, one.rule, one.permission, one.level, one.suppressed is None) for one in report.findings}


def lacks_of(report: Report) -> set[tuple[object, ...]]:
    return {one for one in findings_of(report) if one[1] == "missing-grant"}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_unrelated_files_take_nothing_from_a_project(project: Path, tmp_path: Path) -> None:
    before = copied(project, tmp_path / "before", {})
    after = copied(project, tmp_path / "after", UNRELATED)
    assert requests_of(before) - requests_of(after) == set()
    assert findings_of(before) - findings_of(after) == set()


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_other_code_of_a_system_hides_no_request_and_nothing_that_is_missing(project: Path, tmp_path: Path) -> None:
    before = copied(project, tmp_path / "before", {})
    after = copied(project, tmp_path / "after", OTHERS)
    assert requests_of(before) - requests_of(after) == set()
    assert lacks_of(before) - lacks_of(after) == set()


@pytest.mark.parametrize("kind", [*UNRELATED, *OTHERS])
def test_each_kind_of_file_alone_takes_nothing(kind: str, tmp_path: Path, before: Report) -> None:
    after = copied(FIXTURES / "projects/stripe_key", tmp_path / "project", {kind: (UNRELATED | OTHERS)[kind]})
    assert requests_of(before) - requests_of(after) == set()
    assert lacks_of(before) - lacks_of(after) == set()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return copied(FIXTURES / "projects/stripe_key", tmp_path_factory.mktemp("before") / "project", {})


def test_code_that_a_second_manifest_takes_from_an_app_is_a_gap(tmp_path: Path) -> None:
    project = FIXTURES / "projects/stripe_app"
    before = copied(project, tmp_path / "before", {})
    after = copied(project, tmp_path / "after", {"": ("others/stripe-app.json", SECOND)})
    assert requests_of(before) - requests_of(after) == set()
    told = {gap.span.path for gap in after.inventory.gaps if gap.kind == "several-apps"}
    assert lacks_of(after) == set()
    assert {one.span.path for one in before.findings if one.rule == "missing-grant"} == told == {"backend/ledger.py"}
