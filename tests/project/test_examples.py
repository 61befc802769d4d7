"""Every command line of the README and the documentation runs, in a project that has what the pages assume."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

import pytest

from command import EXAMPLE, run
from leastscope import cli
from places import ROOT
from repositories import repository

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
COMMAND = re.compile(r"(?<!--tag)(?:^|[\s\"])((?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?leastscope [^\n]+)")
OUTPUT = {"text", "python"}
"""The languages of blocks that show what is printed, or code; the rest are commands and configuration."""
NOT_RUN = {
    "leastscope comment summary.md --name backend": "talks to GitHub: tests/ci/test_comment.py has a server",
    "leastscope scan --watch --quiet --show-suppressed -o sarif=.sarif/leastscope.sarif": (
        "runs until it is stopped: tests/test_watching.py stops it"
    ),
}
WORDS = {"BASE": "main", "COMMAND": "scan", "FOLDER": "backend", "LIST": "list.txt"}
"""What stands for a word that the reader is to replace."""
VARIABLES = {"BASE": "v1.2", "HEAD": "v1.3"}
ADYEN = """import Adyen

adyen = Adyen.Adyen(xapikey=KEY)
adyen.management.account_company_level_api.list_company_accounts()
"""


class Example(NamedTuple):
    """A command line and the page that has it; `shown` in a block of its own, else in a sentence."""

    page: str
    line: str
    shown: bool


def examples() -> list[Example]:
    """Give every command line of the pages once; the name of a command in a sentence is none."""
    found: dict[str, Example] = {}
    for path in PAGES:
        page = path.read_text("utf-8")
        blocks = [match["text"] for match in FENCE.finditer(page) if match["language"] not in OUTPUT]
        sentences = [" ".join(code.split()) for code in INLINE.findall(FENCE.sub("", page))]
        lines = [(line, True) for line in commands(blocks)] + [(line, False) for line in commands(sentences)]
        for line, shown in lines:
            named = not shown and line.removeprefix("leastscope ") in cli.NAMES
            if not named:
                found.setdefault(line, Example(path.name, line, shown))
    return list(found.values())


def commands(texts: list[str]) -> list[str]:
    """Give the command lines of some texts, without comments and the quotes of JSON around them."""
    lines = [match[1] for text in texts for match in COMMAND.finditer(text)]
    return [re.sub(r'\s+#.*|",?$', "", line).strip() for line in lines]


def wanted(line: str) -> dict[str, str]:
    """Give the files of the project that a line is written for; without its manifest, nothing is declared."""
    code = (EXAMPLE / "backend/billing.py").read_text("utf-8")
    files = {"backend/billing.py": code, "src/shop.py": code, "app/README": "", "list.txt": "backend\n"}
    if "adyen" in line or "--as scope" in line:
        files["backend/billing.py"] = ADYEN
    elif "--as leastscope.yaml" not in line:
        files["app/stripe-app.json"] = (EXAMPLE / "app/stripe-app.json").read_text("utf-8")
    words = [re.sub(r":\d+$", "", word) for word in line.split()]
    named = [word for word in words if word.endswith(".py") or word.startswith("fixtures/")]
    return files | {name if name.endswith(".py") else f"{name}/code.py": code for name in named}


def project(folder: Path, line: str) -> Path:
    """Make a repository with the branches, tags and files that a line names, and a change that is not committed."""
    made = repository(folder, wanted(line))
    for name in ("refs/tags/v1.2", "refs/remotes/origin/main"):
        made.git("update-ref", name, "HEAD")
    made.commit({"src/more.py": made.folder.joinpath("src/shop.py").read_bytes()})
    made.git("tag", "v1.3")
    made.git("fetch", "-q", ".", "main")
    made.write({"src/again.py": "import stripe\n\nstripe.Refund.create(charge=CHARGE)\n", ".sarif/.gitignore": "*\n"})
    if "--baseline" in line:
        assert run(folder, "baseline").code == 0
    return folder


@pytest.mark.parametrize(
    "example", [one for one in examples() if one.line not in NOT_RUN], ids=lambda one: f"{one.page}: {one.line}"
)
def test_an_example_runs_and_gives_what_it_promises(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(tmp_path / "shop", example.line)
    words = [WORDS.get(word, word) for word in shlex.split(example.line)]
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value)
    arguments, _, into = " ".join(map(shlex.quote, words[1:])).partition(" '>' ")
    filled = [re.sub(r"\$(\w+)", lambda match: VARIABLES[match[1]], word) for word in shlex.split(arguments)]
    outcome = run(folder, *filled)
    assert outcome.code in expected(filled), outcome.err
    written = re.findall(r"(?:-o \w+=|--output )(\S+)", arguments)
    assert outcome.out or written or (outcome.err and not into), "nothing is said"
    for name in written:
        assert (folder / name).stat().st_size > 0


def expected(arguments: list[str]) -> set[int]:
    """Give the exit codes that an example may have: a comparison may fail, and a strict one be incomplete."""
    compares = not arguments or arguments[0] in {"scan", "diff", "ci"} or arguments[0] not in cli.NAMES
    return {0, 1, 3} if "--strict" in arguments else {0, 1} if compares else {0}


def test_what_does_not_run_still_stands_in_the_pages() -> None:
    assert NOT_RUN.keys() <= {one.line for one in examples()}


def test_examples_are_found_in_blocks_and_in_sentences() -> None:
    found = {one.line: one.shown for one in examples()}
    assert found["leastscope scan --strict -o sarif=out.sarif"]
    assert found["leastscope ci -o gitlab=gl-code-quality-report.json -o markdown=leastscope.md"]
    assert found["leastscope scan --format concise"]
    assert not found["leastscope requests --format json"]
    assert "leastscope cache" not in found
    assert len(found) > 40


@pytest.mark.parametrize("name", cli.NAMES)
def test_the_help_of_every_command_runs(name: str, tmp_path: Path) -> None:
    shown = run(tmp_path, name, "--help")
    assert shown.code == 0
    assert shown.out.decode().startswith(f"Usage: leastscope {name}")
