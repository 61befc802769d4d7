"""The JSON contracts: their form, their order, and the published schemas."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
from jsonschema import Draft202012Validator

from leastscope import model
from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME
from leastscope.model import Idle
from leastscope.report.contracts import render_requests, render_scan
from places import ROOT
from report_samples import EMPTY, HOSTILE_PATH, NEEDS, REPORT, committed

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import Report

Json = dict[str, Any]
RENDERERS: dict[str, Callable[[Report], str]] = {"requests": render_requests, "scan": render_scan}
KEYS = {
    "requests": {
        (): ["schema", "tool", "requests", "events", "gaps"],
        ("tool",): ["name", "version"],
        ("requests", 0): [
            "file", "line", "column", "end_line", "end_column", "system", "verb", "path", "covered", "permissions",
            "resolution", "found_by", "account", "credential", "in_tests", "evidence",
        ],
        ("requests", 0, "permissions", 0): ["any_of", "certainty", "because", "strength", "source"],
        ("requests", 0, "evidence", 0): ["file", "line", "column", "note"],
        ("events", 0): ["file", "line", "column", "system", "event", "how", "permissions"],
        ("gaps", 0): ["kind", "file", "line", "column", "system", "reason", "permissions"],
    },
    "scan": {
        (): ["schema", "tool", "apps", "findings", "gaps", "summary"],
        ("apps", 0): [
            "name", "root", "system", "declared_in", "granted", "used", "excess", "unknown", "needed", "met", "missing",
            "own_account_calls", "unattributed",
        ],
        ("findings", 0): [
            "rule", "level", "certainty", "app", "system", "permission", "any_of", "file", "line", "column", "end_line",
            "end_column", "message", "why", "evidence", "fingerprint", "suppressed", "fix", "paste",
        ],
        ("apps", 0, "own_account_calls", 0): ["file", "line", "column", "note"],
        ("findings", 0, "why"): ["text", "certainty", "source"],
        ("findings", 0, "fix"): ["description", "edits"],
        ("findings", 0, "fix", "edits", 0): ["file", "line", "column", "end_line", "end_column", "text"],
        ("gaps", 0): ["kind", "file", "line", "column", "system", "reason", "permissions"],
    },
}  # fmt: skip


def schema(name: str) -> Json:
    loaded: Json = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def errors(name: str, document: Json) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(document)]


def reach(document: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any place of a JSON document
    for part in path:
        document = document[part]
    return document


@pytest.mark.parametrize("name", RENDERERS)
def test_the_sample_is_the_committed_one(name: str) -> None:
    rendered = RENDERERS[name](REPORT)
    assert rendered == committed(f"tests/goldens/{name}.json", rendered)


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in KEYS.items() for path in paths])
def test_keys_stand_in_the_order_of_the_contract(name: str, path: tuple[str | int, ...]) -> None:
    assert list(reach(json.loads(RENDERERS[name](REPORT)), path)) == KEYS[name][path]


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["sample", "empty"])
def test_reports_fit_the_published_schema(name: str, report: Report) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert errors(name, json.loads(RENDERERS[name](report))) == []


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in KEYS.items() for path in paths])
def test_the_schema_refuses_an_unknown_key_and_a_missing_one(name: str, path: tuple[str | int, ...]) -> None:
    extended = json.loads(RENDERERS[name](REPORT))
    reach(extended, path)["surprise"] = 1
    assert errors(name, extended)
    shortened = json.loads(RENDERERS[name](REPORT))
    del reach(shortened, path)[KEYS[name][path][0]]
    assert errors(name, shortened)


CLOSED = [
    ("requests", ("request", "resolution"), model.Resolution),
    ("requests", ("request", "account"), model.Account),
    ("requests", ("permission", "certainty"), model.Certainty),
    ("requests", ("permission", "because"), model.Because),
    ("requests", ("event", "how"), model.How),
    ("scan", ("finding", "level"), model.Level),
    ("scan", ("finding", "certainty"), model.FindingCertainty),
]


@pytest.mark.parametrize(("name", "place", "closed"), CLOSED)
def test_closed_lists_are_those_of_the_model(name: str, place: tuple[str, str], closed: object) -> None:
    definition, key = place
    assert schema(name)["$defs"][definition]["properties"][key]["enum"] == list(get_args(closed))


@pytest.mark.parametrize("kind", [*FINDING_BY_NAME, *GAP_BY_NAME])
def test_every_kind_fits_the_schema(kind: str) -> None:
    document = json.loads(render_scan(REPORT))
    document["findings"][0]["rule"] = document["gaps"][0]["kind"] = kind
    assert errors("scan", document) == []


@pytest.mark.parametrize("name", RENDERERS)
def test_the_order_of_the_report_does_not_change_a_byte(name: str) -> None:
    inventory = REPORT.inventory
    turned = replace(
        REPORT,
        findings=REPORT.findings[::-1],
        errors=REPORT.errors[::-1],
        inventory=replace(inventory, needs=inventory.needs[::-1], gaps=inventory.gaps[::-1]),
    )
    assert RENDERERS[name](turned) == RENDERERS[name](REPORT)


@pytest.mark.parametrize("name", RENDERERS)
def test_a_name_that_is_no_text_is_replaced_and_the_rest_is_kept(name: str) -> None:
    rendered = RENDERERS[name](REPORT)
    assert rendered.endswith("}\n")
    rendered.encode("utf-8")
    assert HOSTILE_PATH.replace("\udcff", "\ufffd") in {
        place["file"] for place in json.loads(rendered)["requests" if name == "requests" else "findings"]
    }


def test_letters_of_other_languages_are_kept() -> None:
    need = replace(NEEDS[0], path="/v1/größe/顧客")
    assert "/v1/größe/顧客" in render_requests(replace(EMPTY, inventory=replace(EMPTY.inventory, needs=(need,))))


def test_the_summary_counts_what_is_open_and_names_what_could_not_be_read() -> None:
    idle = (Idle("other-shop", ("othershop.Webhook.verify",)),)
    summary = json.loads(render_scan(replace(REPORT, inventory=replace(REPORT.inventory, idle=idle))))["summary"]
    assert summary == {
        "idle": [{"system": "other-shop", "names": ["othershop.Webhook.verify"]}],
        "levels": {"error": 2, "warning": 2, "note": 1},
        "rules": {"excess-grant": 1, "missing-grant": 2, "uncovered-call": 1, "unknown-grant": 1},
        "suppressed": 1,
        "gaps": {"dynamic-operation": 1, "unreadable": 1},
        "requests": 5,
        "events": 1,
        "files_read": 4,
        "files_seen": 9,
        "unread": [{"reason": "excluded", "count": 2, "paths": ["legacy", "old.py"]}],
        "shown": [],
        "errors": [{"file": "broken/shop-app.json", "line": 2, "column": 18, "message": "expected a value, found '}'"}],
    }


def test_a_suppressed_finding_stays_with_its_reason_and_other_places_follow_the_evidence() -> None:
    findings = json.loads(render_scan(REPORT))["findings"]
    assert [found["suppressed"] for found in findings if found["suppressed"]] == ["asked for by support"]
    missing = next(found for found in findings if found["rule"] == "missing-grant" and found["level"] == "error")
    assert [step["note"] for step in missing["evidence"]] == [
        "the client is made here", "and imported here", "the request is sent here", "also needed here",
    ]  # fmt: skip
