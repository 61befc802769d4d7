"""An evaluation that is kept is the one that a run would make: whatever is changed, both are compared."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import leastscope.index
from leastscope.changes import Comparison, compare_states
from leastscope.looking import look
from leastscope.pipeline import requests, scan
from leastscope.request import Request
from leastscope.stages import Stages
from repositories import CUSTOMERS, MANIFEST, READS, REFUND, Made, repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Report

TILL = """import stripe


class Till:
    def __init__(self, key):
        self.client = stripe.StripeClient(key)
        self.kept = None

    def give_back(self, charge):
        return self.client.v1.refunds.create({"charge": charge})

    def call_api(self, verb, path):
        return self.client.raw_request(verb, path)

    def hook(self):
        return self.name()
"""
SHOP = "from till import Till\n\ntill = Till(KEY)\n\n\ndef go(verb):\n    till.call_api(verb, '/v1/customers')\n"
FILES = {
    "stripe-app.json": MANIFEST % CUSTOMERS,
    "code.py": READS,
    "till.py": TILL,
    "shop.py": SHOP,
    "pkg/__init__.py": "",
    "pkg/helper.py": "def fetch_customer(client):\n    return client.v1.customers.retrieve('cus_1')\n",
    "pkg/plain.py": "print('nothing')\n",
    "requirements.txt": "stripe==11.0.0\n",
}
NAMES = (
    "code.py", "till.py", "shop.py", "pkg/__init__.py", "pkg/helper.py", "pkg/plain.py", "new.py", "pkg/till.py",
    "helper.py", "till/__init__.py", "stripe.py", "stripe/__init__.py", "src/new.py", "test_new.py", "requirements.txt",
)  # fmt: skip
TEXTS = (
    READS,
    READS + REFUND,
    TILL,
    TILL.replace("give_back", "call_back"),
    TILL.replace("self.kept = None", "self.kept = self.client"),
    SHOP,
    SHOP.replace("customers", "charges"),
    "from till import Till\n\n\nclass Desk(Till):\n    def name(self):\n        self.client.v1.charges.list()\n",
    "from till import Till\n\nTill(KEY).call_api('get', '/v1/charges')\n",
    "def run(till):\n    till.give_back('ch_1')\n    till.call_api('post', '/v1/payouts')\n",
    "class Other:\n    def give_back(self, charge):\n        return charge\n",
    "from pkg.helper import fetch_customer\nfrom shop import till\n\nfetch_customer(till.client)\n",
    "from helper import fetch_customer\nimport shop\n\nfetch_customer(shop.till.client)\n",
    "def fetch_customer(client):\n    return client.v1.customers.retrieve('cus_1')\n",
    "def fetch_customer(client):\n    return client.v1.customers.delete('cus_1')\n",
    "import shop\n\nshop.till.kept = shop.till.client\nshop.till.kept.v1.invoices.list()\n",
    "from flask import g\nfrom till import Till\n\ng.cashier = Till(KEY)\n",
    "from flask import g\n\ng.cashier.give_back('ch_1')\n",
    "import os\n\nKEY = os.environ['STRIPE_KEY']\n",
    "x = 1\n",
    "",
    "import stripe\n)\n",
    "# coding: utf-7\n",
    "stripe==5.0.0\n",
)


def edit(files: dict[str, str], dice: random.Random) -> None:
    """Change one file at random, or let it go."""
    name = dice.choice(NAMES)
    if dice.random() < 0.2:
        files.pop(name, None)
    else:
        files[name] = dice.choice(TEXTS)


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a new folder; a file that stands where another one needs a folder is left out."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def counted(request: Request) -> tuple[Report, int]:
    """Scan, and count the evaluations that it took."""
    fresh = replace(request, stages=Stages())
    return scan(fresh), fresh.stages.counts["evaluations"]


def edited(folder: Path, seed: int, edits: int) -> int:
    """Compare runs with and without kept evaluations after each of some edits; gives how many took no evaluation."""
    dice = random.Random(seed)  # noqa: S311 - the same edits in every run
    files, spared = dict(FILES), 0
    for number in range(edits):
        at = written(folder / str(number), files)
        ask = dice.choice([scan, requests])
        with_kept = Request((Path(),), at, kept=folder / "kept", stages=Stages())
        assert ask(with_kept) == ask(Request((Path(),), at)), f"seed {seed}, edit {number}"
        spared += not with_kept.stages.counts["evaluations"]
        edit(files, dice)
    return spared


@pytest.mark.parametrize("seed", range(3))
def test_after_random_edits_an_evaluation_is_that_of_a_run_that_keeps_none(tmp_path: Path, seed: int) -> None:
    assert edited(tmp_path, seed, 40) > 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_after_hundreds_of_random_edits_an_evaluation_is_that_of_a_run_that_keeps_none(
    tmp_path: Path, seed: int
) -> None:
    assert edited(tmp_path, seed, 60) > 2


@pytest.fixture
def shop(tmp_path: Path) -> Request:
    """A request for a project, whose evaluations are kept."""
    return Request((Path(),), written(tmp_path / "shop", FILES), kept=tmp_path / "kept")


def test_the_same_files_elsewhere_are_not_evaluated_again(shop: Request, tmp_path: Path) -> None:
    first, evaluations = counted(shop)
    assert evaluations
    elsewhere = written(tmp_path / "another", FILES)
    assert counted(replace(shop, cwd=elsewhere)) == (first, 0)


IRRELEVANT: dict[str, dict[str, str | None]] = {
    "a file that names nothing": {"pkg/plain.py": "x = 2\n"},
    "a new file that names nothing": {"pkg/more.py": "x = 2\n"},
    "a file that names nothing and goes": {"pkg/plain.py": None},
    "a manifest": {"stripe-app.json": MANIFEST % ""},
    "settings of the comparison": {"leastscope.yaml": "levels: {excess-grant: 'off'}\n"},
}
RELEVANT: dict[str, dict[str, str | None]] = {
    "a file that was evaluated": {"code.py": READS + REFUND},
    "a new caller": {"more.py": "from till import Till\n\nTill(KEY).call_api('get', '/v1/charges')\n"},
    "a new namesake": {"more.py": "class Other:\n    def call_api(self):\n        pass\n"},
    "a module that is taken for another one": {"till/__init__.py": ""},
    "a file that was evaluated and goes": {"shop.py": None},
    "the release of a library": {"requirements.txt": "stripe==5.0.0\n"},
    "a second manifest": {"more/stripe-app.json": MANIFEST % CUSTOMERS},
    "rows of functions": {"leastscope.yaml": "python: {functions: {jobs.run_later: {calls: argument 0}}}\n"},
}


def changed(shop: Request, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        path = shop.cwd / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True) if text is None else path.write_text(text, "utf-8")


@pytest.mark.parametrize("name", IRRELEVANT)
def test_what_no_evaluation_depends_on_takes_none(shop: Request, name: str) -> None:
    counted(shop)
    changed(shop, IRRELEVANT[name])
    assert counted(shop) == (scan(replace(shop, kept=None)), 0)


@pytest.mark.parametrize("name", RELEVANT)
def test_what_an_evaluation_depends_on_takes_another_one(shop: Request, name: str) -> None:
    counted(shop)
    changed(shop, RELEVANT[name])
    found, evaluations = counted(shop)
    assert evaluations
    assert found == scan(replace(shop, kept=None))


def test_a_run_whose_files_change_while_it_reads_them_keeps_nothing(
    shop: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leastscope.index, "_ROOM", 0)  # every file is read anew when it is asked for
    survey = look(shop).surveyed
    changed(shop, {"till.py": "x = 1\n"})
    found = scan(shop, None, survey)
    changed(shop, {"till.py": TILL})
    assert scan(shop) == scan(replace(shop, kept=None)) != found


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:60] + b"\0" + data[61:], lambda _: b""])
def test_a_damaged_evaluation_is_none(shop: Request, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    first, _ = counted(shop)
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            path.write_bytes(damage(path.read_bytes()))
    found, evaluations = counted(shop)
    assert found == first
    assert evaluations


# changes


def compared(made: Made, kept: Path | None) -> object:
    found = compare_states(Comparison("HEAD~1", "HEAD", made.folder, whole=True, kept=kept))
    return found.difference, found.before, found.after, found.patch


def entries(kept: Path) -> dict[str, int]:
    """Give the evaluations in a folder by name, each with when it was written."""
    found = {path.name: path.stat() for path in (kept / "evaluations").iterdir()}
    return {name: one.st_mtime_ns for name, one in found.items() if one.st_size > 1000}


def test_the_base_of_a_change_that_was_scanned_is_not_evaluated_again(tmp_path: Path) -> None:
    made, kept = repository(tmp_path / "shop", FILES), tmp_path / "kept"
    counted(Request((Path(),), made.folder, kept=kept))
    base = entries(kept)
    assert len(base) == 1
    made.commit({"code.py": READS + REFUND})
    assert compared(made, kept) == compared(made, None)
    both = entries(kept)
    assert base.items() <= both.items()
    assert len(both) == 2
    compared(made, kept)
    assert entries(kept) == both


@pytest.mark.parametrize("seed", range(2))
def test_after_random_commits_a_comparison_is_that_of_a_run_that_keeps_nothing(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same edits in every run
    made, files = repository(tmp_path / "shop", FILES), dict(FILES)
    for number in range(8):
        edit(files, dice)
        for path in made.folder.rglob("*.py"):
            path.unlink()
        made.commit(files)
        assert compared(made, tmp_path / "kept") == compared(made, None), f"seed {seed}, commit {number}"
