"""Keeps what the documentation quotes of the program equal to what the program prints.

A quote is a fenced block after a comment `<!-- leastscope ARGUMENTS -->`. The pages of docs/start show whole projects: a
fenced block after `<!-- file: NAME -->` is a file, and the commands of the page run in a folder with the page's files.
`python -m tools.quotes` writes all of them anew, and the pages that are rendered from the catalog; tests fail where
something is out of date.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent

import yaml

from leastscope.report import catalog

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/cli.md")
WALKTHROUGHS = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs/start").glob("*.md")))
_QUOTE = re.compile(
    r"(?P<head>^(?P<indent> *)<!-- leastscope (?P<arguments>.+?) -->\n+ *```text\n)(?P<text>.*?)(?P<end>^ *```$)",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(r"^<!-- file: (?P<name>[\w.-]+) -->\n+```\w*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_RUN = "from leastscope.cli import main; main(prog_name='leastscope')"


def output(arguments: str, folder: Path = ROOT) -> str:
    """Give what the command prints in a folder (the root of the checkout), without its exit code.

    In another folder, messages on standard error come first, and `> FILE` at the end also writes the file.
    """
    arguments, _, into = arguments.partition(" > ")
    environment = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", _RUN, *shlex.split(arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, encoding="utf-8")
    if done.stderr and folder == ROOT:
        raise RuntimeError(f"leastscope {arguments}: {done.stderr}")
    if into:
        (folder / into).write_text(done.stdout, "utf-8")
    return done.stderr + done.stdout


def quoted(page: str) -> dict[str, str]:
    """Map the arguments of each quote of a page to the text that stands there."""
    return {match["arguments"]: match["text"] for match in _QUOTE.finditer(page)}


def renewed(page: str) -> str:
    """Give the page with every quote as the program prints it now.

    The commands of a page that shows files run in a folder with these files, one after the other.
    """
    files = {match["name"]: match["text"] for match in _FILE.finditer(page)}
    with TemporaryDirectory() as made:
        folder = Path(made) if files else ROOT
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        return _QUOTE.sub(lambda match: _renewed(match, folder), page)


def _renewed(match: re.Match[str], folder: Path) -> str:
    text = indent(output(match["arguments"], folder), match["indent"], lambda line: bool(line.strip()))
    return f"{match['head']}{text}{match['end']}"


def with_tables(page: str) -> str:
    """Give the page about the action with the tables of its inputs and outputs as `action.yml` has them."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    for name in ("inputs", "outputs"):
        columns = ["name", "default", "meaning"] if name == "inputs" else ["name", "meaning"]
        rows = [columns, ["---"] * len(columns)]
        rows += [_row(key, one, defaults=name == "inputs") for key, one in action[name].items()]
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        page = re.sub(rf"(<!-- {name} of action\.yml -->\n\n)(\|.*\n)*\n?", rf"\g<1>{table}\n", page)
    return page


def _row(name: str, one: dict[str, str], *, defaults: bool) -> list[str]:
    default = [f"`{one['default']}`" if one["default"] else ""] if defaults else []
    return [f"`{name}`", *default, " ".join(one["description"].split())]


def main() -> None:
    """Write the pages anew."""
    for name in (*PAGES, *WALKTHROUGHS):
        path = ROOT / name
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")
    page = ROOT / "docs/action.md"
    page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
    pages = catalog.render_pages()
    for folder in ("findings", "gaps"):
        (ROOT / "docs" / folder).mkdir(exist_ok=True)
        for old in (ROOT / "docs" / folder).glob("*.md"):
            if f"{folder}/{old.name}" not in pages:
                old.unlink()
    for name, text in pages.items():
        (ROOT / "docs" / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
