"""Every command that the documentation shows is one that the program accepts."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from leastscope import cli
from places import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            lines = [line.strip().removeprefix("$ ") for line in block.splitlines()]
            found += [(page.name, line) for line in lines if line.startswith("leastscope ")]
    return found


def words(line: str) -> list[str]:
    """Give the arguments of a line as a shell would, up to a redirection or another command."""
    given = shlex.split(line, comments=True)[1:]
    ends = [index for index, word in enumerate(given) if word in {">", "|", "&&", ";", "||"}]
    return given[: min(ends, default=len(given))]


def parsed(arguments: list[str]) -> click.Context:
    """Take arguments apart as the program does, and run nothing."""
    top = cli.main.make_context("leastscope", arguments)
    name, command, rest = cli.main.resolve_command(top, [*top._protected_args, *top.args])
    assert command
    return command.make_context(name, rest, parent=top)


def test_there_are_examples() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_of_the_documentation_is_accepted(page: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert parsed(words(line)).command, page


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        parsed(words("leastscope scan --no-such-option"))
