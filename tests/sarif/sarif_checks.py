"""What Microsoft's validator says of our logs, and what Microsoft's viewer shows of them.

Both come from npm, and the viewer needs a Chromium: `make sarif-check` installs them and runs this file, which pytest
collects only when it is named. SARIF_PICTURES names a folder for pictures of what the viewer shows.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pytest
from jsonschema import Draft4Validator

from places import ROOT
from repositories import READS, REFUND, WITH_REFUND, repository
from sarif_logs import Case, Json, leastscope, make_trouble, scan, steps

HERE = ROOT / "tests/sarif"
VALIDATOR = HERE / f"node_modules/@microsoft/sarif-multitool-{sys.platform}/Sarif.Multitool"
PICTURES = os.environ.get("SARIF_PICTURES", "")
PROJECTS = ("example", "market", "stripe_key", "sparkpay")
SPOILT = "spoilt"
ACCEPTED_NOTES = {
    "SARIF2002": "GitHub requires the text of a message; an id with arguments is not enough",
    "SARIF2003": "a scan by hand does not look for a repository",
}
ICONS = {"error": "failed", "warning": "warning", "note": "active"}
_LINK = re.compile(r"\[([^]]*)\]\(\d+\)")

Verdict: TypeAlias = "tuple[str, str]"
Card = Json


@dataclass(frozen=True)
class Shown:
    """The cards of the viewer with its usual filter, and with suppressed results only."""

    usual: list[Card]
    suppressed: list[Card]


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Scan several fixtures and the project with everything that readers trip over, and compare two commits."""
    found = [scan(name, ROOT / "fixtures/projects" / name) for name in PROJECTS]
    found.append(scan("trouble", make_trouble(tmp_path_factory.mktemp("trouble"))))
    folder = tmp_path_factory.mktemp("change")
    repository(folder, WITH_REFUND).commit({"code.py": READS + REFUND + "client.v1.disputes.list()\n"})
    found.append(Case("change", folder, leastscope(folder, "diff", "HEAD~1", "--format", "sarif")))
    return {case.name: case for case in found}


def written(cases: list[Case], folder: Path) -> list[Path]:
    """Write the logs into a folder and return their paths."""
    paths = [folder / f"{case.name}.sarif" for case in cases]
    for case, path in zip(cases, paths, strict=True):
        path.write_text(json.dumps(case.log, ensure_ascii=False), "utf-8")
    return paths


def spoilt(case: Case) -> Case:
    """Return a log that has lost a place and an address: the validator has to object."""
    log = json.loads(json.dumps(case.log))
    del log["runs"][0]["results"][0]["locations"]
    del log["runs"][0]["tool"]["driver"]["informationUri"]
    return replace(case, name=SPOILT, log=log)


@pytest.fixture(scope="session")
def verdicts(cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Verdict]]:
    """Return what the validator has to say of each log, as pairs of level and rule."""
    folder = tmp_path_factory.mktemp("validator")
    logs = written([*cases.values(), spoilt(cases["example"])], folder)
    output = folder / "verdicts.json"
    options = ["--rule-kind", "Sarif;Gh", "--level", "Error;Warning;Note", "--config", str(HERE / "validator.xml")]
    command = [str(VALIDATOR), "validate", *map(str, logs), *options, "--output", str(output)]
    # Its runtime would need a library for languages, which a small machine lacks.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300)  # noqa: S603
    assert f"{len(logs)} files scanned" in done.stdout
    found: dict[str, list[Verdict]] = {path.stem: [] for path in logs}
    for result in json.loads(output.read_text("utf-8-sig"))["runs"][0]["results"]:
        log = Path(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).stem
        found[log].append((result.get("level", "warning"), result["ruleId"]))
    return found


def test_the_validator_has_no_errors_and_no_warnings(
    cases: dict[str, Case], verdicts: dict[str, list[Verdict]]
) -> None:
    for name in cases:
        assert [verdict for verdict in verdicts[name] if verdict[0] != "note"] == [], name


def test_the_validators_notes_are_those_with_a_reason(
    cases: dict[str, Case], verdicts: dict[str, list[Verdict]]
) -> None:
    assert {rule for name in cases for _, rule in verdicts[name]} == set(ACCEPTED_NOTES)


def test_the_validator_objects_to_a_spoilt_log(verdicts: dict[str, list[Verdict]]) -> None:
    assert {("error", "GH1015"), ("warning", "SARIF2005")} <= set(verdicts[SPOILT])


def test_every_log_follows_the_official_schema(cases: dict[str, Case]) -> None:
    schema = Draft4Validator(json.loads((ROOT / "fixtures/schemas/sarif-schema-2.1.0.json").read_text("utf-8")))
    for case in cases.values():
        assert [error.message for error in schema.iter_errors(case.log)] == []


