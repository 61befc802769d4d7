"""The command line keeps its promises: exit codes, formats, what goes where, and calm on hostile input."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from command import CUSTOMERS, DYNAMIC, EXAMPLE, PLACE, READS, Outcome, process, project, refusal, run
from leastscope import __version__, cli
from leastscope.model import Finding, Gap, InputError, Level
from leastscope.rulebook.compile import available_systems
from leastscope.verdict import exit_code
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# exit codes


def test_a_clean_project_exits_with_0(tmp_path: Path) -> None:
    outcome = run(project(tmp_path), "scan")
    assert (outcome.code, outcome.err) == (0, "")
    assert b"no findings" in outcome.out


def test_a_missing_permission_exits_with_1(tmp_path: Path) -> None:
    outcome = run(project(tmp_path, grants=""), "scan")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.startswith(b"error[missing-grant]: ")


def test_a_path_that_does_not_exist_exits_with_2_and_is_named(tmp_path: Path) -> None:
    assert "nowhere" in refusal(run(tmp_path, "scan", "nowhere"))
    assert "nowhere" in refusal(run(tmp_path, "requests", "nowhere"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", "--no-such-option"],
        ["scan", "--format", "xml"],
        ["scan", "-o", "xml=out"],
        ["scan", "-o", "json="],
        ["scan", "-o", "out.json"],
        ["scan", "--config", "missing.yaml"],
        ["scan", "--output", "no/such/folder/out"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert refusal(run(project(tmp_path), *arguments))


def test_wrong_settings_exit_with_2_and_name_the_place_and_the_nearest_right_key(tmp_path: Path) -> None:
    (project(tmp_path) / "leastscope.yaml").write_text("test: true\nexclud: [a]\n", "utf-8")
    said = refusal(run(tmp_path, "scan"))
    assert "leastscope.yaml:1:1: " in said
    assert "leastscope.yaml:2:1: " in said
    assert "exclude" in said


def test_a_broken_manifest_exits_with_2_and_the_other_apps_are_still_compared(tmp_path: Path) -> None:
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        project(tmp_path / name, grants="")
    (tmp_path / "bad" / "stripe-app.json").write_text('{"permissions": [}\n', "utf-8")
    text, machine = run(tmp_path, "scan"), run(tmp_path, "scan", "--format", "json")
    assert (text.code, machine.code) == (2, 2)
    assert b"bad/stripe-app.json:1:18" in text.out
    assert b"error[missing-grant]: " in text.out
    assert machine.err.startswith("leastscope: bad/stripe-app.json:1:18: ")
    document = json.loads(machine.out)
    assert [app["declared_in"] for app in document["apps"]] == [["good/stripe-app.json"]]
    assert [error["file"] for error in document["summary"]["errors"]] == ["bad/stripe-app.json"]


def test_a_gap_exits_with_3_under_strict_only(tmp_path: Path) -> None:
    project(tmp_path, DYNAMIC)
    assert (run(tmp_path, "scan").code, run(tmp_path, "scan", "--strict").code) == (0, 3)


def test_whatever_goes_wrong_inside_exits_with_70_without_a_traceback(tmp_path: Path) -> None:
    broken = (
        "import leastscope.pipeline as p\n"
        "def scan(*_): raise RuntimeError('two\\nlines')\n"
        "p.scan = scan\n"
        "main(prog_name='leastscope')"
    )
    outcome = process(project(tmp_path), "scan", code=broken)
    assert (outcome.code, outcome.out) == (70, b"")
    assert outcome.err.splitlines()[0] == "leastscope: internal error: RuntimeError: two lines"


def test_exit_zero_is_for_a_first_look(tmp_path: Path) -> None:
    assert run(project(tmp_path, DYNAMIC, grants=""), "scan", "--strict", "--exit-zero").code == 0
    assert run(project(tmp_path, grants=""), "scan", "--exit-zero").code == 0


def test_exit_zero_hides_no_error(tmp_path: Path) -> None:
    project(tmp_path)
    assert run(tmp_path, "scan", "--exit-zero", "nowhere").code == 2
    (tmp_path / "leastscope.yaml").write_text("test: true\n", "utf-8")
    assert run(tmp_path, "scan", "--exit-zero").code == 2
    (tmp_path / "leastscope.yaml").write_text("", "utf-8")
    (tmp_path / "stripe-app.json").write_text("{", "utf-8")
    assert run(tmp_path, "scan", "--exit-zero").code == 2


@pytest.mark.parametrize(
    "arguments", [[], ["."], ["--fail-on", "error"], ["--color", "never", "."], ["--", "."]], ids=str
)
def test_without_a_command_it_scans(tmp_path: Path, arguments: list[str]) -> None:
    project(tmp_path, grants="")
    assert run(tmp_path, *arguments) == run(tmp_path, "scan")


def test_a_word_that_is_neither_a_path_nor_a_command_is_refused_with_the_commands(tmp_path: Path) -> None:
    said = refusal(run(project(tmp_path), "scann"))
    assert "'scann' is neither a path nor a command; did you mean 'scan'?" in said


def test_the_help_of_the_group_describes_each_command_in_full(tmp_path: Path) -> None:
    shown = run(tmp_path, "--help").out.decode()
    assert all(f"{name} " in shown for name in cli.NAMES)
    assert "..." not in shown.partition("Commands:")[2]


def test_the_settings_of_the_folder_that_is_scanned_are_used_from_outside(tmp_path: Path) -> None:
    (tmp_path / "shop" / "legacy").mkdir(parents=True)
    project(tmp_path / "shop", grants="")
    (tmp_path / "shop" / "code.py").rename(tmp_path / "shop" / "legacy" / "code.py")
    assert run(tmp_path, "scan", "shop").code == 1
    (tmp_path / "shop" / "leastscope.yaml").write_text("exclude: [legacy/**]\n", "utf-8")
    assert run(tmp_path, "scan", "shop").code == 0
    (tmp_path / "work").mkdir()
    assert run(tmp_path / "work", "scan", "../shop").code == 0
    assert run(tmp_path, "scan", "shop", "work").code == 1


def finding(level: Level, suppressed: str | None = None) -> Finding:
    return Finding(
        "missing-grant", level, "certain", "app", "shop", "order_read", (), PLACE, "…", (), suppressed=suppressed
    )


ERROR, WARNING, NOTE = finding("error"), finding("warning"), finding("note")
GAPS = (Gap("limit", PLACE, "shop", "…"),)
BROKEN = (InputError(PLACE, "…"),)


@pytest.mark.parametrize(
    ("findings", "gaps", "errors", "fail_on", "strict", "code"),
    [
        ((), (), (), "error", False, 0),
        ((ERROR,), (), (), "error", False, 1),
        ((WARNING, NOTE), (), (), "error", False, 0),
        ((WARNING,), (), (), "warning", False, 1),
        ((NOTE,), (), (), "warning", False, 0),
        ((NOTE,), (), (), "note", False, 1),
        ((ERROR,), (), (), "never", False, 0),
        ((finding("error", "agreed"),), (), (), "note", False, 0),
        ((), GAPS, (), "error", False, 0),
        ((), GAPS, (), "error", True, 3),
        ((WARNING,), GAPS, (), "error", True, 3),
        ((ERROR,), GAPS, (), "error", True, 1),
        ((ERROR,), GAPS, (), "never", True, 3),
        ((), (), BROKEN, "error", False, 2),
        ((ERROR,), GAPS, BROKEN, "never", True, 2),
    ],
)
def test_a_broken_file_outweighs_findings_and_findings_outweigh_gaps(
    findings: tuple[Finding, ...],
    gaps: tuple[Gap, ...],
    errors: tuple[InputError, ...],
    fail_on: str,
    strict: bool,
    code: int,
) -> None:
    assert exit_code(findings, errors, gaps, fail_on, strict=strict) == code


@pytest.mark.parametrize(
    ("rule", "level", "suppressed", "code"),
    [
        ("missing-grant", "error", None, 1),
        ("missing-grant", "warning", None, 1),
        ("missing-grant", "note", None, 0),
        ("missing-grant", "error", "agreed", 0),
        ("excess-grant", "error", None, 0),
    ],
)
def test_a_check_that_fails_on_needs_more_counts_what_is_missing_for_sure(
    rule: str, level: Level, suppressed: str | None, code: int
) -> None:
    found = replace(finding(level, suppressed), rule=rule)
    assert exit_code([found], (), (), "needs-more", strict=False) == code


@pytest.mark.parametrize(
    ("settings", "arguments", "code"),
    [
        ("fail-on: warning\n", [], 1),
        ("fail-on: warning\n", ["--fail-on", "error"], 0),
        ("levels: {excess-grant: error}\n", [], 1),
        ("levels: {excess-grant: off}\nfail-on: note\n", [], 0),
        ("tests: false\n", [], 0),
    ],
)
def test_the_option_wins_over_the_settings_and_the_settings_over_the_default(
    tmp_path: Path, settings: str, arguments: list[str], code: int
) -> None:
    project(tmp_path, grants=f'{CUSTOMERS}, {{"permission": "coupon_write", "purpose": "x"}}')
    (tmp_path / "leastscope.yaml").write_text(settings, "utf-8")
    assert run(tmp_path, "scan", *arguments).code == code


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_the_format_never_changes_the_exit_code(form: str) -> None:
    assert run(EXAMPLE, "scan", "--format", form).code == 1


# output


def test_one_run_writes_several_formats_each_the_same_as_alone(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    alone = {form: run(tmp_path, "scan", "--format", form).out for form in ("text", "json", "sarif")}
    together = run(tmp_path, "scan", "-o", "json=a.json", "-o", "sarif=a.sarif", "--also", "text=a.txt")
    assert together == Outcome(1, alone["text"], "")
    written = {form: (tmp_path / name).read_bytes() for form, name in NAMES.items()}
    assert written == alone


NAMES = {"text": "a.txt", "json": "a.json", "sarif": "a.sarif"}


def test_output_goes_to_the_file_and_not_to_standard_output(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    printed = run(tmp_path, "scan", "--format", "json").out
    assert run(tmp_path, "scan", "--format", "json", "--output", "out.json") == Outcome(1, b"", "")
    assert (tmp_path / "out.json").read_bytes() == printed


@pytest.mark.parametrize(
    "arguments", [["scan", "--format", "json"], ["scan", "--format", "sarif"], ["requests", "--format", "json"]]
)
def test_machine_output_stands_alone_on_standard_output(tmp_path: Path, arguments: list[str]) -> None:
    project(tmp_path, DYNAMIC)
    outcome = run(tmp_path, *arguments)
    assert isinstance(json.loads(outcome.out), dict)
    assert outcome.err == ""


@pytest.mark.parametrize(
    "arguments",
    [["scan", "-o", "sarif=/dev/stdout"], ["scan", "--format", "json"], ["requests"], ["requests", "--format", "json"]],
    ids=" ".join,
)
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, arguments: list[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(EXAMPLE, copy)
    assert process(EXAMPLE, *arguments, seed="1") == process(copy, *arguments, seed="2")


def test_color_is_written_on_demand_only(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    assert b"\x1b[" not in run(tmp_path, "scan").out
    assert b"\x1b[" in run(tmp_path, "scan", "--color", "always").out
    run(tmp_path, "scan", "--color", "always", "-o", "text=a.txt")
    assert b"\x1b[" not in (tmp_path / "a.txt").read_bytes()


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    project(tmp_path, READS + "client.v1.invoices.list()\n" * 2000)
    command = f'"{sys.executable}" -m leastscope requests --format json | head -c 10'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer")}
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, check=True, capture_output=True)  # noqa: S602
    assert (len(done.stdout), done.stderr) == (10, b"")


# options


def test_excluded_paths_are_not_read(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    assert run(tmp_path, "scan", "--exclude", "code.py").code == 0


def test_what_only_tests_do_counts_on_demand(tmp_path: Path) -> None:
    (project(tmp_path, grants="") / "code.py").rename(tmp_path / "test_code.py")
    assert (run(tmp_path, "scan").code, run(tmp_path, "scan", "--tests").code) == (0, 1)


def test_several_paths_are_one_scan_and_one_file_is_a_path_too(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    assert run(tmp_path, "scan", "stripe-app.json", "code.py").code == 1
    assert run(tmp_path, "scan", "stripe-app.json").code == 0


def test_places_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    project(tmp_path / "a" / "b")
    document = json.loads(run(tmp_path, "requests", "a", "--format", "json").out)
    assert [request["file"] for request in document["requests"]] == ["a/b/code.py"]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["scan", "-h"], ["requests", "-h"]], ids=" ".join)
def test_help_and_version_load_nothing_that_takes_time(tmp_path: Path, arguments: list[str]) -> None:
    watch = (
        "import sys, atexit\n"
        "heavy = {'libcst', 'msgspec', 'yaml', 'sarif_om', 'leastscope.pipeline', 'leastscope.model'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)), file=sys.stderr))\n"
        "main(prog_name='leastscope')"
    )
    outcome = process(tmp_path, *arguments, code=watch)
    assert (outcome.code, outcome.err) == (0, "[]\n")


def test_the_version_loads_no_command(tmp_path: Path) -> None:
    watch = "import sys, atexit\natexit.register(lambda: print(*sys.modules, file=sys.stderr))\nmain()"
    loaded = process(tmp_path, "--version", code=watch).err.split()
    own = {name for name in loaded if name.startswith("leastscope.")}
    assert own == {
        f"leastscope.{name}" for name in ("cli", "cli.door", "cli.printing", "cli.version", "errors", "verdict")
    }


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").out.decode() == f"leastscope, version {__version__}\n"


@pytest.mark.parametrize("arguments", [("--version", "--verbose"), ("--verbose", "--version")], ids=" ".join)
def test_the_version_says_which_releases_the_packs_know_and_when_facts_were_read(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    first, *lines = run(tmp_path, *arguments).out.decode().splitlines()
    packs = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines}
    assert first == f"leastscope, version {__version__}"
    assert set(packs) == set(available_systems())
    assert re.fullmatch(r"facts read 20\d\d-\d\d-\d\d( to \S+)?; stripe 1\.84\.2 to 1[6-9]\.\S+", packs["stripe"])
    assert ", requests, " in packs["http"]


def test_verbose_without_version_is_refused(tmp_path: Path) -> None:
    assert "--verbose belongs to --version" in refusal(run(tmp_path, "--verbose"))


# hostile input


HOSTILE_NAMES = [
    "\x1b[2Jcleared.py",
    "two\nlines.py",
    "::error file=x::y.py",
    "right\u202eto-left.py",
    'a\' "b" $(c) `d`.py',
    "-o.py",
    "é\u0301漢.py",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_hostile_file_names_are_shown_and_do_nothing(tmp_path: Path, name: str) -> None:
    (project(tmp_path, grants="") / "code.py").rename(tmp_path / name)
    outcome = run(tmp_path, "scan", "-o", "json=out.json", "-o", "sarif=out.sarif")
    assert (outcome.code, outcome.err) == (1, "")
    for data in (outcome.out, (tmp_path / "out.json").read_bytes(), (tmp_path / "out.sarif").read_bytes()):
        text = data.decode()
        assert not set(text) & {"\x1b", "\u202e", "\r"}
        assert not any(line.startswith("::") for line in text.splitlines())
    json.loads((tmp_path / "out.sarif").read_bytes())
    found = json.loads((tmp_path / "out.json").read_bytes())["findings"]
    assert [finding["file"] for finding in found] == [name]


def test_a_file_name_that_is_no_text_is_scanned(tmp_path: Path) -> None:
    project(tmp_path, grants="")
    os.rename(tmp_path / "code.py", os.fsencode(tmp_path) + b"/caf\xe9.py")  # noqa: PTH104 - a name of bytes
    outcome = run(tmp_path, "scan", "-o", "json=out.json", "-o", "sarif=out.sarif")
    assert (outcome.code, outcome.err) == (1, "")
    assert json.loads((tmp_path / "out.json").read_bytes())["findings"][0]["file"] == "caf\\xe9.py"
    assert b" --> caf\\xe9.py:4:" in outcome.out
    assert b"^" not in outcome.out.partition(b"\n\n")[0]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"stripe = (" + b"(" * 100_000, b"stripe\x00", b"# stripe\n\tx\n  y = (\n", b"stripe." * 50_000],
    ids=["undecodable", "deep", "null", "no-python", "long"],
)
def test_a_file_that_cannot_be_read_is_a_gap_and_the_others_are_scanned(tmp_path: Path, data: bytes) -> None:
    (project(tmp_path, grants="") / "bad.py").write_bytes(b"import stripe\n" + data)
    outcome = process(tmp_path, "scan", "--format", "json")
    assert (outcome.code, outcome.err) == (1, "")
    document = json.loads(outcome.out)
    assert [gap["file"] for gap in document["gaps"]] == ["bad.py"]
    assert "missing-grant" in {finding["rule"] for finding in document["findings"]}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    project(outside)
    (inside / "link").symlink_to(outside)
    (inside / "code.py").symlink_to(outside / "code.py")
    assert json.loads(run(inside, "requests", "--format", "json").out)["requests"] == []


@pytest.mark.parametrize("command", [("scan",), ("requests",)])
def test_what_was_parsed_is_kept_where_the_variable_says_and_not_at_all_without_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    made, kept = project(tmp_path / "project"), tmp_path / "kept"
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(kept))
    without = run(made, *command, "--no-cache", ".")
    assert not kept.exists()
    first, second = run(made, *command, "."), run(made, *command, ".")
    folders = {path.parent.name for path in kept.rglob("*") if path.is_file()}
    assert folders == {"answers", "evaluations", "index", "trees"}
    assert without == first == second


def test_the_cache_can_be_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(kept))
    assert run(tmp_path, "cache", "clear") == Outcome(0, b"0 bytes removed\n", "")
    run(project(tmp_path / "project"), "scan", ".")
    size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    assert run(tmp_path, "cache", "clear").out == f"{size} bytes removed\n".encode()
    assert not [path for path in kept.rglob("*") if path.is_file()]


@pytest.mark.parametrize("form", ["github", "gitlab", "markdown"])
def test_formats_for_services_name_what_is_missing_and_where(tmp_path: Path, form: str) -> None:
    found = run(project(tmp_path, grants=""), "scan", "--format", form, ".")
    assert (found.code, b"customer_read" in found.out, b"code.py" in found.out) == (1, True, True)


def test_a_line_of_a_file_in_another_encoding_is_shown_as_it_is_read(tmp_path: Path) -> None:
    made = project(tmp_path, grants="")
    client = 'client = stripe.StripeClient("schlüssel"); client.v1.customers.list()'
    code = f"# -*- coding: latin-1 -*-\nimport stripe\n{client}\n"
    (made / "code.py").write_bytes(code.encode("latin-1"))
    shown = run(made, "scan", ".").out.decode()
    assert 'schlüssel"); client.v1.customers.list()\n' in shown
    (region,) = [
        result["locations"][0]["physicalLocation"]["region"]
        for one in json.loads(run(made, "scan", "--format", "sarif", ".").out)["runs"]
        for result in one["results"]
    ]
    assert region["snippet"]["text"] == "client.v1.customers.list()"
