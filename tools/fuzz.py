"""Throws broken programs, manifests and settings at a scan, and every format at what it says.

`python -m tools.fuzz --seconds 60 --seed 1` changes the fixtures at random: bytes, tokens and lines are left out,
doubled, swapped and taken from elsewhere. Whatever comes out, a scan has to end, without any exception but those that
say what to do. The same seed makes the same inputs. What fails is written into the folder that `--keep` names.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from leastscope.errors import AnalyzerError
from leastscope.pipeline import legible_text, scan
from leastscope.report.formats import FORMATS, View, render_state
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[1]
SLOW = 20.0
"""Seconds after which a scan of one small input counts as a failure."""
_TOKEN = re.compile(r"\s+|\w+|\"[^\"\n]*\"|'[^'\n]*'|[^\w\s]")
_HOSTILE = (
    "\x00",
    "\u202e",
    "\ud800",
    "\x1b[2J",
    "::error::x",
    "]]>",
    "<script>",
    "a" * 3000,
    "(" * 300,
    "{" * 300,
    "1" * 5000,
)
_LARGEST = 20_000


@dataclass
class Tally:
    """How many inputs were tried, the slowest in seconds, and what failed, with its files."""

    tried: int = 0
    slowest: float = 0.0
    failures: list[tuple[str, dict[str, bytes]]] = field(default_factory=list)


def fixtures(pattern: str) -> list[str]:
    """Give the texts of the fixtures whose names match a pattern, those of a bearable size."""
    texts = [path.read_text("utf-8", "replace") for path in sorted((ROOT / "fixtures").rglob(pattern))]
    return [text for text in texts if len(text) <= _LARGEST]


def mutated(text: str, others: Sequence[str], chance: random.Random) -> str:
    """Change a text in a few places."""
    parts = text.splitlines(keepends=True) if chance.random() < 0.3 else _TOKEN.findall(text)
    for _ in range(chance.randint(1, 8)):
        at, to = chance.randrange(len(parts) + 1), chance.randrange(len(parts) + 1)
        match chance.randrange(6):
            case 0:
                del parts[at : at + chance.randint(1, 4)]
            case 1:
                parts[at:at] = parts[to : to + chance.randint(1, 6)]
            case 2:
                parts[at:at] = _TOKEN.findall(chance.choice(others))[to : to + chance.randint(1, 40)]
            case 3:
                parts.insert(at, chance.choice(_HOSTILE))
            case 4 if parts:
                parts[min(at, len(parts) - 1)], parts[min(to, len(parts) - 1)] = (
                    parts[min(to, len(parts) - 1)],
                    parts[min(at, len(parts) - 1)],
                )
            case _:
                parts[at:at] = parts[at : at + 1] * chance.randint(1, 30)
    return "".join(parts)


def broken(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes of a file."""
    held = bytearray(data)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(held) + 1)
        held[at : at + chance.randint(0, 2)] = bytes([chance.randrange(256)])
    return bytes(held)


def inputs(chance: random.Random) -> Callable[[], dict[str, bytes]]:
    """Make a function that gives one project after the other."""
    code, manifests, settings = fixtures("*.py"), fixtures("stripe-app*.json"), fixtures("leastscope.yaml")

    def made(text: str, others: Sequence[str]) -> bytes:
        data = mutated(text, others, chance).encode("utf-8", "surrogatepass")
        return broken(data, chance) if chance.random() < 0.2 else data

    def project() -> dict[str, bytes]:
        files = {"pay.py": chance.choice(code).encode(), "stripe-app.json": chance.choice(manifests).encode()}
        match chance.randrange(4):
            case 0:
                files["stripe-app.json"] = made(chance.choice(manifests), manifests)
            case 1:
                files["leastscope.yaml"] = made(chance.choice(settings), settings)
            case _:
                files["pay.py"] = made(chance.choice(code), code)
        return files

    return project


def tried(files: dict[str, bytes], folder: Path) -> str:
    """Scan a project and render it in every format; gives what went wrong, or nothing."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        report = scan(Request((Path(),), folder, tracked=list))
        for form in FORMATS:
            _read_back(form, render_state(form, report, View(lambda path: legible_text(folder / path))))
    except AnalyzerError:
        return ""
    except Exception:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc(limit=-4)
    return ""


def _read_back(form: str, text: str) -> None:
    """Read a format with a parser that others use."""
    if form in {"json", "sarif", "gitlab"}:
        json.loads(text)
    elif form == "junit":
        ET.parse(io.StringIO(text))  # noqa: S314 - it reads what we wrote
    elif form == "github" and any(not line.startswith("::") for line in text.splitlines()):
        raise ValueError("a line is no workflow command")


def fuzz(seconds: float, seed: int) -> Tally:
    """Try projects for some seconds."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311 - not for secrets
    project, end = inputs(chance), time.monotonic() + seconds
    while time.monotonic() < end:
        files, began = project(), time.monotonic()
        with TemporaryDirectory(prefix="leastscope-fuzz-") as folder:
            wrong = tried(files, Path(folder))
        took = time.monotonic() - began
        tally.tried += 1
        tally.slowest = max(tally.slowest, took)
        if wrong or took > SLOW:
            tally.failures.append((wrong or f"took {took:.0f} s", files))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    asked = parser.parse_args(arguments)
    tally = fuzz(asked.seconds, asked.seed)
    rate = tally.tried / max(asked.seconds, 0.001)
    sys.stdout.write(f"{tally.tried} projects, {rate:.1f} a second, slowest {tally.slowest:.1f} s; ")
    sys.stdout.write(f"{len(tally.failures)} failures\n")
    for number, (wrong, files) in enumerate(tally.failures):
        sys.stdout.write(f"{wrong}\n")
        for name, data in files.items() if asked.keep else ():
            (asked.keep / str(number)).mkdir(parents=True, exist_ok=True)
            (asked.keep / str(number) / name).write_bytes(data)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
