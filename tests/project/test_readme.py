"""What a newcomer reads is true: commands, output, exit codes, dependencies, links."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from leastscope import cli, verdict
from places import ROOT
from tools import quotes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = (ROOT / "README.md").read_text("utf-8")
CLI_PAGE = (ROOT / "docs/cli.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^]]*\]\(([^)#\s]*)(#[^)]*)?\)")
COMMANDS = [line for line in README.splitlines() if line.startswith("python3 -m venv")]


def project() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]  # type: ignore[no-any-return]


def table(page: str, heading: str) -> list[list[str]]:
    section = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return rows[2:]


def heading_ids(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize(
    ("page", "arguments", "text"),
    [(name, *quote) for name in quotes.PAGES for quote in quotes.quoted((ROOT / name).read_text("utf-8")).items()],
)
def test_what_a_page_quotes_is_what_the_program_prints(page: str, arguments: str, text: str) -> None:
    assert text == quotes.output(arguments), f"{page} is out of date; run `python -m tools.quotes`"


@pytest.mark.parametrize("name", quotes.WALKTHROUGHS)
def test_a_walkthrough_shows_what_happens_when_its_commands_are_run(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    assert quotes.renewed(page) == page, f"{name} is out of date; run `python -m tools.quotes`"
    assert "\n```text\n```\n" not in page


def test_every_kind_of_grant_has_a_walkthrough_that_the_readme_leads_to() -> None:
    names = {Path(name).stem for name in quotes.WALKTHROUGHS}
    assert names == {"README", "stripe-app", "restricted-key", "connect-platform", "adyen-client", "store-token"}
    for name in names - {"README"}:
        assert f"]({name}.md)" in (ROOT / "docs/start/README.md").read_text("utf-8")
        assert f"](docs/start/{name}.md)" in README


def test_the_pages_quote_the_example_and_the_help_of_every_command() -> None:
    assert set(quotes.quoted(README)) == {"scan fixtures/projects/example"}
    assert set(quotes.quoted(CLI_PAGE)) == {f"{name} --help" for name in cli.NAMES}


def test_the_page_about_the_action_has_its_inputs_and_outputs() -> None:
    page = (ROOT / "docs/action.md").read_text("utf-8")
    assert quotes.with_tables(page) == page, "docs/action.md is out of date; run `python -m tools.quotes`"
    assert "| `fail-on` |" in page
    assert "| `needs-more` |" in page


def test_renewing_a_page_writes_the_output_between_the_fences_and_nothing_else() -> None:
    page = "before\n\n<!-- leastscope --version -->\n\n```text\nold\n```\n\n```text\nkept\n```\n"
    renewed = quotes.renewed(page)
    assert "old" not in renewed
    assert renewed.startswith("before\n\n<!-- leastscope --version -->\n\n```text\nleastscope, version ")
    assert renewed.endswith("\n```\n\n```text\nkept\n```\n")


def test_two_commands_do_all_the_setup_one_for_the_main_job_and_one_for_the_tests() -> None:
    assert [command.rpartition(" && ")[2] for command in COMMANDS] == [
        ".venv/bin/leastscope scan fixtures/projects/example",
        ".venv/bin/pytest -n auto",
    ]


def test_ci_takes_its_commands_from_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    patterns = re.findall(r"readme_command '(.+)'\)", script)
    assert [[line for line in COMMANDS if line.endswith(pattern)] for pattern in patterns] == [
        [one] for one in COMMANDS
    ]


def test_contributing_names_the_same_test_command() -> None:
    assert COMMANDS[1] in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()


def test_every_exit_code_is_explained() -> None:
    codes = [verdict.CLEAN, verdict.FINDINGS, verdict.USAGE, verdict.INCOMPLETE, verdict.INTERNAL]
    codes += [verdict.INTERRUPTED, verdict.TERMINATED]
    assert [row[0] for row in table(CLI_PAGE, "Exit codes")] == [str(code) for code in codes]
    sentence = README[README.index("The exit code is") :]
    assert re.findall(r"\b\d+\b", sentence.split("[", 1)[0]) == [str(code) for code in codes]


def test_every_dependency_has_a_reason() -> None:
    declared = [re.split(r"[<>=;\[ ]", text, maxsplit=1)[0] for text in project()["dependencies"]]
    rows = table(README, "Dependencies")
    assert [row[0].strip("`") for row in rows] == declared
    assert all(row[1] for row in rows)


def test_the_oldest_python_is_the_one_the_package_asks_for() -> None:
    oldest = str(project()["requires-python"]).removeprefix(">=")
    assert f"runs on Python {oldest} and newer" in README
    assert f"Python {oldest} or newer" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_checkout_leads_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        path = page.parent / target if target else page
        if not path.exists() or (anchor and anchor not in heading_ids(path)):
            broken.append(target + anchor)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`((?:analyzer|rules|tests|tools|fixtures|schemas|docs)/[\w./-]+)`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
