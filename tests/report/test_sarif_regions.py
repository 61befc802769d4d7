"""What editors make of a log: the characters that a region marks, the edits of a fix, the steps of a flow.

The rules are those of Microsoft's viewer for VS Code 3.4.5, read from its source (regionToSelection.ts,
index.activateFixes.ts, details.tsx, shared/index.ts at https://github.com/microsoft/sarif-vscode-extension).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest

from sarif_logs import (
    PROJECTS,
    Case,
    Json,
    extent,
    line_starts,
    make_trouble,
    narrow,
    physical_locations,
    scan,
    steps,
    text_at,
    wide,
)

TROUBLE = "trouble"
NAMES = [*(path.name for path in PROJECTS), TROUBLE]
_LINK = re.compile(r"(?<!\\)\[[^]]*\]\((\d+)\)")
_SCRATCH = TemporaryDirectory()


@cache
def case(name: str) -> Case:
    """Return the log of a project; each is scanned once."""
    if name == TROUBLE:
        return scan(name, make_trouble(Path(_SCRATCH.name)))
    (folder,) = (path for path in PROJECTS if path.name == name)
    return scan(name, folder)


@cache
def everything() -> list[tuple[Case, Json]]:
    return [(found, result) for found in map(case, NAMES) for result in found.results()]


def test_the_projects_show_every_level_suppressed_results_flows_gaps_and_errors() -> None:
    results = [result for _, result in everything()]
    notes = [note for name in NAMES for run in case(name).log["runs"] for note in notifications(run)]
    assert {result["level"] for result in results} == {"error", "warning", "note"}
    assert {note["level"] for note in notes} >= {"error", "warning"}
    assert [result for result in results if "suppressions" in result]
    assert len([result for result in results if steps(result)]) > 10


def notifications(run: Json) -> list[Json]:
    found: list[Json] = run["invocations"][0].get("toolExecutionNotifications", [])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_text_at_every_region_is_its_snippet(name: str) -> None:
    found = case(name)
    marked = [
        (text_at(found.text(place["artifactLocation"]), place[kind]), place[kind]["snippet"]["text"])
        for place in physical_locations(found.log)
        for kind in ("region", "contextRegion")
        if kind in place
    ]
    assert len(marked) > 3
    for text, snippet in marked:
        assert text == snippet


@pytest.mark.parametrize("name", NAMES)
def test_the_context_holds_the_region(name: str) -> None:
    for place in physical_locations(case(name).log):
        if "contextRegion" in place:
            text = case(name).text(place["artifactLocation"])
            (start, end), (first, last) = extent(text, place["region"]), extent(text, place["contextRegion"])
            assert first <= start <= end <= last


def test_no_region_counts_bytes_since_the_viewer_would_take_it_for_one_of_its_hex_view() -> None:
    for found, _ in everything():
        assert all("byteOffset" not in place["region"] for place in physical_locations(found.log))


def test_offsets_in_characters_mark_what_lines_and_columns_mark() -> None:
    for found, result in everything():
        for text, region in regions_of_fixes(found, result):
            if "charOffset" in region:
                start = region["charOffset"]
                assert (start, start + region.get("charLength", 0)) == extent(text, region)


def regions_of_fixes(found: Case, result: Json) -> list[tuple[str, Json]]:
    return [
        (found.text(change["artifactLocation"]), replacement["deletedRegion"])
        for fix in result.get("fixes", [])
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ]


def test_the_viewer_accepts_the_schema() -> None:
    for name in NAMES:
        stem = case(name).log["$schema"].rpartition("/")[2]
        assert stem.replace("-schema", "").removesuffix(".json") == "sarif-2.1.0"


def test_every_result_has_a_level_a_rule_with_a_description_and_a_message_of_its_own() -> None:
    for found, result in everything():
        rule = found.rule_of(result)
        assert rule["id"] == result["ruleId"]
        assert rule["name"]
        assert rule["fullDescription"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"].endswith((".", "?"))


def test_every_link_of_a_message_leads_to_a_related_place() -> None:
    linked = 0
    for _, result in everything():
        numbers = [int(number) for number in _LINK.findall(result["message"]["text"])]
        assert set(numbers) <= {place["id"] for place in result.get("relatedLocations", [])}
        linked += len(numbers)
    assert linked > 5


def test_every_analysis_step_has_words_and_a_place() -> None:
    for _, result in everything():
        for step in steps(result):
            assert step["message"]["text"].strip()
            assert step["physicalLocation"]["region"]["startLine"] >= 1


def test_the_last_analysis_step_is_where_the_result_is() -> None:
    for _, result in everything():
        for step in steps(result)[-1:]:
            place, primary = (at["physicalLocation"] for at in (step, result["locations"][0]))
            assert place["artifactLocation"] == primary["artifactLocation"]
            assert place["region"]["startLine"] == primary["region"]["startLine"]


def test_the_facts_beside_a_result_are_words_not_nested_data() -> None:
    for _, result in everything():
        for key, value in result["properties"].items():
            assert re.fullmatch(r"[a-z][A-Za-z]+( [a-z]+)*", key), key
            assert isinstance(value, str) or all(isinstance(item, str) for item in value), key


def test_a_suppressed_result_says_why_and_is_hidden_by_the_viewers_filter() -> None:
    suppressed = [result["suppressions"] for _, result in everything() if "suppressions" in result]
    assert suppressed
    for (suppression,) in suppressed:
        assert suppression["status"] == "accepted"
        assert suppression["justification"]


def test_every_fix_has_a_title_and_the_viewer_changes_exactly_what_the_log_says() -> None:
    assert len([result for _, result in everything() if "fixes" in result]) > 5
    for found, result in everything():
        for fix in result.get("fixes", []):
            assert fix["description"]["text"].strip()
            assert fix["artifactChanges"]
            for change in fix["artifactChanges"]:
                text = found.text(change["artifactLocation"])
                by_log = edited(text, change, viewer=False)
                assert by_log != text
                assert edited(text, change, viewer=True) == by_log


@pytest.mark.parametrize("name", ["example", TROUBLE])
def test_what_the_viewer_makes_of_a_fix_has_the_finding_no_more(name: str, tmp_path: Path) -> None:
    found = case(name)
    for number, result in enumerate(found.results()):
        for fix in result.get("fixes", []):
            folder = tmp_path / str(number)
            copytree(found.folder, folder)
            for change in fix["artifactChanges"]:
                path = folder / change["artifactLocation"]["uri"]
                path.write_bytes(edited(found.text(change["artifactLocation"]), change, viewer=True).encode())
            assert fingerprint(result) in {fingerprint(other) for other in found.results()}
            assert fingerprint(result) not in {fingerprint(other) for other in scan(name, folder).results()}


def fingerprint(result: Json) -> str:
    value: str = result["partialFingerprints"]["leastscope/v1"]
    return value


def edited(text: str, change: Json, *, viewer: bool) -> str:
    """Return a text after a change, as the log says, or as the viewer does it."""
    content = wide(text)
    edits = sorted(
        (*(selection if viewer else extent)(text, replacement["deletedRegion"]), inserted(replacement))
        for replacement in change["replacements"]
    )
    assert all(one[1] <= other[0] for one, other in pairwise(edits)), "edits overlap"
    for start, end, words in reversed(edits):
        content = content[: 2 * start] + wide(words) + content[2 * end :]
    return narrow(content)


def inserted(replacement: Json) -> str:
    words: str = replacement.get("insertedContent", {}).get("text", "")
    return words


def selection(text: str, region: Json) -> tuple[int, int]:
    """Return what the viewer selects: it moves a start in the indentation of a line to the first other character."""
    start, end = extent(text, region)
    line_start = line_starts(text)[region["startLine"] - 1]
    line = re.split("[\r\n]", narrow(wide(text)[2 * line_start :]))[0]
    start = max(start, line_start + len(line) - len(line.lstrip()))
    return min(start, end), max(start, end)
