"""The language server, with a real client that talks to it over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from command import CUSTOMERS, DYNAMIC, READS, process, project
from leastscope.verdict import USAGE
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

REFUND = READS + "client.v1.refunds.create({'charge': 'ch_1'})\n"
COUPON = '{"permission": "coupon_write", "purpose": "Sells"}'
SECONDS = 60


class Editor:
    """A client with one folder open; `shown` are the diagnostics of each file by its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("tests", "1")
        self.shown: dict[str, list[types.Diagnostic]] = {}
        self.messages: list[str] = []
        self.changed = asyncio.Event()
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(Editor._show, self))
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(partial(Editor._say, self))

    def _show(self, params: types.PublishDiagnosticsParams) -> None:
        self.shown[params.uri.rpartition("/")[2]] = list(params.diagnostics)
        self.changed.set()

    def _say(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params.message)
        self.changed.set()

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    async def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "analyzer"), "PYTHONUTF8": "1"}
        command = (sys.executable, "-m", "leastscope", "lsp", "--no-cache")
        await self.client.start_io(*command, env=environment, cwd=str(self.folder.parent))
        await self.client.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=self.folder.as_uri())
        )
        self.client.initialized(types.InitializedParams())
        await self.changed.wait()

    async def save(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")
        self.changed.clear()
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )
        await self.changed.wait()

    async def hover(self, name: str, line: int, character: int) -> str:
        where = types.TextDocumentIdentifier(self.uri(name))
        answer = await self.client.text_document_hover_async(types.HoverParams(where, types.Position(line, character)))
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def fixes(self, name: str, line: int) -> list[types.CodeAction]:
        at = types.Range(types.Position(line, 0), types.Position(line, 0))
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), at, types.CodeActionContext([]))
        )
        return [one for one in answer or () if isinstance(one, types.CodeAction)]


def talk(folder: Path, conversation: Callable[[Editor], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what is said
    """Start a server for a folder, talk to it, and end it; it has to end with the code of success."""

    async def main() -> Any:  # noqa: ANN401 - the same
        editor = Editor(folder)
        await editor.start()
        said = await conversation(editor)
        await editor.client.shutdown_async(None)
        editor.client.exit(None)
        await editor.client.stop()  # type: ignore[no-untyped-call]
        return said

    return asyncio.run(asyncio.wait_for(main(), SECONDS))


def applied(text: str, edits: list[types.TextEdit]) -> str:
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        head, tail = lines[start.line][: start.character], lines[end.line][end.character :]
        lines[start.line : end.line + 1] = (head + edit.new_text + tail).split("\n")
    return "\n".join(lines)


def test_findings_are_shown_and_the_fix_makes_them_go(tmp_path: Path) -> None:
    async def conversation(editor: Editor) -> list[str]:
        (missing,) = editor.shown["code.py"]
        assert (missing.code, missing.severity, missing.source) == (
            *("missing-grant", types.DiagnosticSeverity.Error, "leastscope"),
        )
        assert missing.range == types.Range(types.Position(4, 0), types.Position(4, 44))
        assert missing.code_description
        assert missing.code_description.href.endswith("/docs/findings/missing-grant.md")
        assert [one.message for one in missing.related_information or ()][-1].startswith("sends POST /v1/refunds")
        (fix,) = await editor.fixes("code.py", 4)
        assert (fix.title, fix.kind) == ("Grant 'charge_write' in 'stripe-app.json'.", "quickfix")
        assert fix.edit
        assert fix.edit.changes
        ((uri, edits),) = fix.edit.changes.items()
        assert uri == editor.uri("stripe-app.json")
        manifest = (editor.folder / "stripe-app.json").read_text("utf-8")
        await editor.save("stripe-app.json", applied(manifest, list(edits)))
        return [one.message for shown in editor.shown.values() for one in shown]

    assert talk(project(tmp_path / "app", REFUND), conversation) == []


def test_a_call_and_a_grant_say_what_they_mean(tmp_path: Path) -> None:
    async def conversation(editor: Editor) -> list[str]:
        manifest = (editor.folder / "stripe-app.json").read_text("utf-8")
        grants = [manifest.index(name) + 2 for name in ("customer_read", "coupon_write")]
        places = (("code.py", 3, 5), ("code.py", 0, 1), *(("stripe-app.json", 0, column) for column in grants))
        return [await editor.hover(*place) for place in places]

    call, nothing, used, unused = talk(project(tmp_path / "app", READS, f"{CUSTOMERS}, {COUPON}"), conversation)
    assert "Needed at 1 place:" in used
    assert "- `code.py:4:1` `GET /v1/customers/{customer}`" in used
    assert "`GET /v1/customers/{customer}`" in call
    assert "needs `customer_read` ([documented](https://" in call
    assert nothing == ""
    assert "`coupon_write`" in unused
    assert "Nothing in the code needs it." in unused


def test_gaps_are_hints_and_what_is_saved_is_scanned_again(tmp_path: Path) -> None:
    async def conversation(editor: Editor) -> tuple[list[Any], list[Any]]:
        before = [(one.code, one.severity) for one in editor.shown["code.py"]]
        await editor.save("code.py", READS)
        return before, editor.shown["code.py"]

    before, after = talk(project(tmp_path / "app", DYNAMIC), conversation)
    assert ("raw-request", types.DiagnosticSeverity.Hint) in before
    assert after == []


def test_no_fix_is_offered_for_a_text_that_is_not_saved(tmp_path: Path) -> None:
    async def conversation(editor: Editor) -> list[int]:
        manifest = (editor.folder / "stripe-app.json").read_text("utf-8")
        counts = []
        for text in (manifest, f"\n{manifest}"):
            item = types.TextDocumentItem(editor.uri("stripe-app.json"), "json", 1, text)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            counts.append(len(await editor.fixes("code.py", 4)))
        return counts

    assert talk(project(tmp_path / "app", REFUND), conversation) == [1, 0]


def test_columns_are_those_of_the_protocol(tmp_path: Path) -> None:
    code = READS + "print('🧾', client.v1.refunds.create({'charge': 'ch_1'}))\n"

    async def conversation(editor: Editor) -> tuple[int, str]:
        (missing,) = editor.shown["code.py"]
        return missing.range.start.character, await editor.hover("code.py", 4, 12)

    column, text = talk(project(tmp_path / "app", code), conversation)
    assert column == 12
    assert "`POST /v1/refunds`" in text


def test_wrong_settings_are_a_message_and_the_server_goes_on(tmp_path: Path) -> None:
    folder = project(tmp_path / "app", READS)
    (folder / "leastscope.yaml").write_text("nonsense: 1\n", "utf-8")

    async def conversation(editor: Editor) -> list[str]:
        messages = list(editor.messages)
        (editor.folder / "leastscope.yaml").unlink()
        await editor.save("code.py", REFUND)
        assert editor.shown["code.py"]
        return messages

    (message,) = talk(folder, conversation)
    assert "leastscope.yaml" in message
    assert "nonsense" in message


def test_without_pygls_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['pygls'] = None; main(['lsp'], prog_name='leastscope')"
    ended = process(tmp_path, code=hidden)
    assert ended.code == USAGE
    assert "pip install 'leastscope[lsp]'" in ended.err


@pytest.mark.parametrize("name", ["initialize", "scan"])
def test_standard_output_holds_the_protocol_alone(tmp_path: Path, name: str) -> None:
    ended = process(project(tmp_path / name), code="main(['lsp'], prog_name='leastscope')")
    assert ended.out == b""
