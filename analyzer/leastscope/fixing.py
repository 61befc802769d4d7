"""Works out what fixes make of the files: scan, change the texts, scan them as changed, until nothing is left.

No file is written before all of it is known. A file is read again before it is written, and written in one step; one that
has changed meanwhile is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.errors import UsageError
from leastscope.grants.together import Fixed, fixed_together
from leastscope.pipeline import scan_to_fix

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leastscope.model import Finding, Report
    from leastscope.request import Request, Trees

MAX_ROUNDS = 5
"""How often a scan follows a fix. What one fix uncovers, the next round fixes; a cycle of fixes ends here."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What fixing makes of the files, the findings that are fixed, and the reports without and with it."""

    fixed: Fixed
    before: Report
    report: Report

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are fixed."""
        return self.fixed.findings

    @property
    def costs(self) -> tuple[str, ...]:
        """What it takes to bring in the permissions that were added, in sentences."""
        apps = {(result.app.system, result.app.name): result.app.kind for result in self.report.apps}
        added = {
            (one.system, apps.get((one.system, one.app), "")) for one in self.findings if one.rule == "missing-grant"
        }
        return tuple(cost.text for cost in self.report.costs if (cost.system, cost.kind) in added)


def repaired(request: Request, trees: Trees | None = None, *, unsafe: bool = False) -> Repaired:
    """Work out what fixing all that can be fixed makes of the files; nothing is written."""
    trees = {} if trees is None else trees
    fixed, first = Fixed({}, {}, ()), None
    for _ in range(MAX_ROUNDS):
        report, papers = scan_to_fix(_changed(request, fixed), trees, unsafe=unsafe)
        first = first or report
        more = fixed_together(report.findings, report.apps, papers)
        if not more.after:
            return Repaired(fixed, first, report)
        fixed = Fixed({**more.before, **fixed.before}, {**fixed.after, **more.after}, (*fixed.findings, *more.findings))
    report = scan_to_fix(_changed(request, fixed), trees)[0]
    return Repaired(fixed, first or report, report)


def write_fixed(fixed: Fixed, cwd: Path, write: Callable[[str, bytes], None]) -> None:
    """Give each changed file to `write`; raises `UsageError` if one of them is not any more what was scanned."""
    for path, text in sorted(fixed.before.items()):
        try:
            now = (cwd / path).read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: cannot be read again before it is fixed: {error.strerror}") from None
        if now != text.encode():
            raise UsageError(f"{path}: has changed since it was scanned, and was not fixed; run the command again")
    for path, text in sorted(fixed.after.items()):
        write(path, text.encode())


def _changed(request: Request, fixed: Fixed) -> Request:
    return replace(request, instead={path: text.encode() for path, text in fixed.after.items()})
