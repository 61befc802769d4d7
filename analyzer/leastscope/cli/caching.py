"""The commands that look after the cache."""

from __future__ import annotations

import click

from leastscope.cli.options import cache_folder
from leastscope.cli.printing import say
from leastscope.verdict import CLEAN


@click.group(short_help="What was parsed in earlier runs.")
def cache() -> None:
    """Look after what was parsed in earlier runs: it is kept in the user's cache folder, or in LEASTSCOPE_CACHE_DIR."""


@cache.command()
def clear() -> int:
    """Remove all of it."""
    from leastscope.cache import clear as remove  # noqa: PLC0415 - only this command needs it

    say(f"{remove(cache_folder())} bytes removed")
    return CLEAN
