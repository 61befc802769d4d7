"""SARIF as services and editors need it: valid, complete, and the same bytes for the same report."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import sarif_om as om
from jsonschema import Draft4Validator
from report_samples import (
    APP,
    EMPTY,
    EXCESS,
    FILES,
    GAPS,
    JOB,
    MISSING,
    PAYOUT,
    REFUND,
    REPORT,
    RESULT,
    ROOT,
    SHOW,
    UNCOVERED,
    committed,
    source,
)

from analyzer.kinds import FINDINGS
from analyzer.kinds import GAPS as GAP_KINDS
from analyzer.model import Span, Step
from analyzer.report.line_hash import line_hashes
from analyzer.report.sarif import render_sarif
from analyzer.report.sarif_places import artifact, segment
from analyzer.report.sarif_write import sarif_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.model import Finding, Report

Json = dict[str, Any]


@cache
def official_schema() -> Draft4Validator:
    text = (ROOT / "fixtures/schemas/sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))


def log_of(report: Report, *, include_suppressed: bool = False) -> Json:
    """Return the rendered log; each one that a test looks at is checked against the official schema."""
    log: Json = json.loads(render_sarif(report, source, include_suppressed=include_suppressed))
    assert [error.message for error in official_schema().iter_errors(log)] == []
    return log


def result_of(finding: Finding, report: Report = REPORT) -> Json:
    found = [result for run in log_of(replace(report, findings=(finding,)))["runs"] for result in run["results"]]
    assert len(found) == 1
    first: Json = found[0]
    return first


def regions(value: Any) -> Iterator[Json]:  # noqa: ANN401 - any part of a JSON document
    if isinstance(value, list):
        for item in value:
            yield from regions(item)
    elif isinstance(value, dict):
        yield from (value[key] for key in ("region", "contextRegion") if key in value)
        for item in value.values():
            yield from regions(item)


def region_of(result: Json) -> Json:
    region: Json = result["locations"][0]["physicalLocation"]["region"]
    return region


def test_the_sample_is_the_committed_one() -> None:
    log = log_of(REPORT)
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        driver["rules"] = [rule["id"] for rule in driver["rules"]]
        driver["notifications"] = [descriptor["id"] for descriptor in driver["notifications"]]
    rendered = json.dumps(log, indent=1, ensure_ascii=True) + "\n"
    assert rendered == committed("tests/goldens/scan.sarif.json", rendered)


def test_the_order_of_the_report_does_not_change_a_byte() -> None:
    turned = replace(
        REPORT,
        findings=REPORT.findings[::-1],
        inventory=replace(REPORT.inventory, needs=REPORT.inventory.needs[::-1], gaps=GAPS[::-1]),
    )
    assert render_sarif(turned, source) == render_sarif(REPORT, source)


def test_a_clean_scan_has_a_run_without_results_so_that_old_alerts_close() -> None:
    assert [run["results"] for run in log_of(EMPTY)["runs"]] == [[]]


def test_the_log_names_its_schema_and_version_first() -> None:
    assert list(log_of(REPORT)) == ["$schema", "version", "runs"]


def test_there_is_a_run_for_each_app_and_one_for_the_scan() -> None:
    runs = log_of(REPORT)["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["leastscope/shop/billing/", "leastscope/scan/"]
    assert [len(run["results"]) for run in runs] == [4, 1]


def test_more_apps_than_services_take_share_a_run_and_lose_nothing() -> None:
    names = [f"app {number:02}" for number in range(25)]
    apps = tuple(replace(RESULT, app=replace(APP, name=name)) for name in names)
    findings = tuple(replace(MISSING, app=name) for name in names)
    runs = log_of(replace(REPORT, apps=apps, findings=findings))["runs"]
    assert len(runs) == 20
    assert len({run["automationDetails"]["id"] for run in runs}) == 20
    assert sum(len(run["results"]) for run in runs) == 25


def test_every_rule_is_listed_sorted_and_complete() -> None:
    for run in log_of(EMPTY)["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == sorted(kind.id for kind in FINDINGS)
        for rule in rules:
            assert rule["shortDescription"]["text"]
            assert rule["fullDescription"]["text"]
            assert rule["help"]["text"]
            assert rule["help"]["markdown"]
            assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
            assert ("security-severity" in rule["properties"]) != ("problem.severity" in rule["properties"])


def test_every_gap_kind_has_a_descriptor() -> None:
    descriptors = {found["id"] for found in log_of(EMPTY)["runs"][-1]["tool"]["driver"]["notifications"]}
    assert {kind.id for kind in GAP_KINDS} < descriptors


@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_the_level_is_always_written(level: Any) -> None:  # noqa: ANN401 - parametrized literal
    assert result_of(replace(MISSING, level=level))["level"] == level


def test_the_rule_index_points_at_the_rule() -> None:
    run = log_of(REPORT)["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_every_region_has_four_numbers() -> None:
    found = list(regions(log_of(REPORT)))
    assert len(found) > 10
    for region in found:
        assert {"startLine", "startColumn", "endLine", "endColumn"} <= set(region)


def test_columns_count_utf16_units() -> None:
    assert log_of(EMPTY)["runs"][0]["columnKind"] == "utf16CodeUnits"
    region = region_of(result_of(replace(MISSING, span=JOB)))
    line = FILES["billing/jobs.py"].splitlines()[4].encode("utf-16-le")
    units = line[2 * (region["startColumn"] - 1) : 2 * (region["endColumn"] - 1)]
    assert units.decode("utf-16-le") == "client.customers.retrieve(kunde)" == region["snippet"]["text"]


def test_a_call_of_several_lines_is_placed_at_its_first_line() -> None:
    region = region_of(result_of(replace(MISSING, span=REFUND)))
    assert (region["startLine"], region["endLine"]) == (11, 11)
    assert region["snippet"]["text"] == "client.refunds.create("


def test_the_context_is_wider_than_the_region_or_left_out() -> None:
    place = result_of(MISSING)["locations"][0]["physicalLocation"]
    assert place["contextRegion"]["startLine"] < place["region"]["startLine"]
    alone = json.loads(
        render_sarif(replace(REPORT, findings=(replace(MISSING, span=Span("a", 1, 1, 1, 3)),)), lambda _: "ab")
    )
    assert "contextRegion" not in alone["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


def test_a_file_that_cannot_be_had_keeps_its_numbers_and_has_no_snippet() -> None:
    result = result_of(replace(MISSING, span=replace(SHOW, path="gone.py")))
    assert region_of(result) == {"startLine": 7, "startColumn": 9, "endLine": 7, "endColumn": 47}
    assert result["partialFingerprints"] == {"leastscope/v1": MISSING.fingerprint}


def test_the_line_hash_is_that_of_the_primary_line() -> None:
    expected = line_hashes(FILES["billing/api.py"])[6]
    assert result_of(MISSING)["partialFingerprints"] == {
        "primaryLocationLineHash": expected,
        "leastscope/v1": MISSING.fingerprint,
    }


def test_a_byte_order_mark_counts_for_the_hash_and_not_for_columns() -> None:
    text = "\ufeffcall()\n"
    log = json.loads(
        render_sarif(replace(REPORT, findings=(replace(MISSING, span=Span("a", 1, 1, 1, 7)),)), lambda _: text)
    )
    result = log["runs"][0]["results"][0]
    assert region_of(result)["snippet"]["text"] == "call()"
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(text)[0]


def test_the_message_ends_with_a_period_and_links_to_every_related_place() -> None:
    result = result_of(MISSING)
    text = result["message"]["text"]
    assert text.startswith(
        "'GET /v1/customers/{customer}' needs 'customer_read', which 'billing' does not grant. "
        "Grant 'customer_read' in 'shop-app.json', or remove the call. See also "
    )
    assert text.endswith(".")
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]
    assert "[billing/jobs.py:5](1), [shop-app.json:3](2)" in text


def test_the_first_ten_related_places_are_linked_and_the_rest_is_counted() -> None:
    related = tuple(Step(Span("billing/api.py", line, 1, line, 2), "") for line in range(1, 15))
    text = result_of(replace(MISSING, related=related))["message"]["text"]
    assert text.count("](") == 10
    assert text.endswith(" and 5 more.")


def test_the_grants_are_linked_only_from_other_files() -> None:
    assert "relatedLocations" not in result_of(EXCESS)


def test_the_code_flow_ends_at_the_place_of_the_finding() -> None:
    for finding in (MISSING, replace(MISSING, evidence=MISSING.evidence[:1])):
        (flow,) = result_of(finding)["codeFlows"]
        steps = flow["threadFlows"][0]["locations"]
        assert [step["executionOrder"] for step in steps] == list(range(1, len(steps) + 1))
        assert steps[0]["location"]["message"]["text"] == "the client is made here"
        assert steps[-1]["location"]["physicalLocation"]["region"]["startLine"] == SHOW.line


def test_a_finding_with_no_way_to_it_has_no_code_flow() -> None:
    assert EXCESS.evidence == (Step(PAYOUT, "granted here"),)
    assert "codeFlows" not in result_of(EXCESS)


def test_editors_get_the_facts_as_properties() -> None:
    assert result_of(MISSING)["properties"] == {
        "kind": "missing-grant",
        "app": "billing",
        "system": "shop",
        "permission": "customer_read",
        "anyOf": ["customer_read"],
        "certainty": "certain",
    }


def test_suppressed_findings_are_left_out_unless_asked_for() -> None:
    assert "suppressions" not in render_sarif(REPORT, source)
    results = [result for run in log_of(REPORT, include_suppressed=True)["runs"] for result in run["results"]]
    assert [result["suppressions"] for result in results if "suppressions" in result] == [
        [{"kind": "inSource", "status": "accepted", "justification": "asked for by support"}]
    ]


def test_gaps_and_errors_are_notifications_and_an_error_makes_the_scan_unsuccessful() -> None:
    app, scan = (run["invocations"][0] for run in log_of(REPORT)["runs"])
    assert not app["executionSuccessful"]
    found = [(note["level"], note["descriptor"]["id"]) for note in scan["toolExecutionNotifications"]]
    assert found == [("error", "LS3001"), ("warning", "LS2001"), ("warning", "LS2012")]
    assert log_of(EMPTY)["runs"][0]["invocations"][0]["executionSuccessful"]


def test_a_gap_in_tests_is_a_note() -> None:
    inventory = replace(EMPTY.inventory, gaps=(replace(GAPS[0], in_tests=True),))
    (note,) = log_of(replace(EMPTY, inventory=inventory))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"


def test_too_many_results_are_cut_by_level_and_the_cut_is_said() -> None:
    many = tuple(
        replace(EXCESS, level="note", evidence=(), span=Span("shop-app.json", number, 1, number, 2))
        for number in range(1, 5_003)
    )
    late_error = replace(MISSING, span=Span("z.py", 1, 1, 1, 2))
    run = json.loads(render_sarif(replace(REPORT, findings=(*many, late_error)), source))["runs"][0]
    assert len(run["results"]) == 5_000
    assert run["results"][-1]["level"] == "error"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "3 more results, the least severe, are left out; '--format json' lists all."


def test_too_many_places_are_cut() -> None:
    steps = tuple(Step(Span("billing/api.py", number, 1, number, 2), "x") for number in range(1, 1_200))
    result = result_of(replace(MISSING, related=steps, evidence=steps))
    assert len(result["relatedLocations"]) == 999
    assert result["relatedLocations"][-1]["message"]["text"] == "The grants are declared here."
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 1_000


def test_too_many_gaps_are_cut() -> None:
    gaps = tuple(replace(GAPS[0], reason=f"{number:04}") for number in range(1_002))
    log = log_of(replace(EMPTY, inventory=replace(EMPTY.inventory, gaps=gaps)))
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == 1_001
    assert notes[-1]["message"]["text"].startswith("2 more gaps")


def test_hostile_names_make_no_links_and_no_control_characters() -> None:
    result = result_of(UNCOVERED)
    text = result["message"]["text"]
    assert "](" not in text
    assert "evil\\x1b[31m\\u202e\\x0a" in text
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "billing/evil%1B%5B31m%E2%80%AE%0A%5Bclick%5D%28http%3Ax%29%FF.py"


def test_endless_words_are_cut() -> None:
    result = result_of(replace(MISSING, message="m" * 100_000, permission="p" * 100_000))
    assert len(json.dumps(result)) < 10_000


@pytest.mark.parametrize(
    ("path", "uri", "base"),
    [
        ("billing/api.py", "billing/api.py", "%SRCROOT%"),
        ("a b/ü#?.py", "a%20b/%C3%BC%23%3F.py", "%SRCROOT%"),
        ("c:x.py", "c%3Ax.py", "%SRCROOT%"),
        ("../up.py", "../up.py", "%SRCROOT%"),
        ("/srv/x.py", "file:///srv/x.py", None),
        ("C:/x.py", "file:///C%3A/x.py", None),
        ("\ud800.py", "%EF%BF%BD.py", "%SRCROOT%"),
        ("", ".", "%SRCROOT%"),
    ],
)
def test_paths_become_uris(path: str, uri: str, base: str | None) -> None:
    made = artifact(path)
    assert (made.uri, made.uri_base_id) == (uri, base)


def test_a_name_is_one_segment_of_a_category() -> None:
    assert segment("a/b ü") == "a%2Fb %C3%BC"
    assert segment("") == "unnamed"


@pytest.mark.parametrize("foreign", [{1, 2}, b"x", object()])
def test_values_that_are_no_json_are_refused(foreign: object) -> None:
    with pytest.raises(TypeError, match="has no form in SARIF"):
        sarif_text(om.Message(text=foreign))


def test_the_object_model_is_not_loaded_by_the_other_renderers() -> None:
    code = "import sys, analyzer.report.text, analyzer.report.contracts; sys.exit('sarif_om' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0  # noqa: S603
