"""The command line. Only `printing` writes output, and only `door` catches every exception."""

from __future__ import annotations

import click

from leastscope.cli.door import Door
from leastscope.cli.version import show_version

NAMES = ("baseline", "cache", "ci", "comment", "diff", "explain", "help", "infer", "init", "lsp", "requests", "scan")
"""The commands."""


def _command(name: str) -> click.Command:  # each import costs more than `--version` may take
    """Import one of the commands."""
    found: click.Command
    match name:
        case "baseline":
            from leastscope.cli.basing import baseline  # noqa: PLC0415

            found = baseline
        case "cache":
            from leastscope.cli.caching import cache  # noqa: PLC0415

            found = cache
        case "ci":
            from leastscope.cli.service import ci  # noqa: PLC0415

            found = ci
        case "comment":
            from leastscope.cli.commenting import comment  # noqa: PLC0415

            found = comment
        case "diff":
            from leastscope.cli.changing import diff  # noqa: PLC0415

            found = diff
        case "explain":
            from leastscope.cli.explaining import explain  # noqa: PLC0415

            found = explain
        case "help":
            from leastscope.cli.helping import show_help  # noqa: PLC0415

            found = show_help
        case "init":
            from leastscope.cli.starting import init  # noqa: PLC0415

            found = init
        case "infer":
            from leastscope.cli.inferring import infer  # noqa: PLC0415

            found = infer
        case "lsp":
            from leastscope.cli.serving import lsp  # noqa: PLC0415

            found = lsp
        case "requests":
            from leastscope.cli.scanning import requests  # noqa: PLC0415

            found = requests
        case _:
            from leastscope.cli.scanning import scan  # noqa: PLC0415

            found = scan
    return found


@click.group(
    cls=Door,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    names=NAMES,
    load=_command,
)
@click.option(
    "-V", "--version", is_flag=True, expose_value=False, callback=show_version, help="Show the version and exit."
)
@click.option(
    *("--verbose", "verbose"),
    is_flag=True,
    is_eager=True,  # it is read before --version, whichever stands first
    help="With --version, also show which SDK releases the rule packs know, and when their facts were read.",
)
def main(*, verbose: bool) -> None:
    """Find missing and unused permissions of payment integrations.

    `scan` is the default command: `leastscope .` is short for `leastscope scan .`.
    """
