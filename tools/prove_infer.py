"""Proves of the sets that `leastscope infer` writes that they are enough and that no grant of them can be left out.

`python -m tools.prove_infer FOLDER...` scans each folder, declares in settings what `infer` writes for the systems that
nothing declares, and scans again: nothing may be missing or excess then. After that every grant is taken away once, and
the comparison has to say that it is missing. It prints a line for each set, and ends with 1 if one of them is wrong.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.compare import Options, compare
from leastscope.infer import Choice, infer
from leastscope.pipeline import scan, terms_of
from leastscope.request import Request
from leastscope.rulebook.compile import compiled, rules_root
from leastscope.runs import known_declarations

if TYPE_CHECKING:
    from leastscope.model import App, AppResult, LeastSet, Report, Span

SETTINGS = "leastscope.yaml"
ABOUT_GRANTS = ("missing-grant", "excess-grant", "redundant-grant", "write-not-needed", "incomplete-grant")


@dataclass(frozen=True)
class Proof:
    """What came of one set: its grants, the findings about them, and the grants that nobody would miss."""

    system: str
    grants: tuple[str, ...]
    findings: tuple[str, ...]
    idle: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the set is enough and the least."""
        return not self.findings and not self.idle


def proofs(folder: Path) -> list[Proof]:
    """Prove the sets of a folder, one for each system that nothing declares."""
    sets, report = infer(Request((folder,), folder), Choice())
    open_systems = [one for one in sets if not one.app.name and one.titles]
    return [_proof(folder, one.app.system, report) for one in open_systems]


def _proof(folder: Path, system: str, report: Report) -> Proof:
    one = infer(Request((folder,), folder), Choice(system=system, way=SETTINGS))[0][0]
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home, SETTINGS)
        settings.write_text(one.text, "utf-8")
        after = scan(Request((folder,), folder, settings))
    app = next(result for result in after.apps if result.app.system == system)
    told = [f for f in after.findings if f.rule in ABOUT_GRANTS and f.system == system and f.level != "note"]
    findings = tuple(f"{finding.rule} {finding.permission}" for finding in told)
    idle = tuple(name for name in one.names if not _is_missed(name, one, app, report))
    return Proof(system, one.names, findings, idle)


def _is_missed(name: str, one: LeastSet, result: AppResult, report: Report) -> bool:
    """Whether the comparison finds something missing, or an extension without its base, once one grant is gone."""
    # Calls with a key count in a set for what is not declared yet.
    whole = replace(result.app, bound="all")
    app = replace(whole, grants=tuple(grant for grant in whole.grants if grant.name != name))
    return bool(_lacking(app, one.app.system, report) - _lacking(whole, one.app.system, report))


def _lacking(app: App, system: str, report: Report) -> set[tuple[str, str, Span]]:
    terms = terms_of(compiled(rules_root() / system), known_declarations(rules_root()).get(system))
    _, findings, _ = compare(report.inventory, (app,), {system: terms}, Options())
    return {(f.rule, f.permission, f.span) for f in findings if f.rule in {"missing-grant", "incomplete-grant"}}


def main(folders: list[str]) -> int:
    """Print the proofs of some folders."""
    wrong = 0
    for name in folders:
        for proof in proofs(Path(name)):
            wrong += not proof.holds
            told = "" if proof.holds else f"  WRONG: {', '.join((*proof.findings, *proof.idle))}"
            print(f"{name}  {proof.system}  {len(proof.grants)} grants{told}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
