"""Whole projects through the whole pipeline: broken, regrown and generated programs, manifests and settings."""

from __future__ import annotations

import traceback
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from leastscope.errors import AnalyzerError
from leastscope.infer import Choice, Known, known_of, least_sets
from leastscope.pipeline import legible_text, scan_to_fix
from leastscope.report.formats import FORMATS, View, render_state
from leastscope.request import Request
from tools.fuzz.grammar import Grammar
from tools.fuzz.material import broken, fixtures, made
from tools.fuzz.readback import shape
from tools.fuzz.trees import regrown

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def projects(chance: random.Random) -> Callable[[], dict[str, bytes]]:
    """Make a function that gives one project after the other: the bytes of its files by their names."""
    code, manifests, settings = fixtures("*.py"), fixtures("stripe-app*.json"), fixtures("leastscope.yaml")
    grammar = Grammar(chance)

    def program() -> bytes:
        match chance.randrange(4):
            case 0:
                return made(chance.choice(code), code, chance)
            case 1:
                return (
                    broken(grammar.program().encode(), chance) if chance.random() < 0.1 else grammar.program().encode()
                )
            case 2:
                return regrown(chance.choice(code), grammar.program(), chance).encode("utf-8", "surrogatepass")
            case _:
                return regrown(chance.choice(code), chance.choice(code), chance).encode("utf-8", "surrogatepass")

    def project() -> dict[str, bytes]:
        files = {"pay.py": program(), "stripe-app.json": chance.choice(manifests).encode()}
        match chance.randrange(6):
            case 0:
                files["stripe-app.json"] = made(chance.choice(manifests), manifests, chance)
            case 1:
                files["leastscope.yaml"] = made(chance.choice(settings), settings, chance)
            case 2:
                files["a.py"] = program()
            case _:
                pass
        return files

    return project


@cache
def _known() -> Known:
    return known_of()


def tried(files: dict[str, bytes]) -> str:
    """Scan a project, fix it, and render it in every format; gives what went wrong, or nothing."""
    with TemporaryDirectory(prefix="leastscope-fuzz-") as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        try:
            report = scan_to_fix(Request((Path(),), folder, tracked=list), unsafe=True).report
            least_sets(report, Choice(), _known(), tests=False)
            for form in FORMATS:
                shape(form, render_state(form, report, View(lambda path: legible_text(folder / path))))
        except AnalyzerError:
            return ""
        except Exception:  # noqa: BLE001 - that is what is looked for
            return traceback.format_exc(limit=-4)
    return ""