@pytest.fixture(scope="session")
def shown(cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """Return what the viewer shows of each log, and of the analysis steps of all of them."""
    folder = tmp_path_factory.mktemp("viewer")
    pictures = Path(PICTURES).resolve() if PICTURES else folder
    pictures.mkdir(parents=True, exist_ok=True)
    asked = [*cases.values(), steps_as_results(cases)]
    requests = [
        {"log": str(log), "picture": str(pictures / f"{log.stem}{suffix}.png"), "suppression": [which]}
        for log in written(asked, folder)
        for which, suffix in (("unsuppressed", ""), ("suppressed", "-suppressed"))
    ]
    (folder / "requests.json").write_text(json.dumps(requests), "utf-8")
    command = ["node", str(HERE / "show.mjs"), str(folder / "requests.json")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300)  # noqa: S603
    pages = json.loads(done.stdout)
    pairs = zip(asked, pages[::2], pages[1::2], strict=True)
    return {case.name: Shown(usual, suppressed) for case, usual, suppressed in pairs}


def steps_as_results(cases: dict[str, Case]) -> Case:
    """Return a log with every analysis step as a result of its own: this viewer shows no flows, but every place."""
    made = [
        {"ruleId": result["ruleId"], "level": "note", "message": step["message"], "locations": [step]}
        for case in cases.values()
        for result in case.results()
        for step in steps(result)
    ]
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "steps"}}, "results": made}]}
    return Case("steps", ROOT, log)


def rows(cards: list[Card]) -> list[Json]:
    """Return all results that the viewer shows, in a fixed order."""
    return sorted((row for card in cards for row in card["results"]), key=json.dumps)


def expected(result: Json) -> Json:
    """Return the row that the viewer shows of a result."""
    place = result["locations"][0]
    physical = place["physicalLocation"]
    names = [name["fullyQualifiedName"] for name in place.get("logicalLocations", [])[:1]]
    context = physical.get("contextRegion")
    return {
        "level": result["level"],
        "icon": ICONS[result["level"]],
        "place": "".join([*names, physical["artifactLocation"]["uri"]]),
        "message": _LINK.sub(r"\1", result["message"]["text"]),
        "code": unindented(context["snippet"]["text"]) if context else physical["region"]["snippet"]["text"],
        "marked": physical["region"]["snippet"]["text"] if context else "",
        "baseline": result.get("baselineState", "new").capitalize(),
    }


def unindented(text: str) -> str:
    """Return lines without the spaces that all of them start with, as the viewer shows them."""
    lines = text.split("\n")
    margin = min(len(line) - len(line.lstrip(" ")) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


def title(case: Case, result: Json) -> str:
    return f"{result['ruleId']}: {case.rule_of(result)['name']}"


def is_suppressed(result: Json) -> bool:
    return bool(result.get("suppressions"))


def test_the_viewer_shows_every_result_with_its_level_place_message_code_and_baseline_state(
    cases: dict[str, Case], shown: dict[str, Shown]
) -> None:
    for name, case in cases.items():
        wanted = [expected(result) for result in case.results() if not is_suppressed(result)]
        assert rows(shown[name].usual) == sorted(wanted, key=json.dumps), name


def test_the_viewer_tells_new_results_of_a_change_from_old_ones(shown: dict[str, Shown]) -> None:
    states = {row["baseline"]: row["message"] for row in rows(shown["change"].usual)}
    assert set(states) == {"New", "Unchanged"}
    assert "'dispute_read'" in states["New"]
    assert "'charge_write'" in states["Unchanged"]


def test_the_viewer_hides_suppressed_results_and_shows_them_when_asked(
    cases: dict[str, Case], shown: dict[str, Shown]
) -> None:
    counts = []
    for name, case in cases.items():
        wanted = [expected(result) for result in case.results() if is_suppressed(result)]
        assert rows(shown[name].suppressed) == sorted(wanted, key=json.dumps), name
        counts.append(len(wanted))
    assert sum(counts) > 0


def test_the_viewer_has_a_card_for_each_app_and_groups_results_by_rules_with_names(
    cases: dict[str, Case], shown: dict[str, Shown]
) -> None:
    for name, case in cases.items():
        cards = shown[name].usual
        assert len(cards) == len(case.log["runs"])
        assert {card["title"] for card in cards} == {"leastscope"}
        for card in cards:
            assert card["count"] == len(card["results"]) == sum(rule["count"] for rule in card["rules"])
        rules: Counter[str] = Counter()
        for rule in (rule for card in cards for rule in card["rules"]):
            rules[rule["title"]] += rule["count"]
        assert rules == Counter(title(case, result) for result in case.results() if not is_suppressed(result))


def test_the_viewer_shows_the_words_and_the_code_of_every_analysis_step(
    cases: dict[str, Case], shown: dict[str, Shown]
) -> None:
    wanted = [
        (step["message"]["text"], step["physicalLocation"]["region"]["snippet"]["text"])
        for case in cases.values()
        for result in case.results()
        for step in steps(result)
    ]
    assert len(wanted) > 10
    assert sorted((row["message"], row["code"]) for row in rows(shown["steps"].usual)) == sorted(wanted)
