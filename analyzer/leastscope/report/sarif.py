"""SARIF 2.1.0, as code scanning services and editors read it.

One run for each app, and one for the scan itself: it holds what belongs to no app, the gaps and the errors, and is
always there, so that a finding without an app is closed by the next scan. Import this module only when it is needed:
`sarif_om` is slow to load.
"""

from __future__ import annotations

import re
import sys
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import sarif_om as om

from leastscope.kinds import GAP_BY_NAME
from leastscope.model import LEVELS
from leastscope.report.numbers import apart, numbers
from leastscope.report.remarks import policy_words
from leastscope.report.sarif_places import SOURCE_ROOT, Places, segment
from leastscope.report.sarif_result import result_of, size
from leastscope.report.sarif_tool import CUT, INPUT_ERROR, NOT_READ, POLICY, tool
from leastscope.report.sarif_write import clip, plain, sarif_text
from leastscope.report.sentences import not_read, sentence
from leastscope.report.source import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from leastscope.model import AppResult, Checkout, Finding, Gap, InputError, PolicyChange, Report, Span, Unread

_SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
# What services refuse, or show no more of.
_RUN_LIMIT = 20
_NOTIFICATION_LIMIT = 1_000
_PACKED_LIMIT = 10_000_000
# How many places a log may have before it is tried to write fewer of each result.
_ALL_PLACES = 200_000


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a report is written: results of each run, places of each result, lines of code."""

    results: int
    places: int
    snippets: bool = True


_ROOMS = (
    _Room(5_000, 1_000),
    _Room(5_000, 100),
    _Room(5_000, 10),
    _Room(5_000, 3),
    _Room(1_000, 3),
    _Room(100, 3, snippets=False),
)


@dataclass(frozen=True, slots=True)
class _Batch:
    """The findings of one run, and what the run is called."""

    category: str
    title: str
    findings: tuple[Finding, ...]
    is_scan: bool = False


def render_sarif(
    report: Report,
    source: Callable[[str], str | None],
    *,
    include_suppressed: bool = False,
    new: Collection[Finding] | None = None,
    checkout: Checkout | None = None,
) -> str:
    """Return the report as a SARIF log, cut with a notice to what services take.

    `source` gives the decoded text of a file, its line breaks and byte order mark kept, or None. Suppressed findings
    are left out by default, since code scanning services open alerts for them. `new` are those of the findings that
    were not there before, where that is known; `checkout` is the commit that the files are of.
    """
    sources, state = Sources(source), None if new is None else frozenset(new)
    findings = [finding for finding in report.findings if include_suppressed or finding.suppressed is None]
    batches = _batches(report.apps, findings)
    text, tried = "", 0
    for room in _ROOMS:
        count = sum(_size(batch, room) for batch in batches)
        if room != _ROOMS[-1] and (count > _ALL_PLACES or count == tried):
            continue
        tried = count
        writer = _Writer(report, Places(sources, snippets=room.snippets), room, state, _versions(checkout))
        runs = [writer.run(batch) for batch in batches]
        text = sarif_text(om.SarifLog(schema_uri=_SCHEMA_URI, version="2.1.0", runs=runs))
        if len(text) < _PACKED_LIMIT or len(zlib.compress(text.encode("utf-8", "replace"))) < _PACKED_LIMIT:
            break
    return text


def _size(batch: _Batch, room: _Room) -> int:
    return sum(size(finding, room.places) for finding in batch.findings[: room.results])


def _versions(checkout: Checkout | None) -> list[om.VersionControlDetails] | None:
    """Return where the files come from; an address that is none of https is left out, and a password in it, too."""
    if checkout is None or not checkout.repository.isprintable():
        return None
    try:
        parts = urlsplit(checkout.repository)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme != "https" or not _HOST.fullmatch(host):
        return None
    return [
        om.VersionControlDetails(
            repository_uri=f"https://{host}{port}/{quote(parts.path.strip('/'), safe='/%')}",
            revision_id=checkout.revision if _COMMIT.fullmatch(checkout.revision) else None,
            branch=clip(checkout.branch) or None,
            mapped_to=om.ArtifactLocation(uri_base_id=SOURCE_ROOT),
        )
    ]


def _batches(apps: Sequence[AppResult], findings: Sequence[Finding]) -> list[_Batch]:
    """Split the findings into runs, sorted by app, that of the scan last; more runs than may be share one."""
    told: dict[tuple[str, str], list[str]] = {}
    for result in apps:
        line = "; ".join([numbers(result), *apart(result)])
        told.setdefault((result.app.system, result.app.name), []).append(f"{result.app.called_first}: {line}.")
    keys = sorted(told)
    shared = keys[_RUN_LIMIT - 2 :] if len(keys) > _RUN_LIMIT - 1 else []
    alone = keys[: len(keys) - len(shared)]
    batches = [
        _Batch(
            f"leastscope/{segment(system)}/{segment(name)}/",
            " ".join(told[system, name]),
            _of(findings, {(system, name)}),
        )
        for system, name in alone
    ]
    if shared:
        batches.append(_Batch("leastscope/more-apps/", "All other apps.", _of(findings, set(shared))))
    known = set(keys)
    rest = tuple(finding for finding in findings if (finding.system, finding.app) not in known)
    return [
        *batches,
        _Batch("leastscope/scan/", "Findings that belong to no app, gaps, and errors.", rest, is_scan=True),
    ]


def _of(findings: Iterable[Finding], keys: set[tuple[str, str]]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if (finding.system, finding.app) in keys)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the runs of a report; `new` are the findings that are new, if that is known."""

    report: Report
    places: Places
    room: _Room
    new: frozenset[Finding] | None
    versions: list[om.VersionControlDetails] | None

    def run(self, batch: _Batch) -> om.Run:
        """Return one run; of too many findings those that matter most are kept, of these the new ones first."""
        apps = {(result.app.system, result.app.name): result for result in self.report.apps}
        kept = sorted(batch.findings, key=self._rank)[: self.room.results]
        shortened = sum(size(finding, self.room.places) < size(finding, sys.maxsize) for finding in kept)
        notifications = [
            *(_notifications(self.report, self.places) if batch.is_scan else []),
            *_cut(len(batch.findings) - len(kept), "more results, the least severe, are left out"),
            *_cut(shortened, "results show only a part of their places"),
        ]
        return om.Run(
            tool=tool(self.report.version, with_gaps=batch.is_scan),
            automation_details=om.RunAutomationDetails(id=batch.category, description=_message(batch.title)),
            column_kind="utf16CodeUnits",
            original_uri_base_ids={
                SOURCE_ROOT: om.ArtifactLocation(description=om.Message(text="The working directory of the scan."))
            },
            version_control_provenance=self.versions,
            invocations=[
                om.Invocation(execution_successful=not self.report.errors, tool_execution_notifications=notifications)
            ],
            results=[
                result_of(
                    finding,
                    apps.get((finding.system, finding.app)),
                    self.places,
                    self.room.places,
                    self._state(finding),
                )
                for finding in sorted(kept, key=_order)
            ],
        )

    def _rank(self, finding: Finding) -> tuple[object, ...]:
        return (LEVELS[finding.level], self._state(finding) == "unchanged", _order(finding))

    def _state(self, finding: Finding) -> str | None:
        if self.new is None:
            return None
        return "new" if finding in self.new else "unchanged"


