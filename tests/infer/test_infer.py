"""The least set of each app: what is in it, what stands beside it, and how it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from command import CUSTOMERS, DYNAMIC, EXAMPLE, MANIFEST, READS, project, refusal, run
from leastscope.grants.manifest import Manifest, read_manifest
from leastscope.grants.writing import Wanted, purpose_of, written
from leastscope.infer import Choice, infer
from leastscope.model import Requirement, Span, Use
from leastscope.pipeline import scan
from leastscope.request import Request
from leastscope.rulebook.compile import rules_root
from leastscope.runs import known_declarations
from leastscope.settings import parse_settings
from places import FIXTURES
from tools.prove_infer import proofs

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import LeastSet

STRIPE = known_declarations(rules_root())["stripe"]
WRITES = "client.v1.customers.create({'name': 'a'})\n"
WEBHOOK = "\ndef hook(event):\n    if event['type'] == 'charge.refunded':\n        pass\n"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def sets(folder: Path, system: str = "", way: str = "", app: str = "") -> tuple[LeastSet, ...]:
    return infer(Request((folder,), folder), Choice(system, app, way))[0]


def code(folder: Path, text: str = READS) -> Path:
    (folder / "code.py").write_text(text, "utf-8")
    return folder


# the set is enough, and the least


@pytest.mark.parametrize("system", ["stripe", "adyen", "sparkpay"])
def test_what_is_pasted_is_enough_and_no_grant_can_be_taken_away(system: str) -> None:
    found = proofs(FIXTURES / "calls" / system)
    assert [proof.system for proof in found if len(proof.grants) > 5] == [system]
    assert [(proof.findings, proof.idle) for proof in found] == [((), ())] * len(found)


def test_writing_includes_reading_for_a_key_and_not_for_an_app_that_only_assumes_it(tmp_path: Path) -> None:
    code(tmp_path, READS + WRITES)
    assert sets(tmp_path)[0].names == ("customer_write",)
    (tmp_path / "stripe-app.json").write_text(MANIFEST.replace("restricted_api_key", "oauth") % "", "utf-8")
    assert sets(tmp_path)[0].names == ("customer_read", "customer_write")


def test_every_declared_app_has_a_set_of_its_own() -> None:
    market = FIXTURES / "projects/market"
    found = {one.app.name: (one.way, set(one.names)) for one in sets(market)}
    needed = {result.app.name: set(result.needed) for result in scan(Request((market,), market)).apps}
    assert {name: names for name, (_, names) in found.items()} == needed
    assert {name: way for name, (way, _) in found.items()} == {
        "nightly": "leastscope.yaml",
        "connect": "scope",
        "desk": "stripe-app.json",
        "pay": "scope",
        "store": "scope",
    }


# beside the set


def test_what_is_only_possible_inferred_or_not_told_stands_beside_the_set(tmp_path: Path) -> None:
    code(tmp_path, DYNAMIC + "client.v1.accounts.capabilities.list('acct_1')\n" + WEBHOOK)
    (found,) = sets(tmp_path, way="stripe-app.json")
    assert "customer_read" in found.names
    assert found.inferred == ("connected_account_read",)
    assert {use.permission for use in found.possible} >= {"event_read"}
    assert not {use.permission for use in found.possible} & set(found.names)
    assert [gap.kind for gap in found.gaps] == ["raw-request"]
    (tmp_path / "stripe-app.json").write_text(MANIFEST % "", "utf-8")
    said = run(tmp_path, "infer").out.decode()
    assert "connected_account_read: Read " in said
    assert "(inferred, not documented)" in said
    assert "\n\nOnly possible, and left out:\n" in said
    assert "\n  event_read\n    event 'charge.refunded' at code.py:" in said
    assert "raw-request: " in said


def test_what_only_other_code_asks_for_stands_beside_the_set(tmp_path: Path) -> None:
    base = (
        "import stripe\nclass Base:\n    kind = stripe.Customer\n    def all(self):\n        return self.kind.list()\n"
    )
    code(tmp_path, base + "class Plans(Base):\n    kind = stripe.Plan\nBase().all()\n")
    (found,) = sets(tmp_path)
    assert found.names == ("customer_read",)
    assert ([use.permission for use in found.outside], found.possible) == (["plan_read"], ())
    said = run(tmp_path, "infer").out.decode()
    assert "\n\nNeeded only if code outside of what was read calls it, and left out:\n  plan_read\n" in said


def test_with_a_kind_the_text_stands_alone_and_what_is_not_sure_is_told_on_standard_error(tmp_path: Path) -> None:
    outcome = run(code(tmp_path, DYNAMIC), "infer", "--as", "stripe-app.json")
    assert outcome.code == 0
    assert json.loads(outcome.out)["permissions"][0]["permission"] == "customer_read"
    assert "raw-request" in outcome.err
    assert run(code(tmp_path), "infer", "--as", "restricted-key").err == ""


def test_tests_count_on_demand_only(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_it.py").write_text(READS, "utf-8")
    assert "No request that needs a permission was found." in run(tmp_path, "infer").out.decode()
    assert "customer_read" in run(tmp_path, "infer", "--tests").out.decode()


# how it is written


@pytest.mark.parametrize("way", ["stripe-app.json", "stripe-app.yaml"])
@given(st.lists(st.tuples(st.sampled_from(["customer_read", "charge_write", "event_read"]), TEXTS), min_size=1))
def test_a_manifest_that_is_written_is_read_back_as_it_was_meant(way: str, pairs: list[tuple[str, str]]) -> None:
    row = STRIPE.written_as(way)
    assert row
    text = written(STRIPE, row, [Wanted(name, "", purpose) for name, purpose in pairs])
    found = read_manifest(way, text.encode(), STRIPE)
    assert isinstance(found, Manifest)
    assert [(grant.name, grant.purpose) for grant in found.lists[0]] == pairs
    assert found.access == row.access
    assert not found.errors


@given(st.lists(st.tuples(st.sampled_from(["customer_read", "psp:paybylink:write", "1st"]), TEXTS.filter(str.strip))))
def test_settings_that_are_written_are_read_back_as_they_were_meant(pairs: list[tuple[str, str]]) -> None:
    row = STRIPE.written_as("leastscope.yaml")
    assert row
    text = written(STRIPE, row, [Wanted(name, "", purpose) for name, purpose in pairs], app="a: 'b'")
    settings = parse_settings("leastscope.yaml", text.encode())
    assert settings
    (app,) = settings.apps
    assert (app.name, app.system, app.kind) == ("a: 'b'", "stripe", "restricted-key")
    assert [(grant.permission, grant.reason) for grant in app.grants] == pairs


def test_a_scope_is_one_line_and_a_list_has_what_each_permission_allows(tmp_path: Path) -> None:
    market = FIXTURES / "projects/market"
    assert run(market, "infer", "--as", "scope", "--app", "pay").out == b"psp.onlinepayment:write psp:paybylink:write\n"
    listed = run(code(tmp_path), "infer", "--as", "restricted-key").out.decode()
    assert listed == "Customers Read  customer_read\n"


def test_a_purpose_names_what_the_permission_is_for_and_where() -> None:
    sure = Requirement(("a",), "documented", "operation", "")
    uses = [Use("a", f"GET /v1/{name}", sure, Span(f"x/{name}.py", 1, 1, 1, 2), ()) for name in "abcde"]
    assert (
        purpose_of("Read them", uses)
        == "Read them: GET /v1/a, GET /v1/b, GET /v1/c and 2 more in a.py, b.py, c.py and 2 more"
    )
    assert purpose_of("Read them", []) == "Read them"


def test_a_declared_manifest_keeps_how_its_app_calls_the_api() -> None:
    text = run(EXAMPLE, "infer", "--as", "stripe-app.json").out
    assert list(json.loads(text)) == ["permissions"]


# what a user sees first


def test_where_nothing_is_declared_the_note_ends_with_the_command_and_the_block_that_make_it_clean(
    tmp_path: Path,
) -> None:
    said = run(code(tmp_path, READS + WRITES), "scan").out.decode()
    assert "Run 'leastscope infer --system stripe'" in " ".join(said.split())
    block = said[said.index("apps:") :].split("\n\n")[0]
    (tmp_path / "leastscope.yaml").write_text(block, "utf-8")
    assert yaml.safe_load(block)["apps"][0]["grants"][0]["permission"] == "customer_write"
    after = run(tmp_path, "scan")
    assert (after.code, b"no findings" in after.out) == (0, True)


# wrong use


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--system", "stripee"], "no system of this name; did you mean 'stripe'?"),
        (["--as", "stripe-app.jsn"], "permissions are not written in this way; did you mean 'stripe-app.json'?"),
        (["--as", "scope", "--system", "stripe"], "permissions of 'stripe' are not written in this way"),
        (["--as", "stripe-app.json", "--app", "ghost"], "the code has: none; choose with --system or --app"),
    ],
)
def test_wrong_use_says_what_would_be_right(tmp_path: Path, arguments: list[str], told: str) -> None:
    assert told in refusal(run(code(tmp_path), "infer", *arguments))


def test_several_sets_are_not_written_as_one() -> None:
    said = refusal(run(FIXTURES / "projects/market", "infer", "--as", "scope"))
    assert "writes one set, and the code has: 'connect', 'pay', 'store'; choose with --system or --app" in said


def test_a_broken_manifest_is_told_and_the_set_is_still_written(tmp_path: Path) -> None:
    project(tmp_path, grants=CUSTOMERS)
    (tmp_path / "stripe-app.json").write_text("{", "utf-8")
    outcome = run(tmp_path, "infer")
    assert outcome.code == 2
    assert "stripe-app.json:1:2: " in outcome.err
    assert b"customer_read" in outcome.out


def test_a_purpose_names_the_folder_of_a_package(tmp_path: Path) -> None:
    (tmp_path / "pay").mkdir()
    (tmp_path / "pay/__init__.py").write_text(READS, "utf-8")
    (one,) = sets(tmp_path, way="leastscope.yaml")
    assert " in pay/__init__.py" in one.text
