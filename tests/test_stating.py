"""A comment states what a call needs that cannot be told, in the place of a gap and of nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command import CUSTOMERS, project, run
from leastscope.comments import statements, suppressions
from repositories import PROJECT, repository

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import stripe\n\nclient = stripe.StripeClient(KEY)\nclient.v1.customers.list()\n\n\n"
STATED = "# leastscope: requires[charge_write] jobs send refunds"


def found(folder: Path, code: str) -> tuple[list[tuple[str, str, int]], dict[str, int]]:
    """Give the findings with permission and line, and the gaps by kind."""
    project(folder, HEAD + code, CUSTOMERS)
    told = json.loads(run(folder, "scan", "--format", "json").out)
    return [(one["rule"], one["permission"], one["line"]) for one in told["findings"]], told["summary"]["gaps"]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (f"client.raw_request('post', PATH)  {STATED}\n", 7),
        (f"{STATED}\nclient.raw_request('post', PATH)\n", 8),
        (f"{STATED}\ndef send(verb, path):\n    log(path)\n    return client.raw_request(verb, path)\n", 10),
        (f"def send(verb, path):  {STATED}\n    return client.raw_request(verb, path)\n", 8),
        (
            f"class C:\n    {STATED}\n    async def send(self, p):\n        await client.raw_request_async('get', p)\n",
            10,
        ),
        (f"{STATED}\n@wraps\ndef send(path):\n    return client.raw_request('get', path)\n", 10),
    ],
)
def test_a_statement_takes_the_place_of_the_gap(tmp_path: Path, code: str, line: int) -> None:
    findings, gaps = found(tmp_path, code)
    assert findings == [("missing-grant", "charge_write", line)]
    assert gaps == {}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (f"client.v1.prices.list()  {STATED}\n", "there is nothing to state"),
        (f"x = 1  {STATED}\nclient.raw_request('post', PATH)\n", "there is nothing to state"),
        (f"{STATED.replace('charge', 'chrage')}\nclient.raw_request('post', PATH)\n", "did you mean 'charge_write'?"),
        ("# leastscope: requires[charge_write]\nclient.raw_request('post', PATH)\n", "expected a reason"),
        ("# leastscope: requires[] why\nclient.raw_request('post', PATH)\n", "expected permissions in the brackets"),
        ("# leastscope: requirs[x] why\nclient.raw_request('post', PATH)\n", "expected 'ignore[KIND] reason'"),
    ],
)
def test_one_that_does_not_count_is_told_and_changes_nothing(tmp_path: Path, code: str, message: str) -> None:
    project(tmp_path, HEAD + code, CUSTOMERS)
    told = json.loads(run(tmp_path, "scan", "--format", "json").out)
    (idle,) = [one for one in told["findings"] if one["rule"] == "unused-suppression"]
    assert message in idle["message"]
    plain, gaps = found(tmp_path, code.replace("leastscope:", "other:"))
    assert told["summary"]["gaps"] == gaps
    assert [one["rule"] for one in told["findings"] if one is not idle] == [rule for rule, _, _ in plain]


def test_the_evidence_says_that_it_is_stated_and_where(tmp_path: Path) -> None:
    found(tmp_path, f"client.raw_request('post', PATH)  {STATED}\n")
    text = " ".join(run(tmp_path, "scan").out.decode().split())
    assert "stated: jobs send refunds" in text
    assert (
        "why: a request stated in the code needs charge_write (stated in line 7 of code.py: jobs send refunds)" in text
    )
    requests = json.loads(run(tmp_path, "requests", "--format", "json").out)["requests"]
    assert [one["found_by"] for one in requests] == ["evaluation", "statement"]


def test_a_change_cannot_state_its_gaps_away(tmp_path: Path) -> None:
    made = repository(tmp_path / "shop", PROJECT)
    made.write({"code.py": f"{PROJECT['code.py']}client.raw_request('post', PATH)  {STATED}\n"})
    assert json.loads(run(made.folder, "scan", "--format", "json").out)["summary"]["gaps"] == {}
    told = json.loads(run(made.folder, "diff", "main", "--format", "json").out)
    assert told["gaps"]["new"] == {"raw-request": 1}
    assert ("missing-grant", "charge_write") in {(one["rule"], one["permission"]) for one in told["findings"]["new"]}


def test_a_stated_need_is_in_the_least_set(tmp_path: Path) -> None:
    found(tmp_path, f"client.raw_request('post', PATH)  {STATED}\n")
    assert b"charge_write" in run(tmp_path, "infer", "--as", "stripe-app.json").out


def test_a_statement_is_no_suppression_and_only_python_has_statements() -> None:
    text = f"x()  {STATED}"
    comments = [(1, STATED)]
    (one,) = statements("a.py", text, comments)
    assert (one.line, one.names, one.reason, one.problem) == (1, ("charge_write",), "jobs send refunds", "")
    assert suppressions("a.py", text, comments) == ()
    assert "expected 'ignore[KIND] reason'" in suppressions("a.yaml", f"x: 1  {STATED}")[0].problem
