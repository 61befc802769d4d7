"""SARIF as services and editors need it: valid, complete, and the same bytes for the same report."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

import pytest
import sarif_om as om
from jsonschema import Draft4Validator

from leastscope.kinds import FINDINGS
from leastscope.kinds import GAPS as GAP_KINDS
from leastscope.model import Checkout, Definition, Edit, Fix, InputError, Span, Step
from leastscope.report.line_hash import line_hashes
from leastscope.report.sarif import render_sarif
from leastscope.report.sarif_places import artifact, segment
from leastscope.report.sarif_write import sarif_text
from places import ROOT
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
    SHOW,
    SUPPRESSED,
    UNCOVERED,
    at,
    committed,
    source,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from leastscope.model import Finding, Report

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
        "why": "GET /v1/customers/{customer} needs customer_read",
        "source": "object-table",
    }


def test_suppressed_findings_are_left_out_unless_asked_for() -> None:
    assert "suppressions" not in render_sarif(REPORT, source)
    results = [result for run in log_of(REPORT, include_suppressed=True)["runs"] for result in run["results"]]
    assert len([result for result in results if "suppressions" in result]) == 1


def test_a_suppression_is_in_the_source_at_its_comment_or_external_in_the_settings() -> None:
    by_settings = suppressions_of(SUPPRESSED)
    assert by_settings == [{"kind": "external", "status": "accepted", "justification": "asked for by support"}]
    comment = at("billing/api.py", "What the pages show")
    (by_comment,) = suppressions_of(replace(SUPPRESSED, suppressed_at=comment))
    place = by_comment.pop("location")["physicalLocation"]
    assert by_comment == {"kind": "inSource", "status": "accepted", "justification": "asked for by support"}
    assert place["artifactLocation"]["uri"] == "billing/api.py"
    assert place["region"]["snippet"]["text"] == "What the pages show"


def suppressions_of(finding: Finding) -> Any:  # noqa: ANN401 - a part of a JSON document
    (result,) = (
        result
        for run in log_of(replace(REPORT, findings=(finding,)), include_suppressed=True)["runs"]
        for result in run["results"]
    )
    return result["suppressions"]


def test_a_fix_replaces_regions_that_tools_can_find_by_lines_or_by_offset() -> None:
    (fix,) = result_of(EXCESS)["fixes"]
    assert fix["description"]["text"] == "Remove 'payout_write' from 'shop-app.json'."
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "shop-app.json", "uriBaseId": "%SRCROOT%"}
    (replacement,) = change["replacements"]
    region, text = replacement["deletedRegion"], FILES["shop-app.json"]
    assert "insertedContent" not in replacement
    assert (
        text[region["charOffset"] :][: region["charLength"]] == '\n    {"permission": "payout_write", "purpose": ""},'
    )
    assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == (4, 61, 5, 51)


def test_edits_of_a_fix_are_grouped_by_file_and_count_utf16_units() -> None:
    line = FILES["billing/jobs.py"].splitlines()[4]
    end = len(line) + 1
    edits = (
        Edit(Span("billing/jobs.py", 5, end, 5, end), "  # one\n"),
        Edit(Span("shop-app.json", 1, 1, 1, 2), "["),
        Edit(Span("billing/jobs.py", 6, 1, 6, 1), ""),
    )
    (fix,) = result_of(replace(MISSING, fix=Fix("Do it", edits)))["fixes"]
    assert fix["description"]["text"] == "Do it."
    assert [len(change["replacements"]) for change in fix["artifactChanges"]] == [2, 1]
    first = fix["artifactChanges"][0]["replacements"][0]
    units = len(line.encode("utf-16-le")) // 2
    assert first["deletedRegion"]["startColumn"] == units + 1 > end
    before = "".join(FILES["billing/jobs.py"].splitlines(keepends=True)[:4])
    assert first["deletedRegion"]["charOffset"] == len(before.encode("utf-16-le")) // 2 + units
    assert first["insertedContent"] == {"text": "  # one\n"}


@pytest.mark.parametrize("text", [None, "\ufeff{}\n", ""])
def test_without_a_text_or_with_a_byte_order_mark_a_fix_has_no_offset(text: str | None) -> None:
    report = replace(REPORT, findings=(replace(EXCESS, fix=Fix("x", (Edit(Span("m", 2, 1, 2, 1), "y"),))),))
    (result,) = json.loads(render_sarif(report, lambda _: text))["runs"][0]["results"]
    region = result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    assert region == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 1}


@pytest.mark.parametrize(("kind", "word"), [("function", "function"), ("method", "member"), ("class", "type")])
def test_the_primary_place_names_what_it_stands_in(kind: Any, word: str) -> None:  # noqa: ANN401 - parametrized literal
    inside = Definition("billing.api.Desk.show", kind)
    (place,) = result_of(replace(MISSING, inside=inside))["locations"]
    assert place["logicalLocations"] == [{"name": "show", "fullyQualifiedName": "billing.api.Desk.show", "kind": word}]
    assert "logicalLocations" not in result_of(EXCESS)["locations"][0]


def test_with_a_comparison_every_result_says_whether_it_is_new() -> None:
    states = {
        result["properties"]["permission"]: result["baselineState"]
        for run in json.loads(render_sarif(REPORT, source, new=[MISSING]))["runs"]
        for result in run["results"]
        if "permission" in result["properties"]
    }
    assert states == {
        "customer_read": "new",
        "charge_write": "unchanged",
        "payout_write": "unchanged",
        "ordr_write": "unchanged",
    }
    assert "baselineState" not in render_sarif(REPORT, source)


CHECKOUT = Checkout("https://git.example/shop/billing", "0a" * 20, "main")
MAPPED = {"uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("checkout", "expected"),
    [
        (
            CHECKOUT,
            {"repositoryUri": CHECKOUT.repository, "revisionId": "0a" * 20, "branch": "main", "mappedTo": MAPPED},
        ),
        (
            Checkout("https://user:secret@git.example:8443/a b/c.git/", "HEAD; rm", "x\x1b[2J"),
            {"repositoryUri": "https://git.example:8443/a%20b/c.git", "branch": "x\\x1b[2J", "mappedTo": MAPPED},
        ),
        (replace(CHECKOUT, repository="http://git.example/x"), None),
        (replace(CHECKOUT, repository="git@git.example:x"), None),
        (replace(CHECKOUT, repository="https://[::1"), None),
        (replace(CHECKOUT, repository="https://git.example:port/x"), None),
        (replace(CHECKOUT, repository="https://git.example\n/x"), None),
        (replace(CHECKOUT, repository="https://git.exa<mple/x"), None),
        (replace(CHECKOUT, repository=""), None),
    ],
)
def test_the_commit_is_named_where_its_address_is_one_of_https(checkout: Checkout, expected: Json | None) -> None:
    log = json.loads(render_sarif(REPORT, source, checkout=checkout))
    assert list(official_schema().iter_errors(log)) == []
    for run in log["runs"]:
        assert run.get("versionControlProvenance") == (None if expected is None else [expected])


def test_gaps_and_errors_are_notifications_and_an_error_makes_the_scan_unsuccessful() -> None:
    app, scan = (run["invocations"][0] for run in log_of(REPORT)["runs"])
    assert not app["executionSuccessful"]
    found = [(note["level"], note["descriptor"]["id"]) for note in scan["toolExecutionNotifications"]]
    assert found == [("error", "LS3001"), ("warning", "LS2001"), ("warning", "LS2012"), ("note", "LS3004")]
    assert log_of(EMPTY)["runs"][0]["invocations"][0]["executionSuccessful"]


def test_a_gap_in_tests_is_a_note() -> None:
    inventory = replace(EMPTY.inventory, gaps=(replace(GAPS[0], in_tests=True),))
    (note,) = log_of(replace(EMPTY, inventory=inventory))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"


MANY = tuple(
    replace(EXCESS, level="note", evidence=(), fix=None, span=Span("shop-app.json", number, 1, number, 2))
    for number in range(1, 5_003)
)


def test_too_many_results_are_cut_by_level_and_the_cut_is_said() -> None:
    late_error = replace(MISSING, span=Span("z.py", 1, 1, 1, 2))
    run = json.loads(render_sarif(replace(REPORT, findings=(*MANY, late_error)), source))["runs"][0]
    assert len(run["results"]) == 5_000
    assert run["results"][-1]["level"] == "error"
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "3 more results, the least severe, are left out; '--format json' lists all."


def test_of_results_of_one_level_the_new_ones_are_kept() -> None:
    run = json.loads(render_sarif(replace(REPORT, findings=MANY), source, new=[MANY[-1]]))["runs"][0]
    assert len(run["results"]) == 5_000
    assert run["results"][-1]["baselineState"] == "new"


def test_every_limit_of_services_holds_for_a_huge_report() -> None:
    """The numbers are those of GitHub's page on its support of SARIF."""
    names = [f"app {number:02}" for number in range(25)]
    apps = tuple(replace(RESULT, app=replace(APP, name=name)) for name in names)
    steps = tuple(Step(Span("billing/api.py", 7, 2, 7, 9), f"step {number}") for number in range(3_000))
    findings = tuple(
        replace(MISSING, app=name, evidence=steps, related=steps, fingerprint=f"{name} {number}")
        for name in names
        for number in range(100)
    )
    errors = tuple(InputError(Span(f"m{number}.json", 1, 1, 1, 2), "broken") for number in range(3_000))
    gaps = tuple(replace(GAPS[0], reason=f"{number}") for number in range(3_000))
    inventory = replace(REPORT.inventory, gaps=gaps)
    report = replace(REPORT, apps=apps, findings=findings, errors=errors, inventory=inventory)
    text = render_sarif(report, source)
    assert len(gzip.compress(text.encode())) <= 10_000_000
    log = json.loads(text)
    assert len(log["runs"]) <= 20
    for run in log["runs"]:
        assert len(run["results"]) <= 5_000
        assert len(run["tool"]["driver"]["rules"]) <= 25_000
        assert all(len(rule["properties"]["tags"]) <= 10 for rule in run["tool"]["driver"]["rules"])
        for result in run["results"]:
            assert len(result["locations"]) + len(result["relatedLocations"]) <= 1_000
            assert sum(len(flow["threadFlows"][0]["locations"]) for flow in result["codeFlows"]) <= 1_000
            assert len(result["fixes"]) <= 1_000
    kept = sum(len(run["results"]) for run in log["runs"])
    assert kept == len(findings), "places are left out before results are"
    told = [
        note["message"]["text"]
        for run in log["runs"]
        for note in run["invocations"][0].get("toolExecutionNotifications", ())
        if note["descriptor"]["id"] == "LS3002"
    ]
    assert "100 results show only a part of their places; '--format json' lists all." in told
    assert "2000 more errors are left out; '--format json' lists all." in told
    assert "2000 more gaps are left out; '--format json' lists all." in told


