"""The command line. Only `printing` writes output, and only `door` catches every exception."""

from __future__ import annotations

import click

from leastscope import __version__
from leastscope.cli.caching import cache
from leastscope.cli.changing import diff
from leastscope.cli.door import Door
from leastscope.cli.scanning import requests, scan
from leastscope.cli.service import ci


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="leastscope")
def main() -> None:
    """Find missing and unused permissions of payment integrations.

    `scan` is the default command: `leastscope .` is short for `leastscope scan .`.
    """


for _command in (scan, requests, diff, ci, cache):
    main.add_command(_command)
