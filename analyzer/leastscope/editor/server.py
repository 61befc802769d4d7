"""The language server itself: the protocol on one side, scans of the saved files on the other.

Only this module knows pygls. A scan runs when the editor has started and whenever a file is saved: what is not saved is not
looked at, and a quick fix is offered only where the editor's text is the one that was scanned.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from leastscope import __version__
from leastscope.editor.answers import findings_at, hover_at
from leastscope.errors import AnalyzerError
from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME
from leastscope.model import Inventory, Report
from leastscope.pipeline import legible_text, scan
from leastscope.report.page import words
from leastscope.report.sentences import full_message, sentence
from leastscope.report.source import Sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leastscope.model import Edit, Finding, Level, Span, Step
    from leastscope.request import Request, Trees

_SEVERITIES: dict[Level, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_NAME = "leastscope"
_RELATED = 20


@dataclass(slots=True)
class Service:
    """What the server knows: the folder, the last report with the texts it speaks of, and where something was shown."""

    server: LanguageServer
    request: Request
    trees: Trees
    report: Report = field(default_factory=lambda: Report(__version__, Inventory((), (), ())))
    sources: Sources = field(default_factory=lambda: Sources(lambda _: None))
    shown: frozenset[str] = frozenset()

    def start(self, params: types.InitializeParams) -> None:
        """Take the folder that the editor has opened."""
        folders = params.workspace_folders or ()
        uri = folders[0].uri if folders else params.root_uri
        path = uris.to_fs_path(uri) if uri else None
        if path:
            self.request = replace(self.request, cwd=Path(path))

    def scan(self, _: object = None) -> None:
        """Scan the saved files, and show what was found in place of what was found before."""
        root = self.request.cwd
        request = replace(self.request, today=datetime.now().astimezone().date())
        try:
            self.report = scan(request, self.trees)
        except AnalyzerError as error:
            message = types.ShowMessageParams(types.MessageType.Error, f"{_NAME}: {words(str(error))}")
            self.server.window_show_message(message)
            return
        self.sources = Sources(lambda path: legible_text(root / path))
        found = self._diagnostics()
        for path in sorted(self.shown | found.keys()):
            shown = types.PublishDiagnosticsParams(self._uri(path), found.get(path, []))
            self.server.text_document_publish_diagnostics(shown)
        self.shown = frozenset(found)

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Say what a call or a grant means."""
        path = self._path(params.text_document.uri)
        line = params.position.line + 1
        text = self.sources.line(path, line)
        if text is None:
            return None
        column = len(
            text.encode("utf-16-le", "surrogatepass")[: params.position.character * 2].decode("utf-16-le", "replace")
        )
        found = hover_at(self.report, path, line, column + 1)
        if found is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, found[1])
        return types.Hover(content, self._range(found[0]))

    def fixes(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Offer the fixes of the findings at a place."""
        path = self._path(params.text_document.uri)
        found = findings_at(self.report, path, params.range.start.line + 1, params.range.end.line + 1)
        return [action for finding in found if (action := self._action(finding))]

    def _action(self, finding: Finding) -> types.CodeAction | None:
        if finding.fix is None or not all(self._is_saved(edit.span.path) for edit in finding.fix.edits):
            return None
        return types.CodeAction(
            title=words(finding.fix.description),
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self._finding(finding)],
            edit=types.WorkspaceEdit(changes=self._changes(finding.fix.edits)),
        )

    def _changes(self, edits: Sequence[Edit]) -> dict[str, list[types.TextEdit]]:
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            changes.setdefault(self._uri(edit.span.path), []).append(types.TextEdit(self._range(edit.span), edit.text))
        return changes

    def _is_saved(self, path: str) -> bool:
        """Whether the text of a file in the editor is the one that was scanned."""
        known = self.server.workspace.text_documents.get(self._uri(path))
        return known is None or known.source == self.sources.text(path)

    def _diagnostics(self) -> dict[str, list[types.Diagnostic]]:
        found: dict[str, list[types.Diagnostic]] = {}
        for error in self.report.errors:
            told = types.Diagnostic(
                self._range(error.span), words(sentence(error.message)), types.DiagnosticSeverity.Error, source=_NAME
            )
            found.setdefault(error.span.path, []).append(told)
        for finding in self.report.findings:
            if finding.suppressed is None:
                found.setdefault(finding.span.path, []).append(self._finding(finding))
        for gap in self.report.inventory.gaps:
            kind = GAP_BY_NAME.get(gap.kind)
            told = types.Diagnostic(
                self._range(gap.span),
                words(sentence(gap.reason)),
                types.DiagnosticSeverity.Hint,
                code=gap.kind,
                code_description=types.CodeDescription(kind.url) if kind else None,
                source=_NAME,
            )
            found.setdefault(gap.span.path, []).append(told)
        return found

    def _finding(self, finding: Finding) -> types.Diagnostic:
        kind = FINDING_BY_NAME.get(finding.rule)
        return types.Diagnostic(
            self._range(finding.span),
            words(full_message(finding)),
            _SEVERITIES[finding.level],
            code=finding.rule,
            code_description=types.CodeDescription(kind.url) if kind else None,
            source=_NAME,
            related_information=[self._related(step) for step in (*finding.evidence, *finding.related)[:_RELATED]],
        )

    def _related(self, step: Step) -> types.DiagnosticRelatedInformation:
        where = types.Location(self._uri(step.span.path), self._range(step.span))
        return types.DiagnosticRelatedInformation(where, words(step.note) or "also here")

    def _range(self, span: Span) -> types.Range:
        return types.Range(
            self._position(span.path, span.line, span.column), self._position(span.path, span.end_line, span.end_column)
        )

    def _position(self, path: str, line: int, column: int) -> types.Position:
        text = (self.sources.line(path, line) or "")[: column - 1]
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        return types.Position(line - 1, units if text else column - 1)

    def _uri(self, path: str) -> str:
        return uris.from_fs_path(str(self.request.cwd / path)) or ""

    def _path(self, uri: str) -> str:
        """Give the path of a file as reports name it."""
        found = uris.to_fs_path(uri) or ""
        return os.path.relpath(found, self.request.cwd).replace(os.sep, "/")


def make_server(request: Request, trees: Trees | None = None) -> LanguageServer:
    """Make a server that scans as `request` says, in the folder that the editor opens."""
    server = LanguageServer(_NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
    service = Service(server, request, {} if trees is None else trees)
    # The register writes on what it is given, which a bound method does not take.
    server.feature(types.INITIALIZE)(partial(Service.start, service))
    for event in (types.INITIALIZED, types.TEXT_DOCUMENT_DID_SAVE, types.WORKSPACE_DID_CHANGE_WATCHED_FILES):
        server.feature(event)(partial(Service.scan, service))
    server.feature(types.TEXT_DOCUMENT_HOVER)(partial(Service.hover, service))
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(partial(Service.fixes, service))
    return server
