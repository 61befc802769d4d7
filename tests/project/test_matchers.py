"""The recipes that read findings as lines match what is printed: every line, with its place, level, kind and message."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from command import EXAMPLE, run
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs/editor.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("\n## The findings as lines\n") :].partition("\n## Visual Studio\n")[0]
VIM = shutil.which("vim")
PLACES = [
    ("app/stripe-app.json", "19", "21", "warning", "excess-grant"),
    ("backend/billing.py", "37", "24", "error", "missing-grant"),
    ("backend/webhooks.py", "27", "26", "note", "missing-grant"),
    ("worse/stripe-app.json", "2", "1", "error", None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a finding of each level and a broken manifest."""
    made = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("matchers") / "shop")
    (made / "worse").mkdir()
    (made / "worse/stripe-app.json").write_text('{"permissions":\n', "utf-8")
    return made


@pytest.fixture(scope="module")
def lines(folder: Path) -> list[str]:
    return run(folder, "scan", "--format", "concise").out.decode().splitlines()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


def read(pattern: dict[str, Any], line: str) -> dict[str, str | None]:
    """Read a line as a problem matcher does: a name in the pattern is the number of a group."""
    match = re.search(pattern["regexp"], line)
    return {key: match[number] for key, number in pattern.items() if key != "regexp"} if match else {}


def told(found: dict[str, str | None], severity: str = "") -> tuple[str | None, ...]:
    return (found["file"], found["line"], found["column"], found.get("severity", severity), found.get("code"))


def test_the_matcher_for_code_reads_every_line(lines: list[str]) -> None:
    task = json.loads(blocks("json")[0])["tasks"][0]
    assert task["command"] == "leastscope scan --format concise"
    found = [read(task["problemMatcher"]["pattern"], line) for line in lines]
    assert sorted(map(told, found), key=str) == sorted(PLACES, key=str)
    assert all(one["message"] for one in found)


def test_one_of_the_matchers_for_github_reads_each_line_with_a_level_that_github_knows(lines: list[str]) -> None:
    matchers = json.loads(blocks("json")[1])["problemMatcher"]
    assert len({one["owner"] for one in matchers}) == len(matchers)
    found = [told(read, one.get("severity", "")) for line in lines for one in matchers if (read := first(one, line))]
    assert sorted(found, key=str) == sorted(
        [(*place, {"note": "notice"}.get(level, level), kind) for *place, level, kind in PLACES], key=str
    )


def first(matcher: dict[str, Any], line: str) -> dict[str, str | None]:
    (pattern,) = matcher["pattern"]
    return read(pattern, line)


def test_the_page_shows_the_file_for_github() -> None:
    assert blocks("json")[1] == (ROOT / "docs/pipelines/github-matcher.json").read_text("utf-8")


def test_the_expression_for_emacs_reads_every_line(lines: list[str]) -> None:
    (quoted,) = re.findall(r"'\(leastscope \"(.+)\" 1 2 3 \(4 \. 5\)\)\)", blocks("lisp")[0])
    swapped = re.sub(r"\\\\([(){}|])|([(){}|])", lambda match: match[1] or f"\\{match[2]}", quoted)
    found = [match.groups() for line in lines if (match := re.search(swapped, line))]
    assert [(path, row, column) for path, row, column, *_ in found] == [tuple(line.split(":")[:3]) for line in lines]
    levels = {"warning": ("warning", None), "note": (None, "note"), "error": (None, None)}
    assert sorted((groups[0], groups[3:]) for groups in found) == sorted(
        (path, levels[level]) for path, _, _, level, _ in PLACES
    )


@pytest.mark.skipif(not VIM, reason="Vim is not on this machine")
def test_vim_reads_every_line(folder: Path, lines: list[str], tmp_path: Path) -> None:
    """In Vim itself: its formats are no regular expressions."""
    log, into = tmp_path / "log", tmp_path / "into"
    log.write_text("\n".join([*lines, ""]), "utf-8")
    write = (
        "call writefile(map(getqflist(), {_, q -> bufname(q.bufnr).'|'.q.lnum.'|'.q.col.'|'.q.type.'|'.q.text}), "
        f"'{into}')"
    )
    settings = [word for line in blocks("vim")[0].splitlines() for word in ("-c", line)]
    command = [VIM or "", "-Nu", "NONE", "-es", *settings, "-c", f"cgetfile {log}", "-c", write, "-c", "qa!"]
    subprocess.run(command, cwd=folder, check=True, timeout=60, capture_output=True)  # noqa: S603
    rows = [row.split("|") for row in into.read_text("utf-8").splitlines()]
    assert sorted((*row[:4],) for row in rows) == sorted(
        (path, row, column, level[0]) for path, row, column, level, _ in PLACES
    )
    assert all(row[4] and row[4] in line for row, line in zip(rows, lines, strict=True))
