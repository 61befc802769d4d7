"""The command `lsp`."""

from __future__ import annotations

from pathlib import Path

import click

from leastscope.cli.options import CACHE, EXCLUDE, SETTINGS, TESTS, trees
from leastscope.errors import UsageError
from leastscope.verdict import CLEAN


@click.command(short_help="Run the language server for editors.")
@TESTS
@SETTINGS
@EXCLUDE
@CACHE
def lsp(*, tests: bool | None, config: Path | None, exclude: tuple[str, ...], no_cache: bool) -> int:
    """Run the language server, which an editor starts and talks to on standard input and output.

    The server scans the folder that the editor opens, when the editor starts and when a file is saved. It shows findings,
    offers fixes, and explains calls and grants. Install it with `pip install 'leastscope[lsp]'`.

    Exit codes: 0 the editor ended the server, 2 usage error, 70 internal error.
    """
    try:
        from leastscope.editor.server import make_server  # noqa: PLC0415 - only this command needs it
    except ModuleNotFoundError as error:
        if error.name not in {"lsprotocol", "pygls"}:
            raise
        raise UsageError("`leastscope lsp` needs pygls; run `pip install 'leastscope[lsp]'`") from None
    from leastscope.request import Request  # noqa: PLC0415 - the same

    request = Request((Path(),), Path.cwd(), config, exclude, tests)
    make_server(request, trees(no_cache=no_cache)).start_io()
    return CLEAN
