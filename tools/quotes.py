"""Keeps what the documentation quotes of the program equal to what the program prints.

A quote is a fenced block after a comment `<!-- leastscope ARGUMENTS -->`. `python -m tools.quotes` writes all of them
anew, and the pages that are rendered from the catalog; tests fail where something is out of date.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from leastscope.report import catalog

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/cli.md")
_QUOTE = re.compile(
    r"(?P<head><!-- leastscope (?P<arguments>.+?) -->\n+```text\n)(?P<text>.*?)(?P<end>^```$)", re.DOTALL | re.MULTILINE
)
_RUN = "from leastscope.cli import main; main(prog_name='leastscope')"


def output(arguments: str) -> str:
    """Give what the command prints in the root of the checkout, without its exit code."""
    environment = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", _RUN, *shlex.split(arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, encoding="utf-8")
    if done.stderr:
        raise RuntimeError(f"leastscope {arguments}: {done.stderr}")
    return done.stdout


def quoted(page: str) -> dict[str, str]:
    """Map the arguments of each quote of a page to the text that stands there."""
    return {match["arguments"]: match["text"] for match in _QUOTE.finditer(page)}


def renewed(page: str) -> str:
    """Give the page with every quote as the program prints it now."""
    return _QUOTE.sub(lambda match: f"{match['head']}{output(match['arguments'])}{match['end']}", page)


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
    for name in PAGES:
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
