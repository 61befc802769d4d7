"""SARIF logs of real scans, with the text of every file they speak of, and how a reader of the log takes a region.

The projects are the fixtures, and one that is made here: file names, line ends, marks and characters that readers of
SARIF trip over.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

PROJECTS = sorted(path for path in (ROOT / "fixtures/projects").iterdir() if path.is_dir())
_LINE = re.compile("\r\n|\r|\n")
_LINE_KEPT = re.compile("(\r\n|\r|\n)")

_MANIFEST = (
    '\ufeff{\r\n  "id": "com.example.trouble", "stripe_api_access_type": "restricted_api_key",\r\n  "permissions": [\r\n'
    '    /* 🧾 */ {"permission": "customer_read", "purpose": "𝄞"}, {"permission": "coupon_write", "purpose": "🧾"},\r\n'
    '\t{ "permission":\r\n\t\t"payout_write", "purpose": "paid late"}\r\n  ]\r\n}\r\n'
)
_CALLS = (
    "import stripe\n\nclient = stripe.StripeClient('k')\n\n\ndef pay(kunde):\n"
    "\tprint('顧客 🧾', client.v1.refunds.create({'charge': '🧾'}), '🧾', client.v1.charges.retrieve('é'))\n"
    "\tclient.v1.disputes.list()  # leastscope: ignore[missing-grant] read [by](1) hand 🧾\n"
    "\treturn getattr(client.v1, kunde)()\n"
)
_SAYS = "import stripe\n\nclient = stripe.StripeClient('k')\nprint('{}', client.v1.{}.list())\n"
_TROUBLE = {
    "app/stripe-app.json": _MANIFEST.encode(),
    "app/calls.py": _CALLS.encode(),
    "app/crlf.py": b"\xef\xbb\xbf" + _SAYS.format("\u202e\u2028", "invoices").replace("\n", "\r\n").encode(),
    "app/a b/ü #1 100%41 [x](1).py": _SAYS.format("", "subscriptions").encode(),
    "app/broken.py": b"import stripe\ndef (:\n",
    "other/stripe-app.json": b'{"id": "other",\n "permissions": [}\n',
}
# Names that Windows does not have.
_WILD = {
    'app/new\nline \x1b[31m\u202e?*"<>|.py': _SAYS.format("", "payouts").encode(),
    "app/javascript:alert(1).py": _SAYS.format("", "balance_transactions").encode(),
}


@dataclass(frozen=True)
class Case:
    """One log, and the folder that its places are relative to."""

    name: str
    folder: Path
    log: Json

    def results(self) -> list[Json]:
        """Return the results of all runs."""
        return [result for run in self.log["runs"] for result in run["results"]]

    def rule_of(self, result: Json) -> Json:
        """Return the rule that a viewer looks up for a result: by index, in the result's own run."""
        (run,) = (run for run in self.log["runs"] if any(found is result for found in run["results"]))
        rule: Json = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        return rule

    def text(self, artifact: Json) -> str:
        """Return the text of a file as an editor shows it: decoded, without a byte order mark, with its line ends."""
        return (self.folder / unquote(artifact["uri"])).read_bytes().decode("utf-8-sig")


def make_trouble(folder: Path) -> Path:
    """Write the project with everything that readers trip over, and return its folder."""
    for name, content in {**_TROUBLE, **({} if os.name == "nt" else _WILD)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def scan(name: str, folder: Path) -> Case:
    """Scan a folder from within, as an editor's task does, suppressed results included."""
    options = ("scan", "--format", "sarif", "--show-suppressed", "--exit-zero")
    if ROOT not in folder.parents:
        return Case(name, folder, leastscope(folder, *options))
    # Below our own repository, the project would be all of it: a copy stands alone.
    with TemporaryDirectory() as alone:
        copied = Path(shutil.copytree(folder, Path(alone, folder.name), symlinks=True))
        return Case(name, folder, leastscope(copied, *options))


def leastscope(folder: Path, *arguments: str) -> Json:
    """Run the program in a folder and return the JSON that it prints; findings and broken manifests are no failure."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "leastscope", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, timeout=60)  # noqa: S603
    assert done.returncode in {0, 1, 2}, done.stderr.decode()
    log: Json = json.loads(done.stdout)
    return log


def physical_locations(value: object) -> Iterator[Json]:
    """Return every place in a part of a log that is a region of a file."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from physical_locations(item)
    if isinstance(value, dict) and "artifactLocation" in value and "region" in value:
        yield value


def steps(result: Json) -> list[Json]:
    """Return the locations that Microsoft's viewer lists as analysis steps: the first flow's first thread, no other."""
    flows: list[Json] = result.get("codeFlows", [])
    return [step["location"] for step in flows[0]["threadFlows"][0]["locations"]] if flows else []


def extent(text: str, region: Json) -> tuple[int, int]:
    """Return where a region starts and ends in a text, in UTF-16 units; a place behind the end of its line is refused."""
    starts, lines = line_starts(text), _LINE.split(text)
    at = []
    for side in ("start", "end"):
        line, column = region[f"{side}Line"] - 1, region[f"{side}Column"] - 1
        assert column <= len(wide(lines[line])) // 2, region
        at.append(starts[line] + column)
    return at[0], at[1]


@cache
def line_starts(text: str) -> list[int]:
    """Return where each line starts, in UTF-16 units."""
    parts = _LINE_KEPT.split(text)
    sizes = (len(wide(line + end)) // 2 for line, end in zip(parts[::2], parts[1::2], strict=False))
    return [*accumulate(sizes, initial=0)]


def text_at(text: str, region: Json) -> str:
    """Return the text of a region, its line ends as line feeds."""
    start, end = extent(text, region)
    return _LINE.sub("\n", narrow(wide(text)[2 * start : 2 * end]))


def wide(text: str) -> bytes:
    """Return a text as the units that JavaScript counts, of two bytes each."""
    return text.encode("utf-16-le", "surrogatepass")


def narrow(units: bytes) -> str:
    """Return units as a text again; half a character is refused."""
    return units.decode("utf-16-le")
