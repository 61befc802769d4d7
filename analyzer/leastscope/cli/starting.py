"""The command `init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leastscope.cli.options import CACHE, EXCLUDE, PATHS, TESTS, trees
from leastscope.cli.printing import say, show_errors, targets, write
from leastscope.errors import UsageError
from leastscope.verdict import CLEAN, USAGE

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Write the first settings of a project.")
@PATHS
@click.option("--stdout", is_flag=True, help="Print the settings, and write no file.")
@TESTS
@EXCLUDE
@CACHE
def init(*, paths: tuple[Path, ...], stdout: bool, tests: bool | None, exclude: tuple[str, ...], no_cache: bool) -> int:
    """Write leastscope.yaml for the project of PATHS, from what its code does.

    The settings have an app for each key that the code names and that no file declares, with the least set of
    permissions that its calls need. leastscope never overwrites settings.

    Exit codes: 0 the settings were written, 2 usage or manifest error, or there are settings already, 70 internal error.
    """
    from leastscope import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.cli.asking import ask  # noqa: PLC0415 - the same
    from leastscope.infer.starting import WAY, first_settings  # noqa: PLC0415 - the same
    from leastscope.settings import load_settings  # noqa: PLC0415 - the same

    asked = ask(paths, None, exclude, tests=tests, no_cache=no_cache)
    found = load_settings(asked.request.cwd, None, asked.request.paths).path
    file = asked.request.cwd / WAY
    if found and not stdout:
        raise UsageError(
            f"{asked.path(asked.request.cwd / found)}: there are settings already; use --stdout to compare"
        )
    into = targets(None if stdout else file, (), asked.read)
    report = pipeline.scan(asked.request, trees(no_cache=no_cache))
    text = first_settings(report, tests=bool(tests))
    if stdout:
        write(text)
    else:
        into.write(text, file)
        say(f"wrote {asked.path(file)}; check the permissions against your keys, then run `leastscope scan`", err=True)
    show_errors(asked.seen(report).errors, "")
    return USAGE if report.errors else CLEAN
