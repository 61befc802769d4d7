"""Findings that were there when somebody began: a file keeps them, and a scan then only reports what is new.

A finding that the file has stays in the report, with the file as the reason why it does not count. One that has become
worse since counts again, and entries that match nothing any more are told. Errors in files are no findings: no baseline
hides them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.document import MAX_BYTES, Fields, Node, Problems, read_json, show_error
from leastscope.errors import UsageError
from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import LEVELS, Finding, InputError, Span, Step
from leastscope.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE_NAME = "leastscope-baseline.json"
SCHEMA = 1
MAX_ENTRIES = 10_000
_KEYS = ("schema", "findings")
_ENTRY_KEYS = ("fingerprint", "level", "rule", "file", "app", "permission")
_STALE = "unused-suppression"
_RANKS = {str(level): rank for level, rank in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """One finding of a baseline, and its place in the file; `file`, `app` and `permission` are for readers."""

    fingerprint: str
    level: str
    rule: str
    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that do not count; `path` is the file, as messages show it."""

    path: str
    findings: tuple[Known, ...]


def load_baseline(file: Path, path: str) -> Baseline:
    """Read a baseline; `path` is how messages name it. Raises `UsageError` with every error in it."""
    try:
        data = read_regular(file, MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if type(error) is OSError else type(error).__name__
        raise UsageError(f"{path}: the baseline cannot be read ({reason or 'no such file'})") from None
    return parse_baseline(path, data)


def readable_baseline(file: Path, path: str) -> Baseline:
    """Read a baseline as `load_baseline` does; one that cannot be read keeps nothing from counting, and is empty."""
    try:
        return load_baseline(file, path)
    except UsageError:
        return Baseline(path, ())


def parse_baseline(path: str, data: bytes) -> Baseline:
    """Parse a baseline; raises `UsageError` with every error in it."""
    node = read_json(path, data)
    if isinstance(node, InputError):
        raise UsageError(show_error(node))
    problems = Problems()
    top = Fields(node, _KEYS, problems, "a baseline, an object with the keys schema and findings")
    rows = top.nodes("findings", required=True)
    if len(rows) > MAX_ENTRIES:
        problems.add(top.place_of("findings"), f"expected at most {MAX_ENTRIES:,} findings, found more")
    found = tuple(_known(row, problems) for row in rows[:MAX_ENTRIES])
    if problems:
        raise UsageError(f"{problems.lines()}\nrun `leastscope baseline` to write the baseline anew")
    return Baseline(path, found)


def render_baseline(findings: Iterable[Finding]) -> str:
    """Write the findings that count as a baseline: an entry on each line, in an order that does not change."""
    rows = sorted(
        (
            {
                "rule": one.rule,
                "level": one.level,
                "file": one.span.path,
                "app": one.app,
                "permission": one.permission,
                "fingerprint": one.fingerprint,
            }
            for one in findings
            if one.suppressed is None
        ),
        key=lambda row: (row["file"], row["rule"], row["app"], row["permission"], row["fingerprint"]),
    )
    lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    return f'{{\n  "schema": {SCHEMA},\n  "findings": [{f"{chr(10)}{lines}{chr(10)}  " if rows else ""}]\n}}\n'


def without_known(findings: Iterable[Finding], baseline: Baseline) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Keep the findings of a baseline from counting; gives all findings, and what to tell of entries that match none."""
    known = {one.fingerprint: one for one in baseline.findings}
    found = tuple(_judged(finding, known, baseline) for finding in findings)
    gone = known.keys() - {finding.fingerprint for finding in found}
    stale = sorted((known[fingerprint] for fingerprint in gone), key=lambda one: one.span)
    return found, tuple(_stale(stale, baseline)) if stale else ()


def in_baseline(finding: Finding, baseline: str) -> bool:
    """Whether it is the baseline of this path that keeps a finding from counting."""
    return finding.suppressed == _reason(baseline)


def _reason(path: str) -> str:
    return f"it is in the baseline '{path}'"


def _known(node: Node, problems: Problems) -> Known:
    row = Fields(node, _ENTRY_KEYS, problems, f"a finding, an object with the keys {', '.join(_ENTRY_KEYS)}")
    level = row.choice("level", tuple(LEVELS))
    return Known(
        row.text("fingerprint"), level, row.text("rule", ""), row.text("file", ""), row.place_of("fingerprint")
    )


def _judged(finding: Finding, known: dict[str, Known], baseline: Baseline) -> Finding:
    """A finding that counts, and that was no less severe when it was written down, counts no more."""
    one = known.get(finding.fingerprint)
    if one is None or finding.suppressed is not None:
        return finding
    if LEVELS[finding.level] < _RANKS[one.level]:
        message = f"{finding.message} The baseline has it as a {one.level}."
        return replace(finding, message=message, related=(*finding.related, Step(one.span, "stands in the baseline")))
    return replace(finding, suppressed=_reason(baseline.path))


def _stale(stale: list[Known], baseline: Baseline) -> Iterator[Finding]:
    """Tell of the entries that match nothing, in one finding."""
    count = "1 finding that is" if len(stale) == 1 else f"{len(stale)} findings that are"
    first = stale[0].span
    yield Finding(
        rule=_STALE,
        level=FINDING_BY_NAME[_STALE].level,
        certainty="certain",
        app="",
        system="",
        permission="",
        any_of=(),
        span=first,
        message=f"The baseline has {count} gone.",
        evidence=(Step(first, f"no scan finds this '{stale[0].rule}' in '{stale[0].file}' any more"),),
        advice="Run 'leastscope baseline' to write the baseline anew.",
        fingerprint=f"stale baseline {baseline.path}",
    )
