"""The command line. Only `printing` writes output, and only `door` catches every exception."""

from __future__ import annotations

import click

from leastscope.cli.caching import cache
from leastscope.cli.changing import diff
from leastscope.cli.door import Door
from leastscope.cli.helping import show_help
from leastscope.cli.inferring import infer
from leastscope.cli.scanning import requests, scan
from leastscope.cli.service import ci
from leastscope.cli.version import show_version


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for _command in (scan, requests, infer, diff, ci, cache, show_help):
    main.add_command(_command)