def test_what_cannot_be_packed_small_enough_is_cut_further() -> None:
    noise = random.Random(7)  # noqa: S311 - no secret
    lines = [
        "".join(noise.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", k=1_800)) for _ in range(600)
    ]

    def place(number: int) -> Span:
        return Span("a.py", 1 + number % 600, 1, 1 + number % 600, 1_801)

    findings = tuple(
        replace(
            MISSING,
            evidence=tuple(Step(place(number * 7 + number // 600 * 97 + step), "") for step in range(5)),
            span=place(number),
        )
        for number in range(2_000)
    )
    text = render_sarif(replace(REPORT, findings=findings), {"a.py": "\n".join(lines)}.get)
    assert len(gzip.compress(text.encode())) <= 10_000_000
    run = json.loads(text)["runs"][0]
    told = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == ["2000 results show only a part of their places; '--format json' lists all."]
    assert len(run["results"]) == len(findings)


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
        ("\ud800.py", "%EF%BF%BD.py", "%SRCROOT%"),
        ("", ".", "%SRCROOT%"),
    ],
)
def test_paths_become_uris(path: str, uri: str, base: str | None) -> None:
    made = artifact(path)
    assert (made.uri, made.uri_base_id) == (uri, base)


@pytest.mark.parametrize(
    ("system", "uri", "base"),
    [(PureWindowsPath, "file:///C%3A/x.py", None), (PurePosixPath, "C%3A/x.py", "%SRCROOT%")],
)
def test_only_windows_has_drives(
    monkeypatch: pytest.MonkeyPatch, system: type[PurePath], uri: str, base: str | None
) -> None:
    monkeypatch.setattr("leastscope.report.sarif_places.PurePath", system)
    made = artifact("C:/x.py")
    assert (made.uri, made.uri_base_id) == (uri, base)


def test_a_name_is_one_segment_of_a_category() -> None:
    assert segment("a/b ü") == "a%2Fb %C3%BC"
    assert segment("") == "unnamed"


@pytest.mark.parametrize("foreign", [{1, 2}, b"x", object()])
def test_values_that_are_no_json_are_refused(foreign: object) -> None:
    with pytest.raises(TypeError, match="has no form in SARIF"):
        sarif_text(om.Message(text=foreign))


def test_the_object_model_is_not_loaded_by_the_other_renderers() -> None:
    code = "import sys, leastscope.report.text, leastscope.report.contracts; sys.exit('sarif_om' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0  # noqa: S603