def _order(finding: Finding) -> tuple[Span, tuple[str, ...]]:
    return (finding.span, (finding.rule, finding.permission, finding.message, finding.fingerprint))


def _notifications(report: Report, places: Places) -> list[om.Notification]:
    errors = sorted(report.errors, key=lambda error: (error.span, error.message))
    gaps = sorted(report.inventory.gaps, key=lambda gap: (gap.in_tests, gap.span, gap.kind, gap.reason))
    return [
        *(_of_error(error, places) for error in errors[:_NOTIFICATION_LIMIT]),
        *(_of_policy(change, places) for change in report.policy[:_NOTIFICATION_LIMIT]),
        *(_of_gap(gap, places) for gap in gaps[:_NOTIFICATION_LIMIT]),
        *_cut(len(errors) - _NOTIFICATION_LIMIT, "more errors are left out"),
        *_cut(len(report.policy) - _NOTIFICATION_LIMIT, "more changes of the policy are left out"),
        *_cut(len(gaps) - _NOTIFICATION_LIMIT, "more gaps are left out"),
        *map(_of_unread, sorted(report.inventory.unread)),
    ]


def _of_error(error: InputError, places: Places) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=INPUT_ERROR),
        level="error",
        message=_message(sentence(error.message)),
        locations=[places.location(error.span)],
    )


def _of_policy(change: PolicyChange, places: Places) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=POLICY),
        level="error" if change.loosens else "note",
        message=_message(sentence(policy_words(change))),
        locations=[places.location(change.span)],
    )


def _of_gap(gap: Gap, places: Places) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=GAP_BY_NAME[gap.kind].id),
        level="note" if gap.in_tests else "warning",
        message=_message(sentence(gap.reason)),
        locations=[places.location(gap.span)],
    )


def _of_unread(one: Unread) -> om.Notification:
    descriptor = om.ReportingDescriptorReference(id=NOT_READ)
    return om.Notification(descriptor=descriptor, level="note", message=_message(f"Not read: {not_read(one)}."))


def _cut(count: int, what: str) -> list[om.Notification]:
    """Say that something is left out, if it is."""
    if count <= 0:
        return []
    message = f"{count} {what}; '--format json' lists all."
    descriptor = om.ReportingDescriptorReference(id=CUT)
    return [om.Notification(descriptor=descriptor, level="warning", message=_message(message))]


def _message(text: str) -> om.Message:
    return om.Message(text=plain(text))
