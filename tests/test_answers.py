"""An answer that is kept is the answer that a run would give: whatever is changed, both are compared."""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command import CUSTOMERS, MANIFEST, READS, Outcome, process, project, run
from leastscope import answers
from leastscope.answers import Answer
from leastscope.facts import identity
from leastscope.looking import look, state_of
from leastscope.pipeline import requests, scan
from leastscope.request import Request
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.looking import Look

HELPER = "def fetch_customer(client):\n    return client.v1.customers.retrieve('cus_1')\n"
CALLER = "from helper import fetch_customer\n\n\ndef go(shop):\n    fetch_customer(shop)\n"
MODEL = "distribution: shoplib\nmodules: [shoplib]\nsystem: stripe\n"
BASE = MANIFEST.replace("app", "base", 1) % '{"permission": "charge_read", "purpose": "Reads charges"}'
HEAVY = (
    "leastscope.python.evaluate",
    "leastscope.pipeline",
    "leastscope.runs",
    "libcst",
    "msgspec",
    "sarif_om",
    "yaml",
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which every kind of file has a part, and a cache of its own."""
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    made = project(tmp_path / "shop", f"{READS}from helper import fetch_customer\nfetch_customer(client)\n")
    (made / "kept").mkdir()
    (made / "kept" / "stripe-app.json").write_text(BASE, "utf-8")
    (made / "stripe-app.dev.json").write_text('{"extends": "kept/stripe-app.json"}', "utf-8")
    (made / "helper.py").write_text(HELPER, "utf-8")
    (made / "caller.py").write_text(CALLER, "utf-8")
    (made / "plain.py").write_text("print('nothing')\n", "utf-8")
    (made / "requirements.txt").write_text("stripe==11.0.0\n", "utf-8")
    (made / "page.ts").write_text("const key = 1;\n", "utf-8")
    (made / "leastscope.yaml").write_text("exclude: [kept]\n", "utf-8")
    return made


def warm(folder: Path, *options: str) -> Outcome:
    return run(folder, "scan", "--format", "json", *options, ".")


def cold(folder: Path, *options: str) -> Outcome:
    return run(folder, "scan", "--format", "json", "--no-cache", *options, ".")


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "code that names a system": write("code.py", READS.replace("customers.retrieve", "charges.retrieve")),
    "code that does not": write("helper.py", HELPER.replace("customers.retrieve", "refunds.retrieve")),
    "code that begins to name one": write("plain.py", READS),
    "code that begins to call like a library": write("plain.py", "def f(held):\n    held.v1.refunds.create({})\n"),
    "a new file": write("more.py", READS.replace("customers", "charges")),
    "a file that goes": lambda folder: (folder / "code.py").unlink(),
    "a manifest": write("stripe-app.json", MANIFEST % ""),
    "a manifest that another one extends": write("kept/stripe-app.json", BASE.replace("charge_read", "refund_read")),
    "the end of such a manifest": lambda folder: (folder / "kept" / "stripe-app.json").unlink(),
    "settings": write("leastscope.yaml", "fail-on: note\nlevels: {excess-grant: 'off'}\n"),
    "settings that leave a file out": write("leastscope.yaml", "exclude: [code.py]\n"),
    "an ignore file": write(".gitignore", "code.py\n"),
    "a notebook": write("work.ipynb", '{"cells": ["import stripe"]}'),
    "a file that cannot be parsed": write("code.py", "import stripe\n)\n"),
    "a file that grows too large": write("code.py", "import stripe\n" + "#" * 5_000_000),
    "a suppression": write(
        "code.py", READS.replace("('cus_1')", "('cus_1')  # leastscope: ignore[missing-grant] -- no")
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_any_input_is_seen(shop: Path, name: str) -> None:
    before = warm(shop)
    assert before == warm(shop) == cold(shop)
    CHANGES[name](shop)
    assert before != warm(shop) == cold(shop)
    assert warm(shop) == warm(shop)


@pytest.mark.parametrize("name", ["requirements.txt", "page.ts", ".env", "stripe-app.json"])
def test_a_file_of_any_kind_decides_what_a_run_depends_on(shop: Path, name: str) -> None:
    (shop / ".env").write_text("KEY=1\n", "utf-8")
    request = Request((Path(),), shop)
    before = state_of(look(request), request)
    assert before == state_of(look(request), request)
    (shop / name).write_text("\n", "utf-8")
    assert before != state_of(look(request), request)


OPTIONS = (
    ["--tests"],
    ["--strict"],
    ["--exit-zero"],
    ["--fail-on", "note"],
    ["--exclude", "code.py"],
    ["-o", "text=t.txt"],
)


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_an_option_has_an_answer_of_its_own(shop: Path, options: list[str]) -> None:
    warm(shop)
    assert warm(shop, *options) == cold(shop, *options)


def test_a_model_of_the_settings_is_an_input(shop: Path) -> None:
    (shop / "leastscope.yaml").write_text("models: [lib.yaml]\n", "utf-8")
    (shop / "lib.yaml").write_text(MODEL, "utf-8")
    assert warm(shop) == cold(shop)
    (shop / "lib.yaml").write_text("distribution: 1\n", "utf-8")
    assert warm(shop) == cold(shop)
    assert warm(shop).code == 2


def test_what_git_tracks_is_an_input(shop: Path) -> None:
    git = ["git", "-C", str(shop)]
    subprocess.run([*git, "init", "-q"], check=True)  # noqa: S603
    (shop / ".gitignore").write_text("code.py\n", "utf-8")
    before = warm(shop)
    subprocess.run([*git, "add", "-f", "code.py"], check=True)  # noqa: S603
    assert before != warm(shop) == cold(shop)


def test_a_change_that_hides_behind_size_and_time_is_seen(shop: Path) -> None:
    code = shop / "code.py"
    times = (code.stat().st_atime_ns, code.stat().st_mtime_ns)
    before = warm(shop)
    code.write_text(
        READS.replace("customers.retrieve", "shippings.retrieve".replace("shippings", "customers")), "utf-8"
    )
    code.write_text(READS.replace("v1.customers", "v1.disputess".replace("disputess", "disputes ")), "utf-8")
    assert code.stat().st_size == len(READS)
    os.utime(code, ns=times)
    assert before != warm(shop) == cold(shop)


def test_where_a_link_leads_is_an_input(shop: Path) -> None:
    (shop / "one.json").write_text(BASE, "utf-8")
    (shop / "two.json").write_text(BASE.replace("charge_read", "refund_read"), "utf-8")
    (shop / "kept" / "stripe-app.json").unlink()
    (shop / "kept" / "stripe-app.json").symlink_to("../one.json")
    before = warm(shop)
    (shop / "kept" / "stripe-app.json").unlink()
    (shop / "kept" / "stripe-app.json").symlink_to("../two.json")
    assert before != warm(shop) == cold(shop)


NAMES = (
    "code.py",
    "helper.py",
    "caller.py",
    "plain.py",
    "new.py",
    "stripe-app.json",
    "kept/stripe-app.json",
    "page.ts",
)


def edit(folder: Path, dice: random.Random) -> None:
    """Change one thing at random."""
    name = dice.choice(
        [
            "code.py",
            "helper.py",
            "caller.py",
            "plain.py",
            "new.py",
            "stripe-app.json",
            "kept/stripe-app.json",
            "page.ts",
        ]
    )
    place = folder / name
    method = dice.choice(["customers", "charges", "refunds", "invoices"])
    if dice.random() < 0.15:
        place.unlink(missing_ok=True)
    elif name.endswith(".json"):
        place.write_text(
            (BASE if name == "kept/stripe-app.json" else MANIFEST % CUSTOMERS).replace("customer", method[:-1]), "utf-8"
        )
    else:
        text = dice.choice([READS, HELPER, CALLER, "x = 1\n", "", READS + HELPER, "import shop\n"])
        place.write_text(text.replace("customers", method) + dice.choice(["", "# more\n", "stripe = 1\n"]), "utf-8")


def edited(shop: Path, seed: int, edits: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same edits in every run
    for number in range(edits):
        edit(shop, dice)
        command = dice.choice([("scan", "--format", "json"), ("requests",)])
        assert run(shop, *command, ".") == run(shop, *command, "--no-cache", "."), f"seed {seed}, edit {number}"


@pytest.mark.parametrize("seed", range(2))
def test_after_random_edits_the_answer_is_that_of_a_cold_run(shop: Path, seed: int) -> None:
    edited(shop, seed, 15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_after_hundreds_of_random_edits_the_answer_is_that_of_a_cold_run(shop: Path, seed: int) -> None:
    edited(shop, seed, 40)


# silence


def nothing(folder: Path) -> None:
    """A tree in which nothing names a system, with much that is not read."""
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "a.py").write_text("x = 1\n", "utf-8")
    (folder / "pkg" / "b.py").write_text("# -*- coding: latin-1 -*-\n", "utf-8")
    (folder / "pkg" / "c.pyi").write_text("x: int\n", "utf-8")
    (folder / "pkg" / "d.ipynb").write_text('{"cells": []}', "utf-8")
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    (folder / "page.ts").write_text("import Stripe from 'stripe';\n", "utf-8")
    (folder / ".env").write_text("STRIPE_KEY=1\n", "utf-8")
    (folder / ".venv").mkdir()


@pytest.mark.parametrize("of", ["scan", "requests"])
def test_a_tree_that_names_no_system_is_reported_as_by_a_full_run(tmp_path: Path, of: str) -> None:
    nothing(tmp_path)
    request = Request((Path(),), tmp_path)
    found = look(request)
    assert found.silent
    quick, full = (answers.scan, scan) if of == "scan" else (answers.requests, requests)
    assert quick(request, lambda: None, found) == full(request)


@pytest.mark.parametrize("name", ["a.py", "stripe-app.json", "work.ipynb", "leastscope.yaml"])
def test_what_can_matter_breaks_the_silence(tmp_path: Path, name: str) -> None:
    nothing(tmp_path)
    (tmp_path / name).write_text("# stripe\n", "utf-8")
    assert not look(Request((Path(),), tmp_path)).silent


def test_what_is_no_code_is_read_only_where_an_answer_is_kept_and_searched_for_no_system(
    shop: Path, tmp_path: Path
) -> None:
    (shop / "settings.yaml").write_text("pay: stripe\n", "utf-8")
    request = Request((Path(),), shop)
    others = {"settings.yaml", "stripe-app.json"}
    without, kept = (look(request, folder).surveyed.held.found for folder in (None, tmp_path / "cache"))
    assert {Path(path).name for path in without.keys() ^ kept.keys()} >= others
    assert {seen.speaks for path, seen in kept.items() if Path(path).name in others} == {False}


def loaded(folder: Path, *arguments: str) -> set[str]:
    watch = "import sys, atexit\natexit.register(lambda: print(*sys.modules, file=sys.stderr))\nmain()"
    return set(process(folder, *arguments, code=watch).err.split())


@pytest.mark.parametrize("make", [Path.mkdir, nothing], ids=["an empty folder", "a tree without hits"])
def test_a_silent_tree_loads_neither_the_evaluator_nor_a_parser_nor_a_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "tree"
    make(folder)
    loaded(folder, "scan", ".")  # notes what has to be known of the packs
    (folder / "more.py").write_text("x = 2\n", "utf-8")
    assert loaded(folder, "scan", ".") & {*HEAVY} == set()


def test_a_run_that_finds_nothing_makes_no_words_for_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.py").write_text("x = 1\n", "utf-8")
    loaded(tree, "scan", ".")  # notes what has to be known of the packs
    (tree / "b.pyi").write_text("x: int\n", "utf-8")
    known = loaded(tree, "scan", ".")
    assert ("leastscope.envelope" in known, "leastscope.model" in known) == (True, False)


def test_an_answer_that_is_known_loads_nothing_that_could_find_it(shop: Path) -> None:
    first = process(shop, "scan", "--format", "sarif", ".")
    known = loaded(shop, "scan", "--format", "sarif", ".")
    assert known & {*HEAVY, "leastscope.report.sarif"} == set()
    assert process(shop, "scan", "--format", "sarif", ".") == first


# edits of files that have no part


PLAIN = ("x = 1\n", "import helper\n", "def run():\n    return get()\n", "'''a text'''\n", "def broken(:\n")
PART = (READS, CALLER, "from helper import fetch_customer\n", "fetch_customer\n", "import adyen\n", "# coding: utf-7\n")


@pytest.mark.parametrize("text", PLAIN)
def test_an_edit_that_answers_every_question_as_before_keeps_the_answer(shop: Path, text: str) -> None:
    warm(shop)
    (shop / "plain.py").write_text(text, "utf-8")
    assert "leastscope.python.evaluate" not in loaded(shop, "scan", "--format", "json", ".")
    assert warm(shop) == cold(shop)


@pytest.mark.parametrize("text", PART)
def test_an_edit_that_names_a_system_or_a_followed_name_is_evaluated(shop: Path, text: str) -> None:
    warm(shop)
    (shop / "plain.py").write_text(text, "utf-8")
    assert "leastscope.python.evaluate" in loaded(shop, "scan", "--format", "json", ".")
    assert warm(shop) == cold(shop)


def test_a_file_that_cannot_be_read_any_more_is_a_gap(shop: Path) -> None:
    warm(shop)
    (shop / "plain.py").write_bytes(b"#" * 5_000_000)
    assert warm(shop) == cold(shop)
    (shop / "plain.py").write_text("x = 2\n", "utf-8")
    assert warm(shop) == cold(shop)


READERS = {
    "report/webpage/page.py",
    "answers.py",
    "baseline.py",
    "cache.py",
    "changes.py",
    "cli/printing.py",
    "cli/several.py",
    "discover.py",
    "evaluations.py",
    "fixing.py",
    "grants/files.py",
    "looking.py",
    "pipeline.py",
    "project.py",
    "rulebook/compile.py",
    "rulebook/functions.py",
    "rulebook/load.py",
    "rulebook/models.py",
    "grants/compiled.py",
    "settings.py",
    "store.py",
    "ci/comment.py",
    "ci/job.py",
}


def test_who_reads_files_is_known() -> None:
    """What a new module reads has to be part of what an answer depends on: of `state_of`, or of `Request.reads`."""
    engine = ROOT / "analyzer" / "leastscope"
    word = re.compile(r"read_regular\(|\.read_bytes\(|\.read_text\(|open\(\w*,? ?\"rb\"")
    found = {
        path.relative_to(engine).as_posix() for path in engine.rglob("*.py") if word.search(path.read_text("utf-8"))
    }
    assert found - READERS == {"regular.py"}


# what is kept


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:40] + b"\0" + data[41:], lambda _: b""])
def test_what_is_damaged_is_not_believed(shop: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    before = warm(shop)
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file() and path.parent.name in {"answers", "index"}:
            path.write_bytes(damage(path.read_bytes()))
    assert warm(shop) == before


def test_an_answer_is_given_without_doing_the_work(shop: Path, tmp_path: Path) -> None:
    request = Request((Path(),), shop)
    made = Answer(("text",), ("said",), 1)
    calls: list[Look] = []

    def work(found: Look) -> Answer:
        calls.append(found)
        return made

    for question in ("one", "one", "two"):
        assert answers.answer(request, question, tmp_path / "kept", work) == made
    assert len(calls) == 2


def test_rows_of_functions_count_whatever_folder_the_packs_are_in(tmp_path: Path) -> None:
    packs, functions = tmp_path / "packs", tmp_path / "python"
    for folder in (packs, functions):
        folder.mkdir()
    before = identity.__wrapped__(packs, functions)
    (functions / "queue.yaml").write_text("", "utf-8")
    assert identity.__wrapped__(packs, functions) != before
