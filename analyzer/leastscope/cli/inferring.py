"""The command `infer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leastscope.cli.limits import time_limit_option
from leastscope.cli.options import CACHE, COLOR, EXCLUDE, EXECUTOR, JOBS, OUTPUT, PATHS, SETTINGS, TESTS, trees
from leastscope.cli.printing import colored, linked, say, show_errors, targets, text_width
from leastscope.errors import UsageError
from leastscope.verdict import CLEAN, USAGE

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Write the least set of permissions that satisfies the code.")
@PATHS
@click.option("--system", default="", metavar="SYSTEM", help="Only for this system: the name of a rule pack.")
@click.option("--app", default="", metavar="NAME", help="Only for the app of this name.")
@click.option(
    "--as",
    "way",
    default="",
    metavar="KIND",
    help="Print only the text of the set, written as KIND, such as scope or leastscope.yaml.",
)
@OUTPUT
@TESTS
@SETTINGS
@EXCLUDE
@CACHE
@JOBS
@EXECUTOR
@time_limit_option(0)
@COLOR
def infer(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    system: str,
    app: str,
    way: str,
    output: Path | None,
    tests: bool | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    jobs: int,
    executor: str,
    color: str,
) -> int:
    """Write the least set of permissions that satisfies the code below PATHS.

    The set has the least power, then the fewest grants. Without --as, every permission is shown with the code that
    needs it. With --as, standard output holds only the text to paste; what is not sure goes to standard error.

    Exit codes: 0 a set was written, 2 usage, settings or manifest error, 3 --time-limit was reached, 70
    internal error.
    """
    from leastscope import infer as room  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.cli.asking import ask  # noqa: PLC0415 - the same
    from leastscope.report.least_text import render_doubts, render_least_text  # noqa: PLC0415 - the same

    asked = ask(paths, config, exclude, tests=tests, jobs=jobs, cluster=executor, no_cache=no_cache)
    into = targets(output, (), asked.read, config)
    found, report = room.infer(asked.request, room.Choice(system, app, way), trees(no_cache=no_cache))
    sets = tuple(asked.seen(one) for one in found)
    if way:
        if len(sets) != 1:
            names = ", ".join(f"'{one.app.name}'" if one.app.name else one.app.system for one in sets) or "none"
            raise UsageError(f"--as {way} writes one set, and the code has: {names}; choose with --system or --app")
        into.write(sets[0].text, output)
        say(render_doubts(sets[0]), err=True, nl=False)
    else:
        look = (colored(color, output), text_width(output), linked(output))
        into.write(render_least_text(sets, color=look[0], width=look[1], links=look[2]), output)
    show_errors(asked.seen(report).errors, "")
    return USAGE if report.errors else CLEAN
