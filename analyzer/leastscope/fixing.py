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
    from collections.abc import Callable, Collection
    from pathlib import Path

    from leastscope.model import Finding, Report
    from leastscope.pipeline import Scanned
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
    known = {} if trees is None else trees
    first = scan_to_fix(request, known, unsafe=unsafe)
    return repaired_after(first, request, known, unsafe=unsafe)


def repaired_after(
    first: Scanned, request: Request, trees: Trees, *, unsafe: bool = False, left: Collection[str] = ()
) -> Repaired:
    """Do what `repaired` does after the first scan, but for the findings with the fingerprints in `left`."""
    fixed, found = Fixed({}, {}, ()), first
    for _ in range(MAX_ROUNDS):
        wanted = [finding for finding in found.report.findings if finding.fingerprint not in left]
        more = fixed_together(wanted, found.report.apps, found.papers)
        if not more.after:
            break
        fixed = Fixed({**more.before, **fixed.before}, {**fixed.after, **more.after}, (*fixed.findings, *more.findings))
        found = scan_to_fix(_changed(request, fixed), trees, unsafe=unsafe)
    return Repaired(fixed, first.report, found.report)


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
