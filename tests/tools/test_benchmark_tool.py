"""The race measures what it runs, and the monorepo of the race holds what it says."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from leastscope.pipeline import requests
from leastscope.request import Request
from tools import benchmark, monorepo
from tools.benchmark import Cost


def test_the_monorepo_is_the_same_every_time_and_compiles(tmp_path: Path) -> None:
    trees = []
    for name in ("one", "two"):
        monorepo.write(tmp_path / name, 250)
        files = sorted((tmp_path / name).rglob("*.py"))
        trees.append({path.relative_to(tmp_path / name): path.read_text("utf-8") for path in files})
    assert trees[0] == trees[1]
    assert len(trees[0]) == 250
    assert all(ast.parse(text).body for text in trees[0].values())


def test_one_file_in_a_hundred_matters_and_each_sends_one_request(tmp_path: Path) -> None:
    monorepo.write(tmp_path, 500)
    inventory = requests(Request((Path(),), tmp_path)).inventory
    sent = {need.request.span.path: f"{need.request.verb} {need.path}" for need in inventory.needs}
    assert len(inventory.needs) == len(sent) == 5
    assert sorted(sent.values()) == [
        "GET /v1/customers/{customer}",
        "GET /v1/invoices",
        "POST /v1/payment_intents",
        "POST /v1/payment_intents/{intent}/capture",
        "POST /v1/refunds",
    ]
    assert inventory.gaps == ()


def test_a_run_is_measured_with_its_processor_time_and_memory(tmp_path: Path) -> None:
    work = "kept = bytearray(300_000_000)\nfor _ in range(2_000_000): pass"
    cost = benchmark.run([sys.executable, "-c", work], tmp_path, tmp_path)
    idle = benchmark.run([sys.executable, "-c", "import time; time.sleep(0.3)"], tmp_path, tmp_path)
    assert cost.memory > 290_000  # not less than it kept; a process also counts what it was forked from
    assert cost.cpu > 0
    assert idle.wall >= 0.3 > idle.cpu


def test_a_row_holds_medians_and_ratios(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    ways = {"ruff": 0.5, "parse": 1.0, "cold": 2.0, "warm": 0.25}
    spent = {
        way: [Cost(seconds, 9, 2048), Cost(seconds * 9, 9, 2048), Cost(0, 9, 2048)] for way, seconds in ways.items()
    }
    assert benchmark.row("x 1", tmp_path, spent) == "| x 1 | 1 | 0.50 | 1.00 | 2.00 | 0.25 | 4.00 | 2.00 | 0.50 | 2 |"


def test_the_file_that_is_changed_between_runs_names_a_system(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "b.py").write_text("import stripe\n", "utf-8")
    spent = benchmark.race(tmp_path, {"changed": [sys.executable, "-c", ""]}, 2)
    assert len(spent["changed"]) == 2
    assert (tmp_path / "b.py").read_text("utf-8") == "import stripe\n# changed\n# changed\n"
