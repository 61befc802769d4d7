"""The command `explain`."""

from __future__ import annotations

from pathlib import Path

import click

from leastscope.cli.options import CACHE, COLOR, EXCLUDE, SETTINGS, TESTS, trees
from leastscope.cli.printing import colored, linked, text_width, write
from leastscope.errors import UsageError
from leastscope.verdict import CLEAN


@click.command(short_help="Explain a finding, a permission, an operation or a line of code.")
@click.argument("what", nargs=-1, required=True)
@click.option("--system", default="", metavar="SYSTEM", help="Only for this system: the name of a rule pack.")
@TESTS
@SETTINGS
@EXCLUDE
@CACHE
@COLOR
def explain(  # noqa: PLR0913 - one parameter for each option
    *,
    what: tuple[str, ...],
    system: str,
    tests: bool | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    color: str,
) -> int:
    """Explain WHAT: a finding, a gap, a permission, an operation or a line of code.

    WHAT is the name or id of a kind of finding or gap (missing-grant, LS1001), a permission or scope (customer_read), an
    operation ("GET /v1/customers/{id}"), or a place (billing.py:37). For a permission and an operation, the explanation
    shows the code of the project that needs it; for a place, what leastscope found there and why.

    Exit codes: 0 explained, 2 usage error or unknown name, 70 internal error.
    """
    from leastscope import explain as room  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.cli.asking import ask  # noqa: PLC0415 - the same
    from leastscope.report.explained import render_explained, render_kind  # noqa: PLC0415 - the same

    text = " ".join(what)
    paint, width = colored(color, None), text_width(None)
    kind = room.kind_of(text)
    if kind is not None:
        write(render_kind(kind, color=paint, width=width))
        return CLEAN
    file = room.file_of(text)
    if file and not Path(file).is_file():
        raise UsageError(f"{file}: no such file")
    asked = ask([Path(file)] if file else [], config, exclude, tests=tests, no_cache=no_cache)
    if file and not asked.request.shown and Path.cwd().resolve() in Path(file).resolve().parents:
        # The file is of no project: what it uses stands beside it, where `scan` looks.
        asked = ask([], config, exclude, tests=tests, no_cache=no_cache)
    inside = f"{Path.cwd() / file}{text[len(file) :]}" if file else text
    found = room.explain(inside, asked.request, trees(no_cache=no_cache), system)
    write(render_explained(asked.seen(found), color=paint, width=width, links=linked(None)))
    return CLEAN
