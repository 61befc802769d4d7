"""Applies the fixes of findings to the files: scan, change the texts, write them, and scan again until nothing is left.

A file is read again before it is written, and written in one step; one that has changed meanwhile is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.errors import UsageError
from leastscope.grants.together import fixed_together, unified
from leastscope.pipeline import scan_to_fix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leastscope.grants.together import Fixed
    from leastscope.model import Finding, Report
    from leastscope.request import Request, Trees

MAX_ROUNDS = 5
"""How often a scan follows a fix. What one fix uncovers, the next round fixes; a cycle of fixes ends here."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was fixed, and the report of the last scan."""

    report: Report
    findings: tuple[Finding, ...]

    @property
    def costs(self) -> tuple[str, ...]:
        """What it takes to bring in the permissions that were added, in sentences."""
        apps = {(result.app.system, result.app.name): result.app.kind for result in self.report.apps}
        added = {
            (one.system, apps.get((one.system, one.app), "")) for one in self.findings if one.rule == "missing-grant"
        }
        return tuple(cost.text for cost in self.report.costs if (cost.system, cost.kind) in added)


def fix(
    request: Request, write: Callable[[str, bytes], None], trees: Trees | None = None, *, unsafe: bool = False
) -> Repaired:
    """Fix what can be fixed; `write` replaces a file of the scan. Gives the report of how it is then."""
    done: list[Finding] = []
    for _ in range(MAX_ROUNDS):
        report, papers = scan_to_fix(request, trees, unsafe=unsafe)
        fixed = fixed_together(report.findings, report.apps, papers)
        if not fixed.after:
            return Repaired(report, tuple(done))
        for path, data in _files(fixed, request).items():
            write(path, data)
        done += fixed.findings
    return Repaired(scan_to_fix(request, trees)[0], tuple(done))


def difference(request: Request, trees: Trees | None = None, *, unsafe: bool = False) -> tuple[str, Report]:
    """Give the change that fixing would make as a unified diff, and the report of how it is now."""
    report, papers = scan_to_fix(request, trees, unsafe=unsafe)
    fixed = fixed_together(report.findings, report.apps, papers)
    return unified(fixed), report


def _files(fixed: Fixed, request: Request) -> Mapping[str, bytes]:
    """Give the files to write; raises `UsageError` if one of them is not any more what was scanned."""
    files: dict[str, bytes] = {}
    for path, text in sorted(fixed.after.items()):
        try:
            now = (request.cwd / path).read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: cannot be read again before it is fixed: {error.strerror}") from None
        mark = _MARK if now.startswith(_MARK) else b""
        if now != mark + fixed.before[path].encode():
            raise UsageError(f"{path}: has changed since it was scanned, and was not fixed; run the command again")
        files[path] = mark + text.encode()
    return files
