"""How the command behaves at a terminal, in a pipe and in an editor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command import CUSTOMERS, DYNAMIC, EXAMPLE, READS, project, refusal, run
from leastscope.cli import printing
from leastscope.cli.printing import colored, linked, text_width
from leastscope.report.snippet import display_width
from places import ROOT


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of colors, links and columns."""
    links = ("FORCE_HYPERLINK", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", *links):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


# color


@pytest.mark.parametrize(
    ("color", "terminal", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ("always", False, {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_the_option_decides_on_color_then_the_environment_then_the_terminal(
    bare: pytest.MonkeyPatch, color: str, terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    for name, value in environment.items():
        bare.setenv(name, value)
    bare.setattr(printing, "is_terminal", lambda: terminal)
    assert colored(color, None) is expected


# hyperlinks


@pytest.mark.parametrize(
    ("terminal", "environment", "expected"),
    [
        (True, {}, False),
        (True, {"TERM_PROGRAM": "WezTerm"}, True),
        (True, {"TERM_PROGRAM": "WezTerm", "NO_COLOR": "1"}, True),
        (True, {"TERM_PROGRAM": "WezTerm", "TERM": "dumb"}, False),
        (False, {"TERM_PROGRAM": "WezTerm"}, False),
        (True, {"TERM": "xterm-kitty"}, True),
        (True, {"VTE_VERSION": "7006"}, True),
        (True, {"VTE_VERSION": "4999"}, False),
        (True, {"VTE_VERSION": "new"}, False),
        (True, {"WT_SESSION": "1"}, True),
        (True, {"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
        (False, {"FORCE_HYPERLINK": "1"}, True),
        (False, {"FORCE_HYPERLINK": ""}, False),
    ],
)
def test_text_has_hyperlinks_where_the_terminal_has_them_or_the_environment_says_so(
    bare: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    for name, value in environment.items():
        bare.setenv(name, value)
    bare.setattr(printing, "is_terminal", lambda: terminal)
    assert bool(linked(None).folder) is expected
    assert linked(Path("report.txt")).folder == ""


# width


@pytest.mark.parametrize(("columns", "expected"), [(40, 60), (60, 60), (80, 80), (120, 120), (300, 120)])
def test_the_width_is_that_of_the_terminal_within_bounds(bare: pytest.MonkeyPatch, columns: int, expected: int) -> None:
    bare.setattr(printing, "is_terminal", lambda: True)
    bare.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    assert text_width(None) == expected
    bare.setenv("COLUMNS", "90")
    assert text_width(None) == 90


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "٤٠"])
def test_columns_that_are_no_number_count_for_nothing(bare: pytest.MonkeyPatch, columns: str) -> None:
    bare.setenv("COLUMNS", columns)
    assert text_width(None) > 1000


def test_what_is_piped_is_not_wrapped(bare: pytest.MonkeyPatch) -> None:
    wide = run(EXAMPLE, "scan").out.decode()
    assert max(map(display_width, wide.splitlines())) > 120
    bare.setenv("COLUMNS", "60")
    narrow = run(EXAMPLE, "scan").out.decode()
    assert "".join(narrow.split()) != ""
    assert sum(display_width(line) > 60 for line in narrow.splitlines()) <= 3, "only addresses may be longer"


# how much


def test_quiet_prints_findings_and_nothing_else(tmp_path: Path) -> None:
    assert run(project(tmp_path), "scan", "-q").out == b""
    said = run(project(tmp_path, code=DYNAMIC, grants=""), "scan", "--quiet").out.decode()
    assert "error[missing-grant]" in said
    assert "gaps:" not in said
    assert "files read" not in said


def test_verbose_prints_every_gap(tmp_path: Path) -> None:
    calls = "".join(f"def f{n}(a{n}):\n    return client.raw_request('post', a{n}[{n}])\n" for n in range(12))
    project(tmp_path, code=READS + calls)
    names = [f"code{n}.py" for n in range(12)]
    for name in names:
        (tmp_path / name).write_text(f"import stripe\n{name[:-3]} = (\n", "utf-8")
    assert run(tmp_path, "scan", "--verbose").out.count(b"    at ") >= run(tmp_path, "scan").out.count(b"    at ")
    assert b"--format json lists all" not in run(tmp_path, "scan", "-v").out


def test_statistics_count_the_findings_of_each_kind(tmp_path: Path) -> None:
    said = run(project(tmp_path, grants='{"permission": "coupon_read", "purpose": "x"}'), "scan", "--statistics").out
    assert b"\n1  error[missing-grant]\n1  warning[excess-grant]\n" in said


def test_a_scan_says_how_many_findings_the_fixes_take_away(tmp_path: Path) -> None:
    project(tmp_path, grants='{"permission": "coupon_read", "purpose": "x"}')
    assert b"\n2 findings can be fixed with 'leastscope scan --fix'\n" in run(tmp_path, "scan").out
    assert b"can be fixed" not in run(tmp_path, "scan", "--fix").out


# nothing to check


def test_an_empty_folder_is_not_called_clean(tmp_path: Path) -> None:
    outcome = run(tmp_path, "scan")
    assert (outcome.code, b"no findings" in outcome.out) == (0, False)
    assert outcome.out.startswith(b"nothing was checked\n")
    assert outcome.err == "warning: no Python file and no manifest was found; check the paths\n"


def test_code_that_uses_no_known_api_is_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("print('hello')\n", "utf-8")
    outcome = run(tmp_path, "scan", "--format", "json")
    assert outcome.err == "warning: no file uses an API that leastscope knows, and no manifest was found\n"
    assert json.loads(outcome.out)["findings"] == []


def test_a_manifest_or_a_request_alone_is_something_to_check(tmp_path: Path) -> None:
    project(tmp_path, code="")
    assert run(tmp_path, "scan").err == ""
    (tmp_path / "stripe-app.json").unlink()
    (tmp_path / "code.py").write_text(READS, "utf-8")
    assert run(tmp_path, "scan").err == ""


# commands


def test_a_misspelled_command_is_answered_with_the_right_one(tmp_path: Path) -> None:
    assert "'scna' is neither a path nor a command; did you mean 'scan'?" in refusal(run(tmp_path, "scna"))
    assert "; the commands are: baseline, cache, ci, " in refusal(run(tmp_path, "xyzzy"))


def test_help_is_a_command_too(tmp_path: Path) -> None:
    assert run(tmp_path, "help").out == run(tmp_path, "--help").out
    assert run(tmp_path, "help", "scan").out == run(tmp_path, "scan", "--help").out
    assert run(tmp_path, "help", "cache", "clear").out == run(tmp_path, "cache", "clear", "--help").out
    assert "'scam' is no command" in refusal(run(tmp_path, "help", "scam"))
    assert run(tmp_path, "-V").out == run(tmp_path, "--version").out


@pytest.mark.parametrize(("words", "expected"), [("leastscope sc", "scan"), ("leastscope scan --fo", "--format")])
def test_commands_and_options_are_completed(tmp_path: Path, words: str, expected: str) -> None:
    asked = {"_LEASTSCOPE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    code = "from leastscope.cli import main; main(prog_name='leastscope')"
    environment = {**os.environ, **asked, "PYTHONPATH": str(ROOT / "analyzer")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False)  # noqa: S603
    assert f"plain,{expected}" in done.stdout.decode().splitlines()


# concise


def test_concise_is_a_line_for_each_finding(tmp_path: Path) -> None:
    lines = run(EXAMPLE, "scan", "--format", "concise").out.decode().splitlines()
    assert [line.partition(" ")[2].partition(" ")[0] for line in lines] == [
        "error[missing-grant]",
        "warning[excess-grant]",
        "note[missing-grant]",
    ]
    assert run(project(tmp_path, grants=CUSTOMERS), "scan", "--format", "concise").out == b""


def test_concise_names_a_broken_file_and_stays_on_one_line(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "stripe-app.json").write_text('{"permissions":\n', "utf-8")
    outcome = run(tmp_path, "scan", "--format", "concise")
    assert outcome.code == 2
    assert outcome.out.startswith(b"stripe-app.json:2:1: error: ")
