"""Only calls that may give something to a request are looked into, and all of those are, whenever that comes to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.pipeline import requests
from leastscope.request import Request
from tools.schedules import REVERSE, schedule

if TYPE_CHECKING:
    from pathlib import Path

DEEP = "import deeper\ndef of(n):\n    return deeper.of(n)\n"
DEEPER = "def of(n):\n    return [n, n]\n"
PLUGINS = (
    "plugins = {}\ndef plugin(name):\n    def register(cls):\n        plugins[name] = cls\n        return cls\n"
    "    return register\ndef make(name):\n    return plugins[name]()\n"
)
PATHS = "def join(name):\n    return '/v1/' + name\n"
HEAD = "import stripe\nclient = stripe.StripeClient('k')\n"

NEEDED: tuple[dict[str, str], ...] = (
    # an attribute whose constructor called for nothing of a system
    {
        "app.py": f"from paths import Paths\n{HEAD}class Pay:\n    def __init__(self):\n        self.paths = Paths()\n"
        "    def go(self):\n        client.raw_request('post', self.paths.refunds)\nPay().go()\n",
        "paths.py": f"class Paths:\n    def __init__(self):\n        self.refunds = join('refunds')\n{PATHS}",
    },
    # a global of the same file, an attribute of a class, and what another function put into a dict
    {
        "app.py": f"from paths import join\nPATH = join('refunds')\n{HEAD}"
        "def go():\n    client.raw_request('post', PATH)\n",
        "paths.py": PATHS,
    },
    {
        "app.py": "from paths import join\nclass Paths:\n    refund = join('refunds')\n"
        f"{HEAD}def go():\n    client.raw_request('post', Paths.refund)\n",
        "paths.py": PATHS,
    },
    {
        "app.py": "from paths import join\nPATHS = {}\ndef fill():\n    PATHS['r'] = join('refunds')\n"
        f"{HEAD}def go():\n    client.raw_request('post', PATHS['r'])\n",
        "paths.py": PATHS,
    },
    # a call before the unit meets anything
    {
        "app.py": f"from paths import join\n{HEAD}"
        "def go():\n    path = join('refunds')\n    client.raw_request('post', path)\n",
        "paths.py": PATHS,
    },
    # through functions of other files
    {
        "app.py": f"from names import path\n{HEAD}def go():\n    client.raw_request('post', path())\n",
        "names.py": "from paths import join\ndef path():\n    return join(name())\ndef name():\n    return 'refunds'\n",
        "paths.py": PATHS,
    },
    # a registry in a file that names no system: a class, one inside of a function, and a function
    {
        "app.py": f"import registry\n{HEAD}@registry.plugin('one')\nclass Gives:\n"
        "    def give(self):\n        return client.v1\ndef go():\n    registry.make('one').give().refunds.create({})\n",
        "registry.py": PLUGINS,
    },
    {
        "app.py": f"import registry\n{HEAD}def go():\n    @registry.plugin('one')\n    class Gives:\n"
        "        def give(self):\n            return client.v1\n    registry.make('one').give().refunds.create({})\n",
        "registry.py": PLUGINS,
    },
    {
        "app.py": f"from middle import made\nimport registry\n{HEAD}@registry.plugin('one')\n"
        "def give():\n    return client.v1\ndef go():\n    made().refunds.create({})\n",
        "middle.py": "import registry\ndef made():\n    return registry.make('one')\n",
        "registry.py": PLUGINS,
    },
    # a function inside the unit that may use what this one has
    {
        "app.py": f"from again import retry\n{HEAD}class Pay:\n    def send(self, name):\n"
        "        return getattr(client.v1, name).create({})\n"
        "    def go(self):\n        retry(lambda: self).send('refunds')\n",
        "again.py": "def retry(function):\n    return function()\n",
    },
)
"""Programs in which something of another file becomes part of a request, or leads to who sends it."""


def evaluations(folder: Path, files: dict[str, str]) -> int:
    for path, text in files.items():
        (folder / path).write_text(text, "utf-8")
    request = Request((folder,), folder)
    assert requests(request).inventory.needs
    return request.stages.counts["evaluations"]


@pytest.mark.parametrize(
    "apart",
    [
        "import deep\ndef f(n):\n    return deep.of(n)\n",
        "import deep\nclass C:\n    def f(self, n):\n        return [deep.of(one) for one in n]\n",
        "import deep\ndef f(n):\n    deep.of(n)\n    return [deep.of(one) for one in deep.of(n)]\n",
    ],
)
def test_a_function_that_meets_nothing_of_a_system_looks_into_no_call(tmp_path: Path, apart: str) -> None:
    sends = f"{HEAD}def pay():\n    client.v1.refunds.create({{}})\n"
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    alone = evaluations(tmp_path / "one", {"app.py": sends})
    beside = evaluations(tmp_path / "two", {"app.py": sends + apart, "deep.py": DEEP, "deeper.py": DEEPER})
    assert beside - alone <= 2  # the function, and the import in another file


@pytest.mark.parametrize("files", NEEDED)
def test_what_becomes_part_of_a_request_is_looked_into_and_leaves_no_gap(tmp_path: Path, files: dict[str, str]) -> None:
    found = inventory_of_files(files, tmp_path)
    assert [need.request.path for need in found.needs] == ["/v1/refunds"]
    assert not found.gaps


@pytest.mark.parametrize("files", NEEDED)
def test_no_order_of_evaluation_decides_what_is_looked_into(tmp_path: Path, files: dict[str, str]) -> None:
    before = inventory_of_files(files, tmp_path)
    for seed in (REVERSE, 2, 3, 4):
        with schedule(seed):
            assert inventory_of_files(files, tmp_path) == before


def test_what_a_function_sends_for_its_arguments_stands_where_it_would_for_any_caller(tmp_path: Path) -> None:
    text = (
        f"from same import same\n{HEAD}def call(function):\n    function(client)\ndef refund(given):\n"
        "    same(given.v1.refunds).create({})\ncall(refund)\n"
    )
    found = inventory_of_files({"app.py": text, "same.py": "def same(it):\n    return it\n"}, tmp_path)
    assert [need.request.span.line for need in found.needs] == [7]
